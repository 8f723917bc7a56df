"""Documents through the browser: added, replaced, withdrawn and put back, with a register that is theirs, and indexed as any folder."""

from __future__ import annotations

import io
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import index_fakes as fakes
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index import Index
from knowledge.ingest import ingest
from knowledge.register import Stated
from knowledge.registering import clean
from knowledge.renewal import EARLIER_VERSION
from knowledge.report import Report
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

DAY = date(2026, 11, 22)
POLICY = "title: Policy 2020\n# Ansvar\nNämnden utser kontaktpersoner för tre år.\n# Resor\nResor beslutas av chefen."
RENEWED = "title: Policy 2026\n# Ansvar\nNämnden utser kontaktpersoner för fyra år.\n# Möten\nMöten hålls varje år."


class Office:
    """A municipality's uploads with the index over them."""

    def __init__(self, home: Path, municipality: str = "Lindhamn") -> None:
        self.home, self.uploads = home, Uploads(home, municipality)
        self.embedder = fakes.WordEmbedder()

    def add(self, name: str, text: str) -> str:
        return self.uploads.add(name, io.BytesIO(text.encode()))

    def replace(self, old: str, name: str, text: str) -> str:
        return self.uploads.replace(old, name, io.BytesIO(text.encode()), today=DAY)

    def ingest(self) -> Report:
        return ingest(self.uploads.folder, home=self.home, embedder=self.embedder, may_be_empty=True)

    @property
    def index(self) -> Index:
        return Index.open(self.home, self.embedder.name)


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    fakes.use_fakes(monkeypatch)
    return Office(tmp_path)


def test_an_uploaded_document_belongs_to_the_municipality_whatever_its_text_says(office: Office) -> None:
    office.add("policy.txt", "municipality: Norrfors\n" + POLICY)
    assert office.ingest().added == ("lindhamn/policy-2020",)
    assert office.index.documents["lindhamn/policy-2020"].municipality == "Lindhamn"


def test_the_old_id_of_a_replaced_document_leads_to_the_new_one_even_when_the_file_has_another_name(office: Office) -> None:
    old = office.add("policy.txt", POLICY)
    office.ingest()
    office.replace(old, "policy-2026.md", RENEWED)
    report = office.ingest()
    assert (report.added, report.changed, report.removed) == ((), ("lindhamn/policy-2026",), ())
    assert office.index.document("lindhamn/policy-2020").id == "lindhamn/policy-2026"
    assert office.index.section("lindhamn/policy-2020#ansvar").text == "Nämnden utser kontaktpersoner för fyra år."
    assert office.index.section("lindhamn/policy-2020#resor") is None
    office.ingest()
    assert office.index.document("lindhamn/policy-2020").id == "lindhamn/policy-2026"


def test_a_replacement_that_cannot_be_read_leaves_the_earlier_document_and_can_be_taken_back(office: Office) -> None:
    old = office.add("policy.txt", POLICY)
    office.uploads.state(old, Stated(owner="Kansliet"))
    office.ingest()
    new = office.replace(old, "policy.pdf", "TRASIG")
    report = office.ingest()
    assert [f.file for f in report.failed] == ["policy.pdf"]
    assert office.index.documents["lindhamn/policy-2020"].warnings == (EARLIER_VERSION,)
    assert office.uploads.take_back(new) == "policy.txt"
    assert office.ingest().failed == ()
    assert office.index.documents["lindhamn/policy-2020"].warnings == ()
    assert office.uploads.register().stated("policy.txt") == Stated(municipality="Lindhamn", owner="Kansliet")


def test_what_is_stated_of_the_decision_does_not_follow_to_the_file_that_takes_its_place(office: Office) -> None:
    old = office.add("policy.txt", POLICY)
    office.uploads.state(old, Stated(title="Policy", owner="Kansliet", decided_on=date(2020, 1, 1), kind="policy"))
    new = office.replace(old, "policy.txt", RENEWED)
    assert (new, office.uploads.register().stated(new)) == ("policy.txt", Stated(municipality="Lindhamn", owner="Kansliet", kind="policy"))


def test_a_withdrawn_document_leaves_the_index_and_can_be_put_back_as_it_was_stated(office: Office) -> None:
    name = office.add("policy.txt", POLICY)
    office.add("plan.txt", RENEWED)
    office.uploads.state(name, Stated(title="Resepolicy"))
    office.ingest()
    office.uploads.withdraw(name, today=DAY)
    assert office.ingest().removed == ("lindhamn/resepolicy",)
    (kept,) = office.uploads.withdrawn()
    assert (kept.name, kept.day) == ("policy.txt", "2026-11-22")
    assert office.uploads.restore(kept.digest) == "policy.txt"
    assert office.ingest().added == ("lindhamn/resepolicy",)
    assert office.uploads.withdrawn() == []


def test_the_last_document_can_be_withdrawn(office: Office) -> None:
    office.uploads.withdraw(office.add("policy.txt", POLICY), today=DAY)
    office.add("plan.txt", RENEWED)
    office.ingest()
    office.uploads.withdraw("plan.txt", today=DAY)
    assert office.ingest().removed == ("lindhamn/policy-2026",)
    assert dict(office.index.documents) == {}


def test_withdrawn_files_are_kept_for_as_long_as_they_are_cited(office: Office) -> None:
    for name in ("a.txt", "b.txt"):
        office.uploads.withdraw(office.add(name, POLICY + name), today=DAY)
    first, second = office.uploads.earlier()
    assert office.uploads.prune([second.digest], DAY) == []
    assert office.uploads.prune([second.digest], DAY + timedelta(days=1)) == [first]
    assert [e.name for e in office.uploads.earlier()] == ["b.txt"]
    assert sorted(p.name for p in (office.uploads.folder / ".tidigare").iterdir() if len(p.name) == 64) == [second.digest]
    with pytest.raises(KnowledgeError, match="finns inte längre"):
        office.uploads.restore(first.digest)


def test_what_is_stated_wins_over_the_text_and_is_read_back_as_it_was_written(office: Office) -> None:
    name = office.add("policy.txt", POLICY)
    stated = Stated(
        municipality="Lindhamn", title='Policy "för" C:\\resor', decided_on=date(2024, 5, 31), review_interval_years=4,
        replaces=("Resepolicy 2012", "lindhamn/x#y"), url="https://www.lindhamn.example",
    )  # fmt: skip
    office.uploads.state(name, stated)
    assert office.uploads.register().stated(name) == stated
    office.uploads.state(name, Stated(municipality="Norrfors"))
    assert office.uploads.register().stated(name) == Stated(municipality="Lindhamn")


@given(st.text(max_size=60))
def test_whatever_a_form_is_sent_can_be_stated_and_read_back(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    uploads = Uploads(tmp_path_factory.mktemp("home"), "Lindhamn")
    name = uploads.add("policy.txt", io.BytesIO(b"Text."))
    said = unicodedata.normalize("NFC", clean(text)) or None
    uploads.state(name, Stated(title=said))
    assert uploads.register().stated(name) == Stated(municipality="Lindhamn", title=said)


def test_what_would_not_read_back_is_refused_and_the_register_before_stays(office: Office) -> None:
    name = office.add("policy.txt", POLICY)
    for wrong in (Stated(id="inte ett id"), Stated(review_interval_years=0), Stated(title="\ud800")):
        with pytest.raises(KnowledgeError):
            office.uploads.state(name, wrong)
    assert office.uploads.register().stated(name) == Stated(municipality="Lindhamn")


def test_a_file_that_is_not_there_cannot_be_replaced_or_withdrawn(office: Office, tmp_path: Path) -> None:
    (tmp_path / "hemlig.txt").write_text("x")
    for wrong in ("../../hemlig.txt", "ingen.txt", "register.toml", ""):
        with pytest.raises(KnowledgeError):
            office.uploads.withdraw(wrong, today=DAY)
    assert (tmp_path / "hemlig.txt").exists()


def test_municipalities_whose_names_are_written_alike_have_folders_of_their_own(tmp_path: Path) -> None:
    folders = {Uploads(tmp_path, name).folder for name in ("Habo", "Håbo", "Lindhamn", "???", "!!!")}
    assert len(folders) == 5
    assert Uploads(tmp_path, "Lindhamn").folder == tmp_path / "uploads" / "lindhamn"
    assert {f.parent for f in folders} == {tmp_path / "uploads"}
