"""The index: what was stored is found again, in the right scope, and a generation that is not whole is never used."""

from __future__ import annotations

import gc
import json
import logging
import shutil
import weakref
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from index_fakes import WordEmbedder, document, use_fakes, words

from knowledge import dense
from knowledge import generation as disk
from knowledge import index as index_module
from knowledge.aliases import aliases
from knowledge.building import build
from knowledge.generation import Entry, Source
from knowledge.index import Index, IndexReader
from knowledge.lexical import TermIndex
from knowledge.passages import passages, statement_of
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document, KnowledgeError, Section
from knowledge.statements import statements
from knowledge.stored import read_documents, write_documents

EMBEDDER = WordEmbedder()

POLICY = document(
    "Internationell policy",
    {"Syfte": "Kommunen vill lära av andra länder.", "Vänorter": "Vänorten besöks varje år. Vänorten är Lindburg."},
    cover="Beslutad av kommunfullmäktige",
    decided_on=date(2020, 2, 12),
    aliases=(("lindhamn/gammal", "lindhamn/internationell-policy"), ("lindhamn/gammal#mal", "lindhamn/internationell-policy#syfte")),
)
OTHER = document("Reseregler", {"Tåg": "Tåg väljs före flyg till vänorten."}, municipality="Storköping")
NATIONAL = document("Programguide", {"Ansökan": "Ansökan görs i mars varje år."}, municipality="alla")
DRAFT = document("Förslag", {"Flyg": "Flyg är förbjudet till vänorten."}, draft=True)
UNSTATED = document("Okänt", {"Vänorter": "Vänorten besöks aldrig."}, municipality=None)
EVERYTHING = {d.id: d for d in (POLICY, OTHER, NATIONAL, DRAFT, UNSTATED)}


def quiet(doing: str, done: int, total: int) -> None:
    pass


def source(documents: Mapping[str, Document]) -> dict[str, Source]:
    files = {d.file: Entry("fingerprint", d.id) for d in documents.values()}
    return {"/dokument": Source(files, (Municipality("Lindhamn", "Kim Ek"),))}


def built(home: Path, documents: Mapping[str, Document], embedder: WordEmbedder = EMBEDDER) -> str:
    with pytest.MonkeyPatch.context() as patch:
        use_fakes(patch)
        return build(home, documents, source(documents), embedder=embedder, progress=quiet)


def refusal(home: Path, embedder: str = "words-1") -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        Index.open(home, embedder)
    return caught.value


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    built(path, EVERYTHING)
    return path


@pytest.fixture(scope="module")
def index(home: Path) -> Index:
    return Index.open(home, "words-1")


def test_without_an_index_the_remedy_is_to_make_one(tmp_path: Path) -> None:
    assert str(refusal(tmp_path)) == "Det finns inget index ännu. Kör assistant ingest MAPP."


def test_another_embedder_is_refused_by_name(home: Path) -> None:
    assert "words-1" in refusal(home, "words-2").reason
    assert "words-2" in refusal(home, "words-2").reason


def test_what_an_index_holds_can_be_listed_whatever_embedder_it_was_built_with(tmp_path: Path) -> None:
    built(tmp_path, EVERYTHING, WordEmbedder("words-2"))
    assert Index.open(tmp_path, None).documents == EVERYTHING


def test_an_index_that_is_missing_or_damaged_cannot_be_listed_either(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="inget index"):
        Index.open(tmp_path, None)
    (disk.generation_folder(tmp_path, built(tmp_path, EVERYTHING)) / disk.DOCUMENTS).unlink()
    with pytest.raises(KnowledgeError, match="skadat"):
        Index.open(tmp_path, None)


def test_documents_come_back_as_they_were(index: Index) -> None:
    assert index.documents == EVERYTHING
    assert index.municipalities == (Municipality("Lindhamn", "Kim Ek"),)


def test_a_section_is_found_by_its_id_and_by_those_it_had(index: Index) -> None:
    syfte = POLICY.sections[0]
    assert index.section("lindhamn/internationell-policy#syfte") == syfte
    assert index.section("lindhamn/gammal#mal") == syfte
    assert index.section("lindhamn/internationell-policy#forsattsblad") == POLICY.cover
    assert index.section("lindhamn/finns-inte#alls") is None
    assert index.document("lindhamn/gammal") == POLICY
    assert index.document("lindhamn/finns-inte") is None


def test_the_nearest_statement_comes_first_with_its_cosine(index: Index) -> None:
    vector = EMBEDDER.embed_query("Ansökan: Ansökan görs i mars varje år.")
    (first, number, cosine), *rest = index.dense(vector, None, 10)
    assert (first, number) == ("alla/programguide#ansökan", 0)
    assert cosine == pytest.approx(1.0, abs=1e-4)
    assert [c for _, _, c in rest] == sorted((c for _, _, c in rest), reverse=True)


@pytest.mark.parametrize(("statement", "number"), [("Vänorten besöks varje år.", 0), ("Vänorten är Lindburg.", 1)])
def test_each_statement_of_a_section_is_found_by_its_number(index: Index, statement: str, number: int) -> None:
    ((section_id, found, cosine),) = index.dense(EMBEDDER.embed_query(f"Vänorter: {statement}"), {"Lindhamn"}, 1)
    section = index.section(section_id)
    assert section is not None
    assert (found, statements(section.text)[found].text) == (number, statement)
    assert cosine == pytest.approx(1.0, abs=1e-4)


def test_a_list_item_is_found_with_what_leads_it_in(tmp_path: Path) -> None:
    leave = document("Avslag", {"Resor": "Avslag ges för:\n- privata ärenden\n- flyg\n\nBeslutet kan ändras."})
    assert [p.text for p in passages(leave)] == [
        "Resor: Avslag ges för:",
        "Resor: Avslag ges för: privata ärenden",
        "Resor: Avslag ges för: flyg",
        "Resor: Beslutet kan ändras.",
    ]
    built(tmp_path, {leave.id: leave})
    ((_, number, _),) = Index.open(tmp_path, "words-1").dense(EMBEDDER.embed_query("avslag ges för privata ärenden"), None, 1)
    assert number == 1


@given(section_id=st.text(), number=st.integers(0, 5_000))
def test_a_passage_tells_the_statement_that_it_is(section_id: str, number: int) -> None:
    assert statement_of(f"{section_id}|{number}") == (section_id, number)


def test_terms_find_sections_by_their_weights(index: Index) -> None:
    found = dict(index.lexical({"vänorten": 1.0}, None, 10))
    assert found.keys() == {"lindhamn/internationell-policy#vänorter", "storköping/reseregler#tåg"}
    doubled = dict(index.lexical({"vänorten": 2.0, "finnsinte": 5.0}, None, 10))
    assert doubled == pytest.approx({i: 2 * s for i, s in found.items()})


def test_titles_and_headings_are_searched_too(index: Index) -> None:
    assert [i for i, _ in index.lexical({"reseregler": 1.0}, None, 10)] == ["storköping/reseregler#tåg"]


def test_frequencies_count_the_sections_that_can_be_found(index: Index) -> None:
    assert index.size == 4
    assert index.document_frequency("vänorten") == 2
    assert index.document_frequency("år") == 2
    assert index.document_frequency("finnsinte") == 0


def test_the_words_of_what_can_be_found_are_kept_as_they_are_written(home: Path) -> None:
    kept = TermIndex.load(disk.generation_folder(home, disk.current(home) or "") / disk.TERMS).words
    assert list(kept) == sorted(set(kept))
    assert {"kommunen", "vänorten", "lindburg", "mars"} <= set(kept)
    assert not set(kept) & {"förbjudet", "aldrig", "beslutad", "reseregler", "2020"}  # a draft's, an unstated document's, covers, titles


def test_a_mistyped_word_is_mended_by_the_words_of_the_index(index: Index) -> None:
    assert index.words.mended("lindbugr") == "lindburg"
    assert index.words.mended("lindburg") is None


def test_a_rare_word_says_more_than_a_common_one(index: Index) -> None:
    assert 1 == index.words.rarity("lindburg") == index.words.rarity("finnsinte") > index.words.rarity("vänorten") > 0


def test_names_are_those_that_registers_and_documents_give_but_not_everybody(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use_fakes(patch)
        files = {d.file: Entry("fingerprint", d.id) for d in EVERYTHING.values()}
        sources = {"/dokument": Source(files, (Municipality("Ekby"), Municipality("Lindhamn")))}
        build(tmp_path, EVERYTHING, sources, embedder=EMBEDDER, progress=quiet)
    names = Index.open(tmp_path, "words-1").names
    assert sorted(names) == ["Ekby", "Lindhamn", "Storköping"]
    assert EVERYBODY in {d.municipality for d in EVERYTHING.values()}


def test_drafts_unstated_documents_and_cover_sheets_are_stored_but_never_found(index: Index) -> None:
    hidden = {s.id for d in (DRAFT, UNSTATED) for s in d.sections} | {"lindhamn/internationell-policy#forsattsblad"}
    assert all(index.section(i) for i in hidden)
    vector = EMBEDDER.embed_query("flyg är förbjudet vänorten besöks aldrig beslutad av kommunfullmäktige")
    near = index.dense(vector, None, 50)
    found = {i for i, _, _ in near} | {i for i, _ in index.lexical({"förbjudet": 1, "aldrig": 1, "beslutad": 1}, None, 50)}
    assert (len(near), len(found)) == (5, 4)
    assert not found & hidden


TOPICS = ("resor", "vänort", "skola", "eu", "miljö", "språk", "kultur", "utbyte")
MANY = {
    d.id: d
    for n in range(30)
    for d in [
        document(
            f"Plan {n}",
            {
                f"{t} {n}": f"{t} " * (1 + (n * k) % 5) + f"nummer {n * k}. Mer om {t}:" + "".join(f"\n- {o} {n}" for o in TOPICS[: k + 1])
                for k, t in enumerate(TOPICS[: 2 + n % 3])
            },
            municipality=("Lindhamn", "Storköping", "alla", "Ekby")[n % 7 % 4],
        )
    ]
}


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path = tmp_path_factory.mktemp("many")
    built(path, MANY)
    return Index.open(path, "words-1")


@settings(deadline=None)
@given(
    question=st.lists(st.sampled_from([*TOPICS, "nummer", "3", "12"]), min_size=1).map(" ".join),
    scope=st.none() | st.sets(st.sampled_from(["Lindhamn", "Storköping", "alla", "Ekby", "Okänd"])),
    limit=st.integers(1, 40),
    exact=st.sampled_from([0, 50, 8_000]),  # from none of the scopes to all of them are compared statement by statement
)
def test_search_is_exact_and_never_leaves_its_scope(many: Index, question: str, scope: set[str] | None, limit: int, exact: int) -> None:
    inside = {s.id: s for d in MANY.values() if scope is None or d.municipality in scope for s in d.sections}
    vector = np.array(EMBEDDER.embed_query(question))
    cosines = {statement_of(p.id): float(vector @ EMBEDDER.embed_query(p.text)) for d in MANY.values() for p in passages(d)}
    best = sorted((c for (i, _), c in cosines.items() if i in inside), reverse=True)[:limit]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "_EXACT", exact)
        near = many.dense(vector.tolist(), scope, limit)
    assert {i for i, _, _ in near} <= inside.keys()
    assert len({(i, number) for i, number, _ in near}) == len(near)
    assert [c for _, _, c in near] == pytest.approx(best, abs=1e-4)
    assert [c for _, _, c in near] == pytest.approx([cosines[i, number] for i, number, _ in near], abs=1e-4)
    holding = many.lexical(dict.fromkeys(words(question), 1.0), scope, limit)
    assert {i for i, _ in holding} <= inside.keys()
    assert [s for _, s in holding] == sorted((s for _, s in holding), reverse=True)
    expected = {i for i, s in inside.items() if set(words(question)) & set(words(f"{' '.join(s.headings)} {s.text}"))}
    assert len(holding) == min(limit, len(expected))


def test_what_is_nearer_elsewhere_takes_no_place_in_the_scope(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    near = document("Resor", {f"Resor {n}": "Resor med tåg." for n in range(90)}, municipality="Storköping")
    far = document("Skola", {f"Skola {n}": "Elever byter skola." for n in range(30)}, municipality="Åmåla-Östby")
    built(tmp_path, {d.id: d for d in (near, far)})
    index, asked = Index.open(tmp_path, "words-1"), []
    nearest = dense.VectorStore.nearest

    def heard(self: dense.VectorStore, vector: list[float], limit: int) -> list[tuple[str, float]]:
        asked.append(limit)
        return nearest(self, vector, limit)

    monkeypatch.setattr(dense.VectorStore, "nearest", heard)
    vector = EMBEDDER.embed_query("resor med tåg")
    expected = index.dense(vector, {"Åmåla-Östby"}, 5)
    assert (len(expected), asked) == (5, [])
    monkeypatch.setattr(index_module, "_EXACT", 29)
    assert index.dense(vector, {"Åmåla-Östby"}, 5) == expected
    assert asked == [40]  # twice five, times four since it has a quarter of all; too few of them were its own
    assert len(index.dense(vector, {"Storköping"}, 60)) == 60
    assert asked == [40, 160]
    assert index.dense(vector, {"Storköping"}, 0) == index.dense(vector, set(), 60) == []


def test_vectors_of_a_scope_are_loaded_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    vector = EMBEDDER.embed_query("vänort")
    first = index.dense(vector, {"Lindhamn", "alla"}, 5)
    monkeypatch.setattr(index._vectors, "_passages", None)
    assert index.dense(vector, {"alla", "Lindhamn"}, 5) == first


def test_a_long_section_is_found_by_its_last_statement(tmp_path: Path) -> None:
    filler = " ".join(f"Mening nummer {n} handlar om annat." for n in range(80))
    long = document("Handbok", {"Allt": f"{filler}\n\nResebidrag söks hos kansliet."})
    built(tmp_path, {long.id: long})
    index = Index.open(tmp_path, "words-1")
    assert (index.size, index.manifest.passages) == (1, 81)
    ((found, number, _),) = index.dense(EMBEDDER.embed_query("resebidrag söks hos kansliet"), None, 1)
    assert (found, number) == ("lindhamn/handbok#allt", 80)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=1_000))
def test_passages_leave_nothing_out(text: str) -> None:
    together = "".join(p.text for p in passages(document("T", {"H": text})))
    assert {c for c in text if not c.isspace()} <= set(together) | {"-"}  # a bullet is none of an item's words


@settings(deadline=None)
@given(st.text(max_size=1_000))
def test_there_is_a_passage_for_each_statement(text: str) -> None:
    (section,) = document("T", {"H": text}).sections
    found = [statement_of(p.id) for p in passages(document("T", {"H": text}))]
    assert found == [(section.id, number) for number in range(len(statements(text)))]


def test_a_statement_longer_than_can_be_embedded_is_cut_there_but_found_by_its_last_word(tmp_path: Path) -> None:
    long = document("Handbok", {"Allt": "ord " * 1_000 + "resebidrag"})
    (piece,) = passages(long)
    assert len(piece.text) == 1_200
    built(tmp_path, {long.id: long})
    assert [i for i, _ in Index.open(tmp_path, "words-1").lexical({"resebidrag": 1.0}, None, 5)] == ["lindhamn/handbok#allt"]


def test_an_index_of_nothing_that_can_be_found_answers_with_nothing(tmp_path: Path) -> None:
    built(tmp_path, {DRAFT.id: DRAFT})
    index = Index.open(tmp_path, "words-1")
    assert index.dense(EMBEDDER.embed_query("flyg"), None, 5) == []
    assert index.lexical({"flyg": 1.0}, {"Lindhamn"}, 5) == []
    assert (index.size, index.document_frequency("flyg")) == (0, 0)


def test_an_empty_term_index_survives_the_disk(tmp_path: Path) -> None:
    TermIndex.build({"a": [], "b": []}, ["ö", "å", "ö"]).save(tmp_path / "t")
    loaded = TermIndex.load(tmp_path / "t")
    assert loaded.scores({"x": 1.0}).tolist() == [0.0, 0.0]
    assert loaded.words == ("å", "ö")


def test_generations_follow_each_other_and_only_one_before_is_kept(tmp_path: Path) -> None:
    names = [built(tmp_path, {POLICY.id: POLICY} | extra) for extra in ({}, {OTHER.id: OTHER}, {NATIONAL.id: NATIONAL})]
    assert disk.current(tmp_path) == names[-1]
    assert sorted(f.name for f in (tmp_path / "index").glob("g-*")) == names[1:]


def test_vectors_of_the_same_text_are_taken_from_the_generation_before(tmp_path: Path) -> None:
    built(tmp_path, {POLICY.id: POLICY})
    second = WordEmbedder()
    built(tmp_path, {POLICY.id: POLICY, OTHER.id: OTHER}, second)
    assert second.embedded == [p.text for p in passages(OTHER)]
    third = WordEmbedder("words-2")
    built(tmp_path, {POLICY.id: POLICY, OTHER.id: OTHER}, third)
    assert len(third.embedded) == 4


@pytest.mark.parametrize("spoil", ["documents.jsonl", "manifest.json", "chroma", "bm25", "bm25/vocab.index.json"])
def test_a_generation_that_lacks_a_part_is_refused(tmp_path: Path, spoil: str) -> None:
    part = disk.generation_folder(tmp_path, built(tmp_path, EVERYTHING)) / spoil
    shutil.rmtree(part) if part.is_dir() else part.unlink()
    assert refusal(tmp_path).reason == "Indexet är skadat."


def test_a_document_that_was_changed_on_disk_is_noticed(tmp_path: Path) -> None:
    path = disk.generation_folder(tmp_path, built(tmp_path, EVERYTHING)) / "documents.jsonl"
    path.write_bytes(path.read_bytes().replace(b"varje", b"aldri"))
    assert refusal(tmp_path).reason == "Indexet är skadat."


@pytest.mark.parametrize("other", [1, disk.FORMAT + 1])
def test_another_format_is_refused_with_the_remedy(tmp_path: Path, other: int) -> None:
    path = disk.generation_folder(tmp_path, built(tmp_path, EVERYTHING)) / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": other}))
    assert "annan version" in refusal(tmp_path).reason
    assert "assistant ingest" in refusal(tmp_path).remedy


def loses_one(self: dense.VectorStore, pieces: list, vectors: np.ndarray) -> None:
    add(self, pieces[1:], vectors[1:])


def mixes_two(self: dense.VectorStore, pieces: list, vectors: np.ndarray) -> None:
    add(self, pieces, vectors[::-1])


def disk_full(self: dense.VectorStore, pieces: list, vectors: np.ndarray) -> None:
    raise OSError(28, "No space left on device")


add = dense.VectorStore.add


@pytest.mark.parametrize("fault", [loses_one, mixes_two, disk_full])
def test_a_build_that_fails_leaves_the_generation_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: object) -> None:
    first = built(tmp_path, {POLICY.id: POLICY})
    monkeypatch.setattr(dense.VectorStore, "add", fault)
    with pytest.raises(KnowledgeError, match="Det tidigare indexet används"):
        built(tmp_path, EVERYTHING)
    assert disk.current(tmp_path) == first
    assert [f.name for f in (tmp_path / "index").glob("g-*")] == [first]
    assert Index.open(tmp_path, "words-1").documents == {POLICY.id: POLICY}


def test_vectors_of_another_length_are_not_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WordEmbedder, "embed_documents", lambda self, texts: [[0.5] * 64 for _ in texts])
    with pytest.raises(KnowledgeError, match="inte helt"):
        built(tmp_path, {POLICY.id: POLICY})


def test_a_reader_takes_up_a_new_generation_and_lets_the_old_one_be_used(tmp_path: Path) -> None:
    reader = IndexReader(tmp_path, "words-1")
    with pytest.raises(KnowledgeError, match="inget index"):
        reader.current()
    built(tmp_path, {POLICY.id: POLICY})
    old = reader.current()
    assert reader.current() is old
    built(tmp_path, EVERYTHING)
    assert reader.current().documents == EVERYTHING
    assert len(old.dense(EMBEDDER.embed_query("vänort"), None, 5)) == 3


def test_a_reader_keeps_the_index_it_has_when_the_new_one_cannot_be_opened(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    built(tmp_path, {POLICY.id: POLICY})
    reader = IndexReader(tmp_path, "words-1")
    old = reader.current()
    built(tmp_path, EVERYTHING, WordEmbedder("words-2"))
    with caplog.at_level(logging.ERROR):
        assert [reader.current() for _ in range(3)] == [old] * 3
    assert [r.name for r in caplog.records if r.levelno >= logging.ERROR] == ["knowledge.index"]
    shutil.rmtree(tmp_path / "index")
    assert reader.current() is old


def test_an_index_that_nobody_reads_any_more_is_freed_without_the_garbage_collector(tmp_path: Path) -> None:
    built(tmp_path, {POLICY.id: POLICY})
    reader = IndexReader(tmp_path, "words-1")
    old = weakref.ref(reader.current())
    index = reader.current()
    assert index.words.rarity("vänort") >= 0
    assert index.names
    assert index.dense(EMBEDDER.embed_query("vänorten"), None, 3)
    del index
    built(tmp_path, EVERYTHING)
    gc.disable()
    try:
        assert reader.current().documents == EVERYTHING
        assert old() is None
    finally:
        gc.enable()


def test_many_threads_read_while_the_index_is_switched(tmp_path: Path) -> None:
    built(tmp_path, {POLICY.id: POLICY})
    reader = IndexReader(tmp_path, "words-1")
    vector = EMBEDDER.embed_query("vänort")

    def ask(_: int) -> bool:
        index = reader.current()
        return len(index.dense(vector, {"Lindhamn"}, 5)) == 3 and index.lexical({"vänorten": 1.0}, {"Lindhamn"}, 1) != []

    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ask, range(400))
        built(tmp_path, EVERYTHING)
        assert all(answers)
    assert reader.current().documents == EVERYTHING


SECTIONS = st.builds(
    Section,
    id=st.text(),
    document_id=st.text(),
    headings=st.lists(st.text()).map(tuple),
    text=st.text(st.characters(exclude_categories=())),
    number=st.none() | st.text(),
    pages=st.lists(st.tuples(st.integers(0), st.integers(1))).map(tuple),
)
DAYS = st.none() | st.dates()
DOCUMENTS = st.builds(
    Document,
    id=st.just("en/id"),
    title=st.text(),
    file=st.text(),
    hash=st.text(),
    sections=st.lists(SECTIONS, max_size=3).map(tuple),
    cover=st.none() | SECTIONS,
    municipality=st.none() | st.text(),
    decided_on=DAYS,
    valid_from=DAYS,
    valid_until=DAYS,
    review_interval_years=st.none() | st.integers(1, 10),
    replaces=st.lists(st.text()).map(tuple),
    draft=st.booleans(),
    aliases=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    warnings=st.lists(st.text()).map(tuple),
)


@settings(deadline=None)
@given(DOCUMENTS)
def test_any_document_survives_the_disk(tmp_path_factory: pytest.TempPathFactory, written: Document) -> None:
    path = tmp_path_factory.getbasetemp() / "documents.jsonl"
    assert read_documents(path, write_documents(path, [written])) == {"en/id": written}


RULE = "Resor ska planeras i god tid och godkännas av närmaste chef innan de bokas. "


def test_a_renamed_heading_keeps_its_old_id() -> None:
    before = document("Regler", {"Bokning": RULE * 3, "Annat": "Något helt annat står här."})
    after = document("Regler", {"Så bokar du": RULE * 3 + "Nytt.", "Annat": "Något helt annat står här."})
    assert aliases(before, after) == (("lindhamn/regler#bokning", "lindhamn/regler#så-bokar-du"),)


def test_a_section_with_another_text_gets_no_alias() -> None:
    before = document("Regler", {"Bokning": RULE})
    assert aliases(before, document("Regler", {"Traktamente": "Betalas ut i efterskott mot kvitto och reseräkning."})) == ()


def test_a_document_with_a_new_id_answers_to_the_old_one_section_by_section() -> None:
    before = document(
        "Regler", {"Bokning": RULE, "Bort": "Detta togs bort.", "Gammal rubrik": "Bilaga om stipendier till skolor."}, id="x/2019"
    )
    after = document("Regler", {"Bokning": "Helt ny text.", "Ny rubrik": "Bilaga om stipendier till skolor."}, id="x/2024")
    assert aliases(before, after) == (
        ("x/2019", "x/2024"),
        ("x/2019#bokning", "x/2024#bokning"),
        ("x/2019#gammal-rubrik", "x/2024#ny-rubrik"),
    )


def test_aliases_are_carried_on_and_follow_a_second_renaming() -> None:
    first = document("Regler", {"A": RULE})
    second = document("Regler", {"B": RULE})
    second = replace(second, aliases=aliases(first, second))
    third = document("Regler", {"C": RULE})
    assert dict(aliases(second, third)) == {"lindhamn/regler#a": "lindhamn/regler#c", "lindhamn/regler#b": "lindhamn/regler#c"}


def test_an_id_that_lives_again_is_no_alias() -> None:
    first = document("Regler", {"A": RULE})
    second = replace(document("Regler", {"B": RULE}), aliases=(("lindhamn/regler#a", "lindhamn/regler#b"),))
    assert aliases(second, first) == (("lindhamn/regler#b", "lindhamn/regler#a"),)
