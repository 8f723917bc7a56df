"""Runs a chat whose documents and answers hold every way to smuggle a request out: hard_serve.py HOME PORT. A process of its own."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import cycle
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))

from fake_engine import FakeEngine, citation, section
from hard_smuggling import ways

from assistant.answer import Answer, Ask, Nearest, Notice, NoticeKind
from assistant.listener import Listener
from assistant.settings import Settings
from assistant.web import run
from knowledge.section import Document


class Smuggler(FakeEngine):
    """Answers "smuggla 7" with the seventh way in every field, "smuggla allt" with all of them, and is silent with them otherwise."""

    def __init__(self, port: int) -> None:
        self.ways = ways(port)
        super().__init__(documents=[hostile_document(number, way) for number, way in enumerate(self.ways)])

    def ask(self, ask: Ask, listener: Listener | None = None, /) -> Answer:
        words = ask.question.split()
        chosen = [int(w) for w in words if w.isdecimal()] if words[:1] == ["smuggla"] else []
        chosen = chosen or (list(range(len(self.ways))) if words == ["smuggla", "allt"] else [])
        shown = [self.documents[n] for n in chosen]
        said = [self.ways[n] for n in chosen] or [ask.question]
        notices = tuple(Notice(kind, text) for text, kind in zip(said, cycle(NoticeKind), strict=False))
        near = tuple(Nearest(s.id, s.headings, f"/dokument/{s.id}") for d in self.documents[:3] for s in d.sections)
        answer = Answer(ask.id, ask.question, ask.municipality, "unanswered", "no_source", "\n\n".join(said), (), notices, near)
        if not shown:
            return answer
        quotes = [(d.sections[0], d.title, d.sections[0].text) for d in shown]
        cited = tuple(replace(citation(s, title, quote), marker=n) for n, (s, title, quote) in enumerate(quotes, 1))
        text = "\n\n".join(f"{quote} [{n}]\n- {quote} **{quote}** [{n}]" for n, (_, _, quote) in enumerate(quotes, 1))
        return replace(answer, status="answered", reason=None, text=text, citations=cited, nearest=())


def hostile_document(number: int, way: str) -> Document:
    """A document that holds the way wherever a text of its own is shown."""
    id_, line = f"ekvik/dokument-{number}", " ".join(way.split())
    return Document(
        id=id_, title=line, file=f"{line}.md", hash=f"{number:064}", municipality="Ekvik", kind=line, decided_by=line, paragraph=line,
        registration_number=line, replaces=(line,), applies_to=line, owner=line, url=line, warnings=(line,),
        cover=section(id_, "forsattsblad", ("Försättsblad",), way),
        sections=(section(id_, "a", (line, line), way, line), section(id_, "b", (line,), f"- {way}\n{line} | {way}")),
    )  # fmt: skip


if __name__ == "__main__":
    run(Settings(home=Path(sys.argv[1])).model_copy(update={"port": 0}), Smuggler(int(sys.argv[2])))
