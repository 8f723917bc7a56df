"""Documents as lines of JSON: what the index keeps of them between runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.generation import damaged
from knowledge.section import Document, Section

_DATES = ("decided_on", "valid_from", "valid_until")


def write_documents(path: Path, documents: Iterable[Document]) -> str:
    """Write one document a line; the SHA-256 of what was written."""
    # A lone surrogate becomes its JSON escape.
    content = b"".join(_line(d).encode("utf-8", "backslashreplace") + b"\n" for d in documents)
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def read_documents(path: Path, written: str) -> dict[str, Document]:
    """The documents by id, in the order they were written; `written` is the hash of what was.

    Raises:
        KnowledgeError: it is not what was written, or this version does not know its form.
    """
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != written:
            raise damaged()
        documents = [_document(json.loads(line)) for line in content.splitlines()]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise damaged() from error
    return {d.id: d for d in documents}


def _line(document: Document) -> str:
    return json.dumps(asdict(document), ensure_ascii=False, default=date.isoformat)


def _document(values: dict[str, Any]) -> Document:
    if unknown := values.keys() - {f.name for f in fields(Document)}:
        raise ValueError(f"unknown fields: {unknown}")
    values["sections"] = tuple(_section(s) for s in values["sections"])
    values["cover"] = _section(values["cover"]) if values["cover"] else None
    for name in _DATES:
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["replaces"] = tuple(values["replaces"])
    values["warnings"] = tuple(values["warnings"])
    values["aliases"] = tuple((old, new) for old, new in values["aliases"])
    return Document(**values)


def _section(values: dict[str, Any]) -> Section:
    values["headings"] = tuple(values["headings"])
    values["pages"] = tuple((offset, page) for offset, page in values["pages"])
    return Section(**values)
