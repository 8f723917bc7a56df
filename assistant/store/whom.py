"""Who is meant by the name that somebody logs in with: every way of logging in has a prefix of its own that nobody types."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from assistant.access.tables import accounts, sessions, transaction, with_tables
from assistant.store.store import Store
from assistant.store.tables import User
from knowledge.section import KnowledgeError


@dataclass(frozen=True, slots=True)
class Whom:
    """One person as the stores know them.

    `identifiers` are those that they have or may have had, `keys` stand for them (see people.py), `account` is an account's name, and
    `names` are, folded, what they are called where it is written who did something.
    """

    identifiers: tuple[str, ...]
    keys: tuple[str, ...]
    account: str
    names: frozenset[str]


def whom(store: Store, said: str) -> Whom:
    """Whose a name is: that of an account, the one a proxy gives, a whole identifier, or one that a login service shows.

    Raises:
        KnowledgeError: several people have been shown under that name.
    """
    folded = unicodedata.normalize("NFKC", said.strip()[:200]).casefold()
    with_tables(store.database.engine)
    known = dict(_known(store))
    shown = [i for i, name in known.items() if name.casefold() == folded and i.startswith("oidc:")]
    if len(shown) > 1 and said not in known:
        raise KnowledgeError(f"Flera användare heter {said}.", f"Ange en av dem: {', '.join(sorted(shown))}.")
    others = [] if said in known else shown
    identifiers = tuple(dict.fromkeys([said, f"konto:{folded}", f"proxy:{said.strip().casefold()}"[:300], *others]))
    keys = tuple(key for i in identifiers if (key := store.people.key(i)))
    account = folded.removeprefix("konto:")
    called = {known[i] for i in identifiers if i in known} | {said.strip(), account, said.strip().removeprefix("proxy:")}
    return Whom(identifiers, keys, account, frozenset(name.casefold() for name in called if name))


def _known(store: Store) -> Iterator[tuple[str, str]]:
    """The identifiers that users and sessions have, each with what its user is called."""
    with store.database.reading() as session:
        for user in session.scalars(select(User)):
            yield user.identifier, str(user.about.get("display_name") or "")
    with transaction(store.database.engine) as connection:
        for row in connection.execute(select(sessions.c.identifier, sessions.c.name)):
            yield row.identifier, row.name


def logins(store: Store, person: Whom) -> list[tuple[str, dict[str, object]]]:
    """("session" or "account", what is kept of it) for each login and the account of a person; no secret of theirs."""
    kept = {"session": ("source", "role", "municipality", "name", "expires_at"), "account": ("name", "role", "municipality", "created_at")}
    mine = {"session": sessions.c.identifier.in_(person.identifiers), "account": accounts.c.name == person.account}
    found = []
    with transaction(store.database.engine) as connection:
        for kind, table in (("session", sessions), ("account", accounts)):
            rows = connection.execute(select(*(table.c[name] for name in kept[kind])).where(mine[kind]))
            found += [(kind, dict(row._mapping)) for row in rows]
    return found
