"""Stance toward the article and the parent: labels, calibration, other checkpoints, hostile input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from discourse.nn.store import ModelSource
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, TAG_COLUMNS, ModelError
from discourse.taggers.base import Reading
from discourse.taggers.stance import (
    ARTICLE_LABELS,
    CONTEXT,
    LABELS,
    PARENT_LABELS,
    TARGET,
    Head,
    StanceTagger,
    article_input,
    clean,
    ends,
    parent_input,
)

SHIPPED = Path(__file__).resolve().parents[2] / "models" / "stance"
NAMES = {
    "stance_article": STANCES_ARTICLE,
    "stance_parent": STANCES_PARENT,
}
WORDS = "stance on : in reply to answer | the a tax is right wrong good bad yes no i agree disagree dogs cats bark . ?"


def make_checkpoint(folder: Path, labels: list[str], rows: list[int] | None = None, seed: int = 0) -> Path:
    """A tiny random classifier; `rows` says which classifier row each label takes."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *dict.fromkeys(WORDS.split())]
    core = Tokenizer(models.WordPiece({t: i for i, t in enumerate(tokens)}, unk_token="[UNK]"))
    core.normalizer = normalizers.BertNormalizer()
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    core.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    )
    torch.manual_seed(seed)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(tokens), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=32, num_labels=len(labels), id2label=dict(enumerate(labels)),
            label2id={n: i for i, n in enumerate(labels)}, initializer_range=0.8,
        )
    )  # fmt: skip
    if rows:
        with torch.no_grad():
            model.classifier.weight.copy_(model.classifier.weight[rows].clone())
            model.classifier.bias.copy_(torch.arange(len(rows), dtype=torch.float32)[rows] / 3)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


class Recorder:
    """Stands in for a loaded model: remembers its inputs and answers with fixed logits."""

    quantized = False

    def __init__(self, labels, logits):
        self.labels, self.fixed, self.inputs = list(labels), np.array(logits, np.float32), []

    def logits(self, texts, pairs, *, window, exact=False):
        self.inputs += list(zip(texts, pairs, strict=True))
        return np.tile(self.fixed, (len(texts), 1)), np.arange(len(texts))


@pytest.fixture(scope="module")
def shipped() -> StanceTagger:
    return StanceTagger.load(str(SHIPPED))


def probabilities(columns: dict, prefix: str, row: int) -> list[float]:
    return [columns[f"{prefix}_{name}"][row] for name in NAMES[prefix]]


READINGS = [
    Reading("top", "Dogs are loyal and make a home warmer.", (), "Dogs make better pets than cats"),
    Reading("reply", "No, that is nonsense.", ("Dogs are loyal.",), "Dogs make better pets than cats"),
    Reading("bare", "Where did you read that?", ("Cats sleep sixteen hours a day.",), None),
    Reading("blank target", "I agree.", ("Cats are clean.",), "  \u200b "),
]


def test_columns_are_those_of_the_contract(shipped):
    batch = shipped.predict(READINGS)
    assert set(batch.columns) <= set(TAG_COLUMNS)
    assert len(batch.columns) == 9
    assert all(len(values) == len(READINGS) for values in batch.columns.values())
    assert batch.columns["target"] == ["Dogs make better pets than cats"] * 2 + [None, None]
    assert batch.spans == []


def test_a_question_that_does_not_arise_is_none(shipped):
    columns = shipped.predict(READINGS).columns
    for name in ("stance_parent", *(f"stance_parent_{n}" for n in STANCES_PARENT)):
        assert [v is None for v in columns[name]] == [True, False, False, False]
    for name in ("stance_article", *(f"stance_article_{n}" for n in STANCES_ARTICLE)):
        assert [v is None for v in columns[name]] == [False, False, True, True]


@pytest.mark.parametrize(
    ("prefix", "row"), [("stance_article", 0), ("stance_article", 1), ("stance_parent", 1)]
)
def test_probabilities_sum_to_one(shipped, prefix, row):
    columns = shipped.predict(READINGS).columns
    p = probabilities(columns, prefix, row)
    assert sum(p) == pytest.approx(1, abs=1e-6)
    assert all(0 < v < 1 for v in p)
    assert columns[prefix][row] in NAMES[prefix]


def test_an_empty_batch_gives_empty_columns(shipped):
    batch = shipped.predict([])
    assert len(batch.columns) == 9
    assert all(values == [] for values in batch.columns.values())


def test_order_and_company_do_not_change_a_comment(shipped):
    long = Reading(
        "long", "Taxes should be lower for everybody. " * 30, ("Taxes pay for schools.",), "Taxes are too low"
    )
    readings = [*READINGS, long, READINGS[1]]
    together = shipped.predict(readings).columns
    backwards = shipped.predict(readings[::-1]).columns
    for row, reading in enumerate(readings):
        alone = shipped.predict([reading]).columns
        for name, values in alone.items():
            for other in (together[name][row], backwards[name][len(readings) - 1 - row]):
                if isinstance(values[0], float):
                    assert other == pytest.approx(values[0], abs=1e-4)
                else:
                    assert other == values[0]


@pytest.mark.parametrize(
    ("parent", "agreeing", "disagreeing"),
    [
        ("The new bridge is a waste of public money.", "Exactly, I completely agree with you.", "No, you are wrong. The bridge is badly needed."),
        ("Our school should drop homework.", "Agreed. Homework does no good at all.", "Nonsense, that is a terrible idea."),
        ("This film is the best of the year.", "Yes, absolutely the best, well said.", "Wrong. It was dreadful and you know it."),
    ],
)  # fmt: skip
def test_agreement_is_told_from_disagreement(shipped, parent, agreeing, disagreeing):
    columns = shipped.predict(
        [Reading("a", agreeing, (parent,)), Reading("b", disagreeing, (parent,))]
    ).columns
    assert columns["stance_parent_agree"][0] > columns["stance_parent_agree"][1] + 0.2
    assert columns["stance_parent_disagree"][1] > columns["stance_parent_disagree"][0] + 0.2


@pytest.mark.parametrize(
    ("target", "supporting", "opposing"),
    [
        ("The city should build the new bridge", "This is a wonderful plan, well done.", "What a terrible idea, a waste of our money."),
        ("The mayor is right to close the city centre to cars", "Great decision by the mayor, finally!", "The mayor is wrong, this is a stupid decision."),
    ],
)  # fmt: skip
def test_favour_is_told_from_opposition(shipped, target, supporting, opposing):
    columns = shipped.predict(
        [Reading("a", supporting, (), target), Reading("b", opposing, (), target)]
    ).columns
    assert columns["stance_article_favor"][0] > columns["stance_article_favor"][1] + 0.02
    assert columns["stance_article_against"][1] > columns["stance_article_against"][0] + 0.02


HOSTILE = [
    "", "   \n\t", "\u200b\u200d\ufeff", "\ud800 broken \udfff", "\x1b[31mred\x1b[0m\x07", "<script>alert(1)</script>",
    "&#x1b;&lt;b&gt;&#0;", "a" * 50_000, "word " * 600, "\u202eevil", "🤦🏽‍♀️" * 50, "?" * 500, "\x00", "[SEP] [CLS] [PAD]",
]  # fmt: skip


@pytest.mark.parametrize("where", ["text", "parent", "target"])
def test_hostile_texts_get_probabilities(shipped, where):
    readings = [
        Reading(
            str(i),
            text if where == "text" else "I do not think so.",
            (text if where == "parent" else "Cats are clean.",),
            text if where == "target" else "Cats are clean animals",
        )
        for i, text in enumerate(HOSTILE)
    ]
    columns = shipped.predict(readings).columns
    for row in range(len(HOSTILE)):
        assert sum(probabilities(columns, "stance_parent", row)) == pytest.approx(1, abs=1e-6)
        if where != "target" or columns["target"][row] is not None:
            assert sum(probabilities(columns, "stance_article", row)) == pytest.approx(1, abs=1e-6)


def test_a_comment_with_nothing_to_read_takes_no_side():
    model = Recorder(LABELS, [9, 0, 0, 9, 0, 0])
    columns = StanceTagger(model).predict([Reading("a", " \u200b ", ("Yes.",), "Cats are clean")]).columns
    assert (columns["stance_article"], columns["stance_parent"]) == (["none"], ["neutral"])
    assert (columns["stance_article_none"], columns["stance_parent_neutral"]) == ([1.0], [1.0])
    assert model.inputs == []


def test_the_end_of_a_long_comment_counts(shipped):
    start = "I went to the market and bought apples, pears and some bread for the week. " * 12
    target = "Smoking in public places should be banned"
    end = "Smoking must be banned everywhere, I fully support the ban. " * 12
    columns = shipped.predict(
        [Reading("a", start, (), target), Reading("b", start + end, (), target)]
    ).columns
    assert columns["stance_article_favor"][1] > columns["stance_article_favor"][0] + 0.1


def test_both_questions_are_asked_in_one_call_with_the_training_inputs():
    model = Recorder(LABELS, [2, 0, 0, 0, 2, 0])
    reading = Reading("a", "No &amp; never.", ("first", "Cats  rule."), "Dogs are better")
    columns = StanceTagger(model).predict([reading]).columns
    assert model.inputs == [
        ("stance on: Dogs are better || in reply to: Cats rule.", "No & never."),
        ("answer to: Cats rule.", "No & never."),
    ]
    assert (columns["stance_article"], columns["stance_parent"]) == (["favor"], ["disagree"])


def test_long_parents_keep_both_ends_within_the_limit():
    parent = "Begin " + "middle " * 400 + "finish."
    for first, _ in (parent_input(parent, "yes"), article_input("T" * 60, parent, "yes")):
        assert "Begin" in first
        assert first.endswith("finish.")
        assert len(first) < CONTEXT + 60
    assert ends("short text", 20) == "short text"
    assert len(ends("x" * 5000, 100)) < 110


def test_a_long_target_is_cut_and_leaves_room_for_the_parent():
    first, _ = article_input("T" * 5000, "word " * 100 + "end.", "yes")
    assert first.count("T") == TARGET and first.endswith("word end.") and len(first) < CONTEXT + 60


def test_clean_keeps_words_and_drops_controls():
    assert clean("a\u200bb \x1b[1m c\td\u00a0e\n\nf &lt;i&gt;") == "ab [1m c d e f <i>"
    assert clean("\ud83dx") == "\ufffdx"
    assert clean("café — “quoted”") == "café — “quoted”"


def test_label_order_of_a_checkpoint_does_not_matter(tmp_path):
    order = [4, 2, 0, 5, 1, 3]
    straight = make_checkpoint(tmp_path / "straight", list(LABELS), rows=list(range(6)))
    mixed = make_checkpoint(tmp_path / "mixed", [LABELS[i].upper() for i in order], rows=order)
    readings = [
        Reading("a", "dogs bark", ("cats is good",), "the tax is wrong"),
        Reading("b", "i agree", (), "tax"),
    ]
    first, second = (StanceTagger.load(str(p)).predict(readings).columns for p in (straight, mixed))
    assert first["stance_article"] == second["stance_article"]
    for name in (n for n in first if n.count("_") == 2):
        assert second[name] == pytest.approx(first[name], abs=1e-5) if first[name][1] is not None else True
    assert len({round(first[f"stance_article_{n}"][0], 3) for n in STANCES_ARTICLE}) == 3


@pytest.mark.parametrize(
    ("labels", "answered"),
    [
        (["none", "against", "favor"], {"stance_article"}),
        (["AGAINST", "FAVOUR", "NONE"], {"stance_article"}),
        (["neutral", "disagree", "agree"], {"stance_parent"}),
        (["contradiction", "entailment", "neutral"], {"stance_article", "stance_parent"}),
    ],
)
def test_three_label_checkpoints_by_path(tmp_path, labels, answered):
    tagger = StanceTagger.load(str(make_checkpoint(tmp_path / "tiny", labels)))
    columns = tagger.predict([Reading("a", "dogs bark", ("cats bark",), "dogs is good")]).columns
    for prefix in NAMES:
        if prefix in answered:
            assert sum(probabilities(columns, prefix, 0)) == pytest.approx(1, abs=1e-6)
        else:
            assert probabilities(columns, prefix, 0) == [None] * 3
            assert columns[prefix] == [None]


def test_an_nli_checkpoint_reads_the_target_as_hypothesis_and_all_of_the_comment():
    model = Recorder(["contradiction", "neutral", "entailment"], [3, 0, 1])
    comment = "It barks. " * 120
    columns = StanceTagger(model).predict([Reading("a", comment, ("Cats purr.",), "Dogs bark")]).columns
    assert {second for _, second in model.inputs} == {"Dogs bark", "Cats purr."}
    premises = [first for first, second in model.inputs if second == "Dogs bark"]
    assert " ".join(premises) == comment.strip()
    assert len(premises) > 1
    assert (columns["stance_article"], columns["stance_parent"]) == (["against"], ["disagree"])


@pytest.mark.parametrize(
    "labels",
    [
        ["LABEL_0", "LABEL_1", "LABEL_2"],
        ["favor", "against"],
        [*LABELS[:5], "parent:other"],
        [*LABELS, "extra"],
    ],
)
def test_other_labels_are_refused_with_what_is_accepted(labels):
    with pytest.raises(ModelError) as error:
        StanceTagger(Recorder(labels, [0] * len(labels)))
    assert all(label in str(error.value) for label in labels)
    assert "article:favor" in str(error.value)
    assert "entailment" in str(error.value)


def test_a_hub_name_loads_from_the_local_cache(tmp_path, monkeypatch):
    import huggingface_hub.constants
    import transformers.utils.hub

    commit = "0" * 40
    repository = tmp_path / "models--someone--tiny-stance"
    make_checkpoint(repository / "snapshots" / commit, ["favor", "against", "none"])
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(transformers.utils.hub.constants, "HF_HUB_CACHE", str(tmp_path))
    tagger = StanceTagger.load("someone/tiny-stance")
    assert tagger.predict([Reading("a", "dogs bark", (), "dogs is good")]).columns["stance_article"][0]
    with pytest.raises(ModelError, match="someone/absent"):
        StanceTagger.load("someone/absent")


def test_calibration_beside_the_weights_is_used(tmp_path):
    folder = make_checkpoint(tmp_path / "tiny", ["favor", "against", "none"])
    reading = [Reading("a", "dogs bark", (), "dogs is good")]
    plain = StanceTagger.load(str(folder)).predict(reading).columns
    (folder / "calibration.json").write_text(
        json.dumps({"article": {"temperature": 2.0, "bias": [0, 0, 1.0]}})
    )
    moved = StanceTagger.load(str(folder)).predict(reading).columns
    logits = np.log(probabilities(plain, "stance_article", 0)) / 2 + np.array([0, 0, 1.0])
    expected = np.exp(logits) / np.exp(logits).sum()
    assert probabilities(moved, "stance_article", 0) == pytest.approx(list(expected), abs=1e-4)


def test_the_label_follows_the_decision_offsets():
    reading = [Reading("a", "dogs bark", (), "dogs is good")]
    for offsets, expected in (([0, 0, 0], "favor"), ([0, 1.5, 0], "against"), ([0, 0.5, 3], "none")):
        calibration = {"article": {"temperature": 1, "decision": offsets}}
        columns = StanceTagger(Recorder(LABELS, [2, 1, 0, 0, 0, 0]), calibration).predict(reading).columns
        assert columns["stance_article"] == [expected]
        assert columns["stance_article_favor"][0] == pytest.approx(np.exp(2) / np.exp([2, 1, 0]).sum())


def test_how_close_two_labels_are_is_told_after_the_decision_offsets():
    head = Head((0, 1, 2), decision=(0.0, float(np.log(3)), 0.0))
    assert head.margin(np.array([0.6, 0.2, 0.2])) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"article": {"temperature": 0, "bias": [0, 0, 0]}}', '{"article": {"temperature": 1, "bias": [0]}}',
     '{"article": {}}', '{"article": {"temperature": NaN, "bias": [0, 0, 0]}}'],
)  # fmt: skip
def test_damaged_calibration_is_a_model_error(tmp_path, content):
    folder = make_checkpoint(tmp_path / "tiny", ["favor", "against", "none"])
    (folder / "calibration.json").write_text(content)
    with pytest.raises(ModelError, match="calibration"):
        StanceTagger.load(str(folder))


def test_the_shipped_checkpoint_is_standard_and_carries_its_figures():
    config = json.loads((SHIPPED / "config.json").read_text())
    assert [config["id2label"][str(i)] for i in range(6)] == [*ARTICLE_LABELS, *PARENT_LABELS]
    calibration = ModelSource("stance", str(SHIPPED), "local").side_file("calibration.json")
    assert np.array(calibration["confusion"]["article"]["counts"]).shape == (3, 3)
    metrics = json.loads((SHIPPED / "metrics.json").read_text())
    for name, entry in metrics["sets"].items():
        assert entry["macro_f1"]["low"] <= entry["macro_f1"]["value"] <= entry["macro_f1"]["high"], name
        assert entry["macro_f1"]["value"] > entry["majority"]["macro_f1"]["value"], name
