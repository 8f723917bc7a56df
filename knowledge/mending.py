"""Steps and contacts as a coordinator writes them in a form, held to what the glossary and contacts.toml are held to."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from knowledge.contacts import Contact
from knowledge.glossary import stems
from knowledge.mends import Step
from knowledge.registering import clean
from knowledge.section import KnowledgeError
from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

LONGEST_WORD = 60
LONGEST_TEXT = 300
MOST_WORDS = 20
_PHRASE = 5
"""Words that a phrase may have."""
_MAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
_PHONE = re.compile(r"[+\d][\d\s()/-]{2,}")


def step(said: str, meant: str, told: str) -> Step:
    """A step: words that staff write and words of the documents, with commas between, and how it is told; a sentence is made where none is.

    Raises:
        KnowledgeError: it says nothing, or cannot be searched for.
    """
    asked, written = _listed(said, "Ordet som medarbetarna skriver"), _listed(meant, "Det som dokumenten kallar det")
    for phrase in asked:
        own = [t.word for t in tokens(phrase)]
        if not own or len(own) > _PHRASE or all(word in STOP_WORDS for word in own):
            raise KnowledgeError(f"”{phrase}” går inte att söka efter.", f"Skriv ett ord, eller högst {_PHRASE} ord som hör ihop.")
    for word in written:
        if len(stems(word)) != 1:
            raise KnowledgeError(f"”{word}” är inte ett enda ord.", "Skriv ett ord i taget som det står i dokumenten, med komma emellan.")
    if {stems(w) for w in asked} & {stems(w) for w in written}:
        raise KnowledgeError("Samma ord står på båda ställena.", "Skriv medarbetarnas ord för sig och dokumentens ord för sig.")
    return Step(asked, written, _text(told, "Meningen") or _sentence(asked, written))


def contact(topics: str, function: str, email: str, phone: str, url: str) -> Contact:
    """Whom to ask about topics (with commas between; none for everything else).

    Raises:
        KnowledgeError: nobody is named, or no way to reach them, or an address is none.
    """
    about = _listed(topics, "Ämnen") if clean(topics) else ()
    known = {"function": _text(function, "Funktionen"), "email": _text(email, "E-postadressen")}
    known |= {"phone": _text(phone, "Telefonnumret"), "url": _text(url, "Länken")}
    if not known["function"]:
        raise KnowledgeError("Funktionen saknas.", "Skriv vem man frågar, till exempel Internationell samordnare.")
    if not any(known[key] for key in ("email", "phone", "url")):
        raise KnowledgeError("E-post, telefon och länk saknas.", "Skriv minst ett sätt att nå funktionen.")
    if known["email"] and not _MAIL.fullmatch(known["email"]):
        raise KnowledgeError("E-postadressen går inte att använda.", "Skriv den som namn@kommunen.se.")
    if known["phone"] and not _PHONE.fullmatch(known["phone"]):
        raise KnowledgeError("Telefonnumret går inte att använda.", "Skriv det med siffror, till exempel 0500-12 34 56.")
    if known["url"] and (urlsplit(known["url"]).scheme not in ("http", "https") or not urlsplit(known["url"]).hostname):
        raise KnowledgeError("Länken är ingen webbadress.", "Skriv hela adressen, med https:// först.")
    return Contact(known["function"], about, None, known["email"], known["phone"], known["url"])


def _listed(text: str, what: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(word for part in re.split(r"[,;\n]", text) if (word := clean(part))))
    if not found:
        raise KnowledgeError(f"{what} saknas.", "Skriv minst ett ord.")
    if len(found) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in found):
        raise KnowledgeError(
            f"{what} är för mycket på en gång.", f"Skriv högst {MOST_WORDS} ord, vart och ett högst {LONGEST_WORD} tecken."
        )
    return found


def _text(text: str, what: str) -> str | None:
    found = clean(text)
    if len(found) > LONGEST_TEXT:
        raise KnowledgeError(f"{what} är för lång.", f"Skriv högst {LONGEST_TEXT} tecken.")
    return found or None


def _sentence(said: tuple[str, ...], meant: tuple[str, ...]) -> str:
    listed = f"{', '.join(meant[:-1])} och {meant[-1]}" if len(meant) > 1 else meant[0]
    return f"Dokumenten talar om {listed} där du frågar om {said[0]}."
