"""Promise 7: a full disk and folders that may not be written. What fails says so in Swedish, and the index before answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hard_disk import resized, small_disk, used
from hard_kill import Killer, killer
from hard_works import WORKS, Place, every_vector_is_right, version_that_answers

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]

CHANGING = [name for name in WORKS if name not in ("look", "real_index")]
ROOM = 200_000
NOBODY = 65534


@pytest.fixture(scope="module")
def server() -> Iterator[Killer]:
    with killer() as made:
        yield made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("full")
    return Place(folder / "place", folder / "kept")


def is_a_clear_message(said: str) -> bool:
    """Whether it says what is wrong and what to do, and is nobody's stack trace."""
    told = ("disk", "plats", "skriva", "spara", "läsa")
    return any(word in said for word in told) and "Error" not in said and "Traceback" not in said and "CRASHED" not in said


@pytest.mark.timeout(3600)
def test_a_disk_that_fills_is_told_and_what_was_there_answers(server: Killer, place: Place, amount: Amount, figure: Figure) -> None:
    work_on_all = server.run("index", place.anew()), *[server.run(work, place.root) for work in CHANGING[1:]]
    assert all(outcome.said == [] for outcome in work_on_all)
    place.anew()
    first = used(place.root)
    sizes = amount(20, 2)
    told, full = 0, 0
    for number in range(sizes):
        work = CHANGING[number % len(CHANGING)]
        place.empty()
        with small_disk(place.root, ROOM) as real:
            place.anew()
            if real:
                resized(place.root, first + 4 + (number // len(CHANGING)) * STEPS[work])
                outcome = server.run(work, place.root)
            else:  # a machine where nothing may be mounted: the process may write no file that is larger
                outcome = server.run(work, place.root, largest=4096 * (1 + number))
            where = f"{work}, {number}: {outcome}"
            assert outcome.signal is None, where
            assert all(map(is_a_clear_message, outcome.said)), where
            full += bool(outcome.said)
            told += 1
            assert version_that_answers(place.root / "home") in (1, 2), where
            if real:
                resized(place.root, ROOM)
            again = server.run(work, place.root)
            assert (again.signal, again.said) == (None, []), f"{where} {again}"
            every_vector_is_right(place.root / "home")
    how = "små diskar" if real else "gräns för filers storlek"
    figure(7, f"full disk, {how}: storlekar där indexet före svarade och allt gick att göra om utan lagning", f"{told} av {sizes}")
    figure(7, "därav storlekar där disken tog slut, med begripligt besked", f"{full}")
    assert full >= sizes // 2


STEPS = {"index": 120, "upload": 8, "publish": 4, "evaluate": 8, "keep": 16}
"""Kilobytes between two sizes of disk: how much each work writes, about, over the number of sizes."""


def test_where_nothing_may_be_written_all_is_told_and_answers_are_given(server: Killer, figure: Figure) -> None:
    with tempfile.TemporaryDirectory() as made:  # not under pytest's own folder, which nobody else may look into
        root = Path(made) / "place"
        place = Place(root, Path(made) / "kept")
        server.run("keep", root)
        Path(made).chmod(0o755)
        subprocess.run(["chmod", "-R", "a-w,a+rX", str(root)], check=True)
        user = NOBODY if os.geteuid() == 0 else None
        try:
            said = {work: server.run(work, root, user=user) for work in [*CHANGING, "look"]}
        finally:
            subprocess.run(["chmod", "-R", "u+w", str(root)], check=True)
        refused = [w for w in CHANGING if said[w].said and all(map(is_a_clear_message, said[w].said))]
        what = "skrivskyddad mapp: arbeten som nekas med begripligt besked; frågor besvaras"
        figure(7, what, f"{len(refused)} av {len(CHANGING)}")
        assert refused == CHANGING, said
        assert (said["look"].signal, said["look"].said) == (None, [])
        assert version_that_answers(root / "home") == 1
        shutil.rmtree(root)
        del place
