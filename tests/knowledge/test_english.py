"""The English words parse, are found as they are looked up, and lead to Swedish words that search can find."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest

import knowledge
from knowledge.compounds import split_compound
from knowledge.glossary import Glossary, read_glossary, stem_english
from knowledge.lexicon import commonness
from knowledge.query import IndexWords, make_query
from knowledge.stems import stem
from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

_FILE = Path(knowledge.__file__).parent / "english.toml"
CONTENT: dict[str, dict[str, list[str]]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
WORDS = CONTENT["words"]
SWEDISH = sorted({word for words in WORDS.values() for word in words})


@pytest.fixture(scope="module")
def glossary() -> Glossary:
    return read_glossary()


def is_one_word(text):
    """Whether search sees the text as one folded word, which nothing has to be taken from."""
    return [token.word for token in tokens(text)] == [text]


def is_known(word):
    """Whether the word, or every part of the compound that it is, is a Swedish word."""
    parts = split_compound(word)
    return commonness(word) > 1 or (len(parts) > 1 and all(commonness(part) > 1 for part in parts))


def forms(question, glossary):
    """What an English question looks for: each of its words with the stems that stand for it."""
    return {term.word: set(term.forms) for term in make_query(question, glossary, IndexWords(lambda _: 1, 100)).terms}


def test_the_file_has_one_table_that_covers_the_field():
    assert set(CONTENT) == {"words"}
    assert len(WORDS) >= 700


def test_every_key_is_one_lower_case_english_word():
    assert [key for key in WORDS if not is_one_word(key) or not key.isascii() or key != key.lower()] == []


def test_no_two_keys_are_looked_up_as_the_same_word():
    counted = Counter(map(stem_english, WORDS))
    assert [key for key in WORDS if counted[stem_english(key)] > 1] == []


def test_no_key_is_a_function_word_that_search_skips_anyway():
    assert [key for key in WORDS if key in STOP_WORDS] == []


def test_every_word_has_one_to_three_swedish_words():
    assert {key: words for key, words in WORDS.items() if not 1 <= len(words) <= 3} == {}


def test_every_swedish_word_is_one_that_search_can_look_for():
    assert [word for word in SWEDISH if not is_one_word(word)] == []


def test_every_swedish_word_is_known():
    assert [word for word in SWEDISH if not is_known(word)] == []


def test_a_misspelt_swedish_word_would_be_noticed():
    assert not is_known("kommmun")
    assert is_known("vänortssamarbete")


def test_no_swedish_form_is_listed_that_the_stemmer_joins_already():
    assert {key: words for key, words in WORDS.items() if len(set(map(stem, words))) < len(words)} == {}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("grants", "bidrag"),
        ("funding", "finansiering"),
        ("towns", "städer"),
        ("policies", "policy"),
        ("companies", "bolag"),
        ("pupils", "elev"),
        ("guardians", "vårdnadshavare"),
        ("gifts", "gåva"),
        ("flying", "flyg"),
        ("approved", "godkänna"),
        ("delegation", "delegation"),
        ("mandatory", "obligatorisk"),
        ("allowed", "tillåten"),
        ("co-financing", "medfinansiering"),
        ("reviewed", "revidera"),
        ("insurance", "försäkring"),
        ("councillors", "förtroendevald"),
        ("internships", "praktik"),
        ("deadlines", "senast"),
    ],
)
def test_an_english_question_looks_for_what_swedish_policies_say(asked, written, glossary):
    assert stem(written) in forms(f"What is the rule about {asked} in the policy?", glossary)[asked]


def test_every_key_is_found_when_it_is_asked(glossary):
    assert [key for key in WORDS if stem(WORDS[key][0]) not in forms(f"What is the {key} of the municipality?", glossary)[key]] == []


def test_small_words_weigh_less_than_what_the_question_is_about(glossary):
    question = "May anyone always say that the gift is from another town?"
    weights = {term.word: term.weight for term in make_query(question, glossary, IndexWords(lambda _: 1, 100)).terms}
    assert max(weights[word] for word in ("may", "anyone", "always", "say", "another")) < min(weights["gift"], weights["town"])
