"""Links decided together: a later comment can keep a thread open, long pages are read in sections."""

import numpy as np
import pytest
import test_parser
from test_parser import ARTICLE, KnownScores, PageEvidence

from discourse.structure import links
from discourse.structure.links import NAMES, link_comments, link_rows
from discourse.structure.told import BY_NAME, Told

WEIGHTS = np.array(
    [
        {"link.root.opens": 1.0, "link.above.answers": 1.0, "link.further.answers": 1.0}.get(n, 0.0)
        for n in NAMES
    ]
)


def page_of(threads, sure=4.0):
    lines = [*ARTICLE, *threads]
    spans = [(i, i + 1) for i in range(3, len(lines))]
    return PageEvidence(lines, [False] * len(lines), KnownScores(sure)), spans


def test_rows_name_every_candidate():
    page, spans = page_of(["a>top", "b>a", "c>a"])
    rows, parents, children = link_rows(page, spans, 3)
    assert list(zip(parents.tolist(), children.tolist(), strict=True)) == [
        (0, 1),
        (0, 2),
        (1, 2),
        (0, 3),
        (1, 3),
        (2, 3),
    ]
    assert rows.shape == (6, len(NAMES))
    assert rows[2, NAMES.index("link.above.bias")] == rows[4, NAMES.index("link.further.bias")] == 1


def test_a_later_comment_keeps_a_thread_open():
    page, spans = page_of(["a>top", "b>a", "c>a", "d>b", "d2>b"])
    found = [parent for parent, _ in link_comments(page, spans, 3, WEIGHTS)]
    assert found[3:] == [1, 1], "two comments surely answer b"
    assert found[2] == 1 or found[2] == 0
    frontier = [0, 1]
    assert found[2] in frontier


def test_a_parent_that_the_page_names_alone_is_certain():
    page, spans = page_of(["a>top", "b>a", "c>b"])
    found = link_comments(page, spans, 3, WEIGHTS, [None, None, Told(frozenset([0]), BY_NAME)])
    assert found[2] == (0, pytest.approx(1.0))


def test_links_are_a_forest_with_probabilities():
    page, spans = page_of(["a>top", "b>a", "c>b", "d>top", "e>d"], sure=1.0)
    found = link_comments(page, spans, 3, WEIGHTS)
    assert all(parent < i for i, (parent, _) in enumerate(found))
    assert all(0 <= p <= 1 + 1e-9 for _, p in found)
    assert found[0] == (-1, pytest.approx(1.0))


def test_long_pages_are_read_in_sections(monkeypatch):
    threads = []
    for t in range(30):
        threads += [f"t{t}>top", f"u{t}>t{t}", f"v{t}>u{t}", f"w{t}>t{t}"]
    names = {name for line in threads for name in [line.split(">")[0]]}
    assert len(names) == 120
    monkeypatch.setattr(test_parser, "SIZE", 130)
    monkeypatch.setattr(links, "SECTION", 40)
    monkeypatch.setattr(links, "BACK", 8)
    page, spans = page_of(threads)
    found = [parent for parent, _ in link_comments(page, spans, 3, WEIGHTS)]
    expected = [p for t in range(30) for p in (-1, 4 * t, 4 * t + 1, 4 * t)]
    assert found == expected


def test_a_thread_goes_on_across_sections(monkeypatch):
    names = [f"c{i}" for i in range(50)]
    threads = ["c0>top", *(f"{b}>{a}" for a, b in zip(names, names[1:], strict=False)), "z>c3"]
    monkeypatch.setattr(links, "SECTION", 20)
    monkeypatch.setattr(links, "BACK", 5)
    page, spans = page_of(threads)
    found = [parent for parent, _ in link_comments(page, spans, 3, WEIGHTS)]
    assert found == [*range(-1, 49), 3]


def test_what_is_open_at_a_section_start_is_bounded(monkeypatch):
    monkeypatch.setattr(links, "OPEN", 8)
    assert links._spine(range(-1, 99)) == [0, 1, 94, 95, 96, 97, 98, 99]
    assert links._spine([-1, 0, -1]) == [2]
