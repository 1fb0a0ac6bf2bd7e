"""Comment text, times, counts and encodings of saved pages."""

from datetime import UTC, datetime

import pytest
from html_samples import page

from discourse.readers.html import decode_html, read_html
from discourse.readers.html.document import fragment
from discourse.readers.html.engine import gone, number_in
from discourse.readers.html.text import text_of
from discourse.readers.html.times import read_time
from discourse.readers.items import SourceComment


def text(markup):
    return text_of(fragment(markup))


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p>\n<p>two\n three</p>", "One\ntwo three"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<p>a</p>tail", "a\ntail"),
        ("fish &amp; chips &lt;b&gt; &#8217;&#x41;", "fish & chips <b> ’A"),
        ("<a href='https://example.org/a'>here</a>!", "here (https://example.org/a)!"),
        ("<a href='https://example.org/a'>https://example.org/a</a>", "https://example.org/a"),
        ("<a href='https://www.example.org/a/'>example.org/a</a>", "example.org/a"),
        ("<a href='https://example.org/long/path'>example.org/lon…</a>", "https://example.org/long/path"),
        ("<a href='https://example.org/u/bo'>@bo</a> hi", "@bo hi"),
        ("<a href='javascript:alert(1)'>x</a> <a href='#c2'>y</a> <a href='/z'>z</a>", "x y z"),
        ("<a href='https://example.org/a'><p>Card</p></a>", "Card (https://example.org/a)"),
        ("<a href='https://example.org/i.png'><img src='i.png'></a>", "https://example.org/i.png"),
        ("<blockquote><p>one</p><p>two</p></blockquote>mine", "> one\n> two\nmine"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>c", "> a\n> > b\nc"),
        ("<pre>if x:\n    go()\n</pre>ok", "if x:\ngo()\nok"),
        ("x<script>alert(1)</script><style>p{}</style><!-- c --><svg><text>s</text></svg>y", "xy"),
        ("good <img class='emoji' alt='🙂' src='x.png'> day <img alt='a photo' src='p.jpg'>", "good 🙂 day"),
        ("a<span class='screen-reader-text'>spoken</span>b<span hidden>c</span>", "ab"),
        ("f\u200buck f\u00adool", "f\u200buck f\u00adool"),
        ("red\x1b[31mtext\x07 \u202eevil", "redtext evil"),
        ("a\u00a0b", "a b"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("", ""),
    ],
)
def test_markup_to_text(markup, expected):
    assert text(markup) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2020-08-15T09:35:53-07:00", datetime(2020, 8, 15, 16, 35, 53, tzinfo=UTC)),
        ("2023-07-04T12:34:56.123456+0000", datetime(2023, 7, 4, 12, 34, 56, 123456, tzinfo=UTC)),
        ("2023-07-04T12:34:56.7Z", datetime(2023, 7, 4, 12, 34, 56, 700000, tzinfo=UTC)),
        ("2023-07-04 12:34", datetime(2023, 7, 4, 12, 34, tzinfo=UTC)),
        ("2023-07-04", datetime(2023, 7, 4, tzinfo=UTC)),
        ("1688474096", datetime(2023, 7, 4, 12, 34, 56, tzinfo=UTC)),
        ("1688474096000", datetime(2023, 7, 4, 12, 34, 56, tzinfo=UTC)),
        ("Tue Jul 04 2023 14:34:56 GMT+0200 (CEST)", datetime(2023, 7, 4, 12, 34, 56, tzinfo=UTC)),
        ("Tue, 04 Jul 2023 12:34:56 GMT", datetime(2023, 7, 4, 12, 34, 56, tzinfo=UTC)),
        ("Thursday, June 4, 2015 5:26 PM", datetime(2015, 6, 4, 17, 26, tzinfo=UTC)),
        ("on Tuesday July 04, 2023 @05:51PM (#1)", datetime(2023, 7, 4, 17, 51, tzinfo=UTC)),
        ("14/04/2020 at 3:00 pm", datetime(2020, 4, 14, 15, 0, tzinfo=UTC)),
        ("2 days ago", None),
        ("Jun 20th at 2:41 am", None),
        ("2023-13-45T99:99", None),
        ("99999999999999999999", None),
        ("99999999999999999", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("", None),
    ],
)
def test_times(value, expected):
    assert read_time(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1,204 points", 1204),
        ("−3", -3),
        ("1.2k", 1200),
        ("Score:5", 5),
        ("none", None),
        ("9" * 40, None),
        ("0", 0),
    ],
)
def test_numbers(value, expected):
    assert number_in(value) == expected


@pytest.mark.parametrize(
    "value",
    ["[deleted]", "[removed]", "This comment was deleted.", "Comment removed by moderator", "(post deleted by author)",
     "This comment has been removed by a moderator.", "Comment deleted by user", "[flagged]"],
)  # fmt: skip
def test_what_stands_in_place_of_deleted_comments(value):
    assert gone(value)


@pytest.mark.parametrize(
    "value",
    ["My comment was good.", "Deleted scenes were better than the film, I think", "They removed the bench.", "",
     "This comment is wrong and so are you", "This comment was great"],
)  # fmt: skip
def test_what_only_speaks_of_deleting(value):
    assert not gone(value)


MARK = "<ol class='comment-list'><li class='comment' id='comment-1'><b class='fn'>Zoë</b><div class='comment-content'>Größe – “naïve”</div></li></ol>"  # noqa: E501


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "ISO-8859-15", None])
def test_encodings_declared_in_the_page(declared):
    codec = {"iso-8859-1": "cp1252", "ISO-8859-15": "cp1252", None: "cp1252"}.get(declared, declared)
    markup = page(MARK).replace("<meta charset='utf-8'>", f"<meta charset='{declared}'>" if declared else "")
    body = (
        markup.replace("–", "-").replace("“", '"').replace("”", '"') if declared == "ISO-8859-15" else markup
    )
    (comment,) = [c for c in read_html(body.encode(codec), "x") if isinstance(c, SourceComment)]
    assert comment.author == "Zoë"
    assert comment.text.startswith("Größe")


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("\ufeff<p>é</p>".encode("utf-16-le"), "utf-16-le"),
        ("<?xml version='1.0' encoding='koi8-r'?><html><p>да</p></html>".encode("koi8-r"), "koi8-r"),
        (
            b"<meta http-equiv='Content-Type' content='text/html; charset=gb2312'><p>"
            + "汉字".encode("gb18030"),
            "gbk",
        ),
        ("<meta charset='utf-8'><p>café</p>".encode("cp1252"), "cp1252"),
        ("<meta charset='nonsense-9'><p>café</p>".encode(), "utf-8"),
    ],
)
def test_encoding_found(data, encoding):
    assert decode_html(data).encoding == encoding
