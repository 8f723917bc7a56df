"""Whatever a computer calls a file, it is stored within its folder, seen as a document and never as something else."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.file_name import LONGEST, safe_name
from knowledge.folder import look_at

PARTS = st.sampled_from(
    ["..", "/", "\\", ".", "\0", "~$", "register.toml", "contacts.toml", "CON", ":", "\n", "policy", ".pdf", "å", "a\u030a", " "]
)
NAMES = st.one_of(st.text(max_size=300), st.lists(PARTS, max_size=12).map("".join))


@given(NAMES)
def test_no_name_leaves_the_folder_or_hides_in_it(name: str) -> None:
    stored = safe_name(name)
    folder = Path("/srv/uploads/lindhamn")
    assert (folder / stored).resolve().parent == folder
    assert stored == Path(stored).name
    assert not stored.startswith((".", "~$"))
    assert 0 < len(stored.encode()) <= LONGEST
    assert stored.isprintable()
    assert unicodedata.is_normalized("NFC", stored)


@given(st.lists(NAMES, max_size=4))
def test_every_file_that_is_stored_is_looked_at_and_none_takes_anothers_place(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("uploads")
    taken: list[str] = []
    for name in names:
        taken.append(safe_name(name, taken))
        (folder / taken[-1]).write_text("Text.")
    seen = [f.name for f in look_at(folder, home=folder / "home", may_be_empty=True).files]
    assert sorted(unicodedata.normalize("NFC", s) for s in seen) == sorted(taken)
    assert len({t.casefold() for t in taken}) == len(names)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("Policy för internationellt arbete.pdf", "Policy för internationellt arbete.pdf"),
        ("C:\\Users\\kim\\policy.docx", "policy.docx"),
        ("../../etc/passwd", "passwd"),
        ("register.toml", "fil register.toml"),
        ("Contacts.TOML", "fil Contacts.TOML"),
        (".htaccess", "htaccess"),
        ("con.pdf", "fil con.pdf"),
        ("", "dokument"),
        ("a<b>:c|d?.pdf", "a b c d.pdf"),
    ],
)
def test_what_is_harmless_of_a_name_is_kept(name: str, stored: str) -> None:
    assert safe_name(name) == stored


def test_a_name_that_is_taken_gets_a_number_whatever_its_case() -> None:
    assert safe_name("policy.pdf", ["Policy.pdf", "policy (2).pdf"]) == "policy (3).pdf"
