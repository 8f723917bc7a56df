"""The register: what it states is read, and every mistake in it is named with its remedy."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.register import FILE, Municipality, Register, Stated, read_register
from knowledge.section import KnowledgeError


def register(folder: Path, text: str) -> Register:
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_register(folder)


def mistake(folder: Path, text: str) -> KnowledgeError:
    with pytest.raises(KnowledgeError) as caught:
        register(folder, text)
    return caught.value


def test_a_folder_without_a_register_states_nothing(tmp_path: Path) -> None:
    assert read_register(tmp_path) == Register()


def test_every_field_of_a_document_is_read(tmp_path: Path) -> None:
    read = register(
        tmp_path,
        """
        [[document]]
        file = "policyer/resor.pdf"
        municipality = "Storköping"
        title = "Riktlinjer för resor"
        kind = "riktlinje"
        decided_by = "kommunstyrelsen"
        decided_on = 2024-05-31
        paragraph = "§ 12"
        registration_number = "KS 2024/1"
        valid_from = "2024-06-01"
        valid_until = 2027-12-31
        review_interval_years = 4
        replaces = ["storkoping/resor-2019", "Resepolicy"]
        applies_to = "alla förvaltningar"
        owner = "kansliet"
        url = "https://storkoping.example/resor"
        id = "storkoping/resor"
        """,
    )
    assert read.documents == {
        "policyer/resor.pdf": Stated(
            municipality="Storköping",
            title="Riktlinjer för resor",
            kind="riktlinje",
            decided_by="kommunstyrelsen",
            decided_on=date(2024, 5, 31),
            paragraph="§ 12",
            registration_number="KS 2024/1",
            valid_from=date(2024, 6, 1),
            valid_until=date(2027, 12, 31),
            review_interval_years=4,
            replaces=("storkoping/resor-2019", "Resepolicy"),
            applies_to="alla förvaltningar",
            owner="kansliet",
            url="https://storkoping.example/resor",
            id="storkoping/resor",
        )
    }


def test_municipalities_are_read_with_whom_to_ask(tmp_path: Path) -> None:
    read = register(tmp_path, '[[municipality]]\nname = "Lindhamn"\ncontact = "Kim Ek"\nemail = "kim@lindhamn.example"\n')
    assert read.municipalities == (Municipality("Lindhamn", "Kim Ek", "kim@lindhamn.example"),)


def test_what_is_left_empty_is_left_to_the_document(tmp_path: Path) -> None:
    read = register(tmp_path, '[[document]]\nfile = "a.pdf"\nowner = ""\nvalid_until = ""\nid = " "\n')
    assert read.documents["a.pdf"] == Stated()


def test_an_empty_list_states_that_nothing_is_replaced(tmp_path: Path) -> None:
    assert register(tmp_path, '[[document]]\nfile = "a.pdf"\nreplaces = []\n').documents["a.pdf"].replaces == ()


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert register(tmp_path, '\ufeff[[document]]\nfile = "a.pdf"\n').documents.keys() == {"a.pdf"}


def test_names_match_however_the_file_system_composes_them(tmp_path: Path) -> None:
    read = register(tmp_path, '[[document]]\nfile = "år\\\\översikt.pdf"\nkind = "plan"\n')
    stated = read.stated(unicodedata.normalize("NFD", "år/översikt.pdf"))
    assert stated is not None
    assert stated.kind == "plan"


def test_a_name_without_a_file_is_reported(tmp_path: Path) -> None:
    read = register(tmp_path, '[[document]]\nfile = "a.pdf"\n[[document]]\nfile = "borta.pdf"\n')
    assert read.unknown(["a.pdf", "b.pdf"]) == ("borta.pdf",)


@pytest.mark.parametrize(
    ("text", "reason", "remedy"),
    [
        ("[[document]]\nfile = 'a.pdf'\ntitle = oj\n", "rad 3", "citattecken"),
        ("[[document]]\nfile = 'a.pdf'\ntittle = 'x'\n", "”tittle” i post 1 under [[document]] i register.toml (a.pdf)", "”title”"),
        ("[[document]]\nfil = 'a.pdf'\n", "”fil” i post 1 under [[document]] i register.toml", "”file”"),
        ("[[dokument]]\nfile = 'a.pdf'\n", "”dokument” i register.toml", "”document”"),
        ("[document]\nfile = 'a.pdf'\n", "”document” i register.toml har fel form", "[[document]]"),
        ("[[document]]\ntitle = 'x'\n", "Filnamn saknas i post 1", "file ="),
        ("[[document]]\nfile = 'a.pdf'\n[[document]]\nfile = './a.pdf'\n", "a.pdf står två gånger", "Ta bort"),
        ("[[document]]\nfile = 'a.pdf'\ndecided_on = '31 maj 2024'\n", "”decided_on”", "decided_on = 2024-05-31"),
        ("[[document]]\nfile = 'a.pdf'\nvalid_until = '2024-02-30'\n", "”valid_until”", "datum som finns"),
        ("[[document]]\nfile = 'a.pdf'\nreview_interval_years = 'fyra'\n", "”review_interval_years”", "heltal"),
        ("[[document]]\nfile = 'a.pdf'\nreview_interval_years = true\n", "”review_interval_years”", "heltal"),
        ("[[document]]\nfile = 'a.pdf'\nowner = 5\n", "”owner”", 'owner = "5"'),
        ("[[document]]\nfile = 'a.pdf'\nid = 'två ord'\n", "”id”", "mellanslag"),
        ("[[municipality]]\ncontact = 'Kim'\n", "namn saknas i post 1 under [[municipality]]", "name ="),
        ("[[municipality]]\nname = 'X'\ntelefon = '1'\n", "”telefon”", "name, contact, email, url"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, text: str, reason: str, remedy: str) -> None:
    error = mistake(tmp_path, text)
    assert reason in error.reason
    assert remedy in error.remedy


def test_a_register_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes('[[municipality]]\nname = "Malmö"\n'.encode("latin-1"))
    with pytest.raises(KnowledgeError, match="UTF-8"):
        read_register(tmp_path)


PIECES = (
    "[[document]]",
    "[[municipality]]",
    "\n",
    "file",
    "name",
    "replaces",
    "decided_on",
    "id",
    " = ",
    '"a.pdf"',
    "2024-02-30",
    "[1]",
    "é",
    "'",
)


@given(st.lists(st.sampled_from(PIECES)).map("".join) | st.text())
def test_any_text_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / FILE).write_text(text, encoding="utf-8", errors="replace")
    with suppress(KnowledgeError):
        read_register(folder)
