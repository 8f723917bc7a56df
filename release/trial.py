"""The bundle as a server meets it, the network cut: python -m release.trial ARCHIVE.

The archive is unpacked and installed by its own script, runs as another user than the one who owns it, behind a path, and is asked. Where
the machine allows it all happens without any network but 127.0.0.1; else with pip's index and every proxy leading nowhere.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

PREFIX = "/assistenten"
NOBODY = 65534
_UP, _SET_FLAGS, _GET_FLAGS = 0x1, 0x8914, 0x8913
_NOWHERE = "http://127.0.0.1:9"


def cut() -> bool:
    """Leave the network for one with nothing but 127.0.0.1; False where that is not allowed."""
    for how in (["unshare", "-n"], ["unshare", "-rn"]):
        if subprocess.run([*how, "true"], capture_output=True).returncode == 0:
            os.environ["CUT"] = " ".join(how)
            os.execvp(how[0], [*how, sys.executable, "-m", "release.trial", *sys.argv[1:]])
    return False


def only_this_machine() -> None:
    """127.0.0.1 answers, and nothing else can be reached: OSError when something can."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        name = struct.pack("16sH14s", b"lo", 0, b"")
        flags = struct.unpack("16sH14s", fcntl.ioctl(control, _GET_FLAGS, name))[1]
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sH14s", b"lo", flags | _UP, b""))
    try:
        socket.create_connection(("192.0.2.1", 443), 1).close()
    except OSError:
        return
    raise OSError("the network is not cut")


def trial(archive: Path, place: Path) -> None:
    """Install, index, ask and serve in a folder. AssertionError or CalledProcessError when something is not as it should be."""
    with tarfile.open(archive) as tar:
        tar.extractall(place, filter="data")
    top = next(place.iterdir())
    began = time.monotonic()
    run([top / "install.sh", "--till", place / "program", "--utan-tjanst", "--python", python()])
    _say(f"installed in {time.monotonic() - began:.0f} s")
    program, home, documents = place / "program" / "nu" / "bin" / "assistant", place / "home", place / "documents"
    for folder in (home, documents):
        folder.mkdir()
    (documents / "strategi.md").write_text("# Strategi för Ekvik\n\n## Ansvar\n\nKommunstyrelsen utser två kontaktpersoner.\n", "utf-8")
    (documents / "register.toml").write_text('[[document]]\nfile = "strategi.md"\nmunicipality = "Ekvik"\n', "utf-8")
    place.chmod(0o755)
    if another_may_run(program.with_name("python")):
        os.chown(home, NOBODY, NOBODY)
        _say("runs as another user than the one who owns it")
    else:
        _say("runs as the user who owns it: no other may here")
    run([program, "ingest", documents], home)
    answer = json.loads(run([program, "ask", "Vem utser kontaktpersoner?", "--municipality", "Ekvik", "--json"], home))
    assert (answer["status"], answer["citations"][0]["quote"]) == ("answered", "Kommunstyrelsen utser två kontaktpersoner.")
    findings = json.loads(subprocess.run([program, "doctor", "--json"], stdout=subprocess.PIPE, text=True, **_service(home)).stdout)
    assert [f["name"] for f in findings if f["wrong"]] == ["Kontakter"], findings  # the folder above names nobody to ask
    serve(program, home)
    _say("answered and served")


def python() -> str:
    """The system's own Python, as a server has it, where it is of the version that the archive is for; else the one that runs this."""
    probe = "import ensurepip, sys; sys.exit(sys.version_info[:2] != (3, 11))"
    own = "/usr/bin/python3.11"
    return own if Path(own).exists() and subprocess.run([own, "-c", probe], capture_output=True).returncode == 0 else sys.executable


def another_may_run(python: Path) -> bool:
    """Whether a process may become another user here, and that user reach the Python that it was installed with."""
    try:
        return subprocess.run([python, "-c", ""], user=NOBODY, group=NOBODY, extra_groups=[]).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def serve(program: Path, home: Path) -> None:
    """The chat starts, and shows its pages under its path."""
    served = subprocess.Popen([program, "chat", "--port", "0"], stdout=subprocess.PIPE, text=True, **_service(home))
    try:
        assert served.stdout
        said = served.stdout.readline()
        found = re.search(rf"http://127\.0\.0\.1:\d+{PREFIX}", said)
        assert found, said
        for page in ("/", "/dokument", "/halsa", "/redo", "/statisk/chat.js", "/samordnare"):
            with urllib.request.urlopen(found[0] + page, timeout=20) as answer:
                text = answer.read().decode()
                assert answer.status == 200, page
                assert not re.search(rf'(href|src|action)="/(?!{PREFIX[1:]}/)', text), page
    finally:
        served.terminate()
        served.wait(20)


def run(command: list[str | Path], home: Path | None = None) -> str:
    """What a command says, run as the service runs where a home is given."""
    chosen: dict[str, Any] = _service(home) if home else {"env": _environment()}
    said: str = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **chosen).stdout
    return said


def _service(home: Path) -> dict[str, Any]:
    settings = {
        "ASSISTANT_HOME": str(home),
        "ASSISTANT_PUBLIC_URL": f"http://127.0.0.1{PREFIX}",
        "HOME": str(home),
        "PYTHONPYCACHEPREFIX": str(home / "compiled"),
    }
    other: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if home.stat().st_uid == NOBODY else {}
    return {"env": _environment() | settings, "cwd": home, **other}


def _environment() -> dict[str, str]:
    """Nothing of the one who tries it but where programs are, and no way out. Only what is used is compiled, which saves half a minute."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), _NOWHERE) | {"no_proxy": "127.0.0.1"}
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PIP_NO_INDEX": "1", "PIP_COMPILE": "0", **nowhere}


def _say(text: str) -> None:
    print(text, flush=True)


def main(archive: str) -> None:
    if "CUT" in os.environ:
        only_this_machine()
        _say(f"the network is cut by {os.environ['CUT']}")
    elif not cut():
        _say("this machine does not let a process leave its network: pip's index and the proxies lead nowhere instead")
    with tempfile.TemporaryDirectory(prefix="trial") as place:
        trial(Path(archive).resolve(), Path(place))


if __name__ == "__main__":
    main(*sys.argv[1:])
