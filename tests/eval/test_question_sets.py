"""The coordinators' question sets: what is saved is read, nothing is lost, and CSV comes back from a spreadsheet as it was."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engine import Engine
from eval.cases import Case, literal
from eval.question_csv import COLUMNS, _restored, _safe
from eval.question_sets import QuestionSets, check, file_name
from knowledge.section import KnowledgeError

DAY = date(2026, 11, 22)
SECTION = "bjorkhult/policy-for-internationellt-arbete-i-bjorkhults-kommun-2022#kontaktpersoner"
WHO = Case("f1", "Vem utser kontaktpersonen?", "Björkhult", "vem", section_ids=(SECTION,), facts=("Förvaltningschefen | chefen",))
MISS = Case("f2", "Hur mycket får en gåva kosta?", "Björkhult", "nära", abstain=True, reason="no_source", tags=("gåvor", "inköp"))


@pytest.fixture
def sets(tmp_path: Path) -> QuestionSets:
    made = QuestionSets(tmp_path)
    made.add("Björkhult", [WHO, MISS])
    return made


def test_a_question_is_kept_with_all_that_it_says(sets: QuestionSets) -> None:
    assert sets.read("Björkhult") == [replace(WHO, origin="written"), replace(MISS, origin="written")]
    assert sets.read("Stenvik") == []


def test_only_approved_questions_are_asked(sets: QuestionSets) -> None:
    assert sets.asked("Björkhult") == []
    sets.approve("Björkhult", "f2", "Kim", DAY)
    (asked,) = sets.asked("Björkhult")
    assert (asked.id, asked.approved_by, asked.approved_on) == ("f2", "Kim", DAY)


def test_a_draft_may_say_too_little_but_is_not_approved_then(sets: QuestionSets) -> None:
    sets.save("Björkhult", Case("f3", "Vem  betalar?\n", None, "vem", origin="inbox"))
    assert sets.find("Björkhult", "f3").question == "Vem betalar?"
    with pytest.raises(KnowledgeError, match="säger inte vad som ska ske"):
        sets.approve("Björkhult", "f3", "Kim", DAY)
    assert sets.find("Björkhult", "f3").draft


def test_saving_changes_the_question_with_the_id_and_refuses_the_same_question_twice(sets: QuestionSets) -> None:
    sets.save("Björkhult", replace(WHO, facts=()))
    assert [(c.id, c.facts) for c in sets.read("Björkhult")] == [("f1", ()), ("f2", ())]
    with pytest.raises(KnowledgeError, match="finns redan"):
        sets.save("Björkhult", replace(WHO, id="f9", question="VEM utser  kontaktpersonen?"))
    with pytest.raises(KnowledgeError, match="Frågan är tom"):
        sets.save("Björkhult", replace(WHO, id="f9", question=" "))
    with pytest.raises(KnowledgeError, match="ska inte besvaras"):
        sets.save("Björkhult", replace(WHO, abstain=True))


def test_what_is_there_already_is_passed_over_when_many_are_added(sets: QuestionSets) -> None:
    new = replace(WHO, id="f4", question="Hur länge?")
    assert [c.id for c in sets.add("Björkhult", [replace(WHO, facts=()), replace(MISS, id="f8"), new, new])] == ["f4"]
    assert len(sets.read("Björkhult")) == 3


def test_a_question_that_is_gone_is_told(sets: QuestionSets) -> None:
    sets.remove("Björkhult", "f1")
    assert [c.id for c in sets.read("Björkhult")] == ["f2"]
    with pytest.raises(KnowledgeError, match="finns inte längre"):
        sets.remove("Björkhult", "f1")


def test_every_earlier_version_is_kept_by_its_hash(sets: QuestionSets) -> None:
    before, content = sets.version("Björkhult"), sets.path("Björkhult").read_bytes()
    sets.approve("Björkhult", "f1", "Kim", DAY)
    assert sets.version("Björkhult") != before
    assert (sets.path("Björkhult").parent / "earlier" / f"björkhult-{before}.jsonl").read_bytes() == content


def test_two_municipalities_never_share_a_file() -> None:
    assert len({file_name(n) for n in ("Habo", "Håbo", "Upplands-Bro", "Upplands Väsby", "Malå", "Mala")}) == 6
    assert file_name("../../etc/passwd") == "etc-passwd"
    assert file_name("…") == "utan-namn"


def test_many_who_save_at_once_lose_nothing(sets: QuestionSets) -> None:
    def save(number: int) -> None:
        sets.save("Björkhult", replace(WHO, id=f"t{number}", question=f"Fråga nummer {number}?"))

    threads = [threading.Thread(target=save, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {c.id for c in sets.read("Björkhult")} == {"f1", "f2", *(f"t{n}" for n in range(12))}


def test_a_file_that_somebody_spoilt_is_told_with_its_line(sets: QuestionSets) -> None:
    path = sets.path("Björkhult")
    path.write_text(path.read_text("utf-8") + "{trasig\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="rad 3"):
        sets.read("Björkhult")
    with pytest.raises(KnowledgeError, match="rad 3"):
        sets.save("Björkhult", MISS)
    assert "{trasig" in path.read_text("utf-8")


def test_a_fact_is_literal_words_in_a_coordinators_set(sets: QuestionSets) -> None:
    (who, _) = sets.read("Björkhult")
    assert who.patterns[0].search("Det är CHEFEN som utser")
    assert not who.patterns[0].search("förvaltningssekreteraren")
    assert replace(WHO, facts=("cirka 3 (tre) | fyra",), origin="written").patterns[0].search("cirka 3 (tre) år")


@pytest.mark.parametrize(
    ("fact", "text", "found"), [("21 dagar", "121 dagar", False), ("3", "30", False), ("3", "3 år", True), (" | ", "x", False)]
)
def test_a_literal_number_is_found_whole(fact: str, text: str, found: bool) -> None:
    import re

    assert bool(re.search(literal(fact), text)) is found


def test_faults_are_told_with_their_remedy(sets: QuestionSets, engine: Engine) -> None:
    index, others = engine.index(), sets.read("Björkhult")
    assert check(others[0], index, others) == []
    wrong = replace(others[0], id="ny", question="Vem utser en kontaktperson?", section_ids=(SECTION, "a/b#c"), facts=("rektorn",))
    found = check(wrong, index, [replace(WHO, question="Vem utser en kontaktperson")])
    assert [p.stops for p in found] == [True, True, False]
    assert "a/b#c finns inte" in found[0].reason
    assert "”rektorn” står inte" in found[1].reason
    assert "liknar" in found[2].reason
    assert all(p.remedy for p in found)
    foreign = replace(others[0], section_ids=("stenvik/riktlinjer-for-utbyten-i-stenviks-kommun-2023#gavor",), facts=())
    assert "får inte citeras" in check(foreign, index, [])[0].reason
    assert "säger inte vad som ska ske" in check(replace(WHO, section_ids=(), facts=()), index, [])[0].reason


def test_csv_opens_in_swedish_excel_and_comes_back_the_same(sets: QuestionSets, engine: Engine) -> None:
    sets.approve("Björkhult", "f2", "Kim; Åsa", DAY)
    before, content = sets.read("Björkhult"), sets.export_csv("Björkhult")
    assert content.startswith(b"\xef\xbb\xbfId;Kommun;Fr\xc3\xa5ga;")
    for saved in (content, content.decode("utf-8-sig").encode("cp1252"), content.decode("utf-8-sig").replace(";", "\t").encode("utf-16")):
        done = sets.import_csv("Björkhult", saved, engine.index())
        assert done.problems == ()
    assert [replace(c, approved_by="") for c in sets.read("Björkhult")] == [replace(c, approved_by="") for c in before]


def written(*rows: dict[str, str]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=";", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_an_import_adds_changes_and_tells_each_row_that_it_left_out(sets: QuestionSets, engine: Engine) -> None:
    silent = "besvaras inte: finns inte i dokumenten"
    done = sets.import_csv(
        "Björkhult",
        written(
            {"Id": "f2", "Fråga": MISS.question, "Vad som ska ske": "Besvaras inte", "Slag": "annat"},
            {"Fråga": "Får vi åka tåg?", "Vad som ska ske": silent},
            {"Fråga": "Vem reser?", "Vad som ska ske": "besvaras", "Avsnitt": "a/b#c"},
            {"Fråga": "Vem flyger?", "Vad som ska ske": "kanske"},
            {"Fråga": "Vem ror?", "Vad som ska ske": silent, "Godkänd den": "i går"},
            {"Fråga": "Vem går?", "Vad som ska ske": silent, "Kommun": "Stenvik"},
        ),
        engine.index(),
    )
    assert (len(done.added), done.changed) == (1, ("f2",))
    assert [p.reason.split(":")[0] for p in done.problems] == ["Rad 4", "Rad 5", "Rad 6", "Rad 7"]
    assert [c.question for c in sets.read("Björkhult")] == [WHO.question, MISS.question, "Får vi åka tåg?"]
    assert sets.find("Björkhult", "f2").type == "annat"


@pytest.mark.parametrize("content", [b"", b"Id;Slag\r\n1;2", b'Fr\xc3\xa5ga;Vad som ska ske\n"trasig;besvaras', b"\x00\xff\xfe"])
def test_what_is_no_such_csv_is_refused_whole(sets: QuestionSets, engine: Engine, content: bytes) -> None:
    with pytest.raises(KnowledgeError):
        sets.import_csv("Björkhult", content, engine.index())
    assert len(sets.read("Björkhult")) == 2


@given(st.text())
def test_no_cell_is_run_as_a_formula_and_each_comes_back(value: str) -> None:
    assert not _safe(value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert _restored(_safe(value)) == value


def test_a_formula_in_a_question_is_neutral_in_the_file_and_itself_again_after_import(sets: QuestionSets, engine: Engine) -> None:
    sets.save("Björkhult", replace(MISS, id="f5", question='=HYPERLINK("http://x";"y")'))
    content = sets.export_csv("Björkhult")
    assert "'=HYPERLINK" in content.decode()
    assert ';"=HYPERLINK' not in content.decode()
    assert sets.import_csv("Björkhult", content, engine.index()).changed == ()


def test_a_line_holds_only_what_is_said(sets: QuestionSets) -> None:
    first = json.loads(sets.path("Björkhult").read_text("utf-8").splitlines()[0])
    assert first.keys() == {"id", "question", "municipality", "type", "section_ids", "facts", "origin"}
