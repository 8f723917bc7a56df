"""What is suggested: only what has an answer, in the index that counts now."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine, FakeIndex, strategy, two_municipalities

from assistant.answer import Answer, Ask
from assistant.starters import MOST_FOLLOW_UPS, MOST_STARTERS, Role, Suggestions, chosen_role, role_names, roles
from assistant.starters_kept import FILE
from knowledge.section import KnowledgeError

CANDIDATES = (
    Role("Lärare", ("Får vi söka medel?", "Vad kostar fika?", "Vem har ansvar?")),
    Role("Chef", ("Vad kostar fika?",)),
    Role("Alla", ("Har jag ansvar?", "Är medel odelade?")),
)


def tried(engine: FakeEngine) -> Suggestions:
    suggestions = Suggestions(engine, CANDIDATES)
    suggestions.refresh()
    suggestions.wait()
    return suggestions


def test_only_answered_questions_become_starters_and_a_role_without_any_is_left_out() -> None:
    assert tried(FakeEngine()).starters("Ekvik") == [
        ("Lärare", ["Får vi söka medel?", "Vem har ansvar?"]),
        ("Alla", ["Har jag ansvar?", "Är medel odelade?"]),
    ]


def test_without_a_municipality_all_municipalities_must_answer() -> None:
    class OnlyNorth(FakeEngine):
        def ask(self, ask: Ask, /) -> Answer:
            answer = super().ask(ask)
            silent = replace(answer, status="unanswered", citations=())
            return silent if ask.municipality == "Ekvik" and "medel" in ask.question else answer

    suggestions = tried(OnlyNorth(two_municipalities().documents))
    assert dict(suggestions.starters())["Lärare"] == ["Vem har ansvar?"]
    assert dict(suggestions.starters("Norrö"))["Lärare"] == ["Får vi söka medel?", "Vem har ansvar?"]
    assert suggestions.starters("Okänd") == []


def test_an_answer_that_rests_on_an_expired_document_only_is_not_suggested() -> None:
    class Old(FakeEngine):
        def ask(self, ask: Ask, /) -> Answer:
            answer = super().ask(ask)
            return replace(answer, citations=tuple(replace(c, validity="expired") for c in answer.citations))

    assert tried(Old()).starters("Ekvik") == []


def test_a_follow_up_stands_in_the_same_document_but_another_section_and_was_not_asked() -> None:
    engine = FakeEngine()
    suggestions = tried(engine)
    answer = engine.ask(Ask("Vem har ansvar?", municipality="Ekvik"))
    assert suggestions.follow_ups(answer, ["Vem har ansvar?"]) == ["Får vi söka medel?"]  # the other one stands in the same section
    assert suggestions.follow_ups(answer, ["Får vi söka medel?"]) == ["Är medel odelade?"]
    assert suggestions.follow_ups(engine.ask(Ask("Vad kostar fika?", municipality="Ekvik")), []) == []


def test_a_new_index_is_tried_and_the_same_one_is_not_tried_again() -> None:
    class Renewed(FakeEngine):
        generation = "1"

        def index(self) -> FakeIndex:
            return replace(super().index(), generation=self.generation)

    engine = Renewed()
    suggestions = tried(engine)
    asked = len(engine.asked)
    suggestions.refresh()
    suggestions.wait()
    assert len(engine.asked) == asked
    engine.generation, engine.documents = "2", [strategy("Norrö")]
    suggestions.refresh()
    suggestions.wait()
    assert len(engine.asked) > asked
    assert suggestions.starters("Norrö")
    assert suggestions.starters("Ekvik") == []


def test_refresh_does_not_wait_for_the_answers() -> None:
    class Slow(FakeEngine):
        go = threading.Event()

        def ask(self, ask: Ask, /) -> Answer:
            assert self.go.wait(10)
            return super().ask(ask)

    engine = Slow()
    suggestions = Suggestions(engine, CANDIDATES)
    suggestions.refresh()
    assert suggestions.starters("Ekvik") == []
    engine.go.set()
    suggestions.wait()
    assert suggestions.starters("Ekvik")


def test_an_engine_that_breaks_or_has_no_index_only_means_no_suggestions() -> None:
    class Unindexed(FakeEngine):
        def index(self) -> FakeIndex:
            raise KnowledgeError("Det finns inget index.", "Kör assistant ingest MAPP.")

    class Broken(FakeEngine):
        def ask(self, ask: Ask, /) -> Answer:
            raise RuntimeError

    assert tried(Unindexed()).starters() == []
    assert tried(Broken()).starters() == []


def test_every_role_has_candidates_enough_and_the_six_roles_are_there() -> None:
    names = [role.name for role in roles()]
    assert {"Lärare", "Rektor eller chef", "Ny kontaktperson", "Annan medarbetare", "Samordnare", "Förtroendevald"} <= set(names)
    assert all(len(role.questions) >= MOST_STARTERS for role in roles())
    assert all(q.endswith("?") for role in roles() for q in role.questions)


def test_the_sample_answers_some_for_every_role(sample_engine) -> None:
    suggestions = Suggestions(sample_engine)
    suggestions.refresh()
    suggestions.wait()
    starters = suggestions.starters("Lindhamn")
    assert [role for role, _ in starters] == [role.name for role in roles()]
    assert all(sample_engine.ask(Ask(q, municipality="Lindhamn")).status == "answered" for _, questions in starters for q in questions)
    answer = sample_engine.ask(Ask("Vem utser kontaktpersoner?", municipality="Lindhamn"))
    assert 1 <= len(suggestions.follow_ups(answer, [answer.question])) <= MOST_FOLLOW_UPS


class Waiting(FakeEngine):
    """Answers only when told to."""

    def __init__(self, generation: str = "1") -> None:
        super().__init__()
        self.generation, self.go, self.silent = generation, threading.Event(), False

    def index(self) -> FakeIndex:
        return replace(super().index(), generation=self.generation)

    def ask(self, ask: Ask, /) -> Answer:
        assert self.go.wait(10)
        answer = super().ask(ask)
        return replace(answer, status="unanswered", citations=()) if self.silent else answer


def started(home: Path, generation: str = "1", candidates: tuple[Role, ...] = CANDIDATES) -> tuple[Suggestions, Waiting]:
    engine = Waiting(generation)
    suggestions = Suggestions(engine, candidates, home=home)
    suggestions.refresh()
    return suggestions, engine


def finished(suggestions: Suggestions, engine: Waiting) -> None:
    engine.go.set()
    suggestions.wait()


def test_the_second_start_has_them_at_once_and_tries_them_again(tmp_path: Path) -> None:
    first, engine = started(tmp_path)
    assert first.starters("Ekvik") == []
    finished(first, engine)
    second, engine = started(tmp_path)
    assert second.starters("Ekvik") == first.starters("Ekvik") != []
    answer = FakeEngine().ask(Ask("Vem har ansvar?", municipality="Ekvik"))
    assert second.follow_ups(answer, ["Vem har ansvar?"]) == ["Får vi söka medel?"]
    engine.silent = True
    finished(second, engine)
    assert second.starters("Ekvik") == []


def test_what_was_found_for_another_index_or_other_questions_is_not_shown(tmp_path: Path) -> None:
    finished(*started(tmp_path))
    for other, engine in (started(tmp_path, generation="2"), started(tmp_path, candidates=CANDIDATES[:1])):
        assert other.starters("Ekvik") == []
        finished(other, engine)


@pytest.mark.parametrize("content", ["", "trasig", "[]", '{"key": 1}', '{"found": {}}'])
def test_a_damaged_file_is_as_no_file(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content)
    suggestions, engine = started(tmp_path)
    assert suggestions.starters("Ekvik") == []
    finished(suggestions, engine)
    assert suggestions.starters("Ekvik")
    assert [p.name for p in tmp_path.iterdir()] == [FILE]


def test_where_nothing_can_be_written_they_are_shown_all_the_same(tmp_path: Path) -> None:
    suggestions, engine = started(tmp_path / "saknas")
    finished(suggestions, engine)
    assert suggestions.starters("Ekvik")


def test_only_the_roles_on_the_page_are_kept_as_chosen() -> None:
    assert (chosen_role("Lärare"), chosen_role("Rektor eller chef")) == ("larare", "rektor_chef")
    assert [chosen_role(said) for said in ("Vanliga frågor", "larare", "", None, 7, ["Lärare"])] == [None] * 6
    assert len(role_names()) == 6
