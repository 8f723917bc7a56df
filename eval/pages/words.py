"""What the coordinator's pages call things, and how numbers are written in Swedish."""

from __future__ import annotations

from eval.run import Row
from eval.summary import Figure

KINDS = {
    "ordinary": "vanlig fråga",
    "who": "vem",
    "when": "när",
    "how_often": "hur ofta",
    "required": "vad som krävs",
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
}
STATUSES = {"answered": "Svarade", "partial": "Svarade delvis", "unanswered": "Teg"}
REASONS = {
    "no_source": "Dokumenten har inget svar",
    "other_municipality": "Frågan gäller en annan kommun",
    "unclear": "Frågan är för otydlig",
    "off_topic": "Frågan handlar om något annat",
}
"""Why an answer should not come."""

CAUSES = {
    "not_found": "Sökningen hittade inte avsnittet.",
    "wrong_section": "Svaret citerar ett annat avsnitt än det väntade.",
    "wrong_words": "Rätt avsnitt, men citatet saknar en uppgift som ska vara med.",
    "wrongly_silent": "Assistenten teg fast svaret finns i dokumenten.",
    "should_be_silent": "Assistenten svarade fast dokumenten inte har något svar.",
    "scope_leak": "Svaret citerar en annan kommuns dokument.",
    "document_changed": "Dokumenten har ändrats: avsnittet är inte detsamma som förut.",
}
"""Why an answer is wrong, by the keys of `eval.compare.CAUSES`."""

ORIGINS = {"written": "skriven av samordnaren", "drafted": "förslag ur dokumenten", "inbox": "ur inkorgen"}


def named(words: dict[str, str], key: str | None) -> str:
    """What a key is called; the key itself where it has no name of its own."""
    return words.get(key or "", key or "okänt").capitalize()


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
    return f"{round(figure.low * 100)}–{percent(figure.high)}"


def number(value: float | None) -> str:
    """A number with a decimal comma, without needless decimals."""
    return "–" if value is None else f"{value:.1f}".removesuffix(".0").replace(".", ",")


def cited(row: Row) -> str:
    """The places that an answer cites, or that it cites nothing."""
    places = [" › ".join(map(str, c["headings"])) for c in row.answer["citations"][:3]]
    return "; ".join(places) or "Inget avsnitt"
