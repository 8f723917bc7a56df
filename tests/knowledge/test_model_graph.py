"""The encoder's graph under the runtime against BERT written out in numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from model_fakes import MEASURES, Tensors, states, tensors, word_rows
from numpy.typing import NDArray

from knowledge.model.graph import Precision, encoder
from knowledge.model.session import Session

TEXTS = [[5, 9, 3, 7], [1], [8, 8, 2, 6, 4, 4, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], [7, 2, 1]]


def result(given: Tensors, texts: Sequence[Sequence[int]], precision: Precision = "float32") -> NDArray[np.float32]:
    return Session(encoder(given, MEASURES, precision=precision), word_rows, threads=1).rows(texts)


def test_the_mean_of_the_last_states_is_as_written_out_whatever_a_batch_is_padded_to() -> None:
    expected = [states(tensors(), text).mean(axis=0) for text in TEXTS]
    assert result(tensors(), TEXTS) == pytest.approx(np.array(expected), abs=1e-4)


@pytest.mark.parametrize("precision", ["int8", "int8 rows"])
def test_matrices_in_int8_give_nearly_the_same(precision: Precision) -> None:
    exact, near = (result(tensors(), TEXTS, p) for p in ("float32", precision))
    assert not np.array_equal(near, exact)
    assert np.abs(near - exact).max() < 0.03 * np.abs(exact).max()


@pytest.mark.parametrize("precision", ["int8", "int8 rows"])
def test_a_matrix_of_zeros_stays_one_in_int8(precision: Precision) -> None:
    given = tensors() | {"l0.ao.w": np.zeros((MEASURES.width, MEASURES.width), np.float32)}
    assert result(given, TEXTS, precision) == pytest.approx(result(given, TEXTS), abs=0.1)


@pytest.mark.parametrize("precision", ["float32", "int8", "int8 rows"])
def test_a_fine_tuned_matrix_counts(precision: Precision) -> None:
    """As the cross-encoder is made: a product of two narrow matrices is added to a layer's query matrix."""
    made = np.random.default_rng(3)
    down, up = made.standard_normal((4, MEASURES.width)), made.standard_normal((MEASURES.width, 4))
    tuned = tensors() | {"l1.q.w": (tensors()["l1.q.w"] + 0.1 * up @ down).astype(np.float32)}
    expected = [states(tuned, text).mean(axis=0) for text in TEXTS]
    found, before = result(tuned, TEXTS, precision), result(tensors(), TEXTS, precision)
    assert found == pytest.approx(np.array(expected), abs=1e-4 if precision == "float32" else 0.1)
    assert np.abs(found - before).max() > 0.1


@pytest.mark.parametrize(("precision", "rounding"), [("float32", 1e-5), ("int8", 0.02), ("int8 rows", 0.02)])
def test_a_text_gives_the_same_alone_and_among_others(precision: Precision, rounding: float) -> None:
    """Texts in a batch share no scale, so only what is rounded to the other side differs."""
    session = Session(encoder(tensors(), MEASURES, precision=precision), word_rows, threads=1)
    alone = np.concatenate([session.rows([text]) for text in TEXTS])
    assert session.rows(TEXTS) == pytest.approx(alone, abs=rounding)


def test_many_texts_come_out_in_their_order_and_none_as_none() -> None:
    session = Session(encoder(tensors(), MEASURES, precision="float32"), word_rows, threads=2)
    texts = [TEXTS[n % 4] for n in range(150)]  # several batches
    assert session.rows(texts) == pytest.approx(np.concatenate([session.rows([t]) for t in texts]), abs=1e-5)
    assert len(session.rows([])) == 0


def test_a_missing_tensor_is_told_by_name() -> None:
    given = tensors()
    del given["l1.fo.b"]
    with pytest.raises(KeyError, match=r"l1\.fo\.b"):
        encoder(given, MEASURES)
