"""The coordinator's documents: uploaded, looked through, corrected, replaced and withdrawn, with the real store and real indexing."""

from __future__ import annotations

import io

import docx
import pytest
from coordinator_app import Coordinator, words

from eval.pages import uploading
from knowledge.uploads import Uploads

TRAVEL = """# Resepolicy för Björkhults kommun

Antagen av kommunstyrelsen den 4 maj 2021, § 12.

## Bokning

Tjänsteresor bokas av ekonomiavdelningen senast fjorton dagar före avresan.

## Traktamente

Traktamente betalas enligt Skatteverkets belopp.
"""
NEWER = TRAVEL.replace("4 maj 2021, § 12", "9 juni 2025, § 30").replace("fjorton dagar", "tre veckor")
LIST = "/samordnare/dokument"
ID = "bjorkhult/resepolicy-for-bjorkhults-kommun-2021"
NEW_ID = "bjorkhult/resepolicy-for-bjorkhults-kommun-2025"


def word_file(text: str) -> bytes:
    made = docx.Document()
    for block in filter(None, text.split("\n\n")):
        heading = block.startswith("#")
        made.add_paragraph(block.lstrip("# ").strip(), style=f"Heading {block.count('#')}" if heading else None)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def test_uploaded_documents_answer_at_once_and_are_shown_as_they_were_split(coordinator: Coordinator) -> None:
    page = coordinator.after(
        coordinator.upload(("resepolicy.docx", word_file(TRAVEL)), ("C:\\mina\\plan.txt", "# Plan\n\n## Mål\n\nUtbyten ska bli fler."))
    )
    assert "Filerna är sparade" in words(page.select_one(".done"))
    assert {a.text for a in page.select("#nyss ~ ul a")} == {"Resepolicy för Björkhults kommun", "Plan"}
    answer = coordinator.ask("Hur bokas tjänsteresor?")
    assert [c.document_id for c in answer.citations] == [ID]
    shown = coordinator.page(f"{LIST}/{ID}")
    assert [" ".join(s.text.split()) for s in shown.select("summary")][-2:] == ["Bokning citerat 1 gång", "Traktamente aldrig citerat"]
    assert shown.select_one("#f-decided_by")["value"] == "kommunstyrelsen"
    assert shown.select_one("#f-decided_on")["value"] == "2021-05-04"
    assert Uploads(coordinator.home, "Björkhult").names() == ["plan.txt", "resepolicy.docx"]


def test_the_list_tells_what_is_in_force_what_was_warned_of_and_what_nobody_was_shown(coordinator: Coordinator) -> None:
    coordinator.upload(
        ("utkast.md", "# Förslag till riktlinje\n\n## Syfte\n\nDetta är ett förslag till beslut i kommunstyrelsen.\n"),
        ("resepolicy.md", TRAVEL),
    )
    coordinator.ask("Hur bokas tjänsteresor?")
    rows = {r.h3.a.text: words(r) for r in coordinator.page(LIST).select("#alla-dokument ~ ul > li")}
    assert "Läses in från servern" in rows["Policy för internationellt arbete i Björkhults kommun"]
    assert "1 av dem har aldrig citerats" in rows["Resepolicy för Björkhults kommun"]
    assert "Gäller" in rows["Resepolicy för Björkhults kommun"]
    draft = next(text for title, text in rows.items() if "Förslag" in title)
    assert "register.toml" not in draft
    assert "under Uppgifter om dokumentet" in draft
    assert not any("Stenvik" in title for title in rows)


def test_metadata_that_is_corrected_counts_after_a_quick_reading_and_old_links_still_lead_there(coordinator: Coordinator) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    typed = {"title": "Riktlinjer för tjänsteresor", "decided_on": "2022-02-01", "valid_until": "2024-12-31", "owner": "Ekonomichefen"}
    answer = coordinator.send(f"{LIST}/{ID}", gor="uppgifter", decided_by="kommunstyrelsen", paragraph="§ 12", **typed)
    assert answer.status_code == 303
    moved = coordinator.client.get(answer.headers["location"])
    assert moved.status_code == 307
    shown = coordinator.page(moved.headers["location"])
    assert shown.h1.text == "Riktlinjer för tjänsteresor"
    assert "Har gått ut" in words(shown)
    assert "(angivet av dig)" in shown.select_one("label[for=f-owner]").text
    assert "(angivet av dig)" not in shown.select_one("label[for=f-decided_by]").text
    stated = Uploads(coordinator.home, "Björkhult").register().stated("resepolicy.md")
    assert (stated.owner, stated.decided_by, stated.municipality) == ("Ekonomichefen", None, "Björkhult")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("decided_on", "2024-02-30", "”Beslutsdatum” är inget datum som finns."),
        ("review_interval_years", "fyra", "ett helt antal år"),
        ("url", "javascript:alert(1)", "ingen webbadress"),
        ("title", "x" * 400, "”Titel” är för långt"),
    ],
)
def test_a_field_that_cannot_be_understood_is_told_and_what_was_typed_stays(
    coordinator: Coordinator, field: str, value: str, said: str
) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    page = coordinator.refused(coordinator.send(f"{LIST}/{ID}", gor="uppgifter", **{field: value, "owner": "Kansliet"}))
    assert said in page.select_one("[role=alert]").text
    assert page.select_one(f"#f-{field}")["value"] == value
    assert page.select_one("#f-owner")["value"] == "Kansliet"
    assert coordinator.indexed == ["Björkhult"]


def test_a_replaced_document_answers_in_the_old_ones_place_and_old_ids_lead_to_it(coordinator: Coordinator) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    old = coordinator.ask("När ska tjänsteresor bokas?")
    answer = coordinator.send(f"{LIST}/{ID}", files=[("fil", ("Resepolicy 2025.docx", word_file(NEWER)))], gor="ersatt")
    assert answer.status_code == 303
    now = coordinator.ask("När ska tjänsteresor bokas?")
    assert "fjorton dagar" in old.citations[0].quote
    assert "tre veckor" in now.citations[0].quote
    assert coordinator.engine.index().section(old.citations[0].section_id).id == now.citations[0].section_id
    assert coordinator.client.get(f"{LIST}/{ID}").headers["location"] == f"{LIST}/{NEW_ID}"
    assert Uploads(coordinator.home, "Björkhult").names() == ["Resepolicy 2025.docx"]


def test_a_withdrawn_document_answers_nothing_and_can_be_put_back(coordinator: Coordinator) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    page = coordinator.after(coordinator.send(f"{LIST}/{ID}", gor="dra-tillbaka"))
    assert coordinator.ask("När ska tjänsteresor bokas?").status == "unanswered"
    assert coordinator.client.get(f"{LIST}/{ID}").status_code == 404
    back = page.select_one("#tillbakadragna ~ ul form")
    coordinator.after(coordinator.send(LIST, gor="lagg-tillbaka", fil=back.select_one("[name=fil]")["value"]))
    assert coordinator.ask("När ska tjänsteresor bokas?").status == "answered"


def test_a_file_that_cannot_be_read_is_shown_with_reason_and_remedy_and_stops_no_other(coordinator: Coordinator) -> None:
    page = coordinator.after(coordinator.upload(("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 50), ("resepolicy.md", TRAVEL)))
    failed = page.select_one("#olasta ~ ul li")
    assert "bild.pdf" in failed.h3.text
    assert "Filen är en bild och saknar text." in words(failed)
    assert ID in coordinator.engine.index().documents
    page = coordinator.after(coordinator.send(LIST, gor="ta-bort", fil="bild.pdf"))
    assert page.select_one("#olasta") is None


def test_two_documents_of_the_same_title_and_year_are_told_apart_by_a_new_title(coordinator: Coordinator) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    page = coordinator.after(coordinator.upload(("resepolicy-b.md", TRAVEL + "\n## Bilaga\n\nBlanketten finns på intranätet.\n")))
    failed = words(page.select_one("#olasta ~ ul li"))
    assert "Det finns redan ett dokument med samma titel" in failed
    assert "register.toml" not in failed
    page = coordinator.after(coordinator.send(LIST, gor="titel", fil="resepolicy-b.md", title="Resepolicy med bilaga"))
    assert page.select_one("#olasta") is None
    assert "bjorkhult/resepolicy-med-bilaga-2021" in coordinator.engine.index().documents


def test_the_same_file_is_not_taken_twice_and_an_empty_one_not_at_all(coordinator: Coordinator) -> None:
    coordinator.upload(("resepolicy.md", TRAVEL))
    for name, text, said in (("kopia.md", TRAVEL, "finns redan, som dokumentet ”Resepolicy"), ("tom.pdf", "", "är tom (0 byte)")):
        page = coordinator.refused(coordinator.upload(("ny.md", NEWER), (name, text)))
        assert said in page.select_one("[role=alert]").text
    assert "Ingen fil är vald" in coordinator.refused(coordinator.send(LIST, gor="ladda-upp")).text
    assert Uploads(coordinator.home, "Björkhult").names() == ["resepolicy.md"]


def test_too_much_at_once_is_refused_with_what_to_do(coordinator: Coordinator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploading, "LARGEST", 1000)
    page = coordinator.refused(coordinator.upload(("stor.md", "x" * 200_000)))
    assert "Ladda upp färre filer åt gången" in page.select_one("[role=alert]").text

    def endless():
        yield b'--x\r\nContent-Disposition: form-data; name="filer"; filename="stor.md"\r\n\r\n'
        for _ in range(300):
            yield b"x" * 1000

    headers = {"Content-Type": "multipart/form-data; boundary=x"}  # and no length told beforehand
    answer = coordinator.client.post(LIST, content=endless(), headers=headers)
    assert "Ladda upp färre filer åt gången" in coordinator.refused(answer).text
    many = [("filer", (f"{n}.md", b"x")) for n in range(60)]
    assert "högst 50 filer" in coordinator.refused(coordinator.send(LIST, files=many, gor="ladda-upp")).text
    assert Uploads(coordinator.home, "Björkhult").names() == []


def test_a_document_from_a_folder_on_the_server_is_shown_but_not_changed(coordinator: Coordinator) -> None:
    own = next(i for i, d in coordinator.engine.index().documents.items() if d.municipality == "Björkhult")
    assert coordinator.page(f"{LIST}/{own}").select_one("form[aria-labelledby=uppgifter]") is None
    page = coordinator.refused(coordinator.send(f"{LIST}/{own}", gor="dra-tillbaka"))
    assert "läses in från en mapp på servern" in page.select_one("[role=alert]").text


def test_another_municipalitys_document_is_not_there(coordinator: Coordinator) -> None:
    theirs = next(i for i, d in coordinator.engine.index().documents.items() if d.municipality == "Stenvik")
    assert coordinator.client.get(f"{LIST}/{theirs}", params={"kommun": "Björkhult"}).status_code == 404
    assert coordinator.send(f"{LIST}/{theirs}", gor="dra-tillbaka").status_code == 404


def test_on_the_open_machine_a_municipality_without_documents_gets_its_first(coordinator: Coordinator) -> None:
    page = coordinator.after(coordinator.upload(("resepolicy.md", TRAVEL), ny_kommun="lidingö stad"))
    assert "Lidingö har 1 dokument" in words(page)
    assert coordinator.indexed == ["Lidingö"]
    assert "lidingo/resepolicy-for-bjorkhults-kommun-2021" in coordinator.engine.index().documents
    wrong = coordinator.refused(coordinator.upload(("ny.md", NEWER), ny_kommun="Ankeborg"))
    assert "”Ankeborg” känns inte igen" in wrong.select_one("[role=alert]").text


def test_companions_that_are_missing_stand_with_the_questions_that_touch_them(coordinator: Coordinator) -> None:
    for question in ("Får vi bjuda gästerna på middag?", "Får vi ge gästerna en present?", "Vem attesterar fakturan?"):
        assert coordinator.ask(question).status == "unanswered"
    coordinator.after(coordinator.upload(("resepolicy.md", TRAVEL)))
    assert ID in coordinator.engine.index().documents
    found = [words(li) for li in coordinator.page(LIST).select("#saknas ~ ul li")]
    assert found[0].startswith("Riktlinjer för representation och gåvor")
    assert "2 obesvarade frågor rör det här" in found[0]
    assert not any(text.startswith("Resepolicy") for text in found)


def test_how_far_a_reading_has_come_is_told_to_every_process(coordinator: Coordinator) -> None:
    assert coordinator.client.get("/samordnare/inlasning").status_code == 404
    coordinator.upload(("resepolicy.md", TRAVEL))
    told = coordinator.client.get("/samordnare/inlasning", params={"kommun": "Björkhult"}).json()
    assert told["state"] == "done"
