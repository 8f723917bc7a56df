"""What a reverse proxy says of a request: believed from the addresses that the operator lists, removed when anybody else says it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from knowledge.section import KnowledgeError

Network = IPv4Network | IPv6Network
_ALWAYS = ("forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip")
_DIRECT = "assistant.direct"


@dataclass(frozen=True, slots=True)
class Proxies:
    """The trusted proxies, and the headers in which they name who is logged in (lower case; empty when they do not)."""

    networks: tuple[Network, ...] = ()
    user_header: str = ""
    roles_header: str = ""

    def trust(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self.networks)


class Forwarded:
    """ASGI middleware, outermost: after it, `client` and `scheme` are the reader's own, and an identity header is a trusted proxy's."""

    def __init__(self, app: ASGIApp, proxies: Proxies) -> None:
        self.app, self.proxies = app, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            scope = self._settled(scope)
        await self.app(scope, receive, send)

    def _settled(self, scope: Scope) -> Scope:
        peer = (scope.get("client") or ("", 0))[0]
        headers = Headers(scope=scope)
        said = {name for name in _ALWAYS if name in headers}
        if not self.proxies.trust(peer):
            ours = {self.proxies.user_header, self.proxies.roles_header}
            return {**scope, "headers": _without(scope["headers"], {*_ALWAYS, *ours}), _DIRECT: not said}
        schemes = {"http": ("http", "ws"), "https": ("https", "wss")}.get(headers.get("x-forwarded-proto", ""), (scope["scheme"],) * 2)
        scheme = schemes[scope["type"] == "websocket"]
        address = self._reader(headers.getlist("x-forwarded-for"), peer)
        return {**scope, "client": (address, 0), "scheme": scheme, "headers": _once(scope["headers"], self.proxies), _DIRECT: False}

    def _reader(self, said: Sequence[str], peer: str) -> str:
        """The last address that no proxy of ours has: what stands before it was written by the reader."""
        addresses = [address.strip() for line in said for address in line.split(",")]
        return next((a for a in reversed(addresses) if a and not self.proxies.trust(a)), peer)


def is_direct(scope: Scope) -> bool:
    """Whether the request came straight from this machine, and through no proxy."""
    address = (scope.get("client") or ("", 0))[0]
    try:
        return bool(scope.get(_DIRECT)) and ip_address(address).is_loopback
    except ValueError:
        return False


def read_networks(text: str) -> tuple[Network, ...]:
    """The setting's addresses and networks. KnowledgeError names the one that is neither."""
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ip_network(part))
        except ValueError as error:
            raise KnowledgeError(
                f"Inställningen ASSISTANT_PROXIES har ett värde som inte är en adress: {part}.", "Skriv till exempel 10.0.0.5, 10.0.1.0/24."
            ) from error
    return tuple(found)


def _without(headers: Iterable[tuple[bytes, bytes]], names: set[str]) -> list[tuple[bytes, bytes]]:
    """Headers but for those named; a name with _ for - is the same to many programs."""
    return [(name, value) for name, value in headers if name.decode("latin-1").lower().replace("_", "-") not in names]


def _once(headers: Iterable[tuple[bytes, bytes]], proxies: Proxies) -> list[tuple[bytes, bytes]]:
    """An identity that is named twice is nobody's: the reader may have sent the other one through a careless proxy."""
    headers = list(headers)
    identity = {name for name in (proxies.user_header, proxies.roles_header) if name}
    twice = {name for name in identity if sum(_same(sent, name) for sent, _ in headers) > 1}
    return _without(headers, identity) if twice else headers


def _same(sent: bytes, name: str) -> bool:
    return sent.decode("latin-1").lower().replace("_", "-") == name
