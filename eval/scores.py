"""How good one answer is: each score a value, a reason in Swedish, and allowed not to apply."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assistant.answer import Answer
from eval.cases import Case
from eval.gold import cites, folded, gold_ids, place
from knowledge.index import Index
from knowledge.municipalities import find as find_municipalities
from knowledge.section import Hit, Validity
from knowledge.validity import validity

READ_CITATIONS, READ_WORDS = 4, 80
"""What a person reads: so many citations a municipality asked about, and so many words of each quote."""


@dataclass(frozen=True, slots=True)
class Score:
    """One score of one answer. `value` is None where it does not apply; a share is of `trials` (quotes, else 1)."""

    name: str
    value: float | None
    reason: str
    trials: int = 1


def score(case: Case, answer: Mapping[str, Any], index: Index, sources: str | None = None, *, on: date | None = None) -> list[Score]:
    """Every score of an answer object.

    `sources` are the documents' own words, folded, where the set has them; `on` is the day that validity is judged on, else today.
    """
    silent = answer["status"] == "unanswered"
    return [
        *(_abstained(silent) if case.abstain else _right(case, answer, silent, index)),
        _scope(_leaks(case, answer["citations"], index)),
        *_quotes(answer["citations"], index, sources),
        _validity_shown(answer, index, on or date.today()),
        *_marked(case, answer),
        Score("ms", float(answer["elapsed_ms"]), f"{answer['elapsed_ms']:.0f} ms."),
    ]


def of_search(case: Case, hits: Sequence[Hit], index: Index) -> list[Score]:
    """Recall at ten and the first gold section's reciprocal rank."""
    groups = gold_ids(case, index)
    if not groups or case.history:
        why = "Frågan bygger på en tidigare." if case.history else "Facit pekar inte ut något avsnitt."
        return [Score("recall_at_10", None, why), Score("reciprocal_rank", None, why), Score("hit_at_1", None, why)]
    recall, reciprocal = ranked([h.section.id for h in hits[:10]], groups)
    why = f"Rätt avsnitt kom på plats {round(1 / reciprocal)}." if reciprocal else "Rätt avsnitt kom inte bland de tio första."
    return [Score("recall_at_10", recall, why), Score("reciprocal_rank", reciprocal, why), Score("hit_at_1", float(reciprocal == 1), why)]


def of_silence(case: Case, answer: Answer, index: Index) -> Score:
    """Whether a silent answer's nearest statement stands where the answer does: what a lower threshold would have answered with."""
    groups = gold_ids(case, index)
    if answer.status != "unanswered" or case.abstain or not groups:
        return Score("nearest_first", None, "Frågan besvarades, eller har inget avsnitt som facit.")
    best = [folded(text) for text in answer.trace.get("best", ())]
    sections = [s for group in groups for s in map(index.section, group) if s]
    near = bool(best) and any(best[0] in folded(s.text) for s in sections)
    return Score("nearest_first", float(near), "Det närmaste stycket står i rätt avsnitt." if near else "Inget i rätt avsnitt låg närmast.")


def of_cost(answer: Answer) -> Score:
    """The language model's tokens, those of a reply that was not used too; quotes alone cost none."""
    if answer.writing is None:
        return Score("tokens", None, "Ingen språkmodell användes.")
    spent = answer.writing.tokens_in + answer.writing.tokens_out
    return Score("tokens", float(spent), f"{spent} token.")


def ranked(ids: Sequence[str], groups: Sequence[frozenset[str]]) -> tuple[float, float]:
    """The share of gold groups with a section among `ids`, and one over the rank of the first that any group holds (0: none)."""
    found = sum(1 for g in groups if g & set(ids)) / len(groups)
    every = frozenset().union(*groups)
    return found, next((1 / rank for rank, i in enumerate(ids, start=1) if i in every), 0.0)


def _abstained(silent: bool) -> list[Score]:
    return [Score("abstained", float(silent), "Teg, som den skulle." if silent else "Svarade fast dokumenten inte ger svar.")]


def _right(case: Case, answer: Mapping[str, Any], silent: bool, index: Index) -> list[Score]:
    """The scores of an answer to a question that the documents settle. A silent one is wrong in all but the scope."""
    citations = answer["citations"]
    shown = [] if silent else citations[: READ_CITATIONS * max(len(case.gold), 1)]
    any_cited, first = _sections(case, shown, index)
    missing = [f for f, p in zip(case.facts, case.patterns, strict=True) if silent or not p.search(_read(answer["text"], shown))]
    leaks = _leaks(case, citations, index)
    correct = any_cited and not missing and not leaks and not silent
    causes = ["Teg fast svaret finns."] if silent else []
    causes += ["Fel avsnitt."] if not silent and not any_cited else []
    causes += [f"Saknar {', '.join(missing)}."] if not silent and missing else []
    causes += ["En annan kommuns dokument citeras."] if leaks else []
    return [
        Score("correct", float(correct), " ".join(causes) or "Rätt avsnitt och alla uppgifter."),
        Score("answered", float(not silent), "Teg fast svaret finns." if silent else "Svarade."),
        Score("section_any", float(any_cited), "Rätt avsnitt är citerat." if any_cited else "Rätt avsnitt är inte citerat."),
        Score("section_first", float(first), "Rätt avsnitt kommer först." if first else "Ett annat avsnitt kommer först."),
        Score("facts", float(not missing), f"Saknar {', '.join(missing)}." if missing else "Alla uppgifter finns i svaret."),
        _partial(answer["status"]),
        Score("words", None if silent else float(len(answer["text"].split())), "Ord i svarets text."),
    ]


def _partial(status: str) -> Score:
    if status == "unanswered":
        return Score("partial", None, "Inget svar.")
    return Score(
        "partial", float(status == "partial"), "En del av frågan är besvarad." if status == "partial" else "Hela frågan är besvarad."
    )


def _scope(leaks: Sequence[str]) -> Score:
    return Score("scope_leak", float(bool(leaks)), f"Citerar {', '.join(leaks)}." if leaks else "Bara rätt kommuns dokument.")


def _sections(case: Case, shown: Sequence[Mapping[str, Any]], index: Index) -> tuple[bool, bool]:
    """Whether every municipality's gold is cited among those shown, and whether the first shown is gold."""
    if not case.gold:
        wanted = frozenset().union(case.section_ids, *gold_ids(case, index))
        return any(c["section_id"] in wanted for c in shown), bool(shown) and shown[0]["section_id"] in wanted
    every = all(any(cites(c, g) for c in shown) for g in case.gold)
    return every, bool(shown) and any(cites(shown[0], g) for g in case.gold)


def _read(text: str, shown: Sequence[Mapping[str, Any]]) -> str:
    quotes = [" ".join(c["quote"].split()[:READ_WORDS]) for c in shown]
    return " ".join(" ".join([text, *quotes]).replace("*", "").split())


def _leaks(case: Case, citations: Sequence[Mapping[str, Any]], index: Index) -> list[str]:
    """The other municipalities cited. A question from nobody that names no municipality has none that is other."""
    asked = {place(g.municipality) for g in case.gold} | set(_stated(case, index))
    if not case.expects or case.abstain:
        asked = {place(m.name) for m in find_municipalities(case.question, index.names)}
    elif not any(p and p in folded(case.question) for p in asked) and not case.municipality:
        return []
    own = {*asked, place(case.municipality), place(None)}
    if own == {place(None)}:
        return []
    return sorted({str(c["municipality"]) for c in citations if place(c["municipality"]) not in own})


def _stated(case: Case, index: Index) -> Iterable[str]:
    """The municipalities of the sections that a question states by id."""
    for id_ in case.section_ids:
        section = index.section(id_)
        document = index.documents.get(section.document_id) if section else None
        if document:
            yield place(document.municipality)


def _quotes(citations: Sequence[Mapping[str, Any]], index: Index, sources: str | None) -> list[Score]:
    if not citations:
        return [Score("quote_in_section", None, "Inget citat."), Score("quote_in_sources", None, "Inget citat.")]
    loose = [c["quote"] for c in citations if not _stands(c["quote"], _section_text(c["section_id"], index))]
    foreign = [c["quote"] for c in citations if sources is not None and not _stands(c["quote"], sources)]
    n = len(citations)
    return [
        Score(
            "quote_in_section", 1 - len(loose) / n, f"Står inte i avsnittet: ”{loose[0][:80]}”." if loose else "Ordagrant i avsnittet.", n
        ),
        Score("quote_in_sources", None, "Frågorna har inga källtexter.", n)
        if sources is None
        else Score(
            "quote_in_sources", 1 - len(foreign) / n, f"Står inte i källan: ”{foreign[0][:80]}”." if foreign else "Ordagrant i källan.", n
        ),
    ]


def _section_text(section_id: str, index: Index) -> str:
    section = index.section(section_id)
    return folded(section.text) if section else ""


def _stands(quote: str, text: str) -> bool:
    """Whether every line of a quote stands in a folded text; a quote without a letter stands nowhere."""
    lines = [folded(re.sub(r"^\s*\d+[.)]\s+", "", line)) for line in re.split(r"\n|\[?…\]?", quote)]
    lines = [line for line in lines if line]
    return bool(lines) and all(line in text for line in lines)


def _validity_shown(answer: Mapping[str, Any], index: Index, on: date) -> Score:
    """Whether each citation's validity is what the documents say, and the reader is told of those that are not in force."""
    wrong, old = [], False
    for citation in answer["citations"]:
        document = index.document(citation["document_id"])
        state = validity(document, index.documents.values(), on) if document else None
        old = old or state is not Validity.CURRENT
        wrong += [citation["document_title"]] if state is None or citation["validity"] != state else []
    if not old and not wrong:
        return Score("validity_shown", None, "Alla källor gäller, eller inga finns.")
    told = any(n["kind"] == "validity" for n in answer["notices"])
    why = (
        f"Fel giltighet för {', '.join(dict.fromkeys(wrong))}."
        if wrong
        else "Giltigheten visas."
        if told
        else "Upplysning om giltighet saknas."
    )
    return Score("validity_shown", float(told and not wrong), why)


def _marked(case: Case, answer: Mapping[str, Any]) -> list[Score]:
    """Whether the status, reason, validity and notice that the question asks for are there."""
    has = {
        "status": [answer["status"]],
        "reason": [answer["reason"]],
        "validity": [c["validity"] for c in answer["citations"]],
        "notice": [n["kind"] for n in answer["notices"]],
    }
    scores = []
    for name, found in has.items():
        wanted = getattr(case, name)
        right = wanted in found
        said = f"Det står {wanted}." if right else f"Det står {', '.join(str(f) for f in found) or 'inget'}, inte {wanted}."
        scores.append(Score(name, float(right), said) if wanted else Score(name, None, "Frågan kräver det inte."))
    bridge = next(s for s in scores if s.name == "notice") if case.notice == "bridge" else Score("", None, "Frågan kräver ingen bro.")
    return [*scores, replace(bridge, name="bridge_told")]
