"""Where the index lies on disk: one folder a generation, and a pointer to the one that counts.

A generation is never changed once it is sealed, and counts once the pointer names it. Whatever dies before that leaves the one before in
place. What is damaged later is found by the seal, and the one before is used.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from knowledge.contacts import Contact, from_values
from knowledge.originals import ORIGINALS
from knowledge.register import Municipality
from knowledge.seal import is_as_sealed, is_sealed, is_whole, seal
from knowledge.section import KnowledgeError

FORMAT = 3
"""Raised when what lies in a generation's folder changes its form, or the same text is cut into other passages."""

DOCUMENTS = "documents.jsonl"
VECTORS = "chroma"
TERMS = "bm25"

_DAMAGED = "?"
_MANIFEST = "manifest.json"
_POINTER = "current"
_PREFIX = "g-"
_UNSEALED = 2
"""The format before generations were sealed; else it is the same."""
_LINE = re.compile(r"(g-[0-9]+)(?: ([0-9a-f]{8}))?\n", re.ASCII)
"""What the pointer holds: a name and its check sum, which it had not always."""


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


class DamagedIndexError(KnowledgeError):
    """A generation cannot be used as it is; another may be."""


def current(home: Path) -> str | None:
    """The generation that counts, or None where there is none: the latest that is finished when the pointer is damaged.

    Raises:
        KnowledgeError: the pointer may not be read.
    """
    named = _pointed(home)
    return named or None if named != _DAMAGED else next(iter(_finished(home)), None)


def pointer_is_whole(home: Path) -> bool:
    """Whether the pointer is as it was written; it is when there is none."""
    return _pointed(home) != _DAMAGED


def usable(home: Path) -> list[str]:
    """The generations that may answer, in the order to try them: the one that counts, then those before it, the latest first."""
    counting = current(home)
    if counting is None:
        return []
    return [counting, *(g for g in _finished(home) if _number(g) < _number(counting))]


def whole(home: Path) -> str | None:
    """The first of the usable generations in which nothing is damaged, None where there is none."""
    return next((g for g in usable(home) if is_undamaged(generation_folder(home, g))), None)


def is_undamaged(folder: Path) -> bool:
    """Whether a generation is as it was when it was finished."""
    try:
        never_sealed = read_manifest(folder).format == _UNSEALED and not is_sealed(folder)
        return never_sealed or is_whole(folder, without=[ORIGINALS])
    except KnowledgeError:
        return False


def finish(folder: Path, manifest: Manifest) -> None:
    """Write a generation's manifest, and seal all that is in its folder. The files that documents were read from have names that do so."""
    (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    seal(folder, without=[ORIGINALS])


def generation_folder(home: Path, generation: str) -> Path:
    """The folder of a generation."""
    return index_folder(home) / generation


def new_generation(home: Path) -> str:
    """A name that no generation on disk has, and that sorts after all of them."""
    return f"{_PREFIX}{max(map(_number, _generations(home)), default=0) + 1}"


def switch(home: Path, generation: str) -> None:
    """Let a generation count from now on: what is in it is brought to the disk first, then the pointer is replaced in one step."""
    folder = generation_folder(home, generation)
    for path in (*folder.rglob("*"), folder):
        _sync(path)
    pointer = index_folder(home) / _POINTER
    beside = pointer.with_suffix(".new")
    beside.write_text(f"{generation} {_sum(generation)}\n", encoding="ascii")
    _sync(beside)
    os.replace(beside, pointer)
    _sync(pointer.parent)


def clean(home: Path) -> None:
    """Remove what no reader may need: all but the generation that counts and the one before. The caller holds the lock."""
    kept = usable(home)[:2]
    for name in _generations(home):
        if name not in kept:
            shutil.rmtree(generation_folder(home, name), ignore_errors=True)


def read_manifest(folder: Path) -> Manifest:
    """A generation's manifest.

    Raises:
        KnowledgeError: it is of another format, or damaged.
    """
    try:
        values = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        if values["format"] not in (_UNSEALED, FORMAT):
            raise KnowledgeError(
                "Indexet är byggt av en annan version av programmet.", "Kör assistant ingest MAPP för varje mapp, så byggs det om."
            )
        if is_sealed(folder) and not is_as_sealed(folder, _MANIFEST):
            raise damaged()
        return Manifest(**values | {"sources": {name: _source(s) for name, s in values["sources"].items()}})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise damaged() from error


def no_index() -> KnowledgeError:
    """Nothing has been indexed yet."""
    return KnowledgeError("Det finns inget index ännu.", "Kör assistant ingest MAPP.")


def damaged() -> DamagedIndexError:
    """The index cannot be read as it is."""
    return DamagedIndexError("Indexet är skadat.", "Kör assistant ingest MAPP för varje mapp, så byggs det om.")


def _source(values: dict[str, Any]) -> Source:
    files = {name: Entry(**e) for name, e in values["files"].items()}
    named = tuple(Municipality(**m) for m in values["municipalities"])
    return Source(files, named, from_values(values.get("contacts", [])), tuple(values.get("kinds", [])))


def _pointed(home: Path) -> str:
    """What the pointer names, empty where there is none; `_DAMAGED` when it is not as it was written."""
    pointer = index_folder(home) / _POINTER
    try:
        line = _LINE.fullmatch(pointer.read_text(encoding="ascii", errors="replace"))
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise KnowledgeError(f"Filen {pointer} går inte att läsa.", "Kontrollera att du får läsa den.") from error
    return line[1] if line and line[2] in (None, _sum(line[1])) else _DAMAGED


def _sum(generation: str) -> str:
    return f"{zlib.crc32(generation.encode('ascii')):08x}"


def _generations(home: Path) -> list[str]:
    """The names of all generations on disk, whatever they are like, the latest first."""
    names = (f.name for f in index_folder(home).glob(f"{_PREFIX}*") if f.name.removeprefix(_PREFIX).isdecimal())
    return sorted(names, key=_number, reverse=True)


def _finished(home: Path) -> list[str]:
    """Those that were built to their end: killed before, one has no seal."""

    def finished(name: str) -> bool:
        folder = generation_folder(home, name)
        return is_sealed(folder) or is_undamaged(folder)

    return list(filter(finished, _generations(home)))


def _number(generation: str) -> int:
    return int(generation.removeprefix(_PREFIX))


def _sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
