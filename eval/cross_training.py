"""Trains the two cross-encoders: on which passages answer which questions (`training/*.jsonl`), and which quotes carry which claims
(`claims/training/*.jsonl` with the fitting part of `claims/`); all written for this, of invented municipalities.

A line of the first holds a passage with its headings (`path`), the words that lead it in (`lead`), questions that it answers (`yes`) and
questions on its topic that it does not answer (`no`); of the second a quote (`q`), claims that it carries (`p`) and claims that it does not
(`a`). Another course goes on from the first, with passages that the search itself brings for questions on whole documents
(`mining.py`). The base weights stay; what is learned are narrow matrices (LoRA) in the upper layers, those layers' norms, and the
head. Needs torch, which nothing else does.
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
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from assistant.claim_reading import CLAIM, QUOTE, as_read
from assistant.settings import Settings
from eval.claim_fit import PARAPHRASE, rows
from eval.mining import drafted, mined
from eval.sets import Tell
from knowledge.cross_encoder import PASSAGE, QUESTION, passage_text
from knowledge.embed import cleaned, local_weights
from knowledge.model.weights import Measures, Weights

FOLDER = Path(__file__).with_name("training")
_CLAIMS = Path(__file__).parent / "claims" / "training"
_STRENGTH, _FROZEN = 2.0, 4
"""By what the narrow matrices' product is multiplied, and how many of the lower layers stay as they are."""
_BATCH, _DECAY, _DROPOUT = 32, 0.01, 0.1
_STRANGER = 0.3
"""How often a question also meets a passage of a record nearby or anywhere, which does not answer it."""
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")


Trained = dict[str, NDArray[np.float16]]
"""What was learned, under the names that the cross-encoder reads."""


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


def examples(folder: Path = FOLDER, *, seed: int = 0) -> list[Example]:
    """All pairs of the files in a folder, and some of questions with other records' passages."""
    records = [json.loads(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    passages = [passage_text(r["path"], "", r["lead"], r["text"]) for r in records]
    return [e for number, record in enumerate(records) for e in _of_record(record, number, passages, random.Random(seed + number))]


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
    optimizer = torch.optim.AdamW(learned, lr=course.rate, weight_decay=_DECAY)
    steps = round(epochs * len(data) / _BATCH)
    fall = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / 40, 1) * max(1 - step / steps, 0.01))
    weight = torch.tensor(course.holding)
    for step, batch in zip(range(steps), _batches([len(ids) for ids, _ in data]), strict=False):
        logits = model(*_padded([data[i][0] for i in batch]))
        loss = functional.binary_cross_entropy_with_logits(logits, torch.tensor([data[i][1] for i in batch]), pos_weight=weight)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        fall.step()
        tell(f"Tränar ({loss.item():.2f})", step + 1, steps)
    given: dict[str, Any] = model.given()
    np.savez_compressed(file, **given)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Endlessly, batches of pairs of like length, in an order that differs each time round."""
    chance = random.Random(0)
    while True:
        order = chance.sample(range(len(lengths)), len(lengths))
        pools = [sorted(order[i : i + 50 * _BATCH], key=lengths.__getitem__) for i in range(0, len(order), 50 * _BATCH)]
        batches = [pool[i : i + _BATCH] for pool in pools for i in range(0, len(pool), _BATCH)]
        chance.shuffle(batches)
        yield from batches


def _padded(sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids and which of them are read, each (pairs, tokens)."""
    longest = max(map(len, sequences))
    ids = torch.tensor([[*s, *[0] * (longest - len(s))] for s in sequences])
    return ids, torch.arange(longest) < torch.tensor([[len(s)] for s in sequences])


class _Linear(nn.Module):
    """A matrix that stays, with the product of two narrow ones that are learned."""

    def __init__(self, matrix: Tensor, bias: Tensor, *, rank: int) -> None:
        super().__init__()
        self.matrix, self.bias = nn.Parameter(matrix, False), nn.Parameter(bias, False)
        self.down = nn.Parameter(torch.randn(rank, matrix.shape[1]) / matrix.shape[1] ** 0.5) if rank else None
        self.up = nn.Parameter(torch.zeros(matrix.shape[0], rank)) if rank else None

    def forward(self, states: Tensor) -> Tensor:
        changed = self.matrix if self.up is None or self.down is None else self.matrix + _STRENGTH * (self.up @ self.down)
        return functional.linear(states, changed, self.bias)


class _Norm(nn.Module):
    def __init__(self, scale: Tensor, shift: Tensor, epsilon: float, *, learned: bool) -> None:
        super().__init__()
        self.w, self.b, self._epsilon = nn.Parameter(scale, learned), nn.Parameter(shift, learned), epsilon

    def forward(self, states: Tensor) -> Tensor:
        return functional.layer_norm(states, self.w.shape, self.w, self.b, self._epsilon)


class _Layer(nn.Module):
    def __init__(self, weights: Weights, number: int, measures: Measures, rank: int) -> None:
        super().__init__()
        learned, tensor = number >= _FROZEN, lambda name: torch.tensor(weights[f"l{number}.{name}"])
        self._heads = measures.heads
        self.linear = nn.ModuleDict({n: _Linear(tensor(f"{n}.w"), tensor(f"{n}.b"), rank=rank if learned else 0) for n in _MATRICES})
        norms = {n: _Norm(tensor(f"{n}.w"), tensor(f"{n}.b"), measures.epsilon, learned=learned) for n in ("aln", "oln")}
        self.norm = nn.ModuleDict(norms)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (self.linear[n](states).unflatten(-1, (self._heads, -1)).transpose(1, 2) for n in "qkv")
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask[:, None, None, :])
        states = self.norm["aln"](states + self.linear["ao"](seen.transpose(1, 2).flatten(-2)))
        result: Tensor = self.norm["oln"](states + self.linear["fo"](functional.gelu(self.linear["fi"](states))))
        return result


class _Model(nn.Module):
    """The encoder with a head on the mean of its last states: the logit of each pair."""

    def __init__(self, weights: Weights, measures: Measures, rank: int) -> None:
        super().__init__()
        self._words = torch.tensor(weights["emb.word"])
        self._places = torch.tensor(weights["emb.pos"] + weights["emb.type"][0])
        self.first = _Norm(torch.tensor(weights["emb.ln.w"]), torch.tensor(weights["emb.ln.b"]), measures.epsilon, learned=False)
        self.layers = nn.ModuleList(_Layer(weights, number, measures, rank) for number in range(measures.layers))
        self.dense, self.out = nn.Linear(measures.width, measures.width), nn.Linear(measures.width, 1)
        self._drop = nn.Dropout(_DROPOUT)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.first(self._words[ids] + self._places[: ids.shape[1]])
        for layer in self.layers:
            states = layer(states, mask)
        mean = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        logits: Tensor = self.out(self._drop(torch.tanh(self.dense(self._drop(mean))))).squeeze(-1)
        return logits

    def given(self) -> Trained:
        """What was learned, under the names that the cross-encoder reads."""
        return {name: (value.detach().numpy() * factor).astype(np.float16) for name, value, factor in self._learned()}

    def take(self, earlier: Mapping[str, NDArray[np.float16]]) -> None:
        """Go on from what was given before; what a wider matrix has more stays as it was."""
        with torch.no_grad():
            for name, value, factor in self._learned():
                before = torch.tensor(earlier[name].astype(np.float32) / factor)
                value[tuple(slice(size) for size in before.shape)] = before

    def _learned(self) -> Iterator[tuple[str, nn.Parameter, float]]:
        for head in ("dense", "out"):
            module = getattr(self, head)
            yield from ((f"{head}.w", module.weight, 1.0), (f"{head}.b", module.bias, 1.0))
        for number, layer in enumerate(self.layers):
            if number >= _FROZEN:
                for name, linear in layer.linear.items():
                    yield from ((f"l{number}.{name}.down", linear.down, 1.0), (f"l{number}.{name}.up", linear.up, _STRENGTH))
                for name, norm in layer.norm.items():
                    yield from ((f"l{number}.{name}.w", norm.w, 1.0), (f"l{number}.{name}.b", norm.b, 1.0))
