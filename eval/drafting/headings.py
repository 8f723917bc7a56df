"""Drafts from a section's heading: what the document says of it, in the words that staff would ask for such a section with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.drafting.context import Speaker
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import PREPOSITIONS, is_finite
from eval.drafting.pieces import is_role
from knowledge.lexicon import commonness
from knowledge.section import Section
from knowledge.statements import statements

_USUAL = (
    (r"syfte", "Vad är syftet med {title}?", "content"),
    (r"(?:övergripande )?mål(?:sättning(?:ar)?)?|mål och syfte", "Vilka mål anges i {title}?", "content"),
    (r"vision(?: \d+)?", "Vilken vision anges i {title}?", "content"),
    (r"(?:uppföljning|utvärdering)(?:\s(?:och|samt) \w+)?|så följer vi upp.*", "Hur ska {title} följas upp?", "content"),
    (r"(?:prioriterade|strategiska) områden|(?:insats|fokus|mål)områden", "Vilka områden prioriteras i {title}?", "content"),
    (r"(?:ansvarsfördelning|ansvar(?: och roller)?|roller(?: och ansvar)?|organisation(?: och ansvar\w*)?|vem gör vad)",
     "Hur är ansvaret fördelat enligt {title}?", "content"),
    (r"(?:finansiering|resurser|pengar|ekonomi)(?: och \w+)?", "Hur finansieras arbetet enligt {title}?", "content"),
    (r"(?:vägledande |grund)?principer(?: för \w+)?|(?:arbetssätt|samarbetsformer)", "Vilka {heading} anges i {title}?", "content"),
)  # fmt: skip
"""What the usual headings of such documents are asked for with. `heading` is the heading in small letters."""
_SAYING_NOTHING = re.compile(
    r"^(?:inledning|bakgrund|förord|sammanfattning|allmänt|övrigt|definitioner|begrepp|innehåll|bilag\w*|om (?:policy|riktlinj|program|"
    r"plan|strategi|dokument)\w*|utgångspunkter?|omfattning|syfte|mål|versionshistorik|ord .*|kontakt)\b",
    re.IGNORECASE,
)


def drafts_of(section: Section, speaker: Speaker) -> Iterator[Drafted]:
    """At most one draft: it is the plainest, and is taken where the section's sentences give none."""
    heading = section.headings[-1].strip(" .:")
    told = heading.lower()
    if len(section.text.split()) < 12:
        return
    for pattern, question, kind in _USUAL:
        if re.fullmatch(pattern, told):
            if ("arbetssätt" not in told and "samarbetsformer" not in told) or "{heading}" in question:
                yield Drafted(question.format(title=speaker.title, heading=told), kind, (), section.id, 1.2)
            return
    if _SAYING_NOTHING.match(told) or not _is_thing(heading) or "(" in heading:
        return
    kinds = {p.kind for p in statements(section.text)}
    if is_role(heading):
        if re.search(r"(?:en|et|na|rn|ktige)$", told.split()[0]) and len(told.split()) == 1:
            yield Drafted(f"Vad ansvarar {speaker.lowered(heading)} för enligt {speaker.title}?", "duties", (), section.id, 1.3)
        return
    head = re.split(rf"\s(?:{'|'.join(PREPOSITIONS)})\s", told)[0].split()[-1]
    said = speaker.lowered(heading)
    if kinds == {"item"} and re.search(r"(?:områden|mål|[^d]er|ar|or)$", head):
        yield Drafted(f"Vilka {said} anges i {speaker.title}?", "content", (), section.id, 1.4)
    elif said.casefold() not in (speaker.title.casefold(), speaker.document.title.casefold()):
        yield Drafted(f"Vad säger {speaker.title} om {said}?", "content", (), section.id, 1.0)


def _is_thing(heading: str) -> bool:
    """Whether a heading is a noun phrase that can be asked about: no verb, no number, no question, of few words."""
    words = heading.split()
    verbal = any(is_finite(w.lower(), words[n - 1].lower() if n else "") for n, w in enumerate(words))
    asks = words[0].lower() in PREPOSITIONS or words[0].lower() in (
        "så",
        "hur",
        "vad",
        "who",
        "when",
        "varför",
        "om",
        "att",
        "det",
        "din",
        "du",
        "innan",
        "därför",
        "efter",
        "före",
        "vi",
    )
    first = words[0].lower()
    present = commonness(first + "r") > 2.0 or commonness(first[:-1] + "er") > 3.5
    ordered = first.endswith("a") and present and len(words) > 1
    return (
        1 <= len(words) <= 6
        and not verbal
        and not asks
        and not ordered
        and "frågor" not in heading.lower()
        and not re.search(r"\d|[:?!–]", heading)
    )
