"""Which backend is taken when none is asked for."""

import json
import shutil

import pytest

from discourse.nn.onnx_network import installed
from discourse.nn.store import resolve, sha256
from discourse.schema import ModelError, UsageError
from discourse.taggers import backends
from discourse.taggers.backends import EVIDENCE, choose_backend, proven


@pytest.fixture
def copy(tmp_path):
    """A checkpoint with evidence that it agrees, and a way to change that."""
    folder = tmp_path / "profanity"
    shutil.copytree(resolve(None, "profanity").path, folder)

    def say(**changes):
        known = {"sha256": sha256(folder / "model.safetensors"), "agreement": 0.997, "auc_lost": 0.0}
        (folder / EVIDENCE).write_text(json.dumps(known | changes))
        return resolve(str(folder), "profanity")

    return say


def test_evidence_counts_for_these_weights_only(copy):
    assert proven(copy())
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
    with pytest.raises(UsageError, match="no backend called 'tf'"):
        choose_backend("tf")
    with pytest.raises(UsageError, match="not on --device cuda"):
        choose_backend("onnx", {}, "cuda")
    monkeypatch.setattr(backends, "installed", lambda: False)
    assert choose_backend(None) == "torch"
    with pytest.raises(UsageError, match="pip install"):
        choose_backend("onnx")
