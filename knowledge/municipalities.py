"""The 290 Swedish municipalities: found in running text, however staff write them, and named as they name themselves."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.section import EVERYBODY

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "municipalities.toml").read_text(encoding="utf-8"))
NAMES: tuple[str, ...] = tuple(dict.fromkeys(name for county in _DATA["counties"].values() for name in county))
"""All 290 names, county by county."""

_AMBIGUOUS = frozenset(_DATA["ambiguous"])
_NEEDS_DOTS = frozenset(_DATA["needs_dots"])
_FORM = r"(?:kommun|stad)(?:en)?s?"
_OWN = re.compile(rf"^(?:(?:region|kommunen|staden)\s+)?(?P<name>.+?)(?P<form>\s+{_FORM})?$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f][^\W\d_]*)*")
_FORM_AFTER = re.compile(rf"\s{{1,2}}(?P<form>{_FORM})\b", re.IGNORECASE)
_RULE_AFTER = re.compile(
    r"\s{1,2}(?:\w+(?:a|ella)\s)?\w*(?:polic|strategi|riktlinj|plan|program|reglemente|regler|rutin|handbok|kommunfullmäktige|kommunstyrelse)",
    re.IGNORECASE,
)
_OTHER_BODY_AFTER = re.compile(
    r"[\s-]{1,2}(?:läns?\b|tekniska\b|universitet|högskola|university|county|stift|tingsrätt|hovrätt|landsting|flygplats|posten\b)",
    re.IGNORECASE,
)
_OTHER_BODY_BEFORE = re.compile(
    r"\b(?:Region|Regionen|Landstinget|Länsstyrelsen|Länsstyrelserna|Universitetet|Högskolan|Tingsrätten|Ambassaden)\s(?:(?:i|på)\s|\w+[\s-])?$",
    re.IGNORECASE,
)
_SMALL_WORDS = frozenset(str(_DATA["leads_to_place"]).split())
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•*–—|(\"”»])[\s\"”»]*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A municipality named in a text; `start` and `end` span the name, its genitive and a following "kommun" or "stad"."""

    name: str
    start: int
    end: int


def genitive(name: str) -> str:
    """The name's genitive: "Borås" stays, "Lidingö" becomes "Lidingös"."""
    return name if name[-1:].lower() in {"s", "x", "z"} else name + "s"


def own_name(name: str) -> str:
    """What the municipality calls itself: "Lidingö stad", "Melleruds kommun", "Region Gotland"."""
    if name == EVERYBODY:
        return name
    if name in _DATA["own"]:
        return str(_DATA["own"][name])
    bare = name if name[-1:].lower() in set("aeiouyåäösxz") else name + "s"
    return f"{bare} {'stad' if name in _DATA['towns'] else 'kommun'}"


def plain_name(text: str, extra: Sequence[str] = ()) -> str | None:
    """The municipality that `text`, a name by itself ("lidingö stad"), stands for, or None."""
    table = _forms(tuple(extra))
    match = _OWN.match(_clean(text))
    if not match:
        return None
    for form in (match["name"], _clean(text)):
        found = table.get(_key(form)) or table.get(_bare(_key(form)))
        if found:
            return found
    return None


def same(a: str, b: str) -> bool:
    """Whether two names mean the same municipality, whatever their case, genitive, dots and "kommun" or "stad"."""
    return _identity(a) == _identity(b)


def find(text: str, extra: Sequence[str] = ()) -> list[Mention]:
    """The municipalities named in running text, in order; `extra` are names beside the 290 (invented ones).

    A county, region, university or the like is none, except Region Gotland. A name that is also an ordinary word or a surname counts
    only where its surroundings make it a place.
    """
    table = _forms(tuple(extra))
    words = list(_WORD.finditer(text))
    mentions: list[Mention] = []
    at = 0
    while at < len(words):
        found = _at(text, words, at, table)
        if found:
            mentions.append(found[0])
        at += found[1] if found else 1
    return mentions


def _at(text: str, words: list[re.Match[str]], at: int, table: dict[str, str]) -> tuple[Mention, int] | None:
    """The mention that begins with word number `at`, and how many words it takes."""
    for count in (2, 1):
        if at + count > len(words) or (count == 2 and words[at + 1].start() - words[at].end() != 1):
            continue
        start, end = words[at].start(), words[at + count - 1].end()
        name = _named(text, start, end, table)
        if name:
            form = _FORM_AFTER.match(text, end)
            begin = start - 7 if name == "Gotland" and text[max(0, start - 7) : start].lower() == "region " else start
            return Mention(name, begin, form.end("form") if form else end), count
    return None


def _named(text: str, start: int, end: int, table: dict[str, str]) -> str | None:
    """The municipality that text[start:end] names where it stands, or None."""
    key = _key(text[start:end])
    if key == "falu" and _FORM_AFTER.match(text, end):
        return "Falun"
    name = table.get(key) or table.get(_bare(key))
    if name is None or _OTHER_BODY_AFTER.match(text, end) or re.match(r"-\w", text[end : end + 2]):
        return None
    if name != "Gotland" and _OTHER_BODY_BEFORE.search(text[:start][-40:]):
        return None
    return name if name not in _AMBIGUOUS or _is_place(text, start, end, name) else None


def _is_place(text: str, start: int, end: int, name: str) -> bool:
    """Whether an ambiguous name is the municipality here."""
    word = text[start:end]
    in_genitive = _key(word) != _key(name)
    named_form = _FORM_AFTER.match(text, end)
    if named_form or (in_genitive and _RULE_AFTER.match(text, end)):
        return word[0].isupper() or in_genitive or (name != "Vara" and name[-1] in "aeiou")
    if not word[0].isupper() or (len(word) > 1 and word.isupper()):
        return False
    if text.strip(" \n.?!") == word:
        return True
    before, after = text[:start], text[end:]
    return not _SENTENCE_START.search(before) and not re.match(r" [^\W\d_a-zåäö]", after) and _leads_to_place(before)


def _leads_to_place(before: str) -> bool:
    """Whether the word before can stand before a place: a surname follows a first name, which has a capital."""
    previous = re.search(r"([^\W\d_]+)\W*$", before)
    return previous is None or not previous[1][0].isupper() or previous[1].lower() in _SMALL_WORDS or before.rstrip()[-1:] in {",", "/"}


@cache
def _forms(extra: tuple[str, ...]) -> dict[str, str]:
    """Every way to write a name, as `_key` gives it, to the name."""
    table: dict[str, str] = {}
    for name in (*NAMES, *extra):
        plain = _OWN.match(_clean(name))
        table.setdefault(_key(plain["name"] if plain and name in extra else name), name)
    for name in (*NAMES, *extra):
        if name not in _NEEDS_DOTS:
            table.setdefault(_bare(_key(name)), name)
        for form in _variants(name):
            table.setdefault(form, name)
    return table


def _variants(name: str) -> Iterator[str]:
    key = _key(name)
    dotless = {key} if name in _NEEDS_DOTS else {key, _bare(key)}
    for form in dotless:
        for written in {form, form.replace(" ", "")}:
            yield written
            yield genitive(written)


def _identity(name: str) -> str:
    found = plain_name(name)
    if found:
        return found
    match = _OWN.match(_clean(name))
    key = _bare(_key(match["name"] if match else name))
    return key.removesuffix("s") if match and match["form"] else key


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _key(text: str) -> str:
    return re.sub(r"[\s-]+", " ", unicodedata.normalize("NFKC", text)).casefold().strip()


def _bare(key: str) -> str:
    """Without dots and rings."""
    return "".join(c for c in unicodedata.normalize("NFD", key) if not unicodedata.combining(c))


__all__ = ["NAMES", "Mention", "find", "genitive", "own_name", "plain_name", "same"]
