"""docs/drift.md says what is so: its commands, settings, files and unit exist, and its backup and restore bring everything back."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from assistant.__main__ import _parser
from assistant.access.accounts import Accounts
from assistant.access.doors import CALLBACK
from assistant.access.rules import rule_for
from assistant.access.tables import open_database
from assistant.access.visitor import Role
from assistant.answer import Ask
from assistant.build import build_engine
from assistant.settings import Settings
from knowledge.index import Index
from knowledge.section import KnowledgeError

TODAY = date(2026, 11, 22)

ROOT = Path(__file__).parents[2]
SERVER = ROOT / "release" / "server"
PAGE = (ROOT / "docs" / "drift.md").read_text("utf-8")
NAME = "internationella-assistenten"
UNIT = (SERVER / f"{NAME}.service").read_text("utf-8")
INSTALL = (SERVER / "install.sh").read_text("utf-8")
QUESTION = "Vem utser kontaktpersoner?"


def blocks(text: str = PAGE) -> list[str]:
    """What stands between fences, without the language."""
    return re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def block_after(mark: str) -> str:
    return blocks(PAGE.split(f"<!-- {mark} -->")[1])[0]


def commands() -> list[list[str]]:
    """The assistant's own commands, in blocks and in running text."""
    lines = [line for block in blocks() for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", PAGE)
    split = [shlex.split(line.removeprefix("sudo ")) for line in lines if line.startswith(("sudo assistenten ", "assistenten "))]
    return [words[1:] for words in split if words[1:] != ["KOMMANDO"]]


def environment(text: str) -> dict[str, str]:
    """The settings of an environment file as systemd and a shell read it, those that are commented out too."""
    return {name: value.strip('"') for name, value in re.findall(r"^#?(ASSISTANT_\w+)=(.*)$", text, re.MULTILINE)}


def test_every_command_is_one_that_the_program_takes() -> None:
    found = commands()
    assert {words[0] for words in found} >= {"ingest", "users", "doctor", "gallra"}
    for words in found:
        _parser().parse_args(words)


def test_every_setting_is_one_that_the_program_reads_and_its_example_is_valid() -> None:
    example = environment((SERVER / "miljo.exempel").read_text("utf-8"))
    fields = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"ASSISTANT_[A-Z_]+[A-Z]", PAGE)) | example.keys() <= fields
    for text in ("\n".join(blocks()), (SERVER / "miljo.exempel").read_text("utf-8")):
        said = {name.removeprefix("ASSISTANT_").lower(): value for name, value in environment(text).items() if value}
        assert Settings(**said).public_url == "https://intranat.ekvik.example/assistenten"


def test_a_shell_and_systemd_read_the_example_alike() -> None:
    text = (SERVER / "miljo.exempel").read_text("utf-8").replace("#ASSISTANT", "ASSISTANT")
    shell = subprocess.run(["sh", "-ac", f"{text}\nenv"], capture_output=True, check=True, encoding="utf-8").stdout
    read = dict(line.split("=", 1) for line in shell.splitlines() if line.startswith("ASSISTANT_"))
    assert read == environment(text)


def test_every_make_target_and_file_of_the_source_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\bmake ([a-z-]+)", PAGE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
    for name in re.findall(r"`(release/\S+|install\.sh|miljo)`", PAGE):
        assert (ROOT / name).exists() or (SERVER / name).exists() or (SERVER / f"{name}.exempel").exists(), name


def test_every_place_on_the_server_is_where_the_installer_and_the_unit_put_it() -> None:
    made = (INSTALL + UNIT).replace("$name", NAME).replace("$target", f"/opt/{NAME}")
    places = set(re.findall(rf"/(?:opt|etc|var/lib)/[\w./-]*{NAME}(?:/(?:miljo|nu))?", PAGE))
    assert len(places) > 3
    assert {place for place in places if place not in made and not place.startswith("/etc/systemd")} == set()
    assert f"/etc/systemd/system/{NAME}.service" in made


def test_every_address_is_a_page_or_check_of_ours() -> None:
    for path in re.findall(r"(?:127\.0\.0\.1:8000|`)(/(?:redo|halsa|logga-in)[\w/-]*)", PAGE):
        assert rule_for("GET", path) is not None, path
    assert f"/assistenten{CALLBACK}`" in PAGE


def test_the_service_runs_as_its_own_user_and_writes_in_one_place_only() -> None:
    unit = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))
    assert (unit["User"], unit["ProtectSystem"], unit["NoNewPrivileges"]) == ("assistenten", "strict", "yes")
    assert unit["IPAddressDeny"] == "any"
    assert unit["StateDirectory"] == NAME
    words = unit["ExecStart"].split()
    assert words[0] == f"/opt/{NAME}/nu/bin/assistant"
    _parser().parse_args(words[1:])
    if shutil.which("systemd-analyze"):
        said = subprocess.run(["systemd-analyze", "verify", SERVER / f"{NAME}.service"], capture_output=True, text=True).stderr
        assert [line for line in said.splitlines() if "is not executable" not in line and NAME in line] == []


@pytest.mark.parametrize("name", ["install.sh", "assistenten"])
def test_the_scripts_are_plain_sh_and_say_what_they_are_not_given(name: str) -> None:
    assert subprocess.run(["sh", "-n", SERVER / name]).returncode == 0
    assert os.access(SERVER / name, os.X_OK)
    if name == "install.sh":
        wrong = subprocess.run([SERVER / name, "--fel"], capture_output=True, encoding="utf-8")
        assert (wrong.returncode, "Okänt val: --fel" in wrong.stderr) == (2, True)


def test_a_damaged_archive_is_not_installed(tmp_path: Path) -> None:
    shutil.copytree(SERVER, tmp_path / "a")
    (tmp_path / "a" / "VERSION").write_text("1\n")
    (tmp_path / "a" / "SHA256SUMS").write_text(f"{'0' * 64}  VERSION\n")
    command = ["./install.sh", "--till", str(tmp_path / "b"), "--utan-tjanst", "--python", sys.executable]
    told = subprocess.run(command, cwd=tmp_path / "a", capture_output=True, encoding="utf-8")
    assert told.returncode == 1
    assert "Arkivet är skadat" in told.stderr
    assert not (tmp_path / "b").exists()


def test_proxies_let_the_socket_through_and_tell_the_readers_address() -> None:
    nginx, caddy = next(b for b in blocks() if "proxy_pass" in b), next(b for b in blocks() if "reverse_proxy" in b)
    for line in (
        "Upgrade $http_upgrade",
        'Connection "upgrade"',
        "Host $host",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-Proto $scheme",
    ):
        assert line in nginx
    assert nginx.count("{") == nginx.count("}")
    assert caddy.count("{") == caddy.count("}")
    assert "127.0.0.1:8000" in nginx
    assert "127.0.0.1:8000" in caddy


@pytest.fixture
def shell(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], list[str]]:
    """Runs a block of the page as it stands, a folder in place of the server's; what it says to systemd is given back."""
    tools, said = tmp_path / "tools", tmp_path / "systemctl"
    tools.mkdir()
    program = f'ASSISTANT_HOME="{tmp_path}/var/lib/{NAME}" PYTHONPATH="{ROOT}" exec "{sys.executable}" -m assistant "$@" >&2'
    if not request.config.getoption("--hard"):
        program = f'[ "$1" = doctor ] || {program}'  # it loads the model, which takes its time
    for name, does in {"sudo": 'exec "$@"', "systemctl": f'echo "$1" >> "{said}"', "assistenten": program}.items():
        (tools / name).write_text(f"#!/bin/sh\n{does}\n")
        (tools / name).chmod(0o755)

    def run(block: str) -> list[str]:
        said.write_text("")
        moved = re.sub(r"(?<=\s)/var/", f"{tmp_path}/var/", block)
        subprocess.run(["sh", "-eux"], input=moved, text=True, check=True, env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"})
        return said.read_text().split()

    return run


def test_what_was_backed_up_is_restored_by_the_pages_own_commands(
    tmp_path: Path, sample_home: Path, shell: Callable[[str], list[str]], request: pytest.FixtureRequest
) -> None:
    """A drill: index, accounts and database are lost and come back."""
    home = tmp_path / "var" / "lib" / NAME
    shutil.copytree(sample_home, home)
    database = open_database(home)
    Accounts(database).add("kim.lind", "ett långt lösenord", role=Role.COORDINATOR, municipality="Lindhamn")
    database.dispose()

    assert shell(block_after("säkerhetskopia")) == ["stop", "start"]
    kept = tmp_path / "var" / "backups" / "assistenten"
    assert [path.name for path in kept.iterdir()] == ["SENASTE.tar"]
    assert kept.stat().st_mode & 0o077 == 0

    (home / "store" / "assistant.sqlite").write_bytes(b"trasig" * 1_000)
    shutil.rmtree(home / "index")
    with pytest.raises(KnowledgeError):
        open_database(home)
    with pytest.raises(KnowledgeError):
        Index.open(home, None)

    assert shell(block_after("återställning")) == ["stop", "start"]
    assert (home.parent / f"{NAME}.trasig").exists()
    database = open_database(home)
    assert Accounts(database).verified("kim.lind", "ett långt lösenord") is not None
    database.dispose()
    assert Index.open(home, None).documents == Index.open(sample_home, None).documents
    if request.config.getoption("--hard"):
        before, after = (build_engine(Settings(home=h), as_of=TODAY).ask(Ask(QUESTION, "Lindhamn")) for h in (sample_home, home))
        assert after.status == "answered"
        assert (after.text, after.citations) == (before.text, before.citations)
