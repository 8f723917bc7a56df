"""Words around a question that ask nothing: greetings, thanks, pleas, and lead-ins that only say that something is asked.

A lead-in that says anything of the case stays: it does so as soon as one of its words is neither a function word nor a word about asking.
"""

from __future__ import annotations

import re

from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

_ASKING = re.compile(
    r"^(?:och |men |and |but )?(?:vem|vems|när|hur|vilka|vilken|vilket|vad|var|vart|varför|får|måste|nar|far|maste|betalar|"
    r"kan|ska|skall|bör|behöver|finns|gäller|av vem|är|har|"
    r"omfattas?|räknas|krävs|who|whom|whose|when|how|what|which|why|where|may|can|must|should|do|does|is|are)\b(?!.{0,3}\bdu\b)",
    re.IGNORECASE,
)
_NEEDLESS = re.compile(
    r"^(?:(?:och |men |snälla,? )?(?:ignorera|glöm|bortse|missa|strunta|hoppa|forget|ignore|disregard|do|"
    r"don't)\b[^:?]{0,12}\b(?:inte|aldrig|not|never)\b|don't (?:forget|ignore)\b)[^?]*?"
    r"(?::|,|\s[–—-])\s+(?=\S)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?=[^?:]{0,160}\b(?:fråg\w+|undrar|instruktion\w*|regler\w*|ask\w*|questions?|wonder\w*|instructions?|rules)\b)"
    r"[^?:]{0,160}:\s+(?=\S)",
    re.IGNORECASE,
)
_ME = re.compile(r"\b(?:jag|mig|min|mitt|mina|du|dig|chef\w*|I|me|my|you)\b", re.IGNORECASE)
_BUT = re.compile(r"^[^?:]{0,80}?,? (?:men|but)\s+(?:(?:jag |I )?(?:undrar|wonder)\s+)?(?=\S)", re.IGNORECASE)
_POLITE = re.compile(
    r"^(?:(?:hej(?:san)?|hallå|god (?:morgon|dag)|hello|hi)\b[^?:]{0,30}[!.]|svara gärna\b[^?:]{0,40}|"
    r"(?:(?:med )?vänliga? hälsning\w*|hälsningar|mvh)\b[^?:]{0,40}|ha (?:det (?:så )?bra|en (?:bra|fin|trevlig) \w+)\W*)$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^(?:tack|thanks?|thank you|tacksam|ursäkta|sorry|snälla|please|svara|(?:gärna|helst) (?:ett )?kort\w*)\b[^?:]{0,40}$", re.IGNORECASE
)
_PLEASE = re.compile(
    r"^(?:snälla(?: du)?|please|vänligen|(?:hej(?:san)?|hallå|hello|hi)(?: (?:assistenten|igen|där|there|again))?|"
    r"ursäkta(?: mig)?)(?:,\s+|\s+(?=(?:vem|när|hur|vilk\w+|vad|var|varför|får|måste|ska|finns|gäller|who|when|how|what|which|may)\b))",
    re.IGNORECASE,
)
_OF_ASKING = re.compile(
    r"(?:fråg|undra|svar|instruktion|anvisning|regel|regl|undantag|ignorer|glöm|bortse|missa|strunta|hoppa|chef|kolleg|hjälp|snäll|vänlig|"
    r"tack|ursäkt|hoppas|assistent|snabb|kort|enkel|enkl|question|ask|answer|repl|wonder|instruction|rule|exception|ignor|forget|disregard|"
    r"tell|told|boss|manager|quick|short|thank|sorry|please|bother|help)\w*|"
    r"du|enligt|sist|senast|följ(?:a|er|t|de)?|läs(?:a|er|t|te)?|sa|sade|sagt|säga|ber|bad|ny|nya|bort|stör|störa|dum|dumt|sak|först|kanske|gärna|helst|förhand|"
    r"aldrig|så|don't|don|not|never|new|here|advance|one|thing|but|very|much|am"
)


def asks(text: str) -> bool:
    """Whether a text asks something, by its first word or its last sign."""
    return bool(_ASKING.match(text)) or text.rstrip().endswith("?")


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence greets, thanks, pleads or signs, and says nothing of what is asked."""
    return bool(_POLITE.match(sentence)) or bool(_THANKS.match(sentence) and _says_nothing(sentence))


def unwrapped(sentence: str) -> str:
    """A sentence without the lead-in that asks nothing; what is left then begins as a sentence does, since readers mind capitals."""
    bare = _PLEASE.sub("", sentence)
    for lead in (_NEEDLESS, _LEAD, _BUT):
        if (found := lead.match(bare)) and _says_nothing(found[0]) and (_asked_by_lead(lead, found[0]) or asks(bare[found.end() :])):
            bare = bare[found.end() :]
    return bare if bare == sentence else _begun(bare)


def _asked_by_lead(lead: re.Pattern[str], words: str) -> bool:
    return lead is _NEEDLESS or (lead is _LEAD and bool(_ME.search(words)))


def _says_nothing(words: str) -> bool:
    return all(t.word in STOP_WORDS or _OF_ASKING.fullmatch(t.word) for t in tokens(words))


def _begun(text: str) -> str:
    """A text with a capital first, unless its first word is written in a way of its own (eTwinning)."""
    first = text.split(maxsplit=1)[0] if text else ""
    return text[0].upper() + text[1:] if first.islower() else text
