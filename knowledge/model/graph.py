"""The encoder as an ONNX graph: multilingual-e5-small is a BERT encoder, and so is any other model made from its weights.

The graph takes `words`, the word embeddings of padded texts (texts, tokens, width), and `mask`, 1 where a token is and 0 where padding is
(texts, tokens); so the table of words, four fifths of the model, stays outside. It gives `result`: (texts, width), the mean of the last
states of a text's tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from knowledge.model.weights import Measures

Precision = Literal["int8", "int8 rows", "float32"]
"""Of the matrices. int8: weights and states in blocks with a scale each, nearest to float32. int8 rows: one scale for each output and each
token, a third faster (measured on two cores with AVX-512 VNNI), 0.9994 of the exact vectors' direction instead of 0.9998."""
Tensors = Mapping[str, NDArray[np.float32]]

_BLOCK = 128
"""Weights, and as many numbers of a state, that share a scale in int8. Texts in a batch share none."""

_TINY = np.finfo(np.float32).tiny
_RUNTIME = "com.microsoft"
_OPSETS = (helper.make_opsetid("", 21), helper.make_opsetid(_RUNTIME, 1))
_IR_VERSION = 10


def encoder(tensors: Tensors, measures: Measures, *, precision: Precision = "int8") -> bytes:
    """The graph as ONNX Runtime loads it.

    Args:
        tensors: under the names of the file of weights, but for "emb.word"; matrices are (outputs, inputs).
            A fine-tuned model gives its own matrices under the same names.
        precision: of the matrices.

    Raises:
        KeyError: a tensor is missing.
    """
    graph = _Graph(tensors, measures, precision)
    states = graph.norm(graph.embedded(), "emb.ln")
    for number in range(measures.layers):
        states = graph.layer(states, f"l{number}.")
    return graph.giving(graph.mean(states))


class _Graph:
    """The nodes and constants so far. A method adds what it is named for and gives the name of what comes out."""

    def __init__(self, tensors: Tensors, measures: Measures, precision: Precision) -> None:
        self._tensors = tensors
        self._measures = measures
        self._precision = precision
        words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["texts", "tokens", measures.width])
        mask = helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "tokens"])
        result = helper.make_tensor_value_info("result", TensorProto.FLOAT, ["texts", None])
        empty = helper.make_graph([], "encoder", [words, mask], [result])
        self._model = helper.make_model(empty, opset_imports=_OPSETS, ir_version=_IR_VERSION)
        self._graph = self._model.graph
        self._known: set[str] = set()

    def embedded(self) -> str:
        """Words and their places; all tokens are of the first type."""
        places = self._constant("places", self._tensors["emb.pos"] + self._tensors["emb.type"][0])
        count = self._node("Shape", "words", start=1, end=2)
        return self._node("Add", "words", self._node("Slice", places, self._integers(0), count))

    def norm(self, states: str, name: str) -> str:
        scale, shift = (self._constant(f"{name}.{part}", self._tensors[f"{name}.{part}"]) for part in "wb")
        return self._node("LayerNormalization", states, scale, shift, epsilon=self._measures.epsilon)

    def layer(self, states: str, name: str) -> str:
        parts = self._linear(states, *(f"{name}{part}" for part in "qkv"))
        query, key, value = self._nodes_of("Split", 3, parts, axis=-1, num_outputs=3)
        seen = self._node("MultiHeadAttention", query, key, value, "", "mask", domain=_RUNTIME, num_heads=self._measures.heads)
        states = self.norm(self._node("Add", states, self._linear(seen, f"{name}ao")), f"{name}aln")
        inner = self._node("Gelu", self._linear(states, f"{name}fi"))
        return self.norm(self._node("Add", states, self._linear(inner, f"{name}fo")), f"{name}oln")

    def mean(self, states: str) -> str:
        weights = self._node("Unsqueeze", self._node("Cast", "mask", to=TensorProto.FLOAT), self._integers(-1))
        total, count = (self._node("ReduceSum", x, self._integers(1), keepdims=0) for x in (self._node("Mul", states, weights), weights))
        return self._node("Div", total, count)

    def giving(self, result: str) -> bytes:
        self._graph.node.append(helper.make_node("Identity", [result], ["result"]))
        content: bytes = self._model.SerializeToString()
        return content

    def _linear(self, states: str, *names: str) -> str:
        """States times the transposed matrices, one beside the other, and their biases added."""
        matrix = np.concatenate([self._tensors[f"{n}.w"] for n in names])
        bias = self._constant(f"{names[0]}.b", np.concatenate([self._tensors[f"{n}.b"] for n in names]))
        if self._precision == "float32":
            return self._node("Add", self._node("MatMul", states, self._constant(f"{names[0]}.w", matrix.T)), bias)
        if self._precision == "int8 rows":
            return self._node("Add", self._by_rows(states, matrix, names[0]), bias)
        outputs, inputs = matrix.shape
        values, scales = _blocks(matrix)
        constants = (self._constant(f"{names[0]}.w", values), self._constant(f"{names[0]}.scale", scales))
        form = {"K": inputs, "N": outputs, "bits": 8, "block_size": _BLOCK, "accuracy_level": 4}  # 4: states in int8 blocks as well
        return self._node("MatMulNBits", states, *constants, "", "", bias, domain=_RUNTIME, **form)

    def _by_rows(self, states: str, matrix: NDArray[np.float32], name: str) -> str:
        scales = _scales(matrix)
        values = self._constant(f"{name}.w", np.rint(matrix / scales).astype(np.int8).T)
        least, unit = self._constant("least", np.array([_TINY])), self._constant("unit", np.array(1 / 127, np.float32))
        zero = self._constant("zero", np.array(128, np.uint8))
        largest = self._node("Max", self._node("ReduceMax", self._node("Abs", states), self._integers(-1)), least)
        rounded = self._node("QuantizeLinear", self._node("Div", states, largest), unit, zero)
        outputs = self._constant(f"{name}.scale", scales[:, 0])
        product = self._node("MatMulIntegerToFloat", rounded, values, unit, outputs, zero, domain=_RUNTIME)
        return self._node("Mul", product, largest)

    def _node(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        return self._nodes_of(kind, 1, *inputs, domain=domain, **attributes)[0]

    def _nodes_of(self, kind: str, count: int, *inputs: str, domain: str = "", **attributes: Any) -> list[str]:
        names = [f"{kind}-{len(self._graph.node)}-{i}" for i in range(count)]
        self._graph.node.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        if name not in self._known:
            self._known.add(name)
            self._graph.initializer.append(numpy_helper.from_array(np.array(values, order="C"), name))
        return name

    def _integers(self, value: int) -> str:
        return self._constant(f"integer {value}", np.array([value], np.int64))


def _blocks(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A matrix (outputs, inputs) in blocks: (outputs, blocks, block) of bytes, 128 for 0, and (outputs, blocks) of scales."""
    blocks = matrix.reshape(len(matrix), -1, _BLOCK)
    scales = _scales(blocks)
    return (np.rint(blocks / scales) + 128).astype(np.uint8), scales[..., 0]


def _scales(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """What one step of 127 is worth for each last row of an array: (…, 1)."""
    scales: NDArray[np.float32] = np.maximum(np.abs(values).max(axis=-1, keepdims=True), _TINY) / 127
    return scales
