"""Promise 7: a file of the index or a model that was changed or cut short, and a clock that was set back."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hard_works import Place, every_vector_is_right, index, version_that_answers
from index_fakes import WordEmbedder, use_fakes

from assistant.access.limits import QUESTIONS, Limits
from assistant.access.sessions import LASTS, Sessions
from assistant.access.tables import open_database
from assistant.access.visitor import LOCAL
from assistant.doctor import _index
from assistant.settings import Settings
from assistant.store.removal import Remover
from assistant.store.store import Store
from eval.background import Progress, progress
from knowledge import building, embed
from knowledge import generation as disk
from knowledge.cross_encoder import _FILE, CrossEncoder
from knowledge.embed import LocalEmbedder
from knowledge.index import IndexReader
from knowledge.section import KnowledgeError

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
DAY = 24 * 3600.0


@pytest.fixture(autouse=True)
def plain_files(monkeypatch: pytest.MonkeyPatch) -> None:
    use_fakes(monkeypatch)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("damaged")
    return Place(folder / "place", folder / "kept")


def damage(path: Path, chance: random.Random) -> str:
    """Turn one bit of a file round, or cut it short; what was done."""
    content = bytearray(path.read_bytes())
    at = chance.randrange(len(content))
    if chance.random() < 0.3:
        path.write_bytes(bytes(content[:at]))
        return f"{path.name} cut at {at} of {len(content)}"
    content[at] ^= 1 << chance.randrange(8)
    path.write_bytes(bytes(content))
    return f"{path.name} turned at {at} of {len(content)}"


def test_a_damaged_index_is_found_and_the_one_before_is_used(place: Place, amount: Amount, figure: Figure) -> None:
    times, chance = amount(40, 5), random.Random("index")
    before = after = 0
    for number in range(times):
        root = place.anew()
        home = root / "home"
        index(root)
        reader = IndexReader(home, "words-1")
        assert reader.current().generation == disk.current(home)
        folder = disk.generation_folder(home, disk.current(home) or "")
        files = sorted(p for p in [*folder.rglob("*"), disk.index_folder(home) / "current"] if p.is_file() and p.stat().st_size)
        files = [p for p in files if disk.ORIGINALS not in p.parts]
        what = damage(files[number % len(files)], chance)
        assert reader.current().document_frequency("v2"), what  # who has it open does not notice
        version = version_that_answers(home)
        before, after = before + (version == 1), after + (version == 2)
        finding = _index(Settings(home=home), WordEmbedder())[1]
        assert finding.wrong, what
        assert "skadat" in finding.text, what
        assert "assistant ingest MAPP" in finding.remedy, what
        index(root)
        assert version_that_answers(home) == 2, what
        assert disk.is_undamaged(disk.generation_folder(home, disk.current(home) or "")), what
        assert disk.pointer_is_whole(home), what
        every_vector_is_right(home)
        assert not _index(Settings(home=home), WordEmbedder())[1].wrong, what
    figure(
        7, "indexets filer ändrade eller avkortade: funna vid start, ett helt index svarade, nästa indexering lagade", f"{times} av {times}"
    )
    figure(7, "därav med indexet före; övriga gällde bara pekaren, och det senaste svarade", f"{before} och {after}")
    assert before + after == times


def test_what_other_folders_had_is_not_lost_with_a_damaged_index(place: Place) -> None:
    root = place.anew()
    home = root / "home"
    index(root)
    folder = disk.generation_folder(home, disk.current(home) or "")
    (folder / disk.DOCUMENTS).write_bytes((folder / disk.DOCUMENTS).read_bytes()[:-1])
    index(root)
    assert "lindhamn/regler" in IndexReader(home, "words-1").current().documents
    assert version_that_answers(home) == 2


def test_a_pointer_that_is_emptied_takes_no_index_away(place: Place) -> None:
    root = place.anew()
    (disk.index_folder(root / "home") / "current").write_text("")
    assert version_that_answers(root / "home") == 1
    index(root)
    assert version_that_answers(root / "home") == 2


def load(source: Path, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load a model from a copy of its file."""
    if source == _FILE:
        CrossEncoder(changes=copy)
    elif source == embed._CHANGES:
        LocalEmbedder(changes=copy).embed_question("varmkörning")  # as the engine does when it is made warm
    else:
        with monkeypatch.context() as patch:
            patch.setattr(embed, "model_file", lambda: copy)
            LocalEmbedder()


def test_a_damaged_model_is_refused_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, amount: Amount, figure: Figure) -> None:
    chance, copy, refused = random.Random("model"), tmp_path / "model", 0
    times = amount(12, 3)
    for number in range(times):
        source = (embed.model_file(), _FILE, embed._CHANGES)[number % 3]
        shutil.copyfile(source, copy)
        what = damage(copy, chance)
        with pytest.raises(KnowledgeError, match=r"[Ss]pråkmodellen.*(Kör make install|Installera)") as told:
            load(source, copy, monkeypatch)
        assert "skadad" in told.value.reason, what
        refused += 1
    figure(7, "språkmodellernas filer ändrade eller avkortade: nekade vid start med besked", f"{refused} av {times}")


class Clock:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.time = time.time()

    def __call__(self) -> float:
        return self.time


def test_a_clock_that_is_set_back_keeps_nobody_in_or_out(tmp_path: Path, figure: Figure) -> None:
    clock = Clock()
    engine = open_database(tmp_path)
    sessions, limits = Sessions(engine, now=clock), Limits(engine, "hemlig" * 6, now=clock)
    token = sessions.begin(LOCAL)
    for _ in range(QUESTIONS.most):
        assert limits.take(QUESTIONS, "eva")
    assert limits.take(QUESTIONS, "eva") is None
    clock.time -= 60  # as clocks are set right now and then
    assert sessions.find(token)
    clock.time -= DAY
    assert sessions.find(token) is None  # or it would last a day longer than any may
    again = sessions.begin(LOCAL)
    assert sessions.find(again)
    assert limits.take(QUESTIONS, "eva")  # or nobody could ask until the clock has caught up
    clock.time += LASTS - 1
    assert sessions.find(again)
    clock.time += 2
    assert sessions.find(again) is None
    engine.dispose()
    figure(7, "klockan ställd tillbaka ett dygn: inloggningar som blev för långa, och personer som spärrades ute", "0 och 0")


def test_a_clock_that_is_set_back_breaks_no_index_and_removes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    root = place.anew()
    reader = IndexReader(root / "home", "words-1")
    assert reader.current().document_frequency("v1")

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) - timedelta(days=400)

    monkeypatch.setattr(building, "datetime", Earlier)
    index(root)
    assert reader.current().document_frequency("v2")
    assert version_that_answers(root / "home") == 2
    every_vector_is_right(root / "home")

    settings = Settings(home=root / "home")
    store = Store.open(settings)
    store.conversations.remember("eva", {})
    Remover(store, settings).past_their_time(date.today() - timedelta(days=400))
    assert store.conversations.person("eva")
    store.close()


def test_a_run_that_began_before_the_clock_was_set_back_is_not_believed_to_be_starting_for_ever(tmp_path: Path) -> None:
    import os

    from eval.background import _file, _write

    _write(_file(tmp_path, "Ekvik"), Progress(0, 0, "running"))
    tomorrow = time.time() + DAY
    os.utime(_file(tmp_path, "Ekvik"), (tomorrow, tomorrow))
    found = progress(tmp_path, "Ekvik")
    assert found is not None
    assert found.state == "failed"
