"""Chainlit's data layer over our own tables. Import it only after Chainlit's folder is prepared (see web.py).

Chainlit calls it from its socket, where the session says who acts, and from its routes, where `acting` does. What is changed must be the
actor's own; where nobody is known nothing is changed. Who is not logged in has no conversations: nothing of theirs is kept here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from chainlit.context import ChainlitContextException, get_context
from chainlit.data import queue_until_user_message
from chainlit.data.base import BaseDataLayer
from chainlit.element import Element, ElementDict
from chainlit.step import StepDict
from chainlit.types import Feedback as ChainlitFeedback
from chainlit.types import PageInfo, PaginatedResponse, Pagination, ThreadDict, ThreadFilter
from chainlit.user import PersistedUser, User

from assistant.store import feedback as thumbs
from assistant.store.acting import acting
from assistant.store.conversations import Person, Talk
from assistant.store.store import Store
from knowledge.section import KnowledgeError

log = logging.getLogger(__name__)

F = TypeVar("F", bound=Callable[..., Awaitable[None]])


def _queued(method: F) -> F:
    """What happens before the first question waits for it: a conversation in which nothing was asked is not kept."""
    return cast(F, queue_until_user_message()(method))  # type: ignore[no-untyped-call]


class DataLayer(BaseDataLayer):
    """Everything is on the disk when a call returns, and what fails raises. Database work is done in threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._conversations = store.conversations

    async def get_user(self, identifier: str) -> PersistedUser | None:
        found = await asyncio.to_thread(self._conversations.person, identifier)
        return _persisted(found) if found else None

    async def create_user(self, user: User) -> PersistedUser:
        about = {**user.metadata, **({"display_name": user.display_name} if user.display_name else {})}
        return _persisted(await asyncio.to_thread(self._conversations.remember, user.identifier, about))

    async def upsert_feedback(self, feedback: ChainlitFeedback) -> str:
        """A thumb on an answer that the actor was given: its id in the log is its message's."""
        actor = _known()
        return await asyncio.to_thread(self._thumb, actor, feedback)

    async def delete_feedback(self, feedback_id: str) -> bool:
        person = self._store.people.key(_known())
        return await asyncio.to_thread(self._store.feedback.remove, feedback_id, person)

    @_queued
    async def create_element(self, element: Element) -> None:
        """Only what carries its content in itself is kept: source cards do, files do not."""
        if (actor := _changing()) is None:
            return
        if element.type != "custom" and not element.url:
            log.warning("an element of type %s is not kept", element.type)
            return
        await asyncio.to_thread(self._conversations.save_element, actor, cast(Mapping[str, Any], element.to_dict()))

    async def get_element(self, thread_id: str, element_id: str) -> ElementDict | None:
        found = await asyncio.to_thread(self._conversations.element, thread_id, element_id)
        return cast(ElementDict, dict(found)) if found else None

    @_queued
    async def delete_element(self, element_id: str, thread_id: str | None = None) -> None:
        if (actor := _changing()) is not None:
            await asyncio.to_thread(self._conversations.remove_element, actor, element_id)

    @_queued
    async def create_step(self, step_dict: StepDict) -> None:
        if (actor := _changing()) is not None:
            await asyncio.to_thread(self._conversations.save_step, actor, cast(Mapping[str, Any], step_dict))

    @_queued
    async def update_step(self, step_dict: StepDict) -> None:
        if (actor := _changing()) is not None:
            await asyncio.to_thread(self._conversations.save_step, actor, cast(Mapping[str, Any], step_dict))

    @_queued
    async def delete_step(self, step_id: str) -> None:
        if (actor := _changing()) is not None:
            await asyncio.to_thread(self._conversations.remove_step, actor, step_id)

    async def get_thread_author(self, thread_id: str) -> str:
        return await asyncio.to_thread(self._conversations.owner, thread_id) or ""

    async def delete_thread(self, thread_id: str) -> None:
        await asyncio.to_thread(self._conversations.hide, _known(), thread_id)

    async def list_threads(self, pagination: Pagination, filters: ThreadFilter) -> PaginatedResponse[ThreadDict]:
        """The actor's own, whoever the filter names."""
        up = None if filters.feedback is None else filters.feedback == 1
        page = await asyncio.to_thread(
            self._conversations.own, _known(), first=pagination.first, after=pagination.cursor, search=filters.search, up=up
        )
        threads = [_thread(t) for t in page.talks]
        ends = (threads[0]["id"], threads[-1]["id"]) if threads else (None, None)
        return PaginatedResponse(PageInfo(page.more, *ends), threads)

    async def get_thread(self, thread_id: str) -> ThreadDict | None:
        """The actor's own; of anybody else's only whose it is, which Chainlit needs to refuse a socket that asks to go on with it."""
        talk = await asyncio.to_thread(self._conversations.talk, thread_id)
        if talk is None:
            return None
        if talk.owner != _actor():
            return _thread(replace(talk, name=None, about={}, tags=(), steps=(), elements=()))
        person = self._store.people.key(talk.owner)
        return _thread(talk, await asyncio.to_thread(self._store.feedback.of_conversation, thread_id, person))

    async def update_thread(
        self,
        thread_id: str,
        name: str | None = None,
        user_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Renames and the like, of the actor's own; `user_id` is not asked. What a session leaves behind begins no conversation."""
        if (actor := _changing()) is None:
            return
        if name is None and tags is None and await asyncio.to_thread(self._conversations.owner, thread_id) != actor:
            return
        await asyncio.to_thread(self._conversations.save, actor, thread_id, name=name, about=metadata, tags=tags)

    async def build_debug_url(self) -> str:
        return ""

    async def close(self) -> None:
        await asyncio.to_thread(self._store.close)

    async def get_favorite_steps(self, user_id: str) -> list[StepDict]:
        """Favourites are not offered."""
        return []

    def _thumb(self, actor: str, feedback: ChainlitFeedback) -> str:
        record = self._store.log.find(feedback.forId)
        if record is None:
            raise thumbs.not_found()
        before = self._store.feedback.get(record.id, self._store.people.key(actor))
        return self._store.feedback.put(
            record,
            self._store.people.key(actor),
            up=feedback.value == 1,
            cause=before.cause if before else None,
            words=feedback.comment or (before.words if before else None),
            chosen_role=before.chosen_role if before else None,
        )


def _session_user() -> tuple[bool, str | None]:
    """Whether a socket's session calls, and whose it is."""
    try:
        user = get_context().session.user
    except ChainlitContextException:
        return False, None
    return True, user.identifier if user else None


def _actor() -> str | None:
    """Who acts: the session's user, else the request's; None where nobody is known."""
    session, identifier = _session_user()
    return identifier if session else acting.get()


def _known() -> str:
    """Who acts. Raises KnowledgeError where nobody is known."""
    if (actor := _actor()) is None:
        raise KnowledgeError("Du är inte inloggad.", "Logga in och försök igen.")
    return actor


def _changing() -> str | None:
    """Who changes something; None for a session of somebody who is not logged in. Raises KnowledgeError for a request of nobody."""
    session, identifier = _session_user()
    return identifier if session else _known()


def _persisted(person: Person) -> PersistedUser:
    about = dict(person.about)
    name = about.pop("display_name", None)
    return PersistedUser(id=person.id, createdAt=person.created, identifier=person.identifier, display_name=name, metadata=about)


def _thread(talk: Talk, opinions: Mapping[str, thumbs.Opinion] | None = None) -> ThreadDict:
    return ThreadDict(
        id=talk.id,
        createdAt=talk.created,
        name=talk.name,
        userId=talk.owner_id,
        userIdentifier=talk.owner,
        tags=list(talk.tags),
        metadata=dict(talk.about),
        steps=[cast(StepDict, {**s, "feedback": _feedback((opinions or {}).get(s["id"]))}) for s in talk.steps],
        elements=[cast(ElementDict, dict(e)) for e in talk.elements],
    )


def _feedback(opinion: thumbs.Opinion | None) -> dict[str, Any] | None:
    return {"forId": opinion.answer_id, "id": opinion.id, "value": int(opinion.up), "comment": opinion.words} if opinion else None
