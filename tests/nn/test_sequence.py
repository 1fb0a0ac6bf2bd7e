"""Torch networks: 16-bit arithmetic where it was asked for, float32 otherwise; what goes to a GPU goes there whole."""

import numpy as np
import pytest
import torch

from discourse.nn.sequence import HALVES, SequenceModel
from discourse.nn.store import resolve
from discourse.taggers.base import Reading
from discourse.taggers.stance import StanceTagger
from discourse.taggers.toxicity import ToxicityTagger

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


def test_batches_for_a_gpu_are_pinned_and_come_back_in_order(monkeypatch):
    """The way batches go to a GPU, taken on the processor: the same logits from fewer, pinned batches."""
    model = SequenceModel.load(resolve(None, "toxicity"))
    texts = [f"comment {i} " + "and so on " * (i % 7 * 5) for i in range(150)]
    wanted = model.logits(texts)[0]
    pinned, sizes = [], []
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda self: pinned.append(self) or self)
    to, forward = torch.Tensor.to, model.model.forward

    def stay(self, *arguments, non_blocking=False, **named):
        return self if non_blocking else to(self, *arguments, **named)

    def counted(**inputs):
        sizes.append(len(inputs["input_ids"]))
        return forward(**inputs)

    class Cuda:
        type = "cuda"

    monkeypatch.setattr(torch.Tensor, "to", stay)
    monkeypatch.setattr(model.model, "forward", counted)
    monkeypatch.setattr(model.network, "_device", Cuda())
    np.testing.assert_allclose(model.logits(texts)[0], wanted, atol=1e-5)
    assert sum(sizes) == 150 and 1 < len(sizes) < 150 / 8
    assert len(pinned) == 3 * len(sizes)


@pytest.mark.parametrize("tagger", [ToxicityTagger, StanceTagger])
def test_taggers_read_close_decisions_again_in_float32(tagger, monkeypatch):
    model = tagger.load(backend="torch-bf16")
    network = (model.sequences if tagger is ToxicityTagger else model.model).network
    logits, asked = network.logits, []
    monkeypatch.setattr(
        network, "logits", lambda e, *, exact=False: asked.append((len(e), exact)) or logits(e, exact=exact)
    )
    texts = [
        "You silly man.",
        "What a silly suggestion.",
        "You fool.",
        "Nobody asked you.",
        "Shame on them.",
    ] * 4
    readings = [
        Reading(str(i), t + " " + "so" * i, (texts[-1 - i],), "Taxes are low") for i, t in enumerate(texts)
    ]
    half = model.predict(readings).columns
    assert [exact for _, exact in asked] == [False, True]
    assert asked[1][0] < asked[0][0]
    exact = tagger.load().predict(readings).columns
    for name in ("toxic", "stance_article", "stance_parent"):
        assert half.get(name) == exact.get(name)


@on_gpu
@pytest.mark.parametrize("backend", ["torch", *HALVES])
def test_a_gpu_gives_what_the_processor_gives(exact, backend):
    model = SequenceModel.load(resolve(None, "toxicity"), device="cuda", backend=backend)
    np.testing.assert_allclose(model.logits(TEXTS, exact=True)[0], exact[0], atol=1e-4)
    assert np.abs(model.logits(TEXTS)[0] - exact[0]).max() < {"torch": 1e-4, "torch-fp16": 0.05}.get(
        backend, 0.4
    )
