"""The same claim in other words; what several articles share; comments about a claim."""

import numpy as np
import pytest

from discourse.claims import Claim, bundled, read_article, read_claims, shared_claims
from discourse.claims.reading import centrality, nearness
from discourse.claims.similarity import Weights, join
from discourse.schema import Article, Comment, Discussion, ModelError
from discourse.taggers.base import TagBatch

ONE = Article(
    "1",
    None,
    "Mayor Ann Lee said the old harbour bridge is unsafe for cars.\n“Repairing it would cost forty million,” she said.",
)
TWO = Article(
    "2",
    None,
    "“The old harbour bridge is not safe for cars,” Ann Lee told reporters.\nBob Stone said the old harbour bridge is unsafe for cars.",
)
THREE = Article("3", None, "Police said a dog was found in the park. “The dog is well fed,” said Carl Hund.")


def comment(n, text, parent=None):
    return Comment(
        f"c{n}", "1", parent, f"c{n}", 1 if parent is None else 2, n, None, None, text, n, n, "given", 1.0
    )


class Favouring:
    """Says favor to everything, and keeps what it was asked."""

    name = "stance"

    def predict(self, readings):
        self.asked = list(readings)
        n = len(self.asked)
        return TagBatch({"stance_article": ["favor"] * n, "stance_article_favor": [0.9] * n})


def test_what_articles_share_is_found_and_people_are_kept_apart():
    shared = shared_claims([ONE, TWO, THREE], bundled())
    assert shared["n_articles"] == 3
    (claim,) = shared["claims"]
    assert claim["articles"] == [0, 1]
    assert {w["speaker"] for w in claim["wordings"]} == {"Ann Lee"}


def test_one_article_shares_nothing():
    assert shared_claims([ONE], bundled()) is None


def test_negation_and_condition_speak_against_being_the_same():
    claims = [
        Claim("A", "American troops will be sent to the island", False, 0),
        Claim("A", "American troops will not be sent to the island", False, 0),
        Claim("A", "If American troops will be sent to the island", False, 0),
        Claim("A", "The American troops will be sent to that island", False, 0),
    ]
    same = bundled().same(claims)
    assert same[0, 3] > max(same[0, 1], same[0, 2])
    assert np.allclose(same, same.T)


def test_average_linkage_needs_the_mean_not_one_pair():
    same = np.array([[1, 0.9, 0.0], [0.9, 1, 0.2], [0.0, 0.2, 1]])
    assert join(same, 0.5) == [[0, 1], [2]]
    assert join(same, 0.05) == [[0, 1, 2]]


def test_a_comment_that_quotes_a_claim_is_about_it():
    quoting = comment(1, "“Repairing it would cost forty million” is a lie.")
    other = comment(2, "My cat likes fish.", "c1")
    stance = Favouring()
    reads = read_claims(Discussion(ONE, (quoting, other)), bundled(), stance)
    by_text = {r.claim.text: r for r in reads}
    taken = by_text["Repairing it would cost forty million"]
    assert [(c.comment, c.quotes, c.answer) for c in taken.comments] == [(0, True, "support")]
    assert taken.draws == "support"
    assert by_text["The old harbour bridge is unsafe for cars"].draws == "nothing"
    assert [r.target for r in stance.asked] == ["Repairing it would cost forty million"]


def test_without_stance_a_claim_is_only_mentioned():
    reads = read_claims(
        Discussion(ONE, (comment(1, "“Repairing it would cost forty million” hm"),)), bundled()
    )
    assert {r.draws for r in reads} == {"mention", "nothing"}


def test_nearness_is_what_a_comment_shares_with_its_article():
    rarity = bundled().weights.rarity
    comments = [
        "The harbour bridge is unsafe, close it to cars",
        "My cat caught seven mice under grandmother's sofa",
        "Yes.",
    ]
    near = nearness(comments, ONE.text, rarity)
    assert near[0] > 0.5 > near[1]
    assert np.isnan(near[2])
    assert np.isnan(nearness(comments, "", rarity)).all()


def test_a_discussion_is_read_at_once_and_typical_comments_are_central():
    page = Discussion(ONE, (comment(1, "The harbour bridge is unsafe"), comment(2, "Hm")))
    reading = read_article(page, bundled())
    assert reading.vectors.shape == (2, 384) and len(reading.claims) == 2
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    scores = centrality(vectors, [0, 1, 2])
    assert scores[0] == scores[1] > scores[2]
    assert centrality(vectors, [1]).tolist() == [0.0]


def test_damaged_weights_are_named():
    with pytest.raises(ModelError, match=r"claims\.json"):
        Weights.of({"centre": [0.0]}, "here")
