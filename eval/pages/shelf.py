"""A municipality's documents as the coordinator looks after them: what is in force, what reading warned of, what nobody was ever shown."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.page_context import PageContext
from knowledge import generation as disk
from knowledge.section import Document, KnowledgeError
from knowledge.uploads import Uploads

_SAME_ID = "Dokumentet får samma id som"


@dataclass(frozen=True, slots=True)
class Row:
    """A document on the list. `file` is the uploaded file that it is from, None where it is read from a folder on the server."""

    document: Document
    warnings: tuple[str, ...]
    never_cited: int
    file: str | None


@dataclass(frozen=True, slots=True)
class Failed:
    """An uploaded file that could not be indexed. `named`: giving the document another title would help."""

    file: str
    reason: str
    remedy: str
    named: bool = False


def caught_up(context: PageContext, *, patience: float = 2.0) -> bool:
    """Whether the engine answers from the newest index; waits a little while another thread opens it."""
    until = time.monotonic() + patience
    while True:
        newest = disk.current(context.settings.home)
        if newest is None or context.engine.index().generation == newest:
            return True
        if time.monotonic() > until:
            return False
        time.sleep(0.02)


def rows(context: PageContext, municipality: str) -> list[Row]:
    """The municipality's documents by title."""
    cited, uploaded = citations(context, municipality), uploaded_files(context.settings.home, municipality)
    own = (d for d in context.engine.index().documents.values() if d.municipality == municipality)
    return [
        Row(d, warnings(d), sum(1 for s in d.sections if not cited[s.id]), uploaded.get(d.id))
        for d in sorted(own, key=lambda d: d.title.casefold())
    ]


def citations(context: PageContext, municipality: str) -> Counter[str]:
    """How often the municipality's staff were shown each section, by the id that it has now."""
    index = context.engine.index()
    counts = Counter(c.section_id for r in context.store.log.read() if r.municipality == municipality for c in r.citations)
    found: Counter[str] = Counter()
    for id_, count in counts.items():
        section = index.section(id_)
        if section:
            found[section.id] += count
    return found


def uploaded_files(home: Path, municipality: str) -> dict[str, str]:
    """Document id → the uploaded file that it was read from, as the index that counts has it."""
    folder = Uploads(home, municipality).folder
    try:
        generation = disk.current(home)
        sources = disk.read_manifest(disk.generation_folder(home, generation)).sources if generation else {}
    except KnowledgeError:
        return {}
    source = sources.get(str(folder.resolve()))
    return {entry.document_id: file for file, entry in source.files.items()} if source else {}


def failed_files(uploads: Uploads, report: Mapping[str, object]) -> list[Failed]:
    """The uploaded files that the latest indexing could not read and that are still there."""
    there = set(uploads.names())
    listed = report.get("failed", [])
    found = [Failed(**f) for f in listed if f["file"] in there] if isinstance(listed, list) else []
    return [_told(f) for f in found]


def warnings(document: Document) -> tuple[str, ...]:
    """What reading the document warned of, with remedies that can be done on the page."""
    return tuple(w.replace("i register.toml", "under Uppgifter om dokumentet") for w in document.warnings)


def _told(failed: Failed) -> Failed:
    """The failure with a remedy that can be done on the page."""
    if not failed.reason.startswith(_SAME_ID):
        return failed
    taken = failed.reason.removeprefix(_SAME_ID).rstrip(".").rpartition(": ")[2].strip()
    reason = f"Det finns redan ett dokument med samma titel och beslutsår ({taken})."
    return Failed(failed.file, reason, "Ge det här dokumentet en annan titel, eller ersätt det som finns.", named=True)
