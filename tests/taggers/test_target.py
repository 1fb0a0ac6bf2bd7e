"""The position of an article: which sentence, and how it is put."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.schema import Article
from discourse.taggers.target import MAX_WORDS, find_target


def target(title: str | None, text: str = "") -> str | None:
    return find_target(Article("a", title, text))


@pytest.mark.parametrize(("title", "text"), [(None, ""), ("", ""), ("  ", " \n\n "), (None, "\u200b" * 0)])
def test_an_empty_article_has_no_target(title, text):
    assert target(title, text) is None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Cities should plant more trees", "Cities should plant more trees"),
        ("Opinion: Cities should plant more trees | The Daily Leaf", "Cities should plant more trees"),
        ("Why the bus fare is too high", "The bus fare is too high"),
        ("Judge blocks new parking rules downtown", "Judge is right to block new parking rules downtown"),
        ("Mayor rejects stadium plan, says money is needed for schools",
         "Mayor is right to reject stadium plan and say money is needed for schools"),
        ("Health minister: Sugar tax 'unfair'", "Health minister is right that Sugar tax is unfair"),
        ("Council votes to close the old pool", "Council is right to close the old pool"),
        ("Swimmers oppose the new fence", "Swimmers are right to oppose the new fence"),
        ("Rivers opposes the new fence", "Rivers is right to oppose the new fence"),
        ("Swimmers have rejected the new fence", "Swimmers are right to reject the new fence"),
        ("Swimmers have also rejected the new fence", "Swimmers are right to reject the new fence"),
        ("Harris support for the new fence is wrong", "Harris support for the new fence is wrong"),
        ("Old pool must stay open, swimmers say", "Old pool must stay open"),
        ("Study finds afternoon naps are healthy", "Afternoon naps are healthy"),
        ("Mayor denies the old bridge is unsafe", "Mayor is right to deny the old bridge is unsafe"),
        ("Oslo banned cars from the main square", "Oslo is right to ban cars from the main square"),
        ("Mayor rules out a new stadium for Bergen", "Mayor is right to rule out a new stadium for Bergen"),
    ],
)  # fmt: skip
def test_a_headline_that_states_something_is_the_target(title, expected):
    body = "The weather was fine in Bergen. Nobody at the meeting expected the vote to take so long."
    assert target(title, body) == expected


@pytest.mark.parametrize(
    "title", [None, "The Stadium Question", "Should the stadium be built?", "Stadium: Costs and Benefits"]
)
def test_without_such_a_headline_the_lede_is(title):
    body = (
        "BERGEN (AP) — Mayor Inger Dahl said on Tuesday that the stadium is too expensive for the city, "
        "while addressing a crowd of supporters.\nThe plan was drawn up in 2019. Work has not begun."
    )
    assert target(title, body) == "Mayor Inger Dahl is right that the stadium is too expensive for the city"


@pytest.mark.parametrize(
    ("lede", "expected"),
    [
        ("Oslo - Finance Minister Per Lund dismissed calls for lower taxes as unwise.",
         "Finance Minister Per Lund is right to dismiss calls for lower taxes as unwise"),
        ("In his first speech since the election, Governor Ada Reyes called the wolf hunt a disgrace.",
         "Governor Ada Reyes is right to call the wolf hunt a disgrace"),
        ("“The wolf hunt is a disgrace to this state,” Reyes said at a rally.", "The wolf hunt is a disgrace to this state"),
        ("The wolf hunt is driving tourists away, according to a report seen by reporters.",
         "The wolf hunt is driving tourists away"),
        ("Senator Kim Bauer came to the capital on Friday to tell lawmakers that the dam is unsafe.",
         "Senator Kim Bauer is right that the dam is unsafe"),
        ("Senator Kim Bauer on Friday rejected the new dam.", "Senator Kim Bauer is right to reject the new dam"),
        ("Mayor Lena Holm voted in Turin for the first time.", "Mayor Lena Holm voted in Turin for the first time"),
        ("A lorry overturned on the ring road, which has been closed since.", "A lorry overturned on the ring road"),
    ],
)  # fmt: skip
def test_reported_positions_keep_who_holds_them(lede, expected):
    assert target(None, lede) == expected


def test_a_later_sentence_of_the_lede_wins_where_it_states_the_position():
    body = (
        "Transport chief Lena Holm arrived in Turin. The visit drew many reporters.\n"
        "Holm argued that night trains should replace short flights across the continent."
    )
    assert target("Night Trains and Flights", body) == (
        "Holm is right that night trains should replace short flights across the continent"
    )


def test_lines_that_are_no_sentences_are_passed_over():
    body = "Published on: 3 May\nShare 12 Tweet 4\n![A pool](https://example.org/pool.jpg)\nThe town needs a new pool for its children."
    assert target(None, body) == "The town needs a new pool for its children"


@pytest.mark.parametrize(
    ("title", "lede", "expected"),
    [
        (None, "Trams should be free for all children. Buses should be free for all children.",
         "Trams should be free for all children"),
        (None, "They should never have built it there. The dam should be removed by next spring.",
         "The dam should be removed by next spring"),
        ("The Stadium Question", "He is here. She was there.", "The Stadium Question"),
        ("Stadium Plan | What Comes Next", "He is here. She was there.", "Stadium Plan | What Comes Next"),
    ],
)  # fmt: skip
def test_of_sentences_the_first_that_names_its_subject_is_taken(title, lede, expected):
    assert target(title, lede) == expected


def test_a_doubted_claim_is_not_endorsed():
    assert "is right" not in target("Senator falsely claims that the dam is safe for now")


def test_news_of_violence_is_not_endorsed():
    assert target("Army launches new attack on border towns") == "Army launches new attack on border towns"


def test_title_case_follows_the_text():
    text = "The council heard that free parking for all residents would cost a million. Parking in Lund is scarce."
    assert target("Free Parking for All Residents Is Wrong in Lund", text) == (
        "Free parking for all residents is Wrong in Lund"
    )


def test_abbreviations_do_not_end_a_sentence():
    text = "Gov. J. P. Marsh of the U.S. Senate said that the bridge must be rebuilt. It fell in May."
    assert target(None, text).endswith("is right that the bridge must be rebuilt")


def test_long_sentences_are_cut_at_a_clause():
    text = (
        "The committee should publish every letter it received from residents about the new airport, because the law "
        "requires openness, and the public has waited three years for an answer from the people who run the city and the county."
    )
    found = target(None, text)
    assert len(found.split()) <= MAX_WORDS
    assert (
        found
        == "The committee should publish every letter it received from residents about the new airport, because the law requires openness"
    )


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.none(), st.text(max_size=200)), st.text(max_size=400))
def test_any_text_gives_a_short_line_or_nothing(title, text):
    found = target(title, text)
    assert found is None or (0 < len(found) <= 401 and len(found.split()) <= MAX_WORDS)
    if not (title or "").split() and not text.split():
        assert found is None


def test_a_huge_line_is_read_quickly():
    found = target("x" * 1_000_000, "word " * 200_000)
    assert len(found) <= 400


def test_control_characters_do_not_reach_the_target():
    assert "\x1b" not in target(None, "The \x1b[31mcouncil should plant more trees in town.\x07")
