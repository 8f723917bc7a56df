"""The coordinator's pages over HTTP: what they say of runs and questions, and what their forms do."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from page_fakes import OURS, SECTION, answered, case, client_over, emptied, kept, quiet, read, row, run, words_of

from assistant.engine import Engine
from eval import background
from eval.background import Progress
from eval.question_sets import QuestionSets
from knowledge.section import KnowledgeError

HERE = {"kommun": OURS}


@pytest.fixture(scope="module")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_over(engine, tmp_path_factory.mktemp("pages"))


@pytest.fixture(autouse=True)
def home(client: TestClient) -> Path:
    """The application's home, without questions and runs."""
    return emptied(client)


@pytest.fixture
def sets(home: Path) -> QuestionSets:
    return QuestionSets(home)


def enough(right: int = 20, wrong: int = 5) -> list[object]:
    return [row(f"r{n}") for n in range(right)] + [row(f"w{n}", False) for n in range(wrong)]


def test_before_the_first_run_the_overview_says_that_nobody_knows_and_what_to_do(client: TestClient) -> None:
    page = read(client, "/samordnare?kommun=Björkhult")
    assert "Ingen vet ännu hur bra svaren är" in words_of(page)
    assert page.select_one('a[href^="/samordnare/forslag"]')
    assert not page.find("button", string="Starta en körning")  # nothing to ask yet


def test_few_questions_give_no_figure_but_say_so(client: TestClient, home: Path) -> None:
    kept(home, run([row(f"r{n}") for n in range(19)]))
    text = words_of(read(client, "/samordnare?kommun=Björkhult"))
    assert "Det går inte att säga hur bra svaren är, för 19 frågor räcker inte: det behövs minst 20." in text
    assert "Gjorde rätt Rätt svar när dokumenten har det, tyst när de inte har det. Kan inte säga" in text


def test_the_overview_gives_the_verdict_five_figures_with_n_and_the_share_by_kind(client: TestClient, home: Path) -> None:
    kept(home, run([*enough(), *(quiet(f"q{n}") for n in range(4))]))
    page = read(client, "/samordnare?kommun=Björkhult")
    assert page.select_one(".verdict").get_text() == "Assistenten gjorde rätt på 24 av 29 frågor; på de andra 5 teg den fast svaret finns."
    figures = [
        [cell.get_text(" ", strip=True) for cell in tr.select("td")] for tr in page.select("section[aria-labelledby=siffror] tbody tr")
    ]
    assert figures[0] == ["83\N{NO-BREAK SPACE}%", "65–92\N{NO-BREAK SPACE}%", "29"]
    assert len(figures) == 5
    kinds = [tr.get_text(" ", strip=True) for tr in page.select("section[aria-labelledby=slag] tbody tr")]
    assert kinds[0].startswith("Vem 20 av 25 80")
    assert kinds[1] == "Ligger nära, men saknar svar 4 av 4 Kan inte säga"


@pytest.mark.parametrize(
    ("broken", "words"),
    [({"quote_in_section": 0.0}, "citat som inte står ordagrant"), ({"scope_leak": 1.0}, "en annan kommuns dokument som er egna")],
)
def test_one_altered_quote_or_foreign_document_is_the_verdict_whatever_else_is_right(
    client: TestClient, home: Path, broken: dict[str, float], words: str
) -> None:
    kept(home, run([*enough(30, 0), row("bad", **broken)]))
    verdict = read(client, "/samordnare?kommun=Björkhult").select_one(".verdict").get_text()
    assert verdict.startswith("Lita inte på svaren")
    assert words in verdict


def test_the_curve_has_a_mark_for_each_run_and_the_same_figures_in_a_table(client: TestClient, home: Path) -> None:
    kept(home, run(enough(15, 10), 0), run(enough(20, 5), 1), run(enough(25, 0), 2, made_with={"questions": "other"}))
    page = read(client, "/samordnare?kommun=Björkhult")
    assert len(page.select("svg .mark")) == 3
    assert [line["class"] for line in page.select("svg .line")] == [["line", "solid"], ["line", "dashed"]]
    heights = [float(mark["cy"]) for mark in page.select("svg .mark")]
    assert heights == sorted(heights, reverse=True)  # higher shares stand higher up
    cells = [tr.select("td")[0].get_text() for tr in page.select("section[aria-labelledby=over-tid] tbody tr")]
    assert cells == ["100\N{NO-BREAK SPACE}%", "80\N{NO-BREAK SPACE}%", "60\N{NO-BREAK SPACE}%"]


def test_the_use_of_fewer_than_five_is_not_told(client: TestClient) -> None:
    assert "Färre än fem har frågat de senaste 90 dagarna" in words_of(read(client, "/samordnare"))


def test_a_run_is_started_by_a_button_and_its_progress_shows_with_and_without_scripts(
    client: TestClient, sets: QuestionSets, monkeypatch: pytest.MonkeyPatch
) -> None:
    sets.save(OURS, case())
    begun = []
    monkeypatch.setattr(background, "start", lambda settings, municipality: begun.append((settings.home, municipality)))
    monkeypatch.setattr(background, "progress", lambda home, municipality: Progress(12, 50, "running") if begun else None)
    assert read(client, "/samordnare?kommun=Björkhult").find("button", string="Starta en körning")
    answer = client.post("/samordnare/korningar", data=HERE)
    assert (answer.status_code, begun[0][1]) == (303, OURS)
    page = read(client, answer.headers["location"])
    assert page.select_one("progress")["value"] == "12"
    assert page.select_one("noscript meta[http-equiv=refresh]")
    assert not page.find("button", string="Starta en körning")
    now = client.get(page.select_one("[data-progress]")["data-progress"]).json()
    assert (now["state"], now["done"], now["total"]) == ("running", 12, 50)


def test_a_run_that_cannot_start_says_why(client: TestClient) -> None:
    answer = client.post("/samordnare/korningar", data=HERE)
    assert answer.status_code == 400
    assert "Björkhult har inga godkända frågor." in answer.text


def test_a_run_that_failed_says_why(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "progress", lambda home, municipality: Progress(3, 9, "failed", "Dokumenten ändrades. Starta igen."))
    assert "Den senaste körningen avbröts. Dokumenten ändrades. Starta igen." in words_of(
        read(client, "/samordnare/korningar?kommun=Björkhult")
    )


def test_the_list_of_questions_is_filtered_by_words_kind_result_and_approval(client: TestClient, sets: QuestionSets, home: Path) -> None:
    sets.add(OURS, [case("r1", "Vem utser?"), case("w1", "Vem betalar?"), case("d1", "När följs det upp?", type="when", approved_on=None)])
    kept(home, run([row("r1", question="Vem utser?"), row("w1", False, question="Vem betalar?")]))

    def listed(**query: str) -> list[str]:
        answer = client.get("/samordnare/fragor", params=HERE | query)
        return re.findall(r'href="/samordnare/fragor/(\w\d)\?', answer.text)

    assert listed() == ["r1", "w1", "d1"]
    assert listed(sok="BETALAR vem") == ["w1"]
    assert listed(slag="when") == ["d1"]
    assert listed(resultat="fel") == ["w1"]
    assert listed(resultat="ej") == ["d1"]
    assert listed(visa="forslag") == ["d1"]
    assert listed(visa="godkanda", resultat="ratt") == ["r1"]


def test_a_long_list_is_shown_a_page_at_a_time(client: TestClient, sets: QuestionSets) -> None:
    sets.add(OURS, [case(f"f{n}", f"Fråga nummer {n} om resor?") for n in range(51)])
    first, last = (read(client, f"/samordnare/fragor?kommun=Björkhult&sida={n}") for n in (1, 9))
    assert (len(first.select(".worklist li")), len(last.select(".worklist li"))) == (50, 1)
    assert first.find("a", string="Nästa")["href"] == "/samordnare/fragor?kommun=Bj%C3%B6rkhult&sida=2"


def test_a_question_shows_its_latest_answer_beside_the_expected_section_and_each_run(
    client: TestClient, sets: QuestionSets, home: Path
) -> None:
    question = "Vem utser kontaktpersonen?"
    sets.save(OURS, case("f1", question, facts=("Förvaltningschefen | Chefen",)))
    kept(
        home,
        run([row("f1", question=question)], 0),
        run([row("f1", False, question=question)], 1),
        run([row("f1", False, question="Annan?")], 2),
    )
    page = read(client, "/samordnare/fragor/f1?kommun=Björkhult")
    expected, given = (page.select_one(f"section[aria-labelledby={id_}]").get_text(" ", strip=True) for id_ in ("facit", "svaret"))
    assert "Kontaktpersonen sprider information om stipendier." in expected
    assert "Förvaltningschefen eller Chefen" in expected
    assert "Assistenten teg fast svaret finns i dokumenten." in given
    results = [span.get_text() for span in page.select("section[aria-labelledby=historik] .result")]
    assert results == ["Fel", "Rätt"]  # the question was worded otherwise in the third


def test_what_people_wrote_never_becomes_markup(client: TestClient, sets: QuestionSets, home: Path) -> None:
    evil = "<script>alert(1)</script> & ”Vem”?"
    sets.save(OURS, case("f1", evil))
    kept(home, run([row("f1", question=evil)]), run([row("f1", False, question=evil, answer=answered(evil, "<img src=x>", "other"))], 1))
    for path in ("/samordnare/fragor", "/samordnare/fragor/f1", "/samordnare/fragor/f1/andra", "/samordnare/jamfor"):
        text = client.get(path, params=HERE).text
        assert "&lt;script&gt;" in text, path
        assert not re.search("<script>|<img src=x", text)


def filled(**changes: str) -> dict[str, str]:
    ours = {"question": "Hur länge är man kontaktperson?", "expects": "svar", "sections": SECTION, "facts": "tre år", "kind": "ordinary"}
    return HERE | ours | {"role": "teacher", "tags": "roll, tid", "gor": "spara"} | changes


def test_a_question_is_written_and_approved_in_one_step(client: TestClient, sets: QuestionSets) -> None:
    answer = client.post("/samordnare/fragor/ny", data=filled())
    assert answer.status_code == 303
    [made] = sets.read(OURS)
    assert (made.question, made.section_ids, made.facts, made.tags) == (filled()["question"], (SECTION,), ("tre år",), ("roll", "tid"))
    assert (made.approved_by, made.approved_on, made.origin) == ("Den här datorn", date.today(), "written")
    assert "Frågan är sparad och godkänd." in words_of(read(client, answer.headers["location"]))


def test_a_question_saved_as_a_draft_waits_until_it_is_approved(client: TestClient, sets: QuestionSets) -> None:
    client.post("/samordnare/fragor/ny", data=filled(gor="utkast"))
    [draft] = sets.read(OURS)
    assert draft.draft
    client.post(f"/samordnare/fragor/{draft.id}", data=HERE | {"gor": "godkann"})
    assert not sets.read(OURS)[0].draft


def test_a_question_that_should_not_be_answered_has_its_reason_and_no_section(client: TestClient, sets: QuestionSets) -> None:
    client.post("/samordnare/fragor/ny", data=filled(expects="other_municipality"))
    [made] = sets.read(OURS)
    assert (made.abstain, made.reason, made.section_ids, made.facts) == (True, "other_municipality", (), ())


@pytest.mark.parametrize("said", ["http://127.0.0.1:8000/dokument/{}", "/dokument/{}", " {} "])
def test_a_section_is_stated_by_its_address_or_its_id(client: TestClient, sets: QuestionSets, said: str) -> None:
    assert client.post("/samordnare/fragor/ny", data=filled(sections=said.format(SECTION))).status_code == 303
    assert sets.read(OURS)[0].section_ids == (SECTION,)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"question": " "}, "Frågan saknas"),
        ({"sections": ""}, "Frågan saknar avsnitt"),
        ({"sections": "bjorkhult/ingen#alls"}, "finns inte i dokumenten"),
        ({"facts": "hundra år"}, "står inte i avsnittet"),
        ({"expects": "x"}, "Det framgår inte"),
    ],
)
def test_a_question_with_a_fault_is_not_saved_and_keeps_what_was_typed(
    client: TestClient, sets: QuestionSets, changes: dict[str, str], told: str
) -> None:
    answer = client.post("/samordnare/fragor/ny", data=filled(**changes))
    assert answer.status_code == 400
    assert told in answer.text
    assert changes.get("facts", "tre år") in answer.text
    assert sets.read(OURS) == []


def test_sections_are_suggested_and_chosen_by_ticking(client: TestClient, sets: QuestionSets) -> None:
    page = client.post("/samordnare/fragor/ny", data=filled(sections="", gor="foresla")).text
    assert f'name="valt:{SECTION}"' in page
    client.post("/samordnare/fragor/ny", data=filled(sections="") | {f"valt:{SECTION}": "1"})
    assert sets.read(OURS)[0].section_ids == (SECTION,)


def test_changing_a_question_keeps_its_id_and_removing_takes_it_out(client: TestClient, sets: QuestionSets) -> None:
    sets.save(OURS, case("f1", origin="inbox"))
    client.post("/samordnare/fragor/f1", data=filled(question="Vem utser en kontaktperson i dag?"))
    [changed] = sets.read(OURS)
    assert (changed.id, changed.question, changed.origin) == ("f1", "Vem utser en kontaktperson i dag?", "inbox")
    assert client.post("/samordnare/fragor/f1", data=HERE | {"gor": "ta-bort"}).status_code == 303
    assert sets.read(OURS) == []


def test_a_question_of_another_municipality_is_not_there(client: TestClient, sets: QuestionSets) -> None:
    sets.save("Stenvik", case("s1"))
    assert client.get("/samordnare/fragor/s1", params=HERE).status_code == 404
    assert client.post("/samordnare/fragor/s1", data=HERE | {"gor": "ta-bort"}).status_code == 404
    assert len(sets.read("Stenvik")) == 1


def test_the_questions_go_out_as_csv_and_come_back_changed(client: TestClient, sets: QuestionSets) -> None:
    sets.save(OURS, case("f1"))
    out = client.get("/samordnare/fragor.csv", params=HERE)
    assert out.content.startswith(b"\xef\xbb\xbf")
    assert "filename*=UTF-8''fragor-Bj%C3%B6rkhult.csv" in out.headers["content-disposition"]
    changed = out.content.decode().replace("Vem utser kontaktpersonen?", "Vem väljer kontaktpersonen?").encode()
    back = client.post("/samordnare/fragor.csv", data=HERE, files={"fil": ("fragor.csv", changed)})
    assert back.status_code == 303
    assert [c.question for c in sets.read(OURS)] == ["Vem väljer kontaktpersonen?"]


def test_a_row_with_a_fault_is_told_and_the_others_are_read_in(client: TestClient, sets: QuestionSets) -> None:
    sheet = f"Fråga;Vad som ska ske;Avsnitt\nVem utser?;besvaras;{SECTION}\nVem betalar?;besvaras;bjorkhult/ingen#alls\n".encode()
    answer = client.post("/samordnare/fragor.csv", data=HERE, files={"fil": ("fragor.csv", sheet)})
    assert "1 nya och 0 ändrade frågor är inlästa." in answer.text
    assert "Rad 3: Avsnittet bjorkhult/ingen#alls finns inte i dokumenten." in answer.text
    assert [c.question for c in sets.read(OURS)] == ["Vem utser?"]


@pytest.mark.parametrize(
    ("content", "told"), [(b"\x00\x01 inget", "saknar kolumnen"), (b"", "saknar kolumnen"), (b"x" * 4_100_000, "större än 4 MB")]
)
def test_a_file_that_is_no_question_set_is_refused(client: TestClient, content: bytes, told: str) -> None:
    answer = client.post("/samordnare/fragor.csv", data=HERE, files={"fil": ("fragor.csv", content)})
    assert answer.status_code == 400
    assert told in answer.text


def test_what_got_worse_stands_with_both_answers_its_cause_and_what_differs(client: TestClient, home: Path) -> None:
    before = run([row("f1"), row("f2", False), row("f3")], 0)
    kept(home, before, run([row("f1", False), row("f2"), row("f3")], 1, made_with={"corpus": "new"}))
    page = read(client, "/samordnare/jamfor?kommun=Björkhult")
    text = words_of(page)
    assert "1 fråga blev rätt och 1 blev fel, av 3 som finns i båda." in text
    assert "Skillnaden kan vara slump" in text
    assert "Dokumenten. Något dokument har lagts till, bytts ut eller tagits bort." in text
    lost = page.select_one("section[aria-labelledby=fel] article").get_text(" ", strip=True)
    assert "Fråga f1? Orsak: Assistenten teg fast svaret finns i dokumenten." in lost
    assert re.search("Före: rätt Svarade. Förvaltningschefen utser .* Efter: fel Teg: dokumenten har inget svar.", lost)


def test_runs_without_common_questions_say_so_and_an_unknown_run_is_not_there(client: TestClient, home: Path) -> None:
    kept(home, run([row("f1")], 0), run([row("f2")], 1))
    assert "inga frågor gemensamma" in words_of(read(client, "/samordnare/jamfor?kommun=Björkhult"))
    assert client.get("/samordnare/jamfor", params=HERE | {"fore": "../../x"}).status_code == 404
    assert client.get("/samordnare/korningar/ingen", params=HERE).status_code == 404


def test_a_run_lists_what_went_wrong_with_the_cause_and_every_measure(client: TestClient, home: Path) -> None:
    one = run(enough(24, 1))
    kept(home, one)
    page = read(client, f"/samordnare/korningar/{one.id}?kommun=Björkhult")
    assert [li.a.get_text() for li in page.select(".worklist > li")] == ["Fråga w0?"]
    assert "Teg när den skulle" in words_of(page)


def test_how_much_to_trust_marks_the_threshold_in_use_and_has_no_control_for_it(client: TestClient, home: Path) -> None:
    kept(home, run(enough()))
    page = read(client, "/samordnare/tillit?kommun=Björkhult")
    assert len(page.select("svg .chosen")) == 1
    assert page.select_one("svg .said").get_text() == "gräns 0,50"
    assert (
        "får 80\N{NO-BREAK SPACE}% av frågorna ett svar, och 100\N{NO-BREAK SPACE}% av de svaren är rätt"
        in page.select_one(".verdict").get_text()
    )
    assert not page.main.select("input, form")


@pytest.mark.parametrize("path", ["", "/fragor", "/korningar", "/jamfor", "/tillit", "/rapport"])
def test_every_page_stands_before_there_is_anything_to_show(client: TestClient, path: str) -> None:
    assert read(client, f"/samordnare{path}").h1


def test_a_busy_question_set_is_told_and_nothing_is_lost(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object) -> None:
        raise KnowledgeError("Någon annan ändrar frågorna just nu.", "Försök igen om en stund.")

    monkeypatch.setattr(QuestionSets, "save", busy)
    answer = client.post("/samordnare/fragor/ny", data=filled())
    assert answer.status_code == 400
    assert "Försök igen om en stund." in answer.text
    assert "tre år" in answer.text
