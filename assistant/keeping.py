"""What a conversation keeps: its answers before they show, opinions of them, and questions passed on with what came back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from typing import cast

from assistant.answer import Answer, Nearest, Reason, Status, Turn
from assistant.citations import url_of
from assistant.feedback import Opinion
from assistant.forwarding import Forwarded, Reply
from assistant.store.feedback import Cause, not_found
from assistant.store.record import Asker, Record
from assistant.store.store import Store
from knowledge.section import Document, Section

Documents = Callable[[], Iterable[Document]]
SectionOf = Callable[[str], Section | None]


class Keeping:
    """The store as a conversation needs it. Every method blocks, may be called from any thread, and raises KnowledgeError when nothing
    could be kept or read: then nobody is thanked, and no answer is shown."""

    def __init__(self, store: Store, documents: Documents, section_of: SectionOf) -> None:
        self._store, self._documents, self._section_of = store, documents, section_of

    def answered(self, answer: Answer, asker: Asker) -> None:
        """Keep an answer before it shows."""
        self._store.answered(answer, asker, self._documents())

    def answer(self, answer_id: str, asker: Asker) -> Answer:
        """An answer that the asker was given, without its citations and notices. KnowledgeError when there is none."""
        return self.given(self._record(answer_id, asker))

    def given(self, record: Record) -> Answer:
        """The answer of a record, without its citations and notices; nearest are those that are still there."""
        near = [s for s in map(self._section_of, record.nearest) if s]
        nearest = tuple(Nearest(s.id, s.headings, url_of(s)) for s in near)
        status, reason = cast(Status, record.status), cast("Reason | None", record.reason)
        return Answer(record.id, record.question, record.municipality, status, reason, record.text, nearest=nearest)

    def conversation(self, asker: Asker, since: date | None) -> list[Record]:
        """The answers that the asker was given in a conversation, oldest first."""
        key = self._key(asker)
        return [r for r in self._store.log.read(since) if r.conversation == asker.conversation and r.person == key]

    def opinion(self, opinion: Opinion, asker: Asker) -> None:
        """Keep what the asker says of an answer; it takes the place of what they said of it before."""
        cause = Cause(opinion.cause) if opinion.cause else None
        record = self._record(opinion.answer_id, asker)
        self._store.feedback.put(
            record, self._key(asker), up=opinion.helpful, cause=cause, words=opinion.words or None, chosen_role=asker.chosen_role
        )

    def judged(self, asker: Asker) -> set[str]:
        """The answers of a conversation that the asker has said something of."""
        return set(self._store.feedback.of_conversation(asker.conversation or "", self._key(asker)))

    def passed_on(self, asker: Asker) -> set[str]:
        """The answers of a conversation whose questions the asker has passed on."""
        return self._store.inbox.passed_on(asker.conversation or "", self._key(asker))

    def pass_on(self, question: Forwarded, asker: Asker) -> None:
        """Put a question in the coordinator's inbox; the same answer's question once only."""
        searched = "; ".join(question.searched)
        nearest = [asdict(n) for n in question.nearest]
        self._store.inbox.put(
            question.question, asker, self._key(asker), searched=searched, nearest=nearest, name=question.name, answer_id=question.answer_id
        )

    def replies(self, asker: Asker) -> list[Reply]:
        """What has come back in a conversation that the asker has not seen, oldest first."""
        found = self._store.inbox.replies(asker.conversation or "", self._key(asker))
        return [Reply(r.id, r.question, r.text, self._address(r.section_id)) for r in found if not r.read]

    def seen(self, reply: Reply, asker: Asker) -> None:
        """The reply has been shown."""
        self._store.inbox.mark_read(reply.id, self._key(asker))

    def waiting(self, identifier: str) -> list[str]:
        """The conversations, still there, in which somebody has a reply that they have not seen."""
        unread = self._store.inbox.unread(self._store.people.key(identifier))
        return [c for c in unread if self._store.conversations.owner(c) == identifier]

    def _record(self, answer_id: str, asker: Asker) -> Record:
        found = self._store.log.find(answer_id)
        if found is None or found.person != self._key(asker):
            raise not_found()
        return found

    def _key(self, asker: Asker) -> str | None:
        return self._store.people.key(asker.identifier)

    def _address(self, section_id: str | None) -> str | None:
        section = self._section_of(section_id) if section_id else None
        return url_of(section) if section else None


def turn(record: Record) -> Turn:
    """An exchange as the engine needs it for a question that follows it."""
    return Turn(record.question, record.text, record.status, tuple(c.section_id for c in record.citations))
