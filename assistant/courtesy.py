"""Greetings and thanks: what people say to a chat that is no question."""

from __future__ import annotations

import re

_HELLO = frozenset("hej hejsan hallå tja tjena goddag morgon kväll hello hi".split())
_THANKS = frozenset("tack tackar toppen super kanon perfekt jättebra utmärkt bra snyggt ok okej hejdå då adjö thanks thank bye".split())
_AROUND = frozenset("och ja nej men det var är så mycket tusen för hjälpen svaret god på er alla ha en fin dag very much you".split())
_MOST = 12
"""Words of a greeting."""


def courtesy(text: str) -> str | None:
    """Which a text is, "hello" or "thanks", that says nothing else; None for everything that may be a question."""
    words = set(found := re.findall(r"\w+", text.casefold()))
    if "?" in text or len(found) > _MOST or not words <= _HELLO | _THANKS | _AROUND:
        return None
    return "thanks" if words & _THANKS else "hello" if words & _HELLO else None
