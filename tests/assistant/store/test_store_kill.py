"""kill -9 right after what was acknowledged: all of it is there. The process is killed while it goes on writing."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path

from store_fakes import EVA, answer, document

from assistant.settings import Settings
from assistant.store.store import Store

ACKNOWLEDGED = 100


def answer_and_rate_for_ever(home: Path) -> None:
    """Tell each answer's id when it and its thumb are kept."""
    store = Store.open(Settings(home=home))
    for n in itertools.count():
        kept = store.answered(answer(f"Fråga {n}?"), EVA, [document()])
        store.feedback.put(kept, kept.person, up=n % 2 == 0, words=f"Ord {n}")
        print(kept.id, flush=True)


def test_a_hundred_acknowledged_answers_and_thumbs_outlive_a_kill(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), str(Path(__file__).parent)])}
    with subprocess.Popen([sys.executable, __file__, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(ACKNOWLEDGED)]
        process.kill()
        told += process.stdout.read().split()
    store = Store.open(Settings(home=tmp_path))
    kept = [r.id for r in store.log.read()]
    person = store.people.key("eva")
    assert kept[: len(told)] == told
    assert len(kept) - len(told) in (0, 1)  # the one that it was about to tell
    assert all(store.feedback.get(i, person) for i in told)
    after = store.answered(answer("Efteråt?"), EVA, [document()])
    assert [r.id for r in store.log.read()] == [*kept, after.id]
    store.close()


if __name__ == "__main__":
    answer_and_rate_for_ever(Path(sys.argv[1]))
