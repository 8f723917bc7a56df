"""Thumbs, forwarded questions and the coordinator's list: kept once, one's own only, and never with an account."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from store_fakes import EVA, KIM, SECRET, answer, document, new_id, unanswered

from assistant.store.feedback import LONGEST_WORDS, Cause
from assistant.store.record import Asker
from assistant.store.store import Store
from assistant.store.tables import Thumb
from knowledge.section import KnowledgeError


def key(store: Store, asker: Asker) -> str | None:
    return store.people.key(asker.identifier)


def forward(store: Store, asker: Asker = EVA, question: str = "Vem betalar visum?", **more: object) -> str:
    near = [{"section_id": "ekvik/policy#resor", "headings": ["Resor"], "url": "/dokument/ekvik/policy#resor"}]
    return store.inbox.put(question, asker, key(store, asker), searched="visum betala", nearest=near, **more)


def test_a_thumb_is_kept_with_the_answer_as_it_was(store: Store) -> None:
    kept = store.answered(answer(), EVA, [document()])
    store.feedback.put(kept, kept.person, up=False, cause=Cause.OLD_DOCUMENT, words="Det finns en nyare, fråga kim@skola.example")
    opinion = store.feedback.get(kept.id, kept.person)
    assert (opinion.up, opinion.cause, opinion.words) == (False, Cause.OLD_DOCUMENT, "Det finns en nyare, fråga [e-postadress]")
    with store.database.reading() as session:
        thumb = session.scalars(select(Thumb)).one()
    assert thumb.answer["citations"][0]["version"] == kept.citations[0].version
    assert (thumb.municipality, thumb.role, thumb.conversation_id) == ("Ekvik", "larare", EVA.conversation)


def test_a_changed_mind_takes_the_place_of_the_thumb_before(store: Store) -> None:
    kept = store.answered(answer(), EVA, [])
    first = store.feedback.put(kept, kept.person, up=False, cause=Cause.WRONG)
    assert store.feedback.put(kept, kept.person, up=True, cause=Cause.WRONG) == first
    opinion = store.feedback.get(kept.id, kept.person)
    assert (opinion.up, opinion.cause) == (True, None)
    assert store.feedback.of_conversation(EVA.conversation, kept.person) == {kept.id: opinion}


def test_nobody_rates_or_takes_back_for_somebody_else(store: Store) -> None:
    kept = store.answered(answer(), EVA, [])
    for other in (key(store, KIM), None):
        with pytest.raises(KnowledgeError, match="Svaret finns inte"):
            store.feedback.put(kept, other, up=True)
    thumb = store.feedback.put(kept, kept.person, up=True)
    assert store.feedback.get(kept.id, key(store, KIM)) is None
    assert store.feedback.remove(thumb, key(store, KIM)) is False
    assert store.feedback.remove(thumb, kept.person) is True
    assert store.feedback.get(kept.id, kept.person) is None


def test_words_that_are_too_long_are_refused_not_cut(store: Store) -> None:
    kept = store.answered(answer(), EVA, [])
    with pytest.raises(KnowledgeError, match=r"för lång.*2000"):
        store.feedback.put(kept, kept.person, up=False, words="ö" * (LONGEST_WORDS + 1))
    assert store.feedback.get(kept.id, kept.person) is None


def test_a_reply_meets_the_asker_in_the_same_conversation_and_is_read_once(store: Store) -> None:
    item = forward(store)
    assert store.inbox.replies(EVA.conversation, key(store, EVA)) == []
    assert store.inbox.unread(key(store, EVA)) == []
    store.inbox.reply(item, "Ekvik", "Det gör skolan.")
    (reply,) = store.inbox.replies(EVA.conversation, key(store, EVA))
    assert (reply.text, reply.question, reply.read) == ("Det gör skolan.", "Vem betalar visum?", False)
    assert store.inbox.unread(key(store, EVA)) == [EVA.conversation]
    store.inbox.mark_read(item, key(store, EVA))
    assert store.inbox.unread(key(store, EVA)) == []
    store.inbox.answered_by(item, "Ekvik", "ekvik/policy#visum", ["Resor", "Visum"])
    (reply,) = store.inbox.replies(EVA.conversation, key(store, EVA))
    assert (reply.text, reply.section_id, reply.read) == ("Frågan besvaras nu av avsnittet ”Resor › Visum”.", "ekvik/policy#visum", False)


def test_a_reply_is_nobody_elses(store: Store) -> None:
    item = forward(store)
    store.inbox.reply(item, "Ekvik", "Det gör skolan.")
    assert store.inbox.replies(EVA.conversation, key(store, KIM)) == []
    assert store.inbox.unread(key(store, KIM)) == []
    store.inbox.mark_read(item, key(store, KIM))
    assert store.inbox.unread(key(store, EVA)) == [EVA.conversation]


def test_a_coordinator_replies_only_in_their_own_municipality(store: Store) -> None:
    item = forward(store)
    for wrong, where in ((item, "Norrfors"), (new_id(), "Ekvik")):
        with pytest.raises(KnowledgeError, match="Frågan finns inte"):
            store.inbox.reply(wrong, where, "Nej.")


def test_what_is_passed_on_is_masked_and_the_same_answer_is_passed_on_once(store: Store) -> None:
    item = forward(store, question="Ring 070-174 06 05", answer_id="svar-1")
    assert forward(store, question="Ring 070-174 06 05", answer_id="svar-1", name="Eva Ek") == item
    (found,) = store.worklist.items("Ekvik")
    assert (found.question, found.name) == ("Ring [telefonnummer]", "Eva Ek")


def test_one_list_shows_what_was_unanswered_thumbed_down_or_forwarded(store: Store) -> None:
    store.answered(answer(), EVA, [])
    silent = store.answered(unanswered("Vem betalar visum?"), EVA, [])
    passed_on = store.answered(unanswered("Får vi flyga?"), KIM, [])
    bad = store.answered(answer("Vem åker?"), KIM, [document()])
    good = store.answered(answer("Vem beslutar?"), KIM, [])
    store.feedback.put(bad, bad.person, up=False, cause=Cause.WRONG_SECTION, words="Fel kapitel")
    store.feedback.put(good, good.person, up=True)
    forwarded = forward(store, KIM, "Får vi flyga?", answer_id=passed_on.id)
    store.answered(unanswered("Annan kommun?"), replace(EVA, municipality="Norrfors"), [])
    items = {i.question: i for i in store.worklist.items("Ekvik")}
    assert {q: i.why for q, i in items.items()} == {
        "Vem betalar visum?": "unanswered",
        "Får vi flyga?": "forwarded",
        "Vem åker?": "thumb_down",
    }
    assert items["Vem betalar visum?"].id == silent.id
    assert items["Vem betalar visum?"].sections == ("ekvik/policy#resor",)
    assert items["Får vi flyga?"].id == forwarded
    assert (items["Vem åker?"].cause, items["Vem åker?"].words) == ("fel_avsnitt", "Fel kapitel")
    assert [i.question for i in store.worklist.items("Norrfors")] == ["Annan kommun?"]
    assert store.worklist.items("Ekvik", last=date.today() - timedelta(days=2)) == []


def test_no_account_stands_on_the_list(store: Store) -> None:
    kept = store.answered(unanswered(), Asker("eva.ek@ekvik.example", "Ekvik", "larare", new_id()), [])
    store.feedback.put(kept, kept.person, up=False)
    forward(store)
    said = json.dumps([asdict(i) for i in store.worklist.items("Ekvik")], default=str)
    assert "eva" not in said.lower()
    assert kept.person not in said
    assert SECRET not in said


def test_what_is_settled_says_so_and_only_ones_own_can_be(store: Store) -> None:
    kept = store.answered(unanswered(), EVA, [])
    store.worklist.settle(kept.id, "Norrfors")
    assert not store.worklist.items("Ekvik")[0].settled
    store.worklist.settle(kept.id, "Ekvik")
    store.worklist.settle(kept.id, "Ekvik")
    assert store.worklist.items("Ekvik")[0].settled


def ask_as(store: Store, people: int, role: str, times: int = 1) -> None:
    for n in range(people):
        for _ in range(times):
            store.answered(unanswered(), Asker(f"{role}{n}", "Ekvik", role, new_id()), [])


def test_a_group_of_fewer_than_five_people_is_not_counted_however_much_they_ask(store: Store) -> None:
    ask_as(store, 5, "larare")
    ask_as(store, 4, "rektor", times=3)
    ask_as(store, 1, "samordnare", times=9)
    assert store.worklist.counts("Ekvik", "role") == {"rektor": None, "samordnare": None, "larare": 5}


def test_a_single_small_group_cannot_be_worked_out_from_the_whole(store: Store) -> None:
    ask_as(store, 7, "larare")
    ask_as(store, 5, "rektor")
    ask_as(store, 1, "samordnare")
    assert store.worklist.counts("Ekvik", "role") == {"larare": 7, "rektor": None, "samordnare": None}
    assert store.worklist.counts("Ekvik", "why") == {"unanswered": 13}


def test_those_who_are_not_logged_in_count_as_one_person(store: Store) -> None:
    for _ in range(9):
        store.answered(unanswered(), Asker(None, "Ekvik", None, None), [])
    assert store.worklist.counts("Ekvik", "role") == {None: None}


def test_the_role_that_was_chosen_goes_with_a_question_and_a_thumb_and_may_be_unset(store: Store) -> None:
    teacher = replace(EVA, chosen_role="larare")
    forward(store, teacher, "Vem betalar visum?")
    forward(store, KIM, "Vem betalar tåget?")
    kept = store.answered(answer("Vem åker?"), teacher, [])
    store.feedback.put(kept, kept.person, up=False, chosen_role="larare")
    chosen = {i.question: (i.role, i.chosen_role) for i in store.worklist.items("Ekvik")}
    assert chosen == {"Vem betalar visum?": ("larare", "larare"), "Vem betalar tåget?": ("rektor", None), "Vem åker?": ("larare", "larare")}
    assert store.feedback.get(kept.id, kept.person).chosen_role == "larare"


def test_a_chosen_role_that_few_have_is_not_counted(store: Store) -> None:
    for n in range(5):
        forward(store, Asker(f"a{n}", "Ekvik", "user", new_id(), "larare"))
    for n in range(5):
        forward(store, Asker(f"b{n}", "Ekvik", "user", new_id()))
    forward(store, Asker("c", "Ekvik", "user", new_id(), "fortroendevald"))
    counts = store.worklist.counts("Ekvik", "chosen_role")
    assert counts["fortroendevald"] is None
    assert sorted(str(n) for n in counts.values()) == ["5", "None", "None"]
