"""What a link led to that is there no longer: what it was, where it can still be read, and what comes nearest now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from assistant.store.versions import Versions
from knowledge.nearness import by_anchor, by_id, by_text
from knowledge.section import EVERYBODY, Document, Section

MOST = 3
"""Sections or documents that are offered."""
LONGEST = 1000
"""Characters of an anchor or an id that are looked for."""


class IndexLike(Protocol):
    """The documents as they are indexed now."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    def document(self, document_id: str, /) -> Document | None: ...

    def section(self, section_id: str, /) -> Section | None: ...


@dataclass(frozen=True, slots=True)
class GoneSection:
    """`now` is where a section is that is not gone at all, only renamed. `version` is the hash of a kept version that has it."""

    now: Section | None = None
    was: Section | None = None
    version: str | None = None
    nearest: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class GoneDocument:
    """`was` is the document as it was when it was last cited, kept under the hash `version`; both None where nothing is kept."""

    was: Document | None
    version: str | None
    nearest: tuple[Document, ...]


def gone_section(index: IndexLike, versions: Versions, document_id: str, anchor: str) -> GoneSection:
    """What became of a section of a document that is there, or of one that is gone as well.

    Raises:
        KnowledgeError: the kept version is damaged.
    """
    document_id, anchor = document_id[:LONGEST], anchor[:LONGEST]
    document = index.document(document_id)
    ids = [f"{name}#{anchor}" for name in _names(document_id, document)]
    if now := next((section for id_ in ids if (section := index.section(id_))), None):
        return GoneSection(now)
    version = versions.latest(ids)
    kept = versions.get(version) if version else None
    was = next((s for s in kept.citable if s.id in ids), None) if kept else None
    among = [s for d in ([document] if document else _shelf(index, document_id, kept)) for s in d.citable]
    near = (by_text(was, among, MOST) if was else []) or by_anchor(anchor, among, MOST)
    return GoneSection(None, was, version if was else None, tuple(near))


def gone_document(index: IndexLike, versions: Versions, document_id: str) -> GoneDocument:
    """What is known of a document that is not there. Raises KnowledgeError as `gone_section`."""
    document_id = document_id[:LONGEST]
    version = versions.latest([document_id])
    was = versions.get(version) if version else None
    shelf = _shelf(index, document_id, was)
    heirs = _heirs(shelf, document_id, was)
    return GoneDocument(was, version if was else None, tuple(heirs or by_id(document_id, shelf, MOST)))


def _names(document_id: str, document: Document | None) -> list[str]:
    """A document's id with those that it had before."""
    before = [old for old, now in document.aliases if now == document.id and "#" not in old] if document else []
    return list(dict.fromkeys([*([document.id] if document else []), document_id, *before]))


def _shelf(index: IndexLike, document_id: str, was: Document | None) -> list[Document]:
    """Where something near may stand: in what took over, else in what the same municipality decided and what applies to all."""
    place = document_id.partition("/")[0]
    own = [d for d in index.documents.values() if not d.draft and d.id.partition("/")[0] in (place, EVERYBODY)]
    return _heirs(own, document_id, was) or own


def _heirs(documents: list[Document], document_id: str, was: Document | None) -> list[Document]:
    """The documents that say that they replace one."""
    names = {document_id, was.title if was else document_id}
    return [d for d in documents if names & set(d.replaces)][:MOST]
