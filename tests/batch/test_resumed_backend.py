"""A run goes on in the backend it began with, whatever is installed by then."""

import json
from dataclasses import replace

import pytest
from batch_stubs import load, write_dump
from conftest import same

from discourse.batch import Settings, score
from discourse.nn import onnx_network
from discourse.schema import UsageError
from discourse.taggers import backends

SETTINGS = Settings(load=load, shard_comments=30)


def _stop(job):
    raise RuntimeError("stopped")


@pytest.fixture
def begun(tmp_path, monkeypatch):
    """Begins a run where `backend` is what is taken, and stops it before it scores; gives source and folder."""
    source, folder = write_dump(tmp_path / "dump.jsonl", 120), tmp_path / "run"

    def begin(backend):
        if backend == "onnx":
            pytest.importorskip("onnx")
            pytest.importorskip("onnxruntime")
        with monkeypatch.context() as here:
            here.setattr(backends, "_proven", lambda spec, name: backend == "onnx")
            with pytest.raises(Exception, match="stopped"):
                score([str(source)], folder, Settings(load=_stop, shard_comments=30))
        return source, folder

    return begin


def _parameters(folder):
    return json.loads((folder / "manifest.json").read_text())["parameters"]


def test_a_run_begun_in_torch_goes_on_where_onnx_came(begun, monkeypatch, tmp_path):
    source, folder = begun("torch")
    monkeypatch.setattr(backends, "installed", lambda: True)
    monkeypatch.setattr(backends, "_proven", lambda spec, name: True)
    assert score([str(source)], folder, SETTINGS).complete
    assert _parameters(folder)["backend"] == "torch" and "weight_limit" not in _parameters(folder)
    assert score([str(source)], folder, SETTINGS).scored_now == 0
    assert score([str(source)], tmp_path / "other", replace(SETTINGS, backend="torch")).complete
    assert same(folder, tmp_path / "other")


def test_a_run_begun_in_onnx_needs_it_till_it_is_complete(begun, monkeypatch):
    source, folder = begun("onnx")
    with monkeypatch.context() as here:
        here.setattr(backends, "installed", lambda: False)
        with pytest.raises(UsageError, match=r"began with ONNX Runtime.*discourse-analyzer\[onnx\].*--fresh"):
            score([str(source)], folder, SETTINGS)
    with monkeypatch.context() as here:
        here.setattr(
            "discourse.batch.session.check_device", lambda device, **options: None
        )  # as if there were a GPU
        with pytest.raises(UsageError, match="does not run on --device cuda"):
            score([str(source)], folder, replace(SETTINGS, device="cuda"))
    monkeypatch.setattr(backends, "_proven", lambda spec, name: False)
    assert score([str(source)], folder, SETTINGS).complete
    assert _parameters(folder)["backend"] == "onnx"
    monkeypatch.setattr(backends, "installed", lambda: False)
    assert score([str(source)], folder, SETTINGS).scored_now == 0
    assert score([str(source)], folder, SETTINGS, fresh=True).complete
    assert _parameters(folder)["backend"] == "torch"


def test_other_weights_are_another_run(begun, monkeypatch):
    source, folder = begun("onnx")
    assert onnx_network.installed()
    from discourse.nn import onnx_graph

    before = onnx_graph.weight_limit()
    assert score([str(source)], folder, replace(SETTINGS, backend="onnx")).complete
    monkeypatch.setattr(onnx_graph, "weight_limit", lambda: before + 1)
    with pytest.raises(
        UsageError, match=f"int8 weights on this processor, at most was {before}, is {before + 1}"
    ):
        score([str(source)], folder, replace(SETTINGS, backend="onnx"))
