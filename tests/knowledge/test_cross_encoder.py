"""The cross-encoder: what answers a question scores above what only shares its words, whatever else is in the batch."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from knowledge.cross_encoder import CrossEncoder, passage_text, without_before

RULE = passage_text(["Riktlinjer för resor", "Beslut"], "", "", "Förvaltningschefen beslutar om medarbetares resor utanför Norden.")
MEETINGS = passage_text(["Handbok", "Nätverket"], "", "", "Nätverket träffas fyra gånger per år, två på våren och två på hösten.")
LIST = passage_text(["Policy", "Ansvar", "Samordnaren"], "", "Samordnaren ska", "sammanställa kommunens internationella projekt varje år")


@cache
def encoder() -> CrossEncoder:
    return CrossEncoder()


@pytest.mark.parametrize(
    ("passage", "answered", "not_answered"),
    [
        (RULE, "vem bestämmer om jag ska åka på konferens i Tyskland?", "vad kostade resorna utanför Norden förra året?"),
        (MEETINGS, "hur ofta ses kontaktpersonerna i nätverket?", "vad heter den som leder nätverket?"),
        (LIST, "vem samlar ihop vilka projekt vi har?", "hur många internationella projekt har kommunen?"),
    ],
)
def test_what_answers_scores_above_what_shares_its_words(passage: str, answered: str, not_answered: str) -> None:
    yes, no = encoder().logits([(answered, passage), (not_answered, passage)])
    assert yes > no


def test_a_pair_gives_the_same_alone_and_among_others() -> None:
    pairs = [("vem beslutar om resor?", RULE), ("hur ofta träffas nätverket?", MEETINGS), ("vem beslutar om resor?", LIST)]
    alone = np.concatenate([encoder().logits([pair]) for pair in pairs])
    assert encoder().logits(pairs) == pytest.approx(alone, abs=0.3)  # int8 rounds


def test_the_rounded_weights_say_what_the_exact_ones_say() -> None:
    pairs = [("vem beslutar om resor?", RULE), ("hur ofta träffas nätverket?", RULE), ("vad ska samordnaren göra?", LIST)]
    assert encoder().logits(pairs) == pytest.approx(CrossEncoder(precision="float32").logits(pairs), abs=0.5)


def test_no_pairs_give_no_scores() -> None:
    assert encoder().logits([]).shape == (0,)


@pytest.mark.parametrize("odd", ["", "\x00", "\ud800", "\ufdfa" * 500, "a" * 100_000, "</s> <s>"])
def test_any_text_gets_a_score(odd: str) -> None:
    assert np.isfinite(encoder().logits([(odd, RULE), ("vem?", odd)])).all()


def test_a_passage_stands_below_the_last_three_of_its_headings() -> None:
    assert passage_text(["Titel", "A", "B", "C"], "", "Nämnden ska", "följa upp") == "A › B › C: Nämnden ska följa upp"
    assert passage_text(["Titel"], "", "", "Text.") == "Titel: Text."


def test_what_stands_before_a_passage_can_be_told_from_it() -> None:
    passage = passage_text(["Titel"], "Nätverket bildades 2019.", "Ombud är", "ordföranden")
    assert passage == "Titel: [Nätverket bildades 2019.] Ombud är ordföranden"
    assert without_before(passage) == "Ombud är ordföranden"
    assert without_before(passage_text(["Titel"], "", "", "Text [not] här.")) == "Text [not] här."
