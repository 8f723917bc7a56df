"""A small OpenID Connect service on this machine: it logs in whoever the test says, with the claims that the test says."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

TENANT = "7d1c0f7e-0000-4000-8000-000000000001"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class OidcService:
    """`claims` go into the next id token over the usual ones; `asked` is what the browser came with; `key` signs."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.forms: list[dict[str, str]] = []
        self.key, self.refresh, self.broken = KEY, True, False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.named_issuer = self.issuer

    def __enter__(self) -> OidcService:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self, address: str = "http://127.0.0.1:1") -> dict[str, Any]:
        return {
            "public_url": address,
            "oidc_issuer": self.issuer,
            "oidc_client_id": "assistenten",
            "oidc_client_secret": "hemligt",
            "oidc_tenants": f"{TENANT}=Ekvik",
            "roles": "Assistent.Medarbetare=user, Assistent.Samordnare=coordinator",
        }

    def token(self) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": "assistenten", "sub": "kim", "oid": "kim-1", "tid": TENANT, "name": "Kim Lind", "iat": now}
        usual |= {"exp": now + 3600, "nonce": self.asked.get("nonce"), "roles": ["Assistent.Medarbetare"]}
        return jwt.encode({k: v for k, v in (usual | self.claims).items() if v is not None}, self.key, "RS256", headers={"kid": "1"})

    def _handler(service) -> type[BaseHTTPRequestHandler]:  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/.well-known/openid-configuration":
                    places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
                    self._send({name: service.issuer + path for name, path in places.items()} | {"issuer": service.named_issuer})
                elif self.path == "/keys":
                    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                    self._send({"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})
                else:
                    service.asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                    self.send_response(302)
                    self.send_header("Location", f"{service.asked['redirect_uri']}?code=kod&state={service.asked['state']}")
                    self.end_headers()

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                service.forms.append({name: values[0] for name, values in parse_qs(sent).items()})
                if service.broken:
                    self._send({"error": "invalid_grant"}, 400)
                else:
                    self._send({"id_token": service.token()} | ({"refresh_token": "förnya"} if service.refresh else {}))

            def _send(self, content: dict[str, Any], status: int = 200) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler
