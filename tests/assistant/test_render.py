"""The chat's Markdown shows a document's text as it stands, and every marker leads to the cited words."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fake_engine import LIST_QUOTE, ODD, QUOTE, citation, strategy
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer import Answer, Nearest, Notice, NoticeKind
from assistant.render import NOTICE_WORDS, VALIDITY_WORDS, answer_markdown, cited_url, escape
from knowledge.section import Validity

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
DIRECTIVE = re.compile(r"(?<!\\):(?=\w)", re.ASCII)
"""What the chat's Markdown takes for a command of its own and leaves out."""


def shown(markdown: str) -> str:
    """What a reader sees: the text between the tags, white space made one space."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", MARKDOWN.render(markdown))).split())


def answer(**changes: object) -> Answer:
    document = strategy()
    made = Answer(
        id="1",
        question="Vem?",
        municipality="Ekvik",
        status="answered",
        reason=None,
        text=f"{QUOTE} [1]",
        citations=(citation(document.sections[0], document.title, QUOTE),),
    )
    return replace(made, **changes)


@pytest.mark.parametrize("text", [ODD, "EU:s", "3:e stycket", "§ 5", "1–3 kap.", "1. Syfte", "- punkt", "# ingen rubrik", "> x", "&amp;"])
def test_odd_text_shows_as_it_stands(text: str) -> None:
    assert shown(escape(text)) == text


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=80))
def test_any_line_shows_as_it_stands(text: str) -> None:
    assert shown(escape(text.strip())) == " ".join(text.split())


@given(st.text(alphabet=":aå1 {[\\", max_size=30))
def test_no_colon_is_left_for_the_chat_to_eat(text: str) -> None:
    assert not DIRECTIVE.search(escape(text).replace("\\\\", ""))


def test_a_zero_width_space_does_not_become_a_cursor() -> None:
    assert escape("a\u200bb\x00c") == "abc"


def test_a_marker_links_to_its_citation() -> None:
    assert f"[\\[1\\]]({cited_url(answer().citations[0])})" in answer_markdown(answer())


def test_a_marker_without_a_citation_is_plain_text() -> None:
    made = answer_markdown(answer(text="Se [7].", citations=()))
    assert made == "Se \\[7\\]\\."


def test_the_link_carries_the_quote_and_the_anchor() -> None:
    document = strategy()
    address = urlsplit(cited_url(citation(document.sections[1], document.title, LIST_QUOTE)))
    assert address.path == f"/dokument/{document.id}"
    assert parse_qs(address.query) == {"citat": [LIST_QUOTE]}
    assert unquote(address.fragment) == "skola/medel"


@given(st.text(alphabet="()[]<> \\\"'ab&#?", max_size=40))
def test_no_quote_breaks_out_of_its_link(quote: str) -> None:
    document = strategy()
    assert re.fullmatch(r"[\w/?=%#.~-]+", cited_url(citation(document.sections[0], document.title, quote)))


def test_a_source_says_document_place_page_and_validity_and_quotes_every_line() -> None:
    document = strategy()
    made = answer_markdown(answer(citations=(citation(document.sections[1], document.title, LIST_QUOTE, validity="expired"),)))
    text = shown(made)
    assert "[1] Internationell strategi Ekvik · Skola › Medel, sida 3 · Har gått ut" in text
    assert "> - elevers utbyten" in made
    assert text.index("Skolan får söka medel för") < text.index("lärares fortbildning")


def test_a_source_that_applies_to_all_says_so_and_has_no_page() -> None:
    document = strategy()
    national = citation(document.cover, document.title, "Beslutad av: kommunfullmäktige", municipality=None)
    assert "Gäller alla kommuner · Försättsblad · Gäller" in shown(answer_markdown(answer(citations=(national,))))


def test_a_list_in_the_text_stays_a_list_after_its_lead_in() -> None:
    rendered = MARKDOWN.render(answer_markdown(answer(text="Ja:\n- ett\n- två\nSlut", citations=())))
    assert rendered.count("<li>") == 2
    assert "<p>Slut</p>" in rendered


def test_bold_words_stay_bold_and_lone_stars_stay_stars() -> None:
    assert answer_markdown(answer(text="**Obs** 2 * 3 * 4", citations=())) == "**Obs** 2 \\* 3 \\* 4"


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_is_a_box_of_its_own_with_a_label(kind: NoticeKind) -> None:
    made = answer_markdown(answer(notices=(Notice(kind, "Mer om EU:s stöd."),)))
    assert f":::notis\n**{NOTICE_WORDS[kind]}\\:** Mer om EU\\:s stöd\\.\n:::" in made


@pytest.mark.parametrize("validity", list(Validity))
def test_every_validity_has_words_and_a_place_that_explains_it(validity: Validity) -> None:
    document = strategy()
    made = answer_markdown(answer(citations=(citation(document.sections[0], document.title, QUOTE, validity=validity.value),)))
    assert f"[{VALIDITY_WORDS[validity]}](/om#giltighet-{validity.value})" in made


def test_an_unanswered_question_offers_the_nearest_sections_and_claims_no_quotes() -> None:
    near = Nearest("x#a", ("Skola", "Medel"), "/dokument/x#a")
    made = answer_markdown(answer(status="unanswered", text="Det står inte.", citations=(), nearest=(near,)))
    assert ":::nara\n[Skola › Medel](/dokument/x#a)\n:::" in made
    assert "ordagranna" not in made


def test_a_nearest_section_that_the_text_names_is_shown_once_with_what_it_settles() -> None:
    near = Nearest("x#a", ("Skola", "Medel"), "/dokument/x#a")
    text = "Det står inte.\n\nNärmast ligger:\n- **Skola › Medel**: ”Skolan söker EU:s medel.”"
    made = answer_markdown(answer(status="unanswered", text=text, citations=(), nearest=(near,)))
    assert made.endswith(":::nara\n[Skola › Medel](/dokument/x#a)\n\n”Skolan söker EU\\:s medel\\.”\n:::")
    assert made.count("Medel") == 1


def test_a_quote_that_the_text_shows_is_not_shown_again_in_its_source() -> None:
    assert "> " not in answer_markdown(answer())
    assert "> " in answer_markdown(answer(text="Ja, så är det [1]."))


def test_only_addresses_that_are_known_become_links() -> None:
    notice = Notice(NoticeKind.CONTACT, "Se https://www.utbyten.se (UHR) eller https://annan.example.")
    made = answer_markdown(answer(notices=(notice,)))
    assert "](https://www.utbyten.se)" in made
    assert "](https://annan" not in made


def test_of_links_in_a_text_only_the_one_about_the_service_is_kept() -> None:
    made = answer_markdown(answer(text="Läs mer: [Om tjänsten](/om) eller [här](/dokument)", citations=()))
    assert "[Om tjänsten](/om)" in made
    assert "](/dokument)" not in made
    assert "\\[här\\]" in made


def test_markup_that_a_document_writes_stays_as_it_stands() -> None:
    document = strategy()
    cited = citation(document.sections[0], document.title, "Det är **viktigt**.")
    assert "\\*\\*viktigt\\*\\*" in answer_markdown(answer(text="**Ekvik:** Det är **viktigt**. [1]", citations=(cited,)))
    assert "**Ekvik\\:**" in answer_markdown(answer(text="**Ekvik:** Det är **viktigt**. [1]", citations=(cited,)))


def test_a_prepared_mail_is_offered_last() -> None:
    made = answer_markdown(answer(status="unanswered", citations=()), "mailto:a@b.example?subject=x")
    assert made.endswith("[Skicka frågan vidare med e\\-post](mailto:a@b.example?subject=x)")


@pytest.mark.parametrize(("method", "words"), [("extractive", "ordagranna citat"), ("generative", "språkmodell")])
def test_the_last_line_says_how_the_answer_was_made(method: str, words: str) -> None:
    assert words in answer_markdown(answer(method=method)).splitlines()[-1]


def test_a_marker_of_the_documents_own_in_a_quote_or_a_title_leads_nowhere() -> None:
    document = strategy()
    first, second = "Resor betalas av kommunen [2] enligt lag.", "Rektorn godkänner resan ” [1]"
    cited = (
        citation(document.sections[0], "Policy [2]", first),
        citation(document.sections[1], document.title, second, marker=2),
    )
    text = f"Policy [2] gäller.\n\n”{first}” [1]\n\n”{second}” [2]"
    body = answer_markdown(answer(text=text, citations=cited)).partition("**Källor")[0]
    assert re.findall(r"\[\\\[(\d)\\\]\]\(", body) == ["1", "2"]
    assert shown(body.replace("\n", " ")) == f"Policy [2] gäller. ”{first}” [1] ”{second}” [2]"
