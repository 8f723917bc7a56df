"""Removing what is past its time, what its owner took away, and what is one person's; never what is held, and never unnoted."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Set
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, delete, or_, select
from sqlalchemy.orm import Session

from assistant.access.limits import Limits
from assistant.access.secret import secret_of
from assistant.access.tables import accounts, hits, sessions, transaction, with_tables
from assistant.settings import Settings
from assistant.store import holds
from assistant.store.journal import Journal, Removal
from assistant.store.record import Record
from assistant.store.retention import Kept, Rule, rules
from assistant.store.store import Store
from assistant.store.tables import Conversation, Forwarded, Settled, Step, Thumb, User
from assistant.store.traces import Traces
from assistant.store.trouble import told
from assistant.store.whom import Whom, logins, whom
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

log = logging.getLogger(__name__)

A_DAY = 24 * 60 * 60.0


class Remover:
    """The job. It may run in several processes at once and be killed at any moment: the next run does what is left."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._rules = rules(settings)
        self._journal = Journal(store.home)
        self._traces = Traces(store.home)
        self._removed: list[Removal] = []

    def past_their_time(self, today: date) -> list[Removal]:
        """Remove what is past its store's time on a day; what was removed, as it stands in the journal."""
        held = holds.ids(self._store)
        self._conversations(self._rules[Kept.CONVERSATIONS], today, held)
        self._log(self._rules[Kept.ANSWER_LOG], today, held)
        self._feedback(self._rules[Kept.FEEDBACK], today, held)
        self._runs(self._rules[Kept.EVALUATION], today)
        self._versions(self._rules[Kept.VERSIONS], today)
        self._ended()
        self._store.database.tidy()
        return self._removed

    def person(self, identifier: str, decision: str) -> list[Removal]:
        """Remove all of one person, by the name that they log in with: conversations, feedback, forwarded questions with the evaluation's
        questions made of them, answers, the user, logins, the account, and their name under what they have signed; what is held stays.

        Raises:
            KnowledgeError: something of it could not be removed: it can be run again. Or several people have been shown under that name.
        """
        held, person = holds.ids(self._store), whom(self._store, identifier)
        matters = self._matters(person, held)  # before what names them is gone
        self._logins(person, decision)
        mine = select(User.id).where(User.identifier.in_(person.identifiers))
        with self._store.database.writing() as session:
            talks = select(Conversation.id).where(Conversation.user_id.in_(mine), Conversation.id.not_in(held))
            self._take(session, Kept.CONVERSATIONS, "samtal", talks, delete(Conversation), Conversation.id, decision)
            users = mine.where(User.id.not_in(select(Conversation.user_id)))
            self._take(session, Kept.CONVERSATIONS, "användare", users, delete(User), User.id, decision)
        what = "frågor ur inkorgen, i frågelistor och körningar"
        self._note(Kept.EVALUATION, what, self._traces.forget(matters, really=False), decision)
        self._traces.forget(matters, really=True)
        self._note(Kept.EVALUATION, "underskrifter", self._traces.unsign(person.names, really=False), decision)
        self._traces.unsign(person.names, really=True)
        with self._store.database.writing() as session:
            session.execute(delete(Settled).where(Settled.item_id.in_(matters)))
            for table, what in ((Thumb, "tummar"), (Forwarded, "vidareskickade frågor")):
                rows = select(table.id).where(table.person.in_(person.keys), *_free(table, held))
                self._take(session, Kept.FEEDBACK, what, rows, delete(table), table.id, decision)
        for day in self._store.log.days():
            self._rewrite(day, lambda r: r.person not in person.keys or _held(r, held), decision, None)
        self._store.database.tidy()
        return self._removed

    def _matters(self, person: Whom, held: Set[str]) -> set[str]:
        """The ids by which the coordinator has met what the person asked, thought and passed on."""
        found = {r.id for r in self._store.log.of(*person.keys) if not _held(r, held)}
        with self._store.database.reading() as session:
            for table in (Thumb, Forwarded):
                found |= set(session.scalars(select(table.id).where(table.person.in_(person.keys), *_free(table, held))))
        return found

    def _logins(self, person: Whom, decision: str) -> None:
        """The person is logged out, the account goes, and so does what was counted against limits."""
        count = {kind: [k for k, _ in logins(self._store, person)].count(kind) for kind in ("session", "account")}
        with transaction(self._store.database.engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.identifier.in_(person.identifiers)))
            connection.execute(delete(accounts).where(accounts.c.name == person.account))
            self._note(Kept.CONVERSATIONS, "inloggningar", count["session"], decision)
            self._note(Kept.CONVERSATIONS, "konto", count["account"], decision)
        Limits(self._store.database.engine, secret_of(self._store.home)).forget((*person.identifiers, person.account))

    def _note(self, store: Kept, what: str, count: int, decision: str | None, before: date | None = None) -> None:
        if count:
            removal = Removal(store, what, count, decision, before.isoformat() if before else None)
            self._journal.note(removal)
            self._removed.append(removal)

    def _take(
        self, session: Session, store: Kept, what: str, ids: Select[Any], removing: Delete, key: Any, decision: str | None,
        before: date | None = None,
    ) -> None:  # fmt: skip
        """Remove rows by their ids, noted within the transaction: when the note fails, all of them stay."""
        chosen = list(session.scalars(ids))
        for start in range(0, len(chosen), 500):  # a database takes only so many values at once
            session.execute(removing.where(key.in_(chosen[start : start + 500])))
        self._note(store, what, len(chosen), decision, before)

    def _conversations(self, rule: Rule, today: date, held: Set[str]) -> None:
        before = rule.first_kept(today)
        free = Conversation.id.not_in(held)
        with self._store.database.writing() as session:
            hidden = select(Conversation.id).where(Conversation.deleted.is_not(None), free)
            self._take(session, rule.store, "samtal som ägaren tagit bort", hidden, delete(Conversation), Conversation.id, rule.decision)
            old = select(Conversation.id).where(Conversation.updated < before.isoformat(), free)
            self._take(session, rule.store, "samtal", old, delete(Conversation), Conversation.id, rule.decision, before)
            gone = select(User.id).where(User.created < before.isoformat(), User.id.not_in(select(Conversation.user_id)))
            self._take(session, rule.store, "användare utan samtal", gone, delete(User), User.id, rule.decision, before)

    def _ended(self) -> None:
        """Logins past their time and what limits no longer count: kept by nobody's decision, and so not noted."""
        with transaction(with_tables(self._store.database.engine)) as connection:
            now = time.time()
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(delete(hits).where(hits.c.at <= now - A_DAY))

    def _log(self, rule: Rule, today: date, held: Set[str]) -> None:
        before = rule.first_kept(today)
        for day in self._store.log.days():
            if day < before:
                self._rewrite(day, lambda r: _held(r, held), rule.decision, before)

    def _rewrite(self, day: date, keep: Callable[[Record], bool], decision: str | None, before: date | None) -> None:
        """Leave only what is to be kept of a day; a day past its time of which nothing is kept goes whole, unreadable lines too."""
        with self._store.log.locked():
            kept = [keep(r) for r in self._store.log.read(day, day)]
            self._note(Kept.ANSWER_LOG, f"svar den {day}", kept.count(False), decision, before)
            if before and not any(kept):
                self._store.log.drop(day)
            elif not all(kept):
                self._store.log.leave(day, keep)

    def _feedback(self, rule: Rule, today: date, held: Set[str]) -> None:
        before = rule.first_kept(today)
        with self._store.database.writing() as session:
            for table, what in ((Thumb, "tummar"), (Forwarded, "vidareskickade frågor")):
                rows = select(table.id).where(table.created < before.isoformat(), *_free(table, held))
                self._take(session, rule.store, what, rows, delete(table), table.id, rule.decision, before)
            session.execute(delete(Settled).where(Settled.settled < before.isoformat()))

    def _runs(self, rule: Rule, today: date) -> None:
        before = rule.first_kept(today)
        for folder, what in (("runs", "körningar"), ("questions/earlier", "tidigare frågelistor")):
            with told():
                old = [p for p in sorted((self._store.home / "eval" / folder).glob("*")) if p.is_file() and _day(p) < before]
                self._note(rule.store, what, len(old), rule.decision, before)
                for path in old:
                    path.unlink(missing_ok=True)

    def _versions(self, rule: Rule, today: date) -> None:
        """Versions that nothing cites any more, when they have not been cited anew for their time."""
        before = rule.first_kept(today)
        old = self._store.versions.cited_before(before)
        cited = self._cited() if old else set()
        leaving = [v for v in old if v not in cited]
        self._note(rule.store, "versioner av dokument", len(leaving), rule.decision, before)
        for version in leaving:
            self._store.versions.remove(version)
        self._files(rule, before)

    def _files(self, rule: Rule, before: date) -> None:
        """Uploaded files that were replaced or withdrawn, and that nothing cites any more."""
        uploads = [u for u in Uploads.every(self._store.home) if u.earlier()]
        cited = self._cited_files() if uploads else set()
        gone = [e for u in uploads for e in u.prune(cited, before)]
        self._note(rule.store, "ersatta eller tillbakadragna dokumentfiler", len(gone), rule.decision, before)

    def _cited_files(self) -> set[str]:
        found = {c.document_hash for r in self._store.log.read() for c in r.citations if c.document_hash}
        with self._store.database.reading() as session:
            return found | {c["document_hash"] for a in session.scalars(select(Thumb.answer)) for c in a["citations"] if c["document_hash"]}

    def _cited(self) -> set[str]:
        found = {c.version for r in self._store.log.read() for c in r.citations if c.version}
        with self._store.database.reading() as session:
            for answer in session.scalars(select(Thumb.answer)):
                found |= {c["version"] for c in answer["citations"] if c["version"]}
            for content in session.scalars(select(Step.content)):
                found |= set(_versions_in(content))
        return found


async def every_day(store: Store, settings: Settings) -> None:
    """Run the job now and once a day until cancelled. A run that fails is told in the program's log and tried again in an hour."""
    while True:
        try:
            await asyncio.to_thread(lambda: Remover(store, settings).past_their_time(date.today()))
            wait = A_DAY
        except KnowledgeError as error:
            log.error("gallring: %s", error.reason)
            wait = A_DAY / 24
        await asyncio.sleep(wait)


def _held(record: Record, held: Set[str]) -> bool:
    return record.id in held or record.conversation in held


def _free(table: type[Thumb] | type[Forwarded], held: Set[str]) -> tuple[ColumnElement[bool], ...]:
    """What is held neither by itself, nor by its answer, nor by its conversation."""
    columns = (table.answer_id, table.conversation_id)
    return (table.id.not_in(held), *(or_(c.is_(None), c.not_in(held)) for c in columns))


def _versions_in(value: Any) -> list[str]:
    """Every `version` anywhere in a step's content."""
    if isinstance(value, dict):
        own = [value["version"]] if isinstance(value.get("version"), str) else []
        return own + [v for part in value.values() for v in _versions_in(part)]
    return [v for part in value for v in _versions_in(part)] if isinstance(value, list) else []


def _day(path: Path) -> date:
    return date.fromtimestamp(path.stat().st_mtime)
