"""Torch networks: 16-bit arithmetic where it was asked for, float32 otherwise; what goes to a GPU goes there whole."""

import numpy as np
import pytest
import torch

from discourse.nn.sequence import GPU_BATCH, HALVES, SequenceModel
from discourse.nn.store import resolve

TEXTS = ["you are an idiot", "thank you, that was kind", "w" * 900, "", "who pays for it? " * 60]
on_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


@pytest.fixture(scope="module")
def exact():
    return SequenceModel.load(resolve(None, "toxicity")).logits(TEXTS)


@pytest.mark.parametrize("backend", HALVES)
def test_sixteen_bits_are_near_and_exact_logits_can_be_had(exact, backend):
    half = SequenceModel.load(resolve(None, "toxicity"), backend=backend)
    wanted, owners = exact
    rough, same = half.logits(TEXTS)
    assert half.quantized and owners.tolist() == same.tolist() and rough.dtype == np.float32
    off = np.abs(rough - wanted).max()
    assert 1e-6 < off < (0.05 if backend == "torch-fp16" else 0.4)
    np.testing.assert_array_equal(half.logits(TEXTS, exact=True)[0], wanted)


def test_float32_is_the_default_and_does_not_hang_on_the_order(exact):
    model = SequenceModel.load(resolve(None, "toxicity"))
    assert not model.quantized
    turned, owners = model.logits(TEXTS[::-1])
    for i in range(len(TEXTS)):
        own = turned[owners == len(TEXTS) - 1 - i]
        np.testing.assert_allclose(own, exact[0][exact[1] == i], atol=1e-5)


def test_no_inputs_give_no_logits():
    model = SequenceModel.load(resolve(None, "toxicity"), backend="torch-bf16")
    assert model.logits([])[0].shape == (0, 6)


def test_batches_for_a_gpu_are_pinned_and_large(exact, monkeypatch):
    """The GPU's way of sending batches, on the processor: pinned, not waited for, and all inputs at once."""
    model = SequenceModel.load(resolve(None, "toxicity"))
    pinned, sizes = [], []
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda self: pinned.append(self) or self)
    to = torch.Tensor.to
    monkeypatch.setattr(
        torch.Tensor,
        "to",
        lambda self, *a, non_blocking=False, **k: self if non_blocking else to(self, *a, **k),
    )
    forward = model.model.forward
    monkeypatch.setattr(
        model.model, "forward", lambda **inputs: sizes.append(len(inputs["input_ids"])) or forward(**inputs)
    )

    class Cuda:
        type = "cuda"

    monkeypatch.setattr(model.network, "_device", Cuda())
    texts = [f"comment number {i}" for i in range(300)]
    model.logits(texts)
    assert sizes == [300] and len(pinned) == 3
    assert GPU_BATCH[1] >= 300


@on_gpu
@pytest.mark.parametrize("backend", ["torch", *HALVES])
def test_a_gpu_gives_what_the_processor_gives(exact, backend):
    model = SequenceModel.load(resolve(None, "toxicity"), device="cuda", backend=backend)
    np.testing.assert_allclose(model.logits(TEXTS, exact=True)[0], exact[0], atol=1e-4)
    assert np.abs(model.logits(TEXTS)[0] - exact[0]).max() < {"torch": 1e-4, "torch-fp16": 0.05}.get(
        backend, 0.4
    )
