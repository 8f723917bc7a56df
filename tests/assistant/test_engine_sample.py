"""The whole engine over the sample: quotes stand where they say, nobody gets another's rules, and every question gets an answer object."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Ask, Turn
from assistant.build import build_engine
from assistant.engine import Engine
from assistant.settings import Settings

STATUSES = {"answered", "partial", "unanswered"}
NAMES = ("Lindhamn", "Norrfors")
ASKED = (
    "Vem utser kontaktpersoner?",
    "Får vi söka Erasmus-medel?",
    "Hur ofta träffas nätverket?",
    "Vem beslutar om resor?",
    "Får eleverna betala avgift?",
    "Vilka vänorter har vi?",
    "när antogs policyn",
    "Vad är syftet med det internationella arbetet, och vem följer upp det?",
    "Who appoints the contact person?",
)
SILENT = ("Vilken försäkring gäller för eleverna?", "Vad heter samordnaren?", "Vad är huvudstaden i Frankrike?")
ODD = {
    "empty": "",
    "white space": " \t\n ",
    "ten thousand characters": "Vem beslutar om resor? " * 435,
    "one long word": "x" * 10_000,
    "control characters": "\x00\x07\x1b\x7f\x9f",
    "lone surrogates": "\ud83d \udc00\ud800",
    "only emoji": "😀🎉🇸🇪👩‍🏫",
    "only marks": "?!… — ””",
    "right to left and invisible": "\u202e\u200b\u2060\ufeff",
}
HEAVY = {
    "an exotic ligature": "\ufdfa" * 600,
    "combining marks": "a" + "\u0301" * 1500,
    "as long as is read": "vem beslutar om resor " * 90,
    "one word without end": "vem " + "äger " * 40 + "a" * 1796,
}
"""What takes the embedder longest: each is seconds on a slow machine, never minutes."""


def ask(engine: Engine, question: str, municipality: str | None = "Lindhamn", history: tuple[Turn, ...] = ()) -> Answer:
    return engine.ask(Ask(question, municipality, "1", history))


def one_line(text: str) -> str:
    return " ".join(text.split())


def check(answer: Answer, engine: Engine, asker: str | None) -> None:
    """What holds of every answer."""
    index = engine.index()
    json.loads(json.dumps(answer.as_dict(), ensure_ascii=False).encode("utf-8"))  # a lone surrogate would raise
    assert answer.status in STATUSES
    assert answer.text.strip()
    assert (answer.reason is None) == (answer.status != "unanswered")
    assert bool(answer.citations) == (answer.status != "unanswered")
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        section = index.section(citation.section_id)
        document = index.document(citation.document_id)
        assert section
        assert document
        assert one_line(citation.quote) in one_line(section.text)
        assert f"[{citation.marker}]" in answer.text
        assert (citation.headings, citation.document_title) == (section.headings, document.title)
        assert citation.page in ({page for _, page in section.pages} or {None})
        assert citation.url.startswith("/dokument/")
        assert not document.draft
        assert citation.validity == engine.validity(document)
        if asker:
            assert citation.municipality in (asker, None)


@cache
def headings(engine: Engine) -> tuple[str, ...]:
    """Every heading of the sample that names no municipality."""
    found = {s.headings[-1] for d in engine.index().documents.values() for s in d.sections}
    return tuple(sorted(h for h in found if not any(name in h for name in NAMES)))


@pytest.mark.parametrize("asker", NAMES)
def test_every_quote_stands_word_for_word_in_its_section_and_is_of_ones_own_municipality(sample_engine: Engine, asker: str) -> None:
    answers = [ask(sample_engine, f"Vad gäller för {h.lower()}?", asker) for h in headings(sample_engine)]
    answers += [ask(sample_engine, q, asker) for q in ASKED]
    for answer in answers:
        check(answer, sample_engine, asker)
    cited = {c.municipality for a in answers for c in a.citations}
    assert asker in cited
    assert sum(a.status == "answered" for a in answers) > len(answers) / 3


@given(question=st.text(st.characters(exclude_categories=()), max_size=300), asker=st.sampled_from([*NAMES, "Borås", " ", None]))
@settings(max_examples=100)
def test_any_text_gets_an_answer_object(sample_engine: Engine, question: str, asker: str | None) -> None:
    check(ask(sample_engine, question, asker), sample_engine, None)


VOCABULARY = """
    vem vad när hur får måste ska vi jag kommunen elever skolan rektor nämnden resor tåg flyg vänort vänorter Erasmus+ EU bidrag medel
    ansöka beslutar ansvarar kontaktperson samordnare policyn strategin handlingsplanen gäller antogs rapport avgift försäkring syfte mål
    och inte Lindhamn Norrfors Göteborg äldre än 3 år ? , . kronor Nordväg programguide
"""


@given(st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=9).map(" ".join), st.sampled_from(NAMES))
@settings(max_examples=150)
def test_whatever_staff_put_together_only_the_asked_municipalities_are_cited(sample_engine: Engine, question: str, asker: str) -> None:
    answer = ask(sample_engine, question, asker)
    check(answer, sample_engine, None)
    allowed = {name for name in NAMES if name in question} or {asker, None}
    assert {c.municipality for c in answer.citations} <= allowed


@pytest.mark.parametrize("question", SILENT)
def test_the_good_silence_says_where_it_looked_what_is_nearest_and_whom_to_ask(sample_engine: Engine, question: str) -> None:
    answer = ask(sample_engine, question)
    assert (answer.status, answer.citations) == ("unanswered", ())
    if answer.reason == "no_source":
        assert answer.nearest
        assert any(n.kind == "contact" and n.text for n in answer.notices)
        for near in answer.nearest:
            section = sample_engine.index().section(near.section_id)
            assert section
            assert section.headings == near.headings
    else:
        assert answer.reason == "off_topic"


@pytest.mark.parametrize("question", ODD.values(), ids=ODD.keys())
def test_odd_input_is_asked_to_be_written_with_words(sample_engine: Engine, question: str) -> None:
    answer = ask(sample_engine, question)
    check(answer, sample_engine, "Lindhamn")
    assert (answer.status, answer.reason) == ("unanswered", "unclear")
    assert answer.text[0].isupper()
    assert answer.text.endswith((".", "?"))


@pytest.mark.parametrize("question", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_input_is_answered_in_bounded_time(sample_engine: Engine, question: str) -> None:
    answer = ask(sample_engine, question)
    check(answer, sample_engine, "Lindhamn")
    assert answer.elapsed_ms < 30_000


def turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.text, answer.status, tuple(c.section_id for c in answer.citations))


def test_a_time_that_the_question_itself_names_is_no_answer_to_when(sample_engine: Engine) -> None:
    answer = sample_engine.ask(Ask("När ska underlaget till den årliga uppföljningen lämnas?", "Lindhamn"))
    assert answer.status == "answered"
    assert "31 januari" in answer.citations[0].quote


def test_a_follow_up_leans_on_what_was_asked_before(sample_engine: Engine) -> None:
    first = ask(sample_engine, "När ska reserapporten lämnas?")
    followed = ask(sample_engine, "Till vem?", history=(turn(first),))
    check(followed, sample_engine, "Lindhamn")
    assert {c.section_id for c in followed.citations} & {c.section_id for c in first.citations}
    assert ask(sample_engine, "Till vem?").reason == "unclear"


EARLIER = (
    "Hur många vuxna måste följa med på en elevresa?",
    "Hur långt innan avresan ska jag boka min tjänsteresa utomlands?",
    "Vem är kommunens främsta representant vid officiella internationella besök?",
    "Hur länge måste vi spara handlingarna från projektet?",
)
ANEW = (
    "vänorter",
    "gåvor",
    "förstudiebidrag hur mycket kan man få",
    "Vilka vänorter har vi?",
    "hur mycket är förstudiebidraget?",
    "Vem är det som utser kontaktpersonerna?",
    "Vad är det för regler om gåvor till gäster?",
    "Finns det pengar att söka för en förstudie?",
    "Hur ofta träffas det internationella nätverket?",
)


@pytest.mark.parametrize("question", ANEW)
def test_a_question_about_something_new_is_answered_as_if_it_were_the_first(sample_engine: Engine, question: str) -> None:
    alone = ask(sample_engine, question)
    assert alone.status == "answered"
    for earlier in EARLIER:
        again = ask(sample_engine, question, history=(turn(ask(sample_engine, earlier)),))
        assert [c.section_id for c in again.citations] == [c.section_id for c in alone.citations], earlier


@pytest.mark.parametrize("question", ["Och vem lagar maten?", "Får man röka då?", "Måste den översättas?"])
@pytest.mark.parametrize("earlier", EARLIER)
def test_what_says_nothing_of_the_question_is_no_answer_to_what_follows(sample_engine: Engine, earlier: str, question: str) -> None:
    assert ask(sample_engine, question, history=(turn(ask(sample_engine, earlier)),)).citations == ()


@pytest.mark.parametrize(
    ("earlier", "question", "said"),
    [
        ("Hur ofta träffas nätverket?", "Vem kallar?", "samordnaren kallar"),
        ("Får jag flyga till Köpenhamn i tjänsten?", "Och egen bil?", "Egen bil får inte"),
        ("Hur mycket är förstudiebidraget?", "Får man ta löner ur det?", "inte användas till löner"),
    ],
)
def test_a_short_question_leans_on_what_was_asked_before(sample_engine: Engine, earlier: str, question: str, said: str) -> None:
    assert said in ask(sample_engine, question, history=(turn(ask(sample_engine, earlier)),)).text


def test_thanks_are_no_question_whatever_was_asked_before(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Tack!", history=(turn(ask(sample_engine, EARLIER[0])),))
    assert (answer.status, answer.reason, answer.citations, answer.nearest) == ("unanswered", "unclear", (), ())
    assert "Varsågod" in answer.text


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("När antogs den?", "2023-02-27"),
        ("Gäller den fortfarande?", "gäller"),
        ("Vilket diarienummer har den?", "KS 2022/0317"),
        ("Hur gammal är den?", "2023-02-27"),
    ],
)
def test_the_document_that_was_quoted_is_the_one_that_is_asked_about_next(sample_engine: Engine, question: str, said: str) -> None:
    first = ask(sample_engine, "Vad säger policyn om vänorter?")
    between = ask(sample_engine, "Vem har beslutat den?", history=(turn(first),))
    for history in ((turn(first),), (turn(first), turn(between))):
        answer = ask(sample_engine, question, history=history)
        assert {c.document_id for c in answer.citations} == {first.citations[0].document_id}
        assert said in answer.text


def test_the_quoted_document_is_meant_where_no_question_has_named_one(sample_engine: Engine) -> None:
    first = ask(sample_engine, "Hur många vuxna måste följa med på en elevresa?")
    (quoted,) = {c.document_id for c in first.citations}
    with_sections = ask(sample_engine, "När antogs den?", history=(turn(first),))
    without = ask(sample_engine, "När antogs den?", history=(Turn(first.question),))
    assert {c.document_id for c in with_sections.citations} == {quoted} != {c.document_id for c in without.citations}


def test_a_follow_up_may_name_another_municipality(sample_engine: Engine) -> None:
    first = ask(sample_engine, "Vem beslutar om resor?")
    followed = ask(sample_engine, "Och i Norrfors?", history=(turn(first),))
    assert {c.municipality for c in first.citations} == {"Lindhamn"}
    assert {c.municipality for c in followed.citations} == {"Norrfors"}


def test_two_municipalities_that_are_named_are_answered_side_by_side(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Vem beslutar om resor i Lindhamn och i Norrfors?")
    check(answer, sample_engine, None)
    assert {c.municipality for c in answer.citations} == set(NAMES)
    assert answer.text.index("**Lindhamn:**") < answer.text.index("**Norrfors:**")


def test_another_municipalitys_rules_are_quoted_as_theirs_and_with_a_notice(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Vad säger Norrfors policy om vänorter?")
    assert {c.municipality for c in answer.citations} == {"Norrfors"}
    assert any(n.kind == "scope" and "Norrfors" in n.text for n in answer.notices)


def test_another_municipalitys_rules_do_not_bind_the_asker(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Gäller Norrfors riktlinje för oss?")
    assert (answer.status, answer.reason, answer.citations) == ("unanswered", "other_municipality", ())
    assert "Norrfors" in answer.text


def test_a_municipality_without_documents_is_no_source(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Vad säger Göteborgs policy om vänorter?")
    assert (answer.status, answer.reason, answer.citations) == ("unanswered", "no_source", ())


def test_without_a_municipality_the_question_is_asked_back(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Vem beslutar om resor?", None)
    assert (answer.status, answer.reason) == ("unanswered", "unclear")
    assert "kommun" in answer.text


@pytest.mark.parametrize(
    ("question", "stated"),
    [
        ("När antogs policyn för internationellt arbete?", "2023-02-27"),
        ("Vilket diarienummer har policyn?", "KS 2022/0317"),
        ("Vilken paragraf har beslutet om policyn?", "§ 14"),
    ],
)
def test_what_a_document_says_of_itself_is_quoted_from_the_line_that_says_it(sample_engine: Engine, question: str, stated: str) -> None:
    answer = ask(sample_engine, question)
    check(answer, sample_engine, "Lindhamn")
    assert stated in answer.citations[0].quote
    assert answer.citations[0].headings == ("Försättsblad",)


@pytest.mark.parametrize(
    "question",
    [
        "När måste resan vara godkänd?",
        "När fastställs budgeten för utbyten?",
        "När godkänner rektor utbytet?",
        "Vem äger projektet?",
        "Vilken giltighetstid ska passet ha?",
        "Vilket diarienummer fick ansökan?",
    ],
)
def test_what_is_asked_of_something_else_is_not_answered_with_what_a_document_says_of_itself(sample_engine: Engine, question: str) -> None:
    answer = ask(sample_engine, question)
    covers = {d.cover.id for d in sample_engine.index().documents.values() if d.cover}
    assert not covers & {c.section_id for c in answer.citations}


def test_who_approves_it_is_about_what_was_spoken_of(sample_engine: Engine) -> None:
    first = ask(sample_engine, "Får jag åka på konferens i Berlin?")
    answer = ask(sample_engine, "vem godkänner det?", history=(turn(first),))
    covers = {d.cover.id for d in sample_engine.index().documents.values() if d.cover}
    assert not covers & {c.section_id for c in answer.citations}


def test_an_expired_plan_answers_with_its_end_told(sample_engine: Engine) -> None:
    answer = ask(sample_engine, "Vilka mål har handlingsplanen?")
    assert "expired" in {c.validity for c in answer.citations}
    assert any(n.kind == "validity" and "31 december 2024" in n.text for n in answer.notices)


def test_a_superseded_strategy_is_told_to_be_so(sample_engine: Engine) -> None:
    answers = [ask(sample_engine, f"Vad säger Internationell strategi 2017–2022 om {h.lower()}?") for h in headings(sample_engine)]
    old = [a for a in answers if any(c.validity == "superseded" for c in a.citations)]
    assert old
    assert all(any(n.kind == "validity" and "ersatt" in n.text for n in a.notices) for a in old)


def test_what_is_in_force_changes_with_the_day(sample_engine: Engine, sample_home: Path) -> None:
    before = build_engine(Settings(home=sample_home), as_of=date(2024, 6, 1))
    then, now = (ask(engine, "Vilka mål har handlingsplanen?") for engine in (before, sample_engine))
    plan = next(c.document_id for c in now.citations if c.validity == "expired")
    assert {c.validity for c in then.citations if c.document_id == plan} == {"current"}
    assert not any(n.kind == "validity" and "gällde" in n.text for n in then.notices)


def test_the_same_question_gets_the_same_answer(sample_engine: Engine) -> None:
    first, again = (ask(sample_engine, ASKED[0]).as_dict() | {"elapsed_ms": 0} for _ in range(2))
    assert first == again


def test_search_finds_sections_of_ones_own_and_of_all_alone(sample_engine: Engine) -> None:
    for asker in NAMES:
        hits = sample_engine.search("resor till utlandet", asker, 10)
        assert hits
        assert {h.document.municipality for h in hits} <= {asker, "alla"}
    assert sample_engine.search("😀", "Lindhamn", 10) == []


def test_the_list_of_contacts_is_told_beside_the_role_and_as_not_from_the_documents(sample_engine: Engine) -> None:
    told = [n.text for n in ask(sample_engine, "Vilken försäkring gäller för eleverna?").notices if n.kind == "contact"]
    assert any("samordnare" in t and "avsnittet" in t for t in told)
    assert any("service@lindhamn.example" in t and "inte från dokumenten" in t for t in told)
    elsewhere = [n.text for n in ask(sample_engine, "Vilken försäkring gäller för eleverna?", "Norrfors").notices if n.kind == "contact"]
    assert elsewhere
    assert not any("lindhamn.example" in t for t in elsewhere)
