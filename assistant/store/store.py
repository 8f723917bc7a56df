"""Everything that is kept, opened from the settings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from assistant.settings import Settings
from assistant.store.answer_log import AnswerLog
from assistant.store.conversations import Conversations
from assistant.store.database import Database
from assistant.store.feedback import Feedback
from assistant.store.inbox import Inbox
from assistant.store.people import People
from assistant.store.record import Asker, Record
from assistant.store.versions import Versions
from assistant.store.worklist import Worklist
from knowledge.section import Document


@dataclass(frozen=True, slots=True)
class Store:
    """All stores of one home. Safe to use from several threads; several processes may each open one."""

    home: Path
    database: Database
    people: People
    log: AnswerLog
    versions: Versions
    conversations: Conversations
    feedback: Feedback
    inbox: Inbox
    worklist: Worklist

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Raises KnowledgeError when the database cannot be opened or is of a newer version of the program."""
        home = settings.home
        url = settings.database.get_secret_value() if settings.database else None
        database, log = Database(home, url), AnswerLog(home)
        return cls(
            home, database, People(home), log, Versions(home), Conversations(database), Feedback(database), Inbox(database),
            Worklist(database, log),
        )  # fmt: skip

    def answered(self, answer: Answer, asker: Asker, documents: Iterable[Document]) -> Record:
        """Keep an answer, and of `documents` those that it cites, before it is shown; all is on the disk when this returns.

        Raises:
            KnowledgeError: it could not be kept; the answer must not be shown then.
        """
        cited = {c.document_id for c in answer.citations}
        versions = {d.id: (d.hash, self.versions.keep(d)) for d in documents if d.id in cited}
        record = Record.of(answer, asker, self.people.key(asker.identifier), versions)
        self.log.add(record)
        return record

    def close(self) -> None:
        """Give the database's connections back."""
        self.database.close()
