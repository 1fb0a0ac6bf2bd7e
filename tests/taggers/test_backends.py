"""Which backend is taken when none is asked for."""

import json
import shutil

import numpy as np
import pytest

from discourse.nn.onnx_network import installed
from discourse.nn.store import resolve, sha256
from discourse.schema import ModelError, UsageError
from discourse.taggers import backends
from discourse.taggers.backends import EVIDENCE, begun_with, choose_backend, proven
from discourse.taggers.base import CLOSE, Reading
from discourse.taggers.stance import LABELS, StanceTagger
from discourse.taggers.toxicity import ToxicityTagger


@pytest.fixture
def copy(tmp_path):
    """A checkpoint with evidence that it agrees, and a way to change that."""
    pytest.importorskip("onnx")
    folder = tmp_path / "profanity"
    shutil.copytree(resolve(None, "profanity").path, folder)

    def say(**changes):
        from discourse.nn.onnx_graph import weight_limit

        known = {"sha256": sha256(folder / "model.safetensors"), "agreement": 0.997, "auc_lost": 0.0}
        known["weight_limit"] = weight_limit()
        (folder / EVIDENCE).write_text(json.dumps(known | changes))
        return resolve(str(folder), "profanity")

    return say


def test_evidence_counts_for_these_weights_only(copy):
    assert proven(copy())
    assert not proven(copy(weight_limit=1))
    assert not proven(copy(sha256="0" * 64))
    assert not proven(copy(agreement=0.9949))
    assert not proven(copy(auc_lost=0.0021))
    with pytest.raises(ModelError, match="damaged"):
        proven(copy(agreement="yes"))


def test_a_checkpoint_without_evidence_is_run_in_torch(copy):
    source = copy()
    (source.path / EVIDENCE).unlink()
    assert choose_backend(None, {"profanity": source.location}) == "torch"
    assert choose_backend(None, {"toxicity": "original"}) == "torch"
    assert choose_backend(None, {"stance": "/nowhere"}) == "torch"


@pytest.mark.skipif(not installed(), reason="needs the extra [onnx]")
def test_what_is_asked_for_is_taken_or_refused(monkeypatch):
    assert choose_backend("torch") == "torch"
    assert choose_backend("onnx") == "onnx"
    assert choose_backend(None, {}, "cuda") == "torch"
    assert choose_backend("torch-bf16", {}, "cuda") == "torch-bf16"
    with pytest.raises(UsageError, match="no backend called 'tf'"):
        choose_backend("tf")
    with pytest.raises(UsageError, match="is for GPUs"):
        choose_backend("torch-fp16")
    with pytest.raises(UsageError, match="not on --device cuda"):
        choose_backend("onnx", {}, "cuda")
    monkeypatch.setattr(backends, "installed", lambda: False)
    assert choose_backend(None) == "torch"
    with pytest.raises(UsageError, match="pip install"):
        choose_backend("onnx")


def test_a_run_begun_in_16_bits_goes_on_on_a_gpu():
    assert begun_with("torch-fp16", "run", "cuda:1") == "torch-fp16"
    with pytest.raises(UsageError, match="run: the run began in 16 bits .torch-fp16.*--device cuda.*--fresh"):
        begun_with("torch-fp16", "run")


class Rough:
    """Stands in for a quantised model: rough logits, and others where it is asked to be exact."""

    quantized = True

    def __init__(self, labels, rough, exact):
        self.labels, self.rough, self.exact, self.again = list(labels), rough, exact, []

    def logits(self, texts, pairs=None, *, window, exact=False):
        if exact:
            self.again += list(texts if pairs is None else pairs)
        known = self.exact if exact else self.rough
        given = texts if pairs is None else pairs
        return np.array([known[text] for text in given], np.float32), np.arange(len(given))


def test_close_stances_are_read_again_in_float32():
    near, far = [0.01, 0.0, -9, 0.01, 0.0, -9], [2.0, 0.0, -9, 2.0, 0.0, -9]
    turned = [0.0, 0.01, -9, 0.0, 0.01, -9]
    model = Rough(LABELS, {"near": near, "far": far}, {"near": turned})
    readings = [Reading("a", "near", ("p",), "t"), Reading("b", "far", ("p",), "t"), Reading("c", "near")]
    columns = StanceTagger(model).predict(readings).columns
    assert model.again == ["near", "near"]  # once toward the target, once toward the parent
    assert columns["stance_article"] == ["against", "favor", None]
    assert columns["stance_parent"] == ["disagree", "agree", None]


def test_toxicity_near_its_threshold_is_read_again_in_float32():
    labels = ["toxic", "obscene"]
    edge = np.log((0.5 + CLOSE) / (0.5 - CLOSE))
    rough = {"in": [edge * 0.9, 1.0], "out": [edge * 1.1, 1.0]}
    model = Rough(labels, rough, {"in": [-0.1, 2.0]})
    tagger = ToxicityTagger(None, sequences=model)
    columns = tagger.predict([Reading("a", "in"), Reading("b", "out")]).columns
    assert model.again == ["in"]
    assert columns["toxic"] == [False, True]
    assert columns["obscene"][0] > columns["obscene"][1]


@pytest.mark.skipif(not installed(), reason="needs the extra [onnx]")
def test_exact_logits_are_those_of_float32():
    from discourse.nn.sequence import SequenceModel

    source = resolve(None, "toxicity")
    texts = ["you are an idiot", "thank you, that was kind", "w" * 900]
    int8 = SequenceModel.load(source, backend="onnx")
    exact, owners = int8.logits(texts, exact=True)
    wanted, same = SequenceModel.load(source).logits(texts)
    assert int8.quantized and owners.tolist() == same.tolist()
    np.testing.assert_allclose(exact, wanted, atol=1e-4)
    assert np.abs(int8.logits(texts)[0] - wanted).max() > 1e-3
