"""The secret of an installation: made at the first start, kept under the home where only its owner can read, never a default."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from knowledge.section import KnowledgeError

_SHORTEST = 32


def secret_of(home: Path) -> str:
    """The secret, made when there is none. KnowledgeError when it cannot be kept, is damaged, or others may read it."""
    path = home / "store" / "hemlighet"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        if path.stat().st_mode & 0o077:
            raise KnowledgeError(f"Filen {path} kan läsas av andra.", f"Kör chmod 600 {path} och starta igen.")
        found = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"Filen {path} går inte att skriva eller läsa.", "Kontrollera rättigheterna till mappen.") from error
    if len(found) < _SHORTEST:
        raise KnowledgeError(f"Filen {path} är skadad.", "Ta bort filen och starta igen. Alla får logga in på nytt.")
    return found


def pseudonym(secret: str, text: str) -> str:
    """A key that stands for `text` (an address, an identifier) and cannot be turned back without the secret."""
    return hmac.new(secret.encode(), text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def _make(path: Path) -> None:
    """Writes a new secret beside and links it into place: of two first starts at once, one wins and neither reads half a file."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
