"""Fits the parser's small model on threads that the line encoder has not seen.

    python scripts/fit_structure.py --model models/structure

Rows of evidence are collected along the true reading of each flattened page; the weights maximise
the conditional likelihood of the true action (L-BFGS, L2). Sources count equally. The register
scale, the article-end numbers and the calibration of the links are fitted afterwards on a second
half of the same held-out threads. No evaluation set is read.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from flatten import FlatThread, flatten, news, threads
from train_structure import held_out
from training import DATA, seed_everything

from discourse.nn.store import ModelSource
from discourse.structure.encoder import LineEncoder
from discourse.structure.features import (
    WIDTH,
    PageEvidence,
    action_rows,
    answer_scores,
    column_names,
    goes_on_scores,
)
from discourse.structure.frontier import Kind, actions, advance
from discourse.structure.parser import LOOK_AHEAD, article_ends, parse_comments
from discourse.structure.weights import FILE, Weights

LINES = {"train_mtcsd": 1700, "train_iac": 2200, "train_reddit": 1500, "train_rumoureval": 150}


def true_actions(flat: FlatThread, page: PageEvidence):
    """Yields (choices, rows, index of the right one) at every comment line after the first."""
    end = flat.article_lines
    opens = page.opening_scores(end)
    frontier = advance((), actions(())[0], end, 0)
    count = 1
    for line in range(end + 1, len(flat.lines)):
        owner = flat.owner[line]
        quoted = frozenset(
            n.number for n in frontier if any(n.start <= m.line < n.end for m in page.quotations[line])
        )
        choices = actions(frontier, quoted)
        answers = answer_scores(page, line, frontier).tolist()
        going = float(goes_on_scores(page, line, frontier[-1:])[0])
        rows = action_rows(page, line, frontier, choices, end, float(opens[line]), going, answers)
        if owner == flat.owner[line - 1]:
            right = 0
        else:
            parent = flat.parents[owner]
            right = next(
                (
                    i
                    for i, c in enumerate(choices)
                    if (c.kind is Kind.OPEN and parent < 0)
                    or (c.target >= 0 and parent >= 0 and frontier[c.target].number == parent)
                ),
                None,
            )
            if right is None:
                return
        yield choices, rows, right
        frontier = advance(frontier, choices[right], line, count)
        count += choices[right].kind is not Kind.GO_ON


def held_out_pages(data: Path, rng: random.Random) -> list[FlatThread]:
    """Flattened pages of the threads the encoder was not trained on, news prose in front of most."""
    articles = [a for i, a in enumerate(news(data)) if i % 10 == 0]
    pages = []
    for name, budget in LINES.items():
        pool = [t for t in threads(data, name) if held_out(t) and len(t["comments"]) >= 4]
        rng.shuffle(pool)
        lines = 0
        for thread in pool:
            if lines > budget:
                break
            thread = dict(thread, comments=thread["comments"][:120])
            flat = flatten(thread, rng.choice(articles) if rng.random() < 0.6 else None, rng)
            if len(flat.parents) >= 3 and len(flat.lines) < 500:
                pages.append(flat)
                lines += len(flat.lines) - flat.article_lines
    rng.shuffle(pages)
    return pages


def fit_actions(samples: list[tuple[np.ndarray, int, float]], l2: float) -> np.ndarray:
    """Conditional logit by L-BFGS; samples are (rows, right row, weight)."""
    x = torch.from_numpy(np.concatenate([rows for rows, _, _ in samples]))
    sizes = [len(rows) for rows, _, _ in samples]
    group = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    starts = np.cumsum([0, *sizes[:-1]])
    right = torch.from_numpy(starts + np.array([r for _, r, _ in samples]))
    weight = torch.tensor([w for _, _, w in samples])
    w = torch.zeros(WIDTH, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=300, history_size=20, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        scores = x @ w
        top = torch.full((len(sizes),), -1e9).scatter_reduce(0, group, scores.detach(), "amax")
        total = torch.zeros(len(sizes)).index_add(0, group, (scores - top[group]).exp())
        loss = (weight * (total.log() + top - scores[right])).sum() / weight.sum() + l2 * (w**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return w.detach().numpy()


def line_weight(run: int) -> float:
    """Long comments must not drown the rest: the lines after a comment's fifth count a quarter."""
    return 1.0 if run <= 4 else 0.25


def found(weights: Weights, pages: list[tuple[FlatThread, PageEvidence]]) -> float:
    """Mean over sources of boundary F1 plus link F1 (a link is right with its comment's start and parent).

    F1 for links too: their recall alone would reward cutting comments in pieces.
    """
    counts: dict[str, np.ndarray] = {}
    for flat, page in pages:
        parse = parse_comments(page, weights, flat.article_lines, beam=4)
        number = {first: i for i, (first, _) in enumerate(flat.spans())}
        linked = hit = 0
        for link in parse.links:
            if link.start in number:
                parent = number.get(parse.links[link.parent].start, -2) if link.parent >= 0 else -1
                hit += 1
                linked += parent == flat.parents[number[link.start]]
        own = np.array([hit, len(number), len(parse.links), linked])
        counts[flat.source] = counts.get(flat.source, np.zeros(4)) + own
    return float(np.mean([2 * (c[0] + c[3]) / (c[1] + c[2]) for c in counts.values() if c[1] > 50]))


def fit_search(weights: Weights, pages: list[tuple[FlatThread, PageEvidence]]) -> Weights:
    """Chooses how readily a comment starts: a shift of the bias of going on, and `choice`."""
    bias = column_names().index("go_on.bias")
    best = (-1.0, weights)
    for choice in (0.0, 0.3, 0.6):
        for shift in (0.0, -0.3, -0.6, -0.9, -1.2):
            actions = weights.actions.copy()
            actions[bias] += shift
            trial = replace(weights, actions=actions, choice=choice)
            score = found(trial, pages)
            if score > best[0]:
                best = (score, trial)
                print(f"choice {choice} shift {shift}: boundary F1 + link F1 {score:.3f}", flush=True)
    return best[1]


def fit_line(values: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of a logistic regression on one value."""
    x, y = torch.tensor(values, dtype=torch.float64), torch.tensor(labels, dtype=torch.float64)
    w = torch.tensor([1.0, 0.0], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = (
            torch.nn.functional.binary_cross_entropy_with_logits(w[0] * x + w[1], y) + 1e-4 * (w[0] - 1) ** 2
        )
        loss.backward()
        return loss

    optimizer.step(closure)
    return float(w[0]), float(w[1])


def calibrate_links(weights: Weights, pages: list[tuple[FlatThread, PageEvidence]]) -> tuple[float, float]:
    """Platt scaling of the parser's link probabilities on the parser's own readings."""
    values, labels = [], []
    for flat, page in pages:
        parse = parse_comments(page, weights, flat.article_lines)
        starts = {first: number for number, (first, _) in enumerate(flat.spans())}
        first_line = [link.start for link in parse.links]
        for link in parse.links[1:]:
            true = starts.get(link.start)
            if true is None:
                continue
            found = -1 if link.parent < 0 else starts.get(first_line[link.parent], -2)
            p = min(max(link.probability, 1e-6), 1 - 1e-6)
            values.append(np.log(p / (1 - p)))
            labels.append(float(found == flat.parents[true]))
    return fit_line(np.array(values), np.array(labels))


def fit_article_end(
    weights: Weights, pages: list[tuple[FlatThread, PageEvidence]], bare: list[PageEvidence]
) -> Weights:
    """Sets what a comment's line is worth, and chooses what a page without comments needs to be believed.

    A line read as a comment's must cost nothing on average, or the shortest comment section would
    always win: `comment_line` is the mean surprise of a line along the parser's own readings.
    """
    costs = []
    for flat, page in pages:
        stop = min(len(flat.lines), flat.article_lines + LOOK_AHEAD)
        if stop > flat.article_lines:
            score = parse_comments(page, weights, flat.article_lines, stop, beam=3).score
            costs.append(-score / (stop - flat.article_lines))
    weights = replace(weights, comment_line=float(np.mean(costs)))
    known = [(f.article_lines, article_ends(p, weights, beam=3)) for f, p in pages]
    alone = [article_ends(p, weights, beam=3) for p in bare]
    best = (-1.0, weights)
    for no_comments in np.arange(-2.0, 12.1, 1.0):
        trial = replace(weights, no_comments=float(no_comments))
        hits = np.mean([ends.best(trial) == right for right, ends in known])
        empty = np.mean([ends.best(trial) == ends.count for ends in alone])
        if (hits + empty) / 2 > best[0] + 1e-9:
            best = ((hits + empty) / 2, trial)
            print(
                f"no_comments {no_comments}: article end right {hits:.3f}, bare pages right {empty:.3f}",
                flush=True,
            )
    return best[1]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/structure"))
    parser.add_argument("--l2", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rng = seed_everything(arguments.seed)
    encoder = LineEncoder.load(ModelSource("structure", str(arguments.model), "local"))

    pages = held_out_pages(arguments.data, rng)
    evidence = [(flat, PageEvidence(flat.lines, flat.after_blank, encoder)) for flat in pages]
    print(f"{len(pages)} pages, {Counter(p.source for p in pages)}", flush=True)
    half = int(len(evidence) * 0.7)
    samples, tested = [], []
    for i, (flat, page) in enumerate(evidence):
        run = 0
        for _, rows, right in true_actions(flat, page):
            run = run + 1 if right == 0 else 0
            (samples if i < half else tested).append((rows, right, flat.source, line_weight(run)))
    counts = Counter(source for _, _, source, _ in samples)
    weighted = [(rows, right, w * min(3.0, 1000.0 / counts[source])) for rows, right, source, w in samples]
    vector = fit_actions(weighted, arguments.l2)
    hits = Counter()
    for rows, right, source, _ in tested:
        hits[source] += int(np.argmax(rows @ vector)) == right
    for source, total in Counter(s for _, _, s, _ in tested).items():
        print(
            f"action accuracy on the other pages, {source}: {hits[source] / total:.3f} of {total}", flush=True
        )

    rest = evidence[half:]
    prose = np.concatenate([page.prose for flat, page in rest if flat.register])
    labels = np.concatenate([[o < 0 for o in flat.owner] for flat, _ in rest if flat.register]).astype(float)
    scale, shift = fit_line(prose, labels)
    print(
        f"register: accuracy {((prose * scale + shift > 0) == (labels > 0)).mean():.3f}, scale {scale:.2f} shift {shift:.2f}"
    )
    weights = Weights(vector, prose_scale=scale, prose_shift=shift)
    weights = fit_search(weights, evidence)
    (arguments.model / FILE).write_text(weights.dump(), encoding="utf-8")
    alone = [a for i, a in enumerate(news(arguments.data)) if i % 10 == 0][:40]
    bare = [PageEvidence(a, [False] * len(a), encoder) for a in alone]
    weights = fit_article_end(weights, [(f, p) for f, p in evidence if f.register][:60], bare)
    weights = replace(weights, confidence=calibrate_links(weights, rest))
    print(f"confidence slope {weights.confidence[0]:.2f} intercept {weights.confidence[1]:.2f}")
    (arguments.model / FILE).write_text(weights.dump(), encoding="utf-8")


if __name__ == "__main__":
    main()
