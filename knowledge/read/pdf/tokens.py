"""Splits a content stream into instructions.

pypdf does this too, but a browser's PDF has two instructions a letter, and 500 such pages took it longer than a file may take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_BLANK = rb"[\x00\t\n\x0c\r ]"
_NUMBER = rb"[+-]?(?:\d+\.?\d*|\.\d+)"
_TOKEN = re.compile(
    # First the two instructions that a browser writes for each letter, whole.
    rb"%b*(?:<(?P<letter>(?:[0-9A-Fa-f]{2})+)>%b*Tj\b|(?P<x>%b)%b+(?P<step>%b)%b+Td\b"
    % (_BLANK, _BLANK, _NUMBER, _BLANK, _NUMBER, _BLANK)
    + rb"|(?P<space>%[^\r\n]*)"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?![^\x00\t\n\x0c\r ()<>\[\]{}/%A-Za-z'\"*]))"
    rb"|(?P<word>[A-Za-z'\"][A-Za-z0-9'\"*]*)"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f\x00\t\n\x0c\r ]*)>"
    rb"|\((?P<string>[^()\\]*)\))"
)
_BLANKS = re.compile(_BLANK + rb"*")
_STRING_PART = re.compile(rb"[^()\\]+|\\(?:\r\n|[0-7]{1,3}|.)|[()]", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\x0c", b"\n": b"", b"\r": b"", b"\r\n": b""}
_IMAGE_END = re.compile(rb"[\x00\t\n\x0c\r ]EI(?=[\x00\t\n\x0c\r ]|$)")
_CONSTANTS = {b"true": True, b"false": False, b"null": None}
_MAX_NESTING = 50


def instructions(data: bytes) -> Iterator[tuple[list[Any], bytes]]:
    """Yield (operands, operator). Names are str that begin with "/", strings bytes, numbers float; what is malformed is skipped.

    What is left when the stream ends in the middle of an instruction comes with an empty operator.
    """
    operands: list[Any] = []
    stack: list[tuple[list[Any], bytes]] = []
    position = 0
    while position < len(data):
        match = _TOKEN.match(data, position)
        if match is None:
            position = _BLANKS.match(data, position).end()  # type: ignore[union-attr]  # it matches the empty string, too
            if data[position : position + 1] == b"(":
                text, position = _string(data, position)
                operands.append(text)
            elif _TOKEN.match(data, position) is None:
                position += 1
            continue
        position = match.end()
        kind = match.lastgroup
        if kind == "letter":
            yield [bytes.fromhex(match["letter"].decode("ascii"))], b"Tj"
            operands, stack = [], []
        elif kind == "step":
            yield [float(match["x"]), float(match["step"])], b"Td"
            operands, stack = [], []
        elif kind == "number":
            operands.append(float(match["number"]))
        elif kind == "word":
            word = match["word"]
            if word in _CONSTANTS:
                operands.append(_CONSTANTS[word])
                continue
            if stack:
                operands, stack = stack[0][0], []  # an array that was never closed
            yield operands, word
            operands = []
            if word == b"ID":
                end = _IMAGE_END.search(data, position)
                position = end.end() if end else len(data)
        elif kind == "string":
            operands.append(match["string"])
        elif kind == "hex":
            digits = b"".join(match["hex"].split()).replace(b"\x00", b"")
            operands.append(bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii")))
        elif kind == "name":
            operands.append(_name(match["name"]))
        elif kind == "open" and len(stack) < _MAX_NESTING:
            stack.append((operands, match["open"]))
            operands = []
        elif kind == "close" and stack:
            outer, opened = stack.pop()
            outer.append(_dictionary(operands) if opened == b"<<" else operands)
            operands = outer
    if operands or stack:
        yield operands, b""


def _dictionary(parts: list[Any]) -> dict[Any, Any]:
    return {key: value for key, value in zip(parts[::2], parts[1::2], strict=False) if isinstance(key, str)}


def _name(raw: bytes) -> str:
    text = re.sub(rb"#([0-9A-Fa-f]{2})", lambda match: bytes([int(match[1], 16)]), raw) if b"#" in raw else raw
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    """Return a string with escapes or brackets in it, and where it ends."""
    parts: list[bytes] = []
    depth, position = 1, start + 1
    while match := _STRING_PART.match(data, position):
        position = match.end()
        part = match[0]
        depth += (part == b"(") - (part == b")")
        if depth == 0:
            break
        if part[:1] == b"\\":
            code = part[1:]
            part = bytes([int(code, 8) & 255]) if code[:1].isdigit() and code[:1] < b"8" else _ESCAPES.get(code, code)
        parts.append(part)
    return b"".join(parts), position
