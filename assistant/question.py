"""What is asked: the kind of answer each part of a question expects, whose municipality, which document's facts, what it leans on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.answer import Turn
from knowledge import municipalities
from knowledge.swedish import STOP_WORDS, language
from knowledge.words import tokens


class Kind(StrEnum):
    """What would answer: it picks the sentences, and says whether what was found can answer at all."""

    WHO = "who"
    NAME = "name"
    WHEN = "when"
    FREQUENCY = "frequency"
    DURATION = "duration"
    COUNT = "count"
    AMOUNT = "amount"
    MAY = "may"
    MUST = "must"
    YESNO = "yesno"
    DONE = "done"
    DEFINITION = "definition"
    LIST = "list"
    HOW = "how"
    WHY = "why"
    WHERE = "where"
    WHICH = "which"
    ROLE = "role"
    ABOUT = "about"


class Fact(StrEnum):
    """What a document says of itself, most of them named as the field of `Document`."""

    DECIDED_ON = "decided_on"
    DECIDED_BY = "decided_by"
    PARAGRAPH = "paragraph"
    REGISTRATION = "registration_number"
    VALID_UNTIL = "valid_until"
    REVIEW = "review_interval_years"
    OWNER = "owner"
    REPLACES = "replaces"
    APPLIES_TO = "applies_to"
    AGE = "age"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked. `context` is what it leans on, words of the earlier part or question; `refers` says that it does, `follows`
    that it leans on an earlier question, and `stands` that it may as well be about something new. `cited` is the section that an earlier
    answer quoted first."""

    text: str
    kind: Kind
    context: str = ""
    refers: bool = False
    facts: tuple[Fact, ...] = ()
    follows: bool = False
    stands: bool = False
    cited: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood. `named` are the municipalities it names, `everybody` is true when it asks about all of them.

    `request` is true for what is no question to the documents (make up a song), `binding` when it asks whether
    another municipality's rules bind the asker's own; `binds` when it only has the words of such a question.
    """

    text: str
    language: str
    parts: tuple[Part, ...]
    named: tuple[str, ...] = ()
    everybody: bool = False
    request: bool = False
    binding: bool = False
    binds: bool = False
    empty: bool = False
    older_than: int | None = None
    before_year: int | None = None
    after_year: int | None = None


_DOCUMENT = (
    r"(?:\b\w*(?:policy|strategi|riktlinje|handlingsplan|program|rutin|dokument|handbok|reglemente|vägledning|(?:delegations|arbets)ordning)"
    r"(?:n|t|et|en|er|erna|r|rna|s|ns|ets|ernas|met|mets|men|me)?\b|"
    r"\b(?:planen|reglerna|document|strategy|guidelines?|action plan|handbook)\b)"
)
_DECIDED = (Fact.DECIDED_ON, Fact.DECIDED_BY)
_DECIDE = (
    r"(?:antog|antogs|antagen|antaget|antagits|antas|beslutad\w*|beslutats|beslutade|fastställ\w*|klubba\w*|godkän\w*|togs|kom till|trädde|"
    r"(?:tog|togs|tagit|fattade|fattades|fattat) beslut\w*)"
)
_WHEN = r"^(?:n[äa]r|vilket (?:datum|år)|vilken (?:dag|månad)|hur dags|what (?:date|year)|when)\b"
_WHO = r"^(?:vem|vilka?|vilken (?:instans|nämnd|styrelse)|av vem|who)\b"
_TO_COME = r"(?:m[åa]ste|ska|skall|f[åa]r|bör|kan|behöver|behövs|krävs|brukar|kommer|must|should|shall|may)"
_YET = rf"(?:(?!\b{_TO_COME}\b).)*?"
"""Up to the verb that decides, no word of what must be decided each time: "när måste resan vara godkänd" is not of a document."""
_PASSED = rf"\b(?!(?:godkänn(?:er|s|ande\w*)|fastställ(?:er|s|as|ande\w*))\b)(?:{_DECIDE}|adopted|decided|approved)"
_IT = r"(?:den|det|de|dem|dom|denna|detta|beslutet|it)"
_BODY = r"(?:av |i |by )?(?:(?:kommun)?fullmäktige|kommunstyrelsen|nämnden|styrelsen|kf|ks|(?:the )?(?:city |municipal )?council)"
_WITHIN = re.compile(rf"\b(?:enligt|i|till|inom|för|under|utifrån|in|for) (?:[\w-]+ ){{0,3}}?{_DOCUMENT}", re.IGNORECASE)
"""A document that is not itself what is decided: "vem godkänner resor enligt policyn"."""
_ITS = (
    rf"^(?=.*(?:{_DOCUMENT}|\bits\b|\b{_IT}\W*$|\b(?:har|är|fick) {_IT} (?:för|diarie|dnr))|"
    r"(?:\W*(?:vad|vilket|vilken|är|har|gäller|finns|det|vi|ett|en|hur|lång|länge|och|tack|i|på|kf|ks|(?:kommun)?fullmäktige|what|is|the|"
    r"diarie\w*|dnr|ärendenummer|paragraf\w*|giltighet\w*|registration|number)\b)*\W*$)"
)
"""Of a document or of what was spoken of, or of nothing that is named: not "vilket diarienummer har ansökan"."""
_CHANGED = r"(?:ändra|revidera|uppdatera)(?:des|ts|d)"
_FACTS: tuple[tuple[Fact, str], ...] = (
    (Fact.DECIDED_ON, rf"{_WHEN}(?={_YET}(?:{_PASSED}|\bskrevs|är {_DOCUMENT} (?:från|daterad))).*{_DOCUMENT}"),
    (Fact.DECIDED_ON, rf"{_WHEN} (?:(?:är|blev|har|var|blivit|senast|was|{_IT}|{_BODY}) )*{_PASSED}"
rf"(?: (?:{_IT}|{_BODY}|om|här|nu|senast|igenom|i kraft|nuvarande|(?:första|senaste) gången))*(?:,.*|\W*)$"),
    (Fact.DECIDED_ON, rf"\b(?:datum|vilket år)\b.*\b{_DOCUMENT}.*(?:{_DECIDE}|från)|\bbeslutsdatum\b|^(?:från|"
rf"av) vilket år (?:är|kommer)|^vilket år är .*från"),
    (Fact.DECIDED_BY, rf"{_WHO}{_YET}\b(?:{_DECIDE}|har (?:antagit|beslutat|fastställt|godkänt|tagit)|adopted|approved)\b.*{_DOCUMENT}"),
    (Fact.DECIDED_BY, rf"{_WHO}{_YET}(?:{_PASSED}|har (?:antagit|beslutat|fastställt|godkänt|tagit))\b.*\b{_IT}\b"),
    (Fact.DECIDED_BY, rf"{_WHO}.*{_DOCUMENT}{_YET}\b(?:{_DECIDE}|adopted|approved)\b"),
    (Fact.PARAGRAPH, rf"{_ITS}.*(?:\bparagraf\w*\b|§)"),
    (Fact.REGISTRATION, rf"{_ITS}.*\b(?:diarie(?:nummer|nr|beteckning)\w*|dnr|ärendenummer|registration number)\b"),
    (Fact.VALID_UNTIL, rf"^(?:hur länge|(?:till(?: och med)?|fram till) (?:när|vilket (?:datum|år)|vilken (?:dag|månad))|"
rf"när (?:slutar|upphör|går)|t\.?o\.?m\.? när)\b.*\b(?:gäll\w*|giltig\w*|i kraft)\b.*{_DOCUMENT}|"
rf"^när (?:går|löper|upphör|slutar) (?:\w+ ){{0,4}}{_DOCUMENT}.*\b(?:ut|gälla)\b|^hur länge är {_DOCUMENT}|"
rf"^(?:gäller|är)\b.*{_DOCUMENT}.*\b(?:fortfarande|ännu|giltig\w*|aktuell\w*|i kraft|utgång\w*|"
rf"gam\w+)\b|{_ITS}.*\b(?:giltighetstid\w*|giltighet)\b|^gäller (?:vår |den )?{_DOCUMENT} (?:fortfarande|"
rf"än|nu|idag)\b"),
    (Fact.REVIEW, rf"^(?:n[äa]r|hur ofta|vilket år)\b.*(?:\bska|\bskall|\bbör|\bmåste|\bnästa|hur ofta).*{_DOCUMENT}.*\b(?:revideras|"
rf"ses över|sees över|omprövas|aktualitet\w*|uppdateras|prövas|göras om)"),
    (Fact.CHANGED, rf"^(?:n[äa]r|vilket (?:datum|år)|vilken (?:dag|månad))\b.*(?:\b{_CHANGED}\b.*(?:{_DOCUMENT}|\b(?:den|det)\b)|"
rf"{_DOCUMENT}.*\b{_CHANGED}\b)"),
    (Fact.OWNER, rf"^(?:vem|vilka?|who)\b.*\b(?:dokumentansvarig|dokumentägare|(?:äger|förvaltar) "
     rf"(?:(?:(?!enligt|inom|i |till|för)[\w-]+ ){{0,2}}{_DOCUMENT}|{_IT}\W*$))|"
     rf"^vem (?:är )?ansvar\w* för (?:{_DOCUMENT})\s*\??$"),
    (Fact.REPLACES, rf"\b(?:ersätter|ersatte|ersatt|ersätts)\b.*(?:{_DOCUMENT}|\bden\b)|{_DOCUMENT}.*\bersätter\b|"
rf"\b(?:gällde|fanns) (?:före|innan|tidigare)\b.*{_DOCUMENT}"),
    (Fact.APPLIES_TO, rf"^(?:vilka?|vem|för vem|för vilka)\b.*\b(?:gäller|omfattas|omfattar|tillämpas)\b.*{_DOCUMENT}|"
rf"^vem gäller {_DOCUMENT}|^(?:för )?(?:vem|vilka) (?:gäller|omfattar) {_DOCUMENT}"),
    (Fact.AGE, rf"^hur gam\w+ är\b.*{_DOCUMENT}|\b(?:äldre|yngre|nyare) än\b.*\bår\b|\b(?:äldsta?|nyaste?)\b.*{_DOCUMENT}|"
rf"{_DOCUMENT}.*\b(?:före|innan|efter|sedan) (?:19|20)\d\d"),
)  # fmt: skip
_FACT_PATTERNS = tuple((fact, re.compile(pattern, re.IGNORECASE)) for fact, pattern in _FACTS)

_PAST = (
    r"(?:har|hade|var|anslog|avsatte|höll|fick|blev|blivit|var det|gjorde\w*|genomförde\w*|"
    r"kostade|ledde|deltog|gick|sökte|beviljades|fått|gjorts|skett|hänt|åkte|reste|kom|togs|"
    r"lämnades)"
)
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.DEFINITION, r"^(?:vad (?:betyder|menas|avses|innebär|står .* för)|vad är (?:en?|ett)\b|definiera|definition|"
r"hur definieras|förklara|what is an?\b|what does .* mean)|\bvad menar (?:vi|man|kommunen) med\b"),
    (Kind.ROLE, r"^(?:jag är ny|som ny)\b|\bvad (?:är det (?:som )?)?(?:jag|man|vi) (?:ska|skall|förväntas) göra|"
r"\bvad ingår\b|\b(?:förväntas|vad ska jag|vad gör (?:en|den|jag)|min roll|mitt uppdrag|"
r"mina uppgifter|ingår i (?:uppdraget|rollen)|vad är .*(?:roll|uppgift|uppdrag))\b"),
    (Kind.NAME, r"^(?:vem|who) (?:är|e|ä|heter|sitter|jobbar|is)\b(?!.*\b(?:ansvar\w*|ska|som|skyldig|responsible|"
r"främst\w*)\b)|\bvad heter\b|\b(?:telefonn\w*|vilken telefon|mejladress\w*|e-?post(?:adress\w*)?|"
r"mailadress\w*|kontaktuppgift\w*|öppettid\w*|vilken telefon)\b"),
    (Kind.WHO, r"\b(?:vem|vems|vilken (?:nämnd|förvaltning|chef|instans|funktion|roll|enhet)|vilka (?:nämnder|"
r"roller) |av vem|who|whom|whose)\b|\bvilka?\b.*\b(?:ansvarar|beslutar|utser)\b"),
    (Kind.FREQUENCY, r"\bhur (?:ofta|många gånger)\b|\bhow often\b"),
    (Kind.DURATION, r"\bhur (?:länge|lång tid|långt?)\b(?! (?:tid )?(?:innan|före|i förväg)| har \w+ på sig)|\bhow long\b"),
    (Kind.AMOUNT, r"\bvad (?:betalar|tar) .*\b(?:i|för|avgift)\b|\b(?:avgiften?|taxan?)\b|\bhur (?:mycket|"
r"stor\w*|dyrt?|hög\w*)\b|\bvad (?:kostar|kostade|får .* kosta)\b|\b(?:belopp|summa|kronor|"
r"ersättning(?:en)?s? storlek|traktamente)\b|\bhow much\b|\bbudget(?:en)? på\b"),
    (Kind.COUNT, r"\bhur (?:många|stor andel|gam\w+)\b|\b(?:från )?vilken ålder\b|\bfrån vilken årskurs\b|\bvilket antal\b|\bhow many\b"),
    (Kind.WHEN, r"^n[äa]r\b|\bhur (?:snabbt|fort|snart)\b|, när\b|\b(?:vilken (?:dag|tid|månad|vecka)|vilka (?:datum|"
r"dagar|tider|veckor)|vilket (?:datum|år)|senast när|sista (?:ansöknings)?dag\w*|deadline|"
r"när senast|hur dags|when|what (?:date|time|year)|före vilket|hur långt innan|hur lång tid innan|"
r"hur lång tid har \w+ på sig)\b|^(?:hur snart|inom vilken tid|(?:till|fram till|före|senast) när)\b"),
    (Kind.WHY, r"\b(?:varför|vad är (?:syftet|meningen|målet|målsättningen|tanken|poängen|vitsen)|i vilket syfte|"
r"why|what is the (?:purpose|aim|goal))\b|\bvad vill .* uppnå"),
    (Kind.WHERE, r"^(?:var|vart|where)\b(?! det| snäll)"),
    (Kind.WHICH, r"^(?:(?:på |i |till |genom |inom )?(?:vilken|vilket)|which (?!\w+s\b))\b(?! (?:datum|år|dag|månad|vecka|tid|termin)\b)|"
r"^vad är (?:adressen|telefonnumret|numret|länken|lösenordet|koden|namnet)\b"),
    (Kind.LIST, r"\b(?:vilka|vilken typ|vilka slags|räkna upp|lista|nämn|which|what are)\b|\bvad (?:ska|"
r"skall|bör|måste) .*(?:innehålla|ha med|ingå|stå i|rapporteras?)\b|\bvilket\b.*\b(?:länder|"
r"områden)\b"),
    (Kind.MAY, r"^(?:(?:så|men|hej|fråga)[,:]? )?(?:får|kan|går det|är det (?:ok|okej|tillåtet|möjligt|"
r"lov)|har (?:vi|jag|man) (?:rätt|lov|möjlighet)|may|can|are we allowed|could)\b|\b(?:går det|"
r"är det ok|får (?:vi|jag|man)|kan (?:vi|jag|man))\b"),
    (Kind.MUST, r"^(?:måste|behöver|ska|skall|bör|krävs|är det (?:obligatoriskt|krav|ett krav)|är (?:vi|"
r"jag|man|\w+) (?:skyldig\w*|tvung\w*)|must|do (?:we|i) (?:have|need) to|should|does .* (?:have|"
r"need) to)\b|\bmåste (?:vi|jag|man)\b"),
    (Kind.YESNO, r"^(?:är|gäller|finns|har|omfattar|ingår|räknas|tar|stöder|stödjer|prioriterar|säger|nämner|"
r"is|are|does|do|has|have|kommer|blir|kräver|vill|hör|styr)\b"),
    (Kind.HOW, r"\b(?:hur|på vilket sätt|how)\b"),
)  # fmt: skip
_KIND_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_DONE = re.compile(
    rf"^har (?!fått|blivit|hört|precis|nyss|anmält|(?:vi|jag|man|kommunen|staden) (?:rätt|lov|"
    rf"möjlighet|någon|något|en|ett|några|skyldighet|ansvar)\b)(?:\w+ ){{0,6}}?\w{{2,}}(?:at|"
    rf"it|tt|rt|ts)\b"
    rf"|^(?:hur många|hur mycket|hur stor\w*|vad|vilka|vem|när|hur)\b.*\b{_PAST}\b.*(?:\b(?:förra|"
    rf"senaste|i fjol|ifjol|hittills|tidigare|under 20\d\d|20\d\d|i år|i (?:somras|höstas|våras|"
    rf"vintras|fjol|går))\b)"
    rf"|^(?:hur många|hur mycket|vad)\b (?:\w+ ){{0,4}}(?:hade|kostade|ledde|fick|beviljades|"
    rf"genomfördes|deltog|åkte|reste|sökte|resulterade|blev resultatet|har (?:vi|kommunen|staden|"
    rf"skolan|skolorna|nämnden|förvaltningen|ni|det|de|lett|gjorts|beviljats|genomförts|sökts|"
    rf"fått|kostat|resulterat))\b"
    r"|^(?:vad|vilka|hur \w+|varför|vem) (?!hette|skulle|borde|gällde|menade|anställda|berörda)\w{2,}(?:ade|"
    r"dde|nde)\b|^vad (?:kom fram|blev|sa|sade|tyckte)\b"
    r"|^hur (?:mycket|många|stor\w*)\b.*\bhar\b (?!.*\brätt\b)(?:\w+ ){0,5}\w{2,}(?:at|it|tt|rt|ts)\b"
    r"|^har (?:alla|samtliga|varje|många)\b|\b(?:just nu|för närvarande|för tillfället|den här (?:mandatperioden|"
    r"terminen|veckan|månaden)|nästa (?:gång|möte|sammanträde)|(?:enligt|i) (?:den )?senaste)\b|"
    r"\bnu\s*\??$|\bi år\s*\??$|\bredan\b|\b(?:i dag|idag)\b|(?<!när )\bsenast\s*\??$|^när (?:hade|var|"
    r"gjorde|fick|besökte|träffades) |\blämnade\b|^är (?:den|det|de|\w+) (?:\w+ ){0,3}(?:gjord|"
    r"gjort|gjorda|klar|klart|klara|färdig\w*|genomförd\w*|beslutad\w*|inskickad\w*)\b"
    r"|^(?:vad|vilka|vilken|hur \w+|vem|varför)\b.*\b(?:valde|satte|fick|blev|gav|tog|höll|"
    r"skrev|drog|åkte|reste|beslöt|beviljades|genomfördes|kom fram)\b|^vad kom\b"
    r"|\bhur (?:gick|har det gått)\b|^(?:blev|fick)\b(?! nyss| precis| just| jag)|^(?:genomfördes|"
    r"gjordes|kom|deltog|lyckades|uppnåddes|uppfylldes|hann|nådde|hölls|lämnade)\b"
    r"|\b(?:uppnåtts|uppnått|uppfyllts|genomförts|gett resultat|fungerat|lett till|blivit av)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:(?:snälla|hej|kan du|vänligen|please|ok|nu)[,!]? )*(?:dikta|skriv\w* (?:mig )?(?:en|ett|ihop)|översätt|rita|sjung|berätta en|"
    r"visa mig vad andra|generera|skapa|"
    r"programmera|räkna ut|hitta på|translate|tell me a)\b",
    re.IGNORECASE,
)
"""What is no question to the documents. Words that order the assistant about are gone before this (`knowledge.orders`)."""
_BINDING = re.compile(
    r"\b(?:gäller|omfattar|omfattas|binder|styr|måste vi följa|ska vi följa|får vi följa|kan vi använda|"
    r"får vi använda|räcker|tillämpas|tillämpa|följa|bindande)\b",
    re.IGNORECASE,
)
_US = re.compile(r"\b(?:oss|vi|vår|våra|vårt|hos oss|här)\b", re.IGNORECASE)
_ALSO_IN = re.compile(r"\b(?:även|också) (?:i|för|hos)\b", re.IGNORECASE)
_EVERYBODY = re.compile(
    r"\b(?:vilka (?:\w+ )?(?:kommuner|städer)|vilken kommun|alla kommuner(?:na)?|samtliga kommuner|(?:de olika )?kommunerna)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?P<side>före|innan|efter|sedan|senare än|tidigare än)\s+(?P<year>(?:19|20)\d\d)\b", re.IGNORECASE)
_OLDER = re.compile(
    r"\b(?:äldre än|mer än|över|minst)\s+(?P<n>\d+|fem|sex|sju|åtta|nio|tio|tolv|femton|tjugo|ett|två|tre|fyra)\s+år", re.IGNORECASE
)
_NUMBERS = {
    "ett": 1,
    "två": 2,
    "tre": 3,
    "fyra": 4,
    "fem": 5,
    "sex": 6,
    "sju": 7,
    "åtta": 8,
    "nio": 9,
    "tio": 10,
    "tolv": 12,
    "femton": 15,
    "tjugo": 20,
}
_ASKS = (
    r"(?:vem|när|hur|vilka|vilken|vilket|vad|var|varför|får|måste|kan|ska|behöver|finns|gäller|av vem|i så fall|who|when|how|what|which)"
)
_JOINT = re.compile(rf"(?:[?.!]+\s+(?:och\s+|men\s+)?|,?\s+(?:och|samt|men|and)\s+|,\s+)(?={_ASKS}\b)", re.IGNORECASE)
_REFERS = re.compile(
    r"\b(?:den|det|dem|de|dom|hon|han|hen|honom|henne|dess|deras|hans|hennes|denna|detta|dessa|sådana?|sådant|fler|där|då|it|they|them|that)\b",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"^(?:och|men|då|så|även|också|and|but|gäller det|i så fall|varför det|hur då|vem då|när då|vilka då|var då)\b",
    re.IGNORECASE,
)
_POINTS_AHEAD = re.compile(
    r"\b(?:finns|fanns|ges|krävs|behövs|står|sägs) det(?= \w)"
    r"|\bdet(?= (?:för|som|att)\b)|\b(?:är|var|blir) det(?= (?:vi|jag|man|du|ni)\b|(?: [\w-]+){1,4} (?:som|att)\b)"
    r"|\b(?:den|det|de|dem|dom)(?=(?: [\w-]+){0,3} som\b)"
    r"|\b(?:den|det|de)(?= (?:[\w-]+(?:ska|iga|lla|ala|ade|nde|iva|mma|rna|sta|ste|ndra)|nya|gamla|två|tre|fyra|fem) [\w-]+(?:n|t|na)\b)",
    re.IGNORECASE,
)
"""Pronouns that stand for nothing said before: "finns det pengar", "är det rektor som", "den internationella samordnaren"."""
_STANDING = 4
"""So many words of its own make a question understood without the one before, unless it begins with a pronoun."""
_AUXILIARY = r"(?:ska|skall|kan|får|måste|bör|har|vill|behöver|should|can|may|must|do|does)"
_SUBJECT = r"(?:man|vi|jag|du|ni|den|det|de|we|i|you|it|they)"
_PREDICATE = re.compile(
    rf"(?:vem|vad|när|hur|var|vart|varför|who|what|when|where|why|how) (?:{_AUXILIARY} )?(?:{_SUBJECT} )?(?P<verb>[\w-]+)", re.IGNORECASE
)


_DOTS = {"nar": "när", "far": "får", "maste": "måste", "ar": "är", "gar": "går"}


def understand(text: str, history: Sequence[Turn] = (), names: Sequence[str] = ()) -> Question:
    """What a question asks. `names` are municipality names beside the 290; `history` is oldest first."""
    clean = " ".join(text.split())
    spoken = language(clean)
    named = tuple(dict.fromkeys(m.name for m in municipalities.find(clean, names)))
    bare = _without_greeting(clean)
    context = _context(bare, history)
    parts = tuple(replace(p, cited=_cited(history)) if p.follows else p for p in _parts(bare, context))
    older, year = _OLDER.search(clean), _YEAR.search(clean)
    earlier = bool(year and year["side"].lower() in ("före", "innan", "tidigare än"))
    return Question(
        text=clean,
        language=spoken,
        parts=parts,
        named=named,
        everybody=bool(_EVERYBODY.search(clean)),
        request=bool(_REQUEST.search(bare)),
        binding=bool(named and _BINDING.search(clean) and (_US.search(clean) or _ALSO_IN.search(clean))),
        binds=bool(named and _BINDING.search(clean) and parts[0].kind in (Kind.YESNO, Kind.MUST, Kind.MAY)),
        empty=not re.search(r"[^\W\d_]{2}", clean),
        older_than=(_NUMBERS.get(older["n"].lower()) or int(older["n"])) if older else None,
        before_year=int(year["year"]) if year and earlier else None,
        after_year=int(year["year"]) if year and not earlier else None,
    )


_CONTACT = re.compile(
    r"\b(?:phone|e-?mail address|telefonn\w*|mejladress\w*|e-postadress\w*|mailadress\w*|kontaktuppgift\w*|öppettid\w*)\b", re.IGNORECASE
)


def kind_of(text: str) -> Kind:
    """The kind of answer that one part expects; a bare keyword asks what stands about it."""
    if _DONE.search(text):
        return Kind.DONE
    if _CONTACT.search(text):
        return Kind.NAME
    found = [(m.start(), n, kind) for n, (kind, pattern) in enumerate(_KIND_PATTERNS) if (m := pattern.search(text))]
    return min(found)[2] if found else Kind.ABOUT


def names_document(text: str) -> bool:
    """Whether a question speaks of a document: the policy, its rules, a plan."""
    return bool(re.search(_DOCUMENT, text, re.IGNORECASE))


def facts_of(text: str) -> tuple[Fact, ...]:
    """The document facts that one part asks for, () when it asks of what a document rules."""
    itself = _WITHIN.sub(" ", text)
    return tuple(dict.fromkeys(fact for fact, pattern in _FACT_PATTERNS if pattern.search(itself if fact in _DECIDED else text)))


def _without_greeting(text: str) -> str:
    text = re.sub(
        r"^(?:hej(?:san)?|hallå|tja|god (?:morgon|dag)|ursäkta|fråga|undrar|jag undrar|vet du|vet ni|kan du säga|hi|hello)[\s,!.:]+(?=\S)",
        "",
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(r"^(?:ok|okej|jaha|aha|ja|nej|tack)\b[\s,!.:]*(?=\w)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(nar|far|maste|ar|gar)\b", lambda m: _DOTS[m[1].lower()], text, flags=re.IGNORECASE)
    return re.sub(r"^(?:om|bara undrar|jag undrar|undrar)\s+(?=\S)", "", text, flags=re.IGNORECASE)


def _context(text: str, history: Sequence[Turn]) -> str:
    """The earlier question's words, when this one may lean on it. Where that leans too, what it all began with stands before it."""
    if not history or not _leans(text):
        return ""
    last = history[-1].question
    began = "" if _stands(last) else next((t.question for t in reversed(history[:-1]) if _stands(t.question)), "")
    return f"{began} {last}".strip()


def _cited(history: Sequence[Turn]) -> str | None:
    """The section that the last answer quoted first, or the one before where the question between them leaned on it."""
    for turn in reversed(history):
        if turn.section_ids or _stands(turn.question):
            return next(iter(turn.section_ids), None)
    return None


def _leans(text: str) -> bool:
    """Whether a question may be about what was asked before: a beginning that goes on, a pronoun, or few words of its own."""
    return bool(_FOLLOWS.match(text)) or len(own_words(text)) <= 1 or _refers(text)


def _stands(text: str) -> bool:
    """Whether a question may be about something that it names itself."""
    own = own_words(text)
    return bool(own) and not _FOLLOWS.match(text) and not _without_topic(text) and not (len(own) == 1 and _refers(text))


def _refers(text: str) -> bool:
    """Whether a pronoun stands for what was said before: not for what comes, nor, where much is said, for what the question has named."""
    found = _REFERS.search(cleared := _POINTS_AHEAD.sub("", text))
    if not found or len(own_words(text)) < _STANDING:
        return bool(found)
    return found[0].casefold() not in ("där", "då", "that") and len(own_words(cleared[: found.start()])) < 2


def _without_topic(text: str) -> bool:
    """Whether all that a question says is what is asked of something: after a question word comes the verb, or a measure."""
    found = _PREDICATE.match(text)
    return bool(found and own_words(text) == own_words(found["verb"]))


def own_words(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    return [t.word for t in tokens(text) if t.word not in STOP_WORDS]


def _parts(text: str, context: str) -> tuple[Part, ...]:
    pieces = [p.strip(" ,") for p in _JOINT.split(text) if p and p.strip(" ,?")]
    told, pieces = _told(_rejoined(pieces))
    parts = []
    for n, piece in enumerate(pieces):
        body = re.sub(r"^(?:och|men|då|så|and|but)\s+", "", piece, flags=re.IGNORECASE)
        before = context if n == 0 else " ".join(pieces[:n])
        own = len(own_words(body))
        refers = bool(before) and (n == 0 or own <= 1 or bool(_REFERS.search(body)))
        follows = refers and n == 0
        facts = facts_of(body) or (_facts_leaning(body, before) if refers and own <= 1 else ())
        whole = f"{told}, {body}" if told and n == 0 else body
        stands = follows and _stands(f"{told}, {piece}" if told else piece)
        parts.append(Part(whole, kind_of(body), before if refers else "", refers, facts, follows, stands))
    return tuple(parts)


_OF_A_DOCUMENT = set(Fact) - {Fact.OWNER, Fact.APPLIES_TO}
"""What is asked of a document alone: "vem ansvarar för den" may be about what the document rules."""


def _facts_leaning(text: str, before: str) -> tuple[Fact, ...]:
    """The document facts that a question asks for which names no document, where the one before it does."""
    if not names_document(before):
        return ()
    named = re.sub(r"\bden\b", "policyn", text, count=1, flags=re.IGNORECASE)
    return tuple(f for f in facts_of(named) if f in _OF_A_DOCUMENT) or (facts_of(f"{text} {before}") if facts_of(before) else ())


_STATES = re.compile(
    rf"(?!(?:och |men |så )?{_ASKS}\b)(?!(?:är|har|bör|skulle|kunde|krävs|går|is|are|do|does|can|may|must)\b)"
    r"(?!.*\b(?:vem|vems|hur|vilk[ae]n?|vilket|vad|varför|vart)\b)(?=.*\b\w)",
    re.IGNORECASE,
)
"""How what is told before a question begins: neither with a word that asks nor with a verb, nor with such a word further on."""


def _told(pieces: list[str]) -> tuple[str, list[str]]:
    """(what is told before the first question, the pieces that ask): "vi är 24 elever, hur många vuxna …" asks one thing."""
    count = next((n for n, piece in enumerate(pieces) if not _STATES.match(piece)), 0)
    return ", ".join(pieces[:count]), pieces[count:]


_UNASKED = re.compile(
    r"^(?:ska|kan|får|måste|behöver|finns|gäller)\b(?! (?:vi|jag|man|ni|du|de|den|det|hon|han|alla|varje|en|ett|vår\w*|min\w*|mitt|"
    r"kommunen|\w{3,}(?:en|et|na|or|ar|er))\b)",
    re.IGNORECASE,
)
"""A verb that asks has its subject next: "jag är ny och ska på möte" goes on telling."""


def _rejoined(pieces: list[str]) -> list[str]:
    """Pieces that ask something of their own; "…, går det?" and what has no word of its own belongs to the piece before."""
    out: list[str] = []
    for piece in pieces:
        asks = re.match(rf"^{_ASKS}\b", piece, re.IGNORECASE)
        going_on = out and _UNASKED.match(piece) and _STATES.match(out[-1])
        if out and (
            not asks or going_on or (not own_words(piece) and not re.match(r"^(?:när|varför|hur|vem|var)\b", piece, re.IGNORECASE))
        ):
            out[-1] = f"{out[-1]}, {piece}"
        else:
            out.append(piece)
    return out[:4] or [""]
