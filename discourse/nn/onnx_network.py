"""BERT classifiers in ONNX Runtime: loaded from safetensors without torch, read in batches of equal length.

Extra `[onnx]`. The graph is made when the checkpoint is loaded, which takes less than a second for the
bundled ones, so nothing is kept on disk that could be out of date.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from discourse.nn.store import ModelSource
from discourse.nn.threads import side_by_side
from discourse.schema import ModelError, UsageError

BATCH_TOKENS = 1024  # at a time; more gains nothing and needs more memory
BERT = "BertForSequenceClassification"


def installed() -> bool:
    """True where what the extra `[onnx]` brings is there."""
    return find_spec("onnx") is not None and find_spec("onnxruntime") is not None


def refusal(folder: Path) -> str | None:
    """Why a checkpoint cannot be run in ONNX Runtime, None where it can."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"config.json cannot be read ({error})"
    if BERT not in (config.get("architectures") or []):
        return f"it is no {BERT}"
    if config.get("position_embedding_type", "absolute") != "absolute" or config.get("is_decoder"):
        return "its attention is of another kind"
    from discourse.nn.onnx_graph import ACTIVATIONS

    if config.get("hidden_act", "gelu") not in ACTIVATIONS:
        return f"its activation {config['hidden_act']!r} is not known"
    if not (folder / "model.safetensors").is_file():
        return "it has no model.safetensors"
    return None


class OnnxNetwork:
    """A classifier of token ids."""

    def __init__(self, config: dict, tensors: dict[str, np.ndarray], *, int8: bool):
        self.rough = int8  # unless exact logits are asked for
        self._reload: Callable[[], OnnxNetwork] | None = None
        self._exact: OnnxNetwork | None = None
        names = config["id2label"]
        self.labels = [str(names[str(i)]) for i in range(len(names))]
        self.positions = int(config["max_position_embeddings"])
        self.vocabulary = int(config["vocab_size"])
        self.weights = sum(t.size for name, t in tensors.items() if "embedding" not in name)
        self._session = _session(config, tensors, int8)

    @classmethod
    def load(cls, source: ModelSource, *, int8: bool = True) -> OnnxNetwork:
        """The network of a local checkpoint; float32 throughout unless `int8`.

        Raises:
            UsageError: the extra `[onnx]` is not installed.
            ModelError: the checkpoint is damaged, or none that this can run.
        """
        if not installed():
            raise UsageError(
                "--backend onnx needs two packages more: pip install 'discourse-analyzer[onnx]'; "
                "or use --backend torch"
            )
        reason = refusal(source.path) if source.kind != "hub" else "it is not on this machine"
        if reason is not None:
            raise ModelError(
                f"model {source.location!r} cannot be run in ONNX Runtime: {reason}; use --backend torch"
            )
        from safetensors.numpy import load_file

        try:
            config = json.loads((source.path / "config.json").read_text(encoding="utf-8"))
            network = cls(config, load_file(source.path / "model.safetensors"), int8=int8)
            network._reload = lambda: cls.load(source, int8=False)
            return network
        except Exception as error:  # whatever the libraries make of damaged files
            advice = (
                "run `discourse models verify`" if source.kind == "bundled" else "give a whole checkpoint"
            )
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise ModelError(f"model {source.location!r} could not be loaded: {reason}; {advice}") from error

    def logits(
        self, rows: Sequence[tuple[Sequence[int], Sequence[int]]], *, exact: bool = False
    ) -> np.ndarray:
        """Logits of (token ids, token types), shape (rows, labels); what a row gives depends on it alone.

        `exact`: in float32, by a second network that is loaded when it is first asked for.
        """
        if exact and self.rough and self._reload is not None:
            self._exact = self._exact or self._reload()
            return self._exact.logits(rows)
        out = np.zeros((len(rows), len(self.labels)), np.float32)
        batches = list(batches_of_one_length([len(ids) for ids, _ in rows], BATCH_TOKENS))

        def read(batch: list[int]) -> np.ndarray:
            ids, kinds = (np.array([rows[i][part] for i in batch], np.int32) for part in (0, 1))
            return self._session.run(None, {"input_ids": ids, "token_type_ids": kinds})[0]

        for batch, logits in zip(batches, side_by_side(read, batches), strict=True):
            out[batch] = logits
        return out


def _session(config: dict, tensors: dict[str, np.ndarray], int8: bool):
    """The graph in ONNX Runtime, to be run by one thread at a time or several."""
    import onnxruntime

    from discourse.nn.onnx_graph import bert_graph

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # Above the basic level LayerNormalization is fused into an operator that takes six times as long.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_mem_pattern = False  # kept for every shape, and there are many
    options.log_severity_level = 3
    graph = bert_graph(config, tensors, int8=int8).SerializeToString()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def batches_of_one_length(lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    """Groups of indices of equal lengths, longest first, each of at most `max_tokens` tokens, or of one index."""
    groups: dict[int, list[int]] = {}
    for index, length in enumerate(lengths):
        groups.setdefault(length, []).append(index)
    batches = []
    for length in sorted(groups, reverse=True):
        group, size = groups[length], max(1, max_tokens // max(length, 1))
        batches += [group[at : at + size] for at in range(0, len(group), size)]
    return batches
