"""Accounts that the operator makes: a name, a hashed password, a role and a municipality."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.access.tables import accounts, sessions, transaction
from assistant.access.visitor import Role, Source, Visitor
from knowledge.section import KnowledgeError

SHORTEST, LONGEST = 12, 200
"""Characters of a password."""

_NAME = re.compile(r"[\w.@+-]{1,100}")


@dataclass(frozen=True, slots=True)
class Account:
    """One account, without its password."""

    name: str
    role: Role
    municipality: str

    def visitor(self) -> Visitor:
        return Visitor(f"konto:{self.name}", self.role, self.municipality, self.name, Source.ACCOUNT)


class Accounts:
    """The accounts in a database. Every method may be called from any thread and raises KnowledgeError for what the operator can mend."""

    def __init__(self, engine: Engine, *, hasher: PasswordHasher | None = None, now: Callable[[], float] = time.time) -> None:
        self._engine, self._hasher, self._now = engine, hasher or PasswordHasher(), now
        self._nobody = self._hasher.hash(secrets.token_urlsafe(24))

    def add(self, name: str, password: str, *, role: Role, municipality: str) -> Account:
        account = Account(_checked_name(name), role, _checked_municipality(municipality))
        values = {"name": account.name, "role": role.value, "municipality": account.municipality, "created_at": self._now()}
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(accounts).values(**values, password_hash=self._hash(password)))
        except IntegrityError as error:
            raise KnowledgeError(
                f"Det finns redan ett konto som heter {account.name}.", "Välj ett annat namn, eller ta bort kontot först."
            ) from error
        return account

    def set_password(self, name: str, password: str) -> None:
        """Changes the password and ends every session of the account."""
        changed = update(accounts).where(accounts.c.name == _folded(name)).values(password_hash=self._hash(password))
        with transaction(self._engine) as connection:
            _known(name, connection.execute(changed).rowcount)
            connection.execute(delete(sessions).where(sessions.c.account == _folded(name)))

    def remove(self, name: str) -> None:
        """Removes the account and ends its sessions."""
        with transaction(self._engine) as connection:
            _known(name, connection.execute(delete(accounts).where(accounts.c.name == _folded(name))).rowcount)
            connection.execute(delete(sessions).where(sessions.c.account == _folded(name)))

    def listed(self) -> list[Account]:
        """All accounts by name."""
        with transaction(self._engine) as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.name))
            return [Account(row.name, Role(row.role), row.municipality) for row in rows]

    def any(self) -> bool:
        with transaction(self._engine) as connection:
            return bool(connection.execute(select(func.count()).select_from(accounts)).scalar_one())

    def verified(self, name: str, password: str) -> Account | None:
        """The account when the password is right. An unknown name takes as long as a wrong password, so that neither tells who has one."""
        with transaction(self._engine) as connection:
            row = connection.execute(select(accounts).where(accounts.c.name == _folded(name))).one_or_none()
        right = self._matches(self._nobody if row is None else row.password_hash, password)
        if row is None or not right:
            return None
        if self._hasher.check_needs_rehash(row.password_hash):
            rehashed = update(accounts).where(accounts.c.name == row.name, accounts.c.password_hash == row.password_hash)
            with transaction(self._engine) as connection:
                connection.execute(rehashed.values(password_hash=self._hasher.hash(_normal(password))))
        return Account(row.name, Role(row.role), row.municipality)

    def _hash(self, password: str) -> str:
        if not SHORTEST <= len(password) <= LONGEST:
            raise KnowledgeError(
                f"Lösenordet ska ha mellan {SHORTEST} och {LONGEST} tecken.", "Välj ett annat, eller låt programmet skapa ett."
            )
        return self._hasher.hash(_normal(password))

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, _normal(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name.strip()[:200]).casefold()


def _normal(password: str) -> bytes:
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace")  # one keyboard sends å as one sign, another as two


def _checked_name(name: str) -> str:
    folded = _folded(name)
    if not _NAME.fullmatch(folded):
        raise KnowledgeError(
            f"Kontonamnet ”{name}” går inte att använda.", "Använd bokstäver, siffror, punkt, bindestreck och @, utan mellanslag."
        )
    return folded


def _checked_municipality(municipality: str) -> str:
    name = municipality.strip()
    if not name or len(name) > 100:
        raise KnowledgeError("Kommunen saknas eller har ett för långt namn.", "Ange den med --municipality, till exempel Lindhamn.")
    return name


def _known(name: str, rows: int) -> None:
    if not rows:
        raise KnowledgeError(f"Det finns inget konto som heter {name}.", "Se vilka som finns med assistant users list.")
