"""Questions about the same thing are put together, others are not, with the real embedder."""

from __future__ import annotations

import numpy as np

from assistant.build import build_embedder
from assistant.settings import Settings
from eval.pages.likeness import Group, groups, topic_of

ERASMUS = ["Kan vi söka Erasmus-medel?", "får vi söka erasmus", "Vad gäller för Erasmus+ på gymnasiet?", "Vem betalar en resa med Erasmus?"]
REPORT = ["vilken blankett har vi för reserapporten", "Hur många sidor får reserapporten vara?"]
OTHER = ["Har stadsbiblioteket något systerbibliotek?", "Ersätts en bruten resa av försäkringen?"]


def of(questions: list[str]) -> list[Group]:
    embedder = build_embedder(Settings(), threads=1)
    return groups(questions, np.asarray([embedder.embed_query(q) for q in questions], dtype=np.float32))


def test_questions_about_the_same_thing_are_together_with_its_name() -> None:
    mixed = [ERASMUS[0], REPORT[0], OTHER[0], ERASMUS[1], ERASMUS[2], OTHER[1], REPORT[1], ERASMUS[3]]
    found = of(mixed)
    assert [(g.topic, [mixed[p] for p in g.places]) for g in found] == [
        ("Erasmus", ERASMUS),
        ("reserapporten", REPORT),
        ("systerbibliotek", [OTHER[0]]),
        ("försäkringen", [OTHER[1]]),
    ]


def test_the_same_question_worded_otherwise_is_alike_though_the_words_differ() -> None:
    assert len(of(["Får jag ta med min hund?", "Får jag ta med min hund ?", "Vem skriver avtalet?"])) == 2


def test_nothing_and_what_says_nothing_are_no_trouble() -> None:
    assert groups([], np.zeros((0, 384), dtype=np.float32)) == []
    assert topic_of("och det?") == topic_of("") == ""
    assert len(of(["???", "!!!"])) in (1, 2)
