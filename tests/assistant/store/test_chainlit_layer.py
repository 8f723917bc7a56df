"""The data layer as Chainlit calls it: from a socket with a session, from a route with `acting`, from nowhere."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from store_fakes import EVA, answer, new_id

from assistant import web
from assistant.store.acting import acting
from assistant.store.record import Asker
from assistant.store.store import Store
from knowledge.section import KnowledgeError


@pytest.fixture(scope="module")
def chainlit(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    """Chainlit, imported only after its folder is prepared, as the program does."""
    web._prepare(tmp_path_factory.mktemp("home") / "chainlit", SimpleNamespace(prefix="", secret="x" * 40))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        from chainlit import element, types, user
        from chainlit.data.base import BaseDataLayer
        from chainlit.session import HTTPSession, WebsocketSession

        from assistant.store.chainlit_layer import DataLayer
    context = importlib.import_module("chainlit.context")  # the package hides its module by an object of that name
    sessions = {"http": HTTPSession, "socket": WebsocketSession}
    return SimpleNamespace(context=context, element=element, types=types, user=user, base=BaseDataLayer, layer=DataLayer, **sessions)


@pytest.fixture
def layer(chainlit: SimpleNamespace, store: Store) -> Any:
    return chainlit.layer(store)


@contextmanager
def request_of(identifier: str | None) -> Iterator[None]:
    token = acting.set(identifier)
    try:
        yield
    finally:
        acting.reset(token)


def in_session(chainlit: SimpleNamespace, identifier: str | None, work: Any) -> Any:
    """What `work` gives when it is called within a socket's session of a user, or of somebody who is not logged in."""

    async def run() -> Any:
        user = chainlit.user.User(identifier=identifier) if identifier else None
        session = chainlit.http(id=new_id(), client_type="webapp", thread_id=None, user=user, token=None, user_env=None)
        chainlit.context.context_var.set(chainlit.context.ChainlitContext(session))
        return await work()

    return asyncio.run(run())


def step(talk: str, text: str = "Vem?", kind: str = "user_message") -> dict[str, Any]:
    return {"id": new_id(), "threadId": talk, "type": kind, "name": "x", "output": text, "createdAt": "2026-11-22T08:00:00Z"}


def test_every_method_of_chainlits_interface_is_there(chainlit: SimpleNamespace) -> None:
    assert chainlit.layer.__abstractmethods__ == frozenset()
    for name, method in inspect.getmembers(chainlit.base, inspect.isfunction):
        theirs, ours = inspect.signature(method), inspect.signature(getattr(chainlit.layer, name))
        assert list(theirs.parameters) == list(ours.parameters), name


def test_a_user_comes_back_as_chainlit_gave_it(chainlit: SimpleNamespace, layer: Any) -> None:
    given = chainlit.user.User(identifier="eva", display_name="Eva Ek", metadata={"role": "user"})
    made = asyncio.run(layer.create_user(given))
    found = asyncio.run(layer.get_user("eva"))
    assert (found.id, found.display_name, found.metadata) == (made.id, "Eva Ek", {"role": "user"})
    assert asyncio.run(layer.get_user("kim")) is None


def test_what_a_session_says_is_resumed_with_its_thumb(chainlit: SimpleNamespace, layer: Any, store: Store) -> None:
    talk = new_id()
    given = answer()
    store.answered(given, Asker("eva", "Ekvik", None, talk), [])
    question, said = step(talk), step(talk, "Rektor.", "assistant_message") | {"id": given.id}

    async def converse() -> None:
        await layer.update_thread(talk, name="Vem?", user_id="någon annans")
        await layer.create_step(question)
        await layer.create_step(said)
        await layer.update_thread(talk, metadata={"is_shared": True, "roll": "larare"})

    in_session(chainlit, "eva", converse)
    with request_of("eva"):
        feedback_id = asyncio.run(layer.upsert_feedback(chainlit.types.Feedback(forId=given.id, value=0, comment="Fel")))
        thread = asyncio.run(layer.get_thread(talk))
    assert (thread["userIdentifier"], thread["name"], thread["metadata"]) == ("eva", "Vem?", {"roll": "larare"})
    assert {s["id"]: s["feedback"] for s in thread["steps"]} == {
        question["id"]: None,
        given.id: {"forId": given.id, "id": feedback_id, "value": 0, "comment": "Fel"},
    }
    assert asyncio.run(layer.get_thread_author(talk)) == "eva"


def test_steps_that_come_before_their_conversation_begin_it(chainlit: SimpleNamespace, layer: Any) -> None:
    talk = new_id()

    async def at_once() -> None:
        await asyncio.gather(layer.create_step(step(talk)), layer.update_thread(talk, name="Vem?"), layer.create_step(step(talk, "Hej")))

    in_session(chainlit, "eva", at_once)
    with request_of("eva"):
        thread = asyncio.run(layer.get_thread(talk))
    assert (thread["name"], len(thread["steps"])) == ("Vem?", 2)


def test_what_is_said_before_the_first_question_waits_for_it(chainlit: SimpleNamespace, layer: Any, store: Store) -> None:
    talk = new_id()

    async def greet() -> int:
        unused = {"emit": None, "emit_call": None, "user_env": {}, "client_type": "webapp"}
        session = chainlit.socket(id=new_id(), socket_id=new_id(), user=chainlit.user.User(identifier="eva"), **unused)
        chainlit.context.context_var.set(chainlit.context.ChainlitContext(session))
        await layer.create_step(step(talk, "Välkommen", "assistant_message"))
        return sum(map(len, session.thread_queues.values()))

    assert asyncio.run(greet()) == 1
    assert store.conversations.talk(talk) is None


Attempt = tuple[str, Coroutine[Any, Any, Any]]


def attempts(chainlit: SimpleNamespace, layer: Any, talk: str, said: dict[str, Any], thumb: str) -> list[Attempt]:
    return [
        ("rename", layer.update_thread(talk, name="Mitt")),
        ("metadata", layer.update_thread(talk, metadata={"roll": "rektor"})),
        ("delete", layer.delete_thread(talk)),
        ("rate", layer.upsert_feedback(chainlit.types.Feedback(forId=said["id"], value=0, threadId=talk))),
        ("take back", layer.delete_feedback(thumb)),
        ("step", layer.create_step(step(talk, "Hej"))),
        ("change step", layer.update_step(said | {"output": "Nej."})),
        ("delete step", layer.delete_step(said["id"])),
        ("element", layer.create_element(chainlit.element.CustomElement(thread_id=talk, name="x", props={}, for_id=said["id"]))),
        ("delete element", layer.delete_element(new_id(), talk)),
    ]


@pytest.fixture
def evas(chainlit: SimpleNamespace, layer: Any, store: Store) -> Any:
    """Eva's conversation: its id, her rated answer and the thumb."""
    talk = new_id()
    kept = store.answered(answer(), Asker("eva", "Ekvik", None, talk), [])
    said = step(talk, "Rektor.", "assistant_message") | {"id": kept.id}
    store.conversations.save_step("eva", said)
    store.conversations.save("eva", talk, name="Vem?")
    return talk, said, store.feedback.put(kept, kept.person, up=True)


def state(store: Store, talk: str) -> tuple[Any, ...]:
    return (store.conversations.talk(talk), store.feedback.of_conversation(talk, store.people.key("eva")))


@pytest.mark.parametrize("who", ["socket of another", "request of another", "request of nobody", "socket of nobody"])
def test_nobody_else_changes_anything(chainlit: SimpleNamespace, layer: Any, store: Store, evas: Any, who: str) -> None:
    before = state(store, evas[0])

    async def all_of_them() -> None:
        for name, attempt in attempts(chainlit, layer, *evas):
            try:
                await attempt
            except (KnowledgeError, chainlit.context.ChainlitContextException):
                continue
            # Quietly doing nothing is right only where there is nothing of one's own to do it to.
            assert who == "socket of nobody" or name in ("metadata", "delete", "take back", "delete step", "delete element"), name

    if who.startswith("socket"):
        in_session(chainlit, "kim" if "another" in who else None, all_of_them)
    else:
        with request_of("kim" if "another" in who else None):
            asyncio.run(all_of_them())
    assert state(store, evas[0]) == before


def test_nobody_else_reads_anything(chainlit: SimpleNamespace, layer: Any, evas: Any) -> None:
    pages, everything = chainlit.types.Pagination(first=5), chainlit.types.ThreadFilter(userId=EVA.identifier)
    with request_of("kim"):
        assert asyncio.run(layer.list_threads(pages, everything)).data == []
    with pytest.raises(KnowledgeError, match="inte inloggad"):
        asyncio.run(layer.list_threads(pages, everything))
    with request_of("kim"):
        seen = [asyncio.run(layer.get_thread(evas[0]))]
    seen += [asyncio.run(layer.get_thread(evas[0]))]
    seen += [in_session(chainlit, who, lambda: layer.get_thread(evas[0])) for who in ("kim", None)]
    for thread in seen:
        assert (thread["name"], thread["metadata"], thread["steps"], thread["elements"]) == (None, {}, [], [])
        assert thread["userIdentifier"] == "eva"  # Chainlit compares it and refuses
    assert in_session(chainlit, "eva", lambda: layer.get_thread(evas[0]))["name"] == "Vem?"


def test_ones_own_are_listed_renamed_and_taken_away(chainlit: SimpleNamespace, layer: Any, evas: Any) -> None:
    talk = evas[0]
    with request_of("eva"):
        asyncio.run(layer.update_thread(talk, name="Resor"))
        listed = asyncio.run(layer.list_threads(chainlit.types.Pagination(first=5), chainlit.types.ThreadFilter(feedback=1)))
        assert [t["name"] for t in listed.data] == ["Resor"]
        assert listed.pageInfo.endCursor == talk
        assert asyncio.run(layer.list_threads(chainlit.types.Pagination(first=5), chainlit.types.ThreadFilter(feedback=0))).data == []
        asyncio.run(layer.delete_thread(talk))
        assert asyncio.run(layer.get_thread(talk)) is None
    assert asyncio.run(layer.get_thread_author(talk)) == ""


def test_a_card_comes_back_and_a_file_is_not_kept(chainlit: SimpleNamespace, layer: Any, store: Store, evas: Any) -> None:
    talk, said, _ = evas
    card = chainlit.element.CustomElement(thread_id=talk, name="Kalla", props={"quote": "Rektor."}, for_id=said["id"])
    file = chainlit.element.Text(thread_id=talk, name="fil", content="x", for_id=said["id"])

    async def show() -> None:
        await layer.create_element(card)
        await layer.create_element(file)

    in_session(chainlit, "eva", show)
    (kept,) = store.conversations.talk(talk).elements
    assert kept["props"] == {"quote": "Rektor."}
    assert asyncio.run(layer.get_element(talk, card.id))["name"] == "Kalla"


def test_a_database_that_fails_is_an_error_and_no_success(chainlit: SimpleNamespace, layer: Any, store: Store, evas: Any) -> None:
    store.database.engine.dispose()
    (store.home / "store" / "assistant.sqlite").write_bytes(b"trasig" * 1000)
    with request_of("eva"):
        for attempt in (layer.update_thread(evas[0], name="x"), layer.delete_thread(evas[0]), layer.delete_feedback(evas[2])):
            with pytest.raises(KnowledgeError, match="skadad"):
                asyncio.run(attempt)
