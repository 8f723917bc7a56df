"""Ingest: the index follows its folder, nothing is done twice, and nothing that fails costs what was there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from index_fakes import WordEmbedder, use_fakes

from knowledge import dense, folder, renewal
from knowledge import generation as disk
from knowledge.folder import look_at
from knowledge.index import Index
from knowledge.ingest import ingest
from knowledge.lock import writing
from knowledge.read import close_reader
from knowledge.register import Municipality
from knowledge.renewal import EARLIER_VERSION
from knowledge.report import Failure, Report, Warned
from knowledge.section import KnowledgeError

PLAN = "title: Plan\nmunicipality: Lindhamn\n# Syfte\nVi vill samarbeta mer.\n# Mål\nTre resor varje år."
RULES = "title: Regler\nmunicipality: Lindhamn\n# Resor\nTåg väljs före flyg."


class Place:
    """A folder with an index of its own, and an embedder that counts."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "dokument"
        self.home = root / "home"
        self.embedder = WordEmbedder()
        self.told: list[tuple[str, int, int]] = []
        self.folder.mkdir()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def ingest(self, folder: Path | None = None) -> Report:
        self.embedder.embedded.clear()
        return ingest(folder or self.folder, home=self.home, embedder=self.embedder, progress=lambda *told: self.told.append(told))

    @property
    def index(self) -> Index:
        return Index.open(self.home, self.embedder.name)

    def refusal(self, folder: Path | None = None) -> KnowledgeError:
        with pytest.raises(KnowledgeError) as caught:
            self.ingest(folder)
        return caught.value


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    use_fakes(monkeypatch)
    return Place(tmp_path)


@pytest.fixture
def two(place: Place) -> Place:
    """A place whose two documents are indexed."""
    place.write("plan.txt", PLAN)
    place.write("under/regler.txt", RULES)
    place.ingest()
    return place


def test_a_folder_becomes_an_index(place: Place) -> None:
    place.write("plan.txt", PLAN)
    place.write("under/regler.txt", RULES)
    assert place.ingest() == Report(added=("lindhamn/plan", "lindhamn/regler"))
    assert [d.file for d in place.index.documents.values()] == ["plan.txt", "under/regler.txt"]
    assert len(place.embedder.embedded) == 3
    assert place.told == [("Läser", 1, 2), ("Läser", 2, 2), ("Indexerar", 3, 3)]


def test_a_folder_where_nothing_changed_is_left_alone(two: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    generation = disk.current(two.home)
    monkeypatch.setattr(renewal, "read_file", None)
    assert two.ingest() == Report(unchanged=("lindhamn/plan", "lindhamn/regler"))
    assert two.embedder.embedded == []
    assert disk.current(two.home) == generation


def test_only_what_changed_is_embedded_again(two: Place) -> None:
    two.write("plan.txt", PLAN.replace("Tre resor", "Fyra resor"))
    assert two.ingest() == Report(changed=("lindhamn/plan",), unchanged=("lindhamn/regler",))
    assert two.embedder.embedded == ["Mål: Fyra resor varje år."]
    section = two.index.section("lindhamn/plan#mål")
    assert section is not None
    assert section.text == "Fyra resor varje år."


def test_of_a_section_that_changed_only_the_new_statement_is_embedded(two: Place) -> None:
    two.write("plan.txt", PLAN.replace("Tre resor varje år.", "Vi börjar om. Tre resor varje år."))
    assert two.ingest().changed == ("lindhamn/plan",)
    assert two.embedder.embedded == ["Mål: Vi börjar om."]
    ((_, number, _),) = two.index.dense(two.embedder.embed_query("Mål: Tre resor varje år."), {"Lindhamn"}, 1)
    assert number == 1  # its vector was there before, but it is the second statement now


def test_a_new_way_of_reading_reads_every_file_again_and_embeds_only_what_came_out_otherwise(
    two: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "PIPELINE", folder.PIPELINE + 1)
    two.told.clear()
    assert two.ingest() == Report(unchanged=("lindhamn/plan", "lindhamn/regler"))
    assert two.told == [("Läser", 1, 2), ("Läser", 2, 2)]
    assert two.embedder.embedded == []


def test_what_is_gone_is_removed(two: Place) -> None:
    (two.folder / "plan.txt").unlink()
    assert two.ingest() == Report(removed=("lindhamn/plan",), unchanged=("lindhamn/regler",))
    assert two.index.documents.keys() == {"lindhamn/regler"}


def test_a_file_that_moved_keeps_its_document_and_vectors(two: Place) -> None:
    (two.folder / "plan.txt").rename(two.folder / "plan-2024.txt")
    assert two.ingest() == Report(changed=("lindhamn/plan",), unchanged=("lindhamn/regler",))
    assert two.index.documents["lindhamn/plan"].file == "plan-2024.txt"
    assert two.embedder.embedded == []


def test_a_new_title_gives_a_new_id_and_the_old_ones_still_lead_there(two: Place) -> None:
    two.write("plan.txt", PLAN.replace("Plan", "Ny plan"))
    assert two.ingest() == Report(changed=("lindhamn/ny-plan",), unchanged=("lindhamn/regler",))
    section = two.index.section("lindhamn/plan#mål")
    assert section is not None
    assert section.id == "lindhamn/ny-plan#mål"
    assert two.index.document("lindhamn/plan") == two.index.documents["lindhamn/ny-plan"]


def test_a_renamed_heading_still_answers_to_its_old_id(two: Place) -> None:
    two.write("plan.txt", PLAN.replace("# Mål", "# Våra mål"))
    two.ingest()
    section = two.index.section("lindhamn/plan#mål")
    assert section is not None
    assert section.id == "lindhamn/plan#våra-mål"


def test_a_file_that_fails_stops_no_other_and_its_earlier_version_stays(two: Place) -> None:
    two.write("plan.txt", "TRASIG")
    two.write("ny.txt", "title: Ny\nmunicipality: alla\n# Allt\nOm ansökan.")
    report = two.ingest()
    assert report.added == ("alla/ny",)
    assert report.unchanged == ("lindhamn/plan", "lindhamn/regler")
    assert report.failed == (Failure("plan.txt", "Filen är trasig.", "Spara om den."),)
    assert report.warnings == (Warned("plan.txt", EARLIER_VERSION),)
    index = two.index
    assert index.documents["lindhamn/plan"].warnings == (EARLIER_VERSION,)
    assert [i for i, _ in index.lexical({"samarbeta": 1.0}, {"Lindhamn"}, 5)] == ["lindhamn/plan#syfte"]


def test_a_failure_that_lasts_is_told_each_time_but_builds_nothing(two: Place) -> None:
    two.write("plan.txt", "TRASIG")
    first, generation = two.ingest(), disk.current(two.home)
    assert two.ingest() == first
    assert disk.current(two.home) == generation


@pytest.mark.parametrize("text", [PLAN, PLAN + " Och en till."])
def test_a_file_that_can_be_read_again_loses_its_mark(two: Place, text: str) -> None:
    two.write("plan.txt", "TRASIG")
    two.ingest()
    two.write("plan.txt", text)
    assert two.ingest().warnings == ()
    assert two.index.documents["lindhamn/plan"].warnings == ()


def test_a_fault_in_the_program_costs_one_file(two: Place) -> None:
    two.write("bugg.txt", "BUGG")
    (failure,) = two.ingest().failed
    assert failure.file == "bugg.txt"
    assert "ZeroDivisionError" in failure.reason


def test_a_folder_in_which_every_file_fails_gets_its_report_and_no_index(place: Place) -> None:
    place.write("a.txt", "TRASIG")
    assert [f.file for f in place.ingest().failed] == ["a.txt"]
    assert disk.current(place.home) is None


def test_a_file_that_cannot_be_opened_is_told(two: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (two.folder / "bort.txt").symlink_to(two.folder / "finns-inte")
    two.write("hemlig.txt", PLAN)
    opened = Path.open

    def refuse(self: Path, *args: object, **more: object) -> object:
        if self.name == "hemlig.txt":
            raise PermissionError(13, "Permission denied")
        return opened(self, *args, **more)

    monkeypatch.setattr(Path, "open", refuse)
    assert [f.file for f in two.ingest().failed] == ["hemlig.txt"]


def test_a_file_whose_name_is_not_text_is_told(two: Place) -> None:
    (two.folder / os.fsdecode(b"\xe5r.txt")).write_text(PLAN)
    (failure,) = two.ingest().failed
    assert (failure.file, failure.remedy) == ("\ufffdr.txt", "Byt namn på filen.")


def test_hidden_files_and_those_of_office_and_system_are_left_out(two: Place) -> None:
    for name in (".dold.txt", ".git/config", "~$plan.txt", ".DS_Store", "Thumbs.db", "under/contacts.toml", "under/register.toml"):
        two.write(name, "TRASIG")
    assert two.ingest() == Report(unchanged=("lindhamn/plan", "lindhamn/regler"))


def test_changed_contacts_are_in_the_index_though_no_document_is_read_again(two: Place) -> None:
    two.write("contacts.toml", '[[contact]]\nfunction = "HR"\nphone = "1"')
    assert two.ingest() == Report(unchanged=("lindhamn/plan", "lindhamn/regler"))
    assert [c.function for c in two.index.contacts("Lindhamn")] == ["HR"]
    assert two.index.contacts("Norrfors") == ()


def test_the_index_itself_is_not_read_when_it_lies_in_the_folder(place: Place) -> None:
    place.home = place.folder / "home"
    place.write("plan.txt", PLAN)
    place.ingest()
    assert place.ingest() == Report(unchanged=("lindhamn/plan",))


def test_uploads_inside_the_home_are_read(place: Place) -> None:
    uploads = place.home / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "plan.txt").write_text(PLAN)
    assert place.ingest(uploads).added == ("lindhamn/plan",)


def test_two_documents_with_one_id_need_a_register(two: Place) -> None:
    two.write("plan-b.txt", PLAN + " Mer.")
    (failure,) = two.ingest().failed
    assert failure.file == "plan-b.txt"
    assert "plan.txt" in failure.reason
    assert 'id = "lindhamn/plan-2"' in failure.remedy
    two.write("register.toml", '[[document]]\nfile = "plan-b.txt"\nid = "lindhamn/plan-2"\n')
    assert two.ingest().added == ("lindhamn/plan-2",)


def test_a_copy_is_indexed_once_and_told(two: Place) -> None:
    two.write("a-kopia.txt", PLAN)
    report = two.ingest()
    assert report.unchanged == ("lindhamn/plan", "lindhamn/regler")
    assert report.warnings == (Warned("a-kopia.txt", "Filen är en kopia av plan.txt och indexerades inte en gång till."),)


def test_one_file_for_two_municipalities_is_no_copy_when_the_register_says_so(place: Place) -> None:
    for town in ("Lindhamn", "Ekby"):
        place.write(f"{town}.txt", PLAN)
    entries = "".join(f'[[document]]\nfile = "{t}.txt"\nmunicipality = "{t}"\n' for t in ("Lindhamn", "Ekby"))
    place.write("register.toml", entries)
    assert place.ingest().added == ("ekby/plan", "lindhamn/plan")


def test_what_the_register_states_is_taken_up_without_embedding(two: Place) -> None:
    two.write(
        "register.toml", '[[document]]\nfile = "plan.txt"\nmunicipality = "alla"\n[[municipality]]\nname = "Lindhamn"\ncontact = "Kim Ek"\n'
    )
    report = two.ingest()
    assert report.changed == ("alla/plan",)
    assert two.embedder.embedded == []
    assert two.index.municipalities == (Municipality("Lindhamn", "Kim Ek"),)
    assert [i for i, _ in two.index.lexical({"resor": 1.0}, {"alla"}, 5)] == ["alla/plan#mål"]


def test_a_name_in_the_register_without_a_file_is_told(two: Place) -> None:
    two.write("register.toml", '[[document]]\nfile = "borta.txt"\n')
    assert [(w.file, "borta.txt" in w.text) for w in two.ingest().warnings] == [("register.toml", True)]


def test_a_mistake_in_the_register_stops_before_anything_is_read(two: Place) -> None:
    two.write("register.toml", "[[document]]\nfil = 'plan.txt'\n")
    assert "”fil”" in two.refusal().reason
    assert two.index.documents.keys() == {"lindhamn/plan", "lindhamn/regler"}


def test_a_document_of_no_known_municipality_is_told_each_time(place: Place) -> None:
    place.write("okand.txt", "title: Okänd\n# A\nText.")
    expected = (Warned("okand.txt", "Kommunen är inte känd."),)
    assert place.ingest().warnings == place.ingest().warnings == expected
    assert place.embedder.embedded == []


def test_another_folder_is_a_source_of_its_own(two: Place, tmp_path: Path) -> None:
    other = tmp_path / "uppladdat"
    other.mkdir()
    (other / "guide.txt").write_text("title: Guide\nmunicipality: alla\n# Steg\nBörja här.")
    assert two.ingest(other) == Report(added=("alla/guide",))
    assert two.index.documents.keys() == {"alla/guide", "lindhamn/plan", "lindhamn/regler"}
    (two.folder / "plan.txt").unlink()
    assert two.ingest().removed == ("lindhamn/plan",)
    assert two.index.documents.keys() == {"alla/guide", "lindhamn/regler"}


def test_a_copy_in_another_folder_is_told_and_the_same_id_refused(two: Place, tmp_path: Path) -> None:
    other = tmp_path / "uppladdat"
    other.mkdir()
    (other / "kopia.txt").write_text(PLAN)
    (other / "regler.txt").write_text(RULES + " Alltid.")
    report = two.ingest(other)
    assert [w.file for w in report.warnings] == ["kopia.txt"]
    assert [f.file for f in report.failed] == ["regler.txt"]
    assert str(two.folder / "under/regler.txt") in report.failed[0].reason


def test_a_folder_that_moved_takes_its_documents_along(two: Place, tmp_path: Path) -> None:
    moved = two.folder.rename(tmp_path / "flyttad")
    assert two.ingest(moved).changed == ()
    assert two.index.manifest.sources.keys() == {str(moved)}
    assert two.embedder.embedded == []


def test_a_vanished_folder_changes_nothing(two: Place) -> None:
    shutil.rmtree(two.folder)
    assert "finns inte" in two.refusal().reason
    assert len(two.index.documents) == 2


def test_an_emptied_folder_changes_nothing(two: Place) -> None:
    shutil.rmtree(two.folder)
    two.folder.mkdir()
    assert "inga dokument" in two.refusal().reason
    assert len(two.index.documents) == 2


def test_a_file_in_place_of_a_folder_is_refused(two: Place) -> None:
    assert "är en fil" in two.refusal(two.folder / "plan.txt").reason


def test_another_embedder_embeds_everything_and_reads_nothing(two: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renewal, "read_file", None)
    two.embedder = WordEmbedder("words-2")
    assert two.ingest().unchanged == ("lindhamn/plan", "lindhamn/regler")
    assert len(two.embedder.embedded) == 3
    assert two.index.size == 3


@pytest.mark.parametrize("part", ["chroma", "bm25"])
def test_an_index_that_lost_a_part_is_built_again(two: Place, part: str) -> None:
    shutil.rmtree(disk.generation_folder(two.home, disk.current(two.home) or "") / part)
    assert two.ingest().unchanged == ("lindhamn/plan", "lindhamn/regler")
    assert two.index.size == 3


def test_an_index_whose_documents_are_lost_is_built_again_and_says_so(two: Place) -> None:
    (disk.generation_folder(two.home, disk.current(two.home) or "") / disk.DOCUMENTS).write_text("{}")
    report = two.ingest()
    assert report.added == ("lindhamn/plan", "lindhamn/regler")
    assert ["de andra mapparna" in w.text for w in report.warnings] == [True]
    assert two.index.size == 3


def test_an_index_of_an_older_format_is_built_again_and_says_so(two: Place) -> None:
    manifest = disk.generation_folder(two.home, disk.current(two.home) or "") / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"format": disk.FORMAT - 1}))
    report = two.ingest()
    assert report.added == ("lindhamn/plan", "lindhamn/regler")
    assert ["de andra mapparna" in w.text for w in report.warnings] == [True]
    assert len(two.embedder.embedded) == 3


def test_a_full_disk_leaves_what_was_there(two: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    two.write("plan.txt", PLAN + " Mer.")
    monkeypatch.setattr(dense.VectorStore, "add", full)
    assert "plats på disken" in two.refusal().remedy
    assert two.index.size == 3


def test_a_home_that_cannot_be_written_is_told(place: Place, tmp_path: Path) -> None:
    place.write("plan.txt", PLAN)
    place.home = tmp_path / "fil"
    place.home.write_text("")
    assert "går inte att skriva" in place.refusal().reason


def test_what_a_killed_run_left_is_removed_by_the_next(two: Place) -> None:
    leftover = two.home / "index" / "g-7"
    shutil.copytree(disk.generation_folder(two.home, disk.current(two.home) or ""), leftover)
    two.ingest()
    assert not leftover.exists()


def test_the_report_is_plain_json() -> None:
    report = Report(added=("a",), failed=(Failure("f", "r", "m"),), warnings=(Warned("w", "t"),))
    assert json.loads(json.dumps(report.as_dict())) == {
        "added": ["a"],
        "changed": [],
        "removed": [],
        "unchanged": [],
        "failed": [{"file": "f", "reason": "r", "remedy": "m"}],
        "warnings": [{"file": "w", "text": "t"}],
    }


HOLD = """
import sys
from pathlib import Path
from knowledge.lock import writing
with writing(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(place: Place) -> Iterator[Place]:
    """A place in which another process is indexing."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.home / "index")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield place
        other.kill()


def test_a_second_indexing_is_refused_at_once(held: Place) -> None:
    held.write("plan.txt", PLAN)
    start = time.monotonic()
    error = held.refusal()
    assert time.monotonic() - start < 1
    assert (error.reason, error.remedy) == ("En annan indexering pågår redan.", "Vänta tills den är klar och försök sedan igen.")


def test_the_lock_is_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        raise ZeroDivisionError
    with writing(tmp_path), pytest.raises(KnowledgeError, match="pågår redan"), writing(tmp_path):
        pass


def test_real_files_go_all_the_way(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("policy.md", "# Resepolicy för Mora kommun\n\n## Syfte\n\nVi reser klokt.\n\n## Flyg\n\nFlyg väljs bara när tåg saknas.\n")
    place.write("tom.txt", "")
    try:
        report = place.ingest()
    finally:
        close_reader()
    assert [f.file for f in report.failed] == ["tom.txt"]
    (document,) = place.index.documents.values()
    assert document.municipality == "Mora"
    ((found, _),) = place.index.lexical({"flyg": 1.0}, {"Mora"}, 1)
    section = place.index.section(found)
    assert section is not None
    assert section.text == "Flyg väljs bara när tåg saknas."


def test_names_are_relative_to_the_folder(two: Place) -> None:
    assert [f.name for f in look_at(two.folder, home=two.home).files] == ["plan.txt", "under/regler.txt"]
