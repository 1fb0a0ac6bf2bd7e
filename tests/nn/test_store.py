import json

import pytest

from discourse.nn import store
from discourse.schema import ModelError


@pytest.fixture
def models(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    (folder / "tiny").mkdir(parents=True)
    (folder / "tiny" / "config.json").write_text("{}")
    files = {"config.json": store.sha256(folder / "tiny" / "config.json")}
    (folder / store.MANIFEST).write_text(json.dumps({"models": {"tiny": {"files": files}}}))
    monkeypatch.setattr(store, "models_dir", lambda: folder)
    return folder


def test_bundled_by_default(models):
    source = store.resolve(None, "tiny")
    assert (source.kind, source.path) == ("bundled", models / "tiny")
    assert store.verify() == []


def test_a_changed_file_is_found(models):
    (models / "tiny" / "config.json").write_text("{ }")
    assert "SHA-256 differs" in store.verify()[0]


def test_a_missing_file_is_found(models):
    (models / "tiny" / "config.json").unlink()
    assert "missing" in store.verify()[0]
    with pytest.raises(ModelError, match="missing"):
        store.resolve(None, "tiny")


def test_local_folder_and_hub_name(models, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ModelError, match=r"no config\.json"):
        store.resolve(str(other), "tiny")
    (other / "config.json").write_text("{}")
    assert store.resolve(str(other), "tiny").kind == "local"
    assert store.resolve("someone/some-model", "tiny").kind == "hub"
    with pytest.raises(ModelError, match="no such"):
        store.resolve("./absent", "tiny")


def test_side_files(models):
    source = store.resolve(None, "tiny")
    assert source.side_file("calibration.json") is None
    (models / "tiny" / "calibration.json").write_text("{broken")
    with pytest.raises(ModelError, match="damaged"):
        source.side_file("calibration.json")


def test_weights_that_are_not_the_manifests_are_never_loaded(models):
    weights = models / "tiny" / "model.safetensors"
    weights.write_bytes(b"\1" * 4096)
    listed = json.loads((models / store.MANIFEST).read_text())
    listed["models"]["tiny"]["files"]["model.safetensors"] = store.sha256(weights)
    (models / store.MANIFEST).write_text(json.dumps(listed))
    assert store.resolve(None, "tiny").kind == "bundled"
    weights.write_bytes(b"\1" * 4000 + b"\0" * 96)
    with pytest.raises(ModelError, match="damaged or changed.*models verify"):
        store.resolve(None, "tiny")
    assert store.resolve(str(models / "tiny"), "tiny").kind == "local", (
        "a folder named by path is the user's own"
    )
