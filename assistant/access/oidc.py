"""Login through OpenID Connect (Entra ID and others): authorization code with PKCE, and an id token whose every promise is checked.

Chainlit's own providers are not used: none checks the id token, in which the app roles are, and one of them has no state.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from assistant.access.roles import Roles, stranger
from assistant.access.visitor import RefusedError, Source, Visitor
from knowledge.section import KnowledgeError

_ALGORITHMS = ["RS256", "PS256", "ES256"]
_SECONDS = 10.0
_SKEW = 60


class FailedError(RefusedError):
    """The answer of the login service is not what was asked for, or not to be believed."""

    def __init__(self) -> None:
        super().__init__("Inloggningen gick inte att slutföra.", "Försök igen. Hjälper inte det, kontakta den som ansvarar för tjänsten.")


class UnavailableError(KnowledgeError):
    """The login service does not answer, or not as it should."""

    def __init__(self) -> None:
        super().__init__("Inloggningstjänsten svarar inte som den ska.", "Försök igen om en stund.")


@dataclass(frozen=True, slots=True)
class Start:
    """What one login began with; the browser's cookie keeps it, signed, until the answer comes."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Start:
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody whom the service vouches for: until `expires_at` (seconds since 1970), or for as long as `refresh_token` is honoured."""

    visitor: Visitor
    expires_at: float
    refresh_token: str | None


@dataclass(frozen=True, slots=True)
class Oidc:
    """One login service. Its addresses and keys are read anew at each login, so that a change of keys is never missed."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    roles: Roles

    async def address(self, start: Start) -> str:
        """Where the browser is sent to log in. UnavailableError when the service does not answer."""
        asked = {
            "client_id": self.client_id,
            "response_type": "code",
            "response_mode": "query",
            "redirect_uri": self.redirect_uri,
            "scope": "openid profile offline_access",
            "state": start.state,
            "nonce": start.nonce,
            "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(start.verifier.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        async with _client() as client:
            about = await self._about(client)
        return f"{about['authorization_endpoint']}?{urlencode(asked)}"

    async def login(self, code: str, start: Start) -> Login:
        """Who comes back with `code`. RefusedError when they may not come in, UnavailableError when the service fails."""
        return await self._token(
            {"grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri, "code_verifier": start.verifier},
            start.nonce,
        )

    async def again(self, refresh_token: str) -> Login:
        """Who they are now. RefusedError when the role is lost, UnavailableError when the service vouches for them no more."""
        return await self._token({"grant_type": "refresh_token", "refresh_token": refresh_token}, None)

    async def _token(self, form: Mapping[str, str], nonce: str | None) -> Login:
        async with _client() as client:
            about = await self._about(client)
            granted = await _json(
                client, "POST", about["token_endpoint"], data={**form, "client_id": self.client_id, "client_secret": self.client_secret}
            )
            keys = await _json(client, "GET", about["jwks_uri"])
        claims = self._claims(str(granted.get("id_token", "")), keys, str(about["issuer"]))
        if nonce is not None and not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise FailedError
        refresh = granted.get("refresh_token") or form.get("refresh_token")
        return Login(self.visitor(claims), float(claims["exp"]), str(refresh) if refresh else None)

    async def _about(self, client: httpx.AsyncClient) -> dict[str, Any]:
        about = await _json(client, "GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if not all(isinstance(about.get(key), str) for key in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")):
            raise UnavailableError
        return about

    def _claims(self, token: str, keys: Mapping[str, Any], issuer: str) -> dict[str, Any]:
        """What the id token says, when it is signed by the service, for us, and in time. An issuer for many tenants writes {tenantid}."""
        try:
            key = jwt.PyJWKSet.from_dict(dict(keys))[jwt.get_unverified_header(token)["kid"]]
            required = ["exp", "iat", "iss", "aud", "sub"]
            claims: dict[str, Any] = jwt.decode(
                token, key, algorithms=_ALGORITHMS, audience=self.client_id, leeway=_SKEW, options={"require": required}
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise FailedError from error
        if "{tenantid}" in issuer and not self.roles.tenants:
            raise stranger()
        if claims["iss"] != issuer.replace("{tenantid}", str(claims.get("tid", ""))):
            raise FailedError
        return claims

    def visitor(self, claims: Mapping[str, Any]) -> Visitor:
        """Who the claims are about. RefusedError for another tenant, a guest, or somebody without a role of ours."""
        tenant = claims.get("tid")
        if self.roles.tenants and tenant not in self.roles.tenants:
            raise stranger()
        if _is_guest(claims):
            raise RefusedError("Gästkonton har inte tillgång till tjänsten.", "Logga in med ditt eget konto i kommunen.")
        role, municipality = self.roles.granted(_names(claims.get("roles")), tenant if isinstance(tenant, str) else None)
        name = str(claims.get("name") or claims.get("preferred_username") or "Inloggad")
        who = f"{tenant}/{claims['oid']}" if tenant and claims.get("oid") else f"{claims['iss']}/{claims['sub']}"
        return Visitor(f"oidc:{who}", role, municipality, name, Source.OIDC)


def _is_guest(claims: Mapping[str, Any]) -> bool:
    names = (str(claims.get(key, "")) for key in ("preferred_username", "upn", "unique_name", "email"))
    elsewhere = claims.get("idp") not in (None, claims.get("iss"))  # a member's own tenant is never named as another provider
    return str(claims.get("acct", "0")) == "1" or elsewhere or any(re.search("#ext#", name, re.IGNORECASE) for name in names)


def _names(value: object) -> Iterable[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_SECONDS, follow_redirects=False, trust_env=False)


async def _json(client: httpx.AsyncClient, method: str, address: str, **sent: Any) -> dict[str, Any]:
    try:
        answer = await client.request(method, address, **sent)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise UnavailableError from error
    if not isinstance(found, dict):
        raise UnavailableError
    return found
