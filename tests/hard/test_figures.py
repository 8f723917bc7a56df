"""The table of figures says what the file of figures says."""

from __future__ import annotations

import json

from hard_figures import FIGURES, PAGE, merged, placed


def test_the_pages_table_is_the_kept_figures():
    page = PAGE.read_text("utf-8")
    assert placed(page, json.loads(FIGURES.read_text("utf-8"))) == page


def test_a_part_of_the_run_replaces_its_own_figures_only():
    old, new = {"what": "a", "value": "1", "day": "2026-01-01"}, {"what": "a", "value": "2", "day": "2026-01-02"}
    other = old | {"what": "b"}
    assert merged({"2": [old, other], "10": [old]}, {"2": [new]}) == {"2": [new, other], "10": [old]}
