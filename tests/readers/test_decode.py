"""Bytes to text: encodings, line ends, and what is no text."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.readers.decode import decode, split_lines
from discourse.schema import UnreadableSource

TEXT = "Größe und Maß – “so” said Zoë.\nSecond line, plain.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_unicode_encodings_read_the_same(encoding):
    assert decode(TEXT.encode(encoding)).text == TEXT
    assert decode(TEXT.encode(encoding)).notes == ()


def test_utf16_without_mark_in_another_script():
    text = "Привет, это обычный комментарий без метки.\nВторая строка тут.\n"
    assert decode(text.encode("utf-16-le")).text == text
    assert decode(text.encode("utf-16-be")).text == text


def test_one_nul_byte_does_not_make_utf16():
    assert decode(b"\x00\nThe Daily Beacon").text == "\x00\nThe Daily Beacon"


def test_windows_1252_is_told_and_named():
    decoded = decode("It’s a “naïve” idea – truly.\n".encode("cp1252"))
    assert decoded.text == "It’s a “naïve” idea – truly.\n"
    assert decoded.notes == ("not valid UTF-8: read as Windows-1252",)


def test_latin1_where_windows_1252_has_no_such_byte():
    assert decode(b"caf\xe9 \x81 na\xefve").text == "café \x81 naïve"


def test_broken_utf8_keeps_the_rest_and_counts():
    decoded = decode("naïve, Zoë, café ".encode() + b"\xff and on, \xe2\x82 too\n")
    assert decoded.text == "naïve, Zoë, café \ufffd and on, \ufffd too\n"
    assert decoded.notes == ("2 broken UTF-8 sequences shown as U+FFFD",)


def test_a_written_replacement_character_is_not_counted_as_broken():
    assert decode("odd \ufffd but written; é".encode()).notes == ()


def test_utf8_cut_in_the_middle_of_a_character_stays_utf8():
    decoded = decode(b"plain text, then a dash " + "–".encode()[:2])
    assert decoded.encoding == "utf-8"
    assert decoded.text.endswith("\ufffd")


def test_a_few_nul_bytes_do_not_make_a_file_binary():
    data = b"A comment with a \x00 in it, and many more words around it, so that it is text.\n" * 3
    decoded = decode(data)
    assert decoded.notes == ("3 NUL bytes taken out",)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "PNG"),
        (b"PK\x03\x04" + b"\x00abc" * 20, "ZIP"),
        (b"%PDF-1.7\n%some text", "PDF"),
        (b"\x7fELF\x02\x01", "program"),
        (b"\x1f\x8b\x08\x00abc", "gzip"),
        (bytes(range(256)) * 4, "binary"),
        (random.Random(5).randbytes(5000), "binary"),
    ],
)
def test_binary_is_refused_with_a_line_that_tells_what_to_do(data, kind):
    with pytest.raises(UnreadableSource, match=kind) as caught:
        decode(data, "page.txt")
    assert str(caught.value).startswith("page.txt: ")
    assert "plain text" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b" \r\n\t", b"\xef\xbb\xbf", b"\xff\xfe", b"\x00"])
def test_nothing_to_read(data):
    with pytest.raises(UnreadableSource, match="^void.txt: (empty: nothing to read|is binary)"):
        decode(data, "void.txt")


def test_the_line_for_an_empty_file():
    with pytest.raises(UnreadableSource) as caught:
        decode(b"", "void.txt")
    assert str(caught.value) == "void.txt: empty: nothing to read"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_a_clear_refusal(data):
    try:
        assert isinstance(decode(data).text, str)
    except UnreadableSource as error:
        assert "\n" not in str(error)


def test_only_line_feeds_end_lines():
    text = "one\x0bstill\x0cone\x1cand\x85here\u2028too\u2029yes\ntwo\r\nthree"
    lines, notes = split_lines(text)
    assert len(lines) == 3
    assert lines[1:] == ["two", "three"]
    assert notes == ()


def test_a_last_line_feed_adds_no_line_and_blank_lines_count():
    assert split_lines("a\n\nb\n")[0] == ["a", "", "b"]
    assert split_lines("a\n\nb")[0] == ["a", "", "b"]


def test_old_macintosh_line_ends_are_split_with_a_note():
    lines, notes = split_lines("one\rtwo\r\rfour\r")
    assert lines == ["one", "two", "", "four"]
    assert "carriage returns" in notes[0]


def test_a_carriage_return_inside_a_line_does_not_end_it():
    assert split_lines("50%\r100%\nnext\n")[0] == ["50%\r100%", "next"]
