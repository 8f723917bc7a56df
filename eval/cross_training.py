"""Trains the two cross-encoders: on which passages answer which questions (`training/*.jsonl`), and which quotes carry which claims
(`claims/training/*.jsonl` with the fitting part of `claims/`); all written for this, of invented municipalities.

A line of the first holds a passage with its headings (`path`), the words that lead it in (`lead`), questions that it answers (`yes`) and
questions on its topic that it does not answer (`no`); of the second a quote (`q`), claims that it carries (`p`) and claims that it does not
(`a`). Another course goes on from the first, with passages that the search itself brings for questions on whole documents
(`mining.py`). What is learned are changes to the embedder's weights (`changed_encoder.py`) and the head. Needs torch.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from assistant.claim_reading import CLAIM, QUOTE, as_read
from assistant.settings import Settings
from eval.changed_encoder import Encoder, batches, descent, padded
from eval.claim_fit import PARAPHRASE, rows
from eval.mining import drafted, mined
from eval.sets import Tell
from knowledge.cross_encoder import PASSAGE, QUESTION, passage_text
from knowledge.embed import cleaned, local_weights
from knowledge.model.weights import Measures, Weights

FOLDER = Path(__file__).with_name("training")
_CLAIMS = Path(__file__).parent / "claims" / "training"
_BATCH, _DROPOUT = 32, 0.1
_STRANGER = 0.3
"""How often a question also meets a passage of a record nearby or anywhere, which does not answer it."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question or a claim, the passage or quote that is read with it, and whether that answers or carries it."""

    first: str
    second: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What is trained, and how.

    Attributes:
        examples: gives the pairs.
        lengths: the most tokens of each side that are read.
        rank: the narrow matrices' width.
        rate: the first steps' learning rate; it falls to nothing.
        holding: how much more a pair that holds counts, where there are fewer of them.
    """

    examples: Callable[[], Sequence[Example]]
    lengths: tuple[int, int]
    rank: int
    rate: float
    holding: float


def records(folder: Path = FOLDER) -> list[dict[str, Any]]:
    """The single passages of the files in a folder, each with its questions."""
    return [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]


def examples(folder: Path = FOLDER, *, seed: int = 0) -> list[Example]:
    """All pairs of the files in a folder, and some of questions with other records' passages."""
    every = records(folder)
    passages = [passage_text(r["path"], "", r["lead"], r["text"]) for r in every]
    return [e for number, record in enumerate(every) for e in _of_record(record, number, passages, random.Random(seed + number))]


def _of_record(record: Mapping[str, Any], number: int, passages: Sequence[str], chance: random.Random) -> Iterator[Example]:
    for answers, questions in ((True, record["yes"]), (False, record["no"])):
        yield from (Example(q, passages[number], answers) for q in questions)
    for question in record["yes"]:
        if chance.random() < _STRANGER:
            near = chance.randrange(max(0, number - 6), min(len(passages), number + 7))
            other = near if chance.random() < 0.6 else chance.randrange(len(passages))
            if abs(other - number) > 1:
                yield Example(question, passages[other], False)


def searched_examples() -> list[Example]:
    """The pairs that the search brings on `training/searched` (see `mining.py`), and some of single passages, so that what was learned
    before is not forgotten."""
    chance, folder = random.Random(0), FOLDER / "searched"
    with TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        pairs = [*mined(folder, settings, _quiet), *drafted(folder, settings, _quiet)]
    found = [Example(p.question, p.passage, p.answers) for p in pairs]
    return found + chance.sample(examples(), len(found) // 10)


def _quiet(_doing: str, _done: int, _total: int) -> None:
    pass


def claim_examples() -> list[Example]:
    """Every claim with the quote that it is said to rest on, as the verifier reads them."""
    lines = [json.loads(line) for file in sorted(_CLAIMS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    pairs = [(c, line["q"], True) for line in lines for c in line["p"]]
    pairs += [(c, line["q"], False) for line in lines for _, c in line["a"]]
    pairs += [(r.claim, r.quote, r.kind == PARAPHRASE) for r in rows() if r.part == "fitting" and r.kind != "foreign_quote"]
    return [Example(*as_read(claim, quote), holds) for claim, quote, holds in pairs]


COURSES = {
    "answers": Course(examples, (QUESTION, PASSAGE), 8, 8e-4, 1.4),
    "searched": Course(searched_examples, (QUESTION, PASSAGE), 32, 3e-4, 2.5),
    "claims": Course(claim_examples, (CLAIM, QUOTE), 32, 4e-4, 1.0),
}


def train(file: Path, tell: Tell, course: Course, *, epochs: float, start: Path | None = None, threads: int = 2) -> None:
    """Train and write what a cross-encoder reads: what was learned, by name, as float16.

    Args:
        epochs: how often every pair is seen.
        start: an earlier result to go on from; its matrices may be narrower.
    """
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    weights, tokens = local_weights()
    model = _Model(weights, weights.measures, course.rank)
    if start:
        model.take(np.load(start))
    first, second = course.lengths
    data = [
        (tokens.pair(tokens.ids(cleaned(e.first))[:first], tokens.ids(cleaned(e.second))[:second]), float(e.holds))
        for e in course.examples()
    ]
    learned = [p for p in model.parameters() if p.requires_grad]
    steps = round(epochs * len(data) / _BATCH)
    descend = descent(learned, rate=course.rate, steps=steps, warm=40, least=0.01)
    weight = torch.tensor(course.holding)
    for step, batch in zip(range(steps), batches([len(ids) for ids, _ in data], _BATCH), strict=False):
        logits = model(*padded([data[i][0] for i in batch]))
        loss = functional.binary_cross_entropy_with_logits(logits, torch.tensor([data[i][1] for i in batch]), pos_weight=weight)
        descend(loss)
        tell(f"Tränar ({loss.item():.2f})", step + 1, steps)
    given: dict[str, Any] = model.given()
    np.savez_compressed(file, **given)


class _Model(Encoder):
    """The encoder with a head on the mean of its last states: the logit of each pair."""

    def __init__(self, weights: Weights, measures: Measures, rank: int) -> None:
        super().__init__(weights, measures, rank)
        self.dense, self.out = nn.Linear(measures.width, measures.width), nn.Linear(measures.width, 1)
        self._drop = nn.Dropout(_DROPOUT)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        mean = super().forward(ids, mask)
        logits: Tensor = self.out(self._drop(torch.tanh(self.dense(self._drop(mean))))).squeeze(-1)
        return logits

    def learned(self) -> Iterator[tuple[str, nn.Parameter, float]]:
        for head in ("dense", "out"):
            module = getattr(self, head)
            yield from ((f"{head}.w", module.weight, 1.0), (f"{head}.b", module.bias, 1.0))
        yield from super().learned()
