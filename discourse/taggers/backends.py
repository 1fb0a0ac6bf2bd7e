"""What runs the models: torch, or ONNX Runtime where that is installed and known to give the same labels.

Torch computes in float32, or with `torch-fp16` and `torch-bf16` in 16 bits, for GPUs: decisions that are close
are made in float32 there too.

`scripts/compare_backends.py` measures on validation comments how often the labels of the two agree and
what that costs in quality, and writes it beside the weights (`onnx.json`), with the weights' hash.
"""

from __future__ import annotations

from collections.abc import Mapping

from discourse.nn.onnx_network import installed
from discourse.nn.sequence import HALVES
from discourse.nn.store import ModelSource, resolve, sha256
from discourse.schema import ModelError, UsageError

BACKENDS = ("torch", "onnx", *HALVES)
LEAST_AGREEMENT = 0.995  # of labels, for ONNX Runtime to be taken without being asked for
MOST_LOST = 0.002  # of any area under the ROC curve
EVIDENCE = "onnx.json"
TAGGERS = ("stance", "toxicity", "profanity")


def choose_backend(
    asked: str | None, models: Mapping[str, str | None] | None = None, device: str = "cpu"
) -> str:
    """The backend asked for, or the faster one that is known to give the same labels.

    Raises:
        UsageError: there is no such backend, it is not installed, or does not run on that device.
    """
    if asked not in (None, *BACKENDS):
        raise UsageError(f"no backend called {asked!r}: give {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}")
    if asked == "onnx" and device != "cpu":
        raise UsageError(f"--backend onnx runs on the CPU, not on --device {device}; use --backend torch")
    if asked in HALVES and device == "cpu":
        raise UsageError(f"--backend {asked} is for GPUs: give --device cuda too, or leave --backend out")
    if asked == "onnx" and not installed():
        raise UsageError(
            "--backend onnx needs the extra [onnx]: pip install 'discourse-analyzer[onnx]'; "
            "or use --backend torch"
        )
    if asked is not None:
        return asked
    usable = device == "cpu" and installed()
    return "onnx" if usable and all(_proven((models or {}).get(name), name) for name in TAGGERS) else "torch"


def begun_with(backend: str, folder: str, device: str = "cpu") -> str:
    """The backend that the run in `folder` began with, to go on with.

    Raises:
        UsageError: it is not installed, or does not run on that device.
    """
    if backend == "onnx" and device != "cpu":
        raise UsageError(
            f"{folder}: the run began with ONNX Runtime, which does not run on --device {device}: "
            "go on without --device, or start over with --fresh"
        )
    if backend in HALVES and device == "cpu":
        raise UsageError(
            f"{folder}: the run began in 16 bits ({backend}), which are for GPUs: "
            "go on with --device cuda, or start over with --fresh"
        )
    if backend == "onnx" and not installed():
        raise UsageError(
            f"{folder}: the run began with ONNX Runtime, which is not installed here: "
            "pip install 'discourse-analyzer[onnx]', or start over with --fresh"
        )
    return choose_backend(backend, device=device)


def run_by(backend: str) -> dict[str, object]:
    """The backend and what of it decides the scores: in ONNX Runtime also this processor's `weight_limit`."""
    if backend != "onnx":
        return {"backend": backend}
    from discourse.nn.onnx_graph import weight_limit

    return {"backend": backend, "weight_limit": weight_limit()}


def _proven(spec: str | None, name: str) -> bool:
    try:
        source = resolve(spec, name)
        return source.kind != "hub" and proven(source)
    except (ModelError, OSError):
        return False  # whoever loads it says what is wrong


def proven(source: ModelSource) -> bool:
    """True where these very weights were measured to give the same labels in ONNX Runtime, quantised as here.

    Raises:
        ModelError: the evidence is damaged.
        OSError: the weights cannot be read.
    """
    evidence = source.side_file(EVIDENCE)
    if evidence is None:
        return False
    try:
        agrees = float(evidence["agreement"]) >= LEAST_AGREEMENT and float(evidence["auc_lost"]) <= MOST_LOST
        from discourse.nn.onnx_graph import weight_limit

        agrees = agrees and evidence["weight_limit"] == weight_limit()
        return agrees and evidence["sha256"] == sha256(source.path / "model.safetensors")
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{source.location}/{EVIDENCE}: damaged ({error!r})") from error
