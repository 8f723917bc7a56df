"""What is installed, what is wrong, and what to do about it: `assistant doctor`."""

from __future__ import annotations

import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from packaging.requirements import Requirement

from assistant.build import build_client, build_embedder
from assistant.model_client import Order
from assistant.model_trouble import TROUBLE_WORDS, ModelError, Trouble
from assistant.settings import Settings
from assistant.store.answer_log import AnswerLog
from assistant.store.model_use import cost_of
from knowledge import generation as disk
from knowledge.embed import Embedder, of_length_one
from knowledge.index import Index
from knowledge.section import EVERYBODY, Document, KnowledgeError

_PROGRAM = "kommunassistenten"
_ASK_WHOM = (
    "Lägg till en kontakt utan ämnen i contacts.toml, eller contact eller email i register.toml, och kör assistant ingest MAPP igen."
)
_WHOSE = "Ange municipality för filen under [[document]] i register.toml och kör assistant ingest MAPP igen."
_MODEL = "Kontrollera ASSISTANT_MODEL, ASSISTANT_MODEL_URL och ASSISTANT_MODEL_KEY, och att tjänsten är i gång."
_PROBE = ("Vem ansvarar för vänorterna?", "Kommunstyrelsen ansvarar för samarbetet med vänorter.", "Soppan serveras varm med bröd.")
"""A question, a text that answers it and one that has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; all texts are Swedish. `wrong` is true when somebody must mend it, and `remedy` says how."""

    name: str
    text: str
    wrong: bool = False
    remedy: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order one mends them. Never raises for what may be wrong, writes nothing that stays, and tells no key."""
    embedder, embedding = _embedder(settings)
    index, indexed = _index(settings, embedder)
    about = list(_documents(index)) if index else []
    model = list(_model(settings))
    chromium = Finding("Chromium", "Behövs inte för att köra programmet, bara för att testa det.")
    return [_program(), _libraries(), _home(settings.home), embedding, *model, indexed, *about, chromium]


def findings_text(findings: Sequence[Finding]) -> str:
    """Findings to read, with a closing line that says how many things are to be mended."""
    lines = []
    for finding in findings:
        lines.append(f"{'FEL' if finding.wrong else 'OK '}  {finding.name}: {finding.text}")
        lines += [f"     Gör så här: {finding.remedy}"] if finding.remedy else []
    wrong = sum(f.wrong for f in findings)
    return "\n".join([*lines, "", "Allt är i ordning." if not wrong else f"Att åtgärda: {wrong}."])


def _program() -> Finding:
    try:
        text = f"Version {metadata.version(_PROGRAM)}, Python {platform.python_version()}."
    except metadata.PackageNotFoundError:
        return Finding("Program", f"Programmet är inte installerat (Python {platform.python_version()}).", True, "Kör make install.")
    return Finding("Program", text)


def _libraries() -> Finding:
    """The versions of what the program builds on, against those that it asks for."""
    try:
        wanted = [Requirement(line) for line in metadata.requires(_PROGRAM) or []]
    except metadata.PackageNotFoundError:
        wanted = []
    found, unfit = [], []
    for need in wanted:
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            unfit.append(f"{need.name} saknas")
            continue
        found.append(f"{need.name} {version}")
        if not need.specifier.contains(version, prereleases=True):
            unfit.append(f"{need.name} {version} passar inte ({need.specifier} krävs)")
    if unfit:
        return Finding("Bibliotek", f"{', '.join(unfit)}.", True, "Kör make install, så installeras versionerna i requirements.lock.")
    return Finding("Bibliotek", f"{', '.join(found) or 'okända'}.")


def _home(home: Path) -> Finding:
    place = home.expanduser().resolve()
    there = next(p for p in (place, *place.parents) if p.exists())
    try:
        with tempfile.TemporaryFile(dir=there) as probe:  # also a full disk and one that is mounted for reading only
            probe.write(b"\0" * 4096)
    except OSError:
        remedy = "Ge den som kör programmet rätt att skriva där, eller ange en annan mapp med ASSISTANT_HOME."
        return Finding("Mapp", f"Det går inte att skriva i {place}.", True, remedy)
    return Finding("Mapp", f"{place} går att skriva i." if there == place else f"{place} finns inte än och skapas vid första indexeringen.")


def _embedder(settings: Settings) -> tuple[Embedder | None, Finding]:
    """The embedder, and whether its vectors make sense; None where it cannot be used."""
    name = "Språkmodell för sökning"
    shown = _without_secrets(settings.embedding_url or "")
    try:
        embedder = build_embedder(settings, threads=1)
        vectors = np.asarray([embedder.embed_question(_PROBE[0]), *embedder.embed_documents(list(_PROBE[1:]))])
    except KnowledgeError as error:
        return None, Finding(name, error.reason.replace(settings.embedding_url or "\0", shown), True, error.remedy)
    near, far = vectors[1:] @ vectors[0]
    if vectors.shape[1] != embedder.dimensions or not of_length_one(vectors) or not near > far:
        return None, Finding(name, f"{embedder.name} ger vektorer som inte går att söka med.", True, "Kör make install, eller byt modell.")
    where = f"hos {shown}" if shown else "på den här datorn"
    return embedder, Finding(name, f"{embedder.name}, {embedder.dimensions} dimensioner, {where}.")


def _model(settings: Settings) -> Iterator[Finding]:
    """The language model that writes answers: whether it replies, and what it has cost. Asks it for a few words."""
    name = "Språkmodell för svar"
    shown = _without_secrets(settings.model_url or "")
    try:
        client = build_client(settings)
    except KnowledgeError as error:
        yield Finding(name, error.reason, True, error.remedy)
        return
    if client is None:
        yield Finding(name, "Ingen språkmodell är inställd; svaren består av citat.")
        return
    order = Order([("user", "Svara: {}")], {"type": "object"}, 50, time.monotonic() + settings.model_seconds)
    try:
        client.reply(order)
    except ModelError as error:
        if error.trouble is not Trouble.TOO_LONG:
            status = f", svarskod {error.status}" if error.status else ""
            yield Finding(name, f"{client.model} hos {shown} {TROUBLE_WORDS[error.trouble]}{status}. Svaren består av citat.", True, _MODEL)
            return
    yield Finding(name, f"{client.model} hos {shown} svarar.")
    yield Finding("Språkmodellens kostnad", _cost(settings))


def _cost(settings: Settings) -> str:
    """What the log of answers says that the model has taken today and in the last thirty days."""
    today, answers = date.today(), AnswerLog(settings.home)
    day, month = cost_of(answers.read(today)), cost_of(answers.read(today - timedelta(days=29)))
    most = f"{settings.model_tokens_per_day:,}".replace(",", " ")
    return (
        f"I dag {day.tokens} token i loggade svar, av högst {most}. De senaste 30 dagarna {month.tokens} token för {month.asked} frågor: "
        f"{month.written} svar skrivna, {month.asked - month.written} givna som citat, {month.dropped} påståenden som inte höll."
    )


def _without_secrets(url: str) -> str:
    """An address without user, password and query, where a key may stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if url else ""


def _index(settings: Settings, embedder: Embedder | None) -> tuple[Index | None, Finding]:
    try:
        index = Index.open(settings.home, embedder.name if embedder else None)
    except KnowledgeError as error:
        return None, Finding("Index", error.reason, True, error.remedy)
    made = index.manifest
    text = (
        f"{index.generation}, {made.documents} dokument, {made.sections} sökbara avsnitt, {made.passages} påståenden. "
        f"Byggt {datetime.fromisoformat(made.created):%Y-%m-%d %H:%M} UTC med {made.embedder}, format {made.format}."
    )
    if index.generation != disk.current(settings.home) or not disk.pointer_is_whole(settings.home):
        return index, Finding("Index", f"Det senaste indexet är skadat, och ett tidigare används: {text}", True, disk.damaged().remedy)
    return index, Finding("Index", text)


def _documents(index: Index) -> Iterator[Finding]:
    """What the coordinator should know of the documents: whose they are, whom to ask, what is left out, what reading warned of."""
    documents = index.documents.values()
    present = {d.municipality for d in documents if d.municipality and d.municipality != EVERYBODY}
    listed = {m for m in present if any(not c.topics for c in index.contacts(m))}
    silent = sorted(present - listed - {m.name for m in index.municipalities if m.contact or m.email})
    yield _listed("Kontakter", "Kontakt saknas för", silent, "Varje kommun har någon att fråga.", _ASK_WHOM)
    unknown = sorted(d.file for d in documents if d.municipality is None)
    yield _listed("Kommun", "Kommun saknas för", unknown, "Alla dokument hör till en kommun eller gäller alla.", _WHOSE)
    drafts = sorted(d.file for d in documents if d.draft)
    if drafts:
        remedy = "Är ett dokument beslutat, ange decided_on för det i register.toml och kör assistant ingest MAPP igen."
        yield Finding("Utkast", f"Används inte i svar: {', '.join(drafts)}.", remedy=remedy)
    warned = [f"{d.file}: {w}" for d in documents for w in _other_warnings(d)]
    if warned:
        yield Finding("Varningar", " ".join(warned), True, "Rätta filerna eller register.toml och kör assistant ingest MAPP igen.")


def _listed(name: str, wrong: str, items: Sequence[str], right: str, remedy: str) -> Finding:
    return Finding(name, f"{wrong} {', '.join(items)}.", True, remedy) if items else Finding(name, right)


def _other_warnings(document: Document) -> Iterator[str]:
    """A document's warnings but for those that a finding of their own tells."""
    return (w for w in document.warnings if not ((document.draft or document.municipality is None) and "register.toml" in w))
