"""Who says what: quotation and reported speech with their speakers."""

import pytest

from discourse.claims import find_claims
from discourse.claims.sentences import split
from discourse.claims.speakers import People, same_person
from discourse.schema import Article


def claims_of(text, title=None):
    return [(c.speaker, c.text) for c in find_claims(Article("a", title, text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "“The old bridge must be closed to cars,” Mayor Ann Lee said on Monday.",
            [("Ann Lee", "The old bridge must be closed to cars")],
        ),
        (
            "Mayor Ann Lee said on Monday that the old bridge is not safe for cars.",
            [("Ann Lee", "The old bridge is not safe for cars")],
        ),
        (
            "Mayor Ann Lee said the bridge is not safe, and that repairs would cost too much.",
            [("Ann Lee", "The bridge is not safe"), ("Ann Lee", "Repairs would cost too much")],
        ),
        (
            "Mayor Ann Lee dismissed the plan for a second bridge and said the money was gone.",
            [("Ann Lee", "Dismissed the plan for a second bridge"), ("Ann Lee", "The money was gone")],
        ),
        (
            "“We cannot wait,” said Ann Lee, the mayor. “The bridge is falling into the river.”",
            [("Ann Lee", "The bridge is falling into the river")],
        ),
        (
            "Ann Lee opened the fair. The traders said they would sue the council, warning that many shops would close.",
            [],
        ),
        (
            "“The old bridge is falling into the river.” Ann Lee said the ferry would run again soon. "
            "Bob Stone said the council must pay for repairs.",
            [
                ("Ann Lee", "The old bridge is falling into the river"),
                ("Ann Lee", "The ferry would run again soon"),
                ("Bob Stone", "The council must pay for repairs"),
            ],
        ),
        (
            "The spokesman, Tom Baker, said the ferry will run again soon.",
            [("Tom Baker", "The ferry will run again soon")],
        ),
        ("Ann Lee said: “Is the bridge safe for the children of this town?”", []),
        ("The bridge was built in 1880 and is owned by the council.", []),
        ("“Long live the bridge!” shouted the crowd.", []),
    ],
)
def test_each_claim_has_its_speaker(text, found):
    assert claims_of(text) == found


def test_a_pronoun_and_a_role_are_whoever_was_named():
    text = (
        "Mayor Ann Lee said the bridge is not safe for cars. She added that the ferry will run again.\n"
        "The mayor said the council has no other choice now."
    )
    assert [speaker for speaker, _ in claims_of(text)] == ["Ann Lee"] * 3


def test_a_quotation_without_a_speaker_is_the_paragraphs():
    text = '"The bridge is old and dangerous," Ann Lee said. "It was never meant for lorries."'
    assert claims_of(text)[1] == ("Ann Lee", "It was never meant for lorries")


def test_a_headline_claims_too():
    assert claims_of("", "Mayor: The harbour bridge is unsafe for lorries") == [
        ("the mayor", "The harbour bridge is unsafe for lorries")
    ] or claims_of("", "Mayor: The harbour bridge is unsafe for lorries") == [
        ("Mayor", "The harbour bridge is unsafe for lorries")
    ]
    both = claims_of("", "Lee rules out a second bridge, says ferries are the answer")
    assert both == [("Lee", "Rules out a second bridge"), ("Lee", "Ferries are the answer")]


def test_sentences_know_what_is_quoted_and_unclosed_quotations_end():
    first, second = split("He said “the war must end. Then he left the room.")
    assert first.text[slice(*first.quoted[0])] == "the war must end."
    assert not second.quoted
    (apostrophe,) = split("The '90s weren't the mayors' best years.")
    assert not apostrophe.quoted


def test_people_are_told_apart_and_spellings_joined():
    assert same_person("Volodymyr Zelensky", "Volodymyr Zelenskyy") is True
    assert same_person("Ann Lee", "Bob Stone") is False
    assert same_person("the US government", "Ann Lee") is None
    people = People("Mayor Ann Lee met Secretary Bob Stone.")
    assert people.name("Lee") == "Ann Lee"
    assert people.name("the secretary") == "Bob Stone"
    assert people.name("which experts") is None


@pytest.mark.parametrize(
    "text",
    ["", "“" * 5000, "said " * 20000, 'A said "' * 3000, "Said Tom, " * 9000, "\x00\ud800 said\n" * 50],
)
def test_hostile_articles_end_soon(text):
    assert isinstance(find_claims(Article("a", text[:200] or None, text)), list)


def test_marks_that_are_never_closed_take_linear_time():
    import time

    began = time.process_time()
    assert split(" 'a" * 6000)[0].quoted == ()
    assert time.process_time() - began < 0.2
