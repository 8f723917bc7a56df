"""A folder to index: its files with all that their documents depend on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge import contacts
from knowledge import register as registers
from knowledge.contacts import Contact, read_contacts
from knowledge.register import Register, Stated, read_register
from knowledge.report import Failure
from knowledge.section import KnowledgeError

PIPELINE = 8
"""Raised when reading or splitting changes, so that every file is read again at its next indexing."""

NOT_DOCUMENTS = frozenset({registers.FILE, contacts.FILE, "Thumbs.db", "desktop.ini"})
"""Names of files that lie in folders of documents and are none."""

_OFFICE_LOCK = "~$"


@dataclass(frozen=True, slots=True)
class File:
    """A file of a folder. `name` is relative to it, with "/"; `fingerprint` covers its bytes and what the register says."""

    name: str
    path: Path
    digest: str
    stated: Stated | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it is now. `source` is its resolved path, the name under which the index keeps it."""

    source: str
    files: tuple[File, ...]
    failed: tuple[Failure, ...]
    register: Register
    contacts: tuple[Contact, ...] = ()


def look_at(folder: Path, *, home: Path, may_be_empty: bool = False) -> Folder:
    """The folder as it is now. Hidden files, those of the system and of the program itself are left out.

    Raises:
        KnowledgeError: it is missing, is a file, or holds no file to read where it may not be empty; or its register or contacts cannot
            be understood.
    """
    root = folder.expanduser().resolve()
    if root.is_file():
        raise KnowledgeError(f"{folder} är en fil, inte en mapp.", "Ange mappen som filen ligger i.")
    if not root.is_dir():
        raise KnowledgeError(f"Mappen {folder} finns inte.", "Kontrollera sökvägen.")
    paths = sorted(_documents(root, home.expanduser().resolve()))
    if not paths and not may_be_empty:
        raise KnowledgeError(f"Mappen {folder} innehåller inga dokument.", "Lägg dokumenten i mappen, till exempel som PDF eller Word.")
    register = read_register(root)
    files: list[File] = []
    failed: list[Failure] = []
    for path in paths:
        seen = _file(path, root, register)
        if isinstance(seen, File):
            files.append(seen)
        else:
            failed.append(seen)
    return Folder(str(root), tuple(files), tuple(failed), register, read_contacts(root))


def _documents(root: Path, home: Path) -> Iterator[Path]:
    for path in root.rglob("*"):
        name = path.name
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        own = path.is_relative_to(home) and not root.is_relative_to(home)
        if not (hidden or own or name in NOT_DOCUMENTS or name.startswith(_OFFICE_LOCK)) and path.is_file():
            yield path


def _file(path: Path, root: Path, register: Register) -> File | Failure:
    name = path.relative_to(root).as_posix()
    readable = os.fsencode(name).decode("utf-8", "replace")
    if readable != name:
        return Failure(readable, "Filens namn innehåller tecken som inte går att tolka.", "Byt namn på filen.")
    try:
        with path.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return Failure(name, "Filen går inte att öppna.", "Kontrollera att den finns kvar och att du får läsa den.")
    stated = register.stated(name)
    return File(name, path, digest, stated, _fingerprint(digest, stated, register))


def _fingerprint(digest: str, stated: Stated | None, register: Register) -> str:
    depends_on = [PIPELINE, digest, asdict(stated) if stated else None, [m.name for m in register.municipalities]]
    return hashlib.sha256(json.dumps(depends_on, default=str).encode()).hexdigest()
