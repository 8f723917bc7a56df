"""A person's key: the same for the same person, and nobody's name. Only who has the secret file can tell whose it is."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from functools import cached_property
from pathlib import Path

from assistant.store.lines import sync
from assistant.store.trouble import told
from knowledge.section import KnowledgeError


class People:
    """Keys under a secret that is made at the first use and read by nobody else."""

    def __init__(self, home: Path) -> None:
        self._path = home / "store" / "people.key"

    def key(self, identifier: str | None) -> str | None:
        """The key of a user's identifier; None for one who is not logged in."""
        return hmac.new(self._secret, identifier.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32] if identifier else None

    @cached_property
    def _secret(self) -> bytes:
        with told():
            if not self._path.exists():
                self._make()
            secret = self._path.read_bytes()
        if len(secret) != 32:
            raise KnowledgeError(f"Filen {self._path} är skadad.", "Återställ den från en säkerhetskopia.")
        return secret

    def _make(self) -> None:
        """Made beside and linked into place, so that of two processes one wins and nobody reads half a secret."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._path.with_name(f"people.{secrets.token_hex(8)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(beside, self._path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
        sync(self._path.parent)
