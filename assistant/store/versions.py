"""Every version of a document that something cites, by the hash of what it says: a quote can be looked up after the document changed."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Collection
from datetime import date
from pathlib import Path

from assistant.store.lines import sync
from assistant.store.trouble import told
from knowledge.section import Document, KnowledgeError
from knowledge.stored import read_documents, write_documents

_SUFFIX = ".jsonl"

log = logging.getLogger(__name__)


class Versions:
    """One file a version, named by its SHA-256 and never changed. Safe to use from several threads and processes."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "versions"
        self._known: dict[str, frozenset[str]] = {}

    def keep(self, document: Document) -> str:
        """Keep a document as it is now; the hash to ask for it by. It is on the disk when this returns."""
        with told():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self._folder / f"{secrets.token_hex(8)}.new"
            try:
                version = write_documents(beside, [document])
                path = self._path(version)
                if path.exists() and path.stat().st_size == beside.stat().st_size:
                    os.utime(path)  # it is cited again today
                    return version
                sync(beside)
                os.replace(beside, path)
                sync(self._folder)
            finally:
                beside.unlink(missing_ok=True)
        return version

    def get(self, version: str) -> Document | None:
        """The document as it was, or None when nothing is kept under that hash.

        Raises:
            KnowledgeError: what is kept is damaged.
        """
        path = self._path(version)
        if len(version) != 64 or not version.isalnum() or not path.exists():
            return None
        try:
            return next(iter(read_documents(path, version).values()))
        except KnowledgeError as error:
            raise KnowledgeError("Den sparade versionen av dokumentet är skadad.", "Återställ den från en säkerhetskopia.") from error

    def latest(self, ids: Collection[str]) -> str | None:
        """The hash of the version that was last cited of those that have a document or a section with any of the ids."""
        with told():
            kept = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime, reverse=True)
        return next((path.stem for path in kept if not self._ids(path.stem).isdisjoint(ids)), None)

    def _ids(self, version: str) -> frozenset[str]:
        """The ids in a version, which never change; none in one that is gone or damaged."""
        if version not in self._known:
            try:
                document = self.get(version)
            except KnowledgeError as error:
                log.error("version %s: %s", version, error.reason)
                document = None
            self._known[version] = frozenset((document.id, *(s.id for s in document.citable)) if document else ())
        return self._known[version]

    def cited_before(self, day: date) -> list[str]:
        """The hashes of what was last cited before a day."""
        with told():
            return [p.stem for p in sorted(self._folder.glob(f"*{_SUFFIX}")) if date.fromtimestamp(p.stat().st_mtime) < day]

    def remove(self, version: str) -> None:
        """Remove a version; nothing when it is not there."""
        with told():
            self._path(version).unlink(missing_ok=True)

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}{_SUFFIX}"
