"""Promise 6: whatever is killed, and whenever, the index before answers, nothing is half, and the same work done again completes."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import hard_works as works
import pytest
from hard_kill import Killer, killer
from hard_works import WHOSE, Place, Uploads, every_vector_is_right, version_that_answers

from assistant import indexing
from eval.background import STOPPED, progress
from eval.question_sets import QuestionSets
from eval.run import runs
from knowledge.embed import LocalEmbedder
from knowledge.file_name import safe_name
from knowledge.index import Index
from knowledge.mends import history

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]

POINTS = {"index": (36, 2), "upload": (28, 2), "publish": (16, 1), "evaluate": (20, 2)}
"""Work → how often it is killed: in all, and in every run of the tests. A quarter at any time, the others at a change of the disk."""
SWEDISH = {"index": "indexering", "upload": "uppladdning", "publish": "publicering", "evaluate": "utvärdering"}


@pytest.fixture(scope="module")
def server() -> Iterator[Killer]:
    with killer() as made:
        yield made


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("killed")
    return Place(folder / "place", folder / "kept")


@pytest.mark.parametrize("work", POINTS)
@pytest.mark.timeout(3600)
def test_what_is_killed_leaves_what_was_and_completes_when_it_is_done_again(
    work: str, server: Killer, place: Place, amount: Amount, figure: Figure
) -> None:
    root = place.anew()
    whole = server.run(work, root)
    assert (whole.signal, whole.said) == (None, [])
    CHECKS[work](root, done=True)
    count, chance = amount(*POINTS[work]), random.Random(work)
    timed = count // 4
    when: list[dict[str, float]] = [{"after": chance.uniform(0, whole.seconds)} for _ in range(timed)]
    every = len(whole.points) / (count - timed)
    when += [{"at": 1 + int((n + 0.5) * every)} for n in range(count - timed)]
    survived, killed, vectors = 0, 0, 0
    for then in when:
        outcome = server.run(work, place.anew(), **then)  # type: ignore[arg-type]
        where = f"{then} {whole.points[int(then['at']) - 1] if 'at' in then else ''}"
        if "at" in then and outcome.signal is None:  # how often progress is written depends on the pace: this run made fewer changes
            assert outcome.said == [], where
            outcome = server.run(work, place.anew(), at=1 + len(outcome.points) // 2)
        assert outcome.signal == 9 or "after" in then, where
        killed += outcome.signal == 9
        assert version_that_answers(root / "home") in (1, 2), where
        CHECKS[work](root, done=False)
        again = server.run(work, root)
        assert (again.signal, again.said) == (None, []), where
        CHECKS[work](root, done=True)
        vectors += every_vector_is_right(root / "home")
        survived += 1
    figure(
        6,
        f"dödad {SWEDISH[work]}: punkter där indexet före svarade och en ny körning blev klar",
        f"{survived} av {count} ({killed} avbrutna av kill -9, {vectors} vektorer jämförda)",
    )


@pytest.mark.timeout(3600)
def test_a_killed_indexing_with_the_real_embedder_and_readers_leaves_what_was(
    server: Killer, tmp_path: Path, amount: Amount, figure: Figure
) -> None:
    folder, kills = tmp_path / "documents", amount(8, 1)
    folder.mkdir()
    (folder / "register.toml").write_text(f'[[municipality]]\nname = "{WHOSE}"\n', encoding="utf-8")

    def at(version: int) -> None:
        told = f"Förvaltningschefen beslutar om resor enligt version v{version}."
        text = f"# Policy för resor i {WHOSE}s kommun\n\nAntagen den 3 mars 2023.\n\n## Resor\n\n{told}\n"
        (folder / "policy.md").write_text(text, encoding="utf-8")

    at(1)
    first = server.run("real_index", tmp_path)
    assert (first.signal, first.said) == (None, [])
    before = 1
    for number in range(kills):
        at(before + 1)
        outcome = server.run("real_index", tmp_path, at=1 + int(len(first.points) * (number + 0.5) / kills))
        assert outcome.signal == 9
        index = Index.open(tmp_path / "home", LocalEmbedder().name)
        answers = [v for v in (before, before + 1) if index.document_frequency(f"v{v}")]
        assert len(answers) == 1
        assert server.run("real_index", tmp_path).said == []
        before += 1
        assert Index.open(tmp_path / "home", None).document_frequency(f"v{before}") == 1
    figure(6, "dödad indexering med riktig sökmodell och riktiga läsare: indexet svarade, omkörning klar", f"{kills} av {kills}")


def _index(root: Path, *, done: bool) -> None:
    if done:
        assert version_that_answers(root / "home") == 2
        assert len(list((root / "home" / "index").glob("g-*"))) == 2


def _upload(root: Path, *, done: bool) -> None:
    uploads = Uploads(root / "home", WHOSE)
    contents = {works.uploaded(1), works.uploaded(2), works.ADDED, works.WITHDRAWN}
    names = uploads.names()
    assert all((uploads.folder / n).read_bytes() in contents for n in names)
    assert set(names) - {"tillagg.txt", "gammalt.txt"} == {"regler.txt"}
    assert all(uploads.register().stated(n) for n in names)
    told = indexing.progress(root / "home", WHOSE)
    assert told is None or (told.state, told.error) in (("done", ""), ("failed", indexing._BROKEN))
    if done:
        assert told is not None
        assert told.state == "done"
        assert names == ["regler.txt", "tillagg.txt"]
        assert (uploads.folder / "regler.txt").read_bytes() == works.uploaded(2)
        assert {e.name for e in uploads.withdrawn()} == {"gammalt.txt"}
        left = [p.name for p in uploads.folder.iterdir() if p.name.startswith(".") and p.name.endswith((".upload", ".new"))]
        assert left == []
        assert safe_name("gammalt.txt", names) == "gammalt.txt"


def _publish(root: Path, *, done: bool) -> None:
    versions = history(root / "home", WHOSE)
    draft = QuestionSets(root / "home").find(WHOSE, "utkast").draft
    assert [v.steps for v in versions] in ([], [(works.STEP,)])
    assert len(QuestionSets(root / "home").read(WHOSE)) == works.QUESTIONS + 1
    if done:
        assert (len(versions), draft) == (1, False)


def _evaluate(root: Path, *, done: bool) -> None:
    kept = runs(root / "home", WHOSE)
    now = progress(root / "home", WHOSE)
    assert now is None or now.state == "done" or (now.state, now.error) == ("failed", STOPPED)
    if done:
        assert [r.id for r in kept[-1].rows] == [f"f{n}" for n in range(works.QUESTIONS)]
        assert list((root / "home" / "eval" / "runs").glob("*.part")) == []


CHECKS: dict[str, Callable[..., None]] = {"index": _index, "upload": _upload, "publish": _publish, "evaluate": _evaluate}
