"""`discourse parse` on sources that carry their structure: no model is loaded."""

import json
import subprocess
import sys

import pytest
from command_line import discourse

DISQUS = """<?xml version="1.0"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<thread dsq:id="1"><title>Trams</title><link>https://example.org/t</link></thread>
<post dsq:id="2"><message>hi</message><createdAt>2020-01-01T00:00:00Z</createdAt><author><name>Ann</name></author><thread dsq:id="1"/></post>
<post dsq:id="3"><message>hi ann</message><author><name>Bob</name></author><thread dsq:id="1"/><parent dsq:id="2"/></post>
<post dsq:id="4"><message>lost</message><author><name>Cy</name></author><thread dsq:id="1"/><parent dsq:id="9"/></post></disqus>"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "export.xml"
    path.write_text(DISQUS)
    return path


def rows_of(text):
    return [json.loads(line) for line in text.splitlines()]


def test_what_parse_writes_reads_back_the_same(source, tmp_path):
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"
    done = discourse("parse", source, "-o", once)
    assert done.returncode == 0, done.stderr.decode()
    assert (
        b"read 3 comments; kept 3 under 1 article; rejected 0; links: 1 given, 0 inferred, 1 orphan"
        in done.stderr
    )
    assert discourse("parse", once, "-o", twice).returncode == 0
    assert once.read_text() == twice.read_text()
    article, first, *_, lost = rows_of(once.read_text())
    assert (article["kind"], article["title"], first["posted_at"]) == (
        "article",
        "Trams",
        "2020-01-01T00:00:00Z",
    )
    assert (lost["parent_id"], lost["parent_source"], lost["missing_parent_id"]) == (None, "orphan", "9")


def test_rejects_stand_beside_the_output_and_exit_is_1(tmp_path):
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"text": "a"}\nnot json\n{"text": ""}\n')
    done = discourse("parse", source, "-o", out)
    assert done.returncode == 1 and b"rejected 2 (" in done.stderr
    rejects = rows_of((tmp_path / "out.jsonl.rejects.jsonl").read_text())
    assert [(r["line"], r["reason"]) for r in rejects] == [(2, "not JSON"), (3, "no text")]
    assert set(rejects[0]) == {"source", "line", "reason", "excerpt"}
    source.write_text('{"text": "a"}\n')
    assert discourse("parse", source, "-o", out).returncode == 0
    assert not (tmp_path / "out.jsonl.rejects.jsonl").exists()


def test_a_failed_parse_leaves_the_old_output_alone(tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("old\n")
    (tmp_path / "bad.xml").write_text('<?xml version="1.0"?><feed/>')
    done = discourse("parse", tmp_path / "bad.xml", "-o", out)
    assert done.returncode == 2 and done.stderr.count(b"\n") == 1
    assert out.read_text() == "old\n" and sorted(p.name for p in tmp_path.iterdir()) == [
        "bad.xml",
        "out.jsonl",
    ]


def test_map_and_standard_input():
    rows = b"msg,nr,to\nhi,1,\nre,2,1\n"
    done = discourse(
        "parse",
        "-",
        "-o",
        "-",
        "--map",
        "msg=text",
        "--map",
        "nr=comment_id",
        "--map",
        "to=parent_id",
        stdin=rows,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert [(r["comment_id"], r["parent_id"]) for r in rows_of(done.stdout.decode())[1:]] == [
        ("1", None),
        ("2", "1"),
    ]
    bad = discourse("parse", "-", "-o", "-", "--map", "msg=txt", stdin=rows)
    assert bad.returncode == 2 and b"names are comment_id" in bad.stderr


def test_pseudonymize_needs_a_key(source, tmp_path):
    missing = discourse("parse", source, "-o", "-", "--pseudonymize", DISCOURSE_KEY="")
    assert missing.returncode == 2 and b"DISCOURSE_KEY" in missing.stderr
    key = tmp_path / "key"
    key.write_text("a key of sixteen bytes or more\n")
    by_file = discourse("parse", source, "-o", "-", "--pseudonymize", "--key-file", key)
    by_name = discourse(
        "parse", source, "-o", "-", "--pseudonymize", DISCOURSE_KEY="a key of sixteen bytes or more"
    )
    assert by_file.stdout == by_name.stdout and b'"Ann"' not in by_file.stdout and b"user_" in by_file.stdout


def test_a_tree_for_a_person(source):
    done = discourse("parse", source)
    assert done.returncode == 0 and b"hi ann" in done.stdout


def test_extra_columns_in_tables(tmp_path):
    import discourse as library

    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a", "n": 1, "depth": 7, "x": [1]}\n{"text": "b", "n": null, "flag": true}\n')
    frame = library.read(path).comments
    assert (
        frame["n"].tolist()[0] == 1
        and frame["x"].tolist()[0] == "[1]"
        and frame["source_depth"].tolist()[0] == 7
    )
    assert frame["flag"].tolist()[1] is True


def test_the_readings_of_flat_pages_read_back_the_same(tmp_path, monkeypatch):
    from discourse import api
    from discourse.cli.parse import json_lines
    from discourse.schema import Article, Comment, Discussion

    class Parser:
        def rebuild(self, page):
            article = Article(page.page_id, page.title, "Body", source=page.source, line_start=1, line_end=2)
            first = Comment(f"{page.page_id}:1", page.page_id, None, f"{page.page_id}:1", 1, 0, None, None, "a", 3, 4, "content", 0.5)  # fmt: skip
            reply = Comment(f"{page.page_id}:2", page.page_id, first.comment_id, first.comment_id, 2, 1, None, None, "b <3 &amp;", 5, 5, "quotation", 0.75)  # fmt: skip
            return Discussion(article, (first, reply))

    monkeypatch.setattr(api, "_parser", lambda spec, explain: Parser())
    page, copy = tmp_path / "page.txt", tmp_path / "page.jsonl"
    page.write_text("A headline of a page\n\nBody of it.\n")
    copy.write_text("".join(json_lines(api.stream(page))), encoding="utf-8")
    assert api.read(copy).items == api.read(page).items


def test_rebuild_infers_parents_where_a_table_gives_none(tmp_path, monkeypatch):
    from types import SimpleNamespace as Record

    from discourse import api
    from discourse.readers import Intake, ReadOptions
    from discourse.structure import relink

    seen = []

    def parse_comments(page, weights, article_end, starts, tell):
        seen.append((page, article_end, starts))
        return Record(
            links=[
                Record(parent=-1, probability=0.9, source="content"),
                Record(parent=0, probability=0.5, source="quotation"),
            ]
        )

    monkeypatch.setattr(relink, "PageEvidence", lambda lines, blanks, encoder: lines)
    monkeypatch.setattr(relink, "parse_comments", parse_comments)
    parser = Record(
        encoder=None, weights=Record(calibrate=lambda p: p / 2), reasons=lambda evidence, parse: []
    )
    monkeypatch.setattr(api, "_parser", lambda spec, explain: parser)
    table = tmp_path / "rows.csv"
    table.write_text('text,n\n"two\nlines",1\nre,2\n')
    intake = Intake()
    (found,) = api.stream(table, options=ReadOptions(rebuild=True), intake=intake)
    assert seen == [(["(no article)", "two lines", "re"], 1, [1, 2])]
    first, reply = found.comments
    assert (reply.parent_id, reply.root_id, reply.depth) == (first.comment_id, first.comment_id, 2)
    assert (reply.parent_source, reply.parent_confidence, first.parent_source) == (
        "quotation",
        0.25,
        "content",
    )
    assert first.text == "two\nlines" and reply.extra["n"] == "2"
    assert intake.links == {"quotation": 1} and "1 inferred" in intake.summary()
    table.write_text("id,parent_id,text\n1,,a\n2,1,b\n")
    assert [c.parent_source for c in next(api.stream(table, options=ReadOptions(rebuild=True))).comments] == [
        "given"
    ] * 2


def test_a_source_named_again_is_left_out(tmp_path, monkeypatch, capsys):
    from discourse.cli.reading import once_each

    monkeypatch.chdir(tmp_path)
    for name in ("a.csv", "b.csv", "-"):
        (tmp_path / name).write_text("text\nhi\n")
    (tmp_path / "link.csv").symlink_to("a.csv")
    assert once_each(["a.csv", "b.csv", "./a.csv", "link.csv", "none", "none"]) == ["a.csv", "b.csv", "none"]
    assert capsys.readouterr().err.count("read once") == 3
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "c.csv").write_text("text\nhi\n")
    (folder / ".hidden.csv").write_text("text\nhi\n")
    (tmp_path / "c.csv").symlink_to(folder / "c.csv")
    assert once_each(["a.csv", "in/c.csv", "in", "in/.hidden.csv"]) == ["a.csv", "in", "in/.hidden.csv"]
    assert once_each(["?.csv", "c.csv", "b.csv", "*.txt"]) == ["?.csv", "*.txt"]
    told = capsys.readouterr().err
    assert "in/c.csv: is in in, named too: read once" in told and told.count("read once") == 3
    assert once_each(["-", "./-", "-"]) == ["-", "./-"], "a file of that name is not standard input"
    assert once_each(["/dev/null", "/dev/null"], quiet=True) == ["/dev/null"]
    assert once_each(["b.csv", "b.csv"], quiet=True) == ["b.csv"]
    assert "standard input can be read once" in capsys.readouterr().err


def test_taggers_measure_a_row_toward_its_own_target(tmp_path):
    import discourse as library
    from discourse.taggers.pipeline import readings_of

    path = tmp_path / "rows.jsonl"
    path.write_text('{"text": "a", "target": "Trams are good"}\n{"text": "b"}\n')
    (found,) = library.read(path)
    assert [r.target for r in readings_of(found, "the article's")] == ["Trams are good", "the article's"]


MEASURED = """
import resource, sys
from discourse.cli.parse import write_json_lines
from discourse.readers import Intake, ReadOptions, stream
intake = Intake()
write_json_lines(stream(sys.argv[1], ReadOptions(), intake), sys.argv[2])
print(intake.kept, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux only")
def test_memory_does_not_grow_with_the_dump(tmp_path):
    peaks = []
    for count in (100, 60_000):
        source = tmp_path / f"RC_{count}.jsonl"
        with source.open("w") as out:
            for n in range(count):
                parent = f"t1_c{n - 7}" if n % 3 else f"t3_p{n % 700}"
                row = {"id": f"c{n}", "link_id": f"t3_p{n % 700}", "parent_id": parent, "body": f"{n} " * 200}
                out.write(json.dumps(row) + "\n")
        command = [sys.executable, "-c", MEASURED, source, tmp_path / "out.jsonl"]
        done = subprocess.run([str(c) for c in command], capture_output=True, timeout=120, check=True)
        kept, peak = map(int, done.stdout.split())
        assert kept == count
        peaks.append(peak / 1024)
    assert source.stat().st_size > 60 << 20
    assert peaks[1] - peaks[0] < 100, peaks


@pytest.mark.parametrize("arguments", [["-o", "-"], []])
def test_a_reader_who_has_enough_ends_it_quietly(arguments, tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": "word " * 50}) + "\n" for n in range(2000)))
    command = [sys.executable, "-m", "discourse", "parse", str(path), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read().decode()
        assert process.wait(60) == 0
    assert "Traceback" not in said and "rror" not in said


def test_a_long_flat_page_says_first_how_long_it_takes(tmp_path, monkeypatch):
    from discourse import api
    from discourse.readers import Intake
    from discourse.schema import Article, Discussion

    class Parser:
        def rebuild(self, page):
            assert len(news) == 1, "said before, not after"
            return Discussion(Article(page.page_id, None, "Body", source=page.source), ())

    news = []
    monkeypatch.setattr(api, "_parser", lambda spec, explain: Parser())
    page = tmp_path / "long.txt"
    page.write_text(
        "The mayor said that the park would be sold.\n" + "".join(f"I say {i}, no.\n" for i in range(5999))
    )
    list(api.stream(page, intake=Intake(on_news=news.append)))
    assert "6,000 lines" in news[0] and "about 5 min on" in news[0]


def test_a_report_that_one_of_its_sources_prevents_says_so(tmp_path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("text\nhello there\n")
    bad.write_text('text\n""\n')
    done = discourse("report", good, bad)
    (line,) = done.stderr.decode().splitlines()
    assert done.returncode == 2 and done.stdout == b""
    assert line.startswith(f"discourse: {bad}: holds no article and no comment")
    assert line.endswith(
        "because of it nothing was reported of the other sources either: mend it, or leave it out"
    )
    assert b"because of it" not in discourse("report", bad).stderr


def test_a_page_whose_comments_nothing_marks_is_said_to_be_of_no_known_system(tmp_path):
    page = tmp_path / "page.html"
    story = "<h2>Story</h2><p>The council voted for lanes on Tuesday and it said all is well for bikes.</p>"
    said = "<div class=foo><div class=who>{}</div><div>I agree with this plan.</div></div>"
    for inside, noted in (
        (said.format("Ann") + said.format("Bob"), True),
        ("<div id=disqus_thread></div>", False),
    ):
        page.write_text(f"<html><body><div class=x>{story}{inside}</div></body></html>")
        done = discourse("parse", page)
        assert done.returncode == 0 and b"0 comments" in done.stdout
        assert (
            b"HTML page of no known comment system, and no comments were found: if it" in done.stderr
        ) == noted
