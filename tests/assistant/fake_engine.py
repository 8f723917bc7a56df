"""A scripted engine with invented documents: it answers from a table, so that the chat and the pages can be tested alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import date

from exact import STRINGS

from assistant.answer import Answer, Ask, Citation, Nearest, Notice, NoticeKind
from assistant.listener import Listener
from knowledge.register import Municipality
from knowledge.section import Document, Hit, Section, Validity

ODD = (
    'EU:s program, 3:e stycket, § 5, 1–3 kap. _a_ *b* [c](d) <e> #f `g` 1:a h:i & "å/ä/ö" ~~j~~ x|y \\ :::k [9] &amp; '
    "![bild](https://annan.example/x.png) www.kommun.example, eu@kommun.example 12:30 §§ 1–2 a)–c)"
)
"""What a chat's Markdown would eat."""

QUOTE = "Kommunens EU:s-samordnare ansvarar enligt 3:e stycket i § 5, jämför 1–3 kap."
LIST_QUOTE = "Skolan får söka medel för\n- lärares fortbildning\n- elevers utbyten"


def section(document_id, anchor, headings, text, number=None, page=None) -> Section:
    return Section(f"{document_id}#{anchor}", document_id, headings, text, number, ((0, page),) if page else ())


def strategy(municipality: str = "Ekvik") -> Document:
    """A document with everything that a reading page has to show: cover, numbers, levels, a list, a table and what markup would eat."""
    id_ = f"{municipality.lower()}/internationell-strategi-2021"
    return Document(
        id=id_,
        title="Internationell strategi",
        file="strategi.pdf",
        hash="0" * 64,
        municipality=municipality,
        kind="strategi",
        decided_by="kommunfullmäktige",
        decided_on=date(2021, 6, 14),
        paragraph="§ 88",
        review_interval_years=4,
        cover=section(id_, "forsattsblad", ("Försättsblad",), "Beslutad av: kommunfullmäktige"),
        sections=(
            section(id_, "ansvar", ("Ansvar",), f"{QUOTE}\n\nRapporten lämnas\ni mars varje år.", "1", page=2),
            section(id_, "skola/medel", ("Skola", "Medel"), f"{LIST_QUOTE}\n\n{ODD}", "2.1", page=3),
            section(id_, "ord", ("Ord",), "Ord | Betydelse\nVänort | En ort i ett annat land", "3"),
        ),
    )


def guide() -> Document:
    return Document(
        id="alla/programguide",
        title="Programguide <2020>",
        file="guide.html",
        hash="1" * 64,
        municipality="alla",
        sections=(section("alla/programguide", "syfte", ("Syfte",), "Guiden gäller alla."),),
        draft=True,
    )


def citation(section, title, quote, *, marker=1, municipality="Ekvik", validity="current") -> Citation:
    return Citation(
        marker=marker,
        document_id=section.document_id,
        document_title=title,
        municipality=municipality,
        headings=section.headings,
        section_id=section.id,
        page=section.page,
        quote=quote,
        validity=validity,
        url=f"/dokument/{section.id}",
    )


@dataclass(frozen=True)
class FakeIndex:
    documents: dict[str, Document]
    generation: str = "1"
    municipalities: tuple[Municipality, ...] = ()

    def document(self, document_id: str, /) -> Document | None:
        now = {old: new for d in self.documents.values() for old, new in d.aliases}
        return self.documents.get(document_id) or self.documents.get(now.get(document_id, ""))

    def section(self, section_id: str, /) -> Section | None:
        return next((s for d in self.documents.values() for s in d.sections if s.id == section_id), None)


@dataclass
class FakeEngine:
    """Quotes when the question says "ansvar", "medel" or "udda", dawdles on "trög", breaks on "krasch", and is silent otherwise."""

    documents: list[Document] = field(default_factory=lambda: [strategy(), guide()])
    asked: list[Ask] = field(default_factory=list)
    threshold: float = 0.5

    def ask(self, ask: Ask, listener: Listener | None = None, /) -> Answer:
        self.asked.append(ask)
        if "krasch" in ask.question:
            raise RuntimeError(f"hemligt: {ask.question}")
        if "trög" in ask.question:
            time.sleep(3)
        own = next((d for d in self.documents if d.municipality == ask.municipality), self.documents[0])
        answer = replace(_silent(ask, own), municipality=ask.municipality)
        if "ansvar" in ask.question:
            return replace(answer, **_answered(own, 0, f"Så står det i {own.municipality}:s strategi: {QUOTE} [1]", QUOTE))
        if "medel" in ask.question:
            return replace(answer, **_answered(own, 1, "Ja:\n- lärares fortbildning [1]\n- elevers utbyten [1]", LIST_QUOTE))
        if "exakt" in ask.question:
            said = Notice(NoticeKind.BRIDGE, " ".join(STRINGS[:20]))
            quote = "\n".join(f"- {s}" for s in STRINGS)
            return replace(answer, **_answered(own, 1, quote, quote) | {"notices": (said,)})
        if "udda" in ask.question:
            return replace(answer, **_answered(own, 1, f"{ODD} [1]\n1. {ODD}\n- {ODD}", ODD))
        return answer

    def index(self) -> FakeIndex:
        own = (Municipality(m, "Internationell samordnare", f"eu@{m.lower()}.example") for m in self.municipalities())
        return FakeIndex({d.id: d for d in self.documents}, municipalities=tuple(own))

    def validity(self, document: Document, /) -> Validity:
        return Validity.UNKNOWN if document.municipality == "alla" else Validity.CURRENT

    def today(self) -> date:
        return date.today()

    def search(self, text: str, municipality: str | None, limit: int, /) -> list[Hit]:
        own = (d for d in self.documents if d.municipality == municipality)
        return [Hit(s, d, 1.0) for d in own for s in d.sections if set(text.lower().split()) & set(s.text.lower().split())][:limit]

    def municipalities(self) -> list[str]:
        return sorted({d.municipality for d in self.documents if d.municipality not in (None, "alla")})


def two_municipalities() -> FakeEngine:
    return FakeEngine([strategy("Ekvik"), strategy("Norrö"), guide()])


def _answered(document: Document, number: int, text: str, quote: str) -> dict[str, object]:
    return {
        "status": "answered",
        "reason": None,
        "text": text,
        "citations": (citation(document.sections[number], document.title, quote, municipality=document.municipality),),
        "notices": (Notice(NoticeKind.BRIDGE, "”Erasmus” står inte i dokumenten: svaret gäller EU:s program."),),
        "nearest": (),
    }


def _silent(ask: Ask, document: Document) -> Answer:
    first = document.sections[0]
    return Answer(
        id="1",
        question=ask.question,
        municipality=None,
        status="unanswered",
        reason="no_source",
        text=f"Dokumenten säger inget om det. Du har frågat {len(ask.history)} gånger förut.",
        notices=(Notice(NoticeKind.CONTACT, "Fråga den internationella samordnaren: eu@ekvik.example."),),
        nearest=(Nearest(first.id, first.headings, f"/dokument/{first.id}"),),
    )
