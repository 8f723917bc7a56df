"""Texts as vectors from a service that speaks OpenAI's protocol."""

from __future__ import annotations

import logging
import queue
import threading
from functools import cached_property

import numpy as np
from pydantic import SecretStr

from knowledge.embed import Embedder, cleaned
from knowledge.section import KnowledgeError

_BATCH = 64

logger = logging.getLogger(__name__)


class ServiceEmbedder(Embedder):
    """An embedding model behind an OpenAI-compatible address.

    Args:
        url: the address that the protocol calls base URL, ending in /v1 as a rule.
        model: the model's name there.
        key: the key, empty where the service asks for none.
        deadline: seconds for one call with its retry, however slowly the service answers.
    """

    def __init__(self, *, url: str, model: str, key: str = "", deadline: float = 60.0) -> None:
        # Imported here since it takes seconds, and most run without a service.
        from langchain_openai import OpenAIEmbeddings

        self._model = model
        self._url = url
        self._deadline = deadline
        self._client = OpenAIEmbeddings(
            model=model,
            base_url=url,
            api_key=SecretStr(key or "none"),
            check_embedding_ctx_length=False,  # else it fetches a tokeniser from the network
            chunk_size=_BATCH,
            max_retries=1,
            timeout=deadline,
        )

    @property
    def name(self) -> str:
        return f"openai/{self._model}"

    @cached_property
    def dimensions(self) -> int:
        """Asked of the service once, on first use."""
        return len(self.embed_query("Provmening"))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passages as vectors of length 1.

        Raises:
            KnowledgeError: the service does not answer in time, or not with vectors.
        """
        return [row for start in range(0, len(texts), _BATCH) for row in self._embed(texts[start : start + _BATCH])]

    def embed_query(self, text: str) -> list[float]:
        """A question as a vector of length 1; raises as `embed_documents` does."""
        return self._embed([text])[0]

    def _embed(self, texts: list[str]) -> list[list[float]]:
        outcome: queue.Queue[list[list[float]] | Exception] = queue.Queue(maxsize=1)
        # A daemon thread, since nothing else bounds an answer that drips in: what comes after the deadline is left behind.
        threading.Thread(target=self._call, args=([cleaned(t) for t in texts], outcome), daemon=True).start()
        try:
            answer = outcome.get(timeout=self._deadline)
        except queue.Empty:
            raise self._failure(f"svarade inte inom {self._deadline:.0f} sekunder") from None
        if isinstance(answer, Exception):
            logger.warning("embedding service failed: %r", answer)
            raise self._failure("gav ett fel") from answer
        return self._checked(answer, len(texts))

    def _call(self, texts: list[str], outcome: queue.Queue[list[list[float]] | Exception]) -> None:
        try:
            outcome.put(self._client.embed_documents(texts))
        except Exception as error:  # whatever it is, it belongs to the one who waits
            outcome.put(error)

    def _checked(self, rows: list[list[float]], count: int) -> list[list[float]]:
        try:
            vectors = np.asarray(rows, dtype=np.float32).reshape(count, -1)
        except (TypeError, ValueError) as error:
            raise self._failure("svarade med något annat än vektorer") from error
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise self._failure("svarade med vektorer som inte går att använda")
        unit: list[list[float]] = (vectors / lengths).tolist()
        return unit

    def _failure(self, what: str) -> KnowledgeError:
        return KnowledgeError(
            f"Tjänsten för inbäddningar på {self._url} {what}.",
            "Kontrollera adressen, modellens namn och nyckeln, eller ta bort inställningen så används den lokala modellen.",
        )
