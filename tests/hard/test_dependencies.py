"""Promise 13: what we build on is known, licensed, without open holes that nothing guards, and turns to nobody."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "assistant")]  # the release's own tools are not installed

from model_service import Service, right  # noqa: E402

from release import holes, licences, pins, sbom  # noqa: E402

Figure = Callable[[int, str, str], None]
QUESTION, QUOTE = "Vem utser kontaktpersoner?", "Kommunstyrelsen utser två kontaktpersoner."
FREE = re.compile(r"MIT|BSD|Apache|MPL|Mozilla Public|PSF|Python Software Foundation|ISC|0BSD|Zlib|CC0|CNRI", re.IGNORECASE)
TEMPTING = {
    "LANGSMITH_TRACING": "true",
    "LANGSMITH_API_KEY": "x",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGCHAIN_API_KEY": "x",
    "LITERAL_API_KEY": "x",
    "TRACELOOP_API_KEY": "x",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://192.0.2.1:4318",
    "CHROMA_SERVER_HOST": "192.0.2.1",
    "DATABASE_URL": "postgresql://192.0.2.1/x",
    "OPENAI_API_KEY": "x",
    "OPENAI_BASE_URL": "http://192.0.2.1/v1",
    "HF_TOKEN": "x",
}
"""What another program on the same machine may have asked these libraries for."""


def test_every_pin_was_looked_through_and_those_with_a_hole_are_guarded(figure: Figure) -> None:
    pinned, listed = pins.pins(), holes.known()
    left = [hole for hole in listed.holes if hole.open(pinned[hole.package])]
    figure(13, "låsta paket, kända hål som rör dem, och hål som saknar rättad version", f"{len(pinned)}, {len(listed.holes)}, {len(left)}")
    assert listed.made_for(pins.LOCK), "requirements.lock has changed: look the advisories through, then mend release/holes.toml"
    assert {hole.package for hole in listed.holes} <= pinned.keys()
    assert [hole.id for hole in left if not (hole.guard and hole.tests)] == []
    for file, _, name in (test.partition("::") for hole in listed.holes for test in hole.tests):
        assert name in {n.name for n in ast.walk(ast.parse((ROOT / file).read_text("utf-8"))) if isinstance(n, ast.FunctionDef)}, name


def test_an_old_list_and_a_changed_lock_are_told(tmp_path: Path) -> None:
    listed, pinned = holes.known(), pins.pins()
    assert "VARNING" not in listed.words(pinned, listed.checked + timedelta(days=holes.STALE_AFTER))
    assert "VARNING" in listed.words(pinned, listed.checked + timedelta(days=holes.STALE_AFTER + 1))
    lock = tmp_path / "lock"
    lock.write_text(pins.LOCK.read_text("utf-8") + "annat==1.0\n", "utf-8")
    assert not listed.made_for(lock)
    assert replace(listed, lock=hashlib.sha256(lock.read_bytes()).hexdigest()).made_for(lock)


def test_chroma_is_only_ever_used_embedded() -> None:
    text = (ROOT / "knowledge" / "dense.py").read_text("utf-8")
    assert set(re.findall(r"chromadb\.\w*Client\w*|chromadb\.server\w*", text)) == {"chromadb.PersistentClient"}
    assert "anonymized_telemetry=False" in text


def test_onnx_runtime_is_told_not_to_report_before_it_is_loaded() -> None:
    code = "import os, sys, knowledge.model.session as s; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "1"
    text = (ROOT / "knowledge" / "model" / "session.py").read_text("utf-8")
    assert text.index('os.environ["ORT_DISABLE_TELEMETRY"] = "1"') < text.index("import onnxruntime")


def test_every_pin_has_a_licence_that_lets_anybody_use_it(figure: Figure) -> None:
    found = {name: licences.licence_of(name) for name in pins.pins()}
    figure(13, "låsta paket med en fri licens", f"{sum(bool(FREE.search(v or '')) for v in found.values())} av {len(found)}")
    assert {name: licence for name, licence in found.items() if not FREE.search(licence or "") or "GPL" in (licence or "")} == {}


def test_the_list_of_parts_keeps_what_runs_and_each_has_a_licence() -> None:
    def part(name: str, *on: str, **more: object) -> tuple[dict[str, object], dict[str, object]]:
        return {"name": name, "bom-ref": name} | more, {"ref": name, "dependsOn": list(on)}

    parts = [part("chainlit", "literalai", "pytest", licenses=[{"license": {"id": "Apache-2.0"}}]), part("literalai"), part("pytest")]
    listed = {"metadata": {"component": {"bom-ref": "root"}}, "components": [c for c, _ in parts], "dependencies": [d for _, d in parts]}
    kept = sbom.only_runtime(listed, pins.runtime_pins())
    assert [c["name"] for c in kept["components"]] == ["chainlit", "literalai"]
    assert [c["licenses"][0]["license"]["id"] for c in kept["components"]] == ["Apache-2.0", "Apache-2.0"]
    assert kept["dependencies"][0]["dependsOn"] == ["literalai"]


def test_the_list_of_parts_is_cyclonedx_and_names_every_pin_that_runs(whole: bool, figure: Figure) -> None:
    tools = (ROOT / "requirements-sbom.lock").read_text("utf-8").split()
    assert any(line.startswith("cyclonedx-bom==") for line in tools)
    assert all(re.fullmatch(r"[a-z0-9.-]+==[\w.+]+", line) for line in tools)
    if not whole:
        return  # make bundle in .ci/run makes the list, and checks it against the schema, each time
    if not (sbom.TOOLS / "cyclonedx-py").exists():
        subprocess.run(["make", ".venv-sbom/.installed"], cwd=ROOT, check=True)
    made = sbom.sbom()
    named = {re.sub(r"[-_.]+", "-", c["name"]).lower(): c for c in made["components"]}
    figure(13, "delar i SBOM (CycloneDX 1.6), alla utom våra egna modeller med licens", str(len(named)))
    assert made["specVersion"] == "1.6"
    assert pins.runtime_pins().keys() <= named.keys()
    assert not {"pytest", "ruff", "playwright"} & named.keys()
    assert [name for name, part in named.items() if "licenses" not in part] == [
        "claim-encoder-npz",
        "cross-encoder-npz",
        "question-encoder-npz",
    ]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "strategi.md").write_text(f"# Strategi för Ekvik\n\n## Ansvar\n\n{QUOTE}\n", "utf-8")
    (folder / "register.toml").write_text('[[document]]\nfile = "strategi.md"\nmunicipality = "Ekvik"\n', "utf-8")
    return folder


def test_nothing_is_sent_to_anybody_even_when_the_environment_asks_for_it(
    tmp_path: Path, documents: Path, whole: bool, figure: Figure
) -> None:
    """Indexing, answering by quotes and by a model on this machine, and the chat."""
    addresses = tmp_path / "addresses"
    addresses.touch()
    with Service(right({QUESTION: [(QUOTE, QUOTE)]})) as service:
        watched = str(ROOT / "tests" / "hard" / "watched")
        ours = {"HARD_ADDRESSES": str(addresses), "PYTHONPATH": f"{watched}{os.pathsep}{ROOT}", "ASSISTANT_HOME": str(tmp_path / "home")}
        plain = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")} | TEMPTING | ours
        with traced(tmp_path / "calls", whole) as under:
            told = subprocess.run(
                [*under, sys.executable, str(ROOT / "tests" / "hard" / "hard_work.py"), str(documents), QUESTION, service.url],
                **{"env": plain, "cwd": ROOT, "check": True, "stdout": subprocess.PIPE, "text": True},
            ).stdout
            answers = [json.loads(line) for line in told.splitlines()[-2:]]
            assert [a["status"] for a in answers] == ["answered", "answered"]
            assert [a["method"] for a in answers] == ["extractive", "generative"]
            if whole:  # .ci/run starts it with the network cut each time (release/trial.py)
                chat(under, plain)
        assert service.asked
    asked = set(addresses.read_text("utf-8").split("\n")) - {""}
    called = connections(tmp_path / "calls")
    figure(
        13,
        "adresser utanför 127.0.0.1 vid inläsning, svar och chatt" + (", också från inbyggd kod" if called else ""),
        str(len(far(asked | called))),
    )
    assert asked, "the watch saw nothing at all, not even the model on this machine"
    assert far(asked | called) == set()


def chat(under: list[str], environment: dict[str, str]) -> None:
    """The chat starts and shows its pages."""
    command = [*under, sys.executable, "-m", "assistant", "chat", "--port", "0"]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as served:
        try:
            assert served.stdout
            found = re.search(r"http://127\.0\.0\.1:\d+", served.stdout.readline())
            assert found
            for page in ("/", "/dokument", "/project/settings?language=sv-SE"):
                assert httpx.get(found[0] + page, timeout=20).status_code == 200
        finally:
            os.killpg(served.pid, signal.SIGTERM)  # the tracer, if any, blocks the signal itself: it ends with what it traces


@contextmanager
def traced(calls: Path, whole: bool) -> Iterator[list[str]]:
    """What to put before a command so that its system calls are written down too; nothing where that is not possible."""
    under = ["strace", "-f", "--seccomp-bpf", "-qq", "-A", "-e", "trace=connect,sendto,sendmsg", "-o", str(calls)]
    possible = whole and shutil.which("strace") and subprocess.run([*under, "true"], capture_output=True).returncode == 0
    yield under if possible else []


def connections(calls: Path) -> set[str]:
    """The addresses of the traced system calls; a trace is empty of none, since the model on this machine is asked."""
    text = calls.read_text("utf-8", "replace") if calls.exists() else ""
    return {four or six for four, six in re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', text)}


def far(addresses: set[str]) -> set[str]:
    """Those that are not on this machine: a path is a socket of its own, and a name that is not its own must be asked for elsewhere."""
    return {a for a in addresses if a not in ("localhost", "None", "") and not a.startswith(("/", "b'")) and not _here(a)}


def _here(address: str) -> bool:
    try:
        return ip_address(address).is_loopback or ip_address(address).is_unspecified
    except ValueError:
        return False


def test_the_watch_sees_an_attempt_and_in_a_child_too(tmp_path: Path) -> None:
    addresses = tmp_path / "addresses"
    watched = {"HARD_ADDRESSES": str(addresses), "PYTHONPATH": str(ROOT / "tests" / "hard" / "watched")}
    attempt = (
        "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9)); s.sendto(b'x', ('192.0.2.2', 9))"
    )
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {attempt!r}])"
    subprocess.run([sys.executable, "-c", inner], env=os.environ | watched, check=True, stderr=subprocess.DEVNULL)
    assert "192.0.2.1" in far(set(addresses.read_text("utf-8").split("\n")))
