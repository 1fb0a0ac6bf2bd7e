"""Sentences of comments: where they end, and in linear time."""

import time

import pytest

from discourse.serve.sentences import in_utf16, sentences


def said(text, **more):
    return [text[begin:end] for begin, end in sentences(text, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("One", ["One"]),
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Well... maybe. Mr. Smith e.g. said so.", ["Well... maybe.", "Mr. Smith e.g. said so."]),
        ('He said "No!" And left.', ['He said "No!"', "And left."]),
        ("what?! no way", ["what?!", "no way"]),
        ("all small. still two", ["all small.", "still two"]),
        ("a line\n\nanother", ["a line", "another"]),
        ("It cost 3.50 at www.example.org/a.b today", ["It cost 3.50 at www.example.org/a.b today"]),
    ],
)
def test_where_sentences_end(text, expected):
    assert said(text) == expected


def test_many_are_taken_together_without_a_gap():
    text = "No! " * 1000
    assert len(said(text, most=7)) == 7
    assert "".join("".join(said(text, most=7)).split()) == "No!" * 1000


@pytest.mark.parametrize(
    "text", ["!" * 20_000, '!"' * 10_000, "." * 20_000 + "x", "\n" * 20_000, "!" + ")" * 20_000]
)
def test_hostile_texts_take_no_longer(text):
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 0.5


def test_offsets_of_javascript():
    text = "a😀b é"
    assert in_utf16(text, [(0, 1), (1, 2), (2, 5)]) == [(0, 1), (1, 3), (3, 6)]
    assert in_utf16("plain é", [(0, 7)]) == [(0, 7)]
