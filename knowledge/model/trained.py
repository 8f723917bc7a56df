"""What training changed in the embedder's weights: for each matrix a product of two narrow ones (LoRA), for a norm another one.

Source: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.model.graph import Tensors
from knowledge.section import KnowledgeError


def read_trained(path: Path, what: str) -> dict[str, NDArray[np.float32]]:
    """What training gave. Each array has a check sum in the file, so one that was changed is not read.

    Raises:
        KnowledgeError: the file is missing or damaged; `what` says in Swedish which model it is.
    """
    try:
        with path.open("rb") as held, np.load(held) as file:
            return {name: file[name].astype(np.float32) for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise damaged(what) from error


def damaged(what: str) -> KnowledgeError:
    """What is told where a file of trained weights cannot be used."""
    return KnowledgeError(f"{what} är skadad eller saknas.", "Installera programmet på nytt.")


class Changed(Tensors):
    """Tensors as training left them: a norm replaced, a matrix with the product of its two narrow ones added."""

    def __init__(self, tensors: Tensors, trained: Tensors) -> None:
        self._tensors, self._trained = tensors, trained

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        if name in self._trained:
            return self._trained[name]
        narrow = name.removesuffix(".w")
        change = self._trained.get(f"{narrow}.up"), self._trained.get(f"{narrow}.down")
        tensor = self._tensors[name]
        return tensor if change[0] is None or change[1] is None else tensor + change[0] @ change[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)
