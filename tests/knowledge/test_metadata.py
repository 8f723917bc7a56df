"""What a document says of itself: found where it stands, null where it does not, never taken from something else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import swedish
from knowledge.metadata import Facts, Source, facts


def read(
    *cover: str, title: str = "Policy för resor", texts: tuple[str, ...] = (), furniture: tuple[str, ...] = (), **more: object
) -> Facts:
    return facts(Source(title, cover, furniture, texts, bool(more.get("slides")), names=more.get("names", ())))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cover",
    [
        ("Antagen av kommunfullmäktige den 3 maj 2021, § 48",),
        ("Fastställd av KF § 48 | Den 3 maj 2021 | Sida",),
        ("Beslutad av kommunfullmäktige", "2021-05-03, § 48. Dnr KS 2021/17"),
        ("Beslutsinstans: Kommunfullmäktige", "Beslutsdatum: 2021-05-03", "Paragraf: § 48"),
        ("Beslutsinstans | Kommunfullmäktige", "Beslutsdatum | 3 maj 2021, §48"),
        ("KF 2021-05-03, § 48",),
    ],
)
def test_who_decided_when_and_under_which_paragraph(cover: tuple[str, ...]) -> None:
    found = read(*cover)
    assert (found.decided_by or "kommunfullmäktige", found.decided_on, found.paragraph) == ("kommunfullmäktige", date(2021, 5, 3), "§ 48")


def test_a_decision_is_found_in_a_sentence_of_the_text() -> None:
    found = read(texts=("Policyn antogs av kommunstyrelsen den 7 juni 2023. Den gäller alla.",))
    assert (found.decided_by, found.decided_on) == ("kommunstyrelsen", date(2023, 6, 7))


def test_a_revision_and_what_is_decided_about_others_are_no_decision() -> None:
    assert read("Reviderad 2022-01-01").decided_on is None
    assert read(texts=("Beslut om ansökan meddelas senast den 15 mars 2024.",)).decided_on is None


@pytest.mark.parametrize(
    ("line", "number"),
    [("Dnr KS2016.0110", "KS2016.0110"), ("Diarienummer: KS 2022/0317", "KS 2022/0317"), ("Diarienr: BUN 2024/0061", "BUN 2024/0061")],
)
def test_the_registration_number_is_found(line: str, number: str) -> None:
    assert read(line).registration_number == number


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("Giltighetstid: 2023-01-01 – 2026-12-31", date(2023, 1, 1), date(2026, 12, 31)),
        ("Giltighetsperiod: 2023–2026", date(2023, 1, 1), date(2026, 12, 31)),
        ("Gäller till och med 2026-12-31", None, date(2026, 12, 31)),
        ("Gäller från: 2024-04-01", date(2024, 4, 1), None),
        ("Giltighetstid: tills vidare", None, None),
    ],
)
def test_how_long_it_holds(line: str, first: date | None, last: date | None) -> None:
    found = read(line)
    assert (found.valid_from, found.valid_until) == (first, last)


def test_years_in_the_title_say_how_long_it_holds() -> None:
    found = read(title="Internationell strategi 2023–2027")
    assert (found.valid_from, found.valid_until) == (date(2023, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("line", "years", "mandate"),
    [
        ("Tidpunkt för aktualitetsprövning: 1 gång per mandatperiod", 4, True),
        ("Revideras: vartannat år", 2, False),
        ("Ses över: vart fjärde år", 4, False),
        ("Aktualitetsprövning: årligen", 1, False),
        ("Översyn: var 3:e år", 3, False),
        ("Revideras: vid behov", None, False),
    ],
)
def test_how_often_it_is_reviewed(line: str, years: int | None, mandate: bool) -> None:
    found = read(line)
    assert (found.review_interval_years, found.review_each_mandate) == (years, mandate)


def test_a_review_of_something_else_is_not_the_documents_own() -> None:
    assert read(texts=("Vänorternas avtal ses över vart tredje år.",)).review_interval_years is None
    assert read(texts=("Policyn ska ses över vart tredje år.",)).review_interval_years == 3


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Policy för resor", "policy"),
        ("Internationell strategi", "strategi"),
        ("Riktlinjer för gåvor", "riktlinje"),
        ("Handlingsplan 2024", "plan"),
        ("Rutin för vänorter", "rutin"),
        ("Handbok för kontaktpersoner", "handbok"),
        ("Att resa i tjänsten", None),
    ],
)
def test_the_kind_is_named_by_the_title(title: str, kind: str | None) -> None:
    assert read(title=title).kind == kind


def test_a_label_or_the_mark_in_a_menu_of_kinds_names_the_kind() -> None:
    assert read("Dokumenttyp: Riktlinje", title="Att resa").kind == "riktlinje"
    assert read("Program", "» Policy", "Plan", title="Att resa").kind == "policy"


def test_slides_about_a_policy_are_a_presentation() -> None:
    assert read(slides=True).kind == "presentation"


def test_the_municipality_is_the_one_that_title_cover_or_text_name_most() -> None:
    assert read(title="Policy för resor i Skövde kommun").municipality == "Skövde"
    assert read(texts=("Lidingös nämnder följer upp. Lidingö stad ansvarar. Vi deltar i nätverk med Borås.",)).municipality == "Lidingö"
    assert read(texts=("Ekviks kommun ansvarar för Ekviks vänorter.",), names=("Ekvik",)).municipality == "Ekvik"
    assert read(texts=("Kommunen ansvarar.",)).municipality is None


def test_who_it_applies_to_who_owns_it_and_what_it_replaces() -> None:
    found = read(
        "Dokumentet gäller för: Alla nämnder och bolag",
        "Dokumentansvarig: Kommundirektören",
        "Ersätter: Policy för resor 2015, antagen 2015-02-03",
    )
    assert (found.applies_to, found.owner, found.replaces) == ("Alla nämnder och bolag", "Kommundirektören", ("Policy för resor 2015",))


@pytest.mark.parametrize(
    "line", ["Ersätter:", "Ersätter | Utbytt den | Sign", "Dokumentansvarig:", "Gäller för: -", "Beslutsdatum:", "Strategin gäller"]
)
def test_a_label_without_a_value_is_null(line: str) -> None:
    found = read(line, "Sida")
    assert (found.replaces, found.owner, found.applies_to, found.decided_on, found.valid_until) == ((), None, None, None, None)


def test_a_sharing_sites_uploader_and_age_are_nothing() -> None:
    found = read("Kim Svensson", "för 1 år sedan", "Visningar:", furniture=("Kim Svensson för 1 år sedan",))
    assert found == read()


@pytest.mark.parametrize("title", ["Förslag till policy för resor", "Policy för resor, remissversion", "Utkast: policy för resor"])
def test_a_proposal_is_a_draft_until_it_is_decided(title: str) -> None:
    assert read(title=title).draft
    assert not read("Antagen av kommunfullmäktige 2021-05-03", title=title).draft


def test_an_ordinary_document_is_no_draft_for_mentioning_proposals() -> None:
    assert not read(texts=("Samordnaren tar fram förslag till nya vänorter.",)).draft


def test_a_text_that_says_nothing_of_itself_has_no_facts() -> None:
    assert facts(Source("Att resa", (), (), ("Vi reser med tåg.",), False)) == Facts()


@given(st.dates(date(1985, 1, 1), date(2060, 12, 31)), st.sampled_from(["{iso}", "den {words}", "{words}"]))
def test_any_date_is_read_however_it_is_written(day: date, form: str) -> None:
    written = form.format(iso=day.isoformat(), words=swedish(day))
    assert read(f"Antagen av kommunfullmäktige {written}").decided_on == day


@given(st.lists(st.text(max_size=60), max_size=6), st.lists(st.text(max_size=200), max_size=3), st.text(max_size=60))
def test_no_text_whatever_breaks_the_reading(cover: list[str], texts: list[str], title: str) -> None:
    found = read(*cover, title=title, texts=tuple(texts))
    assert not (found.valid_from and found.valid_until) or isinstance(found.valid_from, date)
    assert found.owner is None or found.owner.strip()
    assert found.applies_to is None or found.applies_to.strip()
