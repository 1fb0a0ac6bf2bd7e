"""From a source to a page, and from a source to the reader for its format."""

import io
import sys

import pytest
import sample_pages as pages
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.readers import read_flat
from discourse.readers.clean import clean_line
from discourse.schema import UnreadableSource

_PIECES = (
    *pages.WIDGET.split("\n"),
    *pages.BLOG.split("\n"),
    *pages.BARE.split("\n"),
    *(
        "",
        "",
        "Related News",
        "Leave a Reply",
        "• World",
        "0 %",
        "![](https://example.org/a.png)",
        "© 2025 Beacon",
    ),
)
PAGES = st.lists(
    st.sampled_from(_PIECES) | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30),
    min_size=1,
    max_size=40,
).map("\n".join)


def page_of(data: bytes):
    return read_flat(io.BytesIO(data))


def places(page):
    title = [(page.title_line, "title")] if page.title_line else []
    return sorted(
        [(line.number, "content") for line in page.lines]
        + [(f.line, f.reason) for f in page.furniture]
        + title
    )


def readable(text: str) -> bool:
    return any(clean_line(line) for line in text.split("\n")) and "\r" not in text


@settings(max_examples=250, deadline=None)
@given(PAGES.filter(readable))
def test_every_line_is_accounted_for_once(text):
    try:
        page = page_of(text.encode())
    except UnreadableSource:  # mostly control characters
        return
    raw = text.split("\n")
    filled = [n for n, line in enumerate(raw, start=1) if clean_line(line)]
    assert [number for number, _ in places(page)] == filled
    assert page.n_lines == len(raw) - (raw[-1] == "")
    kept = {line.number: line.text for line in page.lines} | {f.line: f.text for f in page.furniture}
    assert all(kept[n] == clean_line(raw[n - 1]) for n in filled if n != page.title_line)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), min_size=1, max_size=40).filter(any).map("\n".join))
def test_line_ends_marks_and_trailing_spaces_change_nothing(text):
    plain = page_of(text.encode())
    for data in (
        text.replace("\n", "\r\n").encode(),
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\n", "  \t\n").encode(),
        text.encode("utf-16"),
    ):
        page = page_of(data)
        if "\n" in text:
            assert page.n_lines == plain.n_lines
        assert places(page) == places(plain)
        assert page.title == plain.title
        assert [line.after_blank for line in page.lines] == [line.after_blank for line in plain.lines]


def test_lines_know_blanks_and_indent():
    page = page_of(b"\nOne.\n\n   \n    Two.\nThree.\n")
    assert [(line.number, line.text, line.after_blank, line.indent) for line in page.lines] == [
        (2, "One.", False, 0),
        (5, "Two.", True, 4),
        (6, "Three.", False, 0),
    ]
    assert page.n_lines == 6


def test_escapes_are_taken_out_and_said():
    page = page_of(b"\x1b[31mRed\x1b[0m comment.\n\x1b]0;title\x07Second one.\n")
    assert [line.text for line in page.lines] == ["Red comment.", "Second one."]
    assert page.notes == ("3 terminal control sequences taken out",)


def test_file_path_and_standard_input(tmp_path, monkeypatch):
    path = tmp_path / "my page.txt"
    path.write_bytes(b"A line.\n")
    assert read_flat(path).page_id == "my page"
    assert read_flat(str(path)).source == str(path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"From \xc3\xa9lsewhere.\n")))
    page = read_flat("-")
    assert (page.page_id, page.source, page.lines[0].text) == ("stdin", "-", "From élsewhere.")


def test_missing_folder_and_address(tmp_path):
    for source, message in (
        (tmp_path / "none.txt", "no such file"),
        (tmp_path, "is a folder: name one text file in it"),
        ("https://example.org/page", "pages are not fetched"),
        ("nul\x00name", "nulname: "),
    ):
        with pytest.raises(UnreadableSource, match=message) as caught:
            read_flat(source)
        assert "\n" not in str(caught.value)


def test_no_permission(tmp_path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(UnreadableSource, match="no permission to read it"):
        read_flat(tmp_path / "locked.txt")


def test_a_name_cannot_drive_the_terminal(tmp_path):
    with pytest.raises(UnreadableSource) as caught:
        read_flat("\x1b[2Jevil.txt")
    assert str(caught.value) == "evil.txt: no such file"


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\x1b[0m\n\xe2\x80\x8b\n"])
def test_empty_sources(data):
    with pytest.raises(UnreadableSource, match="stream: empty: nothing to read"):
        page_of(data)
