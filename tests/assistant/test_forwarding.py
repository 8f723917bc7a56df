"""What is passed on when the documents don't say, and the prepared e-mail."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fake_engine import FakeEngine, guide, strategy

from assistant.answer import Ask
from assistant.forwarding import SUBJECT, forwarded, mail_link, may_be_forwarded
from knowledge.register import Municipality

SILENT = replace(FakeEngine().ask(Ask("Vad kostar EU:s fika & kaffe?", municipality="Ekvik")), municipality="Ekvik")


@pytest.mark.parametrize(
    ("status", "reason", "may"),
    [
        ("unanswered", "no_source", True),
        ("unanswered", "unverified", True),
        ("unanswered", "other_municipality", True),
        ("unanswered", "off_topic", False),
        ("unanswered", "unclear", False),
        ("partial", None, True),
        ("answered", None, False),
    ],
)
def test_only_what_somebody_else_may_know_is_passed_on(status, reason, may) -> None:
    assert may_be_forwarded(replace(SILENT, status=status, reason=reason)) is may


def test_what_is_passed_on_names_what_was_searched_and_nobody() -> None:
    draft = replace(strategy(), id="ekvik/utkast", title="Utkast", draft=True)
    made = forwarded(SILENT, [strategy("Ekvik"), strategy("Norrö"), replace(guide(), draft=False), draft])
    assert made.searched == ("Internationell strategi", "Programguide <2020>")
    assert (made.name, made.nearest, made.answer_id) == (None, SILENT.nearest, SILENT.id)


def test_the_mail_holds_the_question_and_the_nearest_sections_and_goes_to_the_registered_address() -> None:
    link = urlsplit(mail_link(forwarded(SILENT, [strategy()]), [Municipality("Ekvik", email="eu@ekvik.example"), Municipality("Norrö")]))
    assert (link.scheme, unquote(link.path)) == ("mailto", "eu@ekvik.example")
    values = parse_qs(link.query)
    assert values["subject"] == [SUBJECT]
    assert "Vad kostar EU:s fika & kaffe?" in values["body"][0]
    assert "- Ansvar" in values["body"][0]


def test_without_a_registered_address_the_mail_has_no_recipient() -> None:
    assert mail_link(forwarded(SILENT, []), []).startswith("mailto:?subject=")


def test_no_question_breaks_out_of_the_address() -> None:
    link = mail_link(forwarded(replace(SILENT, question='x)&bcc=a@b.example "<'), []), [])
    assert parse_qs(urlsplit(link).query).keys() == {"subject", "body"}
    assert not set(link) & set(' "<>()')
