"""Where the index lies on disk: one folder a generation, and a pointer to the one that counts.

A generation is never changed once the pointer names it. Whatever dies before that leaves the one before in place.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.contacts import Contact, from_values
from knowledge.register import Municipality
from knowledge.section import KnowledgeError

FORMAT = 2
"""Raised when what lies in a generation's folder changes its form, or the same text is cut into other passages."""

DOCUMENTS = "documents.jsonl"
VECTORS = "chroma"
TERMS = "bm25"

_MANIFEST = "manifest.json"
_POINTER = "current"
_PREFIX = "g-"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file as it was last read: the fingerprint of all that its document depends on, and that document's id."""

    fingerprint: str
    document_id: str


@dataclass(frozen=True, slots=True)
class Source:
    """A folder that was indexed: its files by name, the municipalities that its register names, and whom to ask."""

    files: Mapping[str, Entry]
    municipalities: tuple[Municipality, ...] = ()
    contacts: tuple[Contact, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says of itself. `sources` are by the folder's path; `documents_hash` is SHA-256; `created` is ISO time, UTC."""

    embedder: str
    dimensions: int
    created: str
    previous: str | None
    documents: int
    sections: int
    passages: int
    documents_hash: str
    sources: Mapping[str, Source]
    format: int = FORMAT


def index_folder(home: Path) -> Path:
    """Where everything of the index lies."""
    return home / "index"


def current(home: Path) -> str | None:
    """The generation that counts, or None where there is none. Raises KnowledgeError when the pointer cannot be read."""
    pointer = index_folder(home) / _POINTER
    try:
        return pointer.read_text(encoding="ascii", errors="replace").strip() or None
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KnowledgeError(f"Filen {pointer} går inte att läsa.", "Kontrollera att du får läsa den.") from error


def generation_folder(home: Path, generation: str) -> Path:
    """The folder of a generation."""
    return index_folder(home) / generation


def new_generation(home: Path) -> str:
    """A name that no generation on disk has, and that sorts after all of them."""
    return f"{_PREFIX}{max((_number(f) for f in _generations(home)), default=0) + 1}"


def switch(home: Path, generation: str) -> None:
    """Let a generation count from now on: what is in it is brought to the disk first, then the pointer is replaced in one step."""
    folder = generation_folder(home, generation)
    for path in (*folder.rglob("*"), folder):
        _sync(path)
    pointer = index_folder(home) / _POINTER
    beside = pointer.with_suffix(".new")
    beside.write_text(generation + "\n", encoding="ascii")
    _sync(beside)
    os.replace(beside, pointer)
    _sync(pointer.parent)


def clean(home: Path) -> None:
    """Remove what no reader may need: all but the generation that counts and the one before. The caller holds the lock."""
    keep = current(home)
    kept = {keep, _previous(home, keep)}
    for folder in _generations(home):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write a generation's manifest into its folder."""
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """A generation's manifest.

    Raises:
        KnowledgeError: it is of another format, or damaged.
    """
    try:
        values = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if values["format"] != FORMAT:
            raise KnowledgeError(
                "Indexet är byggt av en annan version av programmet.", "Kör assistant ingest MAPP för varje mapp, så byggs det om."
            )
        return Manifest(**values | {"sources": {name: _source(s) for name, s in values["sources"].items()}})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged() from error


def no_index() -> KnowledgeError:
    """Nothing has been indexed yet."""
    return KnowledgeError("Det finns inget index ännu.", "Kör assistant ingest MAPP.")


def damaged() -> KnowledgeError:
    """The index cannot be read as it is."""
    return KnowledgeError("Indexet är skadat.", "Kör assistant ingest MAPP för varje mapp, så byggs det om.")


def _source(values: dict[str, Any]) -> Source:
    files = {name: Entry(**e) for name, e in values["files"].items()}
    named = tuple(Municipality(**m) for m in values["municipalities"])
    return Source(files, named, from_values(values.get("contacts", [])), tuple(values.get("kinds", [])))


def _generations(home: Path) -> list[Path]:
    return [f for f in index_folder(home).glob(f"{_PREFIX}*") if f.name.removeprefix(_PREFIX).isdigit()]


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(_PREFIX))


def _previous(home: Path, generation: str | None) -> str | None:
    try:
        return read_manifest(generation_folder(home, generation)).previous if generation else None
    except KnowledgeError:
        return None


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
