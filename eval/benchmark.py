"""The search against what one would otherwise build: the same documents, embedder, questions and municipalities, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.build import build_embedder
from assistant.settings import Settings
from eval.cases import Case
from eval.gold import gold_ids, place
from eval.intervals import wilson
from eval.rankers import Asked, Ranker, rankers
from eval.report import table
from eval.scores import ranked
from eval.sets import QuestionSet, Tell, indexed
from knowledge.glossary import read_glossary
from knowledge.index import Index
from knowledge.section import EVERYBODY


@dataclass(frozen=True, slots=True)
class Ranking:
    """How one ranker did on one question: the share of gold groups found, the first one's reciprocal rank, and the time it took."""

    recall: float
    reciprocal: float
    ms: float


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A set's rankings by ranker, in the questions' order. `embedding_ms`: the median time of a question's vector, shared by all."""

    name: str
    rankings: dict[str, tuple[Ranking, ...]]
    embedding_ms: float

    def figures(self) -> dict[str, dict[str, float]]:
        """For each ranker hit@1 with its 95 % interval, recall@10, MRR, the misses at rank 1 and the median time."""
        return {name: _figures(found) for name, found in self.rankings.items()}

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        n = len(next(iter(self.rankings.values())))
        return {"set": self.name, "questions": n, "embedding_ms": round(self.embedding_ms, 1), "rankers": self.figures()}


def benchmark(chosen: QuestionSet, settings: Settings, tell: Tell, *, beside: int = 0) -> Benchmark:
    """Every ranker on every question of a set whose gold is a section. A follow-up is searched with the question before it.

    `beside`: so many generated sections of the same municipality lie in the index too.

    Raises:
        KnowledgeError: the set cannot be used.
    """
    home, embedder = indexed(chosen, settings, tell, beside=beside), build_embedder(settings, threads=1)
    index = Index.open(home, embedder.name)
    index.words.mended("uppvärmning")  # loads the word lists, which no question should be charged for
    asked, groups, embedding = [], [], []
    for case in chosen.cases():
        wanted = gold_ids(case, index)
        if wanted and all(wanted):
            began = time.perf_counter()
            text = text_of(case)
            vector = embedder.embed_question(text)
            embedding.append((time.perf_counter() - began) * 1000)
            asked.append(Asked(text, embedder.embed_query(text), vector, scope_of(case, index)))
            groups.append(wanted)
    every = rankers(index, embedder, read_glossary())
    rankings = {}
    for number, (name, ranker) in enumerate(every.items(), start=1):
        rankings[name] = tuple(_ranking(ranker, a, g) for a, g in zip(asked, groups, strict=True))
        tell("Jämför", number, len(every))
    return Benchmark(chosen.name, rankings, statistics.median(embedding))


def together(benchmarks: Sequence[Benchmark]) -> Benchmark:
    """Several sets' questions as one."""
    names = benchmarks[0].rankings
    pooled = {name: tuple(r for b in benchmarks for r in b.rankings[name]) for name in names}
    return Benchmark("alla", pooled, statistics.median(b.embedding_ms for b in benchmarks))


def benchmark_text(found: Benchmark) -> str:
    """The figures as a table; the recipe's misses at rank 1 are what the others' are held against."""
    figures = found.figures()
    base = next(iter(figures.values()))["misses"]
    n = len(next(iter(found.rankings.values())))
    rows = [(name, *_cells(values, base)) for name, values in figures.items()]
    head = ("sökning", "hit@1", "95 %", "missar", "mot receptets", "recall@10", "MRR", "ms")
    return "\n".join(
        [
            f"## {found.name}: {n} frågor",
            "",
            *table(head, rows),
            "",
            f"Frågans sökvektor tar därutöver {found.embedding_ms:.0f} ms (alla utom BM25).",
        ]
    )


def text_of(case: Case) -> str:
    """What is searched for: the question, after the one before it where it follows one up."""
    return f"{case.history[-1].question} {case.question}" if case.history else case.question


def scope_of(case: Case, index: Index) -> frozenset[str]:
    """The gold's municipalities, as the index writes them, and the national texts."""
    asked = {place(g.municipality) for g in case.gold} or {place(case.municipality)}
    present = {d.municipality for d in index.documents.values() if d.municipality}
    return frozenset({m for m in present if place(m) in asked} | {EVERYBODY})


def _ranking(ranker: Ranker, asked: Asked, groups: Sequence[frozenset[str]]) -> Ranking:
    began = time.perf_counter()
    ids = ranker(asked)
    return Ranking(*ranked(ids, groups), (time.perf_counter() - began) * 1000)


def _figures(found: Iterable[Ranking]) -> dict[str, float]:
    found = list(found)
    hits = sum(r.reciprocal == 1 for r in found)
    low, high = wilson(hits, len(found))
    return {
        "hit_at_1": round(hits / len(found), 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "misses": len(found) - hits,
        "recall_at_10": round(statistics.fmean(r.recall for r in found), 4),
        "mrr": round(statistics.fmean(r.reciprocal for r in found), 4),
        "ms": round(statistics.median(r.ms for r in found), 1),
    }


def _cells(values: dict[str, float], base: float) -> tuple[str, ...]:
    against = f"{values['misses'] / base:.2f}" if base else "–"
    return (
        f"{values['hit_at_1']:.3f}",
        f"{values['low']:.2f}–{values['high']:.2f}",
        f"{values['misses']:.0f}",
        against,
        f"{values['recall_at_10']:.3f}",
        f"{values['mrr']:.3f}",
        f"{values['ms']:.1f}",
    )
