"""Any text is survived: as a question, a file's name, a title and a body, it gives an answer or a named error, in time."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import pytest
from hard_strings import MEGABYTE, megabytes, sendable, strings

from assistant.answer import Ask, Turn
from assistant.build import build_embedder
from assistant.engine import Engine
from assistant.render import answer_markdown
from assistant.settings import Settings
from knowledge.embed import Embedder
from knowledge.folder import look_at
from knowledge.index import Index
from knowledge.ingest import ingest
from knowledge.metadata import KINDS
from knowledge.register import Stated
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

pytestmark = pytest.mark.timeout(3600)

SECOND = 1.0
READING = 30.0
"""Seconds that a file may be read (the default of `read_file`)."""
PROSE = "Förvaltningschefen utser en kontaktperson. Kontaktpersonen ansvarar för det internationella arbetet i sin förvaltning."
Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
Result = TypeVar("Result")


class TimedEmbedder(Embedder):
    """The real embedder, and how much of the processor's time it took."""

    def __init__(self, real: Embedder) -> None:
        self.real, self.seconds = real, 0.0

    @property
    def name(self) -> str:
        return self.real.name

    @property
    def dimensions(self) -> int:
        return self.real.dimensions

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        began = time.process_time()
        vectors = self.real.embed_documents(texts)
        self.seconds += time.process_time() - began
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.real.embed_query(text)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> TimedEmbedder:
    return TimedEmbedder(build_embedder(Settings(home=tmp_path_factory.mktemp("none")), threads=2))


class Watch:
    """How long single steps take: `own` is the longest by this process's own work, which the limit holds for wherever the machine is busy
    with other things, and `wall` the longest by the clock on the wall."""

    def __init__(self) -> None:
        self.own = self.wall = 0.0

    def time(self, do: Callable[[], Result]) -> Result:
        own, wall = time.process_time(), time.perf_counter()
        done = do()
        self.own = max(self.own, time.process_time() - own)
        self.wall = max(self.wall, time.perf_counter() - wall)
        return done

    def __str__(self) -> str:
        return f"{self.own:.2f} s ({self.wall:.2f} s med det som pågick samtidigt)".replace(".", ",")


def test_any_question_gets_an_answer_object_within_a_second(sample_engine: Engine, amount: Amount, figure: Figure) -> None:
    asked = strings(amount(4_000, 30)) + list(megabytes())[:: amount(1, 8)]
    sample_engine.warm()
    statuses, watch = Counter[str](), Watch()
    for n, text in enumerate(asked):
        other = asked[n - 1]
        earlier = (Turn(other, other, other, (other,)),) if n % 5 == 0 else ()
        ask = Ask(text, other if n % 7 == 0 else "Lindhamn", other[:40], earlier)
        answer = watch.time(lambda ask=ask: sample_engine.ask(ask))
        statuses[answer.status] += 1
        json.dumps(answer.as_dict(), ensure_ascii=False).encode("utf-8", "replace")
        answer_markdown(answer).encode("utf-8")
        assert answer.text, ascii(text[:100])
    words = {"answered": "besvarade", "partial": "delvis besvarade", "unanswered": "obesvarade"}
    told = ", ".join(f"{number} {words[status]}" for status, number in sorted(statuses.items()))
    figure(1, "frågor av godtycklig text, 1 MB bland dem: antal, krascher, längsta svarstid", f"{len(asked)}, 0, {watch}; {told}")
    assert watch.own <= SECOND


def test_any_name_and_title_of_an_upload_is_kept_safely_or_refused_by_name(tmp_path: Path, amount: Amount, figure: Figure) -> None:
    tried = strings(amount(2_000, 40), seed=9) + list(megabytes())[:: amount(1, 8)]
    uploads = Uploads(tmp_path / "home", "Lindhamn")
    results, watch = Counter[str](), Watch()
    for text in tried:
        stored = watch.time(lambda text=text: uploads.add(text, BytesIO(b"x")))
        assert (uploads.folder / stored).resolve().parent == uploads.folder.resolve(), ascii(text[:100])
        assert uploads.names() == [stored], ascii(text[:100])
        stated = Stated(title=text, owner=text, replaces=(text,))
        try:
            watch.time(lambda stored=stored, stated=stated: uploads.state(stored, stated))
            results["sparade"] += 1
        except KnowledgeError as error:
            results["nekade med orsak och åtgärd" if error.reason and error.remedy else "nekade utan"] += 1
        uploads.take_back(stored)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["home"]
    assert [p for p in tmp_path.rglob("*") if p.is_file() and not p.is_relative_to(uploads.folder)] == []
    told = ", ".join(f"{number} {result}" for result, number in sorted(results.items()))
    figure(1, "filnamn och titlar av godtycklig text: antal, krascher, längsta tid", f"{len(tried)}, 0, {watch}; titlar: {told}")
    assert watch.own <= SECOND
    assert results["nekade utan"] == 0


def test_any_name_on_the_disk_is_looked_at(tmp_path: Path, amount: Amount, figure: Figure) -> None:
    """A server's folder may hold any name that its disk takes, bytes that are no text among them."""
    folder = tmp_path / "dokument"
    folder.mkdir()
    for n, text in enumerate(strings(amount(2_000, 300), seed=10)):
        name = text.replace("/", "∕").replace("\0", "").encode("utf-8", "surrogatepass" if n % 2 else "replace")[:200] or b"x"
        try:
            Path(str(folder), name.decode("utf-8", "surrogateescape")).write_text("x", "utf-8")
        except (OSError, ValueError):
            continue
    made = len([p for p in folder.iterdir() if not p.name.startswith(".")])
    looked = look_at(folder, home=tmp_path / "home")
    left_out = made - len(looked.files) - len(looked.failed)  # names that are none of documents: "Thumbs.db", "~$…"
    figure(1, "filnamn på disk av godtycklig text: antal, tolkade, nekade med orsak", f"{made}, {len(looked.files)}, {len(looked.failed)}")
    assert made > amount(1_000, 150)
    assert left_out <= made / 20
    assert all(f.reason and f.remedy for f in looked.failed)


def body(text: str, kind: str, number: int) -> str:
    """A document of a kind with the text in its title, a heading, a paragraph, a list, a table or all over it."""
    text, own = sendable(text), f"{KINDS[number % 8]} {number}"
    if kind == "html":
        head = f"<html><head><title>{text}</title></head><body>"
        return f"{head}<h1>{own} för Lindhamn</h1><p>{PROSE}</p><h2>{text}</h2><p>{text}</p></body></html>"
    heads = "# ", "## "
    if kind == "txt":
        heads = "", "1. "
    places = (
        f"{heads[0]}{own} för Lindhamn\n\n{heads[1]}Ansvar\n\n{PROSE}\n\n{text}\n",
        f"{heads[0]}{text}\n\n{heads[1]}Ansvar {own}\n\n{PROSE}\n",
        f"{heads[0]}{own}\n\n{heads[1]}{text}\n\n{PROSE}\n\n- {text}\n- {text}\n\n{text} | {text}\n",
        f"{text}\n{PROSE}\n{text}\n",
    )
    return places[number % len(places)]


def test_any_body_is_indexed_or_fails_by_name(tmp_path: Path, embedder: TimedEmbedder, amount: Amount, figure: Figure) -> None:
    folder, home = tmp_path / "dokument", tmp_path / "home"
    folder.mkdir()
    tried = strings(amount(2_000, 40), seed=11)
    for n, text in enumerate(tried):
        kind = ("md", "txt", "html")[n % 3]
        folder.joinpath(f"{n}.{kind}").write_bytes(body(text, kind, n).encode())
    entries = "".join(f'\n[[document]]\nfile = "{p.name}"\nmunicipality = "Lindhamn"\nid = "lindhamn/{p.stem}"\n' for p in folder.iterdir())
    (folder / "register.toml").write_text(entries, "utf-8")
    embedder.seconds, began = 0.0, time.process_time()
    report = ingest(folder, home=home, embedder=embedder)
    own = time.process_time() - began - embedder.seconds
    indexed = Index.open(home, embedder.name).documents
    told = f"{len(tried)}, {len(indexed)}, {len(report.failed)} ({own:.0f} s, och sökvektorerna {embedder.seconds:.0f} s)"
    figure(1, "dokument av godtycklig text: antal, inlästa, nekade med orsak och åtgärd", told)
    faults = [f for f in report.failed if "fel i programmet" in f.reason]
    assert faults == []
    assert all(f.reason and f.remedy for f in report.failed)
    copies = sum("kopia" in w.text for w in report.warnings)
    assert len(indexed) + len(report.failed) + copies == len(tried)
    assert len(indexed) >= len(tried) * 0.8
    assert own <= READING * len(tried)


def test_a_body_of_a_megabyte_takes_no_longer_than_reading_may(
    tmp_path: Path, embedder: TimedEmbedder, amount: Amount, figure: Figure
) -> None:
    results, slowest = Counter[str](), 0.0
    for n, text in enumerate(list(megabytes())[:: amount(1, 15)]):
        folder, home = tmp_path / str(n), tmp_path / f"home-{n}"
        folder.mkdir()
        content = f"Policy för Lindhamn\n\n1. Ansvar\n\n{PROSE}\n\n{sendable(text)}\n\n2. Slut\n\n{PROSE}"
        (folder / "policy.txt").write_text(content, "utf-8")
        embedder.seconds, began = 0.0, time.process_time()
        report = ingest(folder, home=home, embedder=embedder)
        slowest = max(slowest, time.process_time() - began - embedder.seconds)
        results["inlästa" if report.added else "nekade med orsak och åtgärd"] += 1
        assert report.added or all(f.reason and f.remedy and "fel i programmet" not in f.reason for f in report.failed)
    told = ", ".join(f"{number} {result}" for result, number in sorted(results.items()))
    figure(
        1,
        f"dokument på {MEGABYTE // 2**20} MB: antal, längsta tid utöver sökvektorerna",
        f"{sum(results.values())}, {slowest:.1f} s ({told})",
    )
    assert slowest <= READING
