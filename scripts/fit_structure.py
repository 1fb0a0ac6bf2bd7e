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
from flatten import FlatThread, all_top_level, flatten, merge, news, threads
from scipy.optimize import minimize
from train_structure import held_out, subject
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
from discourse.structure.links import NAMES as LINKS
from discourse.structure.links import link_rows, link_scores
from discourse.structure.parser import ArticleEnds, article_ends, parse_comments
from discourse.structure.trees import marginals
from discourse.structure.weights import FILE, Weights

LINES = {"train_mtcsd": 4000, "train_iac": 5000, "train_reddit": 3500, "train_rumoureval": 150}
MERGED = {"train_mtcsd": 3000, "train_reddit": 3000}
TOP_LEVEL = 600
SEARCHED = 350  # lines of each source on which settings of the search are compared


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


LinkCase = tuple[np.ndarray, np.ndarray, np.ndarray, list[int], str]


def link_case(flat: FlatThread, page: PageEvidence, at_most: int = 120) -> LinkCase | None:
    """Evidence for the links of a page's comments, parents and children, which rows are right, the source."""
    spans = [(first, last + 1) for first, last in flat.spans()][:at_most]
    rows, parents, children = link_rows(page, spans, flat.article_lines)
    index = {pair: i for i, pair in enumerate(zip(parents.tolist(), children.tolist(), strict=True))}
    right = [index.get((parent + 1, c + 1)) for c, parent in enumerate(flat.parents[:at_most])]
    return None if None in right else (rows, parents, children, right, flat.source)


def fit_links(cases: list[LinkCase], l2: float = 1e-3) -> np.ndarray:
    """Weights that make the true trees likeliest among all trees in display order (L-BFGS, sources alike)."""
    counts = Counter()
    for _, _, children, _, source in cases:
        counts[source] += int(children.max())
    weight = {source: 1 / max(count, 150) for source, count in counts.items()}

    def objective(w: np.ndarray) -> tuple[float, np.ndarray]:
        loss, gradient = 0.0, np.zeros_like(w)
        for rows, parents, children, right, source in cases:
            scores = link_scores(rows, parents, children, w)
            links, total = marginals(scores)
            loss += weight[source] * (total - scores[parents[right], children[right]].sum())
            excess = links[parents, children]
            excess[right] -= 1
            gradient += weight[source] * (excess @ rows)
        return loss / len(counts) + l2 * float(w @ w), gradient / len(counts) + 2 * l2 * w

    return minimize(objective, np.zeros(len(LINKS)), jac=True, method="L-BFGS-B", options={"maxiter": 80}).x


def held_out_pages(data: Path, rng: random.Random) -> list[FlatThread]:
    """Flattened pages of the threads the encoder was not trained on, news prose in front of most.

    A page's `source` tells merged sections ("mt-csd+") from single threads.
    """
    articles = [a for i, a in enumerate(news(data)) if i % 10 == 0]
    pages: list[FlatThread] = []

    def take(pool: list[dict], budget: int, suffix: str, share: float) -> None:
        lines = 0
        for thread in pool:
            if lines > budget:
                return
            thread = dict(thread, comments=thread["comments"][:120])
            flat = flatten(thread, rng.choice(articles) if rng.random() < share else None, rng)
            if len(flat.parents) >= 3 and len(flat.lines) < 500:
                flat.source += suffix
                pages.append(flat)
                lines += len(flat.lines) - flat.article_lines

    for name, budget in LINES.items():
        pool = [t for t in threads(data, name) if held_out(t) and len(t["comments"]) >= 4]
        rng.shuffle(pool)
        take(pool, budget, "", 0.6)
        if name in MERGED:
            groups: dict[str, list[dict]] = {}
            for thread in pool:
                thread = dict(thread, comments=thread["comments"][: rng.randint(3, 40)])
                groups.setdefault(subject(thread) if name == "train_mtcsd" else "any", []).append(thread)
            merged = []
            for group in groups.values():
                while group:
                    size = rng.randint(2, 8)
                    merged.append(merge(group[:size], rng))
                    group = group[size:]
            rng.shuffle(merged)
            take(merged, MERGED[name], "+", 1.0)
    take([t for t in all_top_level(data) if held_out(t)], TOP_LEVEL, "", 0.7)
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


def found(weights: Weights, pages: list[tuple[FlatThread, PageEvidence]]) -> dict[str, tuple[float, float]]:
    """Boundary F1 and link F1 by source (a link is right with its comment's start and parent).

    F1 for links too: their recall alone would reward cutting comments in pieces.
    """
    counts: dict[str, np.ndarray] = {}
    for flat, page in pages:
        parse = parse_comments(page, weights, flat.article_lines, beam=3)
        number = {first: i for i, (first, _) in enumerate(flat.spans())}
        linked = hit = 0
        for link in parse.links:
            if link.start in number:
                parent = number.get(parse.links[link.parent].start, -2) if link.parent >= 0 else -1
                hit += 1
                linked += parent == flat.parents[number[link.start]]
        own = np.array([hit, len(number), len(parse.links), linked])
        counts[flat.source] = counts.get(flat.source, np.zeros(4)) + own
    return {s: (2 * c[0] / (c[1] + c[2]), 2 * c[3] / (c[1] + c[2])) for s, c in counts.items() if c[1] > 30}


def fit_search(weights: Weights, pages: list[tuple[FlatThread, PageEvidence]]) -> Weights:
    """Chooses how readily a comment starts: `choice`, then a shift of the bias of going on.

    By the mean of boundary F1 and link F1 over sources.
    """
    bias = column_names().index("go_on.bias")
    plain = weights.actions

    def trial(settings: dict) -> Weights:
        actions = plain.copy()
        actions[bias] += settings["shift"]
        return replace(weights, actions=actions, choice=settings["choice"])

    settings = {"choice": 0.3, "shift": 0.0}
    best = -1.0
    for name, values in {"choice": (0.0, 0.3, 0.6), "shift": (0.4, 0.0, -0.4, -0.8, -1.2)}.items():
        chosen = settings[name]
        for value in values:
            by_source = found(trial(settings | {name: value}), pages)
            score = float(np.mean([sum(v) / 2 for v in by_source.values()]))
            print(
                f"{name} {value}: {score:.3f} "
                + " ".join(f"{s} {b:.2f}/{k:.2f}" for s, (b, k) in by_source.items()),
                flush=True,
            )
            if score > best:
                best, chosen = score, value
        settings[name] = chosen
    return trial(settings)


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
    weights: Weights, known: list[tuple[int, ArticleEnds, float]], l2: float = 1e-3
) -> Weights:
    """Weighs what speaks for an article end: conditional logit over each page's candidates.

    `known` holds (right end, candidates, weight of the page).
    """
    cases = [(ends.rows, ends.ends.index(right), w) for right, ends, w in known if right in ends.ends]
    start = torch.tensor(weights.ends, dtype=torch.float64)
    w = start.clone().requires_grad_(True)
    optimizer = torch.optim.LBFGS([w], max_iter=300, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        losses = [
            weight * -torch.log_softmax(torch.tensor(rows) @ w, 0)[right] for rows, right, weight in cases
        ]
        loss = torch.stack(losses).sum() / sum(c[2] for c in cases) + l2 * ((w - start) ** 2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return replace(weights, ends=w.detach().numpy())


def end_cases(
    weights: Weights,
    pages: list[tuple[FlatThread, PageEvidence]],
    bare: list[PageEvidence],
    encoder: LineEncoder,
) -> list[tuple[str, int, ArticleEnds, float]]:
    """(what kind of page, right end, candidates, weight): pages, articles alone, comments alone."""
    cases = []
    for i, (flat, page) in enumerate(pages):
        kind = "news" if flat.register else "post"
        cases.append((kind, flat.article_lines, article_ends(page, weights), 1.0 if flat.register else 0.4))
        if i % 6 == 0:
            rest = slice(flat.article_lines, flat.article_lines + 60)
            alone = PageEvidence(flat.lines[rest], flat.after_blank[rest], encoder, flat.after_mark[rest])
            cases.append(("comments only", 0, article_ends(alone, weights), 0.4))
    for page in bare:
        cases.append(("article only", len(page.lines), article_ends(page, weights), 1.0))
    return cases


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, default=Path("models/structure"))
    parser.add_argument("--out", type=Path, help="where to write the weights; default: beside the model")
    parser.add_argument("--l2", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rng = seed_everything(arguments.seed)
    encoder = LineEncoder.load(ModelSource("structure", str(arguments.model), "local"))

    pages = held_out_pages(arguments.data, rng)
    evidence = [
        (flat, PageEvidence(flat.lines, flat.after_blank, encoder, flat.after_mark)) for flat in pages
    ]
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
    links = fit_links([case for flat, page in evidence[:half] if (case := link_case(flat, page))])

    rest = evidence[half:]
    prose = np.concatenate([page.prose for flat, page in rest if flat.register])
    labels = np.concatenate([[o < 0 for o in flat.owner] for flat, _ in rest if flat.register]).astype(float)
    scale, shift = fit_line(prose, labels)
    print(
        f"register: accuracy {((prose * scale + shift > 0) == (labels > 0)).mean():.3f}, scale {scale:.2f} shift {shift:.2f}"
    )
    weights = Weights(vector, prose_scale=scale, prose_shift=shift, links=links)
    searched, lines = [], Counter()
    for flat, page in rest + evidence[:half]:
        if lines[flat.source] < SEARCHED:
            lines[flat.source] += len(flat.lines) - flat.article_lines
            searched.append((flat, page))
    weights = fit_search(weights, searched)
    alone = [a for i, a in enumerate(news(arguments.data)) if i % 10 == 0][:60]
    bare = [PageEvidence(a, [False] * len(a), encoder) for a in alone]
    cases = end_cases(weights, evidence[:160], bare, encoder)
    rng.shuffle(cases)
    cut = int(len(cases) * 0.6)
    trial = fit_article_end(weights, [case[1:] for case in cases[:cut]])
    for kind in sorted({case[0] for case in cases}):
        hits = [ends.best(trial) == right for k, right, ends, _ in cases[cut:] if k == kind]
        print(
            f"article end right, {kind}: {np.mean(hits):.3f} of {len(hits)} (fitted on the others)",
            flush=True,
        )
    weights = fit_article_end(weights, [case[1:] for case in cases])
    weights = replace(weights, confidence=calibrate_links(weights, rest))
    print(f"confidence slope {weights.confidence[0]:.2f} intercept {weights.confidence[1]:.2f}")
    (arguments.out or arguments.model / FILE).write_text(weights.dump(), encoding="utf-8")


if __name__ == "__main__":
    main()
