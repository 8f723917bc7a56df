"""Ways to rank sections for a question: what a user would otherwise build, our search, and our search with a part left out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from langchain_core.documents import Document as Chunk
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from assistant.matching import match
from assistant.question import kind_of
from knowledge.embed import Embedder
from knowledge.glossary import Glossary
from knowledge.index import Index
from knowledge.lexical import TermIndex
from knowledge.passages import context_of, searchable
from knowledge.query import IndexWords, Query, make_query
from knowledge.retrieve import search
from knowledge.section import Document, Section
from knowledge.swedish import STOP_WORDS, index_terms, stem, tokens

FOUND, MATCHED = 10, 8
"""How many sections a ranking has, and how many of them the engine looks into statement by statement."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as every ranker gets it: its words, its vectors, and the municipalities that may be cited.

    `plain` is the vector that the embedder's makers mean for questions, `vector` the one that we search with.
    """

    text: str
    plain: Sequence[float]
    vector: Sequence[float]
    scope: frozenset[str]


Ranker = Callable[[Asked], list[str]]
"""A question → section ids, best first, at most `FOUND`."""


def rankers(index: Index, embedder: Embedder, glossary: Glossary) -> dict[str, Ranker]:
    """All of them by name, the baselines first."""
    words, whole = index.words, WholeWords(index)
    unmended = _Unmended(index.document_frequency, index.size)
    return {
        "LangChains recept": recipe(index, embedder),
        "bara vektorer": lambda asked: _sections(index, asked),
        "bara vektorer, tränade frågor": lambda asked: _sections(index, replace(asked, plain=asked.vector)),
        "bara BM25": lambda asked: [i for i, _ in index.lexical(dict.fromkeys(index_terms(asked.text), 1.0), asked.scope, FOUND)],
        "vår sökning": ours(index, glossary, words, matched=False),
        "vår sökning, matchad": ours(index, glossary, words),
        "– utan ordlistor": ours(index, Glossary(), words),
        "– utan delade sammansättningar": ours(whole, glossary, words, change=_undivided),
        "– utan rättstavning": ours(index, glossary, unmended),
        "– utan tränade frågor": _plainly(ours(index, glossary, words)),
        "– utan vektorer": ours(_Without(index, dense=True), glossary, words),
        "– utan BM25": ours(_Without(index, lexical=True), glossary, words),
    }


def ours(
    index: _Searchable | Index,
    glossary: Glossary,
    words: IndexWords,
    *,
    matched: bool = True,
    change: Callable[[Query], Query] | None = None,
) -> Ranker:
    """Our search, its sections in the order of their best statement where `matched`; `change` alters the question first."""

    def rank(asked: Asked) -> list[str]:
        query = make_query(asked.text, glossary, words)
        query = change(query) if change else query
        hits = search(index, query, asked.vector, asked.scope, FOUND)
        best = match(query, kind_of(asked.text), hits[:MATCHED], words) if matched else []
        return list(dict.fromkeys([*(m.section.id for m in best), *(h.section.id for h in hits)]))

    return rank


def _plainly(ranker: Ranker) -> Ranker:
    """The ranker with the embedder's own vector of a question."""
    return lambda asked: ranker(replace(asked, vector=asked.plain))


def recipe(index: Index, embedder: Embedder) -> Ranker:
    """The tutorial's: texts split recursively into 1,000 characters with 200 shared, the four nearest, here from the in-memory store.

    A chunk counts for the section that holds most of it. The texts are our reading of the files, which is kinder than the tutorial's own.
    """
    splitter = RecursiveCharacterTextSplitter(chunk_size=1_000, chunk_overlap=200, add_start_index=True)
    store = InMemoryVectorStore(embedder)
    store.add_documents([c for d in index.documents.values() if searchable(d) for c in chunks(d, splitter)])

    def rank(asked: Asked) -> list[str]:
        found = store.similarity_search_with_score_by_vector(
            list(asked.plain), k=4, filter=lambda chunk: chunk.metadata["municipality"] in asked.scope
        )
        return list(dict.fromkeys(str(chunk.metadata["section"]) for chunk, _ in found))

    return rank


def chunks(document: Document, splitter: RecursiveCharacterTextSplitter) -> list[Chunk]:
    """A document's chunks, each with the section that most of it is of."""
    text, spans = document.title, []
    for section in document.sections:
        begin = len(text)
        text += "\n\n" + section.headings[-1] + "\n\n" + section.text
        spans.append((begin, len(text), section.id))
    cut = splitter.create_documents([text])
    for chunk in cut:
        start = int(chunk.metadata["start_index"])
        end = start + len(chunk.page_content)
        _, owner = max((min(end, b) - max(start, a), i) for a, b, i in spans)
        chunk.metadata |= {"section": owner, "municipality": document.municipality}
    return cut


def _sections(index: Index, asked: Asked) -> list[str]:
    return list(dict.fromkeys(i for i, _, _ in index.dense(asked.plain, asked.scope, 60)))[:FOUND]


class _Searchable:
    """An index whose parts can be replaced."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def dense(self, vector: Sequence[float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, int, float]]:
        return self._index.dense(vector, municipalities, limit)

    def lexical(self, terms: Mapping[str, float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, float]]:
        return self._index.lexical(terms, municipalities, limit)

    def section(self, section_id: str) -> Section | None:
        return self._index.section(section_id)

    def document(self, document_id: str) -> Document | None:
        return self._index.document(document_id)


class _Without(_Searchable):
    """An index without one of its halves."""

    def __init__(self, index: Index, *, dense: bool = False, lexical: bool = False) -> None:
        super().__init__(index)
        self._no_dense, self._no_lexical = dense, lexical

    def dense(self, vector: Sequence[float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, int, float]]:
        return [] if self._no_dense else super().dense(vector, municipalities, limit)

    def lexical(self, terms: Mapping[str, float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, float]]:
        return [] if self._no_lexical else super().lexical(terms, municipalities, limit)


class WholeWords(_Searchable):
    """An index whose BM25 holds the stems of whole words only, not of the parts of compounds."""

    def __init__(self, index: Index) -> None:
        super().__init__(index)
        pairs = [(d, s) for d in index.documents.values() if searchable(d) for s in d.sections]
        self._municipality = np.array([d.municipality for d, _ in pairs], dtype=object)
        self._terms = TermIndex.build({s.id: _whole(f"{context_of(d, s)}\n{s.text}") for d, s in pairs})

    def lexical(self, terms: Mapping[str, float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, float]]:
        scores = self._terms.scores(terms)
        if municipalities is not None:
            scores = np.where(np.isin(self._municipality, list(municipalities)), scores, 0)
        return [(self._terms.ids[i], float(scores[i])) for i in np.argsort(-scores, kind="stable")[:limit] if scores[i] > 0]


class _Unmended(IndexWords):
    """Words of the index that nothing mistyped is set right against."""

    def mended(self, word: str) -> str | None:
        return None


def _whole(text: str) -> list[str]:
    return [stem(t.word) for t in tokens(text) if t.word not in STOP_WORDS]


def _undivided(query: Query) -> Query:
    return replace(query, terms=tuple(replace(t, parts=()) for t in query.terms))
