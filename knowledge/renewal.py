"""The documents of a folder as they are to be, given its files as they are and what the index held before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from knowledge.aliases import aliases
from knowledge.describe import describe
from knowledge.folder import File, Folder
from knowledge.generation import Entry, Source
from knowledge.read import read_file
from knowledge.register import FILE
from knowledge.report import Failure, Report, Warned
from knowledge.section import Document, KnowledgeError

logger = logging.getLogger(__name__)

EARLIER_VERSION = "Filen gick inte att läsa vid senaste indexeringen; en tidigare version visas."

Progress = Callable[[str, int, int], None]
"""Told what is being done (Swedish, one word), how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the index held before: documents by id, sources by the folder's path, and what is to be said of a loss."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    warning: str | None = None


class Renewal:
    """One folder's documents: `read` first, then ask for `documents`, `sources` and `report`."""

    def __init__(self, folder: Folder, kept: Kept) -> None:
        self._folder = folder
        self._kept = kept
        self._known = dict(kept.sources[folder.source].files) if folder.source in kept.sources else {}
        self._before = {e.document_id: kept.documents[e.document_id] for e in self._known.values()}
        self._elsewhere = dict(_elsewhere(kept, folder.source))
        self._documents: dict[str, Document] = {}
        self._entries: dict[str, Entry] = {}
        self._added: set[str] = set()
        self._changed: set[str] = set()
        self._failed = list(folder.failed)
        self._copies: list[Warned] = []

    def read(self, progress: Progress) -> None:
        """Keep what is unchanged, read what is not, and keep the earlier version of what fails."""
        files = self._without_copies()
        unchanged = {f.name for f in files if f.name in self._known and self._known[f.name].fingerprint == f.fingerprint}
        for name in sorted(unchanged):
            self._keep(name)
        to_read = sorted((f for f in files if f.name not in unchanged), key=lambda f: f.name)
        for done, file in enumerate(to_read, start=1):
            try:
                self._take(file, self._read(file))
            except KnowledgeError as error:
                self._failed.append(Failure(file.name, error.reason, error.remedy))
            progress("Läser", done, len(to_read))
        for failure in self._failed:
            self._keep(self._name_before(failure.file), warning=EARLIER_VERSION)

    @property
    def documents(self) -> dict[str, Document]:
        """All documents by id, other folders' too."""
        others = {i: d for i, d in self._kept.documents.items() if i not in self._before}
        return dict(sorted((others | self._documents).items()))

    @property
    def sources(self) -> dict[str, Source]:
        """All sources that have a document, with the files that their documents come from."""
        register = self._folder.register
        own = Source(dict(sorted(self._entries.items())), register.municipalities, self._folder.contacts, register.kinds)
        every = {name: _without(s, self._documents) for name, s in self._kept.sources.items()} | {self._folder.source: own}
        return {name: every[name] for name in sorted(every) if every[name].files}

    @property
    def report(self) -> Report:
        """What became of every file and document of the folder."""
        replaced = {self._known[f].document_id for f in map(self._name_before, self._entries) if f in self._known}
        return Report(
            added=tuple(sorted(self._added)),
            changed=tuple(sorted(self._changed)),
            removed=tuple(sorted(self._before.keys() - self._documents.keys() - replaced)),
            unchanged=tuple(sorted(self._documents.keys() - self._added - self._changed)),
            failed=tuple(sorted(self._failed, key=lambda f: f.file)),
            warnings=tuple(sorted(self._warnings(), key=lambda w: w.file)),
        )

    def _warnings(self) -> Iterator[Warned]:
        if self._kept.warning:
            yield Warned("", self._kept.warning)
        present = [*(f.name for f in self._folder.files), *(f.file for f in self._folder.failed)]
        for file in self._folder.register.unknown(present):
            yield Warned(FILE, f"Registret nämner filen {file}, som inte finns i mappen. Rätta filnamnet eller ta bort posten.")
        yield from self._copies
        for document in self._documents.values():
            yield from (Warned(document.file, text) for text in document.warnings)

    def _without_copies(self) -> list[File]:
        """The files but for copies: of equal ones, that which the register names is kept, else the one that was there before."""
        originals: dict[str, File] = {}
        files = []
        for file in sorted(self._folder.files, key=lambda f: (f.stated is None, f.name not in self._known, f.name)):
            original = originals.setdefault(file.digest, file)
            copied = original.name if original is not file and file.stated in (None, original.stated) else self._twin(file)
            if copied:
                self._copies.append(Warned(file.name, f"Filen är en kopia av {copied} och indexerades inte en gång till."))
            else:
                files.append(file)
        return files

    def _twin(self, file: File) -> str | None:
        """The equal file of another folder that is indexed already, where nothing is said of this one."""
        if file.stated or file.name in self._known:
            return None
        return next((str(path) for i, path in self._elsewhere.items() if self._kept.documents[i].hash == file.digest), None)

    def _keep(self, name: str, *, warning: str | None = None) -> None:
        """Keep a file's document as it was, marked with a warning or with none; nothing where it has none or the id is taken."""
        entry = self._known.get(name)
        if entry is None or entry.document_id in self._documents:
            return
        document = self._before[entry.document_id]
        others = tuple(w for w in document.warnings if w != EARLIER_VERSION)
        self._documents[document.id] = replace(document, warnings=others + ((warning,) if warning else ()))
        self._entries[name] = entry

    def _read(self, file: File) -> Document:
        try:
            reading = read_file(file.path)
            names = [m.name for m in self._folder.register.municipalities]
            return describe(reading, file=file.name, digest=file.digest, stated=file.stated, municipalities=names)
        except KnowledgeError:
            raise
        except Exception as error:  # a file that shows a fault in the program stops no other
            logger.exception("reading %s failed", file.name)
            reason = f"Filen gick inte att läsa på grund av ett fel i programmet ({type(error).__name__})."
            raise KnowledgeError(reason, "Spara om dokumentet i ett annat format, eller anmäl felet.") from error

    def _take(self, file: File, document: Document) -> None:
        """Let a document that was read be the file's.

        Raises:
            KnowledgeError: another file's document has its id.
        """
        taken = next((n for n, e in self._entries.items() if e.document_id == document.id), None) or self._elsewhere.get(document.id)
        if taken:
            remedy = f'Ange ett annat id i register.toml, till exempel id = "{document.id}-2".'
            raise KnowledgeError(f"Dokumentet får samma id som {taken}: {document.id}.", remedy)
        before = self._before_of(file, document)
        if before:
            document = replace(document, aliases=aliases(before, document))
        self._documents[document.id] = document
        self._entries[file.name] = Entry(file.fingerprint, document.id)
        if before is None:
            self._added.add(document.id)
        elif before != document:
            self._changed.add(document.id)

    def _name_before(self, name: str) -> str:
        """The name under which the index knows a file: that of the file whose place it took, where the register says so."""
        earlier = self._folder.register.earlier.get(name, name)
        gone = all(f.name != earlier for f in self._folder.files)
        return earlier if name not in self._known and earlier in self._known and gone else name

    def _before_of(self, file: File, document: Document) -> Document | None:
        """What a document was before: that of the same file, else of the same id, else one of the same content that was moved."""
        known = self._known.get(self._name_before(file.name))
        if known:
            return self._before[known.document_id]
        present = {f.name for f in self._folder.files}
        moved = (d for d in self._before.values() if d.hash == file.digest and d.file not in present)
        return self._kept.documents.get(document.id) or next(moved, None)


def _elsewhere(kept: Kept, source: str) -> Iterator[tuple[str, Path]]:
    """Documents of other folders with their files, where those are still there: what is gone may be taken over."""
    for name, other in kept.sources.items():
        for file, entry in other.files.items():
            path = Path(name, file)
            if name != source and path.is_file():
                yield entry.document_id, path


def _without(source: Source, taken: Container[str]) -> Source:
    return replace(source, files={f: e for f, e in source.files.items() if e.document_id not in taken})
