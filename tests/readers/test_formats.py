"""Which format a source is in, told by content and suffix."""

import io

import pytest
from sources import load

from discourse.readers import FORMATS, FlatPage, Format, Intake, ReadOptions, stream
from discourse.readers.formats import format_of, head_of_file
from discourse.readers.unpack import peekable
from discourse.schema import UnreadableSource


def named(data, name="source", columns=()):
    data = data.encode() if isinstance(data, str) else data
    return format_of(head_of_file(peekable(io.BytesIO(data), name), name, columns)).name


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("<!DOCTYPE html>\n<html><body><p>Hi</p></body></html>", "HTML"),
        ("  <html lang='en'>\n<p>Hi", "HTML"),
        ("<div class='c'><p>One</p><p>Two</p></div>" * 8, "HTML"),
        ('<?xml version="1.0"?><disqus xmlns="http://disqus.com"></disqus>', "Disqus"),
        ('<?xml version="1.0"?><rss xmlns:wp="http://wordpress.org/export/1.2/"></rss>', "WordPress"),
        ('<?xml version="1.0"?><feed></feed>', "XML"),
        ('{"comments": [1, 2]}', "JSON"),
        ('[\n {"text": "a"}\n]', "JSON"),
        ('{"text": "one"}\n{"text": "two"}\n', "JSON"),
        ('{"kind": "Listing", "data": ' + '{"children": [' * 2000, "JSON"),
        ("id,text\n1,hello\n", "table"),
        ("text\tmood\nhello\tglad\n", "table"),
        ("PAR1\x15\x04", "Parquet"),
        ("[1] See below.\nA remark.", "flat text"),
        ("{shrug} who knows\nMe.", "flat text"),
        ("<b>bold</b> of you\nI use <div> and <p> daily", "flat text"),
        ("Body, soul and text; the author speaks\nOne more line, please", "flat text"),
        ("Text, lies, and videotape\nA headline, two, three", "flat text"),
    ],
)
def test_formats_are_told_by_content(text, form):
    assert named(text) == form


def test_suffixes_and_mapped_columns_help():
    assert named("a,b\n1,2\n", "x.csv") == "table"
    assert named("msg,to\nhi,2\n") == "flat text"
    assert named("msg,to\nhi,2\n", columns=["msg"]) == "table"
    assert named('{"broken\n', "x.jsonl") == "JSON"
    assert named("Just text.\n", "x.json") == "flat text"


def test_flat_text_is_handed_on_as_a_page():
    (page,), intake = load("A headline\n\nA first paragraph of it.\n", "talk.txt")
    assert isinstance(page, FlatPage) and page.page_id == "talk"
    assert intake.pages == 1 and intake.forms == {"flat text": 1}


def test_xml_of_another_kind_says_what_is_read():
    with pytest.raises(UnreadableSource, match="Disqus exports and WordPress exports"):
        load('<?xml version="1.0"?><feed></feed>', "feed.xml")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE lolz [<!ENTITY lol "lol">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        "<!doctype x>",
    ],
)
def test_xml_with_entities_is_refused(doctype):
    bomb = f'<?xml version="1.0"?>{doctype}<disqus xmlns="http://disqus.com"><thread>&lol;</thread></disqus>'
    with pytest.raises(UnreadableSource, match="declares a document type or entities"):
        load(bomb, "bomb.xml")


def test_xml_with_forbidden_characters_and_broken_utf8_is_read():
    post = b'<post xmlns:d="http://disqus.com/disqus-internals" d:id="1"><message>a\x08b\xffc &unknown; d</message></post>'
    (found,), intake = load(
        b'<?xml version="1.0" encoding="utf-8"?><disqus xmlns="http://disqus.com">' + post + b"</disqus>"
    )
    assert found.comments[0].text.startswith("ab\ufffdc")
    assert intake.repairs["characters that XML does not allow taken out"] == 1


def test_xml_in_other_encodings():
    text = '<?xml version="1.0" encoding="{}"?><disqus xmlns="http://disqus.com" xmlns:d="http://disqus.com/disqus-internals"><post d:id="1"><message>déjà</message></post></disqus>'
    for encoding in ("iso-8859-1", "utf-16", "utf-8"):
        (found,), _ = load(text.format(encoding).encode(encoding))
        assert found.comments[0].text == "déjà"


def test_empty_sources():
    for data in (b"", b" \n\n"):
        with pytest.raises(UnreadableSource, match="empty: nothing to read"):
            load(data)


def test_a_source_without_anything_kept_says_why():
    with pytest.raises(
        UnreadableSource, match="nothing could be kept: 2 rejected, 2 for this reason: no text"
    ):
        load('{"a": 1}\n{"b": 2}\n')


def test_a_new_format_is_one_entry(monkeypatch):
    from discourse.schema import Article

    shouted = Format(
        "shout", lambda head: head.text.isupper(), lambda opened, place: iter([Article("a", None, "heard")])
    )
    monkeypatch.setattr("discourse.readers.formats.FORMATS", [shouted, *FORMATS])
    (found,) = stream(io.BytesIO(b"LOUD"), ReadOptions(), Intake())
    assert found.article.text == "heard"
    assert isinstance(next(stream(io.BytesIO(b"quiet"), ReadOptions(), Intake())), FlatPage)


def test_a_comment_that_talks_of_doctypes_is_read():
    text = '<?xml version="1.0"?><!-- a <b> --><disqus xmlns="http://disqus.com" xmlns:d="http://disqus.com/disqus-internals"><post d:id="1"><message><![CDATA[write &lt;!DOCTYPE html&gt; or <!DOCTYPE html>]]></message></post></disqus>'
    (found,), _ = load(text, "x.xml")
    assert found.comments[0].text.startswith("write <!DOCTYPE html> or")
    with pytest.raises(UnreadableSource, match="declares a document type"):
        load(text.replace("<!-- a <b> -->", "<!-- a <b> --><!DOCTYPE x>").encode("utf-16"), "x.xml")


@pytest.mark.parametrize(
    "data", [b"comment,who\nFine weather,joe\n", b'{"comment": "Fine weather", "who": "joe"}\n']
)
def test_a_table_without_a_text_column_names_its_columns_and_the_option(data, tmp_path):
    file = tmp_path / ("table.csv" if data.startswith(b"comment,") else "table.jsonl")
    file.write_bytes(data)
    with pytest.raises(UnreadableSource, match=r"no text; .*there are comment, who: .*--map COLUMN=text"):
        list(stream(str(file), ReadOptions(), Intake()))
    (found,) = stream(str(file), ReadOptions(map={"text": "comment"}), Intake())
    assert [c.text for c in found.comments] == ["Fine weather"]


def test_comments_without_links_say_that_they_can_be_inferred():
    bare, linked = "text,author\nOne,joe\nTwo,ann\n", "id,parent_id,text\n1,,One\n2,1,Two\n"
    for data, options, told in (
        (bare, ReadOptions(), True),
        (bare, ReadOptions(rebuild=True), False),
        (linked, ReadOptions(), False),
        ("text,author\nOne,joe\n", ReadOptions(), False),  # one comment answers nobody
    ):
        intake = Intake()
        list(stream(io.BytesIO(data.encode()), options, intake))
        assert any("--rebuild" in note for note in intake.notes) is told, data


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('Comment,Who,When\nFine weather,joe,2020\n"No, it rains",ann,2021\n', True),
        ("Comment\tWho\tWhen\nFine weather\tjoe\t2020\n", True),
        ("Apples, pears, plums\nThe mayor, who came late, said so.\nThe town, he said, is fine.\n", True),
        ("The mayor said so.\nThe town, he said, is fine.\n", False),
        ("Rain, again\nIt rained, again\n", False),
        ("One,two,three\n", False),
    ],
)
def test_a_table_that_is_not_known_for_one_names_the_option(text, told):
    intake = Intake()
    (page,) = stream(io.BytesIO(text.encode()), ReadOptions(), intake)
    assert isinstance(page, FlatPage)
    assert any("--map COLUMN=text" in note for note in intake.notes) is told


def test_a_table_that_is_not_known_is_read_by_the_option():
    data = io.BytesIO(b"Comment,Who,When\nFine weather,joe,2020\n")
    (found,) = stream(data, ReadOptions(map={"text": "Comment"}), Intake())
    assert [c.text for c in found.comments] == ["Fine weather"]
