"""Conversations: one's own, whole, and as if others' were not there."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from store_fakes import new_id

from assistant.store.conversations import Conversations
from assistant.store.database import Database
from assistant.store.tables import Conversation, Step
from knowledge.section import KnowledgeError


@pytest.fixture
def conversations(store) -> Conversations:
    return store.conversations


def step(talk: str, text: str, kind: str = "user_message", second: int = 0, **more: object) -> dict[str, object]:
    created = f"2026-11-22T08:00:{second:02d}.000Z"
    return {"id": new_id(), "threadId": talk, "type": kind, "name": "x", "output": text, "createdAt": created, **more}


def say(conversations: Conversations, owner: str, *texts: str, talk: str | None = None) -> str:
    talk = talk or new_id()
    for n, text in enumerate(texts):
        conversations.save_step(owner, step(talk, text, second=n))
    return talk


def test_a_conversation_comes_back_whole_and_in_order(conversations: Conversations) -> None:
    talk = new_id()
    answer = step(talk, "Rektor.", "assistant_message", 2, metadata={"citations": [1]})
    conversations.save_step("eva", answer)
    question = step(talk, "Vem?", second=1)
    conversations.save_step("eva", question)
    conversations.save_element("eva", {"id": new_id(), "threadId": talk, "forId": answer["id"], "type": "custom", "props": {"a": 1}})
    found = conversations.talk(talk, "eva")
    assert list(found.steps) == [question, answer]
    assert found.elements[0]["props"] == {"a": 1}
    assert conversations.owner(talk) == "eva"


def test_a_step_that_is_sent_again_is_changed_not_doubled(conversations: Conversations) -> None:
    talk = new_id()
    first = step(talk, "Vem", "assistant_message")
    conversations.save_step("eva", first)
    conversations.save_step("eva", first | {"output": "Vem beslutar?"})
    assert [s["output"] for s in conversations.talk(talk).steps] == ["Vem beslutar?"]


def test_what_a_person_says_is_masked_and_what_is_quoted_is_not(conversations: Conversations) -> None:
    talk = say(conversations, "eva", "Ring 070-174 06 05")
    conversations.save_step("eva", step(talk, "Fråga kim@skola.example.", "assistant_message", 1))
    conversations.save("eva", talk, name="kim@skola.example", about={"history": [{"question": "811218-9876?"}]})
    found = conversations.talk(talk)
    assert [s["output"] for s in found.steps] == ["Ring [telefonnummer]", "Fråga kim@skola.example."]
    assert found.name == "[e-postadress]"
    assert found.about == {"history": [{"question": "[personnummer]?"}]}


def test_nothing_of_somebody_elses_can_be_read_or_changed(conversations: Conversations) -> None:
    talk = say(conversations, "eva", "Vem?")
    (mine,) = conversations.talk(talk).steps
    element = {"id": new_id(), "threadId": talk, "forId": mine["id"], "type": "custom"}
    conversations.save_element("eva", element)
    for attempt in (
        lambda: conversations.save("kim", talk, name="Mitt"),
        lambda: conversations.save_step("kim", step(talk, "Hej")),
        lambda: conversations.save_step("kim", step(new_id(), "Hej") | {"id": mine["id"]}),
        lambda: conversations.save_element("kim", element),
        lambda: conversations.save_element("kim", element | {"threadId": new_id()}),
    ):
        with pytest.raises(KnowledgeError, match="Konversationen finns inte"):
            attempt()
    conversations.hide("kim", talk)
    conversations.remove_step("kim", mine["id"])
    conversations.remove_element("kim", element["id"])
    assert conversations.talk(talk, "kim") is None
    assert conversations.own("kim").talks == ()
    assert conversations.element(new_id(), element["id"]) is None
    found = conversations.talk(talk, "eva")
    assert (found.name, list(found.steps), list(found.elements)) == (None, [mine], [element])


NO_UUIDS = ["1", "", None, "../../x", "11111111-1111-4111-8111-11111111111G", "{11111111-1111-4111-8111-111111111111}"]


@pytest.mark.parametrize("wrong", NO_UUIDS)
def test_ids_that_are_no_uuids_are_refused(conversations: Conversations, wrong: object) -> None:
    for refused in (step(wrong, "Hej"), step(new_id(), "Hej") | {"id": wrong}):
        with pytest.raises(KnowledgeError, match="inget giltigt id"):
            conversations.save_step("eva", refused)


def test_steps_of_kinds_that_nobody_knows_are_refused(conversations: Conversations) -> None:
    with pytest.raises(KnowledgeError, match="slag som inte finns"):
        conversations.save_step("eva", step(new_id(), "Hej", "<script>"))


def test_a_conversation_cannot_be_opened_to_everybody(conversations: Conversations) -> None:
    talk = say(conversations, "eva", "Vem?")
    conversations.save("eva", talk, about={"is_shared": True, "shared_at": "nu", "env": {"NYCKEL": "x"}, "roll": "larare"})
    assert conversations.talk(talk).about == {"roll": "larare"}


def test_what_is_taken_away_is_gone_at_once_and_cannot_be_written_to(conversations: Conversations, store) -> None:
    talk = say(conversations, "eva", "Vem?")
    conversations.hide("eva", talk)
    assert conversations.talk(talk) is None
    assert conversations.owner(talk) is None
    assert conversations.own("eva").talks == ()
    with pytest.raises(KnowledgeError, match="Konversationen finns inte"):
        conversations.save_step("eva", step(talk, "Hej"))
    with store.database.reading() as session:  # the job removes it
        assert len(session.scalars(select(Step)).all()) == 1


def test_one_renames_and_finds_ones_own_by_words_in_any_case(conversations: Conversations) -> None:
    travel, visa = say(conversations, "eva", "Vem beslutar om ÅKA?"), say(conversations, "eva", "Visum 100 %")
    conversations.save("eva", visa, name="Mitt samtal")
    assert [t.id for t in conversations.own("eva", search="åka").talks] == [travel]
    assert [t.id for t in conversations.own("eva", search="MITT").talks] == [visa]
    assert [t.id for t in conversations.own("eva", search="100 %").talks] == [visa]
    assert conversations.own("eva", search="%").talks[0].id == visa
    assert conversations.own("kim", search="visum").talks == ()


def test_pages_follow_each_other_without_gaps_and_doubles(conversations: Conversations, store) -> None:
    talks = [say(conversations, "eva", "Vem?") for _ in range(7)]
    with store.database.writing() as session:  # some are of the same moment
        for n, talk in enumerate(talks):
            session.get_one(Conversation, talk).created = f"2026-11-22T08:0{n // 3}:00.000000Z"
    seen, after = [], None
    while True:
        page = conversations.own("eva", first=3, after=after)
        seen += [t.id for t in page.talks]
        if not page.more:
            break
        after = seen[-1]
    assert sorted(seen) == sorted(talks)
    assert len(seen) == 7
    assert set(seen[-3:]) == set(talks[:3])


def test_what_no_database_can_keep_breaks_nothing(conversations: Conversations) -> None:
    talk = say(conversations, "eva", "Vem \ud800 \0 \u2028 ”å”?")
    conversations.save("eva", talk, name="a\0b\ud800", about={"a\0": ["\udfff", "\0"]})
    found = conversations.talk(talk)
    assert found.steps[0]["output"] == "Vem \ud800  \u2028 ”å”?"
    assert found.name == "ab?"
    assert conversations.own("eva", search="”å”").talks[0].id == talk


def test_a_user_is_remembered_under_the_same_id(conversations: Conversations, store) -> None:
    first = conversations.remember("eva", {"role": "user"})
    assert conversations.remember("eva") == first
    assert conversations.person("eva") == first
    assert conversations.person("kim") is None
    other = Database(store.home)
    assert Conversations(other).person("eva") == first
    other.close()
