"""contacts.toml: read with its remedies, kept in the index, and renewed without reading a document again."""

from pathlib import Path

import pytest

from knowledge.contacts import FILE, Contact, read_contacts
from knowledge.section import KnowledgeError

RIGHT = """
[[contact]]
topics = "försäkring"
function = "HR-service"
phone = "0000-1"

[[contact]]
municipality = "Lindhamn"
function = "Samordnaren"
email = "s@lindhamn.example"
url = ""
"""


def test_the_contacts_come_in_the_files_order(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(RIGHT, encoding="utf-8")
    first, second = read_contacts(tmp_path)
    assert first == Contact("HR-service", ("försäkring",), phone="0000-1")
    assert second == Contact("Samordnaren", municipality="Lindhamn", email="s@lindhamn.example")
    assert second.text == "Samordnaren, s@lindhamn.example"


def test_a_folder_needs_no_contacts(tmp_path: Path) -> None:
    assert read_contacts(tmp_path) == ()


@pytest.mark.parametrize(
    ("text", "reason", "remedy"),
    [
        ('[[contact]]\nemail = "a@b.example"', "Funktionen saknas i post 1", "function ="),
        ('[[contact]]\nfunction = "HR"', "E-post, telefon och länk saknas i post 1", "email, phone och url"),
        ('[[contact]]\nfunction = "HR"\nepost = "a@b.example"', "Okänd nyckel ”epost”", "email"),
        ("[contact]\nfunction = 1", "”contact” i contacts.toml har fel form", "[[contact]]"),
        ("[[contact]\n", "contacts.toml går inte att tolka, felet finns på rad 1", "hakparenteser"),
        ('[[kontakt]]\nfunction = "HR"', "Okänd nyckel ”kontakt”", "contact"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, text: str, reason: str, remedy: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        read_contacts(tmp_path)
    assert reason in error.value.reason
    assert remedy in error.value.remedy
