"""Detoxify classifiers from local folders, Detoxify checkpoints, and the official releases.

Whatever the origin, the result is a `detoxify.Detoxify` whose checkpoint was read without running
any code stored in it: safetensors, or `torch.load(weights_only=True)`; an official release that
cannot be read so is unpickled only after its SHA-256 was checked. Imported when a toxicity model
is loaded, not before: it brings torch.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from pathlib import Path

import torch
from detoxify import Detoxify
from detoxify.detoxify import MODEL_URLS

from discourse.nn.sequence import quiet_transformers
from discourse.nn.store import sha256
from discourse.schema import ModelError
from discourse.taggers.toxicity import RENAMED

CONFIG_SUFFIXES = {".json", ".txt", ".model"}  # config and tokenizer files; weights stay where they are


class FolderDetoxify(Detoxify):
    """A `Detoxify` made of a Hugging Face folder instead of a Detoxify checkpoint."""

    def __init__(self, folder: Path, device: str = "cpu"):
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self.model = AutoModelForSequenceClassification.from_pretrained(
            folder, local_files_only=True, weights_only=True, dtype=torch.float32
        ).to(device)
        names = self.model.config.id2label
        self.class_names = [RENAMED.get(names[i], names[i]) for i in range(len(names))]
        self.device = device


def from_folder(folder: Path, device: str = "cpu") -> Detoxify:
    """The classifier of a Hugging Face folder, read without the network.

    Raises:
        ModelError: the folder is damaged or holds no multi-label classifier.
    """
    quiet_transformers()
    try:
        model = FolderDetoxify(folder, device)
    except Exception as error:  # transformers raises whatever its readers raise
        raise ModelError(
            f"toxicity model {str(folder)!r} could not be loaded: {first_line(error)}"
        ) from error
    if model.model.config.problem_type == "single_label_classification":
        raise ModelError(
            f"toxicity model {str(folder)!r} chooses one class per text; Detoxify's labels are independent: "
            "give a checkpoint with problem_type multi_label_classification"
        )
    return model


def from_checkpoint(path: Path, device: str = "cpu") -> Detoxify:
    """The classifier of a Detoxify checkpoint file whose config.json and tokenizer lie beside it.

    A hub name stored in the checkpoint is replaced by that folder, so that no network is needed.

    Raises:
        ModelError: the file is damaged, is no Detoxify checkpoint, would run code when read, or has
            no config beside it.
    """
    if not (path.parent / "config.json").is_file():
        raise ModelError(
            f"{path}: no config.json beside it; put the model's config.json and tokenizer files in {path.parent}"
        )
    loaded = read_checkpoint(path, trusted=False)
    with tempfile.TemporaryDirectory() as folder:
        count = int(loaded["config"]["arch"]["args"]["num_classes"])
        try:
            copy_config(path.parent, Path(folder), count)
            loaded["config"]["arch"]["args"]["model_type"] = folder
            return build(loaded, device, folder)
        except Exception as error:
            raise ModelError(
                f"toxicity model {str(path)!r} could not be loaded: {first_line(error)}"
            ) from error


def from_release(name: str, device: str = "cpu") -> Detoxify:
    """An official checkpoint by Detoxify's name, downloaded on first use into torch.hub's cache.

    Raises:
        ModelError: there is no network, or the file is not the one that was released.
    """
    path = download(name, MODEL_URLS[name])
    try:
        return build(read_checkpoint(path, trusted=True), device, None)
    except ModelError:
        raise
    except Exception as error:
        raise ModelError(
            f"toxicity model {name!r}: its base model's config and tokenizer could not be fetched or read: "
            f"{first_line(error)}; check the network, or leave the option out for the bundled model"
        ) from error


def download(name: str, url: str) -> Path:
    """The path of the checkpoint in torch.hub's cache, its SHA-256 checked against the name's prefix.

    Raises:
        ModelError: it cannot be downloaded, or its hash is another.
    """
    filename = url.rsplit("/", 1)[-1]
    prefix = Path(filename).stem.rsplit("-", 1)[-1]
    path = Path(torch.hub.get_dir()) / "checkpoints" / filename
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(path), hash_prefix=prefix, progress=False)
        except (OSError, RuntimeError) as error:
            raise ModelError(
                f"toxicity model {name!r} could not be downloaded from {url}: {first_line(error)}; "
                "check the network, or leave the option out for the bundled model"
            ) from error
    digest = sha256(path)
    if not digest.startswith(prefix):
        raise ModelError(
            f"{path}: SHA-256 {digest} does not start with {prefix}, as the release's does; delete the file"
        )
    return path


def read_checkpoint(path: Path, trusted: bool) -> dict:
    """The checkpoint's `config` and `state_dict`; `trusted` allows unpickling where weights alone fail.

    Raises:
        ModelError: it is unreadable or holds no Detoxify configuration.
    """
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        if not trusted:
            raise ModelError(
                f"{path}: damaged, or holds objects that run code when read; save it again with "
                "torch.save({'config': ..., 'state_dict': ...}) and nothing else"
            ) from error
        try:
            loaded = torch.load(path, map_location="cpu", weights_only=False)
        except Exception as again:
            raise ModelError(f"{path}: damaged ({first_line(again)}); delete the file") from again
    try:
        arguments = dict(loaded["config"]["arch"]["args"])
        classes = list(loaded["config"]["dataset"]["args"]["classes"])
        weights = loaded["state_dict"]
        missing = {"model_type", "model_name", "tokenizer_name", "num_classes"} - set(arguments)
    except (KeyError, TypeError, IndexError) as error:
        raise ModelError(f"{path}: no Detoxify checkpoint: {first_line(error)} is missing in it") from error
    if missing:
        raise ModelError(
            f"{path}: no Detoxify checkpoint: {', '.join(sorted(missing))} missing in its config"
        )
    return {
        "config": {"arch": {"args": arguments}, "dataset": {"args": {"classes": classes}}},
        "state_dict": weights,
    }


def copy_config(source: Path, destination: Path, classes: int) -> None:
    """Copies config and tokenizer files, with the number of labels that the checkpoint was trained for.

    Detoxify takes that number from config.json when it is given a folder, and a base model's
    config.json says 2.
    """
    for file in source.iterdir():
        if file.suffix in CONFIG_SUFFIXES and not file.name.endswith(".index.json"):
            shutil.copyfile(file, destination / file.name)
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    for key in ("id2label", "label2id", "num_labels"):
        config.pop(key, None)
    config["id2label"] = {str(i): f"LABEL_{i}" for i in range(classes)}
    config["label2id"] = {f"LABEL_{i}": i for i in range(classes)}
    (destination / "config.json").write_text(json.dumps(config), encoding="utf-8")


def build(loaded: dict, device: str, folder: str | None) -> Detoxify:
    """Detoxify's own construction from a checkpoint that was read already.

    Detoxify unpickles what it is given; it is given bytes that were written here.
    """
    quiet_transformers()
    buffer = io.BytesIO()
    torch.save(loaded, buffer)
    buffer.seek(0)
    return Detoxify(checkpoint=buffer, device=device, huggingface_config_path=folder)


def first_line(error: BaseException) -> str:
    """The first line of an error's text, or its type's name."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
