"""The mean of trained cross-encoders, which is often better than each of them.

Source: Wortsman et al., Model soups, 2022. The narrow matrices are averaged one by one, not their products: that is near the mean of what
they change where one run went on from another.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np


def write_mean(files: Sequence[Path], to: Path) -> None:
    """Write the mean of trained cross-encoders, in equal parts; what a narrower one does not have counts as 0."""
    trained = [dict(np.load(file)) for file in files]
    mean: dict[str, Any] = {}
    for name in trained[0]:
        total = np.zeros(np.max([t[name].shape for t in trained], axis=0), np.float32)
        for one in trained:
            total[tuple(slice(size) for size in one[name].shape)] += one[name].astype(np.float32)
        mean[name] = (total / len(trained)).astype(np.float16)
    np.savez_compressed(to, **mean)
