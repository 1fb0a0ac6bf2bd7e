"""Nothing that acts on a terminal gets through; nothing visible gets lost."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.readers.clean import ZERO_WIDTH, clean_line, clean_text, count_escapes, indent_of

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("\x1b[31mred\x1b[0m apple", "red apple"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x9b31mred", "red"),
        ("\x1b]0;new title\x07shown", "shown"),
        ("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\ here", "click here"),
        ("\x1bPq#0;2;0;0;0\x1b\\after", "after"),
        ("\x1b(Bplain \x1bcreset", "plain reset"),
        ("never \x1b]0;closed title", "never ]0;closed title"),
        ("cut \x1b[31", "cut [31"),
        ("bell\x07 back\x08space nul\x00 del\x7f", "bell backspace nul del"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("a\tb\x0bc\x0cd\xa0e\u2028f\u3000g", "a b c d e f g"),
        ("\ufeffmark", "mark"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("whole \ud83d\ude00 pair", "whole 😀 pair"),
        ("  \u200bedges\u200b  ", "edges"),
        ("hidden\U000e0041\U000e0042 tags", "hidden tags"),
    ],
)
def test_cleaning(dirty, clean):
    assert clean_line(dirty) == clean


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family",
        "می‌خواهم",
        "f\u200book",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "Z̃a͠l",
    ],
)
def test_what_makes_emoji_letters_and_masks_stays(text):
    assert clean_line(text) == text


def test_only_blank_is_left_of_a_line_without_anything_visible():
    assert clean_line("\x1b[31m\u200b \x00\u202e\x1b[0m") == ""


def test_clean_text_keeps_its_lines():
    assert clean_text("one\x1b[1m\r\ntwo\rthree\n") == "one\ntwo\nthree"


def test_escapes_are_counted():
    assert count_escapes("plain") == 0
    assert count_escapes("\x1b[31mred\x1b[0m and \x1b]0;open") == 3


def test_indent_in_columns():
    assert [indent_of(t) for t in ("a", "  a", "\ta", "  \ta", "\ufeff a")] == [0, 2, 4, 4, 1]


_HOSTILE = st.text(
    st.sampled_from(
        "\x1b\x9b\x9d\x90\x07\x00\r\n\t[](;0m8?\\PHab é😀" + BIDI + ZERO_WIDTH + "\ud800\udc00\U000e0041"
    ),
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(_HOSTILE | st.text(max_size=60))
def test_cleaned_text_is_harmless_and_stable(text):
    cleaned = clean_line(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in cleaned)
    assert not set(cleaned) & set(BIDI)
    assert clean_line(cleaned) == cleaned
    cleaned.encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zs", "Zl", "Zp", "Mn")), max_size=80)
)
def test_every_visible_character_is_kept(text):
    assert clean_line(text) == text.strip("".join(ZERO_WIDTH))


@pytest.mark.parametrize(
    "piece", ["\x1b[", "\x1b]0;", "\x1b[31", "\x9d", "\x1bP", "🏴\U000e0067", "\u200b", "\x1b"]
)
def test_cleaning_takes_linear_time(piece):
    start = time.process_time()
    clean_line(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 3
