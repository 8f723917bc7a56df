"""Whether a sentence can be the answer that a question expects: a who needs a role, a when a time, a how many a number."""

from __future__ import annotations

import re

from assistant.question import Kind
from knowledge.dates import dates
from knowledge.metadata import BODY

_ROLE_WORD = (
    r"\w*(?:kontaktperson(?:en|er|erna)?|samordnare[ns]?|koordinator(?:n|er)?|strateg(?:en)?|rektor(?:n|er|erna)?|chef(?:en|er|erna)?|direktör(?:en)?|ordförande[n]?|handläggare[n]?|"
    r"nämnd(?:en|er|erna)?|styrelse[nr]?|förvaltning(?:en|ar|arna)?|kontor(?:et|en)?|bolag(?:et|en)?|utskott(?:et)?|kommitté[n]?|fullmäktige|grupp(?:en)?|råd(?:et)?|enhet(?:en|er)?|"
    r"avdelning(?:en)?|sekreterare[n]?|ombud(?:et|en)?|medarbetare[n]?|lärare[n]?|ledare[n]?|controller|funktion(?:en)?|ansvarig[ae]?|arrangör(?:en)?|deltagare[n]?|elev(?:en|er|erna)|"
    r"vårdnadshavare|förening(?:en|ar|arna)|skola[n]?|skolor(?:na)?|verksamhet(?:en|er|erna)|sektor(?:n|er|erna)?|beredning(?:en)?|ledning(?:en)?|kommunen|staden|presidium|presidiet|"
    r"myndighet(?:en)?|kansli(?:et)?|tjänsteperson(?:en|er)?|politiker|förtroendevalda?|anställda?|"
    r"representant(?:en|er)?|deltagande \w+|värd(?:en)?|team(?:et)?)"
)
ROLE = re.compile(rf"\b(?:{_ROLE_WORD})\b|{BODY.pattern}", re.IGNORECASE)
_NUMBER_WORD = r"(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv|femton|tjugo|trettio|hundra|tusen|hälften|ett par|dussin)"
_NUMBER = re.compile(rf"(?<![\w§.])\d+(?:[ .,]\d+)*\b|\b{_NUMBER_WORD}\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\d[\d  .]*\s*(?:kr\b|kronor|sek\b|euro|€|procent|%|tkr|mkr|miljon|prisbasbelopp)|\bprisbasbelopp|"
    r"\bhalva\b|\bhälften\b|\bhela (?:kostnaden|beloppet)|\bkostnadsfri|\bgratis\b|\binga nya pengar\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"(?:\d+|{_NUMBER_WORD}|ett|en)\s+(?:år|månad|vecka|veckor|dag|arbetsdag|timm|termin|läsår|"
    rf"mandatperiod)\w*|\bmandatperiod\w*|\btills vidare\b|\båret ut\b|\bunder (?:hela )?(?:perioden|"
    rf"planperioden)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"\b(?:årlig\w*|årsvis|månatlig\w*|månadsvis|veckovis|kvartal\w*|halvår\w*|terminsvis|vartannat|vartannan|regelbund\w*|kontinuerlig\w*|löpande|löpning|"
    r"(?:varje|varannan|vartannat|var|vart)\s+(?:\w+\s+)?(?:år|månad|vecka|termin|kvartal|läsår|"
    r"mandatperiod|sammanträde|tertial|höst|vår)\w*|per (?:år|termin|månad|läsår|mandatperiod|"
    r"kvartal)|om året|i månaden|i veckan|"
    r"\w+ gånger|en gång)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|"
    r"(?:19|20)\d\d|senast|före|innan|efter|inom|i samband med|vid (?:årets|bokslut|delårs|"
    r"årsskiftet)|"
    r"våren|hösten|sommaren|vintern|årsskiftet|mandatperiod\w*|läsår\w*|veckor|dagar|omgående|snarast|kvartal\w*|vecka \d+)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|\b0\d{1,3}[- ]\d{2,}|\b(?!Kommun|Barn|Social|Kultur|Internationell|"
    r"Svensk|Europ)[A-ZÅÄÖ][a-zåäö]+ [A-ZÅÄÖ][a-zåäö]+(?:sson|berg|ström|gren|lund|man|kvist|"
    r"dahl|qvist)\b"
)
_PAST = re.compile(
    r"\b(?:har|hade)\s+(?:\w+\s+){0,3}\w+(?:at|it|tt|rt|ts)\b|\b(?:blev|genomfördes|deltog|beviljades|fick|gav|\w{3,}ades)\b", re.IGNORECASE
)
_REASON = re.compile(
    r"\b(?:för att|syft\w*|därför|eftersom|bidra\w*|leder? till|ger|främja\w*|mål\w*|genom (?:att|"
    r"detta)|i syfte|vill|ska ge|stärk\w*|utveckl\w*|möjliggör\w*|därmed)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"\b(?:ska|skall|bör|får|kan|måste|inte|krävs?|behöv\w*|endast|bara|undantag\w*|är|gäller|omfatta\w*|ingår|möjlig\w*|rätt|tillåt\w*|uppmuntra\w*|prioritera\w*|välkom\w*|restriktiv\w*|utgå\w*|betala\w*|avstå\w*)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(r"\b(?:är|avses|menas|innebär|omfattar|definieras|betyder|kallas|utgörs|står för|räknas)\b|=|:| \| ", re.IGNORECASE)
_LISTS = re.compile(r"(?:[\w-]+, ){1,}[\w -]+(?: och | samt )\w+|\b\w+ och \w+")
_HARD = frozenset({Kind.WHO, Kind.NAME, Kind.WHEN, Kind.FREQUENCY, Kind.DURATION, Kind.COUNT, Kind.AMOUNT, Kind.DONE, Kind.WHICH})
_UNIT = r"(?:kr\b|kronor|procent|%|år|månad\w*|veckor|vecka|dag\w*|arbetsdag\w*|timm\w*|minut\w*|km|mil)"
_UNIT_NUMBER = re.compile(rf"(?:\d+(?:[ .,]\d+)*|{_NUMBER_WORD}|ett|en)\s+{_UNIT}", re.IGNORECASE)
_WITHIN = re.compile(
    rf"\b(?:inom|senast|efter|på|före)\s+(?:\d+|{_NUMBER_WORD}|en|ett)\s+\w+|\b(?:timmar|dagar|"
    rf"gånger)\s+(?:i månaden|per \w+|i veckan|om året)",
    re.IGNORECASE,
)
_PROPER = re.compile(r"(?<=[\w,;:] )(?!EU\b|FN\b|Kommun|Riktlinj|Policy)[A-ZÅÄÖ][\w-]{2,}")
_PLACES = re.compile(
    r"\b(?:vänort\w*|städer\w*|stad|ort\w*|kommun\w*|land|länder\w*|nätverk\w*|organisation\w*|partner\w*|medlem\w*|skolor|föreningar)\b",
    re.IGNORECASE,
)
_NAMED_THING = re.compile(
    r"\bvilke[nt] (?:\w+ )?(?:resebyrå|blankett|formulär|mall|försäkring|kommun|stad|ort|land|"
    r"lokal|leverantör|system|webbplats|sajt|företag|tidning|person|adress|länk|nummer)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:intranät\w*|webb\w*|portal\w*|hos \w+|kansli\w*|finns (?:på|i|hos)|lämnas till|skickas? till|"
    r"vänd\w* (?:dig|sig) till|hänvisas? till|diarie\w*)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\b\d{1,2}[.:]\d\d\b|\bklockan\b")
_DEADLINE = re.compile(r"\b(?:sista|deadline|senast när|när senast|datum|vilken dag|vilken månad)\b", re.IGNORECASE)
_EXACT = re.compile(
    r"\b(?:senast (?:den|i|vid|\d|\w+ (?:veckor|dagar|månader))|före (?:den|utgången|\d)|inom \w+ (?:veckor|"
    r"dagar|månader|arbetsdagar)|januari|februari|mars|april|maj|juni|juli|augusti|september|"
    r"oktober|november|december|vecka \d+)\b",
    re.IGNORECASE,
)
_ASKED_NOUN = re.compile(r"\b(?:hur många|hur stor andel|vilka|vilken|vilket|which|how many)\s+(?P<rest>.*)$", re.IGNORECASE)
_SKIP = frozenset(
    "är får ska skall kan har olika andra fler av våra vår vårt de den det som typ slags egna stora små nya två "
    "tre fyra fem sex sju åtta nio tio internationella internationell finns måste bör vi jag man kommunen andel "
    "are do does".split()
)


def is_hard(kind: Kind) -> bool:
    """Whether only a text with a role, a time, a number, a name or a past event can answer."""
    return kind in _HARD


def asked_noun(text: str) -> str | None:
    """The folded noun right after "hur många", "vilka" …: what is counted or listed. None where a verb or nothing comes first."""
    found = _ASKED_NOUN.search(text)
    for n, word in enumerate(re.findall(r"[\w-]+", str(found["rest"]).casefold()) if found else []):
        if word in ("är", "får", "ska", "kan", "har", "finns", "måste", "bör", "vi", "jag") or n > 2:
            return None
        if word not in _SKIP:
            return str(word)
    return None


def fit(kind: Kind, question: str, text: str, *, is_item: bool = False, noun_held: bool | None = None) -> float:
    """1 when the text holds what the kind expects, 0 when it cannot be told, -1 when the text cannot answer.

    `noun_held` says whether the text itself holds what is counted or listed; None when the question names no such thing.
    """
    match kind:
        case Kind.WHO:
            return 1.0 if _new_role(question, text) else -1.0
        case Kind.NAME:
            return _name(question, text)
        case Kind.WHEN:
            timed = _new(_TIME, question, text) or _new(_OFTEN, question, text) or any(True for _ in dates(text))
            exact = _EXACT.search(text) or any(True for _ in dates(text))
            return 1.0 if (exact if _DEADLINE.search(question) else timed) else -1.0
        case Kind.FREQUENCY:
            return 1.0 if _OFTEN.search(text) else -1.0
        case Kind.DURATION:
            return 1.0 if _SPAN.search(_WITHIN.sub(" ", text)) else -1.0
        case Kind.COUNT:
            return _count(question, text, noun_held)
        case Kind.AMOUNT:
            return _amount(question, text)
        case Kind.DONE:
            return 0.5 if _PAST.search(text) else -1.0
        case Kind.WHICH:
            named = noun_held is not False and _new_names(question, text)
            return 1.0 if named else -0.8 if _NAMED_THING.search(question) else -0.2
        case Kind.WHERE:
            return 0.6 if _PLACE.search(text) else -0.6
        case Kind.WHY:
            return 1.0 if _REASON.search(text) else -0.6
        case Kind.MAY | Kind.MUST | Kind.YESNO:
            return (0.6 if _MODAL.search(text) else 0.0) + 0.4 * _same_reach(question, text)
        case Kind.DEFINITION:
            return 0.8 if _DEFINES.search(text) else 0.0
        case Kind.LIST:
            return _listed(question, text, is_item=is_item, noun_held=noun_held)
        case Kind.ROLE:
            return 0.6 if ROLE.search(text) else 0.0
        case _:
            return 0.0


def _name(question: str, text: str) -> float:
    if re.search(r"telefon|nummer|phone", question, re.IGNORECASE):
        return 1.0 if re.search(r"\b0\d{1,3}[-– ]?\d[\d ]{4,}", text) else -1.0
    if re.search(r"e-?post|mejl|mail", question, re.IGNORECASE):
        return 1.0 if "@" in text else -1.0
    if re.search(r"öppettid|öppet", question, re.IGNORECASE):
        return 1.0 if _CLOCK.search(text) else -1.0
    return 1.0 if _PERSON.search(text) else -1.0


def _count(question: str, text: str, noun_held: bool | None) -> float:
    if re.search(r"hur gam|vilken ålder|vilken årskurs", question, re.IGNORECASE):
        return 1.0 if re.search(r"\d+ år|årskurs|\bfyll(?:da|t|er)\b", text) else -1.0
    bare = _without_dates(text)
    asked_unit = re.search(rf"hur många {_UNIT}", question, re.IGNORECASE)
    if asked_unit:
        return 1.0 if noun_held and _UNIT_NUMBER.search(bare) else -1.0
    counted = _NUMBER.search(_UNIT_NUMBER.sub(" ", bare))
    if not counted:
        return -1.0
    if noun_held is False:  # what is counted may go by another name
        return -0.4
    return 1.0 if noun_held and re.search(r"\b(?:antal\w*|högst|minst|max\w*|överstiga|sammanlagt)\b", bare, re.IGNORECASE) else 0.6


def _amount(question: str, text: str) -> float:
    if re.search(r"hur mycket tid|hur mycket .*\btid\b", question, re.IGNORECASE):
        return 1.0 if _SPAN.search(text) or re.search(r"timm|procent|heltid|deltid", text) else -1.0
    if _MONEY.search(text):
        return 1.0
    return -0.3 if _NUMBER.search(_without_dates(text)) else -1.0


def _new_names(question: str, text: str) -> bool:
    return _new(_PROPER, question, text)


def _new(pattern: re.Pattern[str], question: str, text: str) -> bool:
    """Whether the text has something of a kind that the question does not itself say: "den årliga uppföljningen" says not when."""
    asked = question.casefold()
    return any(m[0].casefold() not in asked for m in pattern.finditer(text))


def _listed(question: str, text: str, *, is_item: bool, noun_held: bool | None) -> float:
    """A list of places or members needs their names, under a heading or lead-in that says what they are; any other an enumeration."""
    noun = asked_noun(question) or ""
    if _PLACES.fullmatch(noun) or re.match(
        r"(?:vilka är|lista|nämn|räkna upp) (?:alla )?(?:våra|kommunens|stadens) (?:vänort|partner|medlem)", question, re.IGNORECASE
    ):
        named = _new_names(question, " . " + text) or (
            is_item and re.match(r"[A-ZÅÄÖ]", text) and ":" not in text and len(text.split()) <= 10
        )
        return -0.8 if not named else 1.0 if noun_held is not False else 0.2
    return 0.8 if is_item else 0.4 if _LISTS.search(text) else -0.2


_REACHES = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        "bara|endast|enbart|uteslutande|only",
        "alla|varje|samtliga|all|every",
        "minst|högst|mer än|fler än",
        "först|innan|före|i förväg",
    )
)


def _same_reach(question: str, text: str) -> bool:
    """Whether question and text both limit (bara, endast), both take all (alla, varje), both set a bound or both an order."""
    return any(r.search(question) and r.search(text) for r in _REACHES)


def _new_role(question: str, text: str) -> bool:
    """Whether the text names a role that the question does not itself name."""
    asked = question.casefold()
    return any(_root(m[0]) not in asked for m in ROLE.finditer(text))


def _root(word: str) -> str:
    return re.sub(r"(?:erna|arna|orna|en|et|er|ar|na|n|s)$", "", word.casefold())


def _without_dates(text: str) -> str:
    return re.sub(r"§+\s*\d+|\b(?:19|20)\d\d\b", " ", text)
