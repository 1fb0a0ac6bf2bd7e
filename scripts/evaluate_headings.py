"""Measures what a page's own headings and margins add to the reading of its comments.

    python scripts/evaluate_headings.py

The five real flat pages lost the name over each comment; here it is put back (the names are the
pages' own, the times are not) in several common forms, and each page is read through the flat reader and the
structure parser. The forms are ours: the figures say that the reader does with such pages what it
claims, not how many pages in the world look like this.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime, timedelta
from pathlib import Path

from evaluate_structure import flat_pages
from flatten import FlatThread
from training import DATA

from discourse.readers.flat import page_from_text
from discourse.structure.rebuild import StructureParser

FORMS = ("bare", "name over time", "says", "one line", "in reply to", "under", "margins")
_START = datetime(2012, 7, 24, 8, 3)


def authors_of(data: Path, page: FlatThread) -> list[str]:
    """The names of the gold tree, one for each comment of the page; invented where it has none."""
    gold = json.loads((data / "threads" / "flat" / f"{page.thread}.gold.json").read_text(encoding="utf-8"))
    by_line = {c["first_line"]: _plain(c.get("author")) for c in gold["comments"]}
    names = [by_line[line] for line in sorted(by_line)]
    return (
        [names[i] or f"Reader {i}" for i in range(len(page.parents))]
        if len(names) >= len(page.parents)
        else []
    )


def _plain(name: str | None) -> str:
    """A name without what the page wrote beside it."""
    return (name or "").removeprefix("Posted by ").rstrip(" \x97")


def dressed(page: FlatThread, names: list[str], form: str) -> tuple[str, list[int]]:
    """The page's text with its comments' headings in a form, and the line on which each comment starts."""
    depths: list[int] = []
    for parent in page.parents:
        depths.append(0 if parent < 0 else depths[parent] + 1)
    out = [line for line, owner in zip(page.lines, page.owner, strict=True) if owner < 0]
    starts = []
    for number, (first, last) in enumerate(page.spans()):
        name, parent = names[number], page.parents[number]
        time = (_START + timedelta(minutes=7 * number)).strftime("%B %d, %Y at %I:%M %p")
        over = {
            "name over time": [name, time],
            "says": [f"{name} says:", time],
            "one line": [f"{name} • {time}"],
            "in reply to": [name, *([f"In reply to {names[parent]}"] if parent >= 0 else []), time],
        }.get(form, [])
        margin = "    " * depths[number] if form == "margins" else ""
        out += over
        starts.append(len(out) + 1)
        out += [margin + line for line in page.lines[first : last + 1]]
        out += [f"Posted by {name} on {time}"] if form == "under" else []
    return "\n".join(out) + "\n", starts


def measure(page: FlatThread, names: list[str], form: str, parser: StructureParser) -> dict[str, int]:
    """Counts of one page in one form."""
    text, starts = dressed(page, names, form)
    comments = parser.rebuild(page_from_text(text, page.thread)).comments
    found = {c.line_start: c for c in comments}
    first_of = {c.comment_id: c.line_start for c in comments}
    number = {line: i for i, line in enumerate(starts)}
    shared = [line for line in starts if line in found]
    parents = [
        number.get(first_of.get(found[line].parent_id), -1 if found[line].parent_id is None else -2)
        for line in shared
    ]
    return {
        "true": len(starts),
        "found": len(found),
        "hit": len(shared),
        "linked": sum(p == page.parents[number[line]] for p, line in zip(parents, shared, strict=True)),
        "named": sum(found[line].author == names[number[line]] for line in shared),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--data", type=Path, default=DATA)
    arguments.add_argument("--model", help="another structure checkpoint")
    given = arguments.parse_args()
    parser = StructureParser.load(given.model)
    pages = [(page, names) for page in flat_pages(given.data) if (names := authors_of(given.data, page))]
    print(f"{len(pages)} pages, {sum(len(p.parents) for p, _ in pages)} comments")
    print("| form | boundary F1 | comments with start and parent right | author right |\n|---|---|---|---|")
    for form in FORMS:
        counts = [measure(page, names, form, parser) for page, names in pages]
        total = {key: sum(c[key] for c in counts) for key in counts[0]}
        f1 = 2 * total["hit"] / (total["true"] + total["found"])
        print(
            f"| {form} | {f1:.2f} | {total['linked'] / total['true']:.2f} | {total['named'] / total['true']:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
