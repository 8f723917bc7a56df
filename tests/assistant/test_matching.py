"""What the cross-encoder is given to read, and what its reading does to the order of the statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from assistant.engine import Engine
from assistant.matching import UNREAD, Match, _worded, match, passage_of, read
from assistant.question import Kind
from knowledge.cross_encoder import without_before
from knowledge.glossary import read_glossary
from knowledge.query import Query, Term, make_query
from knowledge.statements import statements
from knowledge.stems import stem


class Scripted:
    """A reader that prefers the passages that hold a word, and remembers what it was given."""

    def __init__(self, prefers: str, gives: float = 4.0) -> None:
        self.prefers, self.gives = prefers, gives
        self.given: list[tuple[str, str]] = []

    def logits(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float32]:
        self.given += pairs
        return np.array([self.gives if self.prefers in passage else -4.0 for _, passage in pairs], np.float32)


def found(engine: Engine, question: str) -> tuple[Query, list[Match]]:
    query = make_query(question, read_glossary(), engine.index().words)
    hits = engine.search(question, "Lindhamn", 8)
    return query, match(query, Kind.WHO, hits, engine.index().words)


def test_three_are_read_where_one_of_them_answers_and_what_reads_best_comes_first(sample_engine: Engine) -> None:
    question = "Vem beslutar om resor?"
    query, matches = found(sample_engine, question)
    reader = Scripted(matches[1].statement.text)
    after = read(question, query, matches, reader)
    assert len(reader.given) == 3
    assert after[0].statement == matches[1].statement
    assert sorted(m.statement.start for m in after) == sorted(m.statement.start for m in matches)
    assert sum(m.logit > UNREAD for m in after) == len(reader.given)


def test_where_that_leaves_doubt_those_near_the_first_are_read_too_eight_at_most(sample_engine: Engine) -> None:
    question = "Vem beslutar om resor?"
    query, matches = found(sample_engine, question)
    for best, step, least, most in (
        (-1, 0.6, 3, 4),
        (-1, 0.1, 6, 7),
        (-1, 0.0, 8, 9),
        (-4, 0.0, 3, 4),
    ):  # one of another document may come on top
        apart = [replace(m, rank=2 - step * n) for n, m in enumerate(matches)]
        reader = Scripted("", best)
        read(question, query, apart, reader)
        assert least <= len(reader.given) <= most


def test_what_is_hardly_about_the_question_is_not_read_further(sample_engine: Engine) -> None:
    question = "Vem beslutar om resor?"
    query, matches = found(sample_engine, question)
    reader = Scripted("", -1)
    read(question, query, [replace(m, coverage=0.1, rank=2.0) for m in matches], reader)
    assert len(reader.given) == 3


def test_one_that_is_read_is_of_another_document_than_the_first(sample_engine: Engine) -> None:
    question = "Vem beslutar om resor?"
    query, matches = found(sample_engine, question)
    alone = [m for m in matches if m.document.id == matches[0].document.id][:5]
    other = next(m for m in matches if m.document.id != matches[0].document.id)
    after = read(question, query, [*alone, other], Scripted("x"))
    assert next(m for m in after if m.statement == other.statement and m.section.id == other.section.id).logit > UNREAD


def test_a_statement_is_read_with_the_whole_sentences_of_its_section_that_stand_before_it(sample_engine: Engine) -> None:
    _, matches = found(sample_engine, "Vem beslutar om resor?")
    seen = 0
    for m in matches:
        passage, text = passage_of(m), m.section.text
        begins = m.statement.lead[0] if m.statement.lead else m.statement.start
        sentences = [p.text for p in statements(text) if p.kind == "sentence" and p.end <= begins]
        assert without_before(passage).endswith(m.statement.text)
        if "[" not in passage:
            assert not sentences or len(sentences[-1]) > 120
            continue
        before = passage.partition("[")[2].partition("] ")[0]
        assert len(before) <= 125
        assert " ".join(sentences).endswith(before)
        seen += 1
    assert seen > 5


def test_no_statements_need_no_reading(sample_engine: Engine) -> None:
    query, _ = found(sample_engine, "Vem beslutar?")
    reader = Scripted("x")
    assert read("Vem beslutar?", query, [], reader) == []
    assert not any(reader.given)


def test_a_question_is_read_in_the_passages_words_for_what_a_bridge_leads_to(sample_engine: Engine) -> None:
    question = "Får vi söka Erasmus-medel?"
    query, matches = found(sample_engine, question)
    of_funds = [m for m in matches if "EU-program" in m.statement.text and "Erasmus" not in m.statement.text]
    assert of_funds, "the sample speaks of EU programmes"
    reader = Scripted("x")
    read(question, query, of_funds[:1], reader)
    asked, _ = reader.given[0]
    assert "Erasmus" not in asked
    assert "EU" in asked


def test_of_words_for_the_same_those_of_the_passage_are_taken_in_one_order() -> None:
    forms = {stem(word): 0.8 for word in ("medel", "fonder", "bidrag")}
    passage = "Skolan söker medel ur fonder och bidrag."
    worded = {
        _worded("Får vi söka pengar?", Query("", "sv", (Term("pengar", 1.0, {k: forms[k] for k in order}),)), passage)
        for order in permutations(forms)
    }
    assert worded == {"Får vi söka medel fonder?"}
