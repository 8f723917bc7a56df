"""The answer made of quotes: which statements, how much around them, in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Claim, Notice, NoticeKind
from assistant.expectation import is_hard
from assistant.matching import Match
from assistant.prompts import notice, say
from assistant.question import Kind
from knowledge.section import Section
from knowledge.statements import Statement, statements

_WORDS = 75
"""How many words all quotes of one part may have together; the first is never left out."""
_LONGEST_LIST = 100
"""A list of at most so many words is quoted whole where a list is asked for."""
_SHORT = 45
"""A section of at most so many words is quoted whole."""
_NEAR = 0.22
"""How far below the best score another statement is still worth quoting."""
_SECTIONS = 3
_ROUND, _FULL = 60, 40
"""Up to how many words the first passage is widened: where a whole picture is asked for, and where one fact is."""
_ANSWERS = 0.5
"""From which logit of the cross-encoder another document's statement answers as well, and is shown beside the best."""
_HEADED = 0.6
"""The share of the question that a heading must hold for its section to be quoted from the top."""
_NEIGHBOUR = 0.75
"""How far below the best score a neighbouring statement may be to be taken along."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A contiguous stretch of a section's statements, from `first` to `last`."""

    section: Section
    first: int
    last: int

    @property
    def quote(self) -> str:
        """The words as they stand; list items and rows on lines of their own."""
        parts = statements(self.section.text)
        begin = parts[self.first].start
        if parts[self.first].kind == "item":
            begin = max(0, begin - 2)
        text = self.section.text[begin : parts[self.last].end]
        return "\n".join(line for line in text.split("\n") if line.strip())

    @property
    def words(self) -> int:
        return len(self.quote.split())

    def holds(self, statement: Statement) -> bool:
        """Whether a statement of the section lies within."""
        return self.first <= statements(self.section.text).index(statement) <= self.last


def compose(kind: Kind, matches: Sequence[Match], budget: int = _WORDS) -> list[Passage]:
    """The passages that answer one part, best first; [] when nothing matched."""
    if not matches:
        return []
    first = matches[0]
    chosen: list[Passage] = []
    for match in _in_turn(matches):
        rival = match.document.id != first.document.id and match.logit >= _ANSWERS
        if (first.rank - match.rank > _NEAR and not rival and not _beside(match, first)) or len(chosen) > 8:
            break
        joined = _join(chosen, _passage(kind, match))
        others = {p.section.id for p in joined}
        if len(others) > _SECTIONS or (chosen and sum(p.words for p in joined) > budget):
            continue
        chosen = joined
    rest = sum(p.words for p in chosen[1:])
    return [_widened(chosen[0], matches, (_FULL if is_hard(kind) else _ROUND) - rest), *chosen[1:]]


def _in_turn(matches: Sequence[Match]) -> list[Match]:
    """The first match, the best of another of the municipality's documents that answers as well, what stands beside the first, the others.

    Two documents that both settle a question are both shown, so that nobody follows the one without knowing of the other.
    """
    first, *rest = matches
    rivals = (m for m in rest if m.document.id != first.document.id and m.document.municipality == first.document.municipality)
    rival = next((m for m in rivals if m.fit >= first.fit and m.logit >= _ANSWERS), None)
    return [first, *sorted(rest, key=lambda m: (m is not rival, not _beside(m, first)))]


def _beside(match: Match, first: Match) -> bool:
    """Whether a statement stands in the first one's section and was found nearly as well."""
    return match.section.id == first.section.id and first.found - match.found <= _NEAR


def _widened(passage: Passage, matches: Sequence[Match], words: int) -> Passage:
    """The passage with its neighbours in the section while there is room, the nearer to the question first."""
    parts = statements(passage.section.text)
    if parts[passage.last].group >= 0:
        return passage  # the other items of a list are other things
    scores = {m.statement: m.found for m in matches if m.section.id == passage.section.id}
    best = max(scores.values(), default=0.0)
    for _ in range(4):
        options = [Passage(passage.section, passage.first, passage.last + 1)] if passage.last + 1 < len(parts) else []
        options += [Passage(passage.section, passage.first - 1, passage.last)] if passage.first else []
        options = [o for o in options if o.words <= words and not _splits_list(o, parts)]
        gains = [(scores.get(parts[o.last if o.first == passage.first else o.first], -9.0), o) for o in options]
        near = [(gain, o) for gain, o in gains if best - gain < _NEIGHBOUR]
        if not near:
            return passage
        passage = max(near, key=lambda pair: pair[0])[1]
    return passage


def _splits_list(passage: Passage, parts: Sequence[Statement]) -> bool:
    """Whether a passage would end inside a list or on the words that lead one in."""
    last, after = parts[passage.last], parts[passage.last + 1] if passage.last + 1 < len(parts) else None
    first, before = parts[passage.first], parts[passage.first - 1] if passage.first else None
    opens = after is not None and after.group >= 0 and (after.group == last.group or last.text.endswith(":"))
    return opens or (before is not None and first.group >= 0 and (before.group == first.group or before.text.endswith(":")))


def claims(passages: Sequence[Passage]) -> list[Claim]:
    """A claim for each passage: its words are the statement itself."""
    return [Claim(p.quote, p.section.id, p.quote) for p in passages]


def _passage(kind: Kind, match: Match) -> Passage:
    parts = statements(match.section.text)
    number = parts.index(match.statement)
    if len(match.section.text.split()) <= _SHORT:
        return Passage(match.section, 0, len(parts) - 1)
    if not is_hard(kind) and match.headed >= _HEADED and (whole := _from_the_top(match, parts, number)):
        return whole
    first, last = number, number
    if match.statement.group >= 0:
        first, last = _list(parts, number, kind)
    elif match.statement.text.endswith(":") and number + 1 < len(parts) and parts[number + 1].group >= 0:
        first, last = _list(parts, number + 1, Kind.LIST)
    while first and parts[first].leans and parts[first - 1].kind == "sentence" and number - first < 2:
        first -= 1
    return Passage(match.section, first, last)


def _from_the_top(match: Match, parts: Sequence[Statement], number: int) -> Passage | None:
    """The section from its beginning, when its heading is what is asked about and the best statement is not far down."""
    passage = Passage(match.section, 0, number)
    if passage.words > _WORDS:
        return None
    while passage.last + 1 < len(parts) and (longer := Passage(match.section, 0, passage.last + 1)).words <= _WORDS:
        passage = longer
    while passage.last > number and _splits_list(passage, parts):
        passage = Passage(match.section, 0, passage.last - 1)
    return passage


def _list(parts: Sequence[Statement], number: int, kind: Kind) -> tuple[int, int]:
    """The whole list with its lead-in when a list is asked for or it is short; else the item or row alone."""
    group = [n for n, p in enumerate(parts) if p.group == parts[number].group]
    first, last = group[0], group[-1]
    words = sum(len(parts[n].text.split()) for n in group)
    lead = parts[number].lead
    head = next((n for n, p in enumerate(parts) if lead and p.start == lead[0]), None)
    whole = (kind in (Kind.LIST, Kind.ABOUT, Kind.WHY, Kind.HOW, Kind.ROLE) and words <= _LONGEST_LIST) or words <= 45
    if parts[number].kind == "row" and kind not in (Kind.LIST, Kind.ABOUT):
        whole = False
    if not whole and kind in (Kind.LIST, Kind.WHICH) and parts[number].kind == "item" and words > _LONGEST_LIST:
        return (head if head is not None else first), _last_that_fits(parts, first)
    if not whole:
        return number, number
    return (head if head is not None else first), last


def _last_that_fits(parts: Sequence[Statement], first: int) -> int:
    """The last item of a list that is too long to show whole, so that what is shown stays readable."""
    words, last = 0, first
    for number in range(first, len(parts)):
        words += len(parts[number].text.split())
        if parts[number].group != parts[first].group or words > _WORDS:
            break
        last = number
    return last


def _join(chosen: Sequence[Passage], more: Passage) -> list[Passage]:
    """The passages with one more; those of one section that touch, or have one statement between them, become one."""
    out: list[Passage] = []
    joined = False
    for passage in chosen:
        touches = passage.section.id == more.section.id and more.first <= passage.last + 2 and more.last >= passage.first - 2
        if touches and not joined:
            passage = Passage(passage.section, min(passage.first, more.first), max(passage.last, more.last))
            joined = True
        out.append(passage)
    return out if joined else [*out, more]


_ENCOURAGES = re.compile(
    r"\b(?:uppmuntra\w*|tillvarata|ta ?till ?vara|aktivt arbeta för|stimulera\w*|sträva\w*|"
    r"fler \w+|öka\w*|ska(?:ll)? (?:aktivt )?söka|möjlighet\w*|positiv\w*|välkom\w*)\b",
    re.IGNORECASE,
)
_PERMITS = re.compile(r"\b(?:får|tillåt\w*|har rätt|är välkomn\w*|kan (?:söka|ansöka|få|delta))\b(?! inte)", re.IGNORECASE)
_RESTRICTS = re.compile(
    r"\b(?:restriktiv\w*|får inte|ska(?:ll)? inte|inte tillåt\w*|endast|undantagsfall|avstå\w*|avböj\w*|inga nya|undvik\w*)\b",
    re.IGNORECASE,
)
_FORBIDS = re.compile(r"\b(?:får|ska(?:ll)?|kan) (?:\w+ )?(?:inte|aldrig)\b|\binte tillåt\w*|\bförbjud\w*", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:förutsätt\w*|förutsatt|kräv\w*|krav\w*|villkor\w*|endast|bara|högst|minst|senast|måste|innan|inför|"
    r"om (?:inte|det|den|de|man|alla))\b|(?:^|[.,;] )om \w",
    re.IGNORECASE | re.MULTILINE,
)
_DECIDES = re.compile(r"\b(?:beslut\w*|godkän\w*|tillst[åy]\w*|avgör\w*|samråd\w*)\b", re.IGNORECASE)


def lead(kind: Kind, passages: Sequence[Passage], language: str) -> str:
    """The words before the quotes: what a permission question meets is named as what it is, never as more."""
    if kind in (Kind.MAY, Kind.MUST, Kind.YESNO):
        first = passages[0].quote if passages else ""
        if kind is Kind.MAY and _RESTRICTS.search(first):
            return say("restricted", language)
        if kind is Kind.MAY and _ENCOURAGES.search(first) and not _PERMITS.search(first):
            return say("encouraged", language)
        return say("here", language)
    return say("here", language) if language == "en" else ""


def missing(kind: Kind, passages: Sequence[Passage]) -> list[Notice]:
    """What a permission takes that the quotes don't settle: on what condition, and who decides. A plain no takes neither."""
    quotes = " ".join(p.quote for p in passages)
    if kind is not Kind.MAY or _FORBIDS.search(quotes):
        return []
    lacks = [name for name, said in (("condition", _CONDITION), ("decider", _DECIDES)) if not said.search(quotes)]
    return [Notice(NoticeKind.MISSING, notice("missing_" + "_and_".join(lacks)))] if lacks else []
