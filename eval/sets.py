"""The known sets: questions with the documents that they are asked of, each indexed into a home of its own."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from assistant.build import build_embedder
from assistant.settings import Settings
from eval.cases import Case, load
from eval.generate import generate
from eval.gold import folded
from knowledge.ingest import ingest
from knowledge.section import KnowledgeError

Tell = Callable[[str, int, int], None]
"""Told what is being done (Swedish, one word), how many are done and how many there are."""

_HERE = Path(__file__).parent
_SAMPLE = _HERE.parent / "knowledge" / "documents"
FITTING = (("dev", None), ("dev2", None), ("dev3", None), ("dev4", None), ("fit", None), ("lindhamn", "fit"), ("lindhamn", "dev"))
"""The sets and splits that may be looked at, and that what decides whether to answer is fitted on. The cross-encoders learn from none."""
HELD_OUT = (("heldout", None), ("unseen", None), ("unseen2", None), ("lindhamn", "heldout"), ("samtal", "heldout"))
"""The sets and splits that nothing is fitted on, and whose questions nobody looks at one by one."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions and documents. `documents` None: whatever the assistant's own index holds. `sources` has the documents' plain words."""

    name: str
    questions: Path
    documents: Path | None
    sources: Path | None = None

    def cases(self) -> list[Case]:
        """The questions; one that states no split belongs to the split that the set is named for."""
        return load(self.questions, self.name)

    def home(self, settings: Settings) -> Path:
        """The folder that the set's index lies in."""
        return settings.home / "eval" / self.name if self.documents else settings.home

    def words(self) -> str | None:
        """The folded words of all sources, None where the set has none."""
        files = sorted(f for f in self.sources.rglob("*") if f.suffix in (".txt", ".md")) if self.sources and self.sources.is_dir() else []
        return "".join(folded(f.read_text(encoding="utf-8", errors="replace")) for f in files) or None


def known() -> dict[str, QuestionSet]:
    """The sets that come with the project, by name."""
    sets = [QuestionSet(name, _HERE / "questions" / f"{name}.jsonl", _SAMPLE) for name in ("lindhamn", "samtal")]
    for folder in sorted(p.parent for p in (_HERE / "sets").glob("*/questions.jsonl")):
        sets.append(QuestionSet(folder.name, folder / "questions.jsonl", folder / "documents", folder / "sources"))
    return {s.name: s for s in sets if s.questions.is_file()}


def is_held_out(name: str, split: str | None) -> bool:
    """Whether the questions of a set's split, or all its questions, are held out or some of them are."""
    parts = split.split(",") if split else [None]
    return "heldout" in parts or any(name == held and p in (None, part, name) for held, part in HELD_OUT for p in parts)


def named(name: str) -> QuestionSet:
    """A known set.

    Raises:
        KnowledgeError: there is none of that name.
    """
    found = known().get(name)
    if found is None:
        raise KnowledgeError(
            f"Det finns ingen frågesamling som heter ”{name}”.", f"Välj en av {', '.join(known())}, eller ange --questions FIL."
        )
    return found


def own(questions: Path, documents: Path | None, sources: Path | None = None) -> QuestionSet:
    """A set of one's own files, over a folder of documents, or over the assistant's own index when there is none."""
    mark = hashlib.sha256(str(documents.resolve() if documents else questions.resolve()).encode()).hexdigest()[:8]
    return QuestionSet(f"{questions.stem}-{mark}", questions, documents, sources)


def indexed(chosen: QuestionSet, settings: Settings, tell: Tell, *, beside: int = 0) -> Path:
    """The home of the set's index, brought up to date with its documents first.

    With `beside` it is another home, in which so many generated sections of the municipality that most questions are asked from lie too.

    Raises:
        KnowledgeError: a document cannot be read: figures over fewer documents than the questions are about would be wrong.
    """
    home = chosen.home(settings)
    folders = [chosen.documents] if chosen.documents else []
    if beside and chosen.documents:
        home = home.with_name(f"{home.name}-{beside}")
        municipality, _ = Counter(c.municipality for c in chosen.cases() if c.municipality).most_common(1)[0]
        generate(home / "generated", beside, municipality=municipality)
        folders.append(home / "generated")
    for folder in folders:
        report = ingest(folder, home=home, embedder=build_embedder(settings, threads=1), progress=tell)
        for failure in report.failed:
            raise KnowledgeError(f"{failure.file}: {failure.reason}", failure.remedy)
    return home
