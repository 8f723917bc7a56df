"""Questions about the assistant itself, answered with fixed texts that the running settings fill in."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from assistant.settings import Settings
from assistant.store.retention import OF_PEOPLE, WORDS, rules

_SERVICE = (
    r"(?:du|dig|assistenten|internationella assistenten|tjänsten|(?:den här |denna )?(?:chatten|chatboten|chattboten|boten|appen|ai:n)|"
    r"den här (?:sidan|tjänsten|maskinen)|det här programmet)"
)
_MINE = (
    r"(?:det (?:som )?jag (?:skriver|frågar|har skrivit)|vad jag (?:skriver|frågar)|"
    r"(?:mina|min|våra|ens) (?:frågor|fråga|konversation\w*|chatt\w*|uppgifter)|chatten|konversationen)"
)
_MACHINE = (
    r"(?:en )?(?:ai|maskin|robot|bott?|chatt?bot\w*|människa|person|dator\w*|datorprogram|språkmodell|"
    r"chat\s?gpt|gpt\S*|copilot|gemini|claude|mistral|llama)"
)

_TOPICS = {
    "kept": (
        rf"\b(?:spara\w*|lagra\w*|logga\w*|registrera\w*|arkivera\w*|radera\w*|gallra\w*)\b.*\b{_MINE}",
        rf"\b{_MINE} .*\b(?:spara\w*|lagra\w*|logga\w*|registrera\w*|arkivera\w*|radera\w*|gallra\w*)\b",
        r"\b(?:sparar|lagrar|loggar|minns) du\b",
        r"\bkommer du ihåg\b",
        rf"\b(?:hur länge|var) .*\b(?:spara\w*|lagra\w*)\b.*\b{_MINE}",
    ),
    "read_by": (
        rf"\b(?:läs\w*|se|ser)\b .*{_MINE}",
        r"\bkan (?:min |våra? )?(?:chef\w*|rektor\w*|arbetsgivar\w*|kolleg\w*|någon\w*|andra|it\S*)(?: annan)? (?:läsa|se) "
        r"(?:det|detta|det här|allt)\s*[?.!]*$",
        rf"\bvem (?:kan )?(?:läs\w*|ser?)\b.*{_MINE}",
    ),
    "sent": (
        rf"\b(?:vart|var) (?:tar|skickas|går|hamnar)\b.*\b{_MINE}",
        rf"\b(?:skicka\w*|lämna\w*|tränas?|träna)\b.*\b{_MINE}",
        rf"\b(?:skickas|används|delas) {_MINE}",
    ),
    "made_by": (
        rf"\bvem\b.*\b(?:gjort|byggt|skapat|skapade|utvecklat|utvecklade|programmerat|tränat|byggde|gjorde)\b.* {_SERVICE}\s*[?.!]*$",
        rf"\bvem (?:står|ligger) bakom {_SERVICE}\s*[?.!]*$",
        r"\bvem (?:äger|driver|sköter|ansvarar för|har ansvar för) "
        r"(?:dig|assistenten|(?:den här |denna )?(?:tjänsten|chatten|chatboten|boten|ai:n))\s*[?.!]*$",
    ),
    "what": (
        rf"\bär du\b.*\b{_MACHINE}\b",
        r"^\W*(?:vad|vem) är du(?: för (?:något|en))?\s*[?.!]*$",
        rf"\b(?:talar|pratar|chattar|skriver) jag med {_MACHINE}\b",
        rf"\bär (?:det|detta|det här) {_MACHINE}\s*[?.!]*$",
        rf"\bvilken (?:ai\S*|(?:språk)?modell) (?:är|använder|kör|har) {_SERVICE}",
        rf"\bhur fungerar {_SERVICE}\s*[?.!]*$",
    ),
    "trust": (
        r"\b(?:kan|ska|får) (?:jag|man|vi) lita på (?:dig|svaret|svaren|det du|assistenten|tjänsten|chatten)\b",
        r"\b(?:hittar|ljuger|gissar|hallucinerar) du\b",
        r"\b(?:kan du|har du) (?:ha )?fel\b",
        r"\b(?:var|varifrån|hur) (?:kommer|får|hämtar|vet|hittar) (?:du|svaren)\b",
    ),
    "can": (
        r"^\W*vad kan (?:du|jag fråga|man fråga|assistenten|tjänsten|chatten)\b(?!.*\b(?:om|enligt)\b)",
        r"^\W*(?:hjälp|hjälp mig)\s*[?.!]*$",
    ),
}
"""Topic → what a question about it looks like: it speaks to the assistant, or of what the asker types."""

_PATTERNS = {topic: re.compile("|".join(f"(?:{p})" for p in patterns), re.IGNORECASE) for topic, patterns in _TOPICS.items()}
_LONGEST = 160
"""Characters of a question about the assistant: a longer one tells of something else too."""


@dataclass(frozen=True, slots=True)
class Service:
    """What is told of the running service. `kept` is what is kept, with how many days and by which decision; nothing when it is empty.
    `model` is what makes search vectors, None where that is on this machine; `writer` what writes answers, None where they are quotes only;
    `model_at` and `writer_at` the hosts that they are reached at. The last three are who answers for it, None where the operator has not
    said."""

    kept: tuple[tuple[str, int, str | None], ...] = ()
    login: bool = False
    model: str | None = None
    model_at: str | None = None
    writer: str | None = None
    writer_at: str | None = None
    controller: str | None = None
    data_protection_officer: str | None = None
    contact: str | None = None

    @property
    def kept_days(self) -> int | None:
        """How long the last of what is kept is kept; None where nothing is."""
        return max((days for _, days, _ in self.kept), default=None)

    @property
    def local(self) -> bool:
        """Whether questions stay on the machine."""
        return self.model_at is None and self.writer_at is None


def service_of(settings: Settings, *, login: bool = False) -> Service:
    """The service as it is set up; `login` is whether one logs in.

    A service for search vectors gets the questions too, so it counts as a model.
    """
    at = urlsplit(settings.embedding_url).hostname if settings.embedding_url else None
    return Service(
        kept=tuple((WORDS[store], rule.days, rule.decision) for store, rule in rules(settings).items() if store in OF_PEOPLE),
        login=login,
        model=settings.embedding_model if at else None,
        model_at=at,
        writer=settings.model if settings.model_url else None,
        writer_at=urlsplit(settings.model_url).hostname if settings.model_url else None,
        controller=settings.controller,
        data_protection_officer=settings.data_protection_officer,
        contact=settings.contact,
    )


def topic_of(question: str) -> str | None:
    """What a question asks about the assistant itself, or None when it is not about that."""
    if len(question) > _LONGEST:
        return None
    return next((topic for topic, pattern in _PATTERNS.items() if pattern.search(question)), None)


def about_text(topic: str, service: Service) -> str:
    """The fixed text about a topic, as Markdown with a link to the page that tells more."""
    said = _texts()
    values = {
        "kept": said["kept_days" if service.kept_days else "kept_nothing"].format(days=service.kept_days),
        "stays": _where_it_goes(service),
        "who": said["contact"].format(contact=service.contact) if service.contact else "",
        "machine": _what_it_is(service),
    }
    text = str(said[topic]).format(**values)
    return f"{' '.join(text.split())}\n\n{said['more']}"


def _where_it_goes(service: Service) -> str:
    said, out = _texts(), []
    if service.model_at:
        out.append(said["leaves"].format(model=service.model or "en tjänst", at=service.model_at))
    if service.writer_at:
        out.append(said["leaves_to_writer"].format(model=service.writer or "en tjänst", at=service.writer_at))
    return " ".join(out) or said["stays"]


def _what_it_is(service: Service) -> str:
    said = _texts()
    if service.writer_at:
        return said["machine_writer"].format(model=service.writer or "En språkmodell")
    return said["machine_local" if service.local else "machine_service"].format(model=service.model or "en tjänst")


@cache
def _texts() -> dict[str, str]:
    return tomllib.loads(files("prompts").joinpath("om.toml").read_text(encoding="utf-8"))
