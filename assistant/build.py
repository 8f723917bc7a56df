"""Settings → the engine and what it is made of."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from assistant.about import service_of
from assistant.claim_checks import Judges
from assistant.claim_judge import Judge
from assistant.claim_reading import CLAIM, QUOTE, WEIGHTS
from assistant.claims import ClaimVerifier
from assistant.engine import Engine
from assistant.evidence import model
from assistant.generative import Limits, Writer
from assistant.model_client import ModelClient
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.model_budget import ModelBudget
from knowledge.cross_encoder import CrossEncoder
from knowledge.embed import Embedder, LocalEmbedder
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader
from knowledge.mends import MendReader
from knowledge.section import KnowledgeError


def build_engine(settings: Settings, *, as_of: date | None = None) -> Engine:
    """The engine over the index in the settings' home.

    Raises:
        KnowledgeError: the embedder or the glossary cannot be loaded, or the settings of the language model are not all there. A missing
            index is told when a question is asked.
    """
    embedder = build_embedder(settings, threads=1)
    indexes = IndexReader(settings.home, embedder.name)
    fitted = model()
    deciding = fitted if settings.threshold is None else replace(fitted, threshold=settings.threshold)
    return Engine(
        indexes, embedder, build_reader(), read_glossary(), deciding, as_of=as_of or settings.as_of, service=service_of(settings),
        mends=MendReader(settings.home), writer=build_writer(settings),
    )  # fmt: skip


def build_writer(settings: Settings) -> Writer | None:
    """What has a language model write answers; None where none is set. Raises as `build_engine` does."""
    if (client := build_client(settings)) is None:
        return None
    url = settings.database.get_secret_value() if settings.database else None
    budget = ModelBudget(Database(settings.home, url), settings.model_tokens_per_day)
    limits = Limits(settings.model_seconds, settings.model_tokens_per_question, settings.model_max_tokens)
    return Writer(client, ClaimVerifier(build_judges()), budget, limits)


def build_client(settings: Settings) -> ModelClient | None:
    """The language model that writes; None where none is set.

    Raises:
        KnowledgeError: only its name or only its address is set. Nothing is sent anywhere that nobody has named.
    """
    if not settings.model and not settings.model_url:
        return None
    if not settings.model or not settings.model_url:
        missing = "ASSISTANT_MODEL_URL" if settings.model else "ASSISTANT_MODEL"
        remedy = f"Ange {missing} också, eller ta bort båda så består svaren av citat."
        raise KnowledgeError("Språkmodellen för svar är bara till hälften inställd.", remedy)
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    return ModelClient(
        model=settings.model, url=settings.model_url, key=key, temperature=settings.model_temperature, seconds=settings.model_seconds
    )


def build_embedder(settings: Settings, *, threads: int) -> Embedder:
    """The embedder: one a process, since its threads are set when it is loaded."""
    if settings.embedding_url:
        from knowledge.embed_service import ServiceEmbedder

        key = settings.embedding_key.get_secret_value() if settings.embedding_key else ""
        return ServiceEmbedder(url=settings.embedding_url, model=settings.embedding_model or "", key=key)
    return _local(threads)


@cache
def build_judges() -> Judges:
    """What the verifier of claims judges by, one a process: loaded only where a language model writes."""
    return Judges(Judge(_local(1), read_glossary()), CrossEncoder(threads=2, changes=WEIGHTS, lengths=(CLAIM, QUOTE)))


@cache
def build_reader() -> CrossEncoder:
    """The cross-encoder, one a process."""
    return CrossEncoder(threads=2)


@cache
def _local(threads: int) -> LocalEmbedder:
    return LocalEmbedder(threads=threads)
