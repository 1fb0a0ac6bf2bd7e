"""The ONNX Runtime backend against torch, and against itself read in other company."""

import json
import random

import numpy as np
import pytest

pytest.importorskip("onnxruntime")
pytest.importorskip("onnx")

from discourse.nn import onnx_network
from discourse.nn.onnx_graph import NARROW, WIDE, quantize, weight_limit
from discourse.nn.onnx_network import OnnxNetwork, batches_of_one_length, refusal
from discourse.nn.sequence import SequenceModel
from discourse.nn.store import ModelSource, resolve
from discourse.schema import ModelError, UsageError

SIGNS = "abc déf Ünï ﷺ 한글 漢字 😀 \u200b\u0301 [MASK] [SEP] <s> ' .,-—'’\t\n\r\ufffd\x00 "


@pytest.fixture(scope="module", params=["gelu", "gelu_new", "relu"])
def tiny(request, tmp_path_factory):
    """A small random checkpoint, its torch model and its source."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=90,
        hidden_size=40,
        num_hidden_layers=3,
        num_attention_heads=5,
        intermediate_size=72,
        max_position_embeddings=64,
        hidden_act=request.param,
        num_labels=4,
        initializer_range=0.2,
    )
    model = BertForSequenceClassification(config).eval()
    folder = tmp_path_factory.mktemp("tiny")
    model.save_pretrained(folder)
    return model, ModelSource("tiny", str(folder), "local")


def rows(count, vocabulary=90, longest=64, seed=0):
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        n = draw.randint(2, longest)
        cut = draw.randint(1, n)
        made.append(([draw.randrange(vocabulary) for _ in range(n)], [0] * cut + [1] * (n - cut)))
    return made


def torch_logits(model, given):
    import torch

    with torch.inference_mode():
        return np.concatenate(
            [
                model(input_ids=torch.tensor([ids]), token_type_ids=torch.tensor([kinds])).logits.numpy()
                for ids, kinds in given
            ]
        )


def test_float32_gives_the_logits_of_torch(tiny):
    model, source = tiny
    given = rows(40)
    found = OnnxNetwork.load(source, int8=False).logits(given)
    np.testing.assert_allclose(found, torch_logits(model, given), atol=2e-5)


def test_int8_is_near(tiny):
    model, source = tiny
    given = rows(200)
    found, wanted = OnnxNetwork.load(source).logits(given), torch_logits(model, given)
    assert 0 < np.abs(found - wanted).mean() < 0.1 * np.abs(wanted).mean()
    assert (found.argmax(1) == wanted.argmax(1)).mean() > 0.95


@pytest.mark.parametrize("name", ["toxicity", "stance"])
def test_a_text_gives_the_same_whatever_is_read_beside_it(name, monkeypatch):
    network = OnnxNetwork.load(resolve(None, name))
    given = rows(60, network.vocabulary, 70)
    together = network.logits(given)
    order = random.Random(1).sample(range(60), 25)
    assert (network.logits([given[i] for i in order]) == together[order]).all()
    alone = np.concatenate([network.logits([row]) for row in given[:20]])
    np.testing.assert_allclose(alone, together[:20], atol=2e-6)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setattr(onnx_network, "BATCH_TOKENS", 150)
    np.testing.assert_allclose(network.logits(given), together, atol=2e-6)


def test_no_product_of_two_weights_overflows_without_vnni():
    draw = np.random.default_rng(0)
    weight = draw.normal(size=(64, 32)).astype(np.float32)
    weight[:, 3] = 0
    for limit in (NARROW, WIDE):
        integers, scales = quantize(weight, limit)
        assert np.abs(integers).max() == limit
        np.testing.assert_allclose(integers * scales, weight, atol=scales.max() / 2 + 1e-7)
    assert 255 * NARROW * 2 <= 2**15 - 1


@pytest.mark.parametrize(
    "machine, flags, limit",
    [
        ("x86_64", "flags\t\t: fpu avx2 avx512_vnni avx512f", WIDE),
        ("AMD64", "flags\t\t: fpu avx2 avx_vnni", WIDE),
        ("x86_64", "flags\t\t: fpu avx2 avx512f avx512_vnnix", NARROW),
        ("x86_64", None, NARROW),
        ("aarch64", None, WIDE),
    ],
)
def test_weights_take_what_the_processor_adds_up_safely(machine, flags, limit, monkeypatch):
    def read(path, encoding):
        if flags is None:
            raise FileNotFoundError(path)
        return f"processor: 0\n{flags}\nbugs: none\n"

    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("pathlib.Path.read_text", read)
    weight_limit.cache_clear()
    assert weight_limit() == limit
    monkeypatch.undo()
    weight_limit.cache_clear()


def test_batches_hold_texts_of_one_length_each_once():
    lengths = [random.Random(0).randint(1, 9) for _ in range(200)] + [5000]
    batches = batches_of_one_length(lengths, 40)
    assert sorted(i for batch in batches for i in batch) == list(range(201))
    for batch in batches:
        assert len({lengths[i] for i in batch}) == 1
        assert len(batch) == 1 or sum(lengths[i] for i in batch) <= 40


@pytest.mark.parametrize("window", [256, 32])
def test_windows_are_those_of_the_transformers_library(window):
    source = resolve(None, "stance")
    ours, theirs = SequenceModel.load(source, backend="onnx"), SequenceModel.load(source)
    draw = random.Random(0)
    texts = ["".join(draw.choices(SIGNS, k=draw.randrange(1, 900))) + "x" for _ in range(40)]
    texts += ["word " * 3000, "x" * 5000, "a\u0301" * 300]
    pairs = [(draw.choice(texts)[: draw.randrange(700)], text) for text in texts]
    for keys in (texts, pairs):
        (found, owners), (wanted, theirs_own) = ours._windows(keys, window), theirs._windows(keys, window)
        assert owners == theirs_own
        assert [list(ids) for ids, _ in found] == [list(w["input_ids"]) for w in wanted]
        assert [list(kinds) for _, kinds in found] == [list(w["token_type_ids"]) for w in wanted]


def test_no_texts_give_no_rows():
    model = SequenceModel.load(resolve(None, "toxicity"), backend="onnx")
    scores, owners = model.logits([])
    assert scores.shape == (0, 6) and owners.shape == (0,)


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"architectures": ["RobertaForSequenceClassification"]}, "no BertForSequenceClassification"),
        ({"position_embedding_type": "relative_key"}, "attention"),
        ({"hidden_act": "swish"}, "swish"),
    ],
)
def test_other_checkpoints_are_refused_with_the_way_out(tiny, tmp_path, change, reason):
    _, source = tiny
    config = json.loads((source.path / "config.json").read_text()) | change
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").write_bytes((source.path / "model.safetensors").read_bytes())
    assert reason in refusal(tmp_path)
    with pytest.raises(ModelError, match="use --backend torch"):
        OnnxNetwork.load(ModelSource("x", str(tmp_path), "local"))
    (tmp_path / "model.safetensors").unlink()
    (tmp_path / "config.json").write_text(json.dumps(config | {"architectures": [onnx_network.BERT]}))
    assert refusal(tmp_path)


def test_a_damaged_checkpoint_is_said_to_be(tiny, tmp_path):
    _, source = tiny
    (tmp_path / "config.json").write_bytes((source.path / "config.json").read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"\x10" * 100)
    with pytest.raises(ModelError, match="could not be loaded"):
        OnnxNetwork.load(ModelSource("x", str(tmp_path), "local"))


def test_without_the_extra_the_line_says_what_to_install(monkeypatch):
    monkeypatch.setattr(onnx_network, "installed", lambda: False)
    with pytest.raises(UsageError, match=r"pip install 'discourse-analyzer\[onnx\]'"):
        OnnxNetwork.load(resolve(None, "toxicity"))
