"""The operator's command: assistant users add | list | remove | password."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Callable
from getpass import getpass
from typing import Any

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.access.visitor import Role
from assistant.settings import Settings
from knowledge.section import KnowledgeError


def add_parser(users: argparse.ArgumentParser) -> None:
    """Fills the parser of `assistant users`."""
    actions = users.add_subparsers(required=True, metavar="VAD", title="vad du kan göra")

    def action(name: str, run: Callable[[argparse.Namespace, Accounts], None], about: str) -> argparse.ArgumentParser:
        parser = actions.add_parser(name, help=about, description=about)
        parser.set_defaults(users=run)
        return parser

    add = action("add", _add, "Skapa ett konto. Lösenordet frågas efter, eller skapas och visas en gång med --generate.")
    add.add_argument("--municipality", required=True, metavar="KOMMUN", help="kommunen som personen arbetar i, till exempel Lindhamn")
    add.add_argument(
        "--role", choices=[role.value for role in Role], default=Role.USER.value, help="user (medarbetare) eller coordinator (samordnare)"
    )
    password = action("password", _password, "Byt lösenord på ett konto. Den som är inloggad loggas ut.")
    remove = action("remove", _remove, "Ta bort ett konto. Den som är inloggad loggas ut.")
    for parser in (add, password, remove):
        parser.add_argument("name", metavar="NAMN", help="kontots namn, till exempel kim.lind")
    for parser in (add, password):
        parser.add_argument("--generate", action="store_true", help="skapa ett lösenord och visa det en gång")
    listed = action("list", _list, "Visa alla konton.")
    listed.add_argument("--json", action="store_true", help="skriv JSON, för andra program")


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Does what `assistant users` was asked for. KnowledgeError says what is to be mended."""
    engine = open_database(settings.home, settings.database.get_secret_value() if settings.database else None)
    try:
        args.users(args, Accounts(engine))
    finally:
        engine.dispose()
    return 0


def _add(args: argparse.Namespace, accounts: Accounts) -> None:
    first = not accounts.any()
    password = _asked(args)
    account = accounts.add(args.name, password, role=Role(args.role), municipality=args.municipality)
    print(f"Kontot {account.name} finns nu ({account.role.value}, {account.municipality}).")
    _show(args, password)
    if first:
        print("Starta om chatten, så kräver den inloggning.")


def _password(args: argparse.Namespace, accounts: Accounts) -> None:
    password = _asked(args)
    accounts.set_password(args.name, password)
    print("Lösenordet är bytt. Den som var inloggad med kontot är utloggad.")
    _show(args, password)


def _remove(args: argparse.Namespace, accounts: Accounts) -> None:
    accounts.remove(args.name)
    print("Kontot är borttaget. Den som var inloggad med det är utloggad.")


def _list(args: argparse.Namespace, accounts: Accounts) -> None:
    rows: list[dict[str, Any]] = [{"name": a.name, "role": a.role.value, "municipality": a.municipality} for a in accounts.listed()]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        print("Det finns inga konton.")
    else:
        width = max(len(row["name"]) for row in rows)
        print("\n".join(f"{row['name']:<{width}}  {row['role']:<11}  {row['municipality']}" for row in rows))


def _asked(args: argparse.Namespace) -> str:
    """A new password: made here, typed twice at a terminal, or one line of standard input."""
    if args.generate:
        return secrets.token_urlsafe(15)
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Lösenord: ")
    if getpass("En gång till: ") != password:
        raise KnowledgeError("Lösenorden är inte lika.", "Försök igen.")
    return password


def _show(args: argparse.Namespace, password: str) -> None:
    if args.generate:
        print(f"Lösenord: {password}\nDet visas bara nu. Lämna det till personen på ett säkert sätt.")
