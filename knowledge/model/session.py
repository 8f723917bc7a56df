"""A graph of the encoder in ONNX Runtime: token ids in, one row a sequence out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it reports to its maker, from the moment that it is loaded
import onnxruntime  # type: ignore[import-untyped]

_BUDGET = 256
"""Tokens in a batch, padding counted. More at a time is slower: what a layer computes no longer stays in the processor's cache."""


class Session:
    """Runs a graph that `knowledge.model.graph.encoder` made. Safe to use from several threads, but not after a fork.

    Args:
        graph: the graph.
        word_rows: token ids → their word embeddings (tokens, width).
        threads: how many compute one batch.
    """

    def __init__(self, graph: bytes, word_rows: Callable[[NDArray[np.int64]], NDArray[np.float32]], *, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Fusing further would turn sums and norms into a node that is slower than both.
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.enable_cpu_mem_arena = False  # it would keep what the largest batch needed
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # threads that wait leave the processor to others
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._session._model_bytes = None  # a copy that is kept in case other processors than the CPU fail
        self._word_rows = word_rows

    def rows(self, sequences: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """The result for each sequence of token ids, in order: (sequences, columns). None is empty or longer than the model takes."""
        found: list[NDArray[np.float32] | None] = [None] * len(sequences)
        for batch in _batches([len(s) for s in sequences]):
            for number, row in zip(batch, self._run([sequences[i] for i in batch]), strict=True):
                found[number] = row
        return np.array(found, np.float32)

    def _run(self, sequences: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = np.array([len(s) for s in sequences])
        mask = np.arange(lengths.max()) < lengths[:, None]
        ids = np.zeros(mask.shape, np.int64)
        ids[mask] = np.concatenate(sequences)
        words = self._word_rows(ids.ravel()).reshape(*ids.shape, -1)
        result: NDArray[np.float32] = self._session.run(["result"], {"words": words, "mask": mask.astype(np.int32)})[0]
        return result


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of the sequences, those of like length together, so that little is padded."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and lengths[number] * (len(batch) + 1) > _BUDGET:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
