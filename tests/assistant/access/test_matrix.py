"""Every route and every event of the socket × everybody who may try: nothing of Anna's is read or changed by anybody but Anna.

The routes come from the application itself and from Chainlit, the events from the socket's own handlers.
"""

from __future__ import annotations

import re
import shutil
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from annas import FEEDBACK, SECRET, STEP, THREAD, owner_of
from fastapi import FastAPI
from oidc_service import OidcService
from serving import GALLRING, OPENED, PASSWORD, Socket, said, serving

from assistant.access.accounts import Accounts
from assistant.access.rules import CLOSED, EVENTS, RULES, rule_for
from assistant.access.tables import open_database
from assistant.settings import Settings
from assistant.web import create_app
from eval.pages import add_pages
from knowledge.mends import mends

pytestmark = pytest.mark.timeout(600)

OPEN = {
    *("/om", "/tillganglighet", "/halsa", "/redo", "/statisk", "/assets/{filename:path}"),
    *("/logga-in", "/login", "/logga-in/oidc", "/logga-in/oidc/svar"),
}
"""What anybody may read. Written here once more, so that it takes two to open a route."""

LOGOUT = {"/logga-ut", "/logout"}
PROXY = "127.0.0.2"
HEADERS = {"X-Remote-User": "Kim", "X-Remote-Roles": "Medarbetare"}
STRANGERS = [
    "nobody",
    "another user",
    "another municipality's user",
    "pupil by OIDC",
    "pupil by proxy",
    "guest",
    "lost role",
    "coordinator",
    "forged header",
    "forged token",
    "old cookie",
]
OUTSIDE = set(STRANGERS) - {"another user", "another municipality's user", "coordinator"}
"""Those of them who have not got in at all."""


@dataclass
class House:
    app: FastAPI
    home: Path
    address: str
    store: Any
    people: dict[str, tuple[str, dict[str, str]]]
    """Name → the address they call from and the headers they send."""

    anna: Socket
    """Anna's own connection, open all the time."""

    clients: dict[str, httpx.Client] = field(default_factory=dict)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, with_people: Path) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house")
    shutil.copytree(with_people, home, dirs_exist_ok=True)
    with OidcService() as service, pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        from fake_engine import two_municipalities

        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        roles = {"roles": service.settings()["roles"] + ", Medarbetare=user:Ekvik"}
        by_proxy = {"proxies": PROXY, "proxy_user_header": "X-Remote-User", "proxy_roles_header": "X-Remote-Roles"}
        settings = Settings(home=home, **GALLRING, **(service.settings() | roles | by_proxy))
        app = create_app(two_municipalities(), settings, kept=owner_of, added=[add_pages])
        store = keeping(patch)
        with serving(app) as address:
            people = everybody(address, home, service)
            anna = Socket(address, people["anna"][1], threadId=THREAD)
            assert not anna.refused
            OPENED.remove(anna)
            made = House(app, home, address, store, people, anna)
            yield made
            for connection in (anna, *made.clients.values()):
                connection.close()


def keeping(patch: pytest.MonkeyPatch) -> Any:
    """Has Chainlit keep conversations in a `Noting`. Chainlit is imported when the application has configured it."""
    import chainlit.data
    from kept_conversations import Noting

    store = Noting()
    patch.setattr(chainlit.data, "_data_layer", store)
    patch.setattr(chainlit.data, "_data_layer_initialized", True)
    return store


def everybody(address: str, home: Path, service: OidcService) -> dict[str, tuple[str, dict[str, str]]]:
    def account(name: str) -> dict[str, str]:
        answer = httpx.post(f"{address}/logga-in", data={"namn": name, "losenord": PASSWORD})
        return {"Cookie": f"session={answer.cookies['session']}"}

    def refused(claims: dict[str, Any]) -> dict[str, str]:
        service.claims = claims
        with httpx.Client(base_url=address) as client:
            back = client.get(client.get("/logga-in/oidc").headers["location"]).headers["location"]
            answer = client.get("/logga-in/oidc/svar", params=httpx.URL(back).params)
            assert answer.status_code == 403
            return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}

    old, lost = account("anna"), account("lost")
    httpx.post(f"{address}/logga-ut", headers=old)
    engine = open_database(home)
    Accounts(engine).remove("lost")
    engine.dispose()
    forged = jwt.encode({"identifier": "konto:anna", "metadata": {}, "exp": time.time() + 999}, "x" * 40, "HS256")
    local = "127.0.0.1"
    return {
        "anna": (local, account("anna")),
        "nobody": (local, {}),
        "another user": (local, account("bo")),
        "another municipality's user": (local, account("nils")),
        "pupil by OIDC": (local, refused({"roles": ["Elev"]})),
        "pupil by proxy": (PROXY, {"X-Remote-User": "anna", "X-Remote-Roles": "Elev"}),
        "guest": (local, refused({"acct": 1})),
        "lost role": (local, lost),
        "coordinator": (local, account("karin")),
        "forged header": ("127.0.0.3", {"X-Remote-User": "anna", "X-Remote-Roles": "Medarbetare", "X-Forwarded-For": PROXY}),
        "forged token": (local, {"Cookie": f"access_token={forged}", "Authorization": f"Bearer {forged}"}),
        "old cookie": (local, old),
    }


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Every (method, path) that the application or Chainlit within it could answer, the socket as WEBSOCKET."""

    def inner(routes: list[Any], before: str = "") -> Iterator[tuple[str, str]]:
        for route in routes:
            if hasattr(route, "original_router"):
                yield from inner(route.original_router.routes, before)
            elif hasattr(route, "methods"):
                yield from ((method, before + route.path) for method in route.methods or ())
            elif getattr(route.app, "routes", None) is not None:  # another application, mounted
                yield from inner(route.app.routes, before + route.path)
            else:  # files, or the socket
                yield from ((method, before + route.path) for method in ("GET", "POST", "WEBSOCKET"))

    return sorted(set(inner(app.routes)))


def names_a_rule(method: str, path: str) -> bool:
    method = "GET" if method == "HEAD" else method
    written = {path, path + "/", path + "/{path:path}"}
    return any(rule.path in written and method in rule.methods.split() for rule in RULES)


def test_every_route_has_a_decision(house: House) -> None:
    routes = [(method, path) for method, path in routes_of(house.app) if path != "/{path:unserved}"]
    assert {("GET", "/dokument"), ("PUT", "/feedback"), ("POST", "/mcp"), ("WEBSOCKET", "/ws/socket.io")} <= set(routes)
    mounts = {("POST", "/statisk"), ("WEBSOCKET", "/statisk")}  # files are read only, which the matrix below sees
    undecided = {
        f"{method} {path}"
        for method, path in set(routes) - mounts
        if not names_a_rule(method, path) and f"{'GET' if method == 'HEAD' else method} {path}" not in CLOSED
    }
    assert undecided == set()


def test_a_new_route_without_a_decision_would_be_found() -> None:
    app = FastAPI(openapi_url=None)
    app.add_api_route("/ny", lambda: None)
    assert [route for route in routes_of(app) if not names_a_rule(*route)] == [("GET", "/ny")]
    assert rule_for("GET", "/ny") is None  # and until then it is closed


def test_no_decision_is_about_a_route_that_is_not_there(house: House) -> None:
    later = {"/min-roll", "/samordnare", "/samordnare/{rest:path}"}  # pages that come with other parts
    there = {path for _method, path in routes_of(house.app)}
    assert {rule.path for rule in RULES} - there - later == {"/statisk/{path:path}", "/ws/socket.io/"}
    assert {entry.partition(" ")[2] for entry in CLOSED} <= there


def test_every_event_has_a_decision_and_is_guarded(house: House) -> None:
    from chainlit.server import sio

    assert set(sio.handlers["/"]) == set(EVENTS)
    assert all(hasattr(handler, "guards") for handler in sio.handlers["/"].values())


def call(house: House, who: str, method: str, path: str) -> httpx.Response:
    """The request that would reach Anna's things if anything let it."""
    if who not in house.clients:
        source, headers = house.people[who]
        transport = httpx.HTTPTransport(local_address=source, verify=False)
        house.clients[who] = httpx.Client(base_url=house.address, headers=headers, transport=transport, timeout=30)
    client, query = house.clients[who], {"session_id": house.anna.session}
    client.cookies.clear()  # whoever is told to keep another cookie comes as they were all the same
    return client.request(method, filled(path), params=query, json=body_of(house, method, path))


def filled(path: str) -> str:
    known = {"thread_id": THREAD, "filename": "index.html", "path": "sidor.css", "document_id": "ekvik/internationell-strategi-2021"}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda name: known.get(name[1], STEP), path)


def body_of(house: House, method: str, path: str) -> dict[str, Any] | None:
    if method in ("GET", "HEAD"):
        return None
    feedback = {"forId": STEP, "value": 0, "threadId": THREAD, "id": FEEDBACK, "comment": "ändrat"}
    element = {"type": "custom", "id": STEP, "name": "x", "display": "inline", "forId": STEP, "threadId": THREAD}
    return {
        "threadId": THREAD,
        "name": "ändrat" if path != "/mcp" else "x",
        "isShared": True,
        "sessionId": house.anna.session,
        "session_id": house.anna.session,
        "feedback": feedback,
        "feedbackId": FEEDBACK,
        "element": element,
        "action": {"name": "byt_kommun", "payload": {}, "forId": STEP, "id": STEP, "label": "", "tooltip": ""},
        "pagination": {"first": 20},
        "filter": {"userId": "konto:anna"},
    }


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_reads_or_changes_what_is_annas_by_any_route(house: House, who: str) -> None:
    house.store.touched.clear()
    let_in = []
    for method, path in routes_of(house.app):
        if method == "WEBSOCKET" or path in LOGOUT or method == "OPTIONS":
            continue
        answer = call(house, who, method, path)
        assert SECRET not in answer.text, (method, path)
        assert answer.text.count(THREAD) == answer.text.count(f"/thread/{THREAD}"), (method, path)  # but in the address that was asked
        assert "content-security-policy" in answer.headers, (method, path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.status_code != 500, (method, path)
        if answer.status_code < 400 and not answer.headers.get("location", "").startswith("/logga-in"):
            let_in.append(path)
    assert house.store.touched == []
    if who in OUTSIDE:
        assert set(let_in) <= OPEN
    else:
        assert "/dokument" in let_in


def test_anna_herself_reads_and_changes_what_is_hers(house: House) -> None:
    """Without this the matrix would be as green in front of a wall."""
    own = [
        ("POST", "/project/threads", SECRET),
        ("GET", "/project/thread/{thread_id}", SECRET),
        ("GET", "/project/thread/{thread_id}/element/{element_id}", SECRET),
        ("PUT", "/project/thread", "true"),
        ("PUT", "/feedback", FEEDBACK),
        ("DELETE", "/feedback", "true"),
        ("POST", "/project/action", "true"),
        ("GET", "/thread/{thread_id}", "Fråga om kommunens"),
        ("DELETE", "/project/thread", "true"),
    ]
    house.store.touched.clear()
    for method, path, words in own:
        answer = call(house, "anna", method, path)
        assert answer.status_code == 200, (method, path, answer.text)
        assert words in answer.text
    assert {"get_thread", "update_thread", "upsert_feedback", "delete_feedback", "delete_thread"} <= set(house.store.touched)


def test_closed_routes_are_closed_to_anna_too(house: House) -> None:
    for entry in sorted(CLOSED - {"GET /{full_path:path}"}):
        method, _, path = entry.partition(" ")
        assert call(house, "anna", method, path).status_code == 404, entry


def test_the_coordinators_pages_are_the_coordinators(house: House) -> None:
    assert call(house, "another user", "GET", "/samordnare").status_code == 403
    assert call(house, "coordinator", "GET", "/samordnare").status_code == 200


@pytest.mark.parametrize("path", ["/samordnare/dokument", "/samordnare/inkorg", "/samordnare/ord", "/samordnare/kontakter"])
def test_a_coordinator_sees_and_changes_only_their_own_municipality_whatever_they_ask_for(house: House, path: str) -> None:
    call(house, "coordinator", "GET", path)
    client = house.clients["coordinator"]
    headers = house.people["coordinator"][1]
    shown = client.get(path, params={"kommun": "Norrö"}, headers=headers)
    assert shown.status_code == 200
    assert "Norrö" not in shown.text
    other = f"{path}/norrö/internationell-strategi-2021" if path == "/samordnare/dokument" else path
    if other != path:
        assert client.get(other, params={"kommun": "Norrö"}, headers=headers).status_code == 404
    typed = {
        "kommun": "Norrö",
        "gor": "spara",
        "ord": "fika",
        "kallas": "kaffe",
        "funktion": "HR",
        "telefon": "0500-12",
        "ny_kommun": "Norrö",
    }
    client.post(path, data=typed, headers=headers)
    assert "Norrö" not in mends(house.home).versions
    assert not (house.home / "uploads" / "norro").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"threadId": str(uuid4())},
        {"threadId": THREAD.upper()},
        {"threadId": None},
        {"threadId": [THREAD]},
        {"threadId": "../" + THREAD},
    ],
)
def test_an_id_that_is_not_ones_own_uuid_is_refused_even_from_anna(house: House, change: dict[str, Any]) -> None:
    answer = httpx.put(f"{house.address}/project/thread", headers=house.people["anna"][1], json={"threadId": THREAD, "name": "x"} | change)
    assert answer.status_code == 404


def test_a_body_that_says_two_things_is_refused(house: House) -> None:
    twice = f'{{"threadId": "{uuid4()}", "threadId": "{THREAD}", "name": "x"}}'
    headers = house.people["anna"][1] | {"Content-Type": "application/json"}
    assert httpx.put(f"{house.address}/project/thread", headers=headers, content=twice).status_code == 404


def test_a_body_that_is_too_large_is_refused(house: House) -> None:
    answer = httpx.put(f"{house.address}/project/thread", headers=house.people["anna"][1], json={"threadId": THREAD, "name": "x" * 70_000})
    assert answer.status_code == 413


def test_chainlits_own_errors_do_not_reach_the_browser(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(_self: object, feedback: Any) -> str:
        raise RuntimeError(f"hemligt {feedback}")

    monkeypatch.setattr(type(house.store), "upsert_feedback", broken)
    answer = call(house, "anna", "PUT", "/feedback")
    assert (answer.status_code, answer.json()) == (500, {"detail": "Anropet gick inte att utföra."})


@pytest.mark.parametrize("who", STRANGERS)
def test_nobody_opens_annas_connection_or_conversation_by_the_socket(house: House, who: str) -> None:
    house.store.touched.clear()
    source, headers = house.people[who]
    if who in OUTSIDE:
        with pytest.raises(Exception, match="HTTP 403"):
            Socket(house.address, headers, source=source)
        return
    assert Socket(house.address, headers, source=source, sessionId=house.anna.session).refused
    other = Socket(house.address, headers, source=source, threadId=THREAD)
    other.emit("connection_successful")
    assert SECRET not in str(other.heard(seconds=1))
    assert house.store.touched == []


@pytest.mark.parametrize("who", ["another user", "another municipality's user", "coordinator"])
def test_no_event_reads_or_changes_what_is_annas(house: House, who: str) -> None:
    house.store.touched.clear()
    socket = Socket(house.address, house.people[who][1], source=house.people[who][0])
    mine = {"id": STEP, "threadId": THREAD, "output": "ändrat", "type": "assistant_message", "createdAt": "x", "name": "x"}
    sent = {"message": mine | {"metadata": {"favorite": True}}, "fileReferences": [{"id": STEP}], "threadId": THREAD, "id": STEP}
    for event in EVENTS:
        if event not in ("connect", "disconnect"):
            socket.emit(event, sent)
            socket.emit(event)
    socket.emit("clear_session")
    heard = str(socket.heard(seconds=2))
    assert SECRET not in heard
    assert STEP not in heard
    assert house.store.touched == []


def test_a_message_cannot_pretend_to_be_the_assistants(house: House) -> None:
    house.store.touched.clear()
    socket = Socket(house.address, house.people["another user"][1])
    socket.ask("Vem har ansvar?", type="assistant_message", parentId=STEP, metadata={"x": STEP}, name="Assistenten", language="x")
    heard = socket.heard("task_end", 3) + socket.heard("task_end", 3)
    assert "Så står det i Ekvik" in said(heard)
    typed = next(step for step in house.store.steps if step["output"] == "Vem har ansvar?")
    assert (typed["type"], typed["name"]) == ("user_message", "konto:bo")
    assert (typed["parentId"], typed["metadata"], typed["language"]) == (None, {}, None)
    assert house.store.touched == []


@pytest.mark.parametrize("id_", [STEP, "x", None, "00000000-0000-1000-8000-000000000000"])
def test_a_message_under_an_id_that_is_taken_or_no_uuid_goes_nowhere(house: House, id_: object) -> None:
    socket = Socket(house.address, house.people["anna"][1])
    before = len(house.store.steps)
    socket.ask("Vem har ansvar?", id=id_)
    assert "Så står det" not in said(socket.heard(seconds=1))
    assert len(house.store.steps) == before


@pytest.mark.parametrize("session_id", ["", "x", "../../x", None, 7, [str(uuid4())]])
def test_a_connection_is_opened_under_a_uuid_or_not_at_all(house: House, session_id: object) -> None:
    assert Socket(house.address, house.people["another user"][1], sessionId=session_id).refused


def test_anna_goes_on_with_her_own_conversation(house: House) -> None:
    socket = Socket(house.address, house.people["anna"][1], threadId=THREAD)
    assert not socket.refused
    from chainlit.session import WebsocketSession

    assert WebsocketSession.get_by_id(socket.session).thread_id == THREAD
    other = Socket(house.address, house.people["another user"][1], threadId=THREAD)
    assert WebsocketSession.get_by_id(other.session).thread_id != THREAD


def test_another_ones_transport_cannot_be_spoken_for(house: House) -> None:
    """By polling, a request names the socket that it belongs to."""
    opened = httpx.get(f"{house.address}/ws/socket.io/?EIO=4&transport=polling", headers=house.people["anna"][1])
    sid = re.search(r'"sid":"([^"]+)"', opened.text)[1]
    address = f"{house.address}/ws/socket.io/?EIO=4&transport=polling&sid={sid}"
    assert httpx.post(address, headers=house.people["another user"][1], content='40{"sessionId":"x"}').status_code == 404
    assert httpx.post(address, headers=house.people["anna"][1], content=f'40{{"sessionId":"{uuid4()}"}}').status_code == 200
