"""The 290 Swedish municipalities: found in running text, however staff write them, and named as they name themselves."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge.section import EVERYBODY
from knowledge.words import bare

_DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "municipalities.toml").read_text(encoding="utf-8"))
NAMES: tuple[str, ...] = tuple(dict.fromkeys(name for county in _DATA["counties"].values() for name in county))
"""All 290 names, county by county."""

_AMBIGUOUS = frozenset(_DATA["ambiguous"])
_NEEDS_DOTS = frozenset(_DATA["needs_dots"])
_TOWNS = frozenset(_DATA["towns"])
_SMALL_WORDS = frozenset(str(_DATA["leads_to_place"]).split())

_FORM = r"(?:kommun|stad)(?:en)?s?"
_OWN = re.compile(rf"(?:(?:region|kommunen|staden)\s+)?(?P<name>.+?)(?P<form>\s+{_FORM})?", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
_GAP = re.compile(r"[ \u00a0\n-]")
_FORM_AFTER = re.compile(rf"\s{{1,2}}(?P<form>{_FORM})\b", re.IGNORECASE)
_RULES_AFTER = re.compile(
    r"\s{1,2}(?:\w+[aet]\s)?\w*(?:polic|strategi|riktlinj|plan|program|reglemente|regler|rutin|handbok|kommunfullmäktige|kommunstyrelse)",
    re.IGNORECASE,
)
_OTHER_BODY_AFTER = re.compile(
    r"[\s-]{1,2}(?:läns?\b|(?:tekniska\s)?(?:universitet|högskola)|university\b|county\b|stift(?:et)?\b|tingsrätt|hovrätt|landsting|"
    r"flygplats|posten\b)",
    re.IGNORECASE,
)
_OTHER_BODY_BEFORE = re.compile(
    r"\b(?:Region\s[A-ZÅÄÖ]\w+[\s-]|(?i:regione?n?|landstinget|länsstyrelse(?:n|rna)|universitetet|högskolan|tingsrätten)\s(?:(?:i|på)\s)?)$"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n•*–—|(\"”»])[\s\"”»]*$")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)\W*$")
_NAME_AFTER = re.compile(r" [A-ZÅÄÖ]")
_REACH = 60
"""How many letters before a name are looked at."""


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
    """What the municipality calls itself: "Lidingö stad", "Melleruds kommun", "Region Gotland"; "alla" stays."""
    if name == EVERYBODY:
        return name
    if name in _DATA["own"]:
        return str(_DATA["own"][name])
    bare_form = name if name[-1:].lower() in set("aeiouyåäö") else genitive(name)
    return f"{bare_form} {'stad' if name in _TOWNS else 'kommun'}"


def plain_name(text: str, extra: Sequence[str] = ()) -> str | None:
    """The municipality that `text`, a name by itself ("lidingö stad"), stands for, or None; `extra` are names beside the 290."""
    table = _forms(tuple(extra))
    key = _key(_stripped(text))
    return table.get(key) or table.get(bare(key)) or ("Falun" if _key(text) == "falu kommun" else None)


def same(a: str, b: str) -> bool:
    """Whether two names mean the same municipality, whatever their case, dots and "kommun" or "stad"."""
    return _identity(a) == _identity(b)


def find(text: str, extra: Sequence[str] = ()) -> list[Mention]:
    """The municipalities named in running text, in order; `extra` are names beside the 290 (invented ones).

    A county, region, university or the like is none, except Region Gotland. A name that is also an ordinary word or a surname counts
    only where its surroundings make it a place.
    """
    table, beginnings = _forms(tuple(extra)), _beginnings(tuple(extra))
    words = list(_WORD.finditer(text))
    mentions: list[Mention] = []
    at = 0
    while at < len(words):
        found = _at(text, words[at : at + 2], table) if _beginning(words[at].group()) in beginnings else None
        if found:
            mentions.append(found)
        at += 1
        while found and at < len(words) and words[at].start() < found.end:
            at += 1
    return mentions


def _at(text: str, words: list[re.Match[str]], table: dict[str, str]) -> Mention | None:
    """The mention that begins with the first of two words, taking both if it can."""
    start = words[0].start()
    for end in {word.end(): None for word in reversed(words)}:
        if end != words[0].end() and not _GAP.fullmatch(text, words[0].end(), words[1].start()):
            continue
        name = _named(text, start, end, table)
        if name:
            form = _FORM_AFTER.match(text, end)
            return Mention(name, start, form.end("form") if form else end)
    return None


def _named(text: str, start: int, end: int, table: dict[str, str]) -> str | None:
    """The municipality that text[start:end] names where it stands, or None."""
    key = _key(text[start:end])
    if key in {"region gotland", "region gotlands", "regionen gotland"}:
        return "Gotland"
    if key == "falu" and _FORM_AFTER.match(text, end):
        return "Falun"
    name = table.get(key) or table.get(bare(key))
    if name is None or _OTHER_BODY_AFTER.match(text, end) or re.match(r"-\w", text[end : end + 2]):
        return None
    before = text[max(0, start - _REACH) : start]
    if _OTHER_BODY_BEFORE.search(before):
        return None
    return name if name not in _AMBIGUOUS or _is_place(text, start, end, name) else None


def _is_place(text: str, start: int, end: int, name: str) -> bool:
    """Whether an ambiguous name is the municipality here."""
    word = text[start:end]
    capital = word[0].isupper()
    in_genitive = _key(word) != _key(name)
    if _FORM_AFTER.match(text, end):
        return capital or in_genitive or (name[-1] in "aeiou" and name != "Vara")
    if in_genitive and _RULES_AFTER.match(text, end):
        return True
    if not capital or word.isupper():
        return False
    before = text[max(0, start - _REACH) : start]
    alone = text.strip(" \n.?!") == word
    return alone or not (_SENTENCE_START.search(before) or _NAME_AFTER.match(text, end) or _follows_first_name(before))


def _follows_first_name(before: str) -> bool:
    """Whether the word before has a capital without being a small word that begins a sentence: "Anders Lund", but not "Får Lund"."""
    previous = _WORD_BEFORE.search(before)
    return bool(previous and previous[1][0].isupper() and previous[1].lower() not in _SMALL_WORDS and before[-2:-1].isalpha())


@lru_cache(maxsize=64)
def _forms(extra: tuple[str, ...]) -> dict[str, str]:
    """Every way to write a name, as `_key` gives it, to the name; a name's own spelling goes before another's dotless one."""
    names = {name: _key(_stripped(name) if name in extra else name) for name in (*NAMES, *extra)}
    table = {key: name for name, key in names.items()}
    for name, key in names.items():
        for form in (key,) if name in _NEEDS_DOTS else (key, bare(key)):
            for written in (form, form.replace(" ", "")):
                table.setdefault(written, name)
                table.setdefault(genitive(written), name)
    return table


@lru_cache(maxsize=64)
def _beginnings(extra: tuple[str, ...]) -> frozenset[str]:
    """The first words of every way to write a name, without dots: most words of a text begin none, and are not looked at further."""
    return frozenset(_beginning(form) for form in (*_forms(extra), "region", "regionen", "falu"))


@lru_cache(maxsize=20_000)
def _beginning(text: str) -> str:
    return next(iter(bare(_key(text)).split()), "")


def _identity(name: str) -> str:
    """The municipality's name, or for one not among the 290 what is left without its form and its genitive."""
    plain = _stripped(name)
    left = bare(_key(plain))
    return plain_name(name) or (left.removesuffix("s") if plain != _clean(name) else left)


def _stripped(name: str) -> str:
    """Without "kommun", "stad" or "Region"."""
    match = _OWN.fullmatch(_clean(name))
    return match["name"] if match else ""


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _key(text: str) -> str:
    return _clean(text.replace("-", " ")).casefold()


__all__ = ["NAMES", "Mention", "find", "genitive", "own_name", "plain_name", "same"]
