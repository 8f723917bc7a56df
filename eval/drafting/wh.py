"""Questions from a main clause: the constituent that would be the answer is taken out, and asked for with the rest of the clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.expectation import ROLE
from eval.drafting.clause import Clause
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import MODALS, NEGATIONS, PREPOSITIONS, active, active_infinitive, is_finite

_N = r"(?:\d[\d \u00a0.,]*|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv|femton|tjugo|trettio)"
_UNIT = r"(?:timmar|dagar|arbetsdagar|veckor|månader|år|timme|dag|vecka|månad|läsår|terminer|mandatperioder?)"
_MONTH = r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)"
_OFTEN = re.compile(
    rf"(?:,\s*|\s+)?\b(?P<answer>(?:i början av |i slutet av |under första året av )?(?:(?:minst |högst |normalt )?(?:{_N} gång(?:er)?|\w+ gånger) (?:per|om|i|under|varje) \w+|"
    rf"vart(?:annat| \w+) år|(?:varje|varannan|var \w+) (?:år|månad|vecka|termin|kvartal|läsår|mandatperiod|höst|vår|tertial)|årligen|årsvis|"
    r"månadsvis|kvartalsvis|terminsvis|regelbundet|kontinuerligt))\b(?! (?:lämnade|fastställda|som))"
)
_TIME = re.compile(
    rf"(?:,\s*|\s+)?\b(?P<answer>(?:senast|före utgången av|före den|inom|minst(?=[^,]* (?:före|innan)\b)|i början av|i slutet av|i god tid)\s+(?:den\s+)?(?:i\s+|vid\s+)?"
    rf"(?:{_N}\s+(?:{_MONTH}(?:\s+\d{{4}})?|{_UNIT})|{_MONTH}(?:\s+\d{{4}})?|\d{{4}}(?:-\d\d-\d\d)?|årsskiftet)"
    rf"(?:\s+(?:före|efter|innan)\s+[^,;]{{3,60}})?(?:\s+varje år)?|(?:i|under)\s+{_MONTH}(?:\s+\d{{4}})?(?:\s+varje år)?|"
    rf"i samband med [^,;]{{5,50}}|vid årets slut|(?:före|efter|innan)\s+(?:avresan|årsskiftet|hemkomsten|varje resa))\b"
)
_LASTING = re.compile(rf"(?:,\s*|\s+)?\b(?P<answer>(?:i|under)\s+(?:högst |minst |upp till )?{_N}\s+{_UNIT})(?:\s+i (?:taget|sänder))?\b")
_COST = re.compile(
    rf"^(?P<not>inte )?(?:kosta|överstiga|vara)\s+(?P<answer>(?:högst|mer än|minst|upp till|maximalt)?\s*{_N}\s*(?:kronor|kr|procent|euro))\b"
    r"(?P<rest>.*)$"
)
_MONEY = re.compile(
    rf"^(?P<verb>(?:få|söka|beviljas|beviljas|ansöka om|betala|avsätta|bevilja) )?(?:högst|minst|upp till|maximalt)?\s*(?P<answer>{_N}\s*(?:kronor|kr))\b"
    r"(?P<rest> .*)$"
)
_COUNT = re.compile(
    rf"\b(?P<answer>(?:högst|minst|upp till)?\s*(?:\d+|{_N}))\s+(?P<noun>(?!år\b|dag|veck|månad|kronor|procent|gång|timm|nya\b)\w+(?:er|ar|or|re|om|n|barn))\b"
)
_GOVERNED = re.compile(
    r"^(?P<verb>(?:(?:i första hand|alltid|främst|aktivt)\s+)?(?:bidra|leda|syfta|handla|bestå|präglas|styras|utgå|inriktas|bygga|byggas|rikta sig|"
    r"riktas|grundas|fokusera|koncentreras|kopplas|kunna kopplas|ta ställning|ta hänsyn|ge råd|vara kopplad|anpassas|inriktas|sträva|arbeta))\s+"
    r"(?:också |även |både )?(?P<prep>till|om|av|från|utifrån|mot|på|efter|för)\s+(?P<answer>.+)$"
)
_GOVERNED_NOW = re.compile(
    r"^(?P<verb>bidrar|leder|syftar|handlar|består|präglas|styrs|utgår|inriktas|bygger|riktar sig|riktas|grundas|fokuserar|koncentreras)$"
)
_HOLDS = re.compile(
    r"^(?P<verb>innehålla|omfatta|beskriva|redovisa|visa|ange|ta upp|främja|stödja|stärka|öka|tillföra|utveckla|prioriteras?|ge)\s+(?P<answer>.+)$"
)
_HOLDS_NOW = frozenset("innehåller omfattar kräver förutsätter innebär".split())
_PURPOSE = re.compile(
    r"^(?:det |den )?(?:[\w-]+ )*(?:syftet?|målet?|målsättning(?:en)?|avsikten|uppgift(?:en)?|roll(?:en)?|ambitionen|visionen)\b(?P<of>.*)$",
    re.IGNORECASE,
)
_WITH_WHOM = re.compile(
    rf"(?:^|\s)(?P<prep>till|hos|av|från)\s+(?P<answer>(?:(?:den|det|berörd|respektive|närmaste|sin|ansvarig|internationella?)\s+)*[\w-]+)(?=$|\s(?:för|efter|senast|inom|innan|vid|i)\b|,)"
)
_VAGUE = frozenset(
    "kommun kommunen kommunens staden stad verksamhet verksamheter verksamheterna skola skolor ansvar ansvarig deltagare".split()
)
_SUBJECT_LIMIT = 9


def questions(clause: Clause) -> Iterator[Drafted]:
    """The questions that a clause answers; their words still lean on the text. Each ends without its question mark."""
    both = re.match(r"^(?P<first>.{8,}?),? och (?P<verb>ska|bör|får|måste|kan) (?P<second>.+)$", clause.rest)
    if both and clause.kind == "subject":
        yield from questions(replace(clause, rest=both["first"]))
        yield from questions(replace(clause, verb=both["verb"], rest=both["second"]))
        return
    if re.search(r"\b(?:inte|ej) (?:heller|bara|enbart|minst)\b", clause.rest):
        return
    yield from _purpose(clause)
    if clause.kind == "subject" and len(clause.front.split()) <= _SUBJECT_LIMIT:
        yield from _who(clause)
        yield from _by_whom(clause)
        yield from _amount(clause)
        yield from governed(clause)
        yield from _answers_for(clause)
        yield from _may(clause)
        yield from _to_whom(clause)
        yield from _must(clause)
    if clause.kind == "subject" and " som " in f" {clause.front} ":
        yield from _obliged(clause)
    yield from _adverbials(clause)
    yield from _fronted(clause)


def is_role(phrase: str) -> bool:
    """Whether a phrase's head, the last word before its first preposition, is a role or body that can be asked for with "vem"."""
    words = phrase.split()
    head = next((n for n, w in enumerate(words) if n and w.lower() in PREPOSITIONS), len(words))
    noun = " ".join(words[:head])
    if (
        not noun
        or words[head - 1].lower() in _VAGUE
        or re.search(r"(?:(?:erfaren|lägen)heter?|skolan?|skolor(?:na)?)$", words[head - 1].lower())
        or noun.lower().startswith(("kommunens internationella", "en "))
    ):
        return False
    return any(m.end() == len(noun) for m in ROLE.finditer(noun))


def _pronoun(phrase: str) -> str:
    """ "Vilka" for several, else "Vem"."""
    words = phrase.split()
    head = next((n for n, w in enumerate(words) if n and w.lower() in PREPOSITIONS), len(words))
    several = (
        " och " in phrase
        or re.search(r"(?:erna|arna|orna|cher|gare na)$", words[head - 1])
        or words[0].lower() in ("samtliga", "alla", "varje")
    )
    return "Vilka" if several else "Vem"


def _who(clause: Clause) -> Iterator[Drafted]:
    if not is_role(clause.front) or " som " in clause.front or "," in clause.front or clause.verb in ("ges", "finns"):
        return
    if re.search(r"\bav\b", clause.rest) and (clause.verb.endswith("s") or re.match(r"\w+s\b", clause.rest)):
        return
    if re.search(r"\b(?:inga|inget|ingen|inte)\b", clause.rest) or clause.verb in ("består", "utgörs", "ingår"):
        return
    if clause.verb in ("är", "har") and not re.match(r"(?:kommunens|stadens|det |ansvar)", clause.rest):
        return
    yield Drafted(f"{_pronoun(clause.front)} {clause.verb} {_first_part(clause.rest)}", "who", (clause.front,), better=3.0)


def _by_whom(clause: Clause) -> Iterator[Drafted]:
    """ "Kommittén utses av kommunstyrelsen …": "Vem utser kommittén?" """
    found = re.search(r"(?:^|\s)av (?P<answer>[^,]+?)(?P<rest>(?:\s(?:för|efter|senast|inom|innan|i|under)\s.*)?)$", clause.rest)
    if not found or not is_role(found["answer"]) or len(found["answer"].split()) > 5:
        return
    words = clause.rest[: found.start()].split()
    if clause.verb in MODALS and len(words) == 1 and (verb := active_infinitive(words[0])):
        verb = f"{verb} om" if verb == "besluta" else verb
        yield Drafted(f"Vem {clause.verb} {verb} {_lower(clause.front)}{found['rest']}", "who", (found["answer"],), better=3.0)
    elif not words and (verb := active(clause.verb)):
        verb = f"{verb} om" if verb == "beslutar" else verb
        yield Drafted(f"Vem {verb} {_lower(clause.front)}{found['rest']}", "who", (found["answer"],), better=3.0)


def _to_whom(clause: Clause) -> Iterator[Drafted]:
    found = _WITH_WHOM.search(clause.rest)
    if not found or found["prep"] == "av" or not is_role(found["answer"]) or re.search(r"\bsin\b", found["answer"]):
        return
    inner, tail = clause.rest[: found.start()].strip(), clause.rest[found.end() :]
    passive = clause.verb.endswith("s") or inner.endswith("s")
    if not passive or len(inner.split()) > 3 or tail.startswith((" och", " eller")):
        return
    yield Drafted(
        f"{found['prep'].capitalize()} vem {clause.verb} {_lower(clause.front)} {inner} {_first_part(tail)}",
        "who",
        (found["answer"],),
        better=2.4,
    )


def _amount(clause: Clause) -> Iterator[Drafted]:
    if clause.verb in ("får", "ska", "kan", "bör") and (found := _COST.match(clause.rest)):
        verb = "vara" if found[0].startswith(("vara", "inte vara", "överstiga", "inte överstiga")) else "kosta"
        size = "Hur stor" if verb == "vara" else "Hur mycket"
        if verb == "kosta" or clause.front.lower().endswith(("en", "n")):
            answer = re.sub(r"^(?:mer än|högst|minst)\s+", "", found["answer"])
            yield Drafted(f"{size} får {_lower(clause.front)} {verb} {_first_part(found['rest'])}", "how_much", (answer,), better=3.0)
    elif cost := re.search(rf"\boch får (?:inte )?kosta (?:mer än|högst) (?P<answer>{_N} kronor)", clause.rest):
        yield Drafted(f"Hur mycket får {_lower(clause.front)} kosta", "how_much", (cost["answer"],), better=3.0)
    elif (most := re.match(rf"(?:inte )?(?:överstiga|vara (?:högst|fler än)) (?P<answer>{_N})$", clause.rest)) and re.match(
        r"Antalet \w+$", clause.front
    ):
        yield Drafted(f"Hur många {clause.front.split()[1]} får kommunen ha", "how_much", (most["answer"],), better=3.0)
    elif money := _MONEY.match(clause.rest):
        if clause.verb not in MODALS or money["verb"]:
            asked = f"Hur mycket {clause.verb} {_lower(clause.front)} {money['verb'] or ''} {_first_part(money['rest'])}"
            yield Drafted(asked, "how_much", (money["answer"].strip(),), better=3.1)
    found_count = _COUNT.search(clause.rest)
    head = clause.rest[: found_count.start()].strip() if found_count else ""
    if found_count and clause.verb not in ("är", "finns") and not re.search(r"[,]|\b(?:och|eller|som|på|i|till|om|under)\b", head):
        tail = re.sub(r"^ (?:där|som)\b.*$", "", clause.rest[found_count.end() :])
        number = found_count["answer"].strip()
        if len(head.split()) <= 2 and number.split()[-1] not in ("en", "ett"):
            stranded = " av" if head.endswith("av") else ""
            head = head.removesuffix("av").strip()
            asked = f"Hur många {found_count['noun']} {clause.verb} {_lower(clause.front)} {head}{stranded}"
            yield Drafted(f"{asked} {_first_part(tail) if not stranded else ''}", "how_much", (number.split()[-1],), better=2.2)


def governed(clause: Clause) -> Iterator[Drafted]:
    """ "Arbetet ska bidra till …": "Vad ska arbetet bidra till?"; "Redovisningen ska innehålla …": "Vad ska redovisningen innehålla?" """
    if clause.verb in MODALS and (found := _GOVERNED.match(clause.rest)):
        yield Drafted(
            f"Vad {clause.verb} {_lower(clause.front)} {found['verb']} {found['prep']}", "required", _phrases(found["answer"]), better=2.0
        )
    elif clause.verb in MODALS and (found := _HOLDS.match(clause.rest)) and not is_role(clause.front):
        asked = f"Vad {clause.verb} {_lower(clause.front)} {found['verb']}"
        if found["verb"] in ("innehålla", "omfatta", "beskriva", "redovisa", "visa", "ange", "ta upp"):
            yield Drafted(asked, "required", _phrases(found["answer"]), better=2.6)
        elif found["verb"] in ("främja", "stärka", "utveckla", "öka"):
            yield Drafted(asked, "required", _phrases(found["answer"]), better=1.5)
    elif _GOVERNED_NOW.match(clause.verb) or _GOVERNED_NOW.match(f"{clause.verb} {clause.rest.split()[0]}"):
        found_now = re.match(
            r"^(?P<sig>sig )?(?:även |också |i första hand )?(?P<prep>till|om|av|från|utifrån|mot|på)\s+(?P<answer>.+)$", clause.rest
        )
        if found_now:
            person = found_now["sig"] and found_now["prep"] == "till"
            who = "Vilka" if person else "Vad"
            asked = f"{who} {clause.verb} {_lower(clause.front)} {found_now['sig'] or ''}{found_now['prep']}"
            yield Drafted(asked, "required", _phrases(found_now["answer"]), better=1.8)
    elif clause.verb in _HOLDS_NOW and not is_role(clause.front):
        asked = f"Vad krävs för {_lower(clause.front)}" if clause.verb == "kräver" else f"Vad {clause.verb} {_lower(clause.front)}"
        yield Drafted(asked, "required", _phrases(clause.rest), better=2.2)


def _answers_for(clause: Clause) -> Iterator[Drafted]:
    """ "Rektor ansvarar för …": "Vad ansvarar rektor för?"; "Policyn gäller för …": "Vilka gäller policyn för?" """
    found = re.match(r"^för (?P<answer>.+)$", clause.rest)
    if found and clause.verb in ("ansvarar", "svarar") and is_role(clause.front):
        yield Drafted(
            f"Vad {clause.verb} {_lower(clause.front)} för enligt detta dokument", "duties", _phrases(found["answer"]), better=1.9
        )
    if found and clause.verb == "gäller" and not re.match(r"\d", found["answer"]):
        yield Drafted(f"Vilka omfattas av {_lower(clause.front)}", "who", _phrases(found["answer"]), better=2.6)


def _may(clause: Clause) -> Iterator[Drafted]:
    if clause.verb not in ("får", "kan") or len(clause.front.split()) > 6:
        return
    rest = _asserted(_first_part(clause.rest))
    if len(rest.split()) >= 2 and "överstiga" not in rest:
        yield Drafted(
            f"{clause.verb.capitalize()} {_lower(clause.front)} {rest}", "allowed", (), better=2.3 if clause.verb == "får" else 1.6
        )


def _must(clause: Clause) -> Iterator[Drafted]:
    """ "Måste …?" of what is ordered; a bare "ska" of an aim says little and is left."""
    if clause.verb not in ("ska", "måste", "bör") or len(clause.front.split()) > 6:
        return
    concrete = re.search(r"\b(?:alltid|skriftlig\w*|minst|högst|bara|endast|innan|före|i förväg|godkän\w+|diarie\w+|dokumenter\w+|anmäl\w+|"
                         r"försäkra\w*|utbildning|samråd\w*|boka\w*|registrera\w*|inte|ha en|utse\w*|bifogas|motiveras)\b", clause.rest)  # fmt: skip
    if not concrete or re.search(r"\binte\b", clause.rest) and clause.verb == "måste":
        return
    verb = {"ska": "Måste", "måste": "Måste", "bör": "Bör"}[clause.verb]
    negative = re.search(r"\binte\b", clause.rest)
    verb = "Ska" if negative and clause.verb == "ska" else verb
    rest = _asserted(_first_part(clause.rest))
    if len(rest.split()) >= 2 and "överstiga" not in rest:
        yield Drafted(f"{verb} {_lower(clause.front)} {rest}", "required", (), better=1.7)


def _obliged(clause: Clause) -> Iterator[Drafted]:
    """ "Den som har rest ska …": "Vad ska den som har rest göra?" """
    if (
        clause.verb not in ("ska", "måste", "bör")
        or re.match(r"\w+s\b", clause.rest)
        or not re.match(r"(?:den|en|ett|de)\b", clause.front.lower())
    ):
        return
    if re.match(r"(?:den|en \w+|de) som\b", clause.front.lower()) and "," not in clause.front and len(clause.front.split()) <= 12:
        yield Drafted(f"Vad {clause.verb} {_lower(clause.front)} göra", "required", _phrases(clause.rest), better=2.5)


def _adverbials(clause: Clause) -> Iterator[Drafted]:
    """ "… vart femte år …": "Hur ofta …?"; the time stands in the rest, and the subject first or after the verb."""
    if clause.kind != "subject" or len(clause.front.split()) > _SUBJECT_LIMIT:
        return
    for asked, pattern, kind, better in (
        ("Hur ofta", _OFTEN, "how_often", 3.2),
        ("När", _TIME, "when", 3.2),
        ("Hur länge", _LASTING, "how_long", 2.6),
    ):
        found = pattern.search(clause.rest)
        if found and re.search(r"\b(?:som|där|när|att|vilket|vilka)\b|, om\b", clause.rest[: found.start()]):
            continue
        if not found or (kind == "when" and _OFTEN.search(found["answer"])):
            continue
        left = f"{clause.rest[: found.start()]}{clause.rest[found.end() :]}".strip(" ,")
        if clause.verb in ("ska", "bör", "får", "kan", "är") and not left or (clause.verb == "är"):
            continue
        if kind != "how_often" and re.search(r"\b(?:minst|högst)$", clause.rest[: found.start()]):
            continue
        if kind == "how_long" and not re.match(
            r"(?:gäll|spara|bevara|pågå|delta|vara|få|stanna|arbet)", f"{clause.rest if clause.verb in MODALS else clause.verb}"
        ):
            continue
        yield Drafted(f"{asked} {clause.verb} {_lower(clause.front)} {_first_part(left)}", kind, (found["answer"],), better=better)
        return


def _fronted(clause: Clause) -> Iterator[Drafted]:
    """A clause that begins with its adverbial keeps its order: "Varje år i januari lämnar …" gives "När lämnar …?" """
    if clause.kind == "adverbial":
        whole = f" {clause.front}"
        lower = f" {_lower(clause.front)}"
        for asked, pattern, kind in (("När", _TIME, "when"), ("Hur ofta", _OFTEN, "how_often")):
            found = pattern.search(whole) or pattern.search(lower)
            if found and len(found[0].strip(" ,")) >= 0.9 * len(clause.front):
                yield Drafted(f"{asked} {clause.verb} {_first_part(clause.rest)}", kind, (found["answer"],), better=3.0)
                return
    conditional = clause.kind == "clause" and re.match(r"(?:om|när|innan)\b", clause.front.lower())
    if conditional and clause.verb in ("ska", "måste", "bör", "får", "kan") and len(clause.front.split()) <= 14:
        facts = _phrases(clause.rest)
        passive = re.match(r"(?:[\w-]+ ){1,5}?\w{3,}s\b", clause.rest)
        yield Drafted(f"Vad gäller {_lower(clause.front)}", "content", facts[:1] if not passive else (), better=2.4)
    if clause.kind == "adverbial" and re.match(r"(?:vid|inför|för)\s", clause.front.lower()) and 2 <= len(clause.front.split()) <= 9:
        if clause.verb in ("ska", "måste", "bör", "får", "kan"):
            yield Drafted(f"Vad gäller {_lower(clause.front)}", "content", (), better=2.1)
    if clause.front.lower().startswith("för att ") and len(clause.front.split()) <= 14:
        who = re.match(r"(?P<who>kommunen|staden|vi|man|(?:varje )?\w+) \w+", clause.rest)
        if clause.verb in ("ska", "bör", "måste") and who and (is_role(who["who"]) or who["who"] in _VAGUE or who["who"] == "vi"):
            yield Drafted(f"Vad {clause.verb} {who['who']} göra {_lower(clause.front)}", "required", (), better=2.6)
        elif clause.verb == "är" and re.match(r"det (?:\w+ )?(?:viktigt|av (?:stor|största) vikt|angeläget|nödvändigt)\b", clause.rest):
            yield Drafted(f"Vad är viktigt {_lower(clause.front)}", "required", (), better=2.6)
    placed = re.match(r"(?P<verb>\w{3,}s) (?P<answer>[^,]+)$", clause.rest)
    if clause.kind == "adverbial" and clause.verb in ("ska", "bör") and placed and re.match(r"(?:i|av|till|på) ", clause.front.lower()):
        yield Drafted(f"Vad {clause.verb} {placed['verb']} {_lower(clause.front)}", "required", _phrases(placed["answer"]), better=2.3)
    if clause.front.lower().startswith("för att ") and clause.verb in ("krävs", "behövs", "fordras"):
        yield Drafted(f"Vad {clause.verb} {_lower(clause.front)}", "required", _phrases(clause.rest), better=3.0)


def _purpose(clause: Clause) -> Iterator[Drafted]:
    found = _PURPOSE.match(clause.front)
    if found and clause.verb == "är" and re.match(r"(?:också |bland annat )?att\b", clause.rest) and found["of"].strip():
        facts = _phrases(re.sub(r"^(?:också |bland annat )?att ", "", clause.rest))
        yield Drafted(f"Vad är {_lower(clause.front)}", "content", facts, better=3.2)


def _asserted(rest: str) -> str:
    """The rest of a clause without its negation: the question does not say the answer."""
    words = rest.split()
    first = next((n for n, w in enumerate(words[:4]) if w in NEGATIONS), None)
    kept = " ".join(w for n, w in enumerate(words) if n != first)
    for no, some in (("ingen", "någon"), ("inget", "något"), ("inga", "några")):
        kept = re.sub(rf"\b{no}\b", some, kept)
    return kept.replace("endast ", "").replace("bara ", "")


def _first_part(rest: str) -> str:
    """A clause's rest up to a second clause coordinated with it, or to where it grows long."""
    words = rest.split()
    if "," in rest and not re.search(r",.* (?:och|samt|eller) ", rest):
        words = rest.partition(",")[0].split()
    for n, word in enumerate(words):
        following = words[n + 1] if n + 1 < len(words) else ""
        if (
            n > 1
            and word in ("och", "samt", "men")
            and (is_finite(following.strip(",.")) or following in MODALS or _infinitive_pair(words, n))
        ):
            return _first_part(" ".join(words[:n]).rstrip(","))
        if n > 1 and word.endswith(",") and is_finite(following):
            return " ".join([*words[:n], word.rstrip(",")])
        if n > 1 and word in ("och", "samt") and n == len(words) - 2 and following.endswith("s"):
            return " ".join(words[:n])
        if n > 8 and word.endswith(",") and following not in ("och", "samt"):
            return " ".join(words[:n] + [word.rstrip(",")])
    return " ".join(words)


def _infinitive_pair(words: list[str], n: int) -> bool:
    return n > 6 and n + 2 < len(words) and words[n + 1].endswith("a") and words[n + 2] in ("till", "om", "en", "ett", "den", "det", "för")


def _phrases(answer: str) -> tuple[str, ...]:
    """The beginning of an answer: its words up to the first comma or coordination, at most seven, as one fact."""
    first = re.split(r",| samt | och | så att | genom att |;", answer)[0].strip()
    words = first.split()
    return (" ".join(words[:7]),) if words else ()


def _lower(text: str) -> str:
    """A marked beginning: `\\x01` tells that the next word stood first in its sentence, and may be a name."""
    return f"\x01{text}"
