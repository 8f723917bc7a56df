"""What the verifier of claims knows of language: the embedder and the glossary."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.embed import Embedder
from knowledge.glossary import Glossary


@dataclass(frozen=True, slots=True)
class Judge:
    """The embedder (likeness of meaning) and the glossary (what is called what).

    The cross-encoder is not asked: it tells whether a passage answers a question, and added nothing on the fitting half.
    """

    embedder: Embedder
    glossary: Glossary
