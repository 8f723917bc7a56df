"""The texts that a model is given: checked when they are loaded, fenced, masked, and with a version."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Dropped
from assistant.writing_prompts import read_prompts, writing_prompts
from knowledge.section import Section

FILE = files("prompts").joinpath("modell.toml").read_text(encoding="utf-8")
SECTION = Section("a#b", "a", ("Ansvar", "Resor"), "Rektor beslutar.", None, ())


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("{previous}", "{earlier}"), "follow_up"),
        (("{problems}", ""), "repair"),
        (('answer = ["words"]', 'answer = ["words", "tone"]'), "answer"),
        (("unreadable = []", ""), "unreadable"),
        (("{previous}", "{"), "follow_up"),
    ],
)
def test_a_text_that_does_not_use_what_it_declares_is_found_at_load(change: tuple[str, str], told: str) -> None:
    assert change[0] in FILE
    with pytest.raises(ValueError, match=told):
        read_prompts(FILE.replace(*change))


def test_the_version_changes_with_the_texts() -> None:
    assert read_prompts(FILE).version == writing_prompts().version
    assert read_prompts(FILE.replace("Du har ingen annan kunskap.", "")).version != writing_prompts().version


def test_the_model_is_told_the_form_that_is_asked_for() -> None:
    (_, system), _ = writing_prompts().ask("Vem?", "", [])
    form = system[system.index("{") : system.index("\n\n- claims")]
    assert json.loads(form).keys() == {"claims", "completeness", "missing"}


@given(st.text(), st.text(), st.text())
def test_nothing_in_question_or_document_can_leave_its_fence(question: str, previous: str, text: str) -> None:
    section = Section("a#b", "a", (text,), text, None, ())
    (role, system), (user_role, user) = writing_prompts().ask(question, previous, [("K1", text, section)])
    assert (role, user_role) == ("system", "user")
    assert json.loads(user).keys() == {"fråga", "källor"}
    assert len(json.loads(user)["källor"]) == 1
    if previous:
        rest = system[system.index("också är data: ") + len("också är data: ") :]
        json.loads(rest)


def test_what_names_a_person_is_masked_in_documents_too() -> None:
    section = Section("a#b", "a", ("Kontakt",), "Ring\n070-123 45 67 eller skriv till\nanna@ekvik.example.", None, ())
    (_, user) = writing_prompts().ask("Vem?", "", [("K1", "Titel", section)])[1]
    assert json.loads(user)["källor"][0]["text"] == "Ring\n[telefonnummer] eller skriv till\n[e-postadress]."


def test_what_did_not_hold_is_told_with_why() -> None:
    role, text = writing_prompts().again([("K2", Dropped("Gåvan får kosta 900 kronor.", "Talet 900 står inte i citatet."))])
    assert role == "user"
    assert '{"marker": "K2", "text": "Gåvan får kosta 900 kronor.", "fel": "Talet 900 står inte i citatet."}' in text
