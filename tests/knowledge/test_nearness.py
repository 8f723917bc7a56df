"""What comes nearest to a section or a document that is gone."""

from __future__ import annotations

from knowledge.nearness import by_anchor, by_id, by_text
from knowledge.section import Document, Section


def section(anchor: str, text: str) -> Section:
    return Section(f"ekvik/plan#{anchor}", "ekvik/plan", tuple(anchor.split("/")), text)


TRAVEL = section("resor/visum", "Den som reser ansöker själv om visum. Skolan betalar avgiften.")
FRIENDS = section("vänorter", "Kommunen har avtal med två vänorter och utser en kontaktperson för varje.")
MONEY = section("ekonomi/bidrag", "Förvaltningen söker bidrag och redovisar dem för nämnden i mars.")
ALL = (TRAVEL, FRIENDS, MONEY)


def test_a_rewritten_text_finds_the_section_that_took_it_over_whatever_it_is_called() -> None:
    gone = section("kostnader", "Avgiften för visum betalas av skolan när en elev reser.")
    assert by_text(gone, ALL, 3) == [TRAVEL]


def test_a_text_about_something_else_finds_nothing() -> None:
    assert by_text(section("bibliotek", "Biblioteket har öppet om lördagar."), ALL, 3) == []
    assert by_text(section("x", ""), ALL, 3) == []
    assert by_text(TRAVEL, (), 3) == []


def test_without_the_text_the_words_of_the_heading_find_it_even_where_it_has_moved() -> None:
    assert by_anchor("mal/bidrag", ALL, 3) == [MONEY]
    assert by_anchor("ekonomi/bidrag-och-stod", ALL, 3) == [MONEY]


def test_else_what_stands_under_the_same_heading_is_offered() -> None:
    assert by_anchor("resor/pass", ALL, 3) == [TRAVEL]
    assert by_anchor("något-helt-annat", ALL, 3) == []


def test_a_document_is_found_by_the_words_of_its_id() -> None:
    def document(id_: str) -> Document:
        return Document(id_, "x", "x.pdf", "0", ())

    strategy, policy = document("ekvik/internationell-strategi-2024"), document("ekvik/resepolicy")
    assert by_id("ekvik/internationell-strategi-2019", (strategy, policy), 3) == [strategy]
    assert by_id("ekvik/budget", (strategy, policy), 3) == []
