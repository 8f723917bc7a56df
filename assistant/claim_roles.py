"""Who does what: a claim's roles and organs are the quote's, and whoever acts there acts here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.claim_clauses import clauses, is_infinitive, is_verb
from assistant.claim_words import SYNONYM, Around, Word, content, data, nearness, same_root, word_set
from assistant.expectation import ROLE
from knowledge.glossary import Glossary
from knowledge.lexicon import commonness
from knowledge.stems import stem
from knowledge.words import fold, tokens

_PREPOSITIONS = frozenset("till med från hos åt för om på i vid under inom efter före utan mot".split())

HERE = "kommun"
"""The stem of "kommunen", whose rules these are: a text of a municipality need not name it."""


def strange_role(claim: str, quote: str, around: Around, glossary: Glossary) -> str | None:
    """The first role or organ that the claim names and the quote does not, nor a synonym of it; None when there is none.

    One that the headings name, or the section where it only is or is given something, may be named beside all roles of the quote.
    """
    others, said = content(quote), content(claim)
    whole = all(any(nearness(o, w, glossary) >= SYNONYM for w in said) for o in others if is_role(o))
    named = content(around.headings) if whole else ()
    meant = content(around.text) if whole else ()
    for word in said:
        if not is_role(word):
            continue
        if word.stem == HERE:
            if not _unsaid(word, claim, quote, others):
                return word.text
        elif not any(_same_role(word, o, glossary) for o in (*others, *named, *(meant if _idle(word, claim) else ()))):
            return word.text
    return None


def _idle(word: Word, text: str) -> bool:
    """Whether a role is one that has, is or is given something, not one that does it."""
    words = tokens(text)
    place = next((n for n, t in enumerate(words) if t.start == word.start), None)
    if place is None or "av" in {t.word for t in words[max(0, place - 2) : place]}:
        return False
    following = [t.word for t in words[place + 1 : place + 6]]
    if word.text.endswith("s") or following[:1] in (["är"], ["har"]):
        return True
    return following[:1] == ["får"] and not any(map(is_infinitive, following[1:]))


def swapped(claim: str, quote: str, glossary: Glossary) -> bool:
    """Whether two of the quote's words have changed places: each does what the other does there, or has it done."""
    said, held = ([d for d in deeds(text) if is_role(d.who)] for text in (claim, quote))
    pairs = [(s, h) for s in said for h in held if nearness(s.who, h.who, glossary) >= SYNONYM]
    for one, first in pairs:
        for two, second in pairs:
            if one.who.stem == two.who.stem or first.who.stem == second.who.stem:
                continue
            parted = first.verb != second.verb and one.verb != two.verb
            if parted and _same_verb(one.verb, second.verb) and _same_verb(two.verb, first.verb):
                return True
            together = _same_verb(one.verb, two.verb) and _same_verb(first.verb, second.verb) and _same_verb(one.verb, first.verb)
            if together and (one.acts, two.acts, first.acts, second.acts) == (True, False, False, True):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Deed:
    """A thing or person with the stem of the verb nearest to it, and whether it is what acts, as far as the order of words tells."""

    who: Word
    verb: str
    acts: bool


@lru_cache(maxsize=20_000)
def deeds(text: str) -> tuple[Deed, ...]:
    """Every thing and person of a text with its verb, clause by clause."""
    out = []
    for clause in (piece for whole in clauses(text) for piece in whole.split(", ")):
        words = tokens(clause)
        verbs = [n for n, t in enumerate(words) if is_verb(t.word) and t.word not in word_set("auxiliaries")]
        places = {t.start: n for n, t in enumerate(words)}
        acted: set[int] = set()
        for word in content(clause):
            place = places.get(word.start)
            if place is None or not verbs or place in verbs:
                continue
            nearest = min(verbs, key=lambda n: abs(n - place))
            before = {t.word for t in words[max(0, place - 3) : place]}
            passive = words[nearest].word.endswith("s")
            led = bool(before & _PREPOSITIONS) or "av" in before
            turned = place == nearest + 1 and nearest not in acted  # "efter mötet ansvarar nämnden"
            acts = "av" in before if passive else turned or (place < nearest and not led)
            acted |= {nearest} if acts else set()
            out.append(Deed(word, stem(words[nearest].word), acts))
    return tuple(out)


def _same_verb(a: str, b: str) -> bool:
    return a == b or same_root(a, b)


def is_role(word: Word) -> bool:
    """Whether a word names a person by task or trade, or an organ."""
    return any(ROLE.fullmatch(form) or _person().fullmatch(form) for form in (word.text, word.text.removesuffix("s")))


@cache
def _person() -> re.Pattern[str]:
    """Whoever has a trade: "ekonomen", "sjuksköterskor"."""
    return re.compile(rf"\w*(?:{'|'.join(data()['trades'])})(?:et|en|n|ar|arna|er|erna|or|orna|na)?")


def _same_role(word: Word, other: Word, glossary: Glossary) -> bool:
    """The same role, a synonym, or what a compound says more narrowly ("språkassistenten" for "assistenten")."""
    in_compound = not is_role(other) and word.stem in other.parts
    if word.stem == other.stem or same_root(word.stem, other.stem) or in_compound:
        return True
    if word.parts and other.parts and word.parts[-1] == other.parts[-1]:
        return word.parts[0] == other.parts[0]
    if word.parts and other.parts:
        return False
    if other.stem in glossary.same.get((word.stem,), ()):
        return not _narrower(word, other)
    head = (word.parts or (word.stem,))[-1], (other.parts or (other.stem,))[-1]
    return head[0] == head[1]


def _narrower(word: Word, other: Word) -> bool:
    """Whether the glossary joins them only because the one is a kind of the other: "chef" and "enhetschef"."""
    return bool(word.parts) and word.parts[-1] == other.stem


def _unsaid(word: Word, claim: str, quote: str, others: tuple[Word, ...]) -> bool:
    """Whether "kommunen" may stand for what the quote leaves unsaid: as owner or place, for its own name, or in a passive."""
    if word.text.endswith("s") or claim[: word.start].endswith((" i ", " inom ")) or any(o.stem == HERE for o in others):
        return True
    first = tokens(quote)[0].word
    return commonness(first) < 3.0 or (
        any(t.word.endswith("s") and is_verb(t.word) for t in tokens(quote)) and not re.search(r"s av (?!någon)", fold(quote))
    )
