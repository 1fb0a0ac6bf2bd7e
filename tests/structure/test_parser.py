"""The search itself, on pages whose scores are known: "name>parent" starts a comment, "name=" goes on."""

import numpy as np
import pytest

from discourse.structure.features import PageEvidence, column_names
from discourse.structure.links import NAMES
from discourse.structure.parser import article_ends, parse_comments, parse_page, search
from discourse.structure.weights import ENDS, Weights

SIZE = 64


class KnownScores:
    """A line encoder whose heads read the answer off the lines, with some doubt left."""

    def __init__(self, sure=4.0):
        self.sure = sure
        self.names = {}

    def _number(self, name):
        return self.names.setdefault(name, len(self.names))

    def encode(self, lines):
        out = np.zeros((len(lines), 2 * SIZE + 3), np.float32)
        for row, line in zip(out, lines, strict=True):
            if line.startswith("article"):
                row[-1] = 1
            elif line.endswith("="):
                row[-2] = 1
                row[self._number(line[:-1])] = 1
            else:
                name, parent = line.split(">")
                row[self._number(name)] = 1
                if parent == "top":
                    row[-3] = 1
                else:
                    row[SIZE + self._number(parent)] = 1
        return out

    def article_prose(self, vectors):
        return self.sure * (2 * vectors[:, -1] - 1)

    def ends_article(self, vectors):
        out = np.full(len(vectors), -np.inf)
        out[1:] = self.sure * (vectors[:-1, -1] - vectors[1:, -1])
        return out

    def opens(self, article, lines):
        return self.sure * (2 * lines[:, -3] - 1)

    def page_scores(self, vectors, sums):
        return KnownPage(self.sure, vectors, sums)


class KnownPage:
    def __init__(self, sure, vectors, sums):
        self.sure, self.vectors, self.sums = sure, vectors, sums

    def goes_on(self, starts, ends, line):
        return np.full(len(starts), self.sure * (2 * self.vectors[line, -2] - 1))

    def answers(self, starts, ends, start, end):
        names = (self.sums[ends] - self.sums[starts])[:, :SIZE] > 0
        return self.sure * (2 * names @ self.vectors[start, SIZE : 2 * SIZE] - 1)


def weights(**numbers):
    named = {"go_on.goes_on": 1.0, "open.opens": 1.0, "answer_last.answers": 1.0, "answer_up.answers": 1.0}
    ends = dict(zip(ENDS, (1.0, 1.0, 1.0, 0.2, 0.0, -6.0), strict=True))
    ends |= {name: numbers.pop(name) for name in ENDS if name in numbers}
    pairs = {"link.root.opens": 1.0, "link.above.answers": 1.0, "link.further.answers": 1.0}
    links = np.array([pairs.get(n, 0.0) for n in NAMES])
    actions = np.array([named.get(n, 0.0) for n in column_names()], np.float32)
    return Weights(actions, ends=np.array(list(ends.values())), links=links, **numbers)


def read(lines, end=None, sure=4.0, **numbers):
    page = PageEvidence(lines, [False] * len(lines), KnownScores(sure))
    return parse_page(page, weights(**numbers), article_end=end)


def tree(parse):
    return [(link.start, link.end, link.parent) for link in parse.links]


ARTICLE = ["article one", "article two", "article three"]
THREADS = ["a>top", "b>a", "b=", "c>b", "d>a", "e>top", "e=", "e=", "f>e", "g>f", "h>e"]
TREE = [(3, 4, -1), (4, 6, 0), (6, 7, 1), (7, 8, 0), (8, 11, -1), (11, 12, 4), (12, 13, 5), (13, 14, 4)]


def test_the_tree_is_read_off_sure_scores():
    parse = read(ARTICLE + THREADS)
    assert parse.article_end == 3
    assert tree(parse) == TREE
    assert all(link.probability > 0.9 for link in parse.links)


def test_doubt_shows_in_the_probabilities():
    sure, unsure = read(ARTICLE + THREADS, end=3), read(ARTICLE + THREADS, end=3, sure=1.0)
    assert tree(unsure) == TREE
    assert (
        np.mean([k.probability for k in unsure.links[1:]])
        < np.mean([k.probability for k in sure.links[1:]]) - 0.1
    )


def test_a_page_of_prose_has_no_comments():
    parse = read(ARTICLE * 3)
    assert (parse.article_end, parse.links) == (9, ())


def test_a_page_of_comments_has_no_article():
    parse = read(THREADS, no_article=-2.0)
    assert parse.article_end == 0
    assert tree(parse) == [(s - 3, e - 3, p) for s, e, p in TREE]


def test_one_odd_line_in_the_article_does_not_end_it():
    assert read([*ARTICLE, "x>top", *ARTICLE, *THREADS]).article_end == 7


def test_no_comments_can_be_made_harder_to_believe():
    lines = [*ARTICLE, "x>top"]
    assert read(lines, no_comments=2.0 * 4).article_end == 4
    assert read(lines, no_comments=-4.0).article_end == 3


def test_ancestors_out_of_the_frontier_cannot_be_answered():
    parse = read([*ARTICLE, "a>top", "b>a", "c>top", "d>b"], end=3)
    assert [link.parent for link in parse.links][:3] == [-1, 0, -1]
    assert 1 not in [link.parent for link in parse.links[3:]], "b's thread is closed when c opens another"


@pytest.mark.parametrize("beam", [1, 4, 8])
def test_every_line_belongs_to_one_comment(beam):
    page = PageEvidence(ARTICLE + THREADS, [False] * 14, KnownScores(0.3))
    parse = parse_comments(page, weights(), 3, beam=beam)
    spans = [(link.start, link.end) for link in parse.links]
    assert spans[0][0] == 3 and spans[-1][1] == 14
    assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))
    assert all(link.parent < number for number, link in enumerate(parse.links))


def test_a_wider_beam_never_finds_a_worse_reading():
    page = PageEvidence(ARTICLE + THREADS, [False] * 14, KnownScores(0.4))
    scores = [search(page, weights(), 3, beam=b).score for b in (1, 2, 8, 32)]
    assert scores[-1] >= scores[0]


def test_the_article_end_hypotheses_cover_the_whole_page():
    page = PageEvidence(ARTICLE + THREADS, [False] * 14, KnownScores())
    ends = article_ends(page, weights())
    assert ends.ends[-1] == ends.count == 14
    assert ends.best(weights()) == 3


def test_a_very_deep_chain_is_read_in_linear_time():
    lines = ["c0>top", *(f"c{i % 60}>c{(i - 1) % 60}" for i in range(1, 400))]
    parse = parse_comments(PageEvidence(lines, [False] * 400, KnownScores()), weights(), 0)
    assert len(parse.links) == 400


def test_calibration_maps_probabilities():
    assert weights().calibrate(0.7) == pytest.approx(0.7)
    assert weights(confidence=(0.5, 0.0)).calibrate(0.99) < 0.95
    assert 0 <= weights(confidence=(3.0, -1.0)).calibrate(0.0) <= weights().calibrate(1.0) <= 1


def test_known_starts_are_kept():
    page = PageEvidence(ARTICLE + THREADS, [False] * 14, KnownScores(0.1))
    starts = [start for start, _, _ in TREE]
    parse = parse_comments(page, weights(), 3, starts=starts)
    assert [(k.start, k.end) for k in parse.links] == [(s, e) for s, e, _ in TREE]


def test_the_search_numbers_comments_as_it_finds_them():
    """What the search itself names as parents, before all links are decided anew."""
    lines = ["article", "a>top", "a=", "b>a", "c>b", "c=", "d>a", "e>top", "f>e"]
    page = PageEvidence(lines, [False] * len(lines), KnownScores())
    found = search(page, weights(), 1)
    assert [(link.start, link.parent) for link in found.links] == [
        (1, -1), (3, 0), (4, 1), (6, 0), (7, -1), (8, 4),
    ]  # fmt: skip
