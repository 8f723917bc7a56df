"""What the index's tests stand on: an embedder that counts words, and documents in a plain form that needs no reader.

A file is `key: value` lines (title, municipality, draft, id, cover), then sections: a line "# Heading", then its text.
One that holds TRASIG cannot be read, and one that holds BUGG meets a fault in the program.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge import building, renewal
from knowledge.embed import Embedder
from knowledge.read.block import Block, Reading
from knowledge.register import Stated
from knowledge.section import COVER, Document, KnowledgeError, Section

DIMENSIONS = 64


class WordEmbedder(Embedder):
    """Texts with the same words lie near each other. `embedded` holds every passage it was given."""

    def __init__(self, name: str = "words-1") -> None:
        self._name = name
        self.embedded: list[str] = []

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(DIMENSIONS, 0.01)
        for word in words(text):
            vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return (vector / np.linalg.norm(vector)).tolist()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def slug(text: str) -> str:
    return "-".join(words(text))


def document(
    title: str, sections: dict[str, str], *, municipality: str | None = "Lindhamn", draft: bool = False, **known: object
) -> Document:
    """A document with a section for each heading."""
    id = str(known.pop("id", f"{slug(municipality or 'okand')}/{slug(title)}"))
    cover = known.pop("cover", None)
    return Document(
        id=id,
        title=title,
        file=str(known.pop("file", f"{slug(title)}.txt")),
        hash=str(known.pop("hash", slug(title))),
        sections=tuple(Section(f"{id}#{slug(h)}", id, (h,), text) for h, text in sections.items()),
        cover=Section(f"{id}#{COVER}", id, ("Försättsblad",), str(cover)) if cover else None,
        municipality=municipality,
        draft=draft,
        **known,
    )


def read_file(path: Path) -> Reading:
    text = path.read_text(encoding="utf-8")
    if "TRASIG" in text:
        raise KnowledgeError("Filen är trasig.", "Spara om den.")
    return Reading((Block(text),), {})


def describe(reading: Reading, *, file: str, digest: str, stated: Stated | None, municipalities: Sequence[str]) -> Document:
    text = reading.blocks[0].text
    if "BUGG" in text:
        raise ZeroDivisionError
    head, *parts = text.split("# ")
    values = dict(re.findall(r"^(\w+): (.+)$", head, re.MULTILINE))
    if stated:
        values |= {k: v for k in ("title", "municipality", "id") if (v := getattr(stated, k))}
    sections = {heading: body.strip() for heading, _, body in (p.partition("\n") for p in parts)}
    municipality = values.pop("municipality", None)
    title = values.pop("title", file)
    draft = values.pop("draft", "") == "ja"
    warnings = () if municipality else ("Kommunen är inte känd.",)
    return document(title, sections, municipality=municipality, draft=draft, file=file, hash=digest, warnings=warnings, **values)


def use_fakes(patch: pytest.MonkeyPatch) -> None:
    """Let ingest read files of this module's form."""
    patch.setattr(renewal, "read_file", read_file)
    patch.setattr(renewal, "describe", describe)
    patch.setattr(building, "index_terms", words)
