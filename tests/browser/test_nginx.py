"""The nginx example of docs/drift.md, run as it stands before the real chat: https, a path, the socket, and who is asking."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import CHROMIUM, ROOT, serve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from fake_engine import QUOTE
from playwright.sync_api import Browser, Page, expect
from talk import answers, ask, log_in

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.access.visitor import Role

DRIFT = (ROOT / "docs" / "drift.md").read_text("utf-8")
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
HOST, PREFIX, PASSWORD = "intranat.ekvik.example", "/assistenten", "ett långt lösenord"
pytestmark = pytest.mark.timeout(120)


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return int(listener.getsockname()[1])


def self_signed(folder: Path) -> tuple[Path, Path]:
    """The files of a key and of a certificate for the host, good for a day."""
    key, name, now = rsa.generate_private_key(65537, 2048), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "certificate").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    return folder / "key", folder / "certificate"


def example(certificate: Path, key: Path, port: int, chat: str) -> str:
    """The server block of the page, with this machine's files and ports."""
    (block,) = re.findall(r"^```nginx\n(.*?)^```$", DRIFT, re.MULTILINE | re.DOTALL)
    places = {
        "/etc/ssl/certs/intranat.pem": str(certificate),
        "/etc/ssl/private/intranat.key": str(key),
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "http://127.0.0.1:8000": chat,
    }
    for there, here in places.items():
        assert there in block
        block = block.replace(there, here)
    return block


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if NGINX is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    home, folder, port = tmp_path_factory.mktemp("behind"), tmp_path_factory.mktemp("nginx"), free_port()
    engine = open_database(home)
    Accounts(engine).add("karin", PASSWORD, role=Role.COORDINATOR, municipality="Ekvik")
    engine.dispose()
    key, certificate = self_signed(folder)
    stated = dict(re.findall(r'^(ASSISTANT_(?:GALLRING|PROXIES)\w*)="?([^"\n]*)', DRIFT, re.MULTILINE))
    public = {"ASSISTANT_PUBLIC_URL": f"https://{HOST}:{port}{PREFIX}"}
    chat, at = serve("one", home, os.environ | stated | public)
    own = "".join(f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    server = example(certificate, key, port, at)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/errors; events {{}} http {{ access_log {folder}/asked; {own} {server} }}"
    )
    proxy = subprocess.Popen([NGINX, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(100):
            with closing(socket.socket()) as there:
                if there.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        assert proxy.poll() is None, (folder / "errors").read_text()
        yield f"https://{HOST}:{port}{PREFIX}"
    finally:
        for process in (proxy, chat):
            process.terminate()
            process.communicate(timeout=10)


@pytest.fixture
def outside(browser: Browser) -> Iterator[Page]:
    """A page of a browser that finds the host of the example on this machine."""
    rules = f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    own = browser.browser_type.launch(executable_path=CHROMIUM, args=["--no-sandbox", rules])
    yield own.new_page(ignore_https_errors=True, locale="sv-SE")
    own.close()


def test_the_example_serves_the_chat_over_https_under_a_path(address: str, outside: Page) -> None:
    outside.goto(address)
    log_in(outside, "karin", PASSWORD)
    ask(outside, "Vem har ansvar?")
    expect(answers(outside)).to_contain_text(QUOTE)
    (cookie,) = outside.context.cookies()
    assert (cookie["secure"], cookie["httpOnly"], cookie["path"]) == (True, True, f"{PREFIX}/")
