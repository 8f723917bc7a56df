"""Versions of cited documents: each is there under its hash, exactly as it was."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from store_fakes import document

from assistant.store.store import Store
from knowledge.section import KnowledgeError


def test_every_version_is_found_by_its_hash(store: Store) -> None:
    before, after = document("Rektor beslutar."), document("Nämnden beslutar.")
    first, second = store.versions.keep(before), store.versions.keep(after)
    assert first != second
    assert store.versions.get(first) == before
    assert store.versions.get(second) == after


def test_the_same_version_is_kept_once(store: Store) -> None:
    assert store.versions.keep(document()) == store.versions.keep(document())
    assert len(list((store.home / "versions").iterdir())) == 1


@pytest.mark.parametrize("version", ["", "f" * 64, "../../etc/passwd", "../" + "f" * 61])
def test_what_is_not_kept_is_not_found(store: Store, version: str) -> None:
    store.versions.keep(document())
    assert store.versions.get(version) is None


def test_a_changed_file_is_not_shown_as_what_it_was(store: Store) -> None:
    version = store.versions.keep(document())
    path = store.home / "versions" / f"{version}.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Rektor", "Ingen"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="skadad"):
        store.versions.get(version)


def test_half_a_file_is_written_anew(store: Store) -> None:
    version = store.versions.keep(document())
    path = store.home / "versions" / f"{version}.jsonl"
    path.write_bytes(path.read_bytes()[:20])
    assert store.versions.keep(document()) == version
    assert store.versions.get(version) == document()


def test_a_version_counts_from_when_it_was_last_cited(store: Store) -> None:
    version = store.versions.keep(document())
    os.utime(store.home / "versions" / f"{version}.jsonl", (0, 0))
    assert store.versions.cited_before(date.today()) == [version]
    store.versions.keep(document())
    assert store.versions.cited_before(date.today()) == []
    assert store.versions.cited_before(date.today() + timedelta(days=1)) == [version]
