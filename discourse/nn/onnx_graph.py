"""A BERT classifier as an ONNX graph, made from its weights; linear layers in int8 where asked for.

The graph reads texts of equal length, so it needs no padding and no mask. Quantisation is dynamic and
by row: each token's vector is brought to 8 bits by its own largest value (as ZeroQuant does, Yao et al.
2022), each column of a weight matrix by its own. Integer sums are exact, so a text's result does not
depend on what is read beside it. Weights use the range -127..127 where the processor adds products in 32
bits, else -64..64: x86 processors without VNNI add two in 16 bits, which larger weights overflow.

Key biases are left out: they add the same to all scores of a softmax. The last layer is worked out for
the first token only, since nothing else of it is read.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MICROSOFT = "com.microsoft"  # operators of ONNX Runtime itself
OPSETS = {"": 21, MICROSOFT: 1}
IR_VERSION = 10
WIDE, NARROW = 127, 64  # the largest weight as an integer
INPUT_MOST = 255
MIDDLE = 128  # the integer that stands for 0 in rows of either sign
LOW, LEAST = 16, 0.17  # the same in rows that GELU made, which are never below -0.17
SMALLEST = 1e-9  # of a row's scale, so that a row of zeros divides by something
SQRT_HALF = 0.7071067811865476
ACTIVATIONS = ("gelu", "gelu_new", "gelu_pytorch_tanh", "relu")


@lru_cache(maxsize=1)
def weight_limit() -> int:
    """The largest integer that a weight may be on this processor."""
    if platform.machine().lower() not in ("x86_64", "amd64", "i386", "i686"):
        return WIDE
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return NARROW  # nobody says
    return WIDE if re.search(r"^flags\b.*\bavx(512)?_vnni\b", flags, re.MULTILINE) else NARROW


def quantize(weight: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """A weight matrix of shape (in, out) as int8 of at most `limit`, and its scales of shape (out,)."""
    scales = np.maximum(np.abs(weight).max(0), SMALLEST) / limit
    return np.rint(weight / scales).astype(np.int8), scales.astype(np.float32)


class _Graph:
    """Nodes and constants in the making."""

    def __init__(self):
        self.nodes: list = []
        self.constants: list = []
        self._small: dict[tuple, str] = {}

    def constant(self, value, dtype=np.float32) -> str:
        """The name of a constant; small ones are kept once."""
        array = np.ascontiguousarray(value, dtype)
        key = (array.dtype.str, np.shape(value), array.tobytes()) if array.size < 8 else None
        if key in self._small:
            return self._small[key]
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array.reshape(np.shape(value)), name))
        if key is not None:
            self._small[key] = name
        return name

    def op(self, kind: str, *inputs: str, outputs: int = 1, domain: str = "", **attributes):
        """The name of what an operator gives, or their names where it gives several."""
        names = [f"v{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names


class _Bert(_Graph):
    def __init__(self, config: Mapping, tensors: Mapping[str, np.ndarray], int8: bool):
        super().__init__()
        self.config, self.tensors, self.int8 = config, tensors, int8
        self.width, self.heads = int(config["hidden_size"]), int(config["num_attention_heads"])
        self.epsilon = float(config.get("layer_norm_eps", 1e-12))

    def get(self, name: str) -> np.ndarray:
        return self.tensors[name].astype(np.float32)

    def linear(self, name: str, rows, *, factor: float = 1.0, bias: bool = True) -> str:
        """`factor * (x W + b)` of flat rows, shape (rows, out); `rows` is what `self.rows` gave."""
        weight = self.get(f"{name}.weight").T * factor
        if self.int8:
            quantized, scales, zero = rows
            integers, columns = quantize(weight, weight_limit())
            out = self.op(
                "MatMulIntegerToFloat",
                quantized,
                self.constant(integers, np.int8),
                self.constant(1.0),
                self.constant(columns),
                self.constant(zero, np.uint8),
                domain=MICROSOFT,
            )
            out = self.op("Mul", out, scales)
        else:
            out = self.op("MatMul", rows, self.constant(weight))
        return self.op("Add", out, self.constant(self.get(f"{name}.bias") * factor)) if bias else out

    def rows(self, flat: str, zero: int = MIDDLE):
        """Flat rows as linear layers read them: in int8 the quantised rows, their scales, and what 0 is there."""
        if not self.int8:
            return flat
        axis = self.constant([1], np.int64)
        most = self.op("ReduceMax", flat, axis, keepdims=0)
        if zero == MIDDLE:
            most = self.op("Max", most, self.op("Neg", self.op("ReduceMin", flat, axis, keepdims=0)))
            least = SMALLEST
        else:
            least = LEAST / zero
        scales = self.op("Mul", most, self.constant(1 / (INPUT_MOST - zero)))
        scales = self.op("Max", scales, self.constant(least))
        zeros = self.op("Expand", self.constant([zero], np.uint8), self.op("Shape", scales))
        quantized = self.op("QuantizeLinear", flat, scales, zeros, axis=0)
        return quantized, self.op("Unsqueeze", scales, axis), zero

    def norm(self, name: str, x: str) -> str:
        gain, bias = (self.constant(self.get(f"{name}.{part}")) for part in ("weight", "bias"))
        return self.op("LayerNormalization", x, gain, bias, axis=-1, epsilon=self.epsilon)

    def embeddings(self) -> str:
        """Shape (texts, tokens, width)."""
        prefix = "bert.embeddings."
        words = self.op("Gather", self.constant(self.get(prefix + "word_embeddings.weight")), "input_ids")
        kinds = self.op(
            "Gather", self.constant(self.get(prefix + "token_type_embeddings.weight")), "token_type_ids"
        )
        length = self.op("Shape", "input_ids", start=1, end=2)
        places = self.op(
            "Slice",
            self.constant(self.get(prefix + "position_embeddings.weight")),
            self.constant([0], np.int64),
            length,
            self.constant([0], np.int64),
        )
        summed = self.op("Add", self.op("Add", words, kinds), places)
        return self.norm(prefix + "LayerNorm", summed)

    def split_heads(self, flat: str, lead: str, order: list[int]) -> str:
        size = self.width // self.heads
        tail = self.constant([-1, self.heads, size], np.int64)
        shaped = self.op("Reshape", flat, self.op("Concat", lead, tail, axis=0))
        return self.op("Transpose", shaped, perm=order)

    def attention(self, prefix: str, rows, first, texts: str) -> str:
        """Flat rows of shape (texts * queries, width): of all tokens, or of those in `first`."""
        size = self.width // self.heads
        query = self.linear(f"{prefix}self.query", first, factor=size**-0.5)
        key = self.linear(f"{prefix}self.key", rows, bias=False)
        value = self.linear(f"{prefix}self.value", rows)
        query = self.split_heads(query, texts, [0, 2, 1, 3])
        key = self.split_heads(key, texts, [0, 2, 3, 1])
        value = self.split_heads(value, texts, [0, 2, 1, 3])
        weights = self.op("Softmax", self.op("MatMul", query, key), axis=-1)
        mixed = self.op("Transpose", self.op("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self.op("Reshape", mixed, self.constant([-1, self.width], np.int64))

    def activation(self, x: str) -> str:
        kind = self.config.get("hidden_act", "gelu")
        if kind == "relu":
            return self.op("Relu", x)
        return self.op("Gelu", x, approximate="none" if kind == "gelu" else "tanh")

    def build(self) -> onnx.ModelProto:
        hidden = self.embeddings()
        texts = self.op("Shape", "input_ids", start=0, end=1)
        flat_shape = self.constant([-1, self.width], np.int64)
        flat = self.op("Reshape", hidden, flat_shape)
        depth = int(self.config["num_hidden_layers"])
        for layer in range(depth):
            prefix = f"bert.encoder.layer.{layer}."
            rows = first = self.rows(flat)
            if layer == depth - 1:
                shaped = self.op(
                    "Reshape",
                    flat,
                    self.op("Concat", texts, self.constant([-1, self.width], np.int64), axis=0),
                )
                flat = self.op("Gather", shaped, self.constant(0, np.int64), axis=1)
                first = self.rows(flat)
            mixed = self.attention(f"{prefix}attention.", rows, first, texts)
            mixed = self.linear(f"{prefix}attention.output.dense", self.rows(mixed))
            flat = self.norm(f"{prefix}attention.output.LayerNorm", self.op("Add", mixed, flat))
            inner = self.activation(self.linear(f"{prefix}intermediate.dense", self.rows(flat)))
            outer = self.linear(f"{prefix}output.dense", self.rows(inner, LOW))
            flat = self.norm(f"{prefix}output.LayerNorm", self.op("Add", outer, flat))
        pooled = self.op("Tanh", self.dense("bert.pooler.dense", flat))
        self.nodes.append(helper.make_node("Identity", [self.dense("classifier", pooled)], ["logits"]))
        graph = helper.make_graph(
            self.nodes,
            "bert",
            [
                helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"])
                for name in ("input_ids", "token_type_ids")
            ],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", "labels"])],
            self.constants,
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in OPSETS.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)

    def dense(self, name: str, x: str) -> str:
        """A linear layer in float32."""
        weight = self.constant(self.get(f"{name}.weight").T)
        return self.op("Add", self.op("MatMul", x, weight), self.constant(self.get(f"{name}.bias")))


def bert_graph(config: Mapping, tensors: Mapping[str, np.ndarray], *, int8: bool) -> onnx.ModelProto:
    """The graph of a `BertForSequenceClassification` checkpoint.

    Inputs are `input_ids` and `token_type_ids`, int32 of shape (texts, tokens), without padding; the
    output is `logits`, float32 of shape (texts, labels).

    Raises:
        KeyError: the checkpoint lacks a tensor or a number in its configuration.
    """
    return _Bert(config, tensors, int8).build()
