"""Each task on small labelled data, with taggers that answer by rule."""

import gzip
import json
import random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from evaluate_stubs import Parser, Profanity, Stances, Toxicity

from discourse.evaluate import evaluate, render
from discourse.readers import Intake
from discourse.schema import ModelError, UnreadableSource, UsageError
from discourse.taggers.base import TagBatch

TARGET = "the tax should stay"
ROWS = [
    {"id": "a", "text": "favor", "target": TARGET, "stance_article": "favor"},
    {"id": "b", "parent_id": "a", "text": "against disagree", "target": TARGET, "stance_article": "against", "stance_parent": "disagree"},
    {"id": "c", "parent_id": "b", "text": "against agree", "target": TARGET, "stance_article": "none", "stance_parent": "disagree"},
    {"id": "d", "parent_id": "x", "text": "none", "target": TARGET, "stance_article": "none", "stance_parent": "neutral"},
    {"id": "e", "parent_text": "said before", "text": "neutral", "stance_article": "favor", "stance_parent": "Neutral"},
    {"id": "f", "text": "no label", "target": TARGET},
]  # fmt: skip


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_stance_toward_the_article(tmp_path):
    intake, tagger = Intake(), Stances()
    found = evaluate("stance_article", write(tmp_path / "s.jsonl", ROWS), intake=intake, tagger=tagger)
    assert found["rows"] == {
        "read": 6, "used": 4, "not_asked": 0,
        "rejected": {"no target: what the stance is measured toward is not told": 1, "no gold": 1},
    }  # fmt: skip
    assert found["confusion"]["counts"] == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert found["accuracy"]["value"] == 0.75
    assert found["macro_f1"]["value"] == round((1 + 2 / 3 + 2 / 3) / 3, 4)
    assert found["majority"]["label"] == "none"
    assert found["majority"]["accuracy"]["value"] == 0.5
    assert found["majority"]["macro_f1"]["value"] == round((0 + 0 + 2 / 3) / 3, 4)
    # 0.8 is said four times, and three of the four are right
    assert found["calibration_error"]["value"] == 0.05
    assert found["labels"]["none"] == {"rows": 2, "precision": 1.0, "recall": 0.5, "f1": 0.6667}
    assert found["intervals"]["over"] == "rows"


def test_stance_toward_the_parent_asks_replies_alone(tmp_path):
    tagger = Stances()
    found = evaluate("stance_parent", write(tmp_path / "s.jsonl", ROWS), tagger=tagger)
    assert found["rows"]["used"] == 3 and found["rows"]["not_asked"] == 2
    assert list(found["rows"]["rejected"]) == [
        "no parent_text, and no comment of the parent's id in the file"
    ]
    assert found["confusion"]["counts"] == [[0, 0, 0], [1, 1, 0], [0, 0, 1]]
    asked = [r for batch in tagger.batches for r in batch]
    assert [r.parent for r in asked] == ["favor", "against disagree", "said before"]
    assert all(r.target is None for r in asked)
    assert "2 more answer no comment" in render(found)


def test_the_option_gives_the_target_that_rows_lack(tmp_path):
    tagger = Stances()
    found = evaluate("stance_article", write(tmp_path / "s.jsonl", ROWS), target="mine", tagger=tagger)
    assert found["rows"]["used"] == 5
    assert {r.text: r.target for batch in tagger.batches for r in batch}["neutral"] == "mine"


def test_threads_are_read_whole_and_with_rows_that_have_no_gold(tmp_path):
    rows = [{"id": "0", "text": "favor", "target": TARGET}]
    rows += [
        {"id": str(i), "parent_id": str(i - 1), "text": "favor", "target": TARGET, "label": "favor"}
        for i in range(1, 700)
    ]
    rows.append({"id": "alone", "text": "no gold here", "target": TARGET})
    random.Random(1).shuffle(rows)
    tagger = Stances()
    found = evaluate("stance_article", write(tmp_path / "s.jsonl", rows), tagger=tagger)
    assert found["rows"]["used"] == 699
    (batch,) = tagger.batches
    ids = {r.comment_id for r in batch}
    assert len(batch) == 700 and sum(r.parent_id in ids for r in batch) == 699


def test_a_circle_of_replies_ends_and_a_repeated_id_stands_for_the_first(tmp_path):
    rows = [
        {"id": "a", "parent_id": "b", "text": "agree", "label": "agree"},
        {"id": "b", "parent_id": "a", "text": "agree too", "label": "agree"},
        {"id": "b", "parent_id": "b", "text": "disagree", "label": "disagree"},
        {"id": "s", "parent_id": "s", "text": "agree", "label": "agree"},
    ]
    tagger = Stances()
    found = evaluate("stance_parent", write(tmp_path / "s.jsonl", rows), tagger=tagger)
    assert found["rows"]["used"] == 3  # the last answers itself alone
    assert [r.parent for r in tagger.batches[0]] == ["agree too", "agree", "agree too"]
    rows = [row | {"target": TARGET, "label": "none"} for row in rows]
    assert (
        evaluate("stance_article", write(tmp_path / "s.jsonl", rows), tagger=Stances())["rows"]["used"] == 4
    )


def test_the_same_id_under_another_article_is_another_comment(tmp_path):
    rows = [
        {"article_id": 1, "id": "a", "text": "first"},
        {"article_id": 2, "id": "a", "text": "second"},
        {"article_id": 2, "id": "b", "parent_id": "a", "text": "agree", "label": "agree"},
    ]
    tagger = Stances()
    evaluate("stance_parent", write(tmp_path / "s.jsonl", rows), tagger=tagger)
    assert tagger.batches[0][0].parent == "second"


def test_a_model_that_does_not_answer_is_an_error(tmp_path):
    class Mute(Stances):
        def predict(self, readings):
            columns = super().predict(readings).columns
            return TagBatch({name: [None] * len(values) for name, values in columns.items()})

    with pytest.raises(ModelError, match="no answer for stance_article"):
        evaluate("stance_article", write(tmp_path / "s.jsonl", ROWS), tagger=Mute())


TOXIC = [("a 0.9", 1), ("b 0.7", 0), ("c 0.5", 1), ("d 0.1", 0), ("e 0.2", "?")]


def toxic_file(path, kind):
    if kind == "parquet":
        table = pa.table({"text": [t for t, _ in TOXIC], "toxic": [str(g) for _, g in TOXIC]})
        pq.write_table(table, path)
    elif kind == "jsonl.gz":
        lines = "".join(json.dumps({"text": t, "toxic": g}) + "\n" for t, g in TOXIC)
        path.write_bytes(gzip.compress(lines.encode()))
    else:
        cut = "\t" if kind.startswith("tsv") else ","
        text = "\n".join([f"text{cut}toxic", *(f"{t}{cut}{g}" for t, g in TOXIC)])
        path.write_bytes(gzip.compress(text.encode()) if kind.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "csv.gz", "jsonl.gz", "parquet"])
def test_toxicity_from_every_kind_of_table(tmp_path, kind):
    found = evaluate("toxicity", toxic_file(tmp_path / f"t.{kind}", kind), tagger=Toxicity())
    assert found["rows"]["used"] == 4 and found["rows"]["rejected"].popitem()[0].startswith("the label '?'")
    assert found["threshold"] == 0.6
    assert found["auc"]["value"] == 0.75  # of 0.9>0.7, 0.9>0.1, 0.5<0.7, 0.5>0.1
    assert found["precision"]["value"] == found["recall"]["value"] == found["f1"]["value"] == 0.5
    assert found["accuracy"]["value"] == 0.5
    assert found["calibration_error"]["value"] == round((0.1 + 0.7 + 0.5 + 0.1) / 4, 4)


def test_shares_without_a_mistake_are_of_as_many_rows_as_were_found_or_labelled(tmp_path):
    rows = [{"text": f"{i} {0.9 if i < 2 else 0.1}", "toxic": int(i < 6)} for i in range(10)]
    found = evaluate("toxicity", write(tmp_path / "t.jsonl", rows), tagger=Toxicity())
    assert found["precision"] == {"value": 1.0, "low": round(0.025 ** (1 / 2), 4), "high": 1.0}
    rows = [{"text": f"{i} {0.9 if i < 6 else 0.1}", "toxic": int(i < 2)} for i in range(10)]
    found = evaluate("toxicity", write(tmp_path / "t.jsonl", rows), tagger=Toxicity())
    assert found["recall"] == {"value": 1.0, "low": round(0.025 ** (1 / 2), 4), "high": 1.0}


def test_spans_that_only_stand_side_by_side_do_not_meet(tmp_path):
    rows = [{"text": "oh darn it", "spans": [{"start": 0, "end": 3}, {"start": 7, "end": 10}]}]
    spans = evaluate("profanity", write(tmp_path / "p.jsonl", rows), tagger=Profanity())["spans"]
    assert (spans["gold"], spans["found"], spans["gold_met"], spans["found_met"]) == (2, 1, 0, 0)


def test_profanity_counts_exact_spans_touched_ones_and_words(tmp_path):
    rows = [
        {"text": "oh darn it", "spans": [{"start": 3, "end": 7, "canonical": "darn"}]},
        {"text": "oh d*rn it", "spans": [{"start": 3, "end": 8, "canonical": "darn"}]},
        {"text": "oh heck", "spans": [{"start": 3, "end": 7, "canonical": "heck"}]},
        {"text": "darn sock", "spans": []},
        {"text": "unlabelled darn"},
    ]
    found = evaluate("profanity", write(tmp_path / "p.jsonl", rows), tagger=Profanity())
    assert found["spans"] == {
        "gold": 3, "found": 3, "exact": 1, "gold_met": 2, "found_met": 2, "named": 2, "right_word": 1,
    }  # fmt: skip
    assert found["f1"]["value"] == round(2 / 6, 4)
    assert found["met_recall"]["value"] == round(2 / 3, 4) and found["right_word"]["value"] == 0.5
    assert found["rows"]["used"] == 4


def test_offsets_count_in_the_text_as_given_and_not_as_cleaned(tmp_path):
    text = "  <b>so</b>\r\n darn it"
    at = text.index("darn")
    rows = [{"text": text, "spans": [{"start": at, "end": at + 4, "canonical": "darn"}]}]
    found = evaluate("profanity", write(tmp_path / "p.jsonl", rows), tagger=Profanity())
    assert found["spans"]["exact"] == 1


def test_intervals_resample_groups_articles_or_rows(tmp_path):
    def over(**columns):
        rows = [
            {"text": f"c {i / 10}", "toxic": i % 2} | {k: v[i] for k, v in columns.items()} for i in range(4)
        ]
        found = evaluate("toxicity", write(tmp_path / "t.jsonl", rows), tagger=Toxicity())["intervals"]
        return found["over"], found["units"]

    assert over(group="aabb", article_id="xxyz") == ("group", 2)
    assert over(thread="abcc") == ("thread", 3)
    assert over(article_id="xxyz") == ("article_id", 3)
    assert over(article_id="xxxx") == ("rows", 4)  # one article has nothing to resample
    assert over(group=["a", "b", None, "c"]) == ("rows", 4)
    assert over() == ("rows", 4)


def test_figures_do_not_depend_on_the_order_of_rows(tmp_path):
    before = evaluate("stance_article", write(tmp_path / "s.jsonl", ROWS), tagger=Stances())
    after = evaluate("stance_article", write(tmp_path / "r.jsonl", ROWS[::-1]), tagger=Stances())
    for name in ("confusion", "labels"):
        assert before[name] == after[name]


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("", UnreadableSource, "empty"),
        ("A page of prose.\n\nWith nothing in it.\n", UnreadableSource, "flat text, and no table"),
        ("text,toxic\nx 0.1,\n", UnreadableSource, "no row has gold that can be used: no gold"),
        ("text,other\nx,1\n", UsageError, "none of the columns toxic, toxicity, label"),
        ("toxic,other\n1,2\n0,3\n", UnreadableSource, "holds no labelled comment"),
    ],
)
def test_data_that_cannot_be_used(tmp_path, text, error, why):
    path = tmp_path / ("t.txt" if "prose" in text else "t.csv")
    path.write_text(text)
    with pytest.raises(error, match=why):
        evaluate("toxicity", path, tagger=Toxicity())


def test_many_unknown_labels_are_counted_without_end(tmp_path):
    rows = [{"text": "a 0.1", "toxic": 0}, *({"text": "a 0.1", "toxic": f"l{i}"} for i in range(500))]
    intake = Intake()
    found = evaluate("toxicity", write(tmp_path / "t.jsonl", rows), intake=intake, tagger=Toxicity())
    assert intake.n_rejected == 500 and len(found["rows"]["rejected"]) <= 21


@pytest.mark.parametrize(
    ("task", "arguments", "why"),
    [
        ("colour", {}, "no task called 'colour'"),
        ("structure", {}, "needs --page"),
        ("toxicity", {"page": "p.txt"}, "--page goes with structure"),
        ("toxicity", {"target": "x"}, "--target goes with stance_article"),
        ("structure", {"page": "p.txt", "columns": ["a=text"]}, "--map does not go"),
    ],
)
def test_arguments_that_do_not_fit(task, arguments, why):
    with pytest.raises(UsageError, match=why):
        evaluate(task, "f.csv", tagger=Toxicity(), **arguments)


def test_hostile_names_and_labels_print_as_plain_text(tmp_path):
    rows = [{"text": "a 0.9", "to\x1b]0;x\x07x": "1"}, {"text": "b 0.1", "to\x1b]0;x\x07x": "\x1b[2J\u202e"}]
    found = evaluate(
        "toxicity", write(tmp_path / "t.jsonl", rows), columns=["to\x1b]0;x\x07x=label"], tagger=Toxicity()
    )
    shown = render(found)
    assert found["rows"]["used"] == 1 and not any(c in shown for c in "\x1b\x07\u202e")


PAGE = "A tax is planned\n\nThe council wants it.\n\nfirst\n\nsecond\nmore of it\nthird\nfourth\n"


def page_gold(*comments):
    rows = [
        {"kind": "article", "article_id": "p", "title": "A tax", "text": "", "line_start": 1, "line_end": 3}
    ]
    return rows + [
        {
            "kind": "comment", "article_id": "p", "comment_id": f"p:{start}", "line_start": start, "line_end": end,
            "parent_id": None if parent is None else f"p:{parent}", "text": "t",
        }
        for start, end, parent in comments
    ]  # fmt: skip


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "p.txt"
    path.write_text(PAGE)
    return path


def test_structure_against_itself_is_right(tmp_path, page):
    gold = write(tmp_path / "g.jsonl", page_gold((5, 6, None), (7, 8, 5), (9, 9, None), (10, 10, 9)))
    parser = Parser((5, 5, None), (7, 8, 0), (9, 9, None), (10, 10, 2))
    found = evaluate("structure", gold, page=page, tagger=parser)
    for name in ("boundary_precision", "exact_spans", "end_to_end_links", "parent_accuracy"):
        assert found[name] == {"value": 1.0, "low": 0.1581, "high": 1.0}, (
            name
        )  # all right in both of two threads
    assert found["boundary_f1"] == {"value": 1.0, "low": None, "high": None}
    assert found["article_end"] == {"right": True, "first_comment": 5, "first_comment_found": 5}
    assert found["intervals"]["over"] == "threads" and found["intervals"]["units"] == 2
    # of second, third and fourth, two answer the comment above and one is top level
    assert found["answers_above"]["value"] == round(2 / 3, 4)
    assert found["all_top_level"]["value"] == round(1 / 3, 4)
    assert found["calibration_error"] == 0.25  # 0.75 said, all right


def test_structure_counts_each_kind_of_mistake(tmp_path, page):
    gold = write(tmp_path / "g.jsonl", page_gold((5, 5, None), (7, 8, 5), (9, 9, 7), (10, 10, None)))
    # the article read too short, "second" cut in two, and "third" hung on "first"
    parser = Parser((3, 3, None), (5, 5, None), (7, 7, 1), (8, 8, 2), (9, 9, 1), (10, 10, None))
    found = evaluate("structure", gold, page=page, tagger=parser)
    assert found["boundary_precision"]["value"] == round(4 / 6, 4)
    assert found["boundary_recall"]["value"] == 1
    assert found["boundary_f1"]["value"] == 0.8
    assert found["exact_spans"]["value"] == 0.75
    assert found["end_to_end_links"]["value"] == 0.75
    assert found["parent_accuracy"]["value"] == round(2 / 3, 4)
    assert found["article_end"] == {"right": False, "first_comment": 5, "first_comment_found": 3}
    assert "wrong: comments from line 3" in render(found)


def test_structure_of_a_page_without_comments(tmp_path, page):
    gold = write(tmp_path / "g.jsonl", page_gold())
    found = evaluate("structure", gold, page=page, tagger=Parser())
    assert found["article_end"]["right"] and found["boundary_f1"]["value"] is None
    found = evaluate("structure", gold, page=page, tagger=Parser((5, 5, None)))
    assert not found["article_end"]["right"] and found["boundary_precision"]["value"] == 0
    json.dumps(found, allow_nan=False)
    render(found)


def test_labels_that_do_not_fit_the_page_are_rejects(tmp_path, page):
    rows = page_gold((5, 5, None), (6, 6, None), (7, 8, 4), (8, 9, None), (10, 99, None), (9, 9, 10))
    rows.append(rows[1] | {"line_start": 10, "line_end": 10})
    rows.append(rows[1] | {"comment_id": "z", "line_start": "x"})
    intake = Intake()
    parser = Parser((5, 5, None), (7, 8, 0), (9, 9, None))
    found = evaluate("structure", write(tmp_path / "g.jsonl", rows), page=page, intake=intake, tagger=parser)
    assert found["rows"]["rejected"] == {
        "lines of which none holds text": 1,
        "lines that belong to another comment too": 1,
        "no line_start and line_end that are lines of the page": 2,
        "a comment_id that another comment has": 1,
        "a parent that the file does not hold": 2,
    }
    assert found["comments"]["gold"] == 3 and found["comments"]["asked"] == 0


def test_structure_takes_one_page_and_one_that_it_labels(tmp_path, page):
    rows = page_gold((5, 5, None))
    with pytest.raises(UsageError, match="holds 2 articles"):
        both = write(tmp_path / "g.jsonl", [*rows, rows[1] | {"article_id": "q"}])
        evaluate("structure", both, page=page, tagger=Parser())
    with pytest.raises(UnreadableSource, match="holds no comment of .*p.txt"):
        evaluate(
            "structure", write(tmp_path / "g.jsonl", page_gold((50, 51, None))), page=page, tagger=Parser()
        )
