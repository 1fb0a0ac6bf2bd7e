"""Measures the reply structure on pages that no training saw.

    python scripts/evaluate_structure.py --out models/structure/metrics.json

Threads (Reddit, saved news and blog pages, Slashdot) are flattened without augmentation; the five
flat pages are read as they lie. Reported per source with 95 % bootstrap intervals over pages:
parent accuracy given the right boundaries, beside "answers the comment above" and "all top level";
end to end: boundary F1, exact spans, article end, and parent accuracy of exactly found comments.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from flatten import FlatThread, flatten, threads
from training import DATA, bootstrap, expected_calibration_error

from discourse.nn.store import ModelSource, resolve
from discourse.structure.encoder import LineEncoder
from discourse.structure.features import PageEvidence, answer_scores, goes_on_scores
from discourse.structure.frontier import Action, Kind, advance
from discourse.structure.parser import action_probabilities, parse_comments, parse_page
from discourse.structure.weights import Weights

SETS = {"valid_mtcsd_trump": 400, "valid_reddit_political": 300, "valid_praw": 200, "eval_dragnet": 700}
SLASHDOT = ("Slashdot", "slashdot", "from the ", "Posted by ")


def flat_pages(data: Path) -> list[FlatThread]:
    """The real flat pages with their gold spans."""
    pages = []
    for gold_file in sorted((data / "threads" / "flat").glob("*.gold.json")):
        gold = json.loads(gold_file.read_text(encoding="utf-8"))
        raw = (
            gold_file.with_name(gold_file.name.replace(".gold.json", ".txt"))
            .read_text(encoding="utf-8")
            .split("\n")
        )
        kept = [i for i, line in enumerate(raw, 1) if line.strip()]
        with_text = {
            c["id"]
            for c in gold["comments"]
            if any(raw[i - 1].strip() for i in range(c["first_line"], c["last_line"] + 1))
        }
        comments = [c for c in gold["comments"] if c["id"] in with_text]
        number = {c["id"]: n for n, c in enumerate(comments)}
        flat = FlatThread("flat", gold_file.name.split(".")[0], register=True)
        owners = {}
        for c in comments:
            flat.parents.append(number.get(c["parent"], -1))
            for line in range(c["first_line"], c["last_line"] + 1):
                owners[line] = number[c["id"]]
        for line in kept:
            if line <= gold["article_lines"] or line in owners:
                flat.lines.append(raw[line - 1].strip())
                flat.owner.append(owners.get(line, -1))
                flat.after_blank.append(line > 1 and not raw[line - 2].strip())
        pages.append(flat)
    return pages


def given_boundaries(page: PageEvidence, weights: Weights, flat: FlatThread) -> list[tuple[int, float]]:
    """Parents decided greedily along the right comment boundaries: (parent, probability) per comment."""
    end = flat.article_lines
    opens = page.opening_scores(end)
    frontier = advance((), Action(Kind.OPEN), end, 0)
    found = [(-1, 1.0)]
    for line in range(end + 1, len(flat.lines)):
        if flat.owner[line] == flat.owner[line - 1]:
            frontier = advance(frontier, Action(Kind.GO_ON), line, len(found))
            continue
        answers = answer_scores(page, line, frontier).tolist()
        going = float(goes_on_scores(page, line, frontier[-1:])[0])
        choices, logs, _ = action_probabilities(
            page, weights, line, frontier, end, float(opens[line]), going, answers
        )
        p = np.exp(logs[1:]) / np.exp(logs[1:]).sum()
        best = choices[1 + int(np.argmax(p))]
        found.append((frontier[best.target].number if best.target >= 0 else -1, float(p.max())))
        parent = flat.parents[len(found) - 1]
        right = next(
            (c for c in choices if (c.target >= 0 and frontier[c.target].number == parent)), Action(Kind.OPEN)
        )
        frontier = advance(frontier, right, line, len(found) - 1)
    return found


def measure(flat: FlatThread, encoder: LineEncoder, weights: Weights, with_article: bool) -> dict:
    """Counts of one page."""
    page = PageEvidence(flat.lines, flat.after_blank, encoder)
    n = len(flat.parents)
    found = given_boundaries(page, weights, flat)
    confidence = [weights.calibrate(p) for _, p in found[1:]]
    right = [float(p == t) for (p, _), t in zip(found, flat.parents, strict=True)]
    out = {
        "comments": n - 1,
        "right": sum(right[1:]),
        "above": sum(t == i - 1 for i, t in enumerate(flat.parents)) - (flat.parents[0] == -1),
        "top": sum(t == -1 for t in flat.parents) - 1,
        "confidence": confidence,
        "link_right": right[1:],
    }
    parse = parse_page(page, weights) if with_article else parse_comments(page, weights, flat.article_lines)
    true = {(first, last + 1) for first, last in flat.spans()}
    mine = {(link.start, link.end) for link in parse.links}
    starts_true = {first for first, _ in true}
    starts_mine = {start for start, _ in mine}
    number = {first: i for i, (first, _) in enumerate(flat.spans())}
    linked = sum(
        link.start in number
        and (number.get(parse.links[link.parent].start, -2) if link.parent >= 0 else -1)
        == flat.parents[number[link.start]]
        for link in parse.links
    )
    return out | {
        "article_end": float(parse.article_end == flat.article_lines),
        "article_end_found": parse.article_end,
        "article_end_true": flat.article_lines,
        "start_hit": len(starts_true & starts_mine), "start_true": len(starts_true), "start_found": len(starts_mine),
        "span_hit": len(true & mine), "linked": linked,
    }  # fmt: skip


def summary(pages: list[dict]) -> dict:
    """Figures of one source with intervals over pages."""

    def ratio(top: str, *bottom: str):
        def value(indices) -> float:
            total = sum(sum(pages[i][b] for b in bottom) for i in indices)
            return sum(pages[i][top] for i in indices) * len(bottom) / total if total else float("nan")

        return value

    figures = {}
    for name, metric in {
        "parent_accuracy": ratio("right", "comments"),
        "answers_above": ratio("above", "comments"),
        "all_top_level": ratio("top", "comments"),
        "boundary_f1": ratio("start_hit", "start_true", "start_found"),
        "exact_spans": ratio("span_hit", "start_true"),
        "end_to_end_links": ratio("linked", "start_true"),
        "article_end": lambda ix: float(np.mean([pages[i]["article_end"] for i in ix])),
    }.items():
        low, high = bootstrap(metric, range(len(pages)), repeats=500)
        figures[name] = {
            "value": round(metric(range(len(pages))), 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
    confidence = [c for p in pages for c in p["confidence"]]
    right = [r for p in pages for r in p["link_right"]]
    sure = [r for c, r in zip(confidence, right, strict=True) if c >= 0.9]
    figures["calibration_error"] = round(expected_calibration_error(confidence, right), 4)
    figures["right_above_0.9"] = {"share": round(float(np.mean(sure)), 4) if sure else None, "n": len(sure)}
    best = max(figures["answers_above"]["value"], figures["all_top_level"]["value"])
    gained = (figures["parent_accuracy"]["value"] - best) / (1 - best)
    figures["error_cut_against_better_baseline"] = round(gained, 4)
    figures["pages"], figures["comments"] = len(pages), sum(p["comments"] for p in pages)
    return figures


def table(figures: dict) -> str:
    """The figures as the model card's Markdown table."""

    def cell(figure: dict) -> str:
        return f"{figure['value']:.2f} [{figure['low']:.2f}, {figure['high']:.2f}]"

    lines = [
        "| source | pages / comments | parent accuracy | above | top | error cut | boundary F1 | exact spans | end to end | article end | calibration error |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, f in figures.items():
        end = cell(f["article_end"]) if name == "flat_pages" else "given"
        lines.append(
            f"| {name} | {f['pages']} / {f['comments']:,} | {cell(f['parent_accuracy'])} | {f['answers_above']['value']:.2f} "
            f"| {f['all_top_level']['value']:.2f} | {f['error_cut_against_better_baseline']:+.0%} | {cell(f['boundary_f1'])} "
            f"| {cell(f['exact_spans'])} | {cell(f['end_to_end_links'])} | {end} | {f['calibration_error']:.3f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, help="another checkpoint folder than the bundled one")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    source = (
        ModelSource("structure", str(arguments.model), "local")
        if arguments.model
        else resolve(None, "structure")
    )
    encoder, weights = LineEncoder.load(source), Weights.load(source)

    results: dict[str, list[dict]] = defaultdict(list)
    for flat in flat_pages(arguments.data):
        results["flat_pages"].append(measure(flat, encoder, weights, True) | {"page": flat.thread})
    for name, budget in SETS.items():
        rng = random.Random(name)
        taken = 0
        pool = list(threads(arguments.data, name))
        rng.shuffle(pool)
        for thread in pool:
            if taken > budget or len(thread["comments"]) < 3:
                continue
            flat = flatten(thread, None, rng, augment=False)
            if len(flat.parents) < 3:
                continue
            key = name
            if name == "eval_dragnet":
                key += (
                    "_slashdot"
                    if any(m in (thread.get("article") or "")[:600] for m in SLASHDOT)
                    else "_blogs"
                )
            results[key].append(measure(flat, encoder, weights, False) | {"page": flat.thread})
            taken += len(flat.parents)
    figures = {}
    for name, pages in results.items():
        figures[name] = summary(pages)
        print(name, json.dumps(figures[name]), flush=True)
        if name == "flat_pages":
            for p in pages:
                print("  ", p["page"], {k: p[k] for k in ("comments", "right", "above", "top", "article_end_found", "article_end_true", "start_hit", "start_true", "start_found", "span_hit", "linked")})  # fmt: skip
    print(table(figures))
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
