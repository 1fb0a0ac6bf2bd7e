"""A headline in Title Case, written as the article writes its words."""

from __future__ import annotations

import pytest

from discourse.schema import Article
from discourse.taggers.casing import recased
from discourse.taggers.target import find_target

TEXT = (
    "Traders on Main Street fear for their trade, and every other street is as empty as theirs. A bank closed there, the "
    "Bank of England said nothing, and Theresa May came to see it: in spring, May said, shops may open again. This is what May wants.\n"
    "The US wants to help us, but a group in The Hague told the council that it must close the street. "
    "The mayor and the Council of Elders met; the elders and their council wait."
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Main Street Must Close To Cars", "Main Street must close to Cars"),
        ("Close Main Street’s Shops, Mayor Said", "Close Main Street’s shops, mayor said"),
        ("Why The Street Is Empty", "Why the street is empty"),
        ("Bank Of England Must Wait", "Bank of England must wait"),
        ("Every Bank Must Open", "Every bank must open"),
        ("Shops Open Before May", "Shops open Before May"),
        ("What May Said To Traders", "What May said to Traders"),
        ("Traders Fear The US And Us", "Traders fear the US and us"),
        ("Why The Hague Must Wait", "Why The Hague must wait"),
        ("The Council Of Elders Must Wait", "The Council of Elders must wait"),
        ("Why The Council Must Wait", "Why the council must wait"),
        ("Trade is empty, Said The mayor of the street", "Trade is empty, Said The mayor of the street"),
    ],
)
def test_names_keep_their_capitals_and_common_words_lose_theirs(title, expected):
    assert recased(title, TEXT) == expected


def test_lines_in_title_case_and_shouting_tell_nothing():
    text = "Why Main Street Must Close\nWHY MAIN STREET MUST CLOSE\nThe main street of the town must close."
    assert recased("Why Main Street Must Close", text) == "Why main street must close"
    assert recased("Why Main STREET Must Close", text) == "Why main street must close"


def test_the_target_keeps_a_name_at_its_beginning():
    assert find_target(Article("a", "Main Street Should Close To Cars", TEXT)).startswith("Main Street ")


@pytest.mark.parametrize("title", [None, "", " ", "…", "“ ” –", "'s"])
def test_titles_without_words(title):
    assert not (recased(title, TEXT) or "").strip("…“”– 's")
