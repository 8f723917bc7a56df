"""Our scores agree with the outside scorer's on the same answers, right and spoilt. Skipped where that scorer is not at hand."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import EVERY, GIFT, HOW_LONG, NEAR_MISS, POLICY, RULES, WHO, row, write_questions
from test_scores import SOURCES, case_of

from assistant.engine import Engine
from eval.scores import score
from eval.summary import Scored, summarise

OUTSIDE = Path(__file__).parents[3] / "shared" / "accept" / "score.py"
ANSWERING = (
    "import json, sys\nby = json.load(open(sys.argv[1]))\nfor line in sys.stdin: print(json.dumps(by[json.loads(line)['id']]), flush=True)"
)
SAME = {
    "fully_correct": "correct",
    "gold_section_cited": "section_any",
    "first_citation_gold": "section_first",
    "facts_found": "facts",
    "quotes_verbatim": "quote_in_sources",
    "quotes_in_their_section": "quote_in_section",
    "marked_right": "marked",
    "abstention_recall": "abstained",
    "abstention_precision": "abstention_precision",
    "median_words": "words_p50",
    "p90_words": "words_p90",
}


def answered(engine: Engine) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Questions with the engine's answers, then with faults of every kind."""
    pairs = [(r, engine.ask(case_of(r).ask).as_dict()) for r in EVERY]
    right = pairs[0][1]
    first = right["citations"][0]
    silent = right | {"status": "unanswered", "reason": "no_source", "citations": []}
    wrong = first | {"headings": ["Policy", "Uppföljning"]}
    faults: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (WHO, silent),
        (WHO | {"status": "partial", "validity": "current", "notice": "bridge"}, right),
        (WHO, right | {"citations": [wrong, first]}),
        (WHO, right | {"text": "Nej. [1]", "citations": [wrong] * 4 + [first]}),
        (WHO, right | {"citations": [first, first | {"municipality": "Stenvik"}]}),
        (WHO, right | {"citations": [first, first | {"municipality": None, "quote": "Detta står ingenstans."}]}),
        (WHO | {"municipality": None}, right | {"citations": [first, first | {"municipality": "Stenvik"}]}),
        (
            HOW_LONG,
            right
            | {"text": "**Tre**\når [1]", "citations": [first | {"headings": ["7.2 KONTAKTPERSONER:"], "quote": "Förvaltnings-\nchefen"}]},
        ),
        (GIFT, right),
        (NEAR_MISS, right),
        (
            row("x", "Vad gäller i Björkhults kommun?", None, gold=WHO["gold"], facts=[]),
            right | {"citations": [first | {"municipality": "Stenvik"}]},
        ),
    ]
    pairs += copy.deepcopy(faults)
    return [({**r, "id": f"q{n}"}, {**a, "id": f"q{n}"}) for n, (r, a) in enumerate(pairs)]


@pytest.mark.skipif(not OUTSIDE.is_file(), reason="the outside scorer is not beside this checkout")
def test_our_figures_are_the_outside_scorers(engine: Engine, tmp_path: Path) -> None:
    pairs = answered(engine)
    (tmp_path / "answers.json").write_text(json.dumps({a["id"]: a for _, a in pairs}), encoding="utf-8")
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "allt.md").write_text(POLICY + RULES, encoding="utf-8")
    listed = [{"sections": [{"section_id": s.id, "text": s.text} for s in d.sections]} for d in engine.index().documents.values()]
    (tmp_path / "documents.json").write_text(json.dumps(listed), encoding="utf-8")
    questions = write_questions(tmp_path / "q.jsonl", *(r for r, _ in pairs))
    flags = ["--sources", str(sources), "--documents", str(tmp_path / "documents.json"), "--json"]
    command = [sys.executable, str(OUTSIDE), str(questions), *flags, "--", sys.executable, "-c", ANSWERING, str(tmp_path / "answers.json")]
    outside = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)

    ours = summarise([Scored(r["type"], tuple(score(case_of(r), a, engine.index(), SOURCES))) for r, a in pairs])
    for theirs, name in SAME.items():
        assert ours[name].value == pytest.approx(outside[theirs], abs=1e-4), name
    leaks = ours["scope_leak"]
    assert leaks.value is not None
    assert round(leaks.value * leaks.n) == outside["scope_leaks"] == 3
    assert ours["correct"].n == outside["answerable"]
