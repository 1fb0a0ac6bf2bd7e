"""What counts as gold, and which column holds it."""

import math

import pytest

from discourse.evaluate import gold
from discourse.schema import UsageError


@pytest.mark.parametrize(
    ("value", "index"), [("favor", 0), (" FAVOUR ", 0), ("Against", 1), ("none", 2), ("NONE", 2)]
)
def test_stance_labels_in_any_capitals(value, index):
    assert gold.stance(value, gold.LABELS["stance_article"]) == index


@pytest.mark.parametrize("value", [None, "", "  ", math.nan, "nan"])
def test_empty_gold_is_named_as_such(value):
    for read in (lambda v: gold.stance(v, ("agree",)), gold.toxic, lambda v: gold.spans(v, "x")):
        with pytest.raises(gold.Unusable, match="no gold"):
            read(value)


def test_unknown_labels_are_named_and_harmless_to_print():
    with pytest.raises(gold.Unusable, match=r"'side\[2Jways' is none of|'sideways' is none of") as caught:
        gold.stance("side\x1b[2Jways", gold.LABELS["stance_parent"])
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1), (0, 0), (True, 1), (False, 0), ("1.0", 1), ("yes", 1), ("FALSE", 0), ("toxic", 1), ("not toxic", 0),
        (0.5, 1), ("0.49", 0), (0.0, 0),
    ],
)  # fmt: skip
def test_toxic_is_a_flag_or_a_share(value, expected):
    assert gold.toxic(value) == expected


@pytest.mark.parametrize("value", ["maybe", 2, -0.1, "inf", [1], "1e400"])
def test_what_is_neither_flag_nor_share_is_refused(value):
    with pytest.raises(
        gold.Unusable, match="is none of 1, true, yes, y, .*, 0, false, no, .*, nor a share between 0 and 1"
    ):
        gold.toxic(value)


def test_spans_as_a_list_or_as_json():
    want = [gold.GoldSpan(0, 2, "ab"), gold.GoldSpan(3, 4, None)]
    given = [{"start": 0, "end": 2, "canonical": "AB"}, {"start": 3, "end": 4}]
    assert gold.spans(given, "ab c") == want
    assert gold.spans('[{"start":0,"end":2,"canonical":"AB"},{"start":3,"end":4}]', "ab c") == want
    assert gold.spans([], "x") == gold.spans("[]", "x") == []


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("not json", "no list"), ("[" * 100_000, "no list"), ({"start": 0}, "no list"), ([[0, 1]], "no list"),
        ([{"start": 0, "end": 9}], "outside"), ([{"start": 1, "end": 1}], "outside"), ([{"start": -1, "end": 1}], "outside"),
        ([{"start": "0", "end": 1}], "whole number"), ([{"start": True, "end": 2}], "whole number"),
    ],
)  # fmt: skip
def test_spans_that_cannot_be_used(value, why):
    with pytest.raises(gold.Unusable, match=why):
        gold.spans(value, "four")


def test_map_takes_gold_names_and_table_names_in_either_order():
    assert gold.split_map(["msg=text", "human=label", "spans=mine"]) == (
        {"text": "msg"},
        {"label": "human", "spans": "mine"},
    )
    with pytest.raises(UsageError, match="for gold group, label"):
        gold.split_map(["a=b"])


def test_the_tasks_own_column_comes_before_label():
    assert gold.gold_column("toxicity", ["text", "label", "Toxic"], {}, "f") == "Toxic"
    assert gold.gold_column("toxicity", ["text", "label"], {}, "f") == "label"
    assert gold.gold_column("toxicity", ["text", "toxic", "x"], {"label": "x"}, "f") == "x"


def test_a_missing_column_says_how_to_name_it():
    with pytest.raises(UsageError, match=r"none of the columns spans, label; .* --map COLUMN=spans"):
        gold.gold_column("profanity", ["text"], {}, "f")
    with pytest.raises(UsageError, match="no column 'y'; there are text"):
        gold.gold_column("profanity", ["text"], {"spans": "y"}, "f")
    with pytest.raises(UsageError, match="no column 'mark'; did you mean 'Marks'"):
        gold.gold_column("profanity", ["text", "Marks"], {"spans": "mark"}, "f")


def test_a_wrong_name_is_told_with_the_gold_that_may_be_meant():
    with pytest.raises(
        UsageError, match="'lable' is no name; .*; and for gold group, label, .*; did you mean 'label'"
    ):
        gold.split_map(["a=lable"])


def test_what_a_model_said_is_not_taken_for_gold():
    ours = ["text", "stance_article", "n_masked", "text_masked"]
    with pytest.raises(UsageError, match="tagged by a model"):
        gold.gold_column("stance_article", ours, {}, "f")
    assert gold.gold_column("stance_article", [*ours, "label"], {}, "f") == "label"
    assert (
        gold.gold_column("stance_article", ours, {"stance_article": "stance_article"}, "f")
        == "stance_article"
    )
