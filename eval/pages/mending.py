"""/samordnare/ord and /samordnare/kontakter: what documents call a word, and whom to ask; effective at once, every version kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.access import visitor
from assistant.answer import Ask
from assistant.page_context import PageContext, Place, form_of
from knowledge import mending
from knowledge.contacts import Contact
from knowledge.mends import Step, Version, change, history
from knowledge.section import KnowledgeError

DONE = {
    "sparat": "Sparat. Det gäller i svaren från och med nu.",
    "borttaget": "Borttaget. Det gäller i svaren från och med nu.",
    "aterstallt": "Den tidigare versionen gäller igen.",
}
LONGEST_TRIAL = 500
"""Characters of a question that is tried."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the two lists: its place in a version, its template, the fields of its form, and how an entry is made and named."""

    path: str
    part: Literal["steps", "contacts"]
    template: str
    fields: tuple[str, ...]
    make: Callable[..., Any]
    name: Callable[[Any], str]


WORDS = Kept("/samordnare/ord", "steps", "samordnare_ord.html", ("ord", "kallas", "mening"), mending.step, lambda s: ", ".join(s.said))
CONTACTS = Kept(
    "/samordnare/kontakter", "contacts", "samordnare_kontakter.html", ("amnen", "funktion", "epost", "telefon", "lank"), mending.contact,
    lambda c: f"{c.function} ({', '.join(c.topics) or 'allt annat'})",
)  # fmt: skip


def add_mending_pages(app: FastAPI, context: PageContext) -> None:
    """The routes /samordnare/ord and /samordnare/kontakter."""
    for kept in (WORDS, CONTACTS):
        _add(app, context, kept)


def _add(app: FastAPI, context: PageContext, kept: Kept) -> None:
    def shown(request: Request, kommun: str = "", klart: str = "", prova: str = "") -> Response:
        typed = {field: request.query_params.get(field, "") for field in kept.fields}
        return _page(context, request, kept, context.place(request, kommun), typed, done=DONE.get(klart), trial=prova)

    async def changed(request: Request) -> Response:
        return await asyncio.to_thread(_changed, context, request, kept, await form_of(request))

    app.add_api_route(kept.path, shown, methods=["GET"])
    app.add_api_route(kept.path, changed, methods=["POST"])


def _changed(context: PageContext, request: Request, kept: Kept, form: Mapping[str, str]) -> Response:
    place = context.place(request, form.get("kommun", ""))
    trial = form.get("prova", "")
    try:
        done = _do(context, place.named, kept, form, _who(request))
    except KnowledgeError as error:
        typed = {field: form.get(field, "") for field in kept.fields} | {"tidigare": form.get("tidigare", "")}
        return _page(context, request, kept, place, typed, error=f"{error.reason} {error.remedy}", trial=trial)
    asked = {"kommun": place.named, "klart": done} | ({"prova": trial} if trial else {})
    return RedirectResponse(f"{kept.path}?{urlencode(asked)}", 303)


def _do(context: PageContext, municipality: str, kept: Kept, form: Mapping[str, str], who: str) -> str:
    """Does what the form asks for; the key of what is told then. KnowledgeError when it cannot be done."""
    wanted, key = form.get("gor", ""), form.get("tidigare", "")
    home = context.settings.home
    if wanted == "spara":
        entry = kept.make(*(form.get(field, "") for field in kept.fields))
        what, edit, done = f"Sparade {kept.name(entry)}", _with(kept, entry, key), "sparat"
    elif wanted == "ta-bort":
        what, edit, done = f"Tog bort {key}", _without(kept, key), "borttaget"
    elif wanted == "aterstall":
        number = form.get("version", "")
        what, edit, done = f"Återställde version {number}", _as_in(kept, _version(history(home, municipality), number)), "aterstallt"
    else:
        raise HTTPException(404)
    change(home, municipality, edit, who=who, what=what, today=date.today())
    return done


def _with(kept: Kept, entry: Any, key: str) -> Callable[[Version], Version]:
    """Puts an entry in place of the one named `key`, or last."""

    def edit(version: Version) -> Version:
        listed = list(getattr(version, kept.part))
        others = [e for e in listed if kept.name(e) != key]
        if any(kept.name(e) == kept.name(entry) for e in others):
            raise KnowledgeError(f"{kept.name(entry)} finns redan.", "Ändra det som finns, eller ta bort det först.")
        place = next((n for n, e in enumerate(listed) if kept.name(e) == key), len(others))
        return _part(version, kept, (*others[:place], entry, *others[place:]))

    return edit


def _without(kept: Kept, key: str) -> Callable[[Version], Version]:
    def edit(version: Version) -> Version:
        left = tuple(e for e in getattr(version, kept.part) if kept.name(e) != key)
        if len(left) == len(getattr(version, kept.part)):
            raise KnowledgeError("Det finns inte längre.", "Läs in sidan på nytt.")
        return _part(version, kept, left)

    return edit


def _as_in(kept: Kept, earlier: Version) -> Callable[[Version], Version]:
    return lambda version: _part(version, kept, getattr(earlier, kept.part))


def _part(version: Version, kept: Kept, entries: tuple[Any, ...]) -> Version:
    values: dict[str, Any] = {kept.part: entries}
    return replace(version, **values)


def _version(versions: list[Version], number: str) -> Version:
    found = next((v for v in versions if str(v.number) == number), None)
    if found is None and number != "0":
        raise KnowledgeError("Versionen finns inte.", "Läs in sidan på nytt.")
    return found or Version("")


def _page(
    context: PageContext, request: Request, kept: Kept, place: Place, typed: Mapping[str, str], *, error: str = "", done: str | None = None,
    trial: str = "",
) -> Response:  # fmt: skip
    versions = history(context.settings.home, place.municipality) if place.municipality else []
    entries = getattr(versions[-1], kept.part) if versions else ()
    values = {
        "entries": [(kept.name(e), _fields(e)) for e in entries],
        "typed": typed,
        "versions": _changes(versions, kept),
        "error": error,
        "done": done,
        "trial": trial[:LONGEST_TRIAL],
        "answer": context.engine.ask(Ask(trial[:LONGEST_TRIAL], place.municipality, quotes_only=True))
        if trial.strip() and place.municipality
        else None,
    }
    return context.page(request, kept.template, place, values, status=400 if error else 200)


def _changes(versions: list[Version], kept: Kept) -> list[Version]:
    """The versions in which this list was changed, latest first."""
    pairs = pairwise([Version(""), *versions])
    return [now for before, now in pairs if getattr(before, kept.part) != getattr(now, kept.part)][::-1]


def _fields(entry: Step | Contact) -> dict[str, str]:
    """An entry as its form holds it."""
    if isinstance(entry, Step):
        return {"ord": ", ".join(entry.said), "kallas": ", ".join(entry.meant), "mening": entry.told}
    known = {"funktion": entry.function, "epost": entry.email, "telefon": entry.phone, "lank": entry.url}
    return {"amnen": ", ".join(entry.topics)} | {key: value or "" for key, value in known.items()}


def _who(request: Request) -> str:
    who = visitor.of(request.scope)
    return who.name if who else ""
