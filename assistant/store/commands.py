"""The command line for what is kept: assistant gallra | bevara | export | glom."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, Protocol

from assistant.settings import Settings
from knowledge.section import KnowledgeError

Run = Callable[[argparse.Namespace, Settings], int]


class Add(Protocol):
    """Adds a command to the program's parser."""

    def __call__(self, name: str, run: Run, about: str, /) -> argparse.ArgumentParser: ...


def add_commands(add: Add) -> None:
    """Add the commands of the store."""
    add("gallra", _gallra, "Ta bort det som har sparats längre än gallringsbesluten säger.")
    bevara = add("bevara", _bevara, "Undanta ett svar, en fråga eller ett samtal från gallring, för utlämnande eller tillsyn.")
    one = bevara.add_mutually_exclusive_group(required=True)
    one.add_argument("--add", metavar="ID", help="undanta det som har detta id")
    one.add_argument("--remove", metavar="ID", help="ta bort undantaget")
    one.add_argument("--list", action="store_true", help="visa alla undantag")
    bevara.add_argument("--reason", metavar="TEXT", help="varför, till exempel ärendets diarienummer")
    export = add("export", _export, "Skriv det som är sparat som JSON, en rad var: en period, ett ämne eller en person.")
    export.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DATUM", help="första dagen, till exempel 2026-01-01")
    export.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DATUM", help="sista dagen")
    export.add_argument("--topic", metavar="ORD", help="bara det som innehåller ordet")
    export.add_argument("--person", metavar="ANVÄNDARE", help="allt om en användare, med namnet hen loggar in med")
    glom = add("glom", _glom, "Ta bort allt som är sparat om en person. Det går inte att ångra.")
    glom.add_argument("--person", required=True, metavar="ANVÄNDARE", help="användaren, med namnet hen loggar in med")
    glom.add_argument("--decision", required=True, metavar="TEXT", help="beslutet, till exempel ärendets diarienummer")


def _gallra(_args: argparse.Namespace, settings: Settings) -> int:
    from assistant.store.removal import Remover

    with _store(settings) as store:
        removed = Remover(store, settings).past_their_time(date.today())
    print("\n".join(f"Borttaget: {r.what}, {r.count} st." for r in removed) or "Inget var äldre än det ska vara.")
    return 0


def _bevara(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.store import holds

    with _store(settings) as store:
        if args.add:
            if not (args.reason or "").strip():
                raise KnowledgeError("Skälet saknas.", "Ange varför med --reason, till exempel ärendets diarienummer.")
            holds.add(store, args.add, args.reason.strip())
            print(f"{args.add} är undantaget från gallring.")
        elif args.remove:
            holds.remove(store, args.remove)
            print(f"{args.remove} är inte längre undantaget från gallring.")
        else:
            print("\n".join(f"{h.item_id}  sedan {h.created[:10]}  {h.reason}" for h in holds.listed(store)) or "Inget är undantaget.")
    return 0


def _export(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.store.export import Period, of_period, of_person

    if args.person and (args.first or args.last or args.topic):
        raise KnowledgeError("--person går inte att förena med period eller ämne.", "Exportera antingen en person eller en period.")
    with _store(settings) as store:
        rows = of_person(store, args.person) if args.person else of_period(store, Period(args.first, args.last), args.topic)
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    return 0


def _glom(args: argparse.Namespace, settings: Settings) -> int:
    from assistant.store.removal import Remover

    if not args.decision.strip():
        raise KnowledgeError("Beslutet saknas.", "Ange det med --decision, till exempel ärendets diarienummer.")
    with _store(settings) as store:
        removed = Remover(store, settings).person(args.person, args.decision.strip())
        left = _left(store, args.person)
    print("\n".join(f"Borttaget: {r.what}, {r.count} st." for r in removed) or "Inget är sparat om den personen.")
    if left:
        print(f"Kvar, eftersom det är undantaget från gallring: {left} st. assistant bevara --list visar undantagen.")
    return 0


def _left(store: Any, identifier: str) -> int:
    from assistant.store.export import of_person

    return sum(1 for _ in of_person(store, identifier))


@contextmanager
def _store(settings: Settings) -> Iterator[Any]:
    """The store, opened. Imported here: its libraries take a second that other commands need not wait."""
    from assistant.store.store import Store

    store = Store.open(settings)
    try:
        yield store
    finally:
        store.close()
