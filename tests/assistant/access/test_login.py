"""Getting in and out with an account, over real HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from serving import OPENED, PASSWORD, Serve, Socket, said

from assistant.access.accounts import Accounts
from assistant.access.doors import open_doors
from assistant.access.tables import open_database
from assistant.settings import Settings
from knowledge.section import KnowledgeError


def log_in(address: str, name: str = "anna", password: str = PASSWORD, **more: str) -> httpx.Client:
    client = httpx.Client(base_url=address, headers={"Origin": address})
    OPENED.append(client)
    client.answer = client.post("/logga-in", data={"namn": name, "losenord": password, **more})
    return client


def cookie(client: httpx.Client) -> dict[str, str]:
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


def test_without_accounts_everything_is_open_here_and_says_so(serve: Serve) -> None:
    address = serve(people=False)
    page = httpx.get(address)
    assert page.status_code == 200
    assert "öppen utan inloggning, bara på den här datorn" in page.text
    assert "Logga ut" not in page.text
    assert httpx.get(f"{address}/logga-in").status_code == 404


def test_open_here_is_closed_to_a_page_that_points_its_own_name_at_this_machine(serve: Serve) -> None:
    address = serve(people=False)
    for path in ("/", "/halsa", "/dokument", "/user"):
        assert httpx.get(address + path, headers={"Host": "annan.example"}).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.8", "assistent.ekvik.example"])
def test_it_does_not_start_for_others_without_login(tmp_path: Path, host: str) -> None:
    with pytest.raises(KnowledgeError) as told:
        open_doors(Settings(home=tmp_path, host=host), open_database(tmp_path))
    assert "assistant users add" in told.value.reason


def test_with_login_nobody_sees_a_page_but_those_for_all(serve: Serve) -> None:
    address = serve()
    led = httpx.get(f"{address}/dokument?x=1")
    assert (led.status_code, led.headers["location"]) == (303, "/logga-in?till=/dokument%3Fx%3D1")
    assert httpx.get(f"{address}/user").status_code == 401
    assert [httpx.get(address + path).status_code for path in ("/om", "/halsa", "/redo", "/statisk/sidor.css", "/logga-in")] == [200] * 5


def test_logging_in_leads_to_the_page_that_was_asked_for(serve: Serve) -> None:
    client = log_in(serve(), till="/dokument?x=1")
    assert (client.answer.status_code, client.answer.headers["location"]) == (303, "/dokument?x=1")
    page = client.get("/dokument")
    assert page.status_code == 200
    assert "Logga ut" in page.text
    user = client.get("/user").json()
    assert (user["identifier"], user["metadata"]) == ("konto:anna", {"role": "user", "municipality": "Ekvik"})


@pytest.mark.parametrize("elsewhere", ["https://annan.example", "//annan.example", "/\\annan.example", "/\t/annan.example", "annan", ""])
def test_logging_in_never_leads_to_another_site(serve: Serve, elsewhere: str) -> None:
    assert log_in(serve(), till=elsewhere).answer.headers["location"] == "/"


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(serve: Serve) -> None:
    sent = log_in(serve()).answer.headers["set-cookie"]
    assert sent.startswith("session=")
    assert all(part in sent for part in ("HttpOnly", "SameSite=lax", "Max-Age=28800", "Path=/"))
    assert "Secure" not in sent  # by http


def test_by_https_the_cookie_is_secure_and_the_browser_is_told_to_keep_to_it(serve: Serve) -> None:
    client = log_in(serve(public_url="https://assistent.ekvik.example"))
    sent = client.answer.headers["set-cookie"]
    assert sent.startswith("__Host-session=")
    assert "Secure" in sent
    assert client.answer.headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize(("name", "password"), [("anna", "fel lösenord här"), ("ingen", PASSWORD), ("", ""), ("anna", "x" * 5000)])
def test_a_wrong_name_or_password_gets_the_same_kind_words(serve: Serve, name: str, password: str) -> None:
    answer = log_in(serve(), name, password).answer
    assert answer.status_code == 401
    assert "Namnet eller lösenordet stämmer inte." in answer.text
    assert "set-cookie" not in answer.headers
    assert password not in answer.text or not password


def test_what_is_typed_as_a_name_is_no_markup(serve: Serve) -> None:
    assert "<b>" not in log_in(serve(), '"><b>').answer.text


def test_tries_for_an_account_are_limited_also_with_the_right_password(serve: Serve) -> None:
    address = serve()
    answers = [log_in(address, "anna", "fel lösenord här").answer for _ in range(10)]
    assert {answer.status_code for answer in answers} == {401}
    late = log_in(address).answer
    assert late.status_code == 429
    assert "för många försök att logga in. Vänta en stund" in late.text
    assert log_in(address, "bo").answer.status_code == 303  # behind the same address
    assert log_in(address, "ANNA ").answer.status_code == 429


def test_a_logout_ends_the_session_whatever_cookie_is_kept(serve: Serve) -> None:
    client = log_in(serve())
    old = cookie(client)
    client.post("/logga-ut")
    assert not client.cookies
    assert httpx.get(f"{client.base_url}/user", headers=old).status_code == 401


def test_chainlits_own_logout_ends_it_too(serve: Serve) -> None:
    client = log_in(serve())
    old = cookie(client)
    assert client.post("/logout", json={}).json() == {"success": True}
    assert httpx.get(f"{client.base_url}/user", headers=old).status_code == 401


def test_logging_in_again_leaves_no_earlier_session_open(serve: Serve) -> None:
    client = log_in(serve())
    old = cookie(client)
    client.post("/logga-in", data={"namn": "anna", "losenord": PASSWORD})
    assert httpx.get(f"{client.base_url}/user", headers=old).status_code == 401
    assert client.get("/user").status_code == 200


def test_who_is_removed_is_refused_at_the_next_request_and_their_socket_at_the_next_event(serve: Serve, tmp_path: Path) -> None:
    client = log_in(serve())
    socket = Socket(str(client.base_url).rstrip("/"), cookie(client))
    assert not socket.refused
    Accounts(open_database(tmp_path)).remove("anna")
    socket.ask("Vem har ansvar?")
    assert socket.closed()
    assert client.get("/user").status_code == 401


def test_the_logged_in_get_their_own_municipalitys_answer_without_being_asked(serve: Serve) -> None:
    client = log_in(serve(), "nils")
    socket = Socket(str(client.base_url).rstrip("/"), cookie(client))
    socket.emit("connection_successful")
    socket.ask("Vem har ansvar?")
    heard = socket.heard("task_end"), socket.heard("task_end")
    assert "Så står det i Norrö:s strategi" in said(heard[0] + heard[1]).replace("\\", "")


def test_one_question_at_a_time_in_a_conversation(serve: Serve) -> None:
    client = log_in(serve())
    socket = Socket(str(client.base_url).rstrip("/"), cookie(client))
    socket.ask("En trög fråga")
    socket.heard(seconds=1)
    socket.ask("Vem har ansvar?")
    assert "Din förra fråga besvaras fortfarande" in said(socket.heard(seconds=1))


def test_too_many_questions_are_met_with_kind_words(serve: Serve) -> None:
    client = log_in(serve())
    socket = Socket(str(client.base_url).rstrip("/"), cookie(client))
    for number in range(21):
        socket.ask("x" * 2001)  # refused by the chat at once, but counted
        heard = said(socket.heard("task_end" if number < 20 else None, seconds=2))
    assert "Du har ställt många frågor på kort tid" in heard


def test_the_database_in_the_way_is_told_kindly_and_lets_nobody_in(serve: Serve, tmp_path: Path) -> None:
    client = log_in(serve())
    engine = open_database(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE access_sessions")
    answer = client.get("/dokument")
    assert answer.status_code == 503
    assert "Det gick inte att läsa eller spara." in answer.text
    assert client.get("/user").status_code == 503


def test_what_breaks_within_gets_a_number_and_the_headers(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("hemligt")

    address = serve()
    monkeypatch.setattr(Accounts, "any", broken)
    answer = httpx.get(f"{address}/logga-in")
    assert answer.status_code == 500
    assert "felnummer" in answer.text
    assert "hemligt" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_ready_tells_what_is_missing_on_this_machine_only(serve: Serve) -> None:
    address = serve()
    assert httpx.get(f"{address}/redo").json() == {"status": "redo", "saknas": []}
    assert httpx.get(f"{address}/redo", headers={"X-Forwarded-For": "10.1.1.1"}).json() == {"status": "redo"}


def test_the_log_has_events_and_nobodys_name(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    from assistant.access.eventlog import Lines

    log_in(serve(), "anna", "fel lösenord här")
    lines = [json.loads(Lines().format(record)) for record in caplog.records if record.name == "assistant.events"]
    assert "login_failed" in {line["event"] for line in lines}
    assert "anna" not in json.dumps(lines)
    assert "127.0.0.1" not in json.dumps(lines)


def test_another_librarys_words_are_left_out_of_the_log() -> None:
    import logging

    from assistant.access.eventlog import Lines

    record = logging.LogRecord("chainlit", logging.ERROR, "socket.py", 7, "Error: %s", ("Kims fråga",), None)
    line = json.loads(Lines().format(record))
    assert line["where"] == "socket:7"
    assert "Kim" not in json.dumps(line)
