"""Measures the reply structure on pages that no training saw.

    python scripts/evaluate_structure.py --out models/structure/metrics.json

Threads (Reddit, saved news and blog pages, Slashdot) are flattened without augmentation; the five
flat pages are read as they lie. Reported per source with 95 % bootstrap intervals over pages:
parent accuracy given the right boundaries (the parser's own readings of what stands above), beside
"answers the comment above" and "all top level"; end to end: boundary F1, exact spans, article end,
and comments whose first line and parent are both found. `--ablations` measures again without
quotations, without the pair scores, greedily, and with boundaries decided before links.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from cards import cell
from flatten import FlatThread, flatten, threads
from training import DATA, bootstrap, error_of_calibrated, expected_calibration_error

from discourse.nn.store import ModelSource, resolve
from discourse.readers import read_flat
from discourse.structure.encoder import LineEncoder
from discourse.structure.features import PageEvidence, column_names
from discourse.structure.links import NAMES as LINKS
from discourse.structure.parser import BEAM, parse_comments, parse_page, search
from discourse.structure.rebuild import after_marks
from discourse.structure.weights import Weights

SETS = ("valid_mtcsd_trump", "valid_reddit_political", "valid_praw", "eval_dragnet")
PAIR_SCORES = frozenset(
    {"goes_on", "opens", "opens_rank", "answers", "answers_all", "answers_own_parent", "share", "is_best", "best_answer", "is_best_answer"}
)  # fmt: skip
WHOLE = ("flat_pages", "seed_004")  # read with their articles
ABLATIONS = ("no quotation", "no pair scores", "greedy", "boundaries first", "links by the search")
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
                flat.after_mark.append(False)
        pages.append(flat)
    return pages


def annotated_seed(root: Path) -> FlatThread:
    """Seed 004 as its annotation reads it (one reader, before any output was seen)."""
    gold = json.loads((root / "scripts/labels/seed_004_structure.json").read_text(encoding="utf-8"))
    page = read_flat(root / "seeds" / f"{gold['page']}.txt")
    number = {c["first"]: n for n, c in enumerate(gold["comments"])}
    flat = FlatThread("seed", gold["page"], register=True)
    flat.parents = [-1 if c["parent"] is None else number[c["parent"]] for c in gold["comments"]]
    owners = {i: n for n, c in enumerate(gold["comments"]) for i in range(c["first"], c["last"] + 1)}
    marks = after_marks(page)
    for line, mark in zip(page.lines, marks, strict=True):
        flat.lines.append(line.text)
        flat.owner.append(-1 if line.number <= gold["article_end"] else owners[line.number])
        flat.after_blank.append(line.after_blank)
        flat.after_mark.append(mark)
    return flat


def ablated(page: PageEvidence, weights: Weights, ablation: str | None) -> tuple[Weights, int]:
    """The weights and the beam of a measurement; takes the quotations out of `page` where asked to."""
    if ablation == "no quotation":
        page.quotations = [[] for _ in page.lines]
    actions, links = weights.actions.copy(), weights.links.copy()
    for numbers, names in ((actions, column_names()), (links, LINKS)):
        for i, name in enumerate(names):
            last = name.split(".")[-1]
            if ablation == "no quotation" and ("quotes" in last or "marked" in last):
                numbers[i] = 0
            if ablation == "no pair scores" and last in PAIR_SCORES:
                numbers[i] = 0
    return replace(weights, actions=actions, links=links), 1 if ablation == "greedy" else BEAM


def boundaries_first(page: PageEvidence, weights: Weights, article_end: int) -> frozenset[int]:
    """Where comments start when each line is judged alone, before anything is linked."""
    bias, scale, top = (
        weights.actions[column_names().index(n)] for n in ("go_on.bias", "go_on.goes_on", "open.bias")
    )
    lines = range(article_end + 1, len(page.lines))
    scores = np.array([page.scores.goes_on(np.array([i - 1]), np.array([i]), i)[0] for i in lines])
    opens = page.opening_scores(article_end)[article_end + 1 :]
    opening = top + weights.actions[column_names().index("open.opens")] * opens
    return frozenset({article_end}) | {
        line for line, on, other in zip(lines, bias + scale * scores, opening, strict=True) if on < other
    }


def measure(
    flat: FlatThread, encoder: LineEncoder, weights: Weights, with_article: bool, ablation: str | None = None
) -> dict:
    """Counts of one page."""
    page = PageEvidence(flat.lines, flat.after_blank, encoder, flat.after_mark)
    weights, beam = ablated(page, weights, ablation)
    n = len(flat.parents)
    number = {first: i for i, (first, _) in enumerate(flat.spans())}
    given = parse_comments(page, weights, flat.article_lines, beam, starts=sorted(number))
    confidence = [weights.calibrate(link.probability) for link in given.links[1:]]
    right = [float(link.parent == t) for link, t in zip(given.links, flat.parents, strict=True)]
    depths = []
    for parent in flat.parents:
        depths.append(1 if parent < 0 else depths[parent] + 1)
    out = {
        "comments": n - 1,
        "right": sum(right[1:]),
        "above": sum(t == i - 1 for i, t in enumerate(flat.parents)) - (flat.parents[0] == -1),
        "top": sum(t == -1 for t in flat.parents) - 1,
        "confidence": confidence,
        "link_right": right[1:],
        "depths": depths[1:],
    }
    if ablation == "boundaries first":
        starts = sorted(boundaries_first(page, weights, flat.article_lines))
        parse = parse_comments(page, weights, flat.article_lines, beam, starts=starts)
    elif ablation == "links by the search":
        parse = search(page, weights, flat.article_lines, beam=beam)
    elif with_article and ablation is None:
        parse = parse_page(page, weights, beam)
    else:
        parse = parse_comments(page, weights, flat.article_lines, beam)
    true = {(first, last + 1) for first, last in flat.spans()}
    mine = {(link.start, link.end) for link in parse.links}
    starts_true, starts_mine = set(number), {start for start, _ in mine}
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
    figures["calibration_error_of_calibrated"] = error_of_calibrated(confidence)
    figures["right_above_0.9"] = {"share": round(float(np.mean(sure)), 4) if sure else None, "n": len(sure)}
    best = max(figures["answers_above"]["value"], figures["all_top_level"]["value"])
    gained = (figures["parent_accuracy"]["value"] - best) / (1 - best)
    figures["error_cut_against_better_baseline"] = round(gained, 4)
    by_depth: dict[str, list[float]] = defaultdict(list)
    for p in pages:
        for depth, hit in zip(p["depths"], p["link_right"], strict=True):
            by_depth["1" if depth == 1 else "2" if depth == 2 else "3-4" if depth < 5 else "5+"].append(hit)
    figures["error_by_depth"] = {
        d: {"error": round(1 - float(np.mean(by_depth[d])), 4), "n": len(by_depth[d])}
        for d in sorted(by_depth)
    }
    figures["pages"], figures["comments"] = len(pages), sum(p["comments"] for p in pages)
    return figures


def table(figures: dict) -> str:
    """The figures as the model card's Markdown table."""
    lines = [
        "| source | pages / comments | parent accuracy | above | top | error cut | boundary F1 | exact spans | end to end | article end | calibration error (of a calibrated model) |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, f in figures.items():
        end = cell(f["article_end"]) if name in WHOLE else "given"
        lines.append(
            f"| {name} | {f['pages']} / {f['comments']:,} | {cell(f['parent_accuracy'])} | {f['answers_above']['value']:.2f} "
            f"| {f['all_top_level']['value']:.2f} | {f['error_cut_against_better_baseline']:+.0%} | {cell(f['boundary_f1'])} "
            f"| {cell(f['exact_spans'])} | {cell(f['end_to_end_links'])} | {end} | {f['calibration_error']:.3f} ({f['calibration_error_of_calibrated']['mean']:.3f}) |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", type=Path, help="another checkpoint folder than the bundled one")
    parser.add_argument("--weights", type=Path, help="another weights file than the checkpoint's")
    parser.add_argument("--at-most", type=int, default=10**9, help="comments read of each set")
    parser.add_argument("--only", nargs="*", help="sources to measure")
    parser.add_argument("--ablations", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    source = (
        ModelSource("structure", str(arguments.model), "local")
        if arguments.model
        else resolve(None, "structure")
    )
    encoder = LineEncoder.load(source)
    weights = Weights.read(arguments.weights) if arguments.weights else Weights.load(source)

    pages = evaluation_pages(arguments.data, arguments.at_most)
    figures = {}
    for name, flats in pages.items():
        if arguments.only and name not in arguments.only:
            continue
        measured = [measure(f, encoder, weights, name in WHOLE) | {"page": f.thread} for f in flats]
        figures[name] = summary(measured)
        print(name, json.dumps(figures[name]), flush=True)
        if name in WHOLE:
            for p in measured:
                print("  ", p["page"], {k: p[k] for k in ("comments", "right", "above", "top", "article_end_found", "article_end_true", "start_hit", "start_true", "start_found", "span_hit", "linked")})  # fmt: skip
    print(table(figures))
    if arguments.ablations:
        figures["ablations"] = {"whole": _means(figures)}
        for ablation in ABLATIONS:
            found = {
                name: summary([measure(f, encoder, weights, False, ablation) for f in flats])
                for name, flats in pages.items()
            }
            figures["ablations"][ablation] = _means(found)
            print(ablation, json.dumps(figures["ablations"][ablation]), flush=True)
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def evaluation_pages(data: Path, at_most: int) -> dict[str, list[FlatThread]]:
    """The evaluation pages by source; of each set whole threads until `at_most` comments are reached."""
    pages = {
        "flat_pages": flat_pages(data),
        "seed_004": [annotated_seed(Path(__file__).resolve().parents[1])],
    }
    for name in SETS:
        rng = random.Random(name)
        pool = [t for t in threads(data, name) if len(t["comments"]) >= 3]
        rng.shuffle(pool)
        taken = 0
        for thread in pool:
            flat = flatten(thread, None, rng, augment=False)
            if len(flat.parents) < 3 or taken > at_most:
                continue
            key = name
            if name == "eval_dragnet":
                opening = (thread.get("article") or "")[:600]
                key += "_slashdot" if any(m in opening for m in SLASHDOT) else "_blogs"
            pages.setdefault(key, []).append(flat)
            taken += len(flat.parents)
    return pages


def _means(figures: dict) -> dict:
    """Parent accuracy and link and boundary figures of every source, without their intervals."""
    wanted = ("parent_accuracy", "boundary_f1", "end_to_end_links")
    return {s: {w: f[w]["value"] for w in wanted} for s, f in figures.items() if "parent_accuracy" in f}


if __name__ == "__main__":
    main()
