"""The toxicity tagger on tiny checkpoints made here, and on the shipped model where sense is asked for."""

import json
import math
import os
import urllib.error
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

from discourse.schema import TOXICITY_LABELS, ModelError
from discourse.taggers.base import Reading
from discourse.taggers.toxicity import ToxicityTagger, clean, known_threshold, read_calibration

VOCABULARY = (
    "the a council vote road budget you are is not an idiot fool thank s , . ! * i that this and of to"
)
WORDS = VOCABULARY.split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
JIGSAW_NAMES = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
UNBIASED_NAMES = [
    "toxicity",
    "severe_toxicity",
    "obscene",
    "identity_attack",
    "insult",
    "threat",
    "sexual_explicit",
]


def tiny_model(labels: int, seed: int = 0) -> BertForSequenceClassification:
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_labels=labels,
        problem_type="multi_label_classification",
        initializer_range=0.5,
    )
    return BertForSequenceClassification(config).eval()


def save_tokenizer(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(SPECIAL + WORDS), encoding="utf-8")
    BertTokenizer(vocab={w: i for i, w in enumerate(SPECIAL + WORDS)}).save_pretrained(folder)


@pytest.fixture
def hf_folder(tmp_path: Path) -> Path:
    """A Hugging Face folder with labels of the first Jigsaw challenge."""
    folder = tmp_path / "hf"
    save_tokenizer(folder)
    model = tiny_model(len(JIGSAW_NAMES))
    model.config.id2label = dict(enumerate(JIGSAW_NAMES))
    model.config.label2id = {n: i for i, n in enumerate(JIGSAW_NAMES)}
    model.save_pretrained(folder)
    return folder


def make_checkpoint(folder: Path, names: list[str], model_type: str) -> Path:
    """A Detoxify checkpoint whose config.json is a base model's: it says nothing of the labels."""
    save_tokenizer(folder)
    model = tiny_model(len(names))
    base = model.config.to_dict()
    for key in ("id2label", "label2id", "problem_type"):
        base.pop(key, None)
    (folder / "config.json").write_text(json.dumps(base), encoding="utf-8")
    arguments = {
        "num_classes": len(names),
        "model_type": model_type,
        "model_name": "BertForSequenceClassification",
        "tokenizer_name": "BertTokenizer",
    }
    config = {"arch": {"type": "BERT", "args": arguments}, "dataset": {"args": {"classes": names}}}
    path = folder / "tiny.ckpt"
    torch.save({"config": config, "state_dict": model.state_dict()}, path)
    return path


def readings(*texts: str) -> list[Reading]:
    return [Reading(str(i), text) for i, text in enumerate(texts)]


@pytest.fixture(scope="module")
def shipped() -> ToxicityTagger:
    return ToxicityTagger.load()


def test_a_folder_is_read_with_its_label_names_brought_to_ours(hf_folder: Path) -> None:
    tagger = ToxicityTagger.load(str(hf_folder))
    from detoxify import Detoxify

    assert isinstance(tagger.detoxify, Detoxify)
    assert sorted(tagger.detoxify.class_names) == sorted(TOXICITY_LABELS)
    ours = tagger.predict(readings("you are an idiot", "thank you")).columns
    theirs = tagger.detoxify.predict(["you are an idiot", "thank you"])
    for label in TOXICITY_LABELS:
        assert ours[label] == pytest.approx(theirs[label], abs=1e-5)
    assert ours["toxic"] == [p >= 0.5 for p in theirs["toxicity"]]


@pytest.mark.parametrize("model_type", ["bert-base-uncased", "somebody/some-hub-name", "local"])
def test_a_detoxify_checkpoint_loads_offline_whatever_base_it_names(tmp_path: Path, model_type: str) -> None:
    path = make_checkpoint(tmp_path / "ckpt", UNBIASED_NAMES, model_type)
    tagger = ToxicityTagger.load(str(path))
    assert tagger.detoxify.class_names == UNBIASED_NAMES
    text = "the council is not a fool"
    inputs = tagger.detoxify.tokenizer(text, return_tensors="pt")
    with torch.no_grad():
        expected = torch.sigmoid(tiny_model(len(UNBIASED_NAMES))(**inputs).logits)[0]
    columns = tagger.predict(readings(text)).columns
    assert "sexual_explicit" not in columns
    for label in TOXICITY_LABELS:
        assert columns[label] == pytest.approx([float(expected[UNBIASED_NAMES.index(label)])], abs=1e-5)


def test_labels_a_model_does_not_know_are_none(tmp_path: Path) -> None:
    path = make_checkpoint(tmp_path / "ckpt", ["toxic", "insult"], "bert-base-uncased")
    columns = ToxicityTagger.load(str(path)).predict(readings("you fool", "the vote")).columns
    assert columns["threat"] == [None, None]
    assert all(0 <= p <= 1 for p in columns["toxicity"] + columns["insult"])


class _Bomb:
    def __init__(self, target: str):
        self.target = target

    def __reduce__(self):
        return os.mkdir, (self.target,)


def test_code_in_a_checkpoint_is_refused_not_run(tmp_path: Path) -> None:
    path = make_checkpoint(tmp_path / "ckpt", JIGSAW_NAMES, "bert-base-uncased")
    loaded = torch.load(path, weights_only=True)
    torch.save(loaded | {"extra": _Bomb(str(tmp_path / "ran"))}, path)
    with pytest.raises(ModelError, match="run code"):
        ToxicityTagger.load(str(path))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f / "tiny.ckpt").write_bytes(b"not a checkpoint"), "damaged"),
        (lambda f: (f / "config.json").unlink(), "no config.json beside it"),
        (lambda f: (f / "config.json").write_text("{"), "could not be loaded"),
        (lambda f: torch.save({"state_dict": {}}, f / "tiny.ckpt"), "no Detoxify checkpoint"),
        (lambda f: torch.save({"config": {"arch": {"args": {}}, "dataset": {"args": {"classes": []}}},
                               "state_dict": {}}, f / "tiny.ckpt"), "missing in its config"),
    ],
)  # fmt: skip
def test_a_damaged_checkpoint_gives_one_clear_line(tmp_path: Path, damage, message: str) -> None:
    path = make_checkpoint(tmp_path / "ckpt", JIGSAW_NAMES, "bert-base-uncased")
    damage(path.parent)
    with pytest.raises(ModelError, match=message) as caught:
        ToxicityTagger.load(str(path))
    assert "\n" not in str(caught.value) and caught.value.exit_code == 3


def test_folders_that_are_no_toxicity_model_are_refused(hf_folder: Path) -> None:
    config = json.loads((hf_folder / "config.json").read_text())
    softmax = config | {"problem_type": "single_label_classification"}
    (hf_folder / "config.json").write_text(json.dumps(softmax))
    with pytest.raises(ModelError, match="one class per text"):
        ToxicityTagger.load(str(hf_folder))
    names = {str(i): f"LABEL_{i}" for i in range(6)}
    config |= {"id2label": names, "label2id": {v: int(k) for k, v in names.items()}}
    (hf_folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="named toxicity"):
        ToxicityTagger.load(str(hf_folder))
    (hf_folder / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="could not be loaded"):
        ToxicityTagger.load(str(hf_folder))


def test_unknown_names_say_what_is_known() -> None:
    with pytest.raises(ModelError, match="did you mean 'unbiased'"):
        ToxicityTagger.load("unbiassed")
    with pytest.raises(ModelError, match="multilingual"):
        ToxicityTagger.load("/nowhere/at/all.ckpt")


def test_an_official_name_without_network_is_one_clear_line(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))

    def unreachable(*_, **__):
        raise urllib.error.URLError("network is unreachable")

    monkeypatch.setattr(torch.hub, "download_url_to_file", unreachable)
    with pytest.raises(ModelError, match="could not be downloaded.*unreachable") as caught:
        ToxicityTagger.load("original")
    assert caught.value.exit_code == 3 and "\n" not in str(caught.value)


def test_a_cached_official_file_with_another_hash_is_never_unpickled(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    torch.save(_Bomb(str(tmp_path / "ran")), tmp_path / "checkpoints" / "toxic_original-c1212f89.ckpt")
    with pytest.raises(ModelError, match="c1212f89"):
        ToxicityTagger.load("original")
    assert not (tmp_path / "ran").exists()


def test_an_official_file_with_the_right_hash_is_used(tmp_path: Path, monkeypatch) -> None:
    from discourse.nn.store import sha256
    from discourse.taggers import detoxify_loading as loading

    path = make_checkpoint(tmp_path / "base", JIGSAW_NAMES, str(tmp_path / "base"))
    config = json.loads((path.parent / "config.json").read_text()) | {
        "id2label": {str(i): str(i) for i in range(6)}
    }
    (path.parent / "config.json").write_text(json.dumps(config))
    cached = tmp_path / "checkpoints" / f"toxic_original-{sha256(path)[:8]}.ckpt"
    cached.parent.mkdir()
    path.rename(cached)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setitem(loading.MODEL_URLS, "original", f"https://example.org/{cached.name}")
    tagger = ToxicityTagger.load("original")
    assert tagger.threshold == 0.5 and len(tagger.predict(readings("you fool")).columns["insult"]) == 1


def test_calibration_beside_the_weights_is_applied_and_checked(hf_folder: Path) -> None:
    texts = readings("you are an idiot", "the council vote")
    before = ToxicityTagger.load(str(hf_folder)).predict(texts).columns
    side = {"labels": {"toxicity": {"scale": 2.0, "bias": -1.0}}, "threshold": 0.3}
    (hf_folder / "calibration.json").write_text(json.dumps(side))
    after = ToxicityTagger.load(str(hf_folder)).predict(texts).columns
    for p, q in zip(before["toxicity"], after["toxicity"], strict=True):
        assert q == pytest.approx(1 / (1 + math.exp(-(2 * math.log(p / (1 - p)) - 1))), abs=1e-5)
    assert after["toxic"] == [q >= 0.3 for q in after["toxicity"]]
    assert after["insult"] == before["insult"]
    for damaged in (
        "{",
        '{"labels": {}}',
        '{"labels": {"toxicity": {"scale": -1, "bias": 0}}, "threshold": 0.3}',
    ):
        (hf_folder / "calibration.json").write_text(damaged)
        with pytest.raises(ModelError):
            ToxicityTagger.load(str(hf_folder))


def test_calibration_beside_a_detoxify_checkpoint_is_applied(tmp_path: Path) -> None:
    path = make_checkpoint(tmp_path, JIGSAW_NAMES, str(tmp_path))
    (tmp_path / "calibration.json").write_text('{"labels": {}, "threshold": 0.3}')
    assert ToxicityTagger.load(str(path)).threshold == 0.3


def test_the_threshold_that_a_report_names_is_the_models(hf_folder: Path) -> None:
    (hf_folder / "calibration.json").write_text('{"labels": {}, "threshold": 0.3}')
    assert [known_threshold(spec) for spec in (str(hf_folder), "original")] == [0.3, 0.5]


@pytest.mark.parametrize("threshold", [0, 1, "high", None])
def test_a_threshold_must_be_a_probability(threshold) -> None:
    with pytest.raises(ModelError):
        read_calibration({"labels": {}, "threshold": threshold})


def test_empty_batch_and_single_item(shipped: ToxicityTagger) -> None:
    empty = shipped.predict([]).columns
    assert set(empty) == {*TOXICITY_LABELS, "toxic"} and all(v == [] for v in empty.values())
    one = shipped.predict(readings("Thank you for the article.")).columns
    assert all(isinstance(v, list) and len(v) == 1 for v in one.values())
    assert isinstance(one["toxic"][0], bool) and isinstance(one["toxicity"][0], float)


def test_an_insult_at_the_very_end_of_a_long_text_is_seen(shipped: ToxicityTagger) -> None:
    civil = "The council met on Tuesday to talk about the new road, and most speakers were in favour. " * 150
    ends = civil + "And you, sir, are a stupid worthless idiot."
    without, with_insult = shipped.predict(readings(civil, ends)).columns["toxicity"]
    assert with_insult > without + 0.3


def test_neither_batch_nor_order_changes_a_probability(shipped: ToxicityTagger) -> None:
    texts = [
        "ok",
        "You are an idiot and everyone here knows it.",
        "I read the report twice and still cannot see where the money went. " * 12,
        "Shut up, moron!",
        "Lovely piece, thank you.",
        "ok",
    ]
    together = shipped.predict(readings(*texts)).columns
    turned = shipped.predict(readings(*reversed(texts))).columns
    for label in TOXICITY_LABELS:
        alone = [shipped.predict(readings(t)).columns[label][0] for t in texts]
        assert together[label] == pytest.approx(alone, abs=1e-4)
        assert together[label] == pytest.approx(turned[label][::-1], abs=1e-4)
    assert together["toxicity"][0] == together["toxicity"][5]


def test_hostile_strings_are_scored_and_not_toxic_by_themselves(shipped: ToxicityTagger) -> None:
    texts = [
        "",
        " \n\t",
        "\x00\x00",
        "\ud800",
        "a\udfffb",
        "\x1b[31m",
        "\u200b" * 50,
        "\N{GRINNING FACE}" * 40,
        "<b></b>",
    ]
    columns = shipped.predict(readings(*texts)).columns
    assert all(len(v) == len(texts) for v in columns.values())
    assert not any(columns["toxic"]), columns["toxicity"]


@given(st.lists(st.text(st.characters(), max_size=60), max_size=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_probabilities(tiny: ToxicityTagger, texts: list[str]) -> None:
    columns = tiny.predict(readings(*texts)).columns
    for label in TOXICITY_LABELS:
        assert len(columns[label]) == len(texts) and all(0 <= p <= 1 for p in columns[label])


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> ToxicityTagger:
    return ToxicityTagger.load(
        str(make_checkpoint(tmp_path_factory.mktemp("t"), JIGSAW_NAMES, "bert-base-uncased"))
    )


def test_spelling_that_hides_nothing_from_a_reader_hides_nothing_from_the_model() -> None:
    assert clean("id\u200bi\u00adot") == "idiot" and clean("\uff49diot") == "idiot"
    assert clean("ok \ud83d\ude00") == "ok \U0001f600"
    assert clean("a\ud800") == "a\ufffd"


@pytest.mark.parametrize(
    ("toxic", "civil"),
    [
        (
            "You are a complete idiot and your mother should be ashamed.",
            "You are right and your point is well made.",
        ),
        ("These people are vermin and should be driven out.", "These people deserve a fair hearing."),
        ("What a pack of lying scumbags.", "What a careful piece of reporting."),
        ("Shut the hell up, you stupid cow.", "Please go on, I would like to hear more."),
        ("Kiss my a$$, you dumbs**t.", "Keep my tickets, you earned them."),
        ("Only a moron would write this garbage.", "Only a specialist would notice this detail."),
    ],
)
def test_abuse_scores_above_civil_talk(shipped: ToxicityTagger, toxic: str, civil: str) -> None:
    columns = shipped.predict(readings(toxic, civil)).columns
    assert columns["toxicity"][0] > columns["toxicity"][1] + 0.3
    assert columns["toxic"] == [True, False]


def test_masking_a_profanity_does_not_hide_it(shipped: ToxicityTagger) -> None:
    masked, plain = shipped.predict(readings("what a dumbs**t you are", "what a teacher you are")).columns[
        "toxicity"
    ]
    assert masked > plain + 0.3


def test_a_threshold_of_ones_own_decides_what_is_toxic():
    from discourse import api
    from discourse.schema import UsageError

    page = api.read(str(Path(__file__).parents[2] / "seeds" / "004_469ae1ccd514301e.txt"))
    few = type(page)((replace(page[0], comments=page[0].comments[:12]),))
    scores = api.tag(few).comments.toxicity.sort_values(ascending=False).tolist()
    above = max(
        range(1, len(scores)), key=lambda n: scores[n - 1] - scores[n]
    )  # where they lie furthest apart
    between = (scores[above - 1] + scores[above]) / 2
    found = api.tag(few, toxicity_threshold=between).comments
    assert found.toxic.tolist() == (found.toxicity >= between).tolist() and found.toxic.sum() == above
    assert api.tag(few, toxicity_threshold=0.001).comments.toxic.all()
    for wrong in (0.0, 1.0, -0.2, float("nan")):
        with pytest.raises(UsageError, match="--toxicity-threshold"):
            api.tag(few, toxicity_threshold=wrong)
