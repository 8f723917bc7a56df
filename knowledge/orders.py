"""Words that tell whoever answers what to do, in a document or a question: they are neither a rule to quote nor a question to answer.

A document that orders a language model about is seldom honest, and a question that does so asks nothing of the documents. What is told
here is the form of such words, Swedish and English; nothing depends on it alone: quotes are checked, and a model's claims judged.
"""

from __future__ import annotations

import re

from knowledge.wrapping import asks, is_courtesy, unwrapped

OMITTED = "[…]"
"""What stands in a document's text where an order was left out."""

_SPOKEN_TO = (
    r"(?:du (?:ska|skall|måste|bör|får|kan)|(?:kan|ska|skulle|vill) du(?: kunna)?|att du(?: ska)?|you (?:must|should|shall|"
    r"will|are to|have to)|"
    r"(?:can|could|would|will) you|want you to|vänligen|snälla|please|var (?:god|snäll) och|be sure to|kindly)"
)
_MACHINE = (
    r"(?:\bAI\b(?!-(?:förordning|policy|strategi|riktlinje|act))|\b\w{0,24}(?:assistent|chatt?bot|chatbot|språkmodell|robot)(?:en|"
    r"erna|er|s|ens)?\b|\bmodellen\b|"
    r"\bbot(?:en|ten)?\b|\bLLM\w*|\b(?:chat)?gpt\b|\b(?:language |the )model\b|\bassistants?\b|\bprompt\w*|"
    r"\bsystemet\b(?= (?:ska|måste) svara))"
)
_START = (
    rf"(?:^|\s(?=(?-i:[A-ZÅÄÖ]))|[.!?:;,–—(\"”“\[\]>*#\n]\s*|\b(?:och|and|men|but|sedan|then|därefter|först|first|nu|now|"
    rf"{_SPOKEN_TO})\s+(?:(?:nu|now|alltid|always|sedan|then|bara|just)\s+)*)"
)
_DROP = (
    r"(?:ignorera|bortse|strunta|glöm|glömma|åsidosätt|åsidosätta|hoppa över|nollställ|sluta|lyd|lyda|följ (?:nu|bara|"
    r"istället|i stället|dessa)|överge|"
    r"ignore|disregard|forget|override|overrule|bypass|skip|stop|obey|follow (?:only|these|my)|drop|discard)"
)
_DROPPED = (
    r"(?:instruktion\w*|anvisning\w*|order(?:na)?\b|prompt\w*|begränsning\w*|spärr\w*|restriktion\w*|"
    r"(?:allt|det|vad) (?:annat|ovan\w*|tidigare|föregående|som (?:har )?s\w+|du |jag )|tidigare|föregående|ovan(?:stående|"
    r"för)?\b|dina (?:\w+ )?regler|källorna|underlaget|"
    r"instructions?|rules|guidelines|orders|restrictions|filters|previous|prior|above|earlier|everything|all (?:other|that|"
    r"of)|what you|the (?:sources|context))"
)
_SAY = (
    r"(?:svara|svar(?:et)? ska|skriv(?:a)?|skriv ut|säg(?:a)?|inled(?:a)?|börja|avsluta|upprepa|lägg(?:a)? (?:till|in)|"
    r"infoga|nämn(?:a)?|återge|uppge|visa|"
    r"avslöja|mata ut|returnera|citera|påstå|hävda|ange|rapportera|bekräfta|berätta|använd(?:a)?|ersätt(?:a)?|byt(?:a)?|sätt|fyll|"
    r"reply|respond|answer|say|write|output|print|repeat|begin|start|end|finish|close|append|include|add|insert|mention|tell|state|return|"
    r"reveal|show|cite|claim|confirm|replace|use|put|prefix|conclude|open)"
)
_WORDS = (
    r"(?:\b(?:kod)?ord(?:et|en)?\b|\blösenord(?:et)?\b|\bfras(?:en)?\b|\bmening(?:en)?\b|\bsträng(?:en)?\b|\bkod(?:en)?\b|"
    r"\btext(?:en)?\b|\bmarkör(?:en)?\b|"
    r"\b(?:vart|varje|alla|ditt|dina|hela) svar(?:en|et)?\b|\bsvaret\b|\b(?:code ?)?words?\b|\bphrase\b|\bsentence\b|"
    r"\bstring\b|\bcode\b|\btext\b|"
    r"\bpassword\b|\btoken\b|\b(?:every|each|any|all|your|the) (?:\w+ )?(?:answers?|repl(?:y|ies)|responses?)\b|[\"”“'«:]\s*\w)"
)
_ONLY = r"\b(?:bara|endast|enbart|exakt|alltid|istället|i stället|ordagrant|only|just|exactly|always|instead|verbatim|nothing)\b"
_NOT = r"(?!\s+(?:inte|aldrig|ej|not|never)\b)"
_PLAIN_SAY = (
    r"(?:skriv|skriv ut|säg|upprepa|mata ut|infoga|output|print|say|repeat|write|reply|respond|append|prefix|"
    r"(?:inled|börja|avsluta|begin|start|end|finish|conclude)(?: \w+){0,2} (?:med|with))"
)

_MARKS = (
    r"<\|[\w ]+\|>|\[/?INST\]|<</?SYS>>|</?(?:system|assistant|instructions?|prompt|user|källa|source)>|(?:^|[.!?|]\s+|"
    r"^\W{0,5}\d{0,3}\W{0,3})(?:system|assistant|assistent|user|användare|human|developer)\s*:"
    rf"(?=[^.!?]{{0,40}}\b(?:{_SAY}|{_DROP}|svaret|answer|spärrar)\b)|"
    r"#{2,}\s*(?:system|instru\w+|assistent|assistant|new task|ny uppgift)|\bsystem ?prompt\w*|\bjailbreak\w*|"
    r"\b(?:developer|debug|god|admin) ?mode\b|\butvecklarläge\w*|"
    r"\bfelsökningsläge\w*|\b(?:system|admin)(?:meddelande|message)\b|\"(?:role|claims|completeness)\"\s*:"
)
_IDENTITY = (
    r"\b(?:du är (?:nu|inte längre|härmed|en (?:ai|fri|annan|ny|hjälpsam)\b)|agera som|låtsas (?:att du|vara)|spela rollen|"
    r"fr(?:ån )?(?:och med|\.?o\.?m\.?) nu (?:är|ska|svarar|heter) du|din nya (?:uppgift|roll|instruktion)|"
    r"dina nya instruktioner|ditt nya uppdrag|"
    r"you are (?:now|no longer|an? (?:ai|free|unrestricted|helpful))|act as|pretend (?:to|that|you)|from now on|"
    r"your new (?:task|role|instructions?)|new instructions?:|nya instruktioner:)"
)
_ADDRESSED = (
    rf"\b(?:meddelande|instruktion(?:er)?|order|anvisning(?:ar)?|not|obs|message|note|instructions?|attention|"
    rf"notice)\b[^.!?]{{0,12}}\b(?:till|för|åt|to|for)\b[^.!?]{{0,25}}{_MACHINE}"
)
_ASKED = (
    r"\b(?:när|om|if|when(?:ever)?|varje gång)\s+(?:någon|användar\w+|man|en (?:person|användare)|(?:the |a )?users?|anyone|"
    r"someone|somebody|people|du|you)\s+"
    r"(?:\w+\s+)?(?:fråg\w+|undrar|ställer|asks?|wonders?|får frågan|tillfrågas|(?:are|is) asked|get asked)"
)
_ASKS_BACK = r"\b(?:dina|din|your) (?:\w+ ){0,2}(?:instruktion\w*|order|regler|instructions?|rules|prompt)\b"

_DROPS = rf"{_START}{_DROP}{_NOT}\b[^.!?]{{0,60}}?\b{_DROPPED}"
_DICTATES = rf"{_START}{_SAY}\b{_NOT}(?=[^.!?]{{0,90}}(?:{_WORDS}))(?=[^.!?]{{0,90}}(?:{_ONLY}|{_WORDS}))"
_FLAGS = re.IGNORECASE | re.MULTILINE


def _one_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns), _FLAGS)


_MODEL = r"(?:\bAI(?:[- ]?(?:n|assistenten|modellen|tjänsten))?\b(?!-)|\bspråkmodellen\b|\bLLM\w*|\b(?:chat)?gpt\b|\blanguage model\b)"
_REPLY = (
    r"\b(?:i (?:svaret|ditt svar|dina svar|varje svar|alla svar)|in (?:the|your|every|each) (?:answer|reply|response)s?|"
    r"(?:varje|alla|ditt|dina) svar\b(?! (?:från|på))|(?:every|your) (?:\w+ )?(?:answer|reply|response)|"
    r"all (?:answers|replies)|kodordet|the code ?word)\b"
)
# A rule may say what staff are to answer, write or disregard; only what speaks to whoever answers these questions is told here.
_IN_DOCUMENT = _one_of(
    _MARKS,
    _IDENTITY.replace("agera som|", r"agera som (?:en )?(?:ai|dan)\b|").replace("act as|", r"act as (?:an? )?(?:ai|dan)\b|"),
    _ADDRESSED,
    _DROPS,
    rf"{_START}{_SAY}\b{_NOT}[^.!?]{{0,40}}{_REPLY}",
    rf"{_START}(?:upprepa|mata ut|skriv ut|säg|repeat|output|print|say) (?:ordet|frasen|meningen|the (?:word|phrase|sentence))\b",
    rf"{_ASKED}[^.!?]{{0,160}}\b{_SAY}\b[^.!?]{{0,40}}(?:{_ONLY}|{_WORDS}|\batt (?:rätt )?svaret\b|\bthat the\b)",
    rf"{_ASKED}[^.!?]{{0,160}}\b(?:är|blir|is|must be|ska vara) (?:det rätta |rätt |the (?:right |only |correct )?)?(?:svaret|answer)\b",
    rf"{_MODEL}[^.!?]{{0,40}}\b(?:ska|skall|måste|bör|must|should|shall|will|has to)\b[^.!?]{{0,60}}\b(?:{_SAY}|{_DROP})\b[^.!?]{{0,60}}"
    rf"(?:{_ONLY}|{_DROPPED}|{_REPLY}|[\"”“:])",
    rf"\b(?:till|för|åt|to|for)\s+(?:the )?{_MODEL}\s*[:–-]",
    r"\b(?:det enda rätta svaret|the only (?:right|correct|valid) answer|rätt svar på (?:alla|varje)|the (?:right |"
    r"correct )?answer to (?:all|every|any))\b",
)
_IN_QUESTION = _one_of(
    _MARKS,
    _IDENTITY,
    _ADDRESSED,
    _DROPS,
    _DICTATES,
    _ASKS_BACK,
    rf"(?:^|\s(?=(?-i:[A-ZÅÄÖ]))|[.!?:;,–—]\s*|{_SPOKEN_TO}\s+|\b(?:och|and)\s+)(?:(?:nu|now|sedan|then|bara|"
    rf"just)\s+)*{_PLAIN_SAY}\b{_NOT}(?!\s+(?:gärna|helst|under|(?:ut )?(?:vad|vem|vilk\w+|hur|när|var|varför|om|reglerna|what|who|how|"
    rf"\w+(?:en|et|na|ns))\b))",
    rf"{_START}{_SAY}\b{_NOT}[^.!?]{{0,25}}{_ONLY}",
    rf"{_ASKED}[^.!?]{{0,160}}\b{_SAY}\b",
    rf"{_MACHINE}[^.!?]{{0,40}}\b(?:ska|skall|måste|must|should|shall)\b[^.!?]{{0,60}}\b(?:{_SAY}|{_DROP})\b",
    r"\b(?:det enda rätta svaret|the only (?:right|correct|valid) answer|rätt svar är|the (?:right |correct )?answer (?:is|must be))\b",
)
_SENTENCE = re.compile(r".+?(?:[.!?]+[\"”’)]*(?=\s|$)|\n|$)", re.DOTALL)


def gives_orders(text: str) -> bool:
    """Whether a paragraph, item, row, heading or title of a document tells a language model, or whoever answers, what to say."""
    return bool(_IN_DOCUMENT.search(_even(text)))


def without_orders(question: str) -> str:
    """A question without what it tells the assistant to do, and without words around it that ask nothing; "" when nothing else is there."""
    sentences = [found[0].strip() for found in _SENTENCE.finditer(_even(question)) if found[0].strip()]
    kept: list[str] = []
    ordered = False
    for sentence in [s for s in sentences if not is_courtesy(s)] or sentences:
        plain = unwrapped(sentence)
        if found := _IN_QUESTION.search(plain):
            ordered, plain = True, _beside(found, plain)
        # What follows an order belongs to it until something is asked again.
        if plain and (not ordered or asks(plain)):
            kept.append(plain)
    return " ".join(kept)


def _even(text: str) -> str:
    """A text with single blanks and line breaks: long runs of them would take the patterns long."""
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def _beside(found: re.Match[str], sentence: str) -> str:
    """What a sentence asks before or after the order that was found in it; "" where it asks nothing."""
    before = re.sub(r"[\s,;:–—(\"”]+(?:och|and|men|but|sedan|then)?\s*$", "", sentence[: found.start()])
    if asks(before) and len(before.split()) > 2:
        return before
    for cut in re.finditer(r"[:;\n]\s*|\s[–—-]\s|,\s+", sentence[found.start() :]):
        rest = sentence[found.start() + cut.end() :]
        if asks(rest) and not _IN_QUESTION.search(rest):
            return rest
    return ""
