"""Trains how a question becomes the vector that the index is searched with: near the passages that answer it, far from those that do not.

The passages' vectors stay as the embedder gives them, so no index has to be built anew. Questions on whole documents
(`training/searched`, by `mining.py`) are held against every passage of their municipality, and those on single passages
(`training/*.jsonl`) against that passage and others drawn from the same files.

Sources: Karpukhin et al., Dense Passage Retrieval, 2020; van den Oord et al., Contrastive Predictive Coding, 2018, for the loss.
Needs torch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from assistant.build import build_embedder
from assistant.settings import Settings
from eval.changed_encoder import Encoder, batches, descent, padded
from eval.cross_training import FOLDER, records
from eval.mining import questions
from eval.sets import Tell
from knowledge.embed import QUESTION_PREFIX, cleaned, local_weights

_RANK, _RATE, _BATCH = 16, 8e-4, 32
_SHARPNESS = 100.0
"""By what a cosine is multiplied before the softmax: cosines of this embedder lie near each other."""
_DRAWN = 150
"""Against how many passages a question on a single one is held, beside its own."""
_ALONE = 0.5
"""How often a question on a single passage is seen while one on whole documents is seen once."""
_TOKENS = 96


@dataclass(frozen=True, slots=True)
class _Example:
    """A question's tokens; the numbers of the passages that answer it, and of those that it is held against too (none: they are drawn)."""

    ids: list[int]
    answers: Sequence[int]
    others: Sequence[int]


def train(file: Path, tell: Tell, *, epochs: float, threads: int = 2) -> None:
    """Train and write what a question's vector is made with: what was learned, by name, as float16.

    Args:
        epochs: how often every question on whole documents is seen.
    """
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    weights, tokens = local_weights()
    with TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        asked, passages = questions(FOLDER / "searched", settings, tell)
        single = records()
        embedder = build_embedder(settings, threads=threads)
        texts = [*passages, *(_embedded(r) for r in single)]
        vectors = torch.tensor(np.array(embedder.embed_documents(texts), np.float32))

    def ids(text: str) -> list[int]:
        return tokens.sequence(tokens.ids(QUESTION_PREFIX + cleaned(text))[:_TOKENS])

    whole = [_Example(ids(q.text), q.answers, q.others) for q in asked]
    alone = [_Example(ids(q), [len(passages) + n], []) for n, record in enumerate(single) for q in record["yes"]]
    model = Encoder(weights, weights.measures, _RANK)
    learned = [p for _, p, _ in model.learned()]
    examples = _mixed(whole, alone, epochs)
    steps = len(examples) // _BATCH
    descend = descent(learned, rate=_RATE, steps=steps, warm=20, least=0.02)
    drawing = torch.Generator().manual_seed(0)
    for step, batch in zip(range(steps), batches([len(e.ids) for e in examples], _BATCH), strict=False):
        drawn = torch.randint(len(passages), len(texts), (_DRAWN,), generator=drawing).tolist()
        found = functional.normalize(model(*padded([examples[n].ids for n in batch])), dim=-1)
        losses = [_loss(row, examples[n], drawn, vectors) for row, n in zip(found, batch, strict=True)]
        loss = torch.stack(losses).mean()
        descend(loss)
        tell(f"Tränar ({loss.item():.2f})", step + 1, steps)
    given: dict[str, Any] = model.given()
    np.savez_compressed(file, **given)


def _mixed(whole: Sequence[_Example], alone: Sequence[_Example], epochs: float) -> list[_Example]:
    """The questions in the order of a run's epochs, those on single passages as often as `_ALONE` says."""

    def taken(some: Sequence[_Example], times: float) -> list[_Example]:
        order = [n for _ in range(int(times) + 1) for n in torch.randperm(len(some)).tolist()]
        return [some[n] for n in order[: round(times * len(some))]]

    return [*taken(whole, epochs), *taken(alone, epochs * _ALONE)]


def _loss(vector: Tensor, example: _Example, drawn: Sequence[int], vectors: Tensor) -> Tensor:
    """How much of the softmax over the passages is not on those that answer, as a negative logarithm."""
    others = example.others or [n for n in drawn if n not in example.answers]
    scores = _SHARPNESS * (vectors[[*example.answers, *others]] @ vector)
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[: len(example.answers)], 0)


def _embedded(record: Mapping[str, Any]) -> str:
    """A single passage as the index would hold it: below its headings, the title left out where there are others."""
    path = record["path"][1:] or record["path"]
    return f"{' › '.join(path)}: {record['lead']}{' ' if record['lead'] else ''}{record['text']}"
