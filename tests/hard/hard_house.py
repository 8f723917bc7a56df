"""A house with something on every page: the real application over two tiny municipalities, with a document that was uploaded and one that
is gone, questions, drafts, runs, an inbox and a conversation; and every address that its own routes lead to."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))
sys.path.insert(0, str(Path(__file__).parents[1] / "assistant" / "access"))
sys.path.insert(0, str(Path(__file__).parents[1] / "eval"))

from coordinator_app import Coordinator
from eval_fakes import CountingEmbedder, write_documents
from page_fakes import OURS, SECTION, case, kept, quiet, row, run
from serving import GALLRING, PASSWORD, serving

from assistant.access.accounts import Accounts
from assistant.access.rules import CLOSED, RULES
from assistant.access.tables import open_database
from assistant.access.visitor import Role
from assistant.engine import Engine
from assistant.store.feedback import Cause
from assistant.store.record import Asker
from assistant.store.removal import Remover
from assistant.web import create_app
from eval.drafting.job import Drafts
from eval.pages import add_pages
from eval.question_sets import QuestionSets
from knowledge.ingest import ingest

KARIN, BO = "karin", "bo"
DOCUMENT, ANCHOR = SECTION.split("#")
GUIDELINE = (
    "# Riktlinjer för resor i Björkhults kommun\n\nAntagna av kommunstyrelsen den 3 mars 2024.\n\n## Resor\n\nRektor beslutar om resor.\n"
)


@dataclass(frozen=True, slots=True)
class House:
    """A running house. `values` fill in what varies in an address; `query` goes with every address, and those who need none pass it by."""

    app: FastAPI
    engine: Engine
    address: str
    values: dict[str, str]
    query: str

    def places(self) -> list[str]:
        """An address of every route of ours that can be read, Chainlit's own left out. KeyError when a part that varies is not known."""
        routes = [path for method, path in routes_of(self.app) if method == "GET" and _ours(path)]
        uploaded = f"/samordnare/dokument/{self.values['uploaded']}"  # one that was uploaded can be changed
        return sorted({f"{place}?{self.query}" for place in (uploaded, *map(self._filled, routes))})

    def _filled(self, path: str) -> str:
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda part: self.values[part[1]], path)


def routes_of(app: FastAPI) -> set[tuple[str, str]]:
    """(method, path) of each of our own routes: Chainlit's are behind one that is mounted."""
    return {(method, route.path) for route in app.routes for method in getattr(route, "methods", None) or ()}


def _ours(path: str) -> bool:
    chainlits = {rule.path for rule in RULES if rule.chainlit} | {entry.partition(" ")[2] for entry in CLOSED}
    return path not in chainlits and path != "/{path:unserved}"


@contextmanager
def home_of(root: Path) -> Iterator[tuple[Coordinator, dict[str, str]]]:
    """A home with something in every store, at the desk of the one whose machine it is; and what varies in the addresses."""
    with pytest.MonkeyPatch.context() as patch:
        ingest(write_documents(root / "dokument"), home=root / "home", embedder=CountingEmbedder())
        desk = Coordinator(root / "home", patch)
        values = _furnish(desk)
        _accounts(desk.home)
        yield desk, values


@contextmanager
def furnished(root: Path) -> Iterator[House]:
    """The house, served on this machine, for whom logs in as Karin, a coordinator, or Bo."""
    with ExitStack() as stack:
        desk, values = stack.enter_context(home_of(root))
        app = create_app(desk.engine, desk.settings.model_copy(update=GALLRING), added=[add_pages])
        asked = urlencode({"avsnitt": ANCHOR, "citat": "Förvaltningschefen utser", "ankare": ANCHOR, "visa": "alla"})
        yield House(app, desk.engine, stack.enter_context(serving(app)), values, asked)


def _accounts(home: Path) -> None:
    database = open_database(home)
    for name, role in ((KARIN, Role.COORDINATOR), (BO, Role.USER)):
        Accounts(database).add(name, PASSWORD, role=role, municipality=OURS)
    database.dispose()


def _furnish(desk: Coordinator) -> dict[str, str]:
    """Puts something on every page; what then varies in the addresses."""
    assert desk.upload(("riktlinjer.md", GUIDELINE)).status_code == 303
    policy = desk.engine.index().documents[DOCUMENT]
    changed = replace(policy.sections[0], text="Rektor utser en kontaktperson.")
    version = desk.store.versions.keep(replace(policy, sections=(changed, *policy.sections[1:])))
    gone = [replace(s, id=s.id.replace(DOCUMENT, "bjorkhult/plan-2015"), document_id="bjorkhult/plan-2015") for s in policy.sections]
    desk.store.versions.keep(replace(policy, id="bjorkhult/plan-2015", title="Plan 2015", sections=tuple(gone), cover=None))
    silent = desk.ask("Får man röka på resan?")
    answer = desk.ask("Vem utser kontaktpersonen?")
    told = desk.store.log.find(answer.id)
    assert told
    desk.store.feedback.put(told, None, up=False, cause=Cause.WRONG_SECTION)
    asker = Asker(municipality=OURS, role="user")
    desk.store.inbox.put(silent.question, asker, None, searched=silent.question, nearest=[], name="Bo", answer_id=silent.id)
    sets = QuestionSets(desk.home)
    sets.add(OURS, [case("f1"), case("f2", "Hur länge är man kontaktperson?", abstain=False)])
    Drafts(desk.home, OURS).start(desk.engine, 3).join()
    for number in range(2):
        rows = [row(f"f{n}", bool((n + number) % 3)) for n in range(24)] + [quiet(f"q{n}", bool(n % 2)) for n in range(6)]
        kept(desk.home, run(rows, number))
    talks = {name: str(uuid4()) for name in (KARIN, BO)}
    for name, talk in talks.items():
        desk.store.conversations.remember(f"konto:{name}")
        desk.store.conversations.save(f"konto:{name}", talk, name="Vem utser kontaktpersonen?")
    Remover(desk.store, desk.settings).person(f"konto:{BO}", "Dnr 7")
    assert desk.send("/samordnare/ord", gor="spara", ord="fika", kallas="stipendier").status_code == 303
    return {
        "document_id": DOCUMENT,
        "uploaded": next(id_ for id_ in desk.engine.index().documents if "riktlinjer-for-resor" in id_),
        "version": version,
        "thread_id": talks[KARIN],
        "item_id": desk.store.worklist.items(OURS)[0].id,
        "question_id": "f1",
        "run_id": run([]).id,
        "path": "sidor.css",
        "filename": "index.html",
    }


GONE = ("/finns-inte", "/dokument/bjorkhult/plan-2015", "/samordnare/korningar/finns-inte")
"""Addresses that say that something is not there."""
