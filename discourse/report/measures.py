"""The figures of the report, one function per section; each gives plain dictionaries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from discourse.report.index import GIVEN, ORPHAN, UNSURE_LINK, Index, unsure_place
from discourse.report.intervals import SMALL_SAMPLE, Estimate, ThreadBootstrap, rounded
from discourse.report.prevalence import Prevalence, Quantifier, unknown, with_review
from discourse.schema import LINKS_TOLD, STANCES_ARTICLE, STANCES_PARENT, TOXICITY_LABELS, Span

_FAVOR, _AGAINST = STANCES_ARTICLE.index("favor"), STANCES_ARTICLE.index("against")


def comments(index: Index) -> dict:
    """How many comments, threads, replies; how deep; how many authors where the source names them.

    Those deleted or removed are among them, but for the authors; `n_removed` counts them, `n_answers_to_removed` the
    other comments that answer one.
    """
    n_replies = int(index.is_reply.sum())
    said = ~index.removed
    authors = {c.author for c, own in zip(index.comments, said, strict=True) if c.author and own}
    return {
        "n": len(index.comments),
        "n_top_level": len(index.comments) - n_replies,
        "n_replies": n_replies,
        "n_threads": len(set(index.threads)),
        "n_authors": len(authors) or None,
        "n_removed": int(index.removed.sum()),
        "n_answers_to_removed": int((said & index.answers_removed).sum()),
        "max_depth": max((c.depth for c in index.comments), default=0),
        "tagged": index.tagged,
    }


def structure(index: Index) -> dict:
    """How sure the tree is. Links are those of replies; a top-level comment has none, and is counted apart.

    `n_inferred` counts all that the source does not give, `n_told` those among them that the page itself tells by a
    name, a mention or its margins. `mean_parent_confidence` and `n_unsure` are of the inferred links alone. An orphan's parent is not in the
    source: it stands as top level, and is not among those inferred to be so.
    """
    links = [c for c in index.comments if c.parent_id is not None]
    inferred = [c for c in links if c.parent_source != GIVEN]
    tops = [c for c in index.comments if c.parent_id is None]
    orphans = [c for c in tops if c.parent_source == ORPHAN]
    tops_inferred = [c for c in tops if c.parent_source not in (GIVEN, ORPHAN)]
    confidences = [c.parent_confidence for c in inferred if c.parent_confidence is not None]
    return {
        "n": len(links),
        "n_given": len(links) - len(inferred),
        "n_inferred": len(inferred),
        "n_told": sum(c.parent_source in LINKS_TOLD for c in inferred),
        "n_unsure": sum(map(unsure_place, inferred)),
        "mean_parent_confidence": rounded(float(np.mean(confidences))) if confidences else None,
        "unsure_below": UNSURE_LINK,
        "top_level": {
            "n": len(tops),
            "n_inferred": len(tops_inferred),
            "n_unsure": sum(map(unsure_place, tops_inferred)),
            "n_orphan": len(orphans),
        },
        "by_parent_source": dict(sorted(Counter(c.parent_source for c in index.comments).items())),
    }


def split(index: Index, bootstrap: ThreadBootstrap, quantifier: Quantifier | None) -> dict:
    """The split for, against, neither over all comments, over top-level ones, and over authors.

    An author who comments often counts once, by the mean of the probabilities; None without authors. Where people
    have judged comments, what they say counts, but for authors.
    """
    everyone = np.ones(len(index.comments), dtype=bool)
    return {
        "all": _split_over(index, bootstrap, quantifier, everyone),
        "top_level": _split_over(index, bootstrap, quantifier, ~index.is_reply),
        "authors": _split_of_authors(index, quantifier, bootstrap.seed),
    }


def _split_of_authors(index: Index, quantifier: Quantifier | None, seed: int) -> dict | None:
    """The split over known authors, each one opinion."""
    places: dict[str, list[int]] = {}
    for i, comment in enumerate(index.comments):
        if comment.author and index.sides[i] >= 0:
            places.setdefault(comment.author, []).append(i)
    if not places:
        return None
    votes = np.array([np.bincount(index.sides[own], minlength=3) for own in places.values()], float)
    means = np.array([_mean_known(index.stance_probabilities[own]) for own in places.values()])
    votes += np.nan_to_num(means) / 2  # where two labels are as frequent, the likelier one
    labels = votes.argmax(axis=1)
    alone = ThreadBootstrap([str(i) for i in range(len(places))], seed=seed)
    nobody = np.zeros((len(places), len(STANCES_ARTICLE)))
    return _figures_of_split(
        labels, nobody, means, np.ones(len(places), bool), len(places), alone, quantifier
    )


def _mean_known(rows: np.ndarray) -> np.ndarray:
    """The mean of the rows without NaN; NaN where there is none."""
    known = rows[np.isfinite(rows).all(axis=1)]
    return known.mean(axis=0) if len(known) else np.full(rows.shape[1], np.nan)


def _split_over(
    index: Index, bootstrap: ThreadBootstrap, quantifier: Quantifier | None, mask: np.ndarray
) -> dict:
    return _figures_of_split(
        index.sides,
        index.said("stance_article", STANCES_ARTICLE),
        index.stance_probabilities,
        mask & (index.sides >= 0),
        int((mask & ~index.removed).sum()),
        bootstrap,
        quantifier,
    )


def _figures_of_split(
    labels: np.ndarray,
    said: np.ndarray,
    probabilities: np.ndarray,
    where: np.ndarray,
    n_all: int,
    bootstrap: ThreadBootstrap,
    quantifier: Quantifier | None,
) -> dict:
    """Labels counted, expected from probabilities, corrected, and with what people `said`, for what `where` holds of `n_all`.

    `mostly_prior` tells that the shares shown are those of other threads rather than of these few comments.
    """
    n = int(where.sum())
    counted = _shares(bootstrap, _one_hot(labels), where)
    figures = {
        "n": n,
        "n_threads": len(np.unique(bootstrap.codes[where])),
        "n_not_tagged": n_all - n,
        "small_sample": n < SMALL_SAMPLE,
        "mostly_prior": False,
        "shown": "counted",
        "counted": _by_name(counted, STANCES_ARTICLE),
        "expected": None,
        "corrected": None,
        "correction": None,
        "reviewed": None,
        "review": None,
    }
    known = bool(n) and bool(np.isfinite(probabilities[where]).all())
    if known:
        figures["shown"] = "expected"
        figures["expected"] = _by_name(_shares(bootstrap, probabilities, where), STANCES_ARTICLE)
    lead_values = probabilities if known else _one_hot(labels)
    lead = bootstrap.difference(lead_values[:, _AGAINST], lead_values[:, _FAVOR], where)
    gap = (lead.value, lead.low, lead.high)
    if quantifier is not None and n:
        # Coverage was measured with whole discussions, whose likeness is in the prior and the confusion's weight.
        fixed = quantifier.shares([e.count for e in counted], float(n), seed=bootstrap.seed)
        gap = fixed.difference(_AGAINST, _FAVOR)
        figures |= {
            "shown": "corrected",
            "mostly_prior": n < SMALL_SAMPLE and not quantifier.tells(n),
            "corrected": _corrected(fixed, n),
            "correction": {
                "method": fixed.method,
                "n_validation": int(quantifier.confusion.sum()),
                "coverage": dict(quantifier.coverage) if quantifier.coverage else None,
            },
        }
    fixed = with_review(labels, said, where, quantifier or unknown(len(STANCES_ARTICLE)), bootstrap.seed)
    if fixed is not None:
        gap = fixed.difference(_AGAINST, _FAVOR)
        figures |= _reviewed(fixed, said[where], n, STANCES_ARTICLE) | {"mostly_prior": False}
    return figures | {"lead": _lead(n, gap)}


def _corrected(fixed: Prevalence, n: int, names: tuple[str, ...] = STANCES_ARTICLE) -> dict:
    shares = [float(s) for s in fixed.shares]
    estimates = [Estimate(n, n * s, s, *fixed.interval(k)) for k, s in enumerate(shares)]
    return _by_name(estimates, names)


def _reviewed(fixed: Prevalence, said: np.ndarray, n: int, names: tuple[str, ...]) -> dict:
    """The shares with what people say, which are then the ones shown, and how many comments they gave each answer.

    A comment on which they are evenly split counts in parts.
    """
    review = {
        "method": fixed.method,
        "n": int(said.any(axis=1).sum()),
        "n_split": int(((said > 0) & (said < 1)).any(axis=1).sum()),
        "counts": {name: rounded(float(said[:, k].sum())) for k, name in enumerate(names)},
    }
    return {"shown": "reviewed", "reviewed": _corrected(fixed, n, names), "review": review}


def _lead(n: int, gap: tuple[float | None, float | None, float | None]) -> dict:
    """Share against minus share for: which side leads, and whether the interval leaves out zero."""
    value, low, high = gap
    clear = low is not None and high is not None and (low > 0 or high < 0)
    side = None if not value else "against" if value > 0 else "favor"
    return {
        "n": n,
        "side": side,
        "against_minus_favor": rounded(value),
        "low": rounded(low),
        "high": rounded(high),
        "clear": clear,
    }


def agreement(index: Index, bootstrap: ThreadBootstrap) -> dict:
    """How replies stand toward what they answer, and how many cross from one side to the other.

    Replies that were removed, or that answer what was, are left out.
    """
    where = index.answers >= 0
    n = int(where.sum())
    probabilities = index.parent_probabilities
    known = bool(n) and bool(np.isfinite(probabilities[where]).all())
    counted = _by_name(_shares(bootstrap, _one_hot(index.answers), where), STANCES_PARENT)
    expected = _by_name(_shares(bootstrap, probabilities, where), STANCES_PARENT) if known else None
    said = index.said("stance_parent", STANCES_PARENT)
    fixed = with_review(index.answers, said, where, unknown(len(STANCES_PARENT)), bootstrap.seed)
    review = None if fixed is None else _reviewed(fixed, said[where], n, STANCES_PARENT)
    return {
        "n": n,
        "n_not_tagged": int((index.is_reply & ~index.removed & ~index.answers_removed).sum()) - n,
        "small_sample": n < SMALL_SAMPLE,
        "shown": "expected" if known else "counted",
        "counted": counted,
        "expected": expected,
        "reviewed": None,
        "review": None,
        **(review or {}),
        "crossing": _crossing(index, bootstrap),
    }


def _crossing(index: Index, bootstrap: ThreadBootstrap) -> dict:
    both = (index.sides >= 0) & (index.parent_sides >= 0)
    sided = both & (index.sides < 2) & (index.parent_sides < 2)
    pairs = Counter(
        f"{STANCES_ARTICLE[a]} answers {STANCES_ARTICLE[b]}"
        for a, b in zip(index.sides[both], index.parent_sides[both], strict=True)
    )
    return {
        "of_replies": bootstrap.share(index.crosses, both).as_dict(),
        "of_replies_between_sided": bootstrap.share(index.crosses, sided).as_dict(),
        "pairs": dict(sorted(pairs.items())),
    }


def toxicity(index: Index, bootstrap: ThreadBootstrap) -> dict:
    """Toxic comments overall, by side, by depth, and in replies that cross sides against the others."""
    measure = _toxicity_of(index, bootstrap)
    everyone = np.ones(len(index.comments), dtype=bool)
    depth = np.array([c.depth for c in index.comments], dtype=int)
    linked = index.is_reply & (index.sides >= 0) & (index.parent_sides >= 0)
    labels = {name: index.column(name) for name in TOXICITY_LABELS[1:]}
    return {
        **measure(everyone),
        **_toxic_by_review(index, bootstrap.seed),
        "by_side": {name: measure(index.sides == k) for k, name in enumerate(STANCES_ARTICLE)},
        "by_depth": {**{str(d): measure(depth == d) for d in (1, 2, 3)}, "4+": measure(depth >= 4)},
        "replies": {
            "crossing": measure(linked & index.crosses),
            "not_crossing": measure(linked & ~index.crosses),
        },
        "labels": {name: bootstrap.mean(v, np.isfinite(v)).as_dict() for name, v in labels.items()},
    }


def _flags(index: Index) -> np.ndarray:
    """1 for a toxic comment, 0 for another, -1 where that was not tagged."""
    return np.array([-1 if t.toxic is None else int(t.toxic) for t in index.tags], dtype=int)


def _toxic_by_review(index: Index, seed: int) -> dict:
    """The share of comments that people would call toxic, by those they have judged; None where there are none."""
    flags, said = _flags(index), index.said("toxic", (False, True))
    where = flags >= 0
    fixed = with_review(flags, said, where, unknown(2), seed)
    if fixed is None:
        return {"reviewed": None, "review": None}
    found = _reviewed(fixed, said[where], int(where.sum()), ("not_toxic", "toxic"))
    return {"reviewed": found["reviewed"]["toxic"], "review": found["review"]}


def _toxicity_of(index: Index, bootstrap: ThreadBootstrap) -> Callable[[np.ndarray], dict]:
    flags = _flags(index)
    values = index.column("toxicity")

    def measure(mask: np.ndarray) -> dict:
        return {
            "toxic": bootstrap.share(flags == 1, mask & (flags >= 0)).as_dict(),
            "toxicity": bootstrap.mean(values, mask & np.isfinite(values)).as_dict(),
        }

    return measure


def profanity(index: Index, bootstrap: ThreadBootstrap) -> dict:
    """Masked and plain profanity: comments, spans, words behind the masks, and where each one stands."""
    looked_for = np.array(
        [t.n_masked is not None or t.text_masked is not None for t in index.tags], dtype=bool
    )
    looked_for &= ~index.removed
    return {kind: _profanity_of(kind, index, bootstrap, looked_for) for kind in ("masked", "plain")}


def _profanity_of(kind: str, index: Index, bootstrap: ThreadBootstrap, looked_for: np.ndarray) -> dict:
    gone = {c.comment_id for c, removed in zip(index.comments, index.removed, strict=True) if removed}
    spans = [s for s in index.discussion.spans or () if s.kind == kind and s.comment_id not in gone]
    having = {s.comment_id for s in spans}
    hit = np.array([c.comment_id in having for c in index.comments], dtype=bool)
    if kind == "masked" and not spans:
        hit = np.array([bool(t.n_masked) for t in index.tags], dtype=bool) & ~index.removed
    counted = [t.n_masked or 0 for t, removed in zip(index.tags, index.removed, strict=True) if not removed]
    n_spans = len(spans) or (sum(counted) if kind == "masked" else 0)
    words = Counter(s.canonical for s in spans)
    unknown = words.pop(None, 0)
    figures = {
        "comments": bootstrap.share(hit, looked_for | hit).as_dict(),
        "n_spans": n_spans,
        "by_word": [{"word": w, "n": k} for w, k in sorted(words.items(), key=lambda x: (-x[1], x[0]))],
        "n_word_unknown": unknown,
    }
    if kind == "masked":
        figures["spans"] = [_span(s, index) for s in spans]
    return figures


def _span(span: Span, index: Index) -> dict:
    place = index.place.get(span.comment_id)
    return {
        "comment_id": span.comment_id,
        "line_start": None if place is None else index.comments[place].line_start,
        "start": span.start,
        "end": span.end,
        "surface": span.surface,
        "canonical": span.canonical,
        "probability": rounded(span.probability),
    }


def _one_hot(labels: np.ndarray) -> np.ndarray:
    return (labels[:, None] == np.arange(3)).astype(float)


def _shares(bootstrap: ThreadBootstrap, columns: np.ndarray, where: np.ndarray) -> list[Estimate]:
    return [bootstrap.share(columns[:, k], where) for k in range(columns.shape[1])]


def _by_name(estimates: list[Estimate], names: tuple[str, ...]) -> dict:
    return {name: e.as_dict() for name, e in zip(names, estimates, strict=True)}
