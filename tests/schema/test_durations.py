"""Spans of time in words."""

import pytest

from discourse.schema.durations import duration


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (3570, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (273_600, "3 d 4 h"),
    ],
)
def test_spans_of_time_are_said_in_their_size(seconds, said):
    assert duration(seconds) == said
