"""Ids that nobody's program would send: ways out of a folder, into a database, past a check, or to what is somebody else's."""

from __future__ import annotations

import random
from uuid import UUID, uuid1

from hard_strings import strings

_TARGETS = ("etc/passwd", "assistant.db", "hemlig.txt", "home/index/current", "log", ".chainlit/config.toml", "register.toml")
_STEPS = (
    "../", "..\\", "%2e%2e%2f", "%252e%252e%252f", "..%2f", "..%5c", "%c0%ae%c0%ae%c0%af", "....//", "..;/", "．．／", "/..//", "./../",
    "..%00/",
)  # fmt: skip
_PREFIXES = ("", "/", "lindhamn/", "file:///", "//", "C:\\", "\\\\server\\", "~/", "lindhamn%2f", "%2f", "./")
_SQL = (
    "' OR '1'='1", "'; DROP TABLE conversations; --", "\" OR \"\"=\"", "1 UNION SELECT password_hash FROM accounts", "') OR ('1'='1",
    "%' OR 1=1 --",
    "_" * 36, "%", "'||(SELECT name FROM accounts)||'", "\\'; --", "NULL", "0 OR 1", "*/ OR 1 /*", "x' AND randomblob(1000000000) --",
)  # fmt: skip
_ODD = (
    ".", "..", "...", "0", "-1", "null", "undefined", "true", "[]", "{}", "[object Object]", "#", "?", "%", "%zz", "%u002e", "|", "a|b",
    "a#b#c", ";id=1",
    "\x00", "\ufeff", "a\r\nX-A: b", "a\nb", "\u202etxt.exe", "CON", "NUL", "com1.txt", "register.toml", ".hidden", "${jndi:ldap://x}",
    "{{7*7}}", "<svg>",
    "__proto__", "constructor", "*", "lindhamn/*", "index.html.gz~", "current", "manifest.json", "svar.jsonl", " ", "%20", "+", "\t",
)  # fmt: skip


def hostile_ids(count: int, others: list[str]) -> list[str]:
    """That many ids, none of which the one who sends them may use; `others` are ids of another person's things."""
    made = [*others, *_forged(others), *_ways_out(), *_SQL, *_ODD, *_long(), *strings(count, seed=22)]
    random.Random(8).shuffle(rest := list(dict.fromkeys(made))[len(others) :])
    found = [*others, *rest][:count]
    assert len(found) == count
    return found


def _forged(others: list[str]) -> list[str]:
    """A UUID of somebody else's in every form that a lenient reader would take for it, and UUIDs of nobody's."""
    forms = []
    for other in others:
        forms += [other.upper(), f"{{{other}}}", f"urn:uuid:{other}", other.replace("-", ""), f"{other}\n", f" {other}", f"{other}\x00",
        f"{other}.json",
                  f"{other}/", f"../thread/{other}", f"x/../{other}", f"{other}%00", f"{other}' --", other[:-1],
                  other.translate(_FULLWIDTH)]  # fmt: skip
    random_ = random.Random(4)
    nobodys = [str(UUID(int=random_.getrandbits(128), version=v)) for v in (1, 3, 4, 4, 4, 4, 5)]
    return [*forms, *nobodys, str(UUID(int=0)), str(UUID(int=2**128 - 1)), str(uuid1(node=1, clock_seq=1))]


_FULLWIDTH = {ord(digit): 0xFF10 + n for n, digit in enumerate("0123456789")}


def _ways_out() -> list[str]:
    return [prefix + step * depth + target for target in _TARGETS for step in _STEPS for depth in (1, 3, 8) for prefix in _PREFIXES][::13]


def _long() -> list[str]:
    return [unit * (length // len(unit)) for length in (300, 5_000, 40_000) for unit in ("a", "../", "%00", "å", "a/", "'")]
