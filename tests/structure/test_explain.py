"""What --explain says of a link: the likeliest other parent, and evidence that adds up."""

import numpy as np
import pytest
from test_links import WEIGHTS, page_of

from discourse.structure.explain import EVIDENCE, explain_links, explanation_columns
from discourse.structure.links import NAMES, link_comments, link_rows


class Halved:
    links = WEIGHTS

    def calibrate(self, probability):
        return probability / 2


def test_the_runner_up_is_the_likeliest_other_parent():
    page, spans = page_of(["a>top", "b>a", "c>b", "d>b"], sure=2.0)
    found = explain_links(page, spans, 3, WEIGHTS)
    links = link_comments(page, spans, 3, WEIGHTS)
    assert [(e.chosen.parent, e.chosen.probability) for e in found] == links
    assert found[0].runner_up is None, "the first comment can only answer the article"
    last = found[3]
    assert last.chosen.parent == 1
    assert 0 < last.runner_up.probability < last.chosen.probability
    assert last.chosen.evidence["answer"] > 1 > last.runner_up.evidence["answer"]


def test_evidence_adds_up_to_what_the_link_scores_beside_the_others():
    page, spans = page_of(["a>top", "b>a", "c>b"])
    weights = np.random.default_rng(0).normal(size=len(NAMES))
    rows, parents, children = link_rows(page, spans, 3)
    scores = (rows @ weights)[children == 3]
    chosen = explain_links(page, spans, 3, weights)[2].chosen
    own = scores[parents[children == 3].tolist().index(chosen.parent + 1)]
    assert sum(chosen.evidence.values()) == pytest.approx(own - scores.mean(), abs=0.01)
    assert tuple(chosen.evidence) == EVIDENCE


def test_columns_name_ids_and_calibrate():
    page, spans = page_of(["a>top", "b>a", "c>a"], sure=2.0)
    found = explain_links(page, spans, 3, WEIGHTS)
    first, _, third = (explanation_columns(e, ["x", "y", "z"], Halved()) for e in found)
    assert first["runner_up"] is first["runner_up_id"] is first["spoke_for_runner_up"] is None
    assert third["runner_up"] in ("comment", "article")
    assert third["runner_up_confidence"] == pytest.approx(found[2].runner_up.probability / 2)
    assert (third["runner_up_id"] is None) == (third["runner_up"] == "article")
