"""Promise 12: of one person all is exported, all is deleted, all expires, and nothing of anybody else's is."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hard_talk import Chat, Page, own_home, page, running

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.access.visitor import Role
from assistant.settings import Settings
from assistant.store.people import People
from assistant.store.removal import Remover
from assistant.store.retention import Kept
from assistant.store.store import Store
from eval.running import run_municipality

Figure = Callable[[int, str, str], None]
PASSWORD = "ett långt lösenord"
WHO, OTHER = "zenobia.zetterkvist", "yngve.ygberg"
ENTERED = ("besvarad", "obesvarad", "bortvald", "namngiven", "tumme", "svarad")
"""Where a person enters words of their own; a canary is such a word after the person's first name."""
OFFICE = ("godkand", "utkast", "ord", "kontakt")
"""What a coordinator writes for the municipality: its name goes, the words stay."""


def canary(who: str, where: str) -> str:
    return f"{who.partition('.')[0]}kanarie{where}"


class Somebody:
    """Somebody with an account, logged in, who uses all that there is to use."""

    def __init__(self, chat: Chat, name: str) -> None:
        self.chat, self.name = chat, name
        self.client = httpx.AsyncClient(base_url=chat.address, timeout=90)

    async def logs_in(self) -> None:
        found = await self.client.post("/logga-in", data={"namn": self.name, "losenord": PASSWORD})
        assert found.status_code == 303, found.text
        self.cookie = {"Cookie": f"session={self.client.cookies['session']}"}

    async def uses_everything(self) -> None:
        """Asks, judges, passes on, names a conversation, takes one away, approves, mends; a personal number is never kept."""
        async with page(self.chat, self.cookie) as first:
            await first.ask(f"Vem utser kontaktpersoner? {self.canary('besvarad')} 850709-9805")
            await self._thumb_down(first)
            await first.ask(f"Vilken försäkring gäller för eleverna? {self.canary('obesvarad')}")
            await self._press(first, "vidare", named=True)
            await self._sends("PUT", "/project/thread", json={"threadId": first.thread, "name": self.canary("namngiven")})
        async with page(self.chat, self.cookie) as second:
            await second.ask(f"Vilka vänorter har kommunen? {self.canary('bortvald')}")
            await self._sends("DELETE", "/project/thread", json={"threadId": second.thread})

    async def coordinates(self) -> None:
        """What a coordinator does under their own name."""
        for where, button in (("godkand", "spara"), ("utkast", "utkast")):
            form = {"question": f"Vad gäller {self.canary(where)}?", "expects": "no_source", "kind": "ordinary", "gor": button}
            await self._sends("POST", "/samordnare/fragor/ny", data={"kommun": "Lindhamn", **form})
        step = {"ord": self.canary("ord"), "kallas": "vänort", "mening": f"{self.canary('ord')} kallas vänort."}
        await self._sends("POST", "/samordnare/ord", data={"kommun": "Lindhamn", "gor": "spara", **step})
        contact = {"amnen": "visum", "funktion": self.canary("kontakt"), "epost": "visum@lindhamn.example", "telefon": "", "lank": ""}
        await self._sends("POST", "/samordnare/kontakter", data={"kommun": "Lindhamn", "gor": "spara", **contact})

    async def makes_questions_of(self, other: str) -> None:
        """Makes a question of the evaluation of what somebody else passed on, and replies to it."""
        item = next(r for r in exported(self.chat, other) if r["kind"] == "forwarded")
        for done in ({"gor": "fraga"}, {"gor": "svara", "text": f"Hej {canary(other, 'svarad')}, det vet vi inte."}):
            await self._sends("POST", f"/samordnare/inkorg/{item['id']}", data={"kommun": "Lindhamn", **done})

    def canary(self, where: str) -> str:
        return canary(self.name, where)

    async def _thumb_down(self, opened: Page) -> None:
        await self._press(opened, "inte_till_hjalp")
        await self._press(opened, "orsak")
        await self._press(opened, "kommentar", words=self.canary("tumme"))

    async def _press(self, opened: Page, name: str, **payload: Any) -> None:
        async with asyncio.timeout(60):
            while not (found := [a for a in opened.actions if a["name"] == name]):
                await asyncio.sleep(0.05)
        action = found[-1] | {"payload": found[-1]["payload"] | payload}
        await self._sends("POST", "/project/action", json={"sessionId": opened.session, "action": action})

    async def _sends(self, method: str, path: str, **body: Any) -> None:
        found = await self.client.request(method, path, **body)
        assert found.status_code in (200, 303), f"{path}: {found.status_code} {found.text[:2000]}"


def command(chat: Chat, *arguments: str) -> str:
    """What the program says to the operator, in a process of its own beside the chat."""
    environment = os.environ | {"ASSISTANT_HOME": str(chat.home), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-m", "assistant", *arguments], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(chat: Chat, who: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in command(chat, "export", "--person", who).splitlines()]


def holding(chat: Chat, word: str) -> list[str]:
    """The files under the home, and the programs' logs beside it, in whose bytes a word stands, in whatever case."""
    files = [p for p in chat.home.parent.rglob("*") if p.is_file()]
    return [str(p.relative_to(chat.home.parent)) for p in files if word.lower().encode() in p.read_bytes().lower()]


def traces(chat: Chat, who: str, key: str) -> dict[str, list[str]]:
    """Where a person still stands: by name, by the key that stands for them, and by each of their words."""
    words = [who, key, *(canary(who, where) for where in ENTERED)]
    return {word: found for word in words if (found := holding(chat, word))}


@pytest.fixture(scope="module")
def chat(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """The real chat with two coordinators who have used all of it, and an evaluation in which there is a question of each."""
    home = own_home(sample_home, tmp_path_factory.mktemp("person"))
    engine = open_database(home)
    for name in (WHO, OTHER):
        Accounts(engine).add(name, PASSWORD, role=Role.COORDINATOR, municipality="Lindhamn")
    engine.dispose()
    with running(home) as started:
        asyncio.run(_lives(started))
        run_municipality("Lindhamn", Settings(home=home), as_of=date(2026, 11, 22), tell=lambda *_: None)
        yield started


async def _lives(chat: Chat) -> None:
    people = [Somebody(chat, WHO), Somebody(chat, OTHER)]
    for one in people:
        await one.logs_in()
    await asyncio.gather(*(one.uses_everything() for one in people))
    for one, other in (people, people[::-1]):
        await one.coordinates()
        await one.makes_questions_of(other.name)
    for one in people:  # an approved question of each one's matter, so that the run has their words
        path = next((chat.home / "eval" / "questions").glob("*.jsonl"))
        ids = [row["id"] for row in map(json.loads, path.read_text("utf-8").splitlines()) if one.canary("obesvarad") in row["question"]]
        assert len(ids) == 1
        await people[0]._sends("POST", f"/samordnare/fragor/{ids[0]}", data={"kommun": "Lindhamn", "gor": "godkann"})
    for one in people:
        await one.client.aclose()


def test_of_one_person_all_is_exported_then_deleted_then_expires(chat: Chat, figure: Figure) -> None:
    keys = {who: People(chat.home).key(f"konto:{who}") or "" for who in (WHO, OTHER)}
    assert holding(chat, "8507099805") + holding(chat, "850709-9805") == []

    rows = exported(chat, WHO)
    said = json.dumps(rows, ensure_ascii=False)
    asked = [canary(WHO, where) for where in (*ENTERED, *OFFICE) if where != "utkast"]
    missing = [word for word in asked if word not in said]
    figure(12, "det som en person har skrivit, och som finns i exporten", f"{len(asked) - len(missing)} av {len(asked)} ställen")
    assert missing == []
    assert OTHER.partition(".")[0] + "kanarie" not in said.replace(canary(OTHER, "svarad"), "")
    before = traces(chat, WHO, keys[WHO])
    assert len({file for files in before.values() for file in files}) >= 5, before
    theirs = exported(chat, OTHER)

    removed = command(chat, "glom", "--person", WHO, "--decision", "Dnr 7")
    left = traces(chat, WHO, keys[WHO])
    searched = sum(p.is_file() for p in chat.home.parent.rglob("*"))
    figure(12, "spår av personen efter glömskan, i alla filers alla byte", f"{len(left)} i {searched} filer")
    assert left == {}, removed
    assert exported(chat, WHO) == []
    assert exported(chat, OTHER) == theirs
    assert traces(chat, OTHER, keys[OTHER]).keys() == {OTHER, keys[OTHER], *(canary(OTHER, where) for where in ENTERED)}
    assert "Dnr 7" in (chat.home / "journal" / "gallring.jsonl").read_text("utf-8")
    runs = [json.loads(p.read_text("utf-8")) for p in (chat.home / "eval" / "runs").glob("*.json")]
    assert all(len(run["rows"]) == run["questions"] for run in runs)
    got = httpx.post(f"{chat.address}/logga-in", data={"namn": WHO, "losenord": PASSWORD}, timeout=60)
    assert got.status_code == 401

    _a_year_later(chat.home)
    old = {word: found for word in (canary(OTHER, where) for where in ENTERED) if (found := holding(chat, word))}
    kept_on = {file for files in old.values() for file in files if "earlier" in file or "eval/questions" not in file}
    figure(12, "spår av det som en person har skrivit när tiderna har gått ut", f"{len(kept_on)} filer")
    assert kept_on == set(), old


def _a_year_later(home: Path) -> None:
    """The job as it is done every day, on a day when every time is up; files of the evaluation have the age that they would have."""
    past = time.time() - 365 * 86400
    for path in (home / "eval").rglob("*.json*"):
        os.utime(path, (past, past))
    settings = Settings(home=home, **{f"gallring_{kept}": 180 for kept in Kept})
    store = Store.open(settings)
    try:
        Remover(store, settings).past_their_time(date.today() + timedelta(days=181))
    finally:
        store.close()
