import json
from dataclasses import replace

import pyarrow as pa
import pytest

from discourse.schema import TAG_COLUMNS, Article, Comment, Discussion, Tags
from discourse.schema.plain import comment_row, json_line
from discourse.schema.tables import (
    COMMENT_SCHEMA,
    TAG_SCHEMA,
    TAGGED_COMMENT_SCHEMA,
    article_table,
    comment_table,
    span_table,
    tags_from_columns,
    to_frame,
)


def discussion(count=2, tags=()):
    comments = tuple(
        Comment(
            f"a:{i}",
            "a",
            None if i == 0 else "a:0",
            "a:0",
            1 + (i > 0),
            i,
            None,
            None,
            f"text {i}",
            i,
            i,
            "content",
            0.5,
        )
        for i in range(count)
    )
    return Discussion(Article("a", None, "body"), comments, tags)


def test_records_and_schema_name_the_same_columns():
    assert [f.name for f in TAG_SCHEMA] == list(TAG_COLUMNS)
    assert [f.name for f in COMMENT_SCHEMA] == list(Comment.__dataclass_fields__)[:-1]


def test_untagged_comments_have_no_tag_columns():
    assert comment_table([discussion()]).schema == COMMENT_SCHEMA


def test_tagged_comments_have_them_all():
    tags = tags_from_columns({"toxicity": [0.25, 0.5], "toxic": [False, True]}, 2)
    table = comment_table([discussion(tags=tags)])
    assert table.schema == TAGGED_COMMENT_SCHEMA
    assert table.column("toxicity").to_pylist() == [0.25, 0.5]
    assert table.column("stance_article").to_pylist() == [None, None]


def test_types_of_the_contract():
    assert TAG_SCHEMA.field("toxicity").type == pa.float32()
    assert article_table([discussion()]).schema.field("published_at").type == pa.timestamp("us", tz="UTC")


def test_empty_discussions_give_empty_tables():
    assert comment_table([]).num_rows == span_table([]).num_rows == 0


def test_frames_keep_missing_parents_as_missing():
    frame = to_frame(comment_table([discussion()]))
    assert frame["parent_id"].isna().tolist() == [True, False]
    assert frame["depth"].tolist() == [1, 2]


def test_columns_of_the_wrong_length_or_name_are_refused():
    with pytest.raises(ValueError, match="3 values for 2"):
        tags_from_columns({"toxicity": [0.1, 0.2, 0.3]}, 2)
    with pytest.raises(ValueError, match="unknown"):
        tags_from_columns({"mood": [1, 2]}, 2)
    assert tags_from_columns({}, 2) == (Tags(), Tags())


def test_numbers_that_no_float_holds_stay_exact_beside_fractions():
    page = discussion()
    comments = [replace(c, extra={"n": n}) for c, n in zip(page.comments, (2**60 + 1, 0.5), strict=True)]
    column = comment_table([replace(page, comments=tuple(comments))]).column("n")
    assert column.to_pylist() == [str(2**60 + 1), "0.5"]


def test_a_line_of_json_has_probabilities_to_six_digits():
    row = comment_row(replace(discussion().comments[0], parent_confidence=0.123456789))
    assert json.loads(json_line("comment", row))["parent_confidence"] == 0.123457
