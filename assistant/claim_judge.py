"""What the verifier of claims knows of language: the models on this machine and the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.matching import Reader
from knowledge.embed import Embedder
from knowledge.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Judge:
    """The embedder (likeness of meaning), the cross-encoder (whether a passage answers) and the glossary (what is called what)."""

    embedder: Embedder
    reader: Reader
    glossary: Glossary
