"""What the coordinator's pages call things, and how numbers are written in Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.reading import swedish_date
from assistant.starters import role_names
from eval.run import Row, Run
from eval.summary import Figure

KINDS = {
    "ordinary": "vanlig fråga",
    "who": "vem",
    "when": "när",
    "how_often": "hur ofta",
    "how_long": "hur länge",
    "how_much": "hur mycket eller hur många",
    "required": "vad som krävs",
    "allowed": "vad man får göra",
    "duties": "vad någon ansvarar för",
    "content": "vad dokumentet säger",
    "definition": "vad ett ord betyder",
    "metadata": "om dokumentet",
    "validity": "om det fortfarande gäller",
    "partial": "besvaras delvis",
    "near_miss": "ligger nära, men saknar svar",
    "near_miss_done": "ligger nära: vad som har gjorts",
    "near_miss_other": "ligger nära: andra uppgifter",
    "other_municipality": "annan kommun",
    "crossscope": "över kommungränsen",
    "compare": "jämförelse",
    "contradiction": "dokument som säger olika",
    "national": "gäller hela landet",
    "followup": "följdfråga",
    "english": "på engelska",
    "typo": "felstavad",
    "unclear": "otydlig",
    "off_topic": "om något annat",
    "adversarial": "försök att lura",
    "inbox": "ur inkorgen",
}
"""Kinds of questions."""

ROLES = {
    "employee": "medarbetare",
    "contact": "kontaktperson",
    "coordinator": "samordnare",
    "head": "chef",
    "politician": "förtroendevald",
    "teacher": "lärare",
    "user": "medarbetare",
} | role_names()
"""Roles of question sets, of who is logged in, and those that are chosen in the chat."""

STATUSES = {"answered": "Svarade", "partial": "Svarade delvis", "unanswered": "Teg"}
REASONS = {
    "no_source": "Dokumenten har inget svar",
    "other_municipality": "Frågan gäller en annan kommun",
    "unclear": "Frågan är för otydlig",
    "off_topic": "Frågan handlar om något annat",
    "unverified": "Inget citat gick att bekräfta",
    "service_error": "Tjänsten svarade inte",
}
"""Why an answer did not come."""

EXPECTED_REASONS = {key: REASONS[key] for key in ("no_source", "other_municipality", "unclear", "off_topic")}
"""Why a question should not be answered."""

CAUSES = {
    "not_found": "Sökningen hittade inte avsnittet.",
    "wrong_section": "Svaret citerar ett annat avsnitt än det väntade.",
    "wrong_words": "Rätt avsnitt, men citatet saknar en uppgift som ska vara med.",
    "wrongly_silent": "Assistenten teg fast svaret finns i dokumenten.",
    "should_be_silent": "Assistenten svarade fast dokumenten inte har något svar.",
    "scope_leak": "Svaret citerar en annan kommuns dokument.",
    "document_changed": "Dokumenten har ändrats: avsnittet är inte detsamma som förut.",
    "question_changed": "Frågans facit har ändrats sedan förra körningen.",
}
"""Why an answer is wrong, by the keys of `eval.compare.CAUSES`."""

ORIGINS = {"written": "skriven av samordnaren", "drafted": "förslag ur dokumenten", "inbox": "ur inkorgen"}


def kind_words(kind: str | None) -> str:
    """What a kind of question is called."""
    return _named(KINDS, kind)


def role_words(role: str | None) -> str:
    """What a role is called."""
    return _named(ROLES, role)


def status_words(status: str) -> str:
    """What an answer's status is called."""
    return _named(STATUSES, status)


def reason_words(reason: str) -> str:
    """Why an answer did not come, or should not."""
    return _named(REASONS, reason)


def _named(words: dict[str, str], key: str | None) -> str:
    name = words.get(key or "", key or "okänt")
    return name[:1].upper() + name[1:]


def percent(share: float | None) -> str:
    """A share as whole per cent. Never rounded to all or nothing when it is not."""
    if share is None:
        return "–"
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        whole = 1
    return f"{whole}\N{NO-BREAK SPACE}%"


def interval(figure: Figure) -> str:
    """The 95 % interval of a share, "" where it has none."""
    if figure.low is None or figure.high is None:
        return ""
    return f"{round(figure.low * 100)}–{round(figure.high * 100)}\N{NO-BREAK SPACE}%"


def number(value: float | None) -> str:
    """A number with a decimal comma, without needless decimals."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0").replace(".", ",")


def cited(row: Row) -> str:
    """The places that an answer cites, or that it cites nothing."""
    places = [" › ".join(map(str, c["headings"])) for c in row.answer["citations"][:3]]
    return "; ".join(places) or "Inget avsnitt"


def when(run: Run) -> datetime:
    """When a run began, in local time."""
    return run.started.astimezone()


def when_words(run: Run) -> str:
    """Day and time of a run: 22 november 2026 kl. 14.05."""
    time = when(run)
    return f"{swedish_date(time.date())} kl.\N{NO-BREAK SPACE}{time:%H.%M}"


def labels(runs: Sequence[Run]) -> dict[str, str]:
    """What each run is called under a chart, by its id: its day (22/11), or its time where all are of one day (14.05)."""
    one_day = len({when(r).date() for r in runs}) == 1
    return {r.id: f"{when(r):%H.%M}" if one_day else f"{when(r).day}/{when(r).month}" for r in runs}
