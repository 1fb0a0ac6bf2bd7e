from discourse.structure.quotation import find_quotations, is_wholly_marked, marked_spans

PAGE = [
    "The council voted on Monday to close the harbour road to private cars from next spring.",
    "Closing the road will kill every small shop between the church and the pier, mark my words.",
    "People said the same about the market square and the shops there are doing fine.",
]


def best(*added: str):
    return find_quotations([*PAGE, *added])[-1]


def test_exact_quotation_finds_its_line():
    assert best('"will kill every small shop between the church and the pier"')[0].line == 1


def test_trimmed_and_elided_quotation_finds_its_line():
    match = best("“Closing the road will kill every … between the church and the pier” Nonsense.")[0]
    assert match.line == 1
    assert match.words >= 10


def test_retyped_quotation_survives_a_changed_word():
    assert (
        best("people said the same abuot the market square and the shops there are doing great")[0].line == 2
    )


def test_article_is_quoted_too():
    assert best("voted on Monday to close the harbour road to private cars")[0].line == 0


def test_quotation_of_a_quotation_knows_both():
    lines = [
        match.line
        for match in best('"the market square and the shops there"', '"square and the shops there"')
    ]
    assert lines == [3, 2]


def test_unrelated_line_matches_nothing():
    assert best("I walked the dog this morning and met nobody at all.") == []


def test_common_short_words_are_no_quotation():
    assert find_quotations(["it is of the and so to be it is", "so it is of the and so on"])[1] == []


def test_three_word_quotation_counts_only_in_marks():
    lines = ["Nobody trusts harbour officials anymore, frankly."]
    assert find_quotations([*lines, '"trusts harbour officials" they do'])[1]
    assert not find_quotations([*lines, "who trusts harbour officials then"])[1]


def test_long_pages_take_linear_time():
    lines = ["the same words again and again in every single line of this page"] * 3000
    result = find_quotations(lines)
    assert len(result) == 3000
    assert max(len(matches) for matches in result) <= 60


def test_wholly_marked_lines():
    assert is_wholly_marked('"When will you ever learn?"')
    assert is_wholly_marked("> When will you ever learn?")
    assert not is_wholly_marked('"When will you ever learn?" she asks every time.')
    assert not is_wholly_marked('"Learn" he said, and then "never again"')
    assert marked_spans("He said “never again will I” and left") == ["never again will I"]
