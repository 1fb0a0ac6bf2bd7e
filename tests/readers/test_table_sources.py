"""Tables: JSON Lines, CSV, TSV, Parquet; the contract's names, and what bad tables hold."""

import io
import json
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sources import by_id, check, lines, load, one, tree

from discourse.readers.rows import column_map
from discourse.schema import UnreadableSource, UsageError


def test_only_text_is_required():
    page = one("text\nfirst\nsecond\n", "talk.csv")
    assert page.article.article_id == "talk"
    assert [(c.comment_id, c.text, c.depth) for c in page.comments] == [
        ("talk:1", "first", 1),
        ("talk:2", "second", 1),
    ]
    assert {c.parent_source for c in page.comments} == {"assumed"}
    assert {c.parent_confidence for c in page.comments} == {0.0}


@pytest.mark.parametrize(
    "names",
    [
        ("comment_id", "article_id", "posted_at", "text"),
        ("id", "thread_id", "created_at", "body"),
        ("ID", "Thread_ID", "Timestamp", "Content"),
    ],
)
def test_every_name_of_the_contract(names):
    own, article, time, text = names
    rows = f"{own},parent_id,{article},author,{time},{text},article_title,article_text,target\n2,1,a,Bob,2020-01-01T01:00:00+01:00,re,,,Trams are good\n1,,a,Ann,1577836800,hi,Trams,All about trams,\n"
    page = one(rows)
    assert (page.article.article_id, page.article.title, page.article.text) == (
        "a",
        "Trams",
        "All about trams",
    )
    assert tree(page) == [("1", None, 1), ("2", "1", 2)]
    assert {c.author: c.posted_at for c in page.comments} == dict.fromkeys(
        ("Ann", "Bob"), datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert by_id(page)["2"].extra == {"target": "Trams are good"} and not by_id(page)["1"].extra


def test_map_in_both_directions():
    rows = lines({"msg": "hi", "nr": 1}, {"msg": "re", "nr": 2, "to": 1})
    for pairs in (
        ["msg=text", "nr=comment_id", "to=parent_id"],
        ["text=msg", "comment_id=nr", "parent_id=to"],
    ):
        page = one(rows, map=column_map(pairs))
        assert tree(page) == [("1", None, 1), ("2", "1", 2)]
    with pytest.raises(UsageError, match="names are comment_id"):
        column_map(["msg=txt"])
    for half in ("text", "=text", "text="):
        with pytest.raises(UsageError, match="write COLUMN=NAME; names are"):
            column_map([half])
    with pytest.raises(UsageError, match="no column 'nothing'; there are msg"):
        one(rows, map={"text": "nothing"})


def test_a_wrong_name_or_column_is_told_with_the_one_that_may_be_meant():
    with pytest.raises(UsageError, match=r"--map Nr=id: 'id' is no name; .*; did you mean 'comment_id'\?$"):
        column_map(["Nr=id"])
    with pytest.raises(UsageError, match=r"'autor' is no name; .*; did you mean 'author'\?$"):
        column_map(["von=autor"])
    with pytest.raises(UsageError, match=r"'xyz' is no name; names are .*target$"):
        column_map(["von=xyz"])
    with pytest.raises(
        UsageError, match="no column 'komentartext'; did you mean 'Kommentartext'\\? there are"
    ):
        one(lines({"Kommentartext": "hi", "Nr": 1}), map={"text": "komentartext"})


def test_map_overrides_a_known_shape():
    row = {"id": "1", "body": "b", "link_id": "t3_x", "other": "the text"}
    assert one(lines(row), map={"text": "other"}).comments[0].text == "the text"


def test_unknown_columns_travel_along():
    page = one(lines({"text": "a", "mood": "glad", "n": 3, "list": [1, {"b": 2}], "none": None}))
    extra = dict(page.comments[0].extra.items())
    assert extra == {"mood": "glad", "n": 3, "list": [1, {"b": 2}]}
    assert one("text,mood\na,007\n").comments[0].extra == {"mood": "007"}


def test_ids_beyond_two_to_the_53_stay_exact():
    big = 2**60 + 1
    page = one(lines({"id": big, "text": "a"}, {"id": big + 1, "parent_id": big, "text": "b"}))
    assert tree(page) == [(str(big), None, 1), (str(big + 1), str(big), 2)]
    huge = str(10**40 + 1)
    assert one('{"id": ' + huge + ', "text": "a"}\n').comments[0].comment_id == huge
    table = pa.table({"id": [big, big + 1], "parent_id": pa.array([None, big]), "text": ["a", "b"]})
    assert tree(one(parquet(table))) == [(str(big), None, 1), (str(big + 1), str(big), 2)]


def test_ids_that_pandas_made_floats():
    page = one("id,parent_id,text\n1.0,,a\n2.0,1.0,b\n3.0,nan,c\n")
    assert tree(page) == [("1", None, 1), ("2", "1", 2), ("3", None, 1)]


def parquet(table):
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


def test_parquet_with_times_and_nested_columns():
    table = pa.table(
        {
            "text": ["a", None],
            "created_at": pa.array([datetime(2020, 1, 1), None], pa.timestamp("ns", "Europe/Paris")),
            "tags": [["x"], []],
        }
    )
    (page,), intake = load(parquet(table), "t.parquet")
    assert page.comments[0].posted_at == datetime(2020, 1, 1, tzinfo=UTC) and page.comments[0].extra[
        "tags"
    ] == ["x"]
    assert intake.rejected == {"no text": 1}
    with pytest.raises(UnreadableSource, match="damaged Parquet"):
        load(parquet(table)[:-8], "t.parquet")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter):
    rows = f'id{delimiter}text\n1{delimiter}"a,b;c|d\te"\n'
    assert one(rows, "x.csv").comments[0].text.replace(" ", "\t") == "a,b;c|d\te"


def test_cells_with_line_ends_quotes_and_nuls():
    page = one('id,text,note\r\n1,"two\r\nlines ""quoted""",x\r\n2,nul\x00led,y\r\n')
    assert [c.text for c in page.comments] == ['two\nlines "quoted"', "nulled"]


def test_old_line_ends_and_byte_order_marks():
    assert len(one("\ufeffid,text\n1,a\n2,b\n").comments) == 2
    assert len(one("id,text\r1,a\r2,b\r", "old.csv").comments) == 2
    assert one("id,text\n1,é\n".encode("utf-16"), "x.csv").comments[0].text == "é"


def test_lines_in_another_encoding_harm_no_other():
    data = "id,text\n1,caf\u00e9\n".encode() + "2,na\u00efve\n".encode("cp1252") + "3,\u00fcber\n".encode()
    (page,), intake = load(data, "x.csv")
    assert [c.text for c in page.comments] == ["café", "naïve", "über"]
    assert (
        intake.repairs == {"lines in another encoding than UTF-8": 1}
        and "utf-8 and windows-1252" in intake.encodings
    )


def test_repeated_headers_short_and_long_rows():
    (page,), intake = load("text,text,x\nfirst,second,1\nonly\na,b,c,d\n", "x.csv")
    assert [c.text for c in page.comments] == ["first", "only", "a"]
    assert page.comments[0].extra["text_2"] == "second" and page.comments[2].extra["column_4"] == "d"
    assert intake.repairs == {"rows with more cells than columns": 1}
    assert any("several columns are called 'text'" in note for note in intake.notes)


def test_a_quotation_mark_never_closed_is_a_reject():
    rows = 'id,text\n1,fine\n2,"never closed\n' + "".join(f"{n},row {n}\n" for n in range(3, 80))
    (page,), intake = load(rows, "x.csv")
    assert intake.n_rejected + len(page.comments) >= 2 and page.comments[0].text == "fine"
    rows = 'id,text,x\n1,fine,y\n2,"never closed,z\n' + "".join(f"{n},row {n},q\n" for n in range(3, 80))
    (page,), intake = load(rows, "x.csv")
    assert intake.n_rejected == 1 and "never closed" in next(iter(intake.rejected))


def test_a_quotation_mark_never_closed_is_told_by_its_line():
    rows = 'id,text,x\n1,fine,y\n2,"two\nlines","never closed\n4,d,q\n5,e,q\n'
    _, intake = load(rows, "x.csv")
    told = "x.csv: a quotation mark that is never closed: it opens on line 4; close it, or write it twice"
    assert [note for note in intake.notes if note.startswith(told)]
    assert intake.rejects[0].line == 3 and intake.rejects[0].excerpt == 'lines","never closed'
    with pytest.raises(
        UnreadableSource, match="1 for this reason: .* never closed; it opens on line 2; close it"
    ):
        load('comment,user\n"never closed, hm\nfoo,bar\n', "x.csv")


def test_a_cell_too_long_is_told_from_a_quotation_mark_never_closed(monkeypatch):
    monkeypatch.setattr("discourse.readers.tables.MAX_CELL", 100)
    for cell, line in (
        ("y" * 101, 3),
        ('"' + "y" * 60 + "\n" + "y" * 60 + '"', 3),
        ('"a\nb"","' + "y" * 101, 3),
    ):
        _, intake = load(f"id,text\n1,fine\n2,{cell}\n3,fine\n", "x.csv")
        assert intake.rejects[0].reason == "a cell of more than 16 million characters"
        assert any(
            f"16 million characters: it begins on line {line}; cut it" in note for note in intake.notes
        )
    _, intake = load(f'id,text,x\n1,fine,y\n2,"a\nb","{"y" * 60}\n{"y" * 60}"\n', "x.csv")
    assert any("16 million characters: it begins on line 4; cut it" in note for note in intake.notes)


def test_empty_rows_are_rejected_with_their_line():
    (page,), intake = load(
        lines(
            {"text": "a"},
            {"text": "  "},
            {"text": None, "id": 4},
            {"other": 1},
            {"text": "", "deleted": True},
        )
    )
    assert [c.text for c in page.comments] == ["a", ""]
    assert intake.rejected == {"no text": 3} and [r.line for r in intake.rejects] == [2, 3, 4]
    assert (intake.read, intake.kept, intake.deleted) == (5, 2, 1)


def test_lines_that_are_no_json_are_rejected():
    (page,), intake = load('{"text": "a"}\n{"text": "b\n[1, 2]\n"word"\n{"text": "c"}\n', "x.jsonl")
    assert [c.text for c in page.comments] == ["a", "c"]
    assert intake.rejected == {"not JSON": 1, "not a row": 2}
    assert all(len(r.excerpt) <= 200 for r in intake.rejects)


def test_json_nested_10_000_deep():
    deep = '{"a":' * 10_000 + "1" + "}" * 10_000
    (page,), intake = load('{"text": "fine"}\n{"text": "deep", "x": ' + deep + "}\n", "x.jsonl")
    assert [c.text for c in page.comments] == ["fine", "deep"]
    assert intake.repairs == {"columns nested too deeply left out": 1}
    for depth in (40, 60, 300, 600, 990, 2000):
        nested = '{"text": "a", "x": ' + "[" * depth + "]" * depth + "}\n"
        (page,), _ = load(nested, "x.jsonl", pseudonym_key=b"key")
        assert ("x" in page.comments[0].extra) == (depth <= 50)
    with pytest.raises(UnreadableSource, match="not a row"):
        load("[" * 10_000 + "]" * 10_000, "x.json")


def test_a_json_array_of_rows_and_a_cut_one():
    assert len(one(json.dumps([{"text": "a"}, {"text": "b"}])).comments) == 2
    (page,), intake = load('[{"text": "a"}, {"text": "b"}, {"te', "x.json")
    assert [c.text for c in page.comments] == ["a", "b"] and intake.rejected["JSON breaks off here"] == 1


def test_html_in_texts_and_text_that_only_looks_like_it():
    (page,), intake = load(
        lines(
            {"text": "<p>a &amp; b</p><p><a href='https://e.org'>c</a></p>"},
            {"text": "1 < 2 && x<y, I <3 it"},
        )
    )
    assert [c.text for c in page.comments] == ["a & b\nc (https://e.org)", "1 < 2 && x<y, I <3 it"]
    assert intake.repairs == {"texts turned from HTML": 1}


def test_days_and_months_are_told_apart_by_the_table():
    page = one("text,created_at\na,03/02/2020\nb,25/02/2020\n")
    assert page.comments[0].posted_at == datetime(2020, 2, 3, tzinfo=UTC)
    page = one("text,created_at\na,03/02/2020\nb,02/25/2020\n")
    assert page.comments[0].posted_at == datetime(2020, 3, 2, tzinfo=UTC)


def test_times_that_cannot_be_placed_are_kept_as_given():
    page = one(lines({"text": "a", "created_at": "2 days ago"}))
    assert page.comments[0].posted_at is None and page.comments[0].extra == {
        "posted_at_as_given": "2 days ago"
    }


def test_times_that_cannot_be_placed_are_counted():
    rows = [{"text": "a", "created_at": "2 days ago"}, {"text": "b", "created_at": "soon"}, {"text": "c"}]
    _, intake = load(lines(*rows))
    assert "times that could not be read: 2;" in intake.summary()
    _, intake = load(lines({"text": "a", "created_at": "2020-02-03"}))
    assert "could not be read" not in intake.summary()


def test_hostile_texts_are_safe_and_nothing_visible_is_lost():
    zalgo, rtl = "Z\u0351\u036ba\u0300lgo", "\u05e9\u05dc\u05d5\u05dd"
    page = one(
        lines({"text": f"\x1b[31mred\x1b[0m {zalgo} \u202e{rtl}", "x": "\ud800 half", "id": "\x1b[2Jid"})
    )
    assert page.comments[0].text == f"red {zalgo} {rtl}"
    assert page.comments[0].comment_id == "id"
    check([page])
    json.dumps(dict(page.comments[0].extra)).encode()


def test_a_column_that_looks_like_the_parent_is_pointed_out():
    _, intake = load(lines({"id": 1, "text": "a", "reply_to": None}, {"id": 2, "text": "b", "reply_to": 1}))
    assert any("--map reply_to=parent_id" in note for note in intake.notes)


def test_articles_beside_comments(tmp_path):
    (tmp_path / "articles.csv").write_text(
        "article_id,title,text,url,published_at\na,Trams,Body,https://e.org,2020-01-01\n"
    )
    (tmp_path / "comments.csv").write_text("comment_id,article_id,parent_id,text\n1,a,,hi\n2,a,1,re\n")
    page = one(tmp_path)
    assert (page.article.title, tree(page)) == ("Trams", [("1", None, 1), ("2", "1", 2)])


def test_a_column_called_kind_is_one_like_others():
    page = one(lines({"kind": "angry", "text": "<p>a</p>", "depth": 3}))
    assert (page.comments[0].text, page.comments[0].extra["kind"], page.comments[0].depth) == (
        "a",
        "angry",
        1,
    )
    assert page.comments[0].extra["depth"] == 3


TITLED = [
    {"id": 1, "text": "hi", "article_title": "Trams"},
    {"id": 2, "parent_id": 1, "text": "re", "article_title": "Trams"},
    {"id": 3, "text": "oh", "article_title": "Buses"},
    {"id": 4, "parent_id": 3, "text": "so"},
]


def as_file(rows, form):
    if form == "jsonl":
        return lines(*rows).encode()
    table = pd.DataFrame(rows)
    if form == "parquet":
        table.to_parquet(buffer := io.BytesIO())
        return buffer.getvalue()
    return table.to_csv(index=False, sep="\t" if form == "tsv" else ",").encode()


def titles(rows, form="jsonl"):
    found, _ = load(as_file(rows, form), f"talk.{form}")
    check(found)
    return {d.article.article_id: (d.article.title, [c.comment_id for c in d.comments]) for d in found}


@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "parquet"])
def test_rows_of_one_title_make_one_article(form):
    expected = {"Trams": ("Trams", ["1", "2"]), "Buses": ("Buses", ["3", "4"])}
    assert titles(TITLED, form) == expected
    assert titles([TITLED[n] for n in (3, 1, 2, 0)], form) == {
        "Trams": ("Trams", ["1", "2"]),
        "Buses": ("Buses", ["3", "4"]),
    }
    assert titles([row | {"article_title": "Trams"} for row in TITLED], form) == {
        "Trams": ("Trams", ["1", "2", "3", "4"])
    }


def test_rows_without_a_title_answer_the_only_one_of_their_table():
    rows = [
        {"id": 9, "text": "before"},
        *TITLED[:2],
        {"id": 5, "text": "after"},
        {"id": 6, "parent_id": 77, "text": "lost"},
    ]
    assert titles(rows) == {"Trams": ("Trams", ["9", "1", "2", "5", "6"])}
    assert titles([*rows, TITLED[2]]) == {
        "talk": (None, ["9", "5", "6"]),
        "Trams": ("Trams", ["1", "2"]),
        "Buses": ("Buses", ["3"]),
    }


def test_titles_beside_articles_ids():
    rows = [
        {"id": 1, "text": "hi", "article_id": "a", "article_title": "Trams"},
        {"id": 2, "parent_id": 1, "text": "re", "article_id": None, "article_title": "Trams"},
        {"id": 3, "text": "no id", "article_id": "", "article_title": "Trams"},
        {"id": 4, "text": "same title", "article_id": "b", "article_title": "Trams"},
    ]
    assert titles(rows) == {
        "a": ("Trams", ["1", "2"]),
        "Trams": ("Trams", ["3"]),
        "b": ("Trams", ["4"]),
    }


def test_long_titles_are_told_apart_and_a_text_without_a_title_is_kept():
    long = "word " * 60
    rows = [{"id": n, "text": "t", "article_title": long + end} for n, end in enumerate("abb")]
    found = titles(rows)
    assert [(len(name) < 140, title[-1], ids) for name, (title, ids) in found.items()] == [
        (True, "a", ["0"]),
        (True, "b", ["1", "2"]),
    ]
    page = one(lines({"id": 1, "text": "t", "article_text": "All about trams"}), "talk.jsonl")
    assert (page.article.article_id, page.article.text) == ("talk", "All about trams")


def test_rows_with_columns_of_their_own_are_read_by_one_reader(monkeypatch):
    from discourse.readers import objects, rows

    made = []
    monkeypatch.setattr(
        objects, "RowReader", lambda *args, **more: made.append(args) or rows.RowReader(*args, **more)
    )
    data = [{"id": n, "text": f"t{n}", f"k{n}": n} for n in range(3000)]
    data += [
        {"id": 3000, "text": "last", "Parent_ID": 7, "author": "Ann"},
        {"id": 3001, " TEXT ": "not read"},
    ]
    (page,), intake = load(lines(*data), "x.jsonl")
    assert len(page.comments) == 3001 and len(made) == 2
    assert {c.comment_id: c.extra[f"k{c.comment_id}"] for c in page.comments if c.extra} == {
        str(n): n for n in range(3000)
    }
    last = by_id(page)["3000"]
    assert (last.parent_id, last.author, intake.rejected) == ("7", "Ann", {"no text": 1})
