"""The line-level transition parser: article end, comment boundaries and parents in one search.

Lines are read in order; at each the parser keeps a beam of readings of the page so far and extends
them by the moves that the right frontier leaves open. Where the article may end is a set of
hypotheses of the same search: each is followed for a stretch, and the page as a whole decides.

The search reads forwards and lives with what it has decided: a thread wrongly closed cannot be
answered again. Once it has told where the comments start, all links are decided anew together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.structure.features import PageEvidence, action_rows, answer_scores, goes_on_scores
from discourse.structure.frontier import Action, Frontier, Kind, actions, advance
from discourse.structure.links import link_comments
from discourse.structure.told import Told
from discourse.structure.weights import Weights

Tell = Callable[[Sequence[tuple[int, int]]], Sequence[Told | None]]
"""What the page says of the parents of comments whose lines are given."""

BY_QUOTATION = "quotation"
BY_CONTENT = "content"
BEAM = 8
ARTICLE_ENDS = 5  # hypotheses of where the article ends that are parsed
LOOK_AHEAD = 60  # comment lines parsed to tell them apart
LONGEST_READ = 400  # lines read after each, however far they lie apart
PLAUSIBLE = 12.0  # article ends less likely than the best by this much (nats) are left out


@dataclass(frozen=True, slots=True)
class Link:
    """A comment of lines [start, end) that answers comment `parent` (-1: the article).

    `probability` is that of the parent among those the comment could have had; `source` says what
    showed it.
    """

    start: int
    end: int
    parent: int
    probability: float
    source: str


@dataclass(frozen=True, slots=True)
class Parse:
    """A reading of a page: the article is lines [0, article_end), then the comments in order.

    `told` is what the page itself says of their parents, if anything.
    """

    article_end: int
    links: tuple[Link, ...]
    score: float
    told: tuple[Told | None, ...] = ()

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The comments' lines [start, end)."""
        return [(link.start, link.end) for link in self.links]


@dataclass(slots=True)
class _Hypothesis:
    score: float
    frontier: Frontier
    count: int
    before: _Hypothesis | None = None
    action: Action | None = None
    line: int = 0
    parent: int = -1
    probability: float = 1.0
    quoted: bool = False


def action_probabilities(
    page: PageEvidence,
    weights: Weights,
    line: int,
    frontier: Frontier,
    article_end: int,
    opens: float,
    goes_on: float,
    answers: Sequence[float],
) -> tuple[list[Action], np.ndarray, np.ndarray]:
    """The moves open at a line, their log-probabilities, and their rows of evidence."""
    quoted = frozenset(
        n.number for n in frontier if any(n.start <= m.line < n.end for m in page.quotations[line])
    )
    choices = actions(frontier, quoted)
    rows = action_rows(page, line, frontier, choices, article_end, opens, goes_on, answers)
    scores = rows @ weights.actions
    scores = scores - scores.max()
    return choices, scores - np.log(np.exp(scores).sum()), rows


def _extend(
    page: PageEvidence,
    weights: Weights,
    beam: list[_Hypothesis],
    line: int,
    article_end: int,
    opens: float,
) -> list[_Hypothesis]:
    near = (n for h in beam for n in h.frontier[-_reach(page, line, h.frontier) :])
    nodes = list({(n.start, n.end): n for n in near}.values())
    keyed = dict(zip([(n.start, n.end) for n in nodes], answer_scores(page, line, nodes), strict=True))
    lasts = list({(h.frontier[-1].start, h.frontier[-1].end): h.frontier[-1] for h in beam}.values())
    going = dict(zip([(n.start, n.end) for n in lasts], goes_on_scores(page, line, lasts), strict=True))
    best: dict[tuple, _Hypothesis] = {}
    for hypothesis in beam:
        frontier = hypothesis.frontier
        last = frontier[-1]
        answers = [float(keyed.get((n.start, n.end), -9.0)) for n in frontier]
        choices, logs, _ = action_probabilities(
            page,
            weights,
            line,
            frontier,
            article_end,
            opens,
            float(going[last.start, last.end]),
            answers,
        )
        starts = np.exp(logs[1:])
        worth = _worth(logs, weights.choice)
        for choice, log, gain in zip(choices, logs, worth, strict=True):
            new = advance(frontier, choice, line, hypothesis.count)
            score = hypothesis.score + float(gain)
            key = tuple((n.start, n.end) for n in new)
            if key in best and best[key].score >= score:
                continue
            started = choice.kind is not Kind.GO_ON
            node = frontier[choice.target] if choice.target >= 0 else None
            best[key] = _Hypothesis(
                score,
                new,
                hypothesis.count + started,
                hypothesis,
                choice,
                line,
                node.number if node else -1,
                float(np.exp(log) / starts.sum()) if started else 1.0,
                node is not None and any(node.start <= m.line < node.end for m in page.quotations[line]),
            )
    return sorted(best.values(), key=lambda h: -h.score)


def _worth(logs: np.ndarray, choice: float) -> np.ndarray:
    """What each move adds to a reading's score, from the log-probabilities (GO_ON first).

    That a comment starts is one event, though its probability is spread over all it may answer; of what
    the likeliest parent's surprise costs only the share `choice` is counted, or else going on would win
    wherever there is much to choose from.
    """
    start = np.log(np.exp(logs[1:]).sum())
    free = (1 - choice) * (start - logs[1:].max())
    return np.concatenate([logs[:1], logs[1:] + free])


def _reach(page: PageEvidence, line: int, frontier: Frontier) -> int:
    """How many of the frontier's nearest comments are scored: more only where a quotation reaches further."""
    quoted = {m.line for m in page.quotations[line]}
    far = next(
        (i for i, n in enumerate(frontier) if any(n.start <= q < n.end for q in quoted)), len(frontier)
    )
    return max(16, len(frontier) - far)


def search(
    page: PageEvidence, weights: Weights, article_end: int, stop: int | None = None, beam: int = BEAM
) -> Parse:
    """The beam search over lines from `article_end` to `stop`, read as comments."""
    stop = len(page.lines) if stop is None else stop
    if article_end >= stop:
        return Parse(article_end, (), 0.0)
    opens = page.opening_scores(article_end)
    first = advance((), Action(Kind.OPEN), article_end, 0)
    hypotheses = [_Hypothesis(0.0, first, 1, None, Action(Kind.OPEN), article_end)]
    for line in range(article_end + 1, stop):
        hypotheses = _extend(page, weights, hypotheses, line, article_end, float(opens[line]))[:beam]
    return Parse(article_end, _links(hypotheses[0], stop), hypotheses[0].score)


def _links(hypothesis: _Hypothesis, stop: int) -> tuple[Link, ...]:
    links = []
    end = stop
    node: _Hypothesis | None = hypothesis
    while node is not None:
        if node.action.kind is not Kind.GO_ON:
            source = BY_QUOTATION if node.quoted else BY_CONTENT
            links.append(Link(node.line, end, node.parent, node.probability, source))
            end = node.line
        node = node.before
    return tuple(reversed(links))


def parse_comments(
    page: PageEvidence,
    weights: Weights,
    article_end: int,
    beam: int = BEAM,
    starts: Sequence[int] | None = None,
    breaks: Sequence[int] = (),
    tell: Tell | None = None,
) -> Parse:
    """Reads all lines from `article_end` on as comments: where each starts, then who answers whom.

    `starts` are the lines on which comments start, where that is known; `breaks` lines on which one
    does for certain, where not all are known.
    """
    count, score = len(page.lines), 0.0
    if starts is None:
        found = search(page, weights, article_end, beam=beam)
        starts, score = sorted({*(link.start for link in found.links), *breaks}), found.score
    if not starts:
        return Parse(article_end, (), score)
    spans = list(zip(starts, [*starts[1:], count], strict=True))
    told = tuple(tell(spans)) if tell else ()
    found = link_comments(page, spans, article_end, weights.links, told)
    links = []
    for number, ((start, end), (parent, probability)) in enumerate(zip(spans, found, strict=True)):
        if told and (said := told[number]) and parent not in said.parents:
            # Pages in order of time have links that cross, which no tree in display order holds.
            parent, probability = max(said.parents), 1 / len(said.parents)
        lines = range(*spans[parent]) if parent >= 0 else range(article_end)
        quoted = any(m.line in lines for line in range(start, end) for m in page.quotations[line])
        source = BY_QUOTATION if quoted else BY_CONTENT
        if told and (said := told[number]) and parent in said.parents:
            source = said.source
        links.append(Link(start, end, parent, probability, source))
    return Parse(article_end, tuple(links), score, told)


@dataclass(frozen=True, slots=True)
class ArticleEnds:
    """Where an article may end, and what speaks for each place.

    `ends` are line counts; `rows` has one row of evidence per end, its columns named by
    `weights.ENDS`: the log-likelihood of the lines' register on both sides, the log-probability of
    the line as the first comment's, that of the best reading of the next lines as comments, how
    many lines that reading covers, and whether the page has no comments, or no article.
    """

    ends: tuple[int, ...]
    rows: np.ndarray
    count: int

    def best(self, weights: Weights, before: int | None = None) -> int:
        """The end that the page as a whole speaks for, of those before line `before`."""
        worth = np.where(
            [before is None or end < before for end in self.ends], self.rows @ weights.ends, -np.inf
        )
        return self.ends[int(np.argmax(worth))]


def register_scores(page: PageEvidence, weights: Weights) -> np.ndarray:
    """Log-likelihood of the lines' register for every article end 0..n, shape (n + 1,).

    A line that copies an earlier one tells nothing: readers quote the article.
    """
    logits = weights.prose_scale * page.prose + weights.prose_shift
    for line, matches in enumerate(page.quotations):
        if matches and matches[0].share > 0.6:
            logits[line] = 0.0
    prose, comment = -np.logaddexp(0, -logits), -np.logaddexp(0, logits)
    return np.concatenate([[0.0], np.cumsum(prose)]) + np.concatenate([np.cumsum(comment[::-1])[::-1], [0.0]])


def article_ends(page: PageEvidence, weights: Weights, beam: int = 3, least: int = 0) -> ArticleEnds:
    """The likeliest article ends, with how the lines after each read as comments.

    The first `least` lines are article for certain. "No comments at all" and, but for those, "no article at
    all" are always among them.
    """
    count = len(page.lines)
    register = register_scores(page, weights)
    first = page.first_comment - np.logaddexp.reduce(page.first_comment) if count > 1 else page.first_comment
    least = min(least, count)
    plausible = {least, count}
    for scores in (register.copy(), np.append(np.nan_to_num(first, neginf=-50.0), -50.0)):
        scores[:least] = -np.inf
        ranked = np.argsort(-scores, kind="stable")[:ARTICLE_ENDS]
        plausible |= {int(e) for e in ranked if scores[e] > scores.max() - PLAUSIBLE}
    ends = tuple(sorted(plausible))
    stop = min(count, max((e for e in ends if e < count), default=count) + LOOK_AHEAD)
    rows = []
    for end in ends:
        lines = max(0, stop - end)
        read = search(page, weights, end, min(stop, end + LONGEST_READ), beam)
        reading = read.score * max(1.0, lines / LONGEST_READ)  # what is not read counts like what is
        begins = float(np.maximum(first[end], -12.0)) if 0 < end < count else 0.0
        rows.append([register[end], begins, reading, lines, float(end == count), float(end == 0)])
    return ArticleEnds(ends, np.array(rows), count)


def parse_page(
    page: PageEvidence, weights: Weights, beam: int = BEAM, article_end: int | None = None
) -> Parse:
    """The best reading of a page; a page without comments is all article.

    `article_end` is given where the page itself tells where the article ends.
    """
    if article_end is None:
        article_end = article_ends(page, weights).best(weights)
    return parse_comments(page, weights, article_end, beam=beam)
