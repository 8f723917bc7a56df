"""The embedder's encoder with what training may change in it: narrow matrices (LoRA) in the upper layers and those layers' norms.

The base weights stay. Needs torch, which nothing else does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from knowledge.model.weights import Measures, Weights

_STRENGTH, _FROZEN = 2.0, 4
"""By what the narrow matrices' product is multiplied, and how many of the lower layers stay as they are."""
_DECAY = 0.01
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")

Trained = dict[str, NDArray[np.float16]]
"""What was learned, under the names that `knowledge/model/trained.py` reads."""


def descent(learned: Sequence[nn.Parameter], *, rate: float, steps: int, warm: int, least: float) -> Callable[[Tensor], None]:
    """What takes one step down a loss.

    Args:
        rate: the learning rate, which rises over the first `warm` steps and falls to `least` of it.
        steps: how many there will be.
    """
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=_DECAY)
    fall = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min((step + 1) / warm, 1) * max(1 - step / steps, least))

    def descend(loss: Tensor) -> None:
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        fall.step()

    return descend


def batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """Endlessly, the numbers of examples of like length, `size` at a time, in an order that differs each time round."""
    chance = random.Random(0)
    while True:
        order = chance.sample(range(len(lengths)), len(lengths))
        pools = [sorted(order[i : i + 50 * size], key=lengths.__getitem__) for i in range(0, len(order), 50 * size)]
        made = [pool[i : i + size] for pool in pools for i in range(0, len(pool), size)]
        chance.shuffle(made)
        yield from made


def padded(sequences: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids and which of them are read, each (sequences, tokens)."""
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


class Encoder(nn.Module):
    """The encoder: token ids → the mean of the last states (sequences, width)."""

    def __init__(self, weights: Weights, measures: Measures, rank: int) -> None:
        super().__init__()
        self._words = torch.tensor(weights["emb.word"])
        self._places = torch.tensor(weights["emb.pos"] + weights["emb.type"][0])
        self.first = _Norm(torch.tensor(weights["emb.ln.w"]), torch.tensor(weights["emb.ln.b"]), measures.epsilon, learned=False)
        self.layers = nn.ModuleList(_Layer(weights, number, measures, rank) for number in range(measures.layers))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        states = self.first(self._words[ids] + self._places[: ids.shape[1]])
        for layer in self.layers:
            states = layer(states, mask)
        mean: Tensor = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return mean

    def given(self) -> Trained:
        """What was learned, by name."""
        return {name: (value.detach().numpy() * factor).astype(np.float16) for name, value, factor in self.learned()}

    def take(self, earlier: Mapping[str, NDArray[np.float16]]) -> None:
        """Go on from what was given before; what a wider matrix has more stays as it was."""
        with torch.no_grad():
            for name, value, factor in self.learned():
                before = torch.tensor(earlier[name].astype(np.float32) / factor)
                value[tuple(slice(size) for size in before.shape)] = before

    def learned(self) -> Iterator[tuple[str, nn.Parameter, float]]:
        """Each parameter that is learned, with its name and by what it is multiplied when it is given."""
        for number, layer in enumerate(self.layers):
            if number >= _FROZEN:
                for name, linear in layer.linear.items():
                    yield from ((f"l{number}.{name}.down", linear.down, 1.0), (f"l{number}.{name}.up", linear.up, _STRENGTH))
                for name, norm in layer.norm.items():
                    yield from ((f"l{number}.{name}.w", norm.w, 1.0), (f"l{number}.{name}.b", norm.b, 1.0))
