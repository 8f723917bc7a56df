"""What the verifier of claims lets through, with the real judges: true claims whole, and nothing that was altered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.answer import Claim
from assistant.build import build_judges
from assistant.citations import find
from assistant.claim_checks import supported
from assistant.claim_force import binds_otherwise
from assistant.claims import LONGEST_CLAIM, ClaimVerifier, Proposed, Verdict, verify_claims
from assistant.quotes import own_words
from knowledge.section import Section

RULES = (
    "Ansökan ska lämnas till kulturkontoret senast den 15 maj.",
    "Resor utanför Europa får inte bokas utan förvaltningschefens godkännande.",
    "Gymnasieskolan kan ta emot högst 12 gästelever per läsår.",
    "Kommunstyrelsen beslutar om bidrag över 40 000 kronor.",
    "Rektorn bör informera vårdnadshavarna minst tre veckor före avresan.",
    "Deltagarlistor får endast sparas om deltagarna har samtyckt.",
)
"""One section; each sentence is a rule of its own."""
SECTION = Section("ekvik/rutin#resor", "ekvik/rutin", ("Resor",), " ".join(RULES))
OTHER = Section("ekvik/rutin#gavor", "ekvik/rutin", ("Gåvor",), "Gåvor från vänorter registreras av kommunkansliet inom en vecka.")
SECTIONS = {"1": SECTION, "2": OTHER}
TWINS = str.maketrans("aeopcxyi", "аеорсхуі")
"""Latin letters to the Cyrillic ones that look the same."""

rules = st.sampled_from(RULES)


@pytest.fixture(scope="module")
def verifier() -> ClaimVerifier:
    return ClaimVerifier(build_judges())


def shown(verdict: Verdict) -> bool:
    """Whether the verdict shows the claim; what it does not show it gives a reason for."""
    assert (verdict.claim is None) != (verdict.reason is None)
    if verdict.claim:
        assert find(verdict.claim.quote, SECTION.text + "\n" + OTHER.text) is not None
    return verdict.claim is not None


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_in_its_own_words_is_shown_whole(verifier: ClaimVerifier, rule: str) -> None:
    verdict = verifier.check(Proposed(rule, "1", rule), SECTIONS)
    assert verdict.claim == Claim(rule, SECTION.id, rule)


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        (RULES[0], "Sista dagen att lämna ansökan till kulturkontoret är den 15 maj."),
        (RULES[1], "Förvaltningschefen måste godkänna resor utanför Europa innan de bokas."),
        (RULES[2], "Gymnasieskolan kan som mest ta emot tolv gästelever varje läsår."),
        (RULES[3], "Det är kommunstyrelsen som beslutar om bidrag på mer än 40 000 kronor."),
        (RULES[4], "Vårdnadshavarna bör informeras av rektorn senast tre veckor före avresan."),
        (RULES[5], "Bara om deltagarna har samtyckt får deltagarlistor sparas."),
    ],
)
def test_the_same_in_other_words_is_shown(verifier: ClaimVerifier, quote: str, claim: str) -> None:
    assert shown(verifier.check(Proposed(claim, "1", quote), SECTIONS))


@pytest.mark.parametrize(
    ("heading", "quote", "claim"),
    [
        ("Stöd", "Projekt ska inte startas innan finansieringen är klar.", "Finansieringen måste vara klar innan ett projekt startas."),
        ("Stöd", "Projekt som saknar koppling till strategin ska avslutas.", "Ett projekt utan koppling till strategin måste avslutas."),
        ("Stöd", "Nämnden beslutar om bidrag över 500 000 kronor.", "Nämnden beslutar om bidrag på mer än en halv miljon kronor."),
        ("Gåvor", "Gåvan registreras av receptionen inom en vecka.", "Inom sju dagar ska gåvan registreras av receptionen."),
        ("Kontaktpersoner", "Vid långvarig frånvaro utses en ersättare.", "En ersättare för kontaktpersonen utses vid långvarig frånvaro."),
        ("Avtal", "Avtal ska översättas innan de undertecknas.", "Ett avtal måste först översättas, sedan kan det undertecknas."),
    ],
)
def test_a_turned_order_another_unit_and_a_word_of_the_heading_are_no_change(
    verifier: ClaimVerifier, heading: str, quote: str, claim: str
) -> None:
    section = Section("ekvik/rutin#x", "ekvik/rutin", (heading,), quote)
    assert verifier.check(Proposed(claim, "1", quote), {"1": section}).reason is None


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("Projekt ska inte startas innan finansieringen är klar.", "Projekt ska startas innan finansieringen är klar."),
        ("Avtal ska översättas innan de undertecknas.", "Avtal ska översättas."),
        ("Gåvan registreras av receptionen inom en vecka.", "Inom åtta dagar ska gåvan registreras av receptionen."),
        ("Nämnden antar planen efter förslag från styrelsen.", "Styrelsen antar planen efter förslag från nämnden."),
        ("På uppdrag av nämnden ansvarar förvaltningen för avtalet.", "På uppdrag av förvaltningen ansvarar nämnden för avtalet."),
        ("Kommunen avser att ansluta sig till uppropet.", "Kommunen ska ansluta sig till uppropet."),
        ("Samordnaren kan vid behov delta i mötet.", "Samordnaren deltar vid behov i mötet."),
    ],
)
def test_an_order_a_time_an_actor_or_an_intent_that_is_changed_is_not_shown(verifier: ClaimVerifier, quote: str, claim: str) -> None:
    section = Section("ekvik/rutin#x", "ekvik/rutin", ("Regler",), quote)
    assert verifier.check(Proposed(claim, "1", quote), {"1": section}).claim is None


@pytest.mark.parametrize(
    ("quote", "claim", "otherwise"),
    [
        ("Den som reser bör ta tåget.", "Det är ett krav att man åker tåg.", True),
        ("Tåget ska väljas på korta resor.", "Det rekommenderas att man åker tåg kortare sträckor.", True),
        ("Chefen får säga nej till resan.", "Resan måste stoppas av chefen.", True),
        ("Den som reser bör ta tåget.", "Det är bra om du tar tåget.", False),
        ("Tåget ska väljas på korta resor.", "Kortare sträckor måste man åka med tåg.", False),
        ("Resor prövas av chefen.", "Chefen måste pröva resan.", False),  # the quote has no word for it
    ],
)
def test_duty_advice_and_leave_are_told_apart_in_free_words(quote: str, claim: str, otherwise: bool) -> None:
    assert binds_otherwise(claim, quote) == otherwise


def test_what_binds_otherwise_is_not_shown_whatever_the_cross_encoder_says() -> None:
    class Certain:
        def logits(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float32]:
            return np.full(len(pairs), 9.0, np.float32)

        def fits(self, pair: tuple[str, str], /) -> bool:
            return True

    judges = replace(build_judges(), reader=Certain())
    quote = "Den som reser bör ta tåget."
    assert supported("Det är ett krav att man åker tåg.", quote, judges)
    assert supported("Det rekommenderas att man åker tåg.", quote, judges) is None


@given(rule=rules, at=st.integers(0, 20), instead=st.sampled_from(["", "aldrig", "kan", "måste", "alla", "rektorn", "7"]))
@examples(max_examples=60)
def test_an_altered_quote_is_never_shown(verifier: ClaimVerifier, rule: str, at: int, instead: str) -> None:
    words = rule.split()
    at %= len(words) - 2
    altered = " ".join([*words[: at + 1], *([instead] if instead else []), *words[at + 2 :]])
    assume(words[at + 1] != instead)
    assert not shown(verifier.check(Proposed(rule, "1", altered), SECTIONS))


@given(first=rules, second=rules, joint=st.sampled_from([" ", " … ", " [...] ", ", "]))
@examples(max_examples=60)
def test_quotes_joined_from_two_places_are_never_shown(verifier: ClaimVerifier, first: str, second: str, joint: str) -> None:
    assume(RULES.index(second) != RULES.index(first) + 1)
    assert not shown(verifier.check(Proposed(first, "1", f"{first}{joint}{second}"), SECTIONS))


@given(rule=rules)
def test_a_quote_from_another_section_is_never_shown(verifier: ClaimVerifier, rule: str) -> None:
    assert not shown(verifier.check(Proposed(rule, "2", rule), SECTIONS))
    assert not shown(verifier.check(Proposed(rule, "3", rule), SECTIONS))


@given(claim=rules, quote=rules)
@examples(max_examples=40)
def test_a_claim_of_one_sentence_does_not_rest_on_another(verifier: ClaimVerifier, claim: str, quote: str) -> None:
    assume(claim != quote)
    assert not shown(verifier.check(Proposed(claim, "1", quote), SECTIONS))


@given(rule=st.sampled_from([r for r in RULES if re.search(r"\d", r)]), number=st.integers(0, 10**6))
@examples(max_examples=60)
def test_another_number_is_never_shown(verifier: ClaimVerifier, rule: str, number: int) -> None:
    found = re.search(r"\d[\d ]*\d|\d", rule)
    assert found
    assume(int(found[0].replace(" ", "")) != number)
    assert not shown(verifier.check(Proposed(rule.replace(found[0], str(number)), "1", rule), SECTIONS))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("får inte bokas", "får bokas"),
        ("ska lämnas", "kan lämnas"),
        ("ska lämnas", "bör lämnas"),
        ("ska lämnas", "ska inte lämnas"),
        ("kan ta emot", "ska ta emot"),
        ("bör informera", "ska informera"),
        ("högst 12", "minst 12"),
        ("högst 12", "12"),
        ("endast ", ""),
        (" om deltagarna har samtyckt", ""),
        (" utan förvaltningschefens godkännande", ""),
        (" över 40 000 kronor", ""),
        ("Kommunstyrelsen", "Kommunfullmäktige"),
        ("per läsår", "per månad"),
        ("15 maj", "15 mars"),
        ("tre veckor", "tre månader"),
        ("kulturkontoret", "kulturkontoret och länsstyrelsen"),
    ],
)
def test_a_changed_word_changes_the_rule(verifier: ClaimVerifier, before: str, after: str) -> None:
    rule = next(r for r in RULES if before in r)
    assert not shown(verifier.check(Proposed(rule.replace(before, after), "1", rule), SECTIONS))


@given(rule=rules, at=st.integers(0, 200))
@examples(max_examples=60)
def test_letters_of_another_alphabet_hide_nothing(verifier: ClaimVerifier, rule: str, at: int) -> None:
    places = [n for n, letter in enumerate(rule) if letter.translate(TWINS) != letter]
    at = places[at % len(places)]
    twin = rule[:at] + rule[at].translate(TWINS) + rule[at + 1 :]
    assert not shown(verifier.check(Proposed(twin, "1", rule), SECTIONS))
    assert not shown(verifier.check(Proposed(rule, "1", twin), SECTIONS))


def test_characters_that_do_not_show_hide_nothing(verifier: ClaimVerifier) -> None:
    denied = Proposed("Resor utanför Europa får i\u200bnte bokas utan förvaltningschefens godkännande.", "1", RULES[1])
    verdict = verifier.check(denied, SECTIONS)
    assert verdict.claim == Claim(RULES[1], SECTION.id, RULES[1])


def test_markers_in_the_documents_text_are_text(verifier: ClaimVerifier) -> None:
    section = Section("ekvik/plan#mal", "ekvik/plan", ("Mål",), "Målen följs upp varje år av kommunstyrelsen [1] och redovisas [2] i mars.")
    claim = "Målen följs upp varje år av kommunstyrelsen [2] och redovisas i mars. [1]"
    verdict = verifier.check(Proposed(claim, "[1]", section.text), {"1": section})
    assert verdict.claim == Claim("Målen följs upp varje år av kommunstyrelsen och redovisas i mars.", section.id, section.text)


def test_the_quote_shown_is_the_documents_own_text() -> None:
    text = "Enligt avtalet gäller ”ömse\u00adsidig nytta” – för båda parter."
    assert own_words('Enligt avtalet gäller "ömsesidig nytta" - för båda parter', text) == text


def test_a_part_of_a_sentence_comes_with_the_whole_of_it() -> None:
    assert own_words("bokas utan förvaltningschefens godkännande", SECTION.text) is None  # four words prove nothing
    assert own_words("får inte bokas utan förvaltningschefens godkännande", SECTION.text) == RULES[1]


def test_an_item_comes_with_the_words_that_lead_it_in_and_a_pronoun_with_what_it_stands_for() -> None:
    items = "Kommunen betalar inte för:\n- privata resor\n- resor med familjen"
    assert own_words("- resor med familjen", items) == items
    pair = "Gruppen träffas varje månad. Den fattar inga beslut om projekt."
    assert own_words("Den fattar inga beslut om projekt.", pair) == pair


def test_what_is_empty_or_too_long_is_dropped_with_a_reason(verifier: ClaimVerifier) -> None:
    for text, quote in (("", RULES[0]), ("…", RULES[0]), (RULES[0], ""), ("x" * (LONGEST_CLAIM + 1), RULES[0]), (RULES[0], "§ — .")):
        assert not shown(verifier.check(Proposed(text, "1", quote), SECTIONS))


@given(text=st.text(max_size=80), quote=st.text(max_size=80), marker=st.text(max_size=3))
@examples(max_examples=80)
def test_no_text_breaks_the_verifier(verifier: ClaimVerifier, text: str, quote: str, marker: str) -> None:
    shown(verifier.check(Proposed(text, marker, quote), SECTIONS))
    shown(verifier.check(Proposed(text, "1", RULES[0]), SECTIONS))


def test_the_same_claim_is_said_once(verifier: ClaimVerifier) -> None:
    once = Proposed(RULES[0], "1", RULES[0])
    verdicts = verify_claims([once, Proposed(RULES[0], "9", RULES[0]), once], SECTIONS, verifier)
    assert [v.claim is not None for v in verdicts] == [True, False, False]
