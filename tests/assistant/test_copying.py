"""An answer as text for a mail."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from fake_engine import QUOTE, FakeEngine

from assistant.answer import Ask
from assistant.copying import ORIGIN, plain_text

ANSWER = FakeEngine().ask(Ask("Vem har ansvar?", municipality="Ekvik"))


def test_the_text_has_question_answer_notice_and_source_with_a_link_that_works_elsewhere() -> None:
    text = plain_text(ANSWER, "https://assistent.example")
    assert text.startswith("Fråga: Vem har ansvar?\n\nSå står det i Ekvik:s strategi: ")
    assert f"{QUOTE} [1]" in text
    assert "Så har frågan tolkats: ”Erasmus” står inte i dokumenten" in text
    assert "[1] Internationell strategi, Ansvar, sida 2 (Gäller). https://assistent.example/dokument/ekvik/" in text
    assert text.endswith(ORIGIN)
    assert text.count(QUOTE) == 1


def test_a_quote_that_the_answer_does_not_show_stands_at_its_source() -> None:
    text = plain_text(replace(ANSWER, text="Ja **absolut** [1]."))
    assert "Ja absolut [1]." in text
    assert f"”{QUOTE}”" in text


def test_a_link_that_would_be_too_long_for_a_mail_leaves_the_words_out() -> None:
    long = replace(ANSWER.citations[0], quote="ett två tre " * 100)
    text = plain_text(replace(ANSWER, citations=(long,)))
    assert quote("ett två") not in text
    assert "/dokument/ekvik/internationell-strategi-2021#ansvar" in text
