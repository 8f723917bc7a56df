"""A tiny model of the real one's architecture, and the real one's file of weights written small."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.model.weights import Measures

MEASURES = Measures(width=128, layers=2, heads=4, inner=256, positions=16, epsilon=1e-12)
Tensors = dict[str, NDArray[np.float32]]


def tensors(seed: int = 1) -> Tensors:
    """Random tensors of the tiny model."""
    made, width, inner = np.random.default_rng(seed), MEASURES.width, MEASURES.inner
    shapes: dict[str, tuple[int, ...]] = {"emb.pos": (16, width), "emb.type": (2, width)}
    for number in range(MEASURES.layers):
        for name in ("q", "k", "v", "ao", "fi", "fo"):
            out, into = {"fi": (inner, width), "fo": (width, inner)}.get(name, (width, width))
            shapes |= {f"l{number}.{name}.w": (out, into), f"l{number}.{name}.b": (out,)}
    found = {name: (made.standard_normal(shape) / math.sqrt(shape[-1])).astype(np.float32) for name, shape in shapes.items()}
    for norm in ("emb.ln", *(f"l{n}.{part}" for n in range(MEASURES.layers) for part in ("aln", "oln"))):
        found[f"{norm}.w"] = made.uniform(0.5, 1.5, width).astype(np.float32)
        found[f"{norm}.b"] = made.uniform(-0.5, 0.5, width).astype(np.float32)
    return found


def word_rows(ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """A word's embedding depends on its id alone."""
    return np.stack([np.random.default_rng(int(i)).standard_normal(MEASURES.width) for i in ids]).astype(np.float32)


def states(given: Mapping[str, NDArray[np.float32]], ids: Sequence[int]) -> NDArray[np.float64]:
    """BERT written out for one text, in double precision: the last states of its tokens."""
    t = {name: tensor.astype(np.float64) for name, tensor in given.items()}
    x = _norm(t, "emb.ln", word_rows(np.array(ids)) + t["emb.pos"][: len(ids)] + t["emb.type"][0])
    for number in range(MEASURES.layers):
        x = _layer(t, f"l{number}.", x)
    return x


def _layer(t: Mapping[str, NDArray[np.float64]], name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    query, key, value = (np.split(_linear(t, name + part, x), MEASURES.heads, axis=-1) for part in "qkv")
    seen = []
    for q, k, v in zip(query, key, value, strict=True):
        weights = np.exp(q @ k.T / math.sqrt(q.shape[-1]))
        seen.append(weights / weights.sum(axis=-1, keepdims=True) @ v)
    x = _norm(t, f"{name}aln", x + _linear(t, f"{name}ao", np.concatenate(seen, axis=-1)))
    inner = _linear(t, f"{name}fi", x)
    inner = 0.5 * inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
    return _norm(t, f"{name}oln", x + _linear(t, f"{name}fo", inner))


def _linear(t: Mapping[str, NDArray[np.float64]], name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    return x @ t[f"{name}.w"].T + t[f"{name}.b"]


def _norm(t: Mapping[str, NDArray[np.float64]], name: str, x: NDArray[np.float64]) -> NDArray[np.float64]:
    x = x - x.mean(axis=-1, keepdims=True)
    return x / np.sqrt(x.var(axis=-1, keepdims=True) + MEASURES.epsilon) * t[f"{name}.w"] + t[f"{name}.b"]


def file_of_weights(pieces: Sequence[tuple[str, float]], normal: Mapping[str, str], found: Mapping[str, tuple[bool, bytes]]) -> bytes:
    """A file of weights: `found` says for each tensor whether it is in blocks, and its bytes."""
    letters = [piece.encode() for piece, _ in pieces]
    bounds = np.cumsum([0, *map(len, letters)], dtype="<u4")
    scores = np.array([score for _, score in pieces], "<f4")
    content = b"E5S1" + struct.pack("<I7ifi", 1, 64, 2, 2, 128, 3, 8, 2, 1e-12, 32)
    content += struct.pack("<5iQ", len(pieces), 0, 2, 1, 3, int(bounds[-1])) + bounds.tobytes() + scores.tobytes() + b"".join(letters)
    characters = b"".join(struct.pack(f"<IB{len(to)}I", ord(c), len(to), *map(ord, to)) for c, to in normal.items())
    content += struct.pack("<iI", len(normal), len(characters)) + characters + struct.pack("<i", len(found))
    at = len(content) + sum(2 + len(name) + 21 for name in found)
    for name, (blocks, values) in found.items():
        count = len(values) // 18 * 32 if blocks else len(values) // 4
        content += struct.pack(f"<H{len(name)}sBIQQ", len(name), name.encode(), blocks, count, at, len(values))
        at += len(values)
    return content + b"".join(values for _, values in found.values())
