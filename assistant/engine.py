"""A question in, an answer out: understand → search → enough evidence? → compose → verify. The whole story of one answer."""

from __future__ import annotations

import logging
import os
import re
import threading
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from assistant import about, contacts, extractive, facts, notices, written
from assistant.answer import Answer, Ask, Citation, Claim, Nearest, Notice, NoticeKind, Reason
from assistant.citations import url_of, verify
from assistant.courtesy import courtesy
from assistant.evidence import Model, features, inherited
from assistant.generative import Writer
from assistant.listener import Listener
from assistant.matching import Match, Reader, match, read
from assistant.prompts import notice, say
from assistant.question import Fact, Kind, Part, Question, names_document, own_words, understand
from assistant.scope import Scope, scope_of
from assistant.wording import answer_text, nearest_text
from knowledge.compounds import split_compound
from knowledge.embed import Embedder
from knowledge.glossary import Glossary
from knowledge.index import Index
from knowledge.mends import MendReader
from knowledge.municipalities import find as find_municipalities
from knowledge.municipalities import genitive, own_name
from knowledge.orders import without_orders
from knowledge.query import Query, is_elsewhere, make_query, mend
from knowledge.retrieve import search
from knowledge.section import EVERYBODY, Document, Hit, Section, Validity
from knowledge.swedish import language
from knowledge.validity import validity

logger = logging.getLogger(__name__)

LONGEST_QUESTION = 2_000
"""Characters of a question that are read."""
_TURNS, _NAME = 20, 200
"""Earlier turns, the latest ones, and characters of the asker's municipality that are looked at."""
_EMBEDDED = 600
"""Characters of a question that are embedded: more adds time, not meaning."""
_A_WORD = 0.4
"""What a question counts as known that holds a word of the field, in the documents or not."""
_FAR = 0.83
"""The cosine of the embedder's own vectors below which a question that the documents hold almost no word of is none of theirs."""
_AT_WORK = max(2, os.cpu_count() or 1)
"""Questions that are worked on at once. More would take each other's time, and that of the thread that serves everybody."""
_MORE = 2
"""How many sections a model that writes is shown beside those that are quoted."""
_COMPARING = frozenset(
    "skiljer skillnad skillnaden skillnader synen jämför jämfört jämförelse mellan respektive båda både likheter likhet".split()
)
"""Words that compare, and say nothing of what is compared."""


class IndexSource(Protocol):
    """Where the index that counts now comes from."""

    def current(self) -> Index: ...


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """One part of a question, answered for one group of municipalities, or not: `claims` is empty then."""

    part: Part
    claims: tuple[Claim, ...] = ()
    lead: str = ""
    notices: tuple[Notice, ...] = ()
    hits: tuple[Hit, ...] = ()
    matches: tuple[Match, ...] = ()
    likelihood: float = 0.0
    known: float = 0.0
    features: dict[str, float] = field(default_factory=dict)


class Engine:
    """Answers questions from the index. Safe to use from several threads.

    Args:
        indexes: gives the index that counts now.
        today: gives the day that validity is judged on.
        service: what is told of the assistant itself when somebody asks.
        mends: what coordinators have added to the glossary and the contacts.
        writer: has a language model write what would be quoted; None where answers are quotes only.
    """

    def __init__(
        self,
        indexes: IndexSource,
        embedder: Embedder,
        reader: Reader,
        glossary: Glossary,
        model: Model,
        *,
        as_of: date | None = None,
        service: about.Service | None = None,
        mends: MendReader | None = None,
        writer: Writer | None = None,
    ) -> None:
        self._indexes = indexes
        self._embedder = embedder
        self._reader = reader
        self._glossary = glossary
        self._model = model
        self._as_of = as_of
        self._service = service or about.Service()
        self._mends = mends
        self._writer = writer
        self._at_work = threading.Semaphore(_AT_WORK)

    def index(self) -> Index:
        """The index that counts now."""
        return self._indexes.current()

    def today(self) -> date:
        """The day that validity is judged on."""
        return self._as_of or date.today()

    @property
    def threshold(self) -> float:
        """The likelihood from which it answers."""
        return self._model.threshold

    def validity(self, document: Document) -> Validity:
        """Whether a document is in force."""
        return validity(document, self.index().documents.values(), self.today())

    def municipalities(self) -> list[str]:
        """The municipalities with documents that may be cited, in order."""
        return sorted(_present(self.index()) - {EVERYBODY})

    def warm(self) -> None:
        """Load what the first question would otherwise wait for."""
        index, question = self.index(), "varmkörning"
        index.words.mended(question)
        index.dense(self._embedder.embed_question(question), None, 1)
        self._reader.logits([(question, question)])
        split_compound("verksamhetsberättelse")

    def ask(self, ask: Ask, listener: Listener | None = None) -> Answer:
        """The answer to a question. Never raises for what a person may type. `listener` hears of an answer while a model writes it.

        Raises:
            KnowledgeError: there is no index, or it cannot be used.
        """
        began, since = time.perf_counter(), time.monotonic()
        index = self.index()
        earlier = tuple(replace(t, question=without_orders(_readable(t.question[:LONGEST_QUESTION]))) for t in ask.history[-_TURNS:])
        place = _readable(ask.municipality[:_NAME]) if ask.municipality else None
        asked = Ask(_readable(ask.question), place, ask.id or uuid.uuid4().hex[:12], earlier, ask.quotes_only)
        whole = asked.question
        if len(whole) <= LONGEST_QUESTION:
            asked = replace(asked, question=without_orders(whole))
        if whole and not asked.question:
            answer = _silent(asked, "off_topic", say("request"))
        else:
            with self._at_work:
                answer = self._answer(asked, index, written.Wait(since, listener))
        elapsed = (time.perf_counter() - began) * 1000
        return _stamped(answer, ask, elapsed)

    def search(self, text: str, municipality: str | None, limit: int) -> list[Hit]:
        """The sections that best fit a text, best first, of a municipality and the national ones, or of all."""
        index = self.index()
        text = _readable(text)[:LONGEST_QUESTION]
        scope = scope_of(understand(text, (), index.names), municipality, _present(index))
        allowed = {municipality, EVERYBODY} if municipality and scope.own is None else {scope.own, EVERYBODY} if scope.own else None
        query = make_query(text, self._words(scope.own), index.words)
        return search(index, query, self._embedder.embed_question(text[:_EMBEDDED]), allowed, limit) if any(map(str.isalnum, text)) else []

    def _answer(self, ask: Ask, index: Index, wait: written.Wait) -> Answer:
        if len(ask.question) > LONGEST_QUESTION:
            return _silent(ask, "unclear", say("too_long", limit=f"{LONGEST_QUESTION:,}".replace(",", " ")))
        question, changed = self._understood(ask, index)
        if question.empty:
            return _silent(ask, "unclear", say("empty"))
        if polite := courtesy(ask.question):
            return _silent(ask, "unclear", say(polite, language(ask.question)))
        if topic := about.topic_of(ask.question):
            return _silent(ask, "off_topic", about.about_text(topic, self._service))
        if question.request:
            return _silent(ask, "off_topic", say("request"))
        scope = scope_of(question, ask.municipality, _present(index))
        if scope.problem:
            return self._out_of_scope(ask, scope, index)
        if question.everybody and not scope.own and any(Fact.AGE in p.facts for p in question.parts):
            return self._by_age(ask, question, scope, index)
        groups = [[self._part(question, part, group, index) for part in question.parts] for group in scope.groups]
        return self._joined(ask, question, scope, groups, index, changed, wait)

    def _understood(self, ask: Ask, index: Index) -> tuple[Question, dict[str, str]]:
        """The question with its typing errors set right, and what was changed."""
        names = [w for m in find_municipalities(ask.question, index.names) for w in m.name.casefold().replace("-", " ").split()]
        text, changed = mend(ask.question, index.words, {*names, *(genitive(n) for n in names)})
        history = tuple(replace(t, question=mend(t.question, index.words)[0]) for t in ask.history)
        return understand(text, history, index.names), changed

    def _words(self, municipality: str | None) -> Glossary:
        """The glossary as it counts where a municipality's documents are searched."""
        return self._mends.glossary(self._glossary, municipality) if self._mends else self._glossary

    def _whom_to_ask(self, asked: str, municipality: str | None, index: Index, nearest: Sequence[Document]) -> tuple[Notice, ...]:
        added = self._mends.current().contacts(municipality) if self._mends else ()
        return contacts.whom_to_ask(asked, municipality, index, nearest, added)

    def _part(self, question: Question, part: Part, group: tuple[str, ...], index: Index) -> PartAnswer:
        """One part for one group: from the documents' own facts where it asks for them, else from what they rule."""
        if part.facts:
            stated = self._facts(part, group, index)
            if stated.claims:
                return stated
        if part.stands:
            alone = self._part(question, replace(part, context="", refers=False, follows=False, stands=False), group, index)
            leaning = self._part(question, replace(part, stands=False), group, index)
            return max(leaning, alone, key=lambda reading: (bool(reading.claims), reading.likelihood))
        text = f"{part.text} {part.context}" if part.refers else part.text if len(question.parts) > 1 else question.text
        query = make_query(text, self._words(group[0]), index.words, _names_in(question))
        hits = search(index, query, self._embedder.embed_question(text[:_EMBEDDED]), set(group), 8)
        hits = _with_age(hits, text, index, self.today())
        matches = read(_alone(part), query, match(query, part.kind, hits, index.words), self._reader)
        values = features(part, query, matches, hits[0].evidence["floor"] if hits else 0.0)
        likelihood = self._model.probability(values) if matches and query.terms else 0.0
        known = _known(query, matches)
        if part.facts and not _fact_may_stand_in_text(part.facts):
            likelihood = 0.0
        if matches and inherited(part, query, matches[0]):
            likelihood = min(likelihood, 0.99 * self._model.threshold)
        found = PartAnswer(part, hits=tuple(hits), matches=tuple(matches), likelihood=likelihood, known=known, features=values)
        if likelihood < self._model.threshold:
            return found
        passages = extractive.compose(part.kind, matches)
        used = [m for m in matches if any(p.section.id == m.section.id and p.holds(m.statement) for p in passages)]
        return PartAnswer(
            part,
            tuple(extractive.claims(passages)),
            extractive.lead(part.kind, passages, question.language),
            (*notices.of_steps(query, used), *extractive.missing(part.kind, passages)),
            tuple(hits),
            tuple(matches),
            likelihood,
            known,
            values,
        )

    def _facts(self, part: Part, group: tuple[str, ...], index: Index) -> PartAnswer:
        """The document facts that a part asks for; several documents only where the question names none."""
        own = [d for d in index.documents.values() if d.municipality in group and not d.draft and d.municipality != EVERYBODY]
        chosen = facts.choose(f"{part.text} {part.context}", own)
        if part.cited and not names_document(part.text):
            section = index.section(part.cited)
            chosen = [d for d in own if section and d.id == section.document_id] or chosen
        claims: list[Claim] = []
        leads: list[str] = []
        unknown: set[Fact] = set()
        for document in chosen:
            found = facts.state(document, part.facts)
            claims += found.claims
            unknown |= set(found.unknown)
            if Fact.VALID_UNTIL in part.facts:
                sentence = facts.still_valid(document, self.validity(document), self.today())
                if sentence and not found.claims:
                    claims += facts.state(document, [Fact.DECIDED_ON]).claims
                leads += [sentence] if sentence else []
        return PartAnswer(part, tuple(claims), " ".join(leads[:1]))

    def _joined(
        self,
        ask: Ask,
        question: Question,
        scope: Scope,
        groups: Sequence[Sequence[PartAnswer]],
        index: Index,
        changed: dict[str, str],
        wait: written.Wait,
    ) -> Answer:
        allowed = {m for group in scope.groups for m in group}
        answered = [p for group in groups for p in group if p.claims]
        kept = verify([c for p in answered for c in p.claims], index, allowed, self.today())
        if not kept:
            return self._unanswered(ask, question, scope, [p for g in groups for p in g], index, unverified=bool(answered))
        by_claim = dict(kept)
        blocks = []
        for names, parts in zip(scope.groups, groups, strict=True):
            shown = [(p.lead, [(c.text, by_claim[c].marker) for c in p.claims if c in by_claim]) for p in parts]
            shown = [(lead, quotes) for lead, quotes in shown if quotes]
            if shown:
                blocks.append((names[0] if len(scope.groups) > 1 else None, shown))
        silent = [p.part.text for group in groups for p in group if not p.claims]
        silent_groups = [names[0] for names, parts in zip(scope.groups, groups, strict=True) if not any(p.claims for p in parts)]
        citations = tuple(dict.fromkeys(c for _, c in kept))
        partial = bool(silent) and not (question.everybody and answered)

        def around(citations: Sequence[Citation], more: Sequence[str] = ()) -> tuple[Notice, ...]:
            gathered = [
                *notices.of_documents(citations, index, self.today()),
                *notices.of_scope(scope),
                *notices.of_changes(changed),
                *(n for p in answered for n in p.notices),
                *notices.of_conflict(citations, index),
                *(
                    Notice(NoticeKind.MISSING, notice("missing", what=_quoted(t)))
                    for t in dict.fromkeys([*silent, *more])
                    if (partial or more) and not silent_groups
                ),
                *(
                    Notice(NoticeKind.MISSING, say("nothing", whose=genitive(m), what=_quoted(ask.question), where=_where(m, index)))
                    for m in silent_groups
                    if partial
                ),
            ]
            if partial or more:
                gathered += self._whom_to_ask(" ".join([*silent, *more]), scope.own, index, [])
            return tuple(dict.fromkeys(gathered))

        text = answer_text(blocks, say("here_partly", question.language) if partial and not silent_groups else "")
        trace = {"likelihood": [p.likelihood for g in groups for p in g], "features": [p.features for g in groups for p in g]}
        quoted = Answer(
            ask.id, ask.question, ask.municipality, "partial" if partial else "answered", None, text, citations, around(citations), (),
            "extractive", 0.0, trace,
        )  # fmt: skip
        # Claims are checked in Swedish; and side by side nobody's rules may be mixed up with another's.
        if self._writer is None or ask.quotes_only or len(scope.groups) > 1 or question.language != "sv":
            return quoted
        previous = ask.history[-1].question if any(p.follows for p in question.parts) else ""
        sources = _sources(citations, [m for p in answered for m in p.matches], index)
        basis = written.Basis(quoted, previous, sources, tuple(p.lead for p in answered if p.claims), around)
        self._at_work.release()  # others are worked on while a model writes
        try:
            return written.answer(self._writer, basis, wait, lambda claims: verify(claims, index, allowed, self.today()))
        finally:
            self._at_work.acquire()

    def _unanswered(
        self, ask: Ask, question: Question, scope: Scope, parts: Sequence[PartAnswer], index: Index, *, unverified: bool = False
    ) -> Answer:
        trace = {
            "likelihood": [p.likelihood for p in parts],
            "features": [p.features for p in parts],
            "best": [p.matches[0].statement.text for p in parts if p.matches],
            "known": [p.known for p in parts],
        }
        allowed = {m for group in scope.groups for m in group}
        strangers = all(p.known < 0 or (p.known < 0.35 and self._is_far(p.part, allowed, index)) for p in parts)
        if unverified:
            return _silent(ask, "unverified", say("unverified"), trace=trace)
        if all(not p.features.get("terms") or not p.hits for p in parts):
            return _silent(ask, "unclear", say("unclear", question.language), trace=trace)
        if strangers and not contacts.programmes_named(ask.question):
            return _silent(ask, "off_topic", say("off_topic", question.language), trace=trace)
        near: list[Hit] = []
        for part in parts:
            seen = list(dict.fromkeys(m.section.id for m in part.matches))
            near += [h for i in seen for h in part.hits if h.section.id == i][:2]
        nearest = tuple(dict.fromkeys(Nearest(h.section.id, h.section.headings, url_of(h.section)) for h in near))[:2]
        whose = own_name(scope.own) if scope.own else "kommunernas"
        text = say(
            _silence(parts, ask.question),
            question.language,
            whose=_genitive(whose),
            what=_quoted(parts[0].part.text),
            where=_where(scope.own, index),
        )
        if ask.history and any(p.part.follows for p in parts):
            text += " " + say("follows", question.language, before=_quoted(ask.history[-1].question))
        if nearest:
            required = any(p.part.kind is Kind.DONE for p in parts)
            opening = say("nearest_required" if required else "nearest", question.language)
            text += "\n\n" + nearest_text(nearest, [m for p in parts for m in p.matches], opening)
        asked = " ".join([*(t.question for t in ask.history[-1:]), ask.question])
        whom = self._whom_to_ask(asked, scope.own or scope.other, index, [h.document for h in near])
        return _silent(ask, "no_source", text, nearest, (*notices.of_scope(scope), *whom), trace)

    def _is_far(self, part: Part, allowed: Collection[str], index: Index) -> bool:
        """Whether what is nearest to a part is about something else. By the embedder's own vector: the trained one is near to more."""
        nearest = index.dense(self._embedder.embed_query(part.text[:_EMBEDDED]), allowed, 1)
        return not nearest or nearest[0][2] < _FAR

    def _out_of_scope(self, ask: Ask, scope: Scope, index: Index) -> Answer:
        if scope.problem == "unclear":
            return _silent(ask, "unclear", say("choose"))
        other = own_name(scope.other) if scope.other else ""
        if scope.problem == "no_source":
            whom = self._whom_to_ask(ask.question, scope.own, index, [])
            return _silent(ask, "no_source", say("no_documents", other=other), notices=whom)
        own = own_name(scope.own) if scope.own else ""
        theirs = [d for d in index.documents.values() if d.municipality == scope.other and not d.draft]
        chosen = facts.choose(ask.question, theirs)
        if not chosen:
            return _silent(ask, "other_municipality", say("other_binding_no_document", other=other, own=own))
        text = say("other_binding", title=chosen[0].title, other=other, own=own)
        mine = [d for d in index.documents.values() if d.municipality == scope.own and not d.draft and d.kind == chosen[0].kind]
        nearest = tuple(Nearest(d.sections[0].id, d.sections[0].headings, url_of(d.sections[0])) for d in mine[:2] if d.sections)
        whom = self._whom_to_ask("", scope.own, index, mine)
        return _silent(ask, "other_municipality", text, nearest, whom)

    def _by_age(self, ask: Ask, question: Question, scope: Scope, index: Index) -> Answer:
        """Which municipalities' documents are of a certain age: each with the line that states its decision."""
        documents = [d for d in index.documents.values() if any(d.municipality in g for g in scope.groups)]
        kinds = [d for d in documents if d.kind and d.kind in question.text.casefold()]
        of_age, undated, span = facts.of_age(question, documents, self.today())
        of_age = sorted(
            (d for d in of_age if d in kinds or d.kind == "presentation" or not kinds), key=lambda d: (d.municipality or "", d.title)
        )
        blocks = []
        pairs = [(d, facts.state(d, [Fact.DECIDED_ON]).claims) for d in of_age]
        kept = verify([c for _, claims in pairs for c in claims], index, {m for g in scope.groups for m in g}, self.today())
        by_claim = dict(kept)
        for document, claims in pairs:
            quotes = [(c.text, by_claim[c].marker) for c in claims if c in by_claim]
            if quotes:
                blocks.append((document.municipality, [("", quotes)]))
        missing = tuple(Notice(NoticeKind.MISSING, notice("unknown", title=f"{d.title} ({d.municipality})")) for d in undated)
        if not blocks:
            return _silent(ask, "no_source", say("nobody_older", span=span), notices=missing)
        citations = tuple(dict.fromkeys(c for _, c in kept))
        return Answer(
            ask.id, ask.question, ask.municipality, "answered", None, answer_text(blocks, say("older", span=span)), citations, missing
        )


def _present(index: Index) -> set[str]:
    return {d.municipality for d in index.documents.values() if d.municipality and not d.draft}


def _readable(text: str) -> str:
    """Text without lone surrogates and control characters."""
    text = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in text).strip()


def _names_in(question: Question) -> set[str]:
    """The folded words that name a municipality: understood as scope, not searched for."""
    words = {"kommun", "kommunen", "kommunens", "kommuns", "stad", "stadens", "staden"} if question.named else set()
    if len(question.named) > 1:
        words |= _COMPARING
    for name in question.named:
        low = name.casefold()
        words |= {low, genitive(low), *low.replace("-", " ").split(), *(genitive(w) for w in low.split())}
    return words


def _with_age(hits: Sequence[Hit], asked: str, index: Index, on: date) -> list[Hit]:
    """The hits, each with how much later it should be shown ("later"): what is no longer in force, national texts, presentations.

    A document that the question names by its years is not held back.
    """

    def later(document: Document) -> float:
        state = validity(document, index.documents.values(), on)
        old = state in (Validity.EXPIRED, Validity.SUPERSEDED)
        if set(re.findall(r"\b(?:19|20)\d\d\b", asked)) & set(re.findall(r"\b(?:19|20)\d\d\b", document.title)):
            return -0.3
        return 0.35 * old + 0.05 * (document.municipality == EVERYBODY) + 0.02 * (document.kind == "presentation")

    return [replace(h, evidence={**h.evidence, "later": later(h.document)}) for h in hits]


def _fact_may_stand_in_text(wanted: Sequence[Fact]) -> bool:
    """Facts that a text may rule on without being about its own document ("vem förvaltar", "hur ofta revideras")."""
    return any(f in (Fact.REVIEW, Fact.OWNER, Fact.APPLIES_TO, Fact.VALID_UNTIL, Fact.REPLACES, Fact.DECIDED_BY) for f in wanted)


def _sources(citations: Sequence[Citation], matches: Sequence[Match], index: Index) -> list[tuple[str, Section]]:
    """What a model that writes is shown, with titles: the sections that are quoted, then those of the next best matches."""
    cited = dict.fromkeys(c.section_id for c in citations)
    more = [i for i in dict.fromkeys(m.section.id for m in matches) if i not in cited][:_MORE]
    found = (index.section(i) for i in [*cited, *more])
    return [(index.documents[s.document_id].title, s) for s in found if s]


def _silence(parts: Sequence[PartAnswer], text: str) -> str:
    """Which sentence says why nothing is answered."""
    kinds = {p.part.kind for p in parts}
    if contacts.programmes_named(text):
        return "nothing_programme"
    if kinds == {Kind.DONE}:
        return "nothing_done"
    return "nothing_name" if kinds == {Kind.NAME} else "nothing"


def _known(query: Query, matches: Sequence[Match]) -> float:
    """The share of the question's weight that the sections found hold; -1 where it is plainly about something else (lön, lösenord)."""
    held = [max((m.strengths[i] for m in matches), default=0.0) for i in range(len(query.terms))]
    total = sum(t.weight for t in query.terms) or 1.0
    share = sum(t.weight for t, s in zip(query.terms, held, strict=True) if s >= 0.6) / total
    elsewhere = any(s < 0.6 and query.terms[i].weight > 0.3 and is_elsewhere(query.terms[i]) for i, s in enumerate(held))
    if elsewhere and share < 0.6:
        return -1.0
    of_the_field = any(len(t.forms) > 2 and t.weight > 0.25 for t in query.terms)
    return max(share, _A_WORD) if of_the_field else share


def _alone(part: Part) -> str:
    """A part of a question as it can be read alone: what it leans on stands before it, in its words that say something."""
    context = " ".join(own_words(part.context)) if part.refers else ""
    return (f"{context}: {part.text}" if context else part.text)[:_EMBEDDED]


def _genitive(whose: str) -> str:
    return genitive(whose)


def _quoted(text: str) -> str:
    return f"”{text.rstrip(' ?.!')[:160]}”"


def _where(municipality: str | None, index: Index) -> str:
    """How many documents were looked through: "3 dokument"."""
    count = sum(
        1 for d in index.documents.values() if not d.draft and (municipality is None or d.municipality in (municipality, EVERYBODY))
    )
    return f"{count} dokument"


def _silent(
    ask: Ask,
    reason: Reason,
    text: str,
    nearest: tuple[Nearest, ...] = (),
    notices: tuple[Notice, ...] = (),
    trace: dict[str, object] | None = None,
) -> Answer:
    return Answer(
        ask.id, ask.question, ask.municipality, "unanswered", reason, text, (), tuple(dict.fromkeys(notices)), nearest, trace=trace or {}
    )


def _stamped(answer: Answer, ask: Ask, elapsed: float) -> Answer:
    return replace(answer, question=_readable(ask.question), elapsed_ms=elapsed)
