"""Questions drafted from a municipality's own documents: good Swedish, about what the statement says, able to fail."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from eval_fakes import CountingEmbedder, engine_over

from assistant.answer import Ask
from assistant.build import build_reader
from assistant.engine import Engine
from assistant.evidence import Model
from eval.cases import Case
from eval.drafting import draft, draft_id
from eval.drafting.clause import parse
from eval.drafting.context import Speaker
from eval.drafting.from_text import drafts_of
from eval.drafting.job import Drafts
from eval.drafting.near_misses import near_misses, settled_by_the_sample
from eval.question_sets import QuestionSets, check
from knowledge.glossary import read_glossary
from knowledge.index import Index, IndexReader
from knowledge.ingest import ingest
from knowledge.read import close_reader
from knowledge.section import Document, KnowledgeError, Section

OURS = "Ekvik"
POLICY = """# Policy för internationellt arbete i Ekviks kommun

Antagen av kommunfullmäktige den 12 maj 2022, § 41. Dnr KS 2021/77.

Policyn gäller till och med den 31 december 2027.

## Syfte

Syftet med det internationella arbetet är att ge eleverna fler vägar ut i världen.

## Ansvar

Kommunstyrelsen leder arbetet och beslutar om medlemskap i nätverk. Avtal med utländska parter undertecknas av kommundirektören.
Förvaltningschefen utser en internationell samordnare. Samordnaren lämnar en rapport till kommunstyrelsen senast i mars.

## Utbyten

Elever under sexton år får inte resa utan lärare. Föreningar kan få bidrag till resor under högst två år.

## Gåvor

Gåvor till gäster får kosta högst 350 kronor. Gåvor får inte ges till enskilda tjänstepersoner.

## Uppföljning

Policyn ska revideras vart fjärde år. Redovisningen av utbytena ska innehålla:

- antal resor
- kostnader
- lärdomar

## Definitioner

Med jobbskuggning avses att följa en kollega i dennes arbete under några dagar.
"""
REGISTER = f'[[municipality]]\nname = "{OURS}"\n'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drafting") / "home"


@pytest.fixture(scope="module")
def ekvik(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder = tmp_path_factory.mktemp("ekvik")
    (folder / "register.toml").write_text(REGISTER, encoding="utf-8")
    (folder / "policy.md").write_text(POLICY, encoding="utf-8")
    made = engine_over(folder, home)
    close_reader()
    return made


@pytest.fixture(scope="module")
def drafts(ekvik: Engine) -> list[Case]:
    return draft(ekvik, OURS)


def asked_of(text: str, heading: str = "Ansvar", *others: str) -> list[str]:
    """The questions drafted from a section that says `text`, in a document with further sections."""
    sections = [Section(f"ekvik/policy#s{n}", "ekvik/policy", (heading,), t) for n, t in enumerate((text, *others))]
    document = Document("ekvik/policy", "Policy för internationellt arbete", "p.md", "h", tuple(sections), municipality=OURS)
    return [d.question for d in drafts_of(sections[0], Speaker(document))]


@pytest.mark.parametrize(
    ("statement", "question"),
    [
        ("Rektor beviljar ledighet för fortbildning i andra länder.", "Vem beviljar ledighet för fortbildning i andra länder?"),
        ("Förvaltningscheferna utser var sin kontaktperson.", "Vilka utser var sin kontaktperson?"),
        ("Avtal med utländska parter undertecknas av kommunchefen.", "Vem undertecknar avtal med utländska parter?"),
        ("Utlandsresor för anställda beslutas av närmaste chef.", "Vem beslutar om utlandsresor för anställda?"),
        ("En ansökan om bidrag ska godkännas av kommunstyrelsen.", "Vem ska godkänna en ansökan om bidrag?"),
        ("Policyn ses över vart fjärde år.", "Hur ofta ses policyn för internationellt arbete över?"),
        ("Varje år i januari lämnar vänortskommittén en berättelse till kommunstyrelsen.", None),
        ("Förvaltningarna ska inom tre veckor återkomma med synpunkter.", "När ska förvaltningarna återkomma med synpunkter?"),
        ("Gåvor till gäster får kosta högst 300 kronor per person.", "Hur mycket får gåvor till gäster kosta per person?"),
        ("Antalet vänorter ska inte överstiga fyra.", "Hur många vänorter får kommunen ha?"),
        ("Kommunens reseförsäkring gäller i hela världen i högst 180 dagar.", "Hur länge gäller kommunens reseförsäkring i hela världen?"),
        ("Bonuspoäng får inte användas privat.", "Får bonuspoäng användas privat?"),
        (
            "Du får själv svara på förfrågningar och delta i digitala möten.",
            "Får jag själv svara på förfrågningar och delta i digitala möten?",
        ),
        ("Elevresor kräver vårdnadshavarens skriftliga samtycke.", "Vad krävs för elevresor?"),
        ("Med jobbskuggning avses att följa en kollega i arbetet.", "Vad menas med jobbskuggning?"),
        ("En vänort är en kommun i ett annat land med ett avtal.", "Vad menas med en vänort?"),
        ("Syftet med elevutbyten är att eleverna ska lära sig mer.", "Vad är syftet med elevutbyten?"),
        ("Den som har varit på utbyte ska hålla ett seminarium.", "Vad ska den som har varit på utbyte göra?"),
        ("Om inget har hänt på tre år ska kommittén ta upp frågan.", "Vad gäller om inget har hänt på tre år?"),
    ],
)
def test_a_statement_is_asked_for_what_it_says(statement: str, question: str | None) -> None:
    found = asked_of(statement)
    assert question in found if question else all(q.endswith("?") for q in found)


def test_a_role_is_named_in_full_where_the_document_does_so() -> None:
    found = asked_of("Samordnaren lämnar en rapport om utbytena senast i mars.", "Uppföljning", "Den internationella samordnaren ger råd.")
    assert "När lämnar den internationella samordnaren en rapport om utbytena?" in found


def test_what_the_words_point_back_to_is_not_asked_about() -> None:
    assert asked_of("Detta görs av rektor varje år.") == []
    assert asked_of("Rektor beslutar om dessa resor.") == []
    assert asked_of("Kommittén beslutar om bidrag varje år.") == ["Vem beslutar om bidrag varje år?"]  # nor how often some committee does


def test_a_list_is_asked_for_as_a_whole_and_its_items_are_the_facts() -> None:
    section = Section("e/p#u", "e/p", ("Uppföljning",), "Årsrapporten ska innehålla:\n- antal resor\n- kostnader\n- lärdomar")
    document = Document("e/p", "Policy", "p.md", "h", (section,), municipality=OURS)
    (found,) = drafts_of(section, Speaker(document))
    assert (found.question, found.facts) == ("Vad ska årsrapporten innehålla?", ("antal resor", "kostnader", "lärdomar"))


def test_a_tables_rows_are_asked_for_by_its_headings() -> None:
    table = "Aktivitet | Ansvarig | Klart\nMall för reserapport | Kanslichefen | 31 mars 2024"
    assert asked_of(table, "Aktiviteter") == [
        "Vem ansvarar för aktiviteten ”Mall för reserapport”?",
        "När ska aktiviteten ”Mall för reserapport” vara klar?",
    ]


def test_a_clause_falls_apart_at_its_finite_verb() -> None:
    clause = parse("Nämnd som önskar söka bidrag ska samråda med kansliet.")
    assert clause
    assert (clause.front, clause.verb, clause.kind) == ("Nämnd som önskar söka bidrag", "ska", "subject")
    assert parse("Antal resor och kostnader") is None


def test_drafts_have_their_section_and_facts_that_stand_in_it(drafts: list[Case], ekvik: Engine) -> None:
    positives = [c for c in drafts if not c.abstain]
    assert len(positives) >= 12
    assert not [(c.question, p.reason) for c in positives for p in check(c, ekvik.index(), drafts) if p.stops]
    assert {c.origin for c in drafts} == {"drafted"}
    assert {c.approved_on for c in drafts} == {None}
    assert all(c.draft and c.id == draft_id(c.question) for c in drafts)


def test_the_documents_own_facts_are_among_them(drafts: list[Case]) -> None:
    asked = {c.question: c.facts for c in drafts if c.type == "metadata"}
    assert asked["När antogs policyn för internationellt arbete?"] == ("12 maj 2022",)
    assert asked["Vilket diarienummer har policyn för internationellt arbete?"] == ("KS 2021/77",)


def test_a_third_are_near_misses_and_their_topics_differ(drafts: list[Case]) -> None:
    silent = [c for c in drafts if c.abstain]
    assert 0.3 <= len(silent) / len(drafts) <= 0.36
    assert {(c.type, c.reason, c.section_ids) for c in silent} == {("near_miss", "no_source", ())}
    topics = {n.question: n.topic for n in settled_by_the_sample()}
    assert len({topics[c.question] for c in silent}) == len(silent)


def test_what_the_documents_settle_is_no_near_miss(ekvik: Engine) -> None:
    chosen = {n.question for n in near_misses(ekvik, OURS)}
    assert "Hur mycket får en gåva till en vänort kosta?" not in chosen
    assert "Vem utser den internationella kontaktpersonen på förvaltningen?" not in chosen


def test_every_near_miss_is_settled_by_the_sample_and_does_not_name_it(sample: set[str]) -> None:
    assert {n.settled_by for n in settled_by_the_sample()} <= sample
    assert not [n for n in settled_by_the_sample() if "Lindhamn" in n.question or not n.question.endswith("?")]
    assert not [n for n in settled_by_the_sample() for words in n.unless if not re.compile(words)]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The ids of the sample municipality's sections."""
    home = tmp_path_factory.mktemp("sample")
    ingest(Path(__file__).parents[2] / "knowledge" / "documents", home=home, embedder=CountingEmbedder())
    close_reader()
    return {s.id for d in Index.open(home, None).documents.values() for s in d.sections}


def test_no_draft_asks_the_engine_whether_it_can_be_answered(ekvik: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: Engine, ask: Ask) -> None:
        raise AssertionError("the engine was asked")

    before = draft(ekvik, OURS)
    monkeypatch.setattr(Engine, "ask", never)
    assert draft(ekvik, OURS) == before


@pytest.mark.parametrize(("decides", "always"), [(-99.0, True), (99.0, False)])
def test_engines_that_decide_wrong_get_the_same_drafts_and_fail_on_them(
    ekvik: Engine, home: Path, drafts: list[Case], decides: float, always: bool
) -> None:
    embedder = CountingEmbedder()
    worse = Engine(IndexReader(home, embedder.name), embedder, build_reader(), read_glossary(), Model({}, decides, 0.5))
    assert draft(worse, OURS) == drafts
    failing = [c for c in drafts if c.abstain is not always and c.type != "metadata"][:2]
    assert {worse.ask(c.ask).status == "unanswered" for c in failing} == {always}


def test_a_draft_made_before_is_not_made_again(ekvik: Engine, drafts: list[Case]) -> None:
    gone = {c.id for c in drafts[:5]}
    assert not gone & {c.id for c in draft(ekvik, OURS, without=gone)}


def test_a_municipality_without_documents_gets_no_drafts(ekvik: Engine) -> None:
    assert [c for c in draft(ekvik, "Alvik") if not c.abstain] == []


@pytest.fixture
def own_drafts(tmp_path: Path) -> Drafts:
    return Drafts(tmp_path, OURS)


def test_drafting_in_the_background_tells_how_far_it_has_come(own_drafts: Drafts, ekvik: Engine, tmp_path: Path) -> None:
    assert own_drafts.read().state == "none"
    own_drafts.start(ekvik, 12).join(60)
    record = own_drafts.read()
    assert (record.state, record.error) == ("done", "")
    assert [c.id for c in QuestionSets(tmp_path).read(OURS)] == list(record.drafted)


def test_a_drafting_that_died_has_failed_and_says_what_to_do(own_drafts: Drafts) -> None:
    own_drafts._change(state="running", done=1, total=3)
    assert own_drafts.read().state == "failed"
    assert "Tryck på Skriv förslag igen" in own_drafts.read().error


def test_a_fault_while_drafting_is_told_without_its_insides(own_drafts: Drafts, monkeypatch: pytest.MonkeyPatch, ekvik: Engine) -> None:
    def broken(*args: object, **known: object) -> None:
        raise RuntimeError("list index out of range")

    monkeypatch.setattr("eval.drafting.job.draft", broken)
    own_drafts.start(ekvik, 12).join(60)
    assert own_drafts.read().state == "failed"
    assert "index" not in own_drafts.read().error


def test_a_thrown_draft_stays_away_and_can_be_had_back(own_drafts: Drafts, ekvik: Engine, tmp_path: Path) -> None:
    sets = QuestionSets(tmp_path)
    own_drafts.start(ekvik, 12).join(60)
    first = sets.read(OURS)[0]
    own_drafts.throw(first.id)
    own_drafts.throw(first.id)
    own_drafts.start(ekvik, 36).join(60)
    assert first.id not in {c.id for c in sets.read(OURS)}
    own_drafts.fetch_back(first.id)
    assert first in sets.read(OURS)
    with pytest.raises(KnowledgeError, match="inte bland de kastade"):
        own_drafts.fetch_back(first.id)
