"""Words of a statement made to stand alone: the document by its name, "samordnaren" as "den internationella samordnaren", "du" as "jag"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from assistant.expectation import ROLE
from knowledge.lexicon import commonness
from knowledge.municipalities import genitive
from knowledge.section import Document

_KINDS = {
    "policy": "policyn", "policyn": "policyn", "strategi": "strategin", "plan": "planen", "handlingsplan": "handlingsplanen",
    "program": "programmet", "riktlinjer": "riktlinjerna", "riktlinje": "riktlinjen", "rutin": "rutinen", "rutiner": "rutinerna",
    "regler": "reglerna", "reglemente": "reglementet", "handbok": "handboken", "vägledning": "vägledningen", "avtal": "avtalet",
    "guide": "guiden", "föreskrifter": "föreskrifterna", "anvisningar": "anvisningarna", "verksamhetsplan": "verksamhetsplanen",
}  # fmt: skip
_SELF = re.compile(
    r"\b(?:(?:denna|detta|dessa|den här|det här|de här) )?(?P<noun>(?:(?<=denna )|(?<=detta )|(?<=dessa ))"
    r"(?:policy|strategi|plan|program|riktlinjer|rutin|dokument|handlingsplan)|"
    r"policyn|strategi(?:n|en)|planen|handlingsplanen|programmet|riktlinjerna|rutinen|reglerna|handboken|dokumentet|vägledningen)"
    r"\b(?! (?:för|om|kring|avseende|\d)|-)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<!\w)(?P<noun>(?:samordnaren|koordinatorn|strategen|ombudet|ombuden|kontaktpersonen|kontaktpersonerna|sekreteraren|representanten|"
    r"kommittén|gruppen|rådet|beredningen|utskottet|nämnden|enheten|funktionen|nätverket|arbetet|uppdraget|bidraget|samarbetet|utbytet|"
    r"ansökan|rapporten|redovisningen|uppföljningen|rapporteringen|avtalet|avtalen|projektet|verksamheten|verksamheterna|styrelsen|"
    r"delegationen|erfarenheterna|sammanställningen|bedömningen|beskrivningen|berättelsen|aktiviteterna|kontakterna|målet|syftet|beslutet|resan|rapporteringen|kriterierna))(?!\w)",
    re.IGNORECASE,
)
"""Nouns of everyday office Swedish that, alone and definite, say nothing without what was said before."""
_EVERYBODY_KNOWS = re.compile(
    r"^(?:kommun|stad|skol|elev|invånar|medarbetar|personal|förvaltning|nämnd|bolag|förening|rektor|lärar|medborgar|ungdomar|fullmäktige|"
    r"kommunstyrels|\w{3,}(?:nämnd|styrels|chef|direktör|förvaltning|kontor|avdelning|skol|enhet|kansli|ledning|fullmäktige|samordnar))"
    r"\w*$"
)
"""Definite nouns that say which they are in any municipality."""
_POINTING = re.compile(
    r"\b(?:detta|dessa|denna|sådan|sådant|sådana|samma|ovan|nedan|ovanstående|nedanstående|följande|dennes?|dess|deras|hans|hennes|han|hon|"
    r"tabellen|dem|dit|därav|härav|ovannämnda|nämnda|avsnitt|bilaga|dess|sistnämnda|förstnämnda|de tre|de fyra|de två|båda)\b"
    r"|\b(?:den|det|de)(?=\s+(?:ska|bör|får|kan|är|har)\b|\s*$)|\b(?:det|den) (?!som\b|\w+(?:[ae]|sta)\b)",
    re.IGNORECASE,
)
_YOU = {
    "du": "jag", "dig": "mig", "din": "min", "ditt": "mitt", "dina": "mina", "er": "oss", "ert": "vårt", "era": "våra", "ni": "vi",
}  # fmt: skip


@dataclass(frozen=True)
class Speaker:
    """A document's way of speaking, made that of somebody who has not its text before them."""

    document: Document

    @cached_property
    def title(self) -> str:
        """The document in running text: "policyn för internationellt arbete" where its title says its kind first, else its name quoted."""
        title = self.document.title.strip()
        for name in [n for n in (self.document.municipality or "",) if n]:
            whole = rf"(?:{re.escape(genitive(name))} (?:kommun|stad)|{re.escape(name)} (?:kommun|stad)|{re.escape(name)})\b"
            title = re.sub(rf"^{whole}s? |,? (?:(?:för|i) )?{whole}$", "", title)
        first, _, rest = title.partition(" ")
        second, _, after = rest.lower().partition(" ")
        if first.lower().endswith(("ell", "ellt", "isk", "iskt")) and second in _KINDS and (not after or re.fullmatch(r"[\d–-]+", after)):
            article, adjective = ("det", first.lower()[:-1]) if first.endswith("t") else ("den", first.lower())
            return f"{article} {adjective}a {_KINDS[second]} {after}".strip()
        definite = _KINDS.get(first.lower())
        if definite and re.match(r"(?:för|om|kring|avseende)\b", rest):
            return f"{definite} {rest.strip()}"
        compound = next((k for k in sorted(_KINDS, key=len, reverse=True) if first.lower().endswith(k)), None)
        if compound and re.fullmatch(r"(?:(?:för|om|kring|avseende) [^A-ZÅÄÖ]+)?[\d–-]*", rest):
            word = (first if first[:2].isupper() else first.lower()).removesuffix(compound) + _KINDS[compound]
            return f"{word} {rest.strip()}".strip()
        return f"”{title}”"

    def standing_alone(self, text: str) -> str | None:
        """A piece of a statement with what it leans on put in; None when it leans on something that is not found."""
        text = re.sub(r"\b(?:" + "|".join(_YOU) + r")\b", lambda m: _YOU[m[0].lower()], text, flags=re.IGNORECASE)
        pieces = re.split(r"(”[^”]*”)", text)
        text = "".join(p if p.startswith("”") else _SELF.sub(self._own, p) for p in pieces)
        bare = [m for m in _BARE.finditer(text) if not self._described(text, m.start(), m.end())]
        for found in reversed(bare):
            full = self._full(found["noun"].lower())
            if full is None:
                return None
            text = text[: found.start()] + full + text[found.end() :]
        return None if _POINTING.search(text) else text

    def _own(self, found: re.Match[str]) -> str:
        """The document's own name for "policyn"; another kind's word is left."""
        noun = found["noun"].lower()
        kind = noun[:4]
        return self.title if noun.startswith("dokument") or kind in self.title.lower() else found[0]

    @staticmethod
    def _described(text: str, start: int, end: int) -> bool:
        """Whether a noun says which it is: an adjective or genitive before it, or "med", "för", "som" after it."""
        before = text[:start].split()
        said = bool(before) and bool(re.search(r"(?:[^i]s|lla|ska|iga|sta|ade|nde|gna|mma)$", before[-1])) and before[-1].lower() != "ska"
        after = "med|av|som" if ROLE.match(text[start:end]) else "med|av|för att|som|mot|om|till"
        return said or bool(re.match(rf" (?:{after}) ", text[end:]))

    def _full(self, noun: str) -> str | None:
        """The fuller name that the document has for a bare noun: "den internationella samordnaren", "vänortskommittén"."""
        texts = " ".join(s.text for s in self.document.sections)
        found = Counter(m.lower() for m in re.findall(rf"\b(?:den|det|de) \w+(?:lla|ska|iga) {noun}\b", texts, re.IGNORECASE))
        found += Counter(m.lower() for m in re.findall(rf"\b[a-zåäöA-ZÅÄÖ]{{4,}}{noun}\b", texts))
        base = re.sub(r"(?:en|et|n)$", "", noun)
        for article, adjective in re.findall(rf"\b(en|ett) (\w{{6,}}) {base}e?\b", texts, re.IGNORECASE):
            if adjective.endswith(("ell", "isk", "ig")):
                found[f"{'den' if article.lower() == 'en' else 'det'} {adjective.lower()}a {noun}"] += 1
        for compound in re.findall(rf"\b([a-zåäöA-ZÅÄÖ]{{4,}}){base}\b", texts):
            found[f"{compound.lower()}{noun}"] += 1
        name, times = found.most_common(1)[0] if found else ("", 0)
        return None if not name else name if times > 1 or " " in name or name[:-3] in self._headed else None

    @cached_property
    def _headed(self) -> str:
        return " ".join((self.document.title, *(h for s in self.document.sections for h in s.headings))).lower()

    def named(self, front: str) -> str | None:
        """A clause's beginning as it stands inside a question; None where it is a bare "reglerna" that the document nowhere explains."""
        front = self.lowered(front)
        first, _, rest = front.partition(" ")
        definite = (
            re.fullmatch(r"[a-zåäö]{3,9}(?:en|et|na|an|on|ån)", first)
            and first[:-2] not in self._headed
            and not _EVERYBODY_KNOWS.search(first)
        )
        if not definite or re.match(r"(?:med|av|för att|som|mot|om|till|i|på|från|mellan)\b", rest) or _SELF.match(first):
            return front
        full = self._full(first)
        return f"{full} {rest}".strip() if full else None

    def lowered(self, text: str) -> str:
        """A sentence's beginning as it stands inside a sentence: "Kommunen" as "kommunen", "EU" and names as they are."""
        first = re.match(r"\w+", text)
        if not first or not first[0][:1].isupper() or (not first[0][1:].islower() and len(first[0]) > 1):
            return text
        word, name = first[0], self.document.municipality or ""
        if name and word.startswith(name.split("-")[0].split()[0]):
            return text
        texts = " ".join(s.text for s in self.document.sections)
        named = re.search(rf"(?<=[a-zåäö,] ){word}\b", texts) and not re.search(rf"\b{word.lower()}\b", texts)
        known = commonness(word.lower()) >= 2.0 or len(word) > 9 or re.search(r"(?:en|er|na|ar|or|et|ing|resa|skola|chef)$", word)
        return word.lower() + text[len(word) :] if ROLE.match(word) or (known and not named) else text
