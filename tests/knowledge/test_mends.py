"""Mends: each municipality's own, every version kept, nothing lost when two change at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge.contacts import Contact
from knowledge.glossary import Bridge, Glossary, stems
from knowledge.mends import MendReader, Mends, Step, Version, change, history, mends
from knowledge.section import KnowledgeError

DAY = date(2026, 11, 22)
EU = Bridge(frozenset({("erasmus",)}), frozenset({"fond"}), "Erasmus är ett EU-program.")


def adding(word: str) -> Callable[[Version], Version]:
    return lambda v: replace(v, steps=(*v.steps, Step((word,), ("fonder",), f"{word} kallas fonder.")))


def add(home: Path, word: str, municipality: str = "Lindhamn") -> None:
    change(home, municipality, adding(word), who="Karin", what=f"Sparade {word}", today=DAY)


def test_each_change_is_a_version_with_day_and_who(tmp_path: Path) -> None:
    add(tmp_path, "ett")
    add(tmp_path, "två")
    kept = history(tmp_path, "Lindhamn")
    assert [(v.number, v.day, v.who, v.what, len(v.steps)) for v in kept] == [
        (1, "2026-11-22", "Karin", "Sparade ett", 1),
        (2, "2026-11-22", "Karin", "Sparade två", 2),
    ]
    assert mends(tmp_path).versions["Lindhamn"] == kept[-1]


def test_the_hash_is_of_what_counts_and_of_nothing_else(tmp_path: Path) -> None:
    empty = mends(tmp_path).hash
    add(tmp_path, "ett")
    first = mends(tmp_path).hash
    add(tmp_path, "två")
    earlier = history(tmp_path, "Lindhamn")[0]
    change(tmp_path, "Lindhamn", lambda v: replace(v, steps=earlier.steps), who="Kim", what="Återställde", today=date(2027, 1, 1))
    assert mends(tmp_path).hash == first != empty
    change(tmp_path, "Lindhamn", lambda v: replace(v, contacts=(Contact("HR", phone="1"),)), who="", what="", today=DAY)
    assert mends(tmp_path).hash != first


def test_names_that_are_written_alike_are_not_mixed_up(tmp_path: Path) -> None:
    add(tmp_path, "ett", "Habo")
    add(tmp_path, "två", "Håbo")
    assert [s.said for m in ("Habo", "Håbo") for s in mends(tmp_path).versions[m].steps] == [("ett",), ("två",)]


def test_two_who_change_at_once_both_get_their_change_in(tmp_path: Path) -> None:
    threads = [threading.Thread(target=add, args=(tmp_path, f"ord{n}")) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {s.said[0] for s in mends(tmp_path).versions["Lindhamn"].steps} == {f"ord{n}" for n in range(8)}
    assert [v.number for v in history(tmp_path, "Lindhamn")] == list(range(1, 9))


def test_an_edit_that_is_refused_changes_nothing(tmp_path: Path) -> None:
    def refuse(_version: Version) -> Version:
        raise KnowledgeError("Nej.", "Gör om.")

    with pytest.raises(KnowledgeError):
        change(tmp_path, "Lindhamn", refuse, who="", what="", today=DAY)
    assert history(tmp_path, "Lindhamn") == []


def test_a_reader_takes_up_what_another_process_wrote_and_keeps_what_it_had_while_a_file_is_damaged(tmp_path: Path) -> None:
    reader = MendReader(tmp_path)
    glossary = Glossary()
    assert reader.glossary(glossary, "Lindhamn").bridges == ()
    add(tmp_path, "ett")
    known = reader.glossary(glossary, "Lindhamn")
    assert known.bridge(("ett",)) is not None
    assert reader.glossary(glossary, "Lindhamn") is known  # made once for each change
    assert reader.glossary(glossary, "Norrfors").bridges == ()
    (file,) = (tmp_path / "mends").glob("*.jsonl")
    file.write_text("{trasig")
    assert reader.glossary(glossary, "Lindhamn").bridge(("ett",)) is not None
    with pytest.raises(KnowledgeError, match="skadad"):
        mends(tmp_path)


def test_a_coordinators_step_adds_to_the_glossarys_and_both_are_told() -> None:
    step = Step(("Erasmus", "erasmus plus"), ("utbytesmedel",), "Här kallas det utbytesmedel.")
    glossary = Mends({"Lindhamn": Version("Lindhamn", steps=(step,))}).glossary(Glossary(bridges=(EU,)), "Lindhamn")
    both = glossary.bridge(("erasmus",))
    assert both is not None
    assert both.targets == {"fond", *stems("utbytesmedel")}
    assert both.told == "Här kallas det utbytesmedel. Erasmus är ett EU-program."
    assert glossary.bridge(("erasmus", "plus")).told == "Här kallas det utbytesmedel."
    assert glossary.longest == 2
