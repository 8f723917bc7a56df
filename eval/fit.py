"""Fits the model that decides whether to answer, on the fitting sets alone, and measures it on those that were held out.

A sample is a question that is one part and is not about a document's own facts; its features come from the engine's own answer.
The folds keep a municipality's questions together, so that out of fold means documents that the fit never saw.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import log_loss  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold, cross_val_predict  # type: ignore[import-untyped]

from assistant import evidence
from assistant.build import build_embedder, build_reader
from assistant.engine import Engine
from assistant.evidence import Model
from assistant.question import understand
from assistant.settings import Settings
from eval.cases import Case, of_split
from eval.report import table
from eval.running import ask_all
from eval.sets import FITTING, HELD_OUT, QuestionSet, Tell, indexed, known
from eval.summary import TITLES, Figure, Scored, summarise
from knowledge.cross_encoder import CrossEncoder
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader

_STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_FOLDS = 10
_MODEL = Path(evidence.__file__).with_name("evidence.json")
_CURVE = Path(__file__).with_name("evidence-curve.csv")
_SHOWN = ("correct", "abstained", "abstained_on_topic", "abstained_off_topic", "abstention_precision")


@dataclass(frozen=True, slots=True)
class Sample:
    """A question's features, whether the documents settle it, and the municipality whose documents they are."""

    features: dict[str, float]
    settled: bool
    group: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with the regularisation that was chosen and what it gives each sample out of fold."""

    model: Model
    strength: float
    settled: NDArray[np.bool_]
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Point:
    """What answering from a threshold upwards gives. `coverage`: the share answered; `accuracy`: the share of those that are settled."""

    threshold: float
    coverage: float
    accuracy: float
    abstention_recall: float
    abstention_precision: float


def fit_and_measure(settings: Settings, tell: Tell, *, write: bool) -> str:
    """Fit, measure on what was held out beside the model in use, and say it all in Swedish; `write` keeps model and curve.

    Raises:
        KnowledgeError: a set cannot be used.
    """
    reader = build_reader()
    gathered = [
        s for chosen, split in _present(FITTING) for s in samples(*_asked(chosen, split, evidence.model(), settings, tell, reader), tell)
    ]
    fitted = fit(gathered)
    if write:
        values = asdict(fitted.model)
        _MODEL.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        write_curve(_CURVE, fitted)
    held = [
        (f"{chosen.name}{f' ({split})' if split else ''}", *_held_out(chosen, split, fitted.model, settings, tell))
        for chosen, split in _present(HELD_OUT)
    ]
    return "\n".join([*_fit_text(fitted), *(line for name, before, after in held for line in _held_text(name, before, after))])


def samples(engine: Engine, cases: Sequence[Case], tell: Tell = lambda doing, done, total: None) -> list[Sample]:
    """The questions that the model decides about, with the features that the engine decided on."""
    out = []
    for number, case in enumerate(cases, start=1):
        parts = understand(case.question, case.history, engine.index().names).parts
        if len(parts) == 1 and not parts[0].facts:
            found = engine.ask(replace(case.ask, quotes_only=True)).trace.get("features", [])
            if len(found) == 1 and "coverage" in found[0]:
                out.append(Sample(found[0], not case.abstain, case.municipality or ""))
        tell("Frågar", number, len(cases))
    return out


def fit(gathered: Sequence[Sample]) -> Fitted:
    """A logistic model of the samples, each counting the same.

    The regularisation is the strongest whose loss out of fold lies within one standard error of the least (the one-standard-error rule of
    Breiman et al., Classification and Regression Trees, 1984); the threshold is chosen out of fold too.
    """
    vectorizer = DictVectorizer(sparse=False)
    x = vectorizer.fit_transform([s.features for s in gathered])
    y = np.array([s.settled for s in gathered])
    groups = [s.group for s in gathered]
    folds = GroupKFold(n_splits=min(_FOLDS, len(set(groups))))

    def out_of_fold(strength: float) -> NDArray[np.float64]:
        predicted = cross_val_predict(LogisticRegression(C=strength, max_iter=5_000), x, y, groups=groups, cv=folds, method="predict_proba")
        return np.asarray(predicted[:, 1])

    predicted = {strength: out_of_fold(strength) for strength in _STRENGTHS}
    losses = {strength: -np.log(np.where(y, p, 1 - p)) for strength, p in predicted.items()}
    least = min(losses.values(), key=np.mean)
    strength = next(s for s in _STRENGTHS if np.mean(losses[s]) <= np.mean(least) + np.std(least) / np.sqrt(len(y)))
    chosen = LogisticRegression(C=strength, max_iter=5_000).fit(x, y)
    weights = {name: round(float(w), 4) for name, w in zip(vectorizer.get_feature_names_out(), chosen.coef_[0], strict=True)}
    threshold = best_threshold(y, predicted[strength])
    return Fitted(Model(weights, round(float(chosen.intercept_[0]), 4), round(threshold, 3)), strength, y, predicted[strength])


def best_threshold(settled: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> float:
    """The threshold that makes the lower of two shares of right decisions, of settled questions and of unsettled, as high as it can be; of
    equals the one that is silent most often."""
    middles = np.unique(np.round(np.concatenate([probabilities, [0.0, 0.5]]), 3)) + 0.0005

    def worth(threshold: float) -> tuple[float, int]:
        right = (probabilities >= threshold) == settled
        return min(float(np.mean(right[kind])) for kind in (settled, ~settled) if kind.any()), int(np.sum(probabilities < threshold))

    return float(max(middles, key=worth))


def point(settled: NDArray[np.bool_], probabilities: NDArray[np.float64], threshold: float) -> Point:
    """What one threshold gives; a share of nothing is 0 for the abstention, 1 for the accuracy of no answers."""
    answered = probabilities >= threshold
    silent_right = int(np.sum(~answered & ~settled))
    return Point(
        threshold,
        float(np.mean(answered)),
        float(np.mean(settled[answered])) if answered.any() else 1.0,
        silent_right / max(int(np.sum(~settled)), 1),
        silent_right / max(int(np.sum(~answered)), 1),
    )


def write_curve(path: Path, fitted: Fitted) -> None:
    """Accuracy against coverage, out of fold, for thresholds from 0 to 1 in hundredths, as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(Point.__slots__)
        for hundredth in range(101):
            values = asdict(point(fitted.settled, fitted.probabilities, hundredth / 100)).values()
            writer.writerow(f"{v:.4f}" for v in values)


def _present(wanted: Iterable[tuple[str, str | None]]) -> list[tuple[QuestionSet, str | None]]:
    return [(known()[name], split) for name, split in wanted if name in known()]


def _asked(
    chosen: QuestionSet, split: str | None, model: Model, settings: Settings, tell: Tell, reader: CrossEncoder
) -> tuple[Engine, list[Case]]:
    """The engine over a set's documents, reading with a cross-encoder and deciding by a model, and the set's questions."""
    home, embedder = indexed(chosen, settings, tell), build_embedder(settings, threads=1)
    engine = Engine(IndexReader(home, embedder.name), embedder, reader, read_glossary(), model, as_of=settings.as_of)
    return engine, of_split(chosen.cases(), split)


def _held_out(
    chosen: QuestionSet, split: str | None, model: Model, settings: Settings, tell: Tell
) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """The figures of a set with the model in use, and with another."""
    reader = build_reader()

    def figures(deciding: Model) -> dict[str, Figure]:
        engine, cases = _asked(chosen, split, deciding, settings, tell, reader)
        return summarise([Scored(r.type, r.scores) for r in ask_all(engine, cases, None, tell)])

    return figures(evidence.model()), figures(model)


def _fit_text(fitted: Fitted) -> list[str]:
    at = point(fitted.settled, fitted.probabilities, fitted.model.threshold)
    right = float(np.mean((fitted.probabilities >= fitted.model.threshold) == fitted.settled))
    curve = [point(fitted.settled, fitted.probabilities, t / 20) for t in range(1, 20, 2)]
    return [
        f"# Modellen: {len(fitted.settled)} frågor, varav {int(fitted.settled.sum())} har svar; C = {fitted.strength}",
        "",
        *table(
            ("egenskap", "vikt"),
            [
                *((n, f"{w:+.3f}") for n, w in sorted(fitted.model.weights.items(), key=lambda i: -abs(i[1]))),
                ("(konstant)", f"{fitted.model.intercept:+.3f}"),
            ],
        ),
        "",
        f"Tröskel {fitted.model.threshold}. På kommuner som inte var med i anpassningen: rätt beslut {right:.3f}, "
        f"logaritmisk förlust {log_loss(fitted.settled, fitted.probabilities):.3f}, "
        f"tystnadens recall {at.abstention_recall:.3f} och precision {at.abstention_precision:.3f}.",
        "",
        *table(
            ("tröskel", "andel besvarade", "varav har svar", "tystnad recall", "tystnad precision"),
            [[f"{v:.2f}" if n == 0 else f"{v:.3f}" for n, v in enumerate(asdict(p).values())] for p in curve],
        ),
    ]


def _held_text(name: str, before: dict[str, Figure], after: dict[str, Figure]) -> list[str]:
    rows = [(TITLES[key], _cell(before[key]), _cell(after[key]), str(after[key].n)) for key in _SHOWN]
    return ["", f"## Undanhållet: {name}", "", *table(("mått", "modellen i bruk", "nya modellen", "n"), rows)]


def _cell(figure: Figure) -> str:
    return "–" if figure.value is None else f"{figure.value:.3f} ({figure.low:.2f}–{figure.high:.2f})"
