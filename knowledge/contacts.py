"""`contacts.toml`: whom to ask about what, kept by the coordinator beside the documents and shown as not being from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.form import Reader, check_key, read_toml, tables, text, texts, values
from knowledge.section import KnowledgeError

FILE = "contacts.toml"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask. `topics` are words of what is asked about; without any it is the one for everything else.

    `municipality` None: for all that the folder's documents belong to.
    """

    function: str
    topics: tuple[str, ...] = ()
    municipality: str | None = None
    email: str | None = None
    phone: str | None = None
    url: str | None = None

    @property
    def text(self) -> str:
        """The function with the ways to reach it, as it is told."""
        return ", ".join(v for v in (self.function, self.email, self.phone, self.url) if v)


def read_contacts(folder: Path) -> tuple[Contact, ...]:
    """The contacts of a folder in the file's order, none where there is no file.

    Raises:
        KnowledgeError: the file cannot be read or understood; the entry is named.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    content = read_toml(path)
    for key in content:
        check_key(key, ("contact",), FILE)
    return tuple(_contact(entry, number) for number, entry in enumerate(tables(content, "contact", FILE), start=1))


def from_values(entries: Sequence[Mapping[str, object]]) -> tuple[Contact, ...]:
    """The contacts as an index's manifest keeps them."""
    return tuple(Contact(**(e | {"topics": tuple(e["topics"])})) for e in map(dict, entries))  # type: ignore[arg-type]


def _contact(entry: Mapping[str, object], number: int) -> Contact:
    where = f"post {number} under [[contact]] i {FILE}"
    read = values(entry, _READERS, where)
    if not read.get("function"):
        raise KnowledgeError(
            f"Funktionen saknas i {where}.", 'Lägg till vem man frågar, till exempel function = "Internationell samordnare".'
        )
    if not any(read.get(key) for key in ("email", "phone", "url")):
        raise KnowledgeError(f"E-post, telefon och länk saknas i {where}.", "Lägg till minst en av email, phone och url.")
    return Contact(**read)


_READERS: Mapping[str, Reader] = {"topics": texts, **dict.fromkeys(("function", "municipality", "email", "phone", "url"), text)}
