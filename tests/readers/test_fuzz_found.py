"""What fuzzing found, one test each: `scripts/fuzz_readers.py` runs the families at length."""

import io
import json
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import comes_back, examine, lines, load, one, tree
from test_exports import DISQUS, WXR

from discourse.readers import Intake, Reject
from discourse.readers.clean import clean_line
from discourse.readers.exports import SHAPES
from discourse.schema import UnreadableSource, UsageError


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


ROWS = lines({"id": 1, "text": "hi"}, {"id": 2, "parent_id": 1, "text": "re"}).encode()


def test_our_own_rows_come_back_with_ids_that_look_like_gaps_or_floats():
    for odd in ("17.0", "nan", "null"):
        rows = [{"storyID": odd, "revisions": [{"body": "x"}], "id": odd, "createdAt": "2020-01-01"}]
        page = one(lines(*rows), "coral.jsonl")
        assert (page.article.article_id, page.comments[0].comment_id) == (odd, odd)
        comes_back([page])


def test_our_own_rows_are_never_taken_for_something_else():
    ours = {"kind": "comment", "comment_id": "1", "text": "x", "parent_source": "given"}
    for other in (
        {"interactions": [{"response": {}}]},
        {"cid": 1, "aweme_id": 2},
        {"body": "y", "link_id": "z", "id": 3},
    ):
        page = one(lines(ours | other), "x.jsonl")
        assert (page.comments[0].comment_id, page.comments[0].text) == ("1", "x")
        comes_back([page])
    page = one(lines({"id": 1, "text": "[deleted]", "parent_source": "given"}), "x.jsonl")
    assert page.comments[0].extra == {}, "a row of ours says itself whether it was deleted"


def test_a_file_of_mixed_rows_is_read_row_by_row():
    mixed = lines(
        {"kind": "comment", "comment_id": "1", "text": "", "parent_source": "given"}, {"id": 2, "text": ""}
    )
    (page,), intake = load(mixed, "x.jsonl")
    assert tree(page) == [("1", None, 1)]
    assert intake.rejected == {"no text": 1}, "an empty text is right in a row of ours alone"


def test_ids_lose_what_cannot_be_seen():
    page = one(lines({"comment_counter": "s\ufeffource1_7_0", "comment_text": "x"}), "x.jsonl")
    assert page.comments[0].comment_id == "source1_7_0"


def test_names_of_columns_in_messages_can_be_printed():
    with pytest.raises(UsageError) as caught:
        load(lines({"te\ud800xt": "a", "b\x1b[2J\n": 1}), "x.jsonl", map={"text": "nothing"})
    assert str(caught.value).isprintable()


def test_excerpts_stand_on_one_line():
    one_comment = "<li class='comment' id='comment-1'><b class='fn'>Ann</b><div class='comment-content'><p>one</p><p>two</p></div></li>"
    _, intake = load(
        f"<html><body><ol class='comment-list'>{one_comment * 2}</ol></body></html>", "page.html"
    )
    assert [r.excerpt for r in intake.rejects] == ["one two"]


def test_lines_and_probabilities_of_foreign_tables_are_checked():
    rows = [
        {"id": 1, "text": "a", "parent_source": "x", "parent_confidence": "0.25", "line_start": "12", "line_end": 13.0},
        {"id": 2, "text": "b", "parent_source": ["x"], "parent_confidence": float("nan"), "line_start": "x", "line_end": 2**40},
        {"id": 3, "text": "c", "parent_source": "x", "parent_confidence": 10**400, "line_start": [1], "line_end": True},
    ]  # fmt: skip
    page = one(lines(*rows), "x.jsonl")
    assert [(c.parent_source, c.parent_confidence, c.line_start, c.line_end) for c in page.comments] == [
        ("x", 0.25, 12, 13), ("given", 1.0, None, None), ("x", 1.0, None, None),
    ]  # fmt: skip
    examine(lines(*rows), "x.jsonl")


def test_parquet_times_beyond_the_calendar_cost_no_row():
    table = pa.table({"text": ["a", "b"], "created_at": pa.array([0, 2**55], pa.timestamp("ms"))})
    out = io.BytesIO()
    pq.write_table(table, out)
    (page,), intake = load(out.getvalue(), "x.parquet")
    assert [c.text for c in page.comments] == ["a", "b"]
    assert page.comments[0].posted_at.year == 1970
    assert page.comments[1].extra["posted_at_as_given"] == f"out of range: {2**55} ms"
    assert intake.repairs["times out of range kept as text"] == 1


def test_parquet_times_in_a_zone_that_nobody_knows_are_read():
    def zoned(zone):
        times = pa.array([0, None], pa.timestamp("ms"))
        inside = pa.array(
            [{"a": [{"b": 0}]}, None], pa.struct([("a", pa.list_(pa.struct([("b", pa.timestamp("ms"))])))])
        )
        pairs = pa.array([[("k", 0)], []], pa.map_(pa.string(), pa.timestamp("ms")))
        time = pa.timestamp("ms", zone)
        table = pa.table({
            "text": ["a", "b"], "created_at": times.cast(time), "pairs": pairs.cast(pa.map_(pa.string(), time)),
            "inside": inside.cast(pa.struct([("a", pa.list_(pa.struct([("b", time)])))])),
        })  # fmt: skip
        out = io.BytesIO()
        pq.write_table(table, out)
        return out.getvalue()

    known, _ = load(zoned("UTC"), "x.parquet")
    for zone in ("\x0b14:00", "+99:99", "Nowhere/Town"):
        found, intake = load(zoned(zone), "x.parquet")
        assert found == known and found[0].comments[0].posted_at.year == 1970
        assert intake.repairs["columns of times in an unknown time zone, read as UTC"] == 3
        examine(zoned(zone), "x.parquet")


def test_a_damaged_member_costs_that_member_alone():
    data = bytearray(zipped(**{"a.jsonl": ROWS, "b.jsonl": ROWS.replace(b"hi", b"ho")}))
    data[data.index(b'"hi"') + 1] ^= 1  # its checksum is wrong now
    found, intake = load(bytes(data), "x.zip")
    assert intake.rejected["could not be read"] == 1
    assert any(c.text == "ho" for d in found for c in d.comments)


def test_a_tar_that_breaks_off_gives_the_members_before_the_break():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("a.jsonl", "b.jsonl"):
            info = tarfile.TarInfo(name)
            info.size = len(ROWS)
            archive.addfile(info, io.BytesIO(ROWS))
    (page,), intake = load(out.getvalue()[:1300], "x.tar")
    assert page.article.article_id == "a" and len(page.comments) == 2
    assert intake.rejected == {"could not be read": 1}


def test_a_line_end_in_a_name_of_an_archive():
    found, _ = load(zipped(**{"con\n.jsonl": ROWS}), "x.zip")
    assert found[0].article.article_id == "con"
    comes_back(found)


LISTS = {
    "Reddit listing": {"kind": "Listing", "data": {"children": [None]}},
    "Hacker News tree": {"id": 1, "created_at_i": 1, "children": ["x"]},
    "Hacker News search": {"hits": [{"objectID": "1", "comment_text": "a", "story_id": 2}, 7]},
    "YouTube info": {"id": "v", "webpage_url": "u", "comments": [1]},
    "YouTube API": {"kind": "youtube#commentListResponse", "items": [None]},
    "Discourse topic": {"id": 1, "title": "T", "post_stream": {"posts": ["x"]}},
    "Mastodon context": {"ancestors": [], "descendants": [0]},
    "Lemmy": {"comments": [{"comment": {"path": "0.1", "id": 1, "post_id": 2}}, {"comment": {"id": 3}}]},
    "Bluesky thread": {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {"uri": "at://x"}, "replies": [5]}},
    "Coral API": {"story": {"id": "s", "comments": {"edges": [{"node": None}]}}},
    "isso": {"title": "T", "comments": [{"text": "a", "created": "2020-01-01", "website": ""}, []]},
    "nested comments": {"title": "T", "comments": ["x", {"text": "a"}]},
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_comment_in_a_list_of_comments_is_a_reject(name):
    from discourse.readers import Intake, ReadOptions
    from discourse.readers.exports import NESTED
    from discourse.readers.items import Reject
    from discourse.readers.place import Place

    shape = next(shape for shape in (*SHAPES, NESTED) if shape.name == name)
    assert shape.matches(LISTS[name])
    intake = Intake()
    items = list(shape.read(LISTS[name], Place("x", "x", ReadOptions(), intake)))
    assert intake.n_rejected + sum(isinstance(item, Reject) for item in items) == 1


def test_values_without_article_or_comment_are_mentioned():
    _, intake = load(lines({"kind": "Listing", "data": {"children": []}}, {"text": "x"}), "x.jsonl")
    assert intake.notes == ["x.jsonl: values with neither article nor comment are left out"]


def test_half_a_comment_at_a_break_is_no_comment():
    rows = [{"id": n, "text": f"t{n}", "parent_id": 1 if n > 1 else None} for n in (1, 2, 3)]
    for whole in (json.dumps(rows), json.dumps({"title": "T", "comments": rows})):
        cut = whole[: whole.rindex('"parent_id"')]
        for ending in (cut, cut + "\\x]"):
            (page,), intake = load(ending, "x.json")
            assert tree(page) == [("1", None, 1), ("2", "1", 2)]
            assert intake.n_rejected == 1 and (
                "breaks off" in str(intake.rejected) or "damaged" in str(intake.rejected)
            )


def test_a_broken_byte_in_a_large_document_costs_no_comment(monkeypatch):
    monkeypatch.setattr("discourse.readers.jsonvalues._WHOLE", 100)
    rows = json.dumps([{"id": n, "text": f"text number {n}"} for n in range(20)]).encode()
    (page,), intake = load(rows.replace(b"number 7", b"n\xffmber 7\x00"), "x.json")
    assert len(page.comments) == 20 and page.comments[7].text == "text n\ufffdmber 7"
    assert intake.n_rejected == 0


@pytest.mark.parametrize("rows", [20, 200, 7000])
def test_a_quotation_mark_that_is_never_closed_costs_its_row_alone(rows):
    table = ["id,text,note"] + [f"{n},text {n},x" for n in range(rows)]
    table[6] = '5,"never closed,x'
    (page,), intake = load("\n".join(table) + "\n", "x.csv")
    assert [c.comment_id for c in page.comments] == [str(n) for n in range(rows) if n != 5]
    assert intake.n_rejected == 1 and intake.rejects[0].line == 7
    table[6], table[-1] = '5,"never closed,x', f'{rows - 1},"two\nlines",5" tall'
    (page,), intake = load("\n".join(table), "x.csv")
    assert len(page.comments) == rows - 1 and page.comments[-1].text == "two\nlines"
    assert intake.n_rejected == 1
    table[6] = '5,"two\nlines, ""quoted""",x'
    (page,), intake = load("\n".join(table) + "\n", "x.csv")
    assert len(page.comments) == rows and page.comments[5].text == 'two\nlines, "quoted"'
    assert intake.n_rejected == 0


def test_a_table_of_stray_quotation_marks_is_not_read_anew_for_each(monkeypatch):
    from discourse.readers import tables

    taken, real = [0], tables._Lines.__next__

    def counted(self):
        taken[0] += 1
        return real(self)

    monkeypatch.setattr(tables._Lines, "__next__", counted)
    (page,), _ = load("id,text\n1,fine\n" + 'x"y,"z\n' * 2000, "x.csv")
    assert page.comments[0].text == "fine" and taken[0] < 2000 * 100


QUOTED = [
    '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">',
    '<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/">',
]


@pytest.mark.parametrize("quoted", QUOTED)
def test_json_whose_texts_quote_an_export_is_json(quoted):
    row = {"comment_id": "1", "article_id": "a", "text": f"see {quoted} there"}
    for data, name in ((json.dumps(row) + "\n", "x.jsonl"), (json.dumps([row]), "x.json")):
        (page,) = examine(data, name)
        assert [c.comment_id for c in page.comments] == ["1"]


@pytest.mark.parametrize("quoted", QUOTED)
def test_tables_and_pages_that_quote_an_export_are_what_they_are(quoted):
    cell = quoted.replace('"', '""')
    for data in (f'id,text\n1,"see {cell} there"\n', f'text,id\n"{cell}",1\n'):
        (page,), intake = load(data, "x.csv")
        assert [c.comment_id for c in page.comments] == ["1"] and intake.forms == {"table": 1}
    shown = f"<html><body><p>{quoted} begins an export.</p></body></html>"
    assert load(shown, "x.html")[1].forms == {"HTML page": 1}
    assert load(f"An article\n\nIt begins with {quoted}\n", "x.txt")[1].forms == {"flat text": 1}


@pytest.mark.parametrize("whole", [DISQUS, WXR])
def test_an_export_is_told_whatever_stands_before_its_root(whole):
    root = whole.partition("?>")[2]
    for before in (
        "",
        "\ufeff\n \n",
        "<?xml version='1.0'?><?xml-stylesheet?>\n<!-- a > b <rss> <disqus --> ",
    ):
        assert sum(len(d.comments) for d in load(before + root)[0]) in (3, 4)
    for before in ("<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!-- x --><!DOCTYPE x>"):
        with pytest.raises(UnreadableSource, match="declares a document type"):
            load(before + root)


def test_excerpts_are_clean_where_they_are_cut():
    for text in ("x" * 199 + " y", "x" * 199 + "\u200b y", "x" * 198 + "\U0001f3f4\U000e0067\U000e007f y"):
        intake = Intake()
        intake.reject(Reject("x.html", None, "reason", text))
        said = intake.rejects[0].excerpt
        assert clean_line(said) == said and said.startswith("x" * 198)


def test_a_warning_without_a_text_comes_back_as_it_was():
    status = {
        "id": 2,
        "in_reply_to_id": 1,
        "content": "",
        "spoiler_text": "spiders",
        "account": {"acct": "a"},
    }
    page = one(lines(status), "x.jsonl")
    assert page.comments[0].text == "spiders"
    comes_back([page])


def test_how_a_parent_was_known_is_read_whatever_stands_around_the_word():
    row = {"comment_id": 1, "text": "x", "parent_source": " or\u202ephan", "missing_parent_id": 9}
    page = one(lines(row), "x.jsonl")
    (comment,) = page.comments
    assert (comment.parent_source, comment.extra) == ("orphan", {"missing_parent_id": "9"})
    comes_back([page])


LONG, FAR = "9" * 5000, "1e99999999999999999999"


@pytest.mark.parametrize(
    "likes", [LONG, f"-{LONG}", FAR, f"-{FAR}", "0.5e-99999999999999999999", "NaN", "-Infinity"]
)
@pytest.mark.parametrize("deep", [False, True])
def test_numbers_that_no_parser_digests_cost_no_comment(likes, deep, monkeypatch):
    nested = "[" * 3000 + "]" * 3000 if deep else "1"
    row = '{"id": %d, "text": "\\"NaN\\\\", "likes": %s, "nested": %s}'
    rows = [row % (1, likes, "1"), row % (2, "1", nested)]
    for data, name in (("\n".join(rows) + "\n", "x.jsonl"), (f"[{rows[0]},{rows[1]}]", "x.json")):
        page = one(data, name)
        assert tree(page) == [("1", None, 1), ("2", None, 1)]
        assert {c.text for c in page.comments} == {'"NaN\\'}
        examine(data, name)
    (page,), intake = load(f"[{rows[0]},{rows[1][:12]}", "x.json")
    assert tree(page) == [("1", None, 1)] and intake.n_rejected == 1
    monkeypatch.setattr("discourse.readers.jsonvalues._WHOLE", 100)
    page = one(f"[{rows[0]},{rows[1]}]", "x.json")
    assert tree(page) == [("1", None, 1), ("2", None, 1)]


def test_an_id_of_any_length_keeps_its_digits():
    rows = f'{{"id": {LONG}, "text": "a"}}\n{{"id": 2, "parent_id": {LONG}, "text": "b"}}\n'
    for data, name in ((rows, "x.jsonl"), ("[" + rows.strip().replace("\n", ",") + "]", "x.json")):
        assert tree(one(data, name)) == [(LONG, None, 1), ("2", LONG, 2)]


def test_thousands_of_columns_of_one_name_are_numbered_at_once():
    header = ["id", "text", *["x"] * 3000, "x_2", "x"]
    row = ["1", "said", *map(str, range(3002))]
    (page,), _ = load(",".join(header) + "\n" + ",".join(row) + "\n", "x.csv")
    (comment,) = page.comments
    assert list(comment.extra.values()) == row[2:] and len(comment.extra) == 3002
    assert {comment.extra[name] for name in ("x", "x_3", "x_2")} == {"0", "1", "3000"}


def test_a_name_written_as_it_should_be_comes_before_others_that_only_differ_in_case():
    """Columns of JSON rows have no order of their own, so "tExt" was read as the text when ours was read again."""
    for data, name in (
        (b"kind,text,tExt\ncomment,hello,other\n", "page.csv"),
        (b"kind,tExt,text\ncomment,other,hello\n", "page.csv"),
        (b'{"tExt": "other", "text": "hello"}\n', "page.jsonl"),
    ):
        comment = examine(data, name)[0].comments[0]
        assert (comment.text, comment.extra["tExt"]) == ("hello", "other")
    rows = '{"id": 1, "tExt": "hello"}\n' * 3000 + '{"id": 2, "text": "late"}\n'
    assert examine(rows, "page.jsonl")[0].comments[-1].text == "late"


def test_cells_beyond_the_header_take_no_columns_place():
    comment = examine(b"text,column_3\nhello,kept,further\n", "page.csv")[0].comments[0]
    assert comment.extra == {"column_3": "kept", "column_3_": "further"}
