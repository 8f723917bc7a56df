"""What a run is made with: enough to make it again, and to say why another came out otherwise. Nothing secret."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

from pydantic import SecretStr

from assistant.settings import Settings
from knowledge.index import Index
from knowledge.mends import mends

_ROOT = Path(__file__).parents[1]
_LAYERS = ("assistant", "knowledge")
_ELSEWHERE = frozenset({"home", "database", "host", "port", "as_of"})
"""Settings of where things lie, which no answer depends on, and the day, which a run tells for itself."""


def made_with(index: Index, questions: str, settings: Settings, as_of: str) -> Mapping[str, str]:
    """Versions and hashes by what they are of; `questions` is the hash of the question set."""
    return {
        "as_of": as_of,
        "embedder": index.manifest.embedder,
        "corpus": index.manifest.documents_hash,
        "questions": questions,
        **of_program(),
        "mends": mends(settings.home).hash,
        "settings": digest(f"{k}={v}".encode() for k, v in sorted(settings_of(settings).items())),
    }


def settings_of(settings: Settings) -> dict[str, str]:
    """The settings that somebody has set, but for secrets, what a URL holds before its host, and where things lie."""
    stated = {name: getattr(settings, name) for name in settings.model_fields_set - _ELSEWHERE}
    told = {name: str(value) for name, value in stated.items() if value is not None and not isinstance(value, SecretStr)}
    return {name: re.sub(r"//[^/@\s]*@", "//", value) for name, value in sorted(told.items())}


@cache
def of_program() -> Mapping[str, str]:
    """The program's version, and hashes of its code, texts, glossary and weights."""
    own = [p for layer in _LAYERS for p in sorted((_ROOT / layer).rglob("*")) if "documents" not in p.parts]
    return {
        "program": metadata.version("kommunassistenten"),
        "code": _of(p for p in own if p.suffix == ".py"),
        "weights": _of(p for p in own if p.suffix in (".npz", ".json")),
        "glossary": _of(p for p in own if p.suffix == ".toml"),
        "prompts": _of(p for p in sorted((_ROOT / "prompts").iterdir()) if p.is_file() and p.suffix != ".pyc"),
    }


def digest(contents: Iterable[bytes]) -> str:
    """The hash of several contents in order."""
    found = hashlib.sha256()
    for content in contents:
        found.update(len(content).to_bytes(8, "big") + content)
    return found.hexdigest()


def _of(paths: Iterable[Path]) -> str:
    return digest(p.read_bytes() for p in paths)
