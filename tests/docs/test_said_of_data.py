"""What docs/dataskydd.md and docs/inforande.md name is there: each command, setting, page, table, file, key, quotation and link.

That all which the product writes is named in them, and that one can leave as they say, is tried in tests/hard.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from assistant.__main__ import _parser
from assistant.about import topic_of
from assistant.access.rules import rule_for
from assistant.access.tables import metadata
from assistant.access.visitor import Role
from assistant.accessibility_page import statement
from assistant.answer import Answer
from assistant.copying import ORIGIN
from assistant.render import METHOD_WORDS
from assistant.settings import Settings
from assistant.store.tables import Base

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ("dataskydd.md", "inforande.md")
TABLES = {*Base.metadata.tables, *metadata.tables}
MACHINE = "Du talar med en maskin. Det är dokumentet som gäller."


def text_of(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


def told(page: str) -> list[str]:
    """All that stands as code within the text."""
    return sorted(set(re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL))))


def is_command(said: str) -> bool:
    words = shlex.split(said)
    if words[:1] != ["assistant"]:
        return False
    try:
        _parser().parse_args(words[1:] if len(words) > 2 else [*words[1:], "--help"])
    except SystemExit as end:
        return not end.code
    return True


def is_setting(said: str) -> bool:
    names = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    return said in names or (said.startswith("_") and any(name.endswith(said) for name in names))


def is_page(said: str) -> bool:
    return said.startswith("/") and rule_for("GET", said) is not None


def is_file(said: str) -> bool:
    return (ROOT / said).is_file() or (ROOT / "knowledge" / "documents" / said).is_file()


WRITTEN = {
    *("store", "store/assistant.sqlite", "store/people.key", "store/hemlighet", "log", "versions", "index", "uploads", "mends", "journal"),
    *("eval", "eval/questions", "eval/questions/earlier", "eval/runs", "eval/drafts", "eval/running", "starters.json", "chainlit"),
    *("sparat.jsonl", "dokument.json", "originals", "assistant.sqlite"),
}
"""Files and folders in a home and in a copy of one: that they are written is tried in tests/hard."""

KEYS = {
    *(field.name for field in fields(Answer)),
    *METHOD_WORDS,
    *(role.value for role in Role),
    *("session", "__Host-", "glom"),
}

KINDS: tuple[Callable[[str], bool], ...] = (
    is_command,
    is_setting,
    is_page,
    is_file,
    lambda said: said in TABLES | WRITTEN | KEYS,
)


@pytest.mark.parametrize("page", PAGES)
def test_all_that_is_named_is_there(page: str) -> None:
    assert [said for said in told(page) if not any(kind(said) for kind in KINDS)] == []


def test_something_that_is_not_there_would_be_found() -> None:
    wrong = ("assistant radera", "assistant export --allt", "ASSISTANT_GALLRING_ALLT", "/samordnare/allt", "LICENSE", "access_logins")
    assert not [said for said in wrong if any(kind(said) for kind in KINDS)]


def test_every_table_and_every_setting_of_gallring_is_named() -> None:
    named = told("dataskydd.md")
    assert set(named) >= TABLES
    assert {f"ASSISTANT_{n.upper()}" for n in Settings.model_fields if n.startswith("gallring_") and not n.endswith("_beslut")} <= set(
        named
    )


def test_every_setting_that_sends_something_away_is_named() -> None:
    away = {f"ASSISTANT_{n.upper()}" for n in Settings.model_fields if n.endswith(("_url", "_issuer")) or n == "database"}
    assert away - {"ASSISTANT_PUBLIC_URL"} <= set(told("dataskydd.md"))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", text_of(page)):
        name, _, anchor = target.partition("#")
        there = (DOCS / name).read_text("utf-8") if name else text_of(page)
        anchors = {re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-") for heading in re.findall(r"^#+ (.+)$", there, re.M)}
        assert not anchor or anchor in anchors, target


def test_that_one_talks_with_a_machine_is_said_where_the_page_says_that_it_is() -> None:
    assert MACHINE in text_of("dataskydd.md")
    assert MACHINE in (ROOT / "assistant/pages/templates/base.html").read_text("utf-8")
    assert MACHINE in json.loads((ROOT / "assistant/pages/chainlit/translations/sv-SE.json").read_text("utf-8"))["chat"]["watermark"]
    assert topic_of("Är du en människa?") == "what"
    assert "ett datorprogram" in ORIGIN
    assert "språkmodell" in METHOD_WORDS["generative"]


def test_no_licence_is_said_to_be_chosen_until_one_is() -> None:
    chosen = list(ROOT.glob("LICEN[CS]E*")) or re.search(r"^license", (ROOT / "pyproject.toml").read_text("utf-8"), re.M)
    assert bool(chosen) != ("Det finns ingen licensfil" in text_of("inforande.md"))


def test_the_statement_tells_the_same_lacks_as_the_documentation() -> None:
    known = re.findall(r"^- (.+?)(?=\n- |\Z)", text_of("tillganglighet.md").split("## Kända brister")[1], re.M | re.DOTALL)
    assert [" ".join(lack.split()) for lack in known] == [lack.what for lack in statement().lacks]
