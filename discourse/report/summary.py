"""From a tagged discussion to its figures: what `discourse report --json` writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from discourse.claims.reading import ArticleReading
from discourse.report import highlights, measures, wording
from discourse.report.camps import camps
from discourse.report.claims import claims
from discourse.report.drift import central, drift, typical
from discourse.report.index import Index
from discourse.report.intervals import CONFIDENCE, SMALL_SAMPLE, ThreadBootstrap, rounded
from discourse.report.prevalence import Quantifier
from discourse.schema import Discussion, Judged
from discourse.taggers.camps import Ties

FIGURES_VERSION = 1


def summarize(
    discussion: Discussion,
    *,
    confusion: Mapping | Sequence[Sequence[float]] | None = None,
    target: str | None = None,
    reading: ArticleReading | None = None,
    ties: Ties | None = None,
    shared_claims: dict | None = None,
    toxicity_threshold: float | None = None,
    judged: Mapping[str, Judged] | None = None,
    seed: int = 0,
) -> dict:
    """All figures of the report, ready for JSON: unknown ones are None, shares and limits lie in 0..1.

    `confusion` counts stance toward the article on validation data (rows = true favor, against,
    none; columns = predicted), or is a stance checkpoint's `prevalence.json`; with it the split is corrected
    for the classifier's mistakes.
    `target` is used where no comment records one. `reading` is the article with its claims and the comments as
    vectors (`discourse.claims.read_article`), `shared_claims` what it shares with others
    (`discourse.claims.shared_claims`); None where they were not looked for. `ties` say how camps hang
    together (`discourse.taggers.camps.Ties`). `toxicity_threshold` is the probability from which on comments were
    called toxic, None where it is not known. `judged` is what people say of some of the comments, by id: then the shares
    go by that (`discourse.review.judged`). The same input and seed give the same figures.

    Raises:
        ValueError: `confusion` is not 3 x 3 counts with no empty row.
    """
    quantifier = None if confusion is None else Quantifier.of(confusion)
    index = Index(discussion, judged)
    bootstrap = ThreadBootstrap(index.threads, seed=seed)
    targets = Counter(t.target for t in index.tags if t.target)
    article, camp = discussion.article, camps(index, bootstrap, ties or Ties(graph=False))
    n = len(index.comments)
    figures = {
        "figures_version": FIGURES_VERSION,
        "headline": "",
        "small_sample": n < SMALL_SAMPLE,
        "confidence": CONFIDENCE,
        "seed": seed,
        "resamples": bootstrap.resamples,
        "article": {
            "article_id": article.article_id,
            "title": article.title,
            "target": targets.most_common(1)[0][0] if targets else target,
            "n_targets": len(targets),
            "source": article.source,
            "url": article.url,
            "line_start": article.line_start,
            "line_end": article.line_end,
            "n_words": len(article.text.split()),
        },
        "comments": measures.comments(index),
        "structure": measures.structure(index),
        "split": measures.split(index, bootstrap, quantifier),
        "agreement": measures.agreement(index, bootstrap),
        "toxicity": {"threshold": rounded(toxicity_threshold), **measures.toxicity(index, bootstrap)},
        "profanity": measures.profanity(index, bootstrap),
        "claims": claims(reading and reading.claims, index),
        "camps": camp,
        "central": central(index, camp),
        "typical": typical(index, camp, reading),
        "drift": drift(index, bootstrap, reading),
        "shared_claims": shared_claims,
        "sharpest": highlights.sharpest(index),
        "speakers": {"criterion": highlights.SPEAKERS_CRITERION, **highlights.speakers(index)},
    }
    has_article = bool(article.text.strip() or article.title)
    figures["headline"] = wording.headline(figures, has_article=has_article)
    figures["warnings"] = wording.warnings(figures, discussion, len(targets))
    figures["limits"] = list(wording.LIMITS)
    return figures
