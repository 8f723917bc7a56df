"""How sure a figure is: Wilson's interval for a share, and McNemar's exact test for two runs over the same questions."""

from __future__ import annotations

import math

_Z = 1.959963984540054
"""The normal distribution's 97.5th percentile: two sides of 95 %."""


def wilson(right: float, n: int) -> tuple[float, float]:
    """The 95 % interval of a share of `n`; 0–1 when there is nothing to go by."""
    if n == 0:
        return 0.0, 1.0
    share, spread = right / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def mcnemar(lost: int, won: int) -> float:
    """How likely it is that chance alone flips the questions at least as unevenly: `lost` right only before, `won` right only after."""
    from scipy.stats import binomtest  # type: ignore[import-untyped]  # takes a second to load

    return float(binomtest(min(lost, won), lost + won, 0.5).pvalue) if lost + won else 1.0
