"""The file of weights: what stands in it is what one gets, and a file that is not whole is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from model_fakes import file_of_weights

from knowledge.embed import model_file
from knowledge.model.weights import Measures, Weights

PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁vän", -5.5), ("ort", -6.25)]


def block(scale: float, first: int) -> bytes:
    """32 weights of which number n is (first + n) mod 16, less 8, times the scale."""
    fours = [(first + n) % 16 for n in range(32)]
    return struct.pack("<e16B", scale, *(fours[n] | fours[n + 16] << 4 for n in range(16)))


def weights_of(first: int, scale: float) -> list[float]:
    return [((first + n) % 16 - 8) * scale for n in range(32)]


@pytest.fixture
def content() -> bytes:
    words = b"".join(block(0.5, n) + block(2.0, n + 1) for n in range(3))
    vector = np.arange(4, dtype="<f4")
    return file_of_weights(PIECES, {"½": "1⁄2", "\u200b": ""}, {"emb.word": (True, words), "l0.q.b": (False, vector.tobytes())})


def opened(tmp_path: Path, content: bytes) -> Weights:
    path = tmp_path / "vikter.bin"
    path.write_bytes(content)
    return Weights(path)


def test_measures_vocabulary_and_normal_forms_are_read(tmp_path: Path, content: bytes) -> None:
    weights = opened(tmp_path, content)
    assert weights.measures == Measures(64, 2, 2, 128, 8, pytest.approx(1e-12))
    assert list(zip(weights.vocabulary.pieces, weights.vocabulary.scores.tolist(), strict=True)) == PIECES
    assert (weights.vocabulary.begin, weights.vocabulary.end, weights.vocabulary.unknown) == (0, 2, 3)
    assert weights.vocabulary.normal == {ord("½"): "1⁄2", 0x200B: ""}


def test_tensors_are_read_by_name(tmp_path: Path, content: bytes) -> None:
    weights = opened(tmp_path, content)
    assert set(weights) == {"emb.word", "l0.q.b"}
    assert weights["l0.q.b"].tolist() == [0.0, 1.0, 2.0, 3.0]
    with pytest.raises(KeyError):
        weights["l9.q.b"]


def test_blocks_of_four_bits_become_the_numbers_that_they_stand_for(tmp_path: Path, content: bytes) -> None:
    table = opened(tmp_path, content)["emb.word"]
    assert table.shape == (3, 64)
    assert table[1].tolist() == weights_of(1, 0.5) + weights_of(2, 2.0)


def test_rows_of_words_are_those_of_the_whole_table(tmp_path: Path, content: bytes) -> None:
    weights = opened(tmp_path, content)
    assert np.array_equal(weights.word_rows([2, 0, 2]), weights["emb.word"][[2, 0, 2]])


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, content: bytes, share: float) -> None:
    with pytest.raises(ValueError, match="cut short"):
        opened(tmp_path, content[: int(len(content) * share)])


def test_another_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a file of weights"):
        opened(tmp_path, b"%PDF-1.7" * 20)


def test_the_real_file_holds_the_model() -> None:
    weights = Weights(model_file())
    assert weights.measures == Measures(384, 12, 12, 1536, 512, pytest.approx(1e-12))
    assert len(weights.vocabulary.pieces) == 250_002
    assert (weights["l11.fi.w"].shape, weights["l11.fo.w"].shape, weights["emb.pos"].shape) == ((1536, 384), (384, 1536), (512, 384))
