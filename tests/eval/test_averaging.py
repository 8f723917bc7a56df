"""The mean of trained cross-encoders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eval.averaging import write_mean


def test_the_mean_has_all_that_the_widest_has(tmp_path: Path) -> None:
    narrow, wide = np.full((1, 3), 2.0, np.float16), np.full((2, 3), 4.0, np.float16)
    np.savez(tmp_path / "a.npz", down=narrow, bias=np.array([1.0], np.float16))
    np.savez(tmp_path / "b.npz", down=wide, bias=np.array([3.0], np.float16))
    write_mean([tmp_path / "a.npz", tmp_path / "b.npz"], tmp_path / "mean.npz")
    mean = np.load(tmp_path / "mean.npz")
    assert mean["down"].tolist() == [[3.0] * 3, [2.0] * 3]
    assert mean["bias"].tolist() == [2.0]
    assert mean["down"].dtype == np.float16
