"""A question as the coordinator types it, and back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import cast
from urllib.parse import unquote, urlsplit

from assistant.answer import Reason
from eval.cases import Case
from eval.pages.words import EXPECTED_REASONS
from knowledge.section import KnowledgeError

LONGEST_QUESTION = 1000
"""Characters of a question."""

_CHOSEN = "valt:"


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """The fields of the form as they stand, right or wrong. Lists are lines of text; `expects` is "svar" or a key of `EXPECTED_REASONS`."""

    question: str = ""
    kind: str = "ordinary"
    role: str = ""
    expects: str = "svar"
    sections: str = ""
    facts: str = ""
    tags: str = ""

    @classmethod
    def of_case(cls, case: Case) -> QuestionForm:
        """The form as it stands for a question."""
        expects = (case.reason or "no_source") if case.abstain else "svar"
        lines = ("\n".join(case.section_ids), "\n".join(case.facts), ", ".join(case.tags))
        return cls(case.question, case.type, case.role or "", expects, *lines)

    @classmethod
    def of_sent(cls, sent: Mapping[str, str]) -> QuestionForm:
        """The form as it was sent; suggested sections that were ticked come after those typed."""
        form = cls(**{f.name: sent[f.name] for f in fields(cls) if f.name in sent})
        ticked = [name.removeprefix(_CHOSEN) for name in sent if name.startswith(_CHOSEN)]
        return replace(form, sections="\n".join([*_lines(form.sections), *ticked])) if ticked else form

    def case(self, municipality: str, earlier: Case | None) -> Case:
        """The question, under the id of the earlier one where there is one; a draft until it is approved.

        Raises:
            KnowledgeError: something is missing.
        """
        question = " ".join(self.question.split())
        if not 0 < len(question) <= LONGEST_QUESTION:
            raise KnowledgeError("Frågan saknas eller är för lång.", f"Skriv den med högst {LONGEST_QUESTION} tecken.")
        abstain = self.expects != "svar"
        if abstain and self.expects not in EXPECTED_REASONS:
            raise KnowledgeError("Det framgår inte vad som ska hända.", "Välj om frågan ska besvaras eller inte.")
        ids = () if abstain else tuple(dict.fromkeys(section_id(line) for line in _lines(self.sections)))
        if not abstain and not ids:
            raise KnowledgeError("Frågan saknar avsnitt att besvaras ur.", "Välj ett avsnitt, eller välj att frågan inte ska besvaras.")
        base = earlier or Case(f"fraga-{uuid.uuid4().hex[:10]}", question, municipality, self.kind, origin="written")
        return replace(
            base,
            question=question,
            type=self.kind.strip() or "ordinary",
            role=self.role.strip() or None,
            abstain=abstain,
            reason=cast(Reason, self.expects) if abstain else None,
            section_ids=ids,
            gold=(),
            facts=() if abstain else tuple(_lines(self.facts)),
            tags=tuple(t.strip() for t in self.tags.split(",") if t.strip()),
            approved_by=None,
            approved_on=None,
        )


def approved(case: Case, by: str, on: date) -> Case:
    """The question, approved."""
    return replace(case, approved_by=by, approved_on=on)


def section_id(said: str) -> str:
    """A section's id, from the id itself or the address of its place in the document."""
    path = said.partition("/dokument/")[2] or said
    return unquote(path) if "%" in path or urlsplit(said).scheme else path


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
