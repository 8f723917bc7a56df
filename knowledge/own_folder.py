"""The name of a municipality's own folder or file under the home."""

from __future__ import annotations

import hashlib
from functools import cache

from knowledge.describe import slug
from knowledge.municipalities import NAMES


def own_folder(municipality: str) -> str:
    """a–z, 0–9 and hyphens, never empty: the slug, with a mark where another municipality has the same one (Habo and Håbo)."""
    plain = slug(municipality)
    if plain and not any(name != municipality for name in _by_slug().get(plain, ())):
        return plain
    return f"{plain or 'kommun'}-{hashlib.sha256(municipality.encode('utf-8', 'replace')).hexdigest()[:6]}"


@cache
def _by_slug() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in NAMES:
        found.setdefault(slug(name), []).append(name)
    return found
