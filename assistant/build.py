"""Settings → the engine and what it is made of."""

from __future__ import annotations

from datetime import date
from functools import cache

from assistant.about import service_of
from assistant.claim_judge import Judge
from assistant.engine import Engine
from assistant.evidence import model
from assistant.settings import Settings
from knowledge.cross_encoder import CrossEncoder
from knowledge.embed import Embedder, LocalEmbedder
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader


def build_engine(settings: Settings, *, as_of: date | None = None) -> Engine:
    """The engine over the index in the settings' home.

    Raises:
        KnowledgeError: the embedder or the glossary cannot be loaded. A missing index is told when a question is asked.
    """
    embedder = build_embedder(settings, threads=1)
    indexes = IndexReader(settings.home, embedder.name)
    return Engine(indexes, embedder, build_reader(), read_glossary(), model(), as_of=as_of or settings.as_of, service=service_of(settings))


def build_embedder(settings: Settings, *, threads: int) -> Embedder:
    """The embedder: one a process, since its threads are set when it is loaded."""
    if settings.embedding_url:
        from knowledge.embed_service import ServiceEmbedder

        key = settings.embedding_key.get_secret_value() if settings.embedding_key else ""
        return ServiceEmbedder(url=settings.embedding_url, model=settings.embedding_model or "", key=key)
    return _local(threads)


def build_judge() -> Judge:
    """What the verifier of claims judges by: the local embedder, whose likeness its floor was fitted to, and the glossary."""
    return Judge(_local(1), read_glossary())


@cache
def build_reader() -> CrossEncoder:
    """The cross-encoder, one a process."""
    return CrossEncoder(threads=2)


@cache
def _local(threads: int) -> LocalEmbedder:
    return LocalEmbedder(threads=threads)
