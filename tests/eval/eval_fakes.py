"""What the evaluation's tests stand on: two tiny municipalities, and the engine over them with an embedder that counts words."""

from __future__ import annotations

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from assistant.build import build_reader
from assistant.engine import Engine
from assistant.evidence import Model
from knowledge.embed import Embedder
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader
from knowledge.ingest import ingest

DIMENSIONS = 64
DECIDING = Model({"coverage": 10.0}, -6.0, 0.5)
"""Answers where the statements found hold most of the question's words: the fitted model changes, these tests should not."""

REGISTER = '[[municipality]]\nname = "Björkhult"\n\n[[municipality]]\nname = "Stenvik"\n'
POLICY = """# Policy för internationellt arbete i Björkhults kommun

Antagen av kommunfullmäktige den 12 maj 2022, § 41.

## Kontaktpersoner

Förvaltningschefen utser en kontaktperson för tre år i taget. Kontaktpersonen sprider information om stipendier.

## Uppföljning

Kommunstyrelsen redovisar arbetet varje år i april.
"""
RULES = """# Riktlinjer för utbyten i Stenviks kommun

Antagna av kommunstyrelsen den 3 mars 2023.

## Gåvor

En gåva till gäster får kosta högst 350 kronor.

## Uppföljning

Kultursekreteraren lämnar en skriftlig redogörelse vartannat år.
"""


class CountingEmbedder(Embedder):
    """Texts with the same words lie near each other."""

    @property
    def name(self) -> str:
        return "counting-1"

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(DIMENSIONS, 0.01)
        for word in re.findall(r"\w+", text.lower()):
            vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return (vector / np.linalg.norm(vector)).tolist()


def write_documents(folder: Path) -> Path:
    folder.mkdir()
    for name, text in (("register.toml", REGISTER), ("policy.md", POLICY), ("riktlinjer.md", RULES)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def engine_over(folder: Path, home: Path) -> Engine:
    """The real engine over a folder, with `DECIDING` in the place of the fitted model."""
    embedder = CountingEmbedder()
    ingest(folder, home=home, embedder=embedder)
    return Engine(IndexReader(home, embedder.name), embedder, build_reader(), read_glossary(), DECIDING)


def write_questions(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return path


def row(id: str, question: str, municipality: str | None = "Björkhult", **known: Any) -> dict[str, Any]:
    return {"id": id, "question": question, "municipality": municipality, "type": "role", **known}


WHO = row(
    "k1", "Vem utser kontaktpersonen?", gold=[{"municipality": "Björkhult", "sections": ["Kontaktpersoner"]}], facts=["Förvaltningschefen"]
)
HOW_LONG = row(
    "k2", "Hur länge är man kontaktperson?", gold=[{"municipality": "Björkhult", "sections": ["Kontaktpersoner"]}], facts=["tre år"]
)
GIFT = row(
    "k3", "Hur mycket får en gåva kosta?", "Stenvik", gold=[{"municipality": "Stenvik", "sections": ["Gåvor"]}], facts=["350 kronor"]
)
NEAR_MISS = row("n1", "Hur mycket får en gåva kosta?", type="near_miss", abstain=True)
OFF_TOPIC = row("o1", "Skriv en dikt om våren", type="off_topic", abstain=True, reason="off_topic")
EVERY = (WHO, HOW_LONG, GIFT, NEAR_MISS, OFF_TOPIC)
