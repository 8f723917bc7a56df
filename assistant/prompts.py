"""The texts of `prompts/`, loaded once and checked: a text that asks for a value nobody fills in is found at start, not on a page."""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _texts() -> dict[str, Any]:
    content = tomllib.loads(files("prompts").joinpath("svar.toml").read_text(encoding="utf-8"))
    for key, text in [*content["sv"].items(), *content["sv"]["notice"].items(), *content["en"].items()]:
        if isinstance(text, str):
            fields(text, key)
    return content


def say(key: str, language: str = "sv", **values: object) -> str:
    """A text with its values; Swedish where there is none in the language.

    Raises:
        KeyError: no such text, or a value is not given.
    """
    texts = _texts()
    text: str = texts["en"].get(key, texts["sv"].get(key)) if language == "en" else texts["sv"][key]
    return text.format(**values)


def notice(key: str, **values: object) -> str:
    """A notice's text with its values."""
    text: str = _texts()["sv"]["notice"][key]
    return text.format(**values)


def checked(content: str, name: str) -> dict[str, str]:
    """The texts of a file that declares, under `variables`, which values each of its `texts` asks for.

    Raises:
        ValueError: a text uses a value that is not declared for it, or not one that is, or a text is missing or not declared.
    """
    found = tomllib.loads(content)
    texts: dict[str, str] = found["texts"]
    declared: dict[str, list[str]] = found["variables"]
    if texts.keys() != declared.keys():
        raise ValueError(f"prompts/{name}: declared and written texts differ: {sorted(texts.keys() ^ declared.keys())}")
    for key, text in texts.items():
        if (used := fields(text, key)) != set(declared[key]):
            raise ValueError(f"prompts/{name}: {key} uses {sorted(used)}, but declares {sorted(declared[key])}")
    return texts


def fields(text: str, key: str) -> set[str]:
    """The names of the values that a text asks for. ValueError when its braces make no sense."""
    try:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError as error:
        raise ValueError(f"prompts/svar.toml: {key}: {error}") from error
