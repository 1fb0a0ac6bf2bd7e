"""The figures of an evaluation as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from discourse.evaluate.threshold import FEWEST
from discourse.readers.clean import clean_line

NAMES = {
    "macro_f1": "macro-F1",
    "accuracy": "accuracy",
    "auc": "AUC",
    "f1": "F1",
    "precision": "precision",
    "recall": "recall",
    "met_precision": "precision, spans that touch",
    "met_recall": "recall, spans that touch",
    "right_word": "right word",
    "boundary_f1": "boundary F1",
    "boundary_precision": "boundary precision",
    "boundary_recall": "boundary recall",
    "exact_spans": "exact spans",
    "end_to_end_links": "start and parent right",
    "parent_accuracy": "parent accuracy",
    "answers_above": "  answers the comment above",
    "all_top_level": "  all top level",
    "calibration_error": "calibration error",
}
_WIDTH = 30
FEW = 30  # units from which on a bootstrap's interval is about as wide as it should be


def render(figures: dict) -> str:
    """The figures as lines of text, each ended."""
    return "".join(f"{line}\n" for line in _lines(figures))


def _lines(figures: dict) -> Iterator[str]:
    rows = figures["rows"]
    yield f"{figures['task']}: {figures['source']}, model {figures['model']}"
    yield f"{rows['used']:,} of {rows['read']:,} rows used; rejected {sum(rows['rejected'].values()):,}"
    if figures.get("gold"):
        yield f"gold: {', '.join(map(clean_line, figures['gold']))}"
    for reason, count in rows["rejected"].items():
        yield f"  {count:,}  {reason}"
    if rows["not_asked"]:
        yield f"  {rows['not_asked']:,} more answer no comment and have no gold: not asked"
    yield ""
    over = figures["intervals"]
    what = over["over"] if over["over"] in ("rows", "threads") else f"values of {clean_line(over['over'])}"
    heading = f"95 % interval over {over['units']:,} {what}" if over["units"] > 1 else "no interval: one unit"
    yield f"{'':{_WIDTH}}  value   {heading}"
    if 1 < over["units"] < FEW:
        yield f"  (under {FEW} {what}: read the figures as hints; intervals of so few are too narrow)"
    for name, shown in NAMES.items():
        if name in figures:
            yield _line(shown, figures[name])
    majority = figures.get("majority")
    if majority:
        yield _line(f"macro-F1, always {majority['label']}", majority["macro_f1"])
        yield _line(f"accuracy, always {majority['label']}", majority["accuracy"])
    if "threshold" in figures:
        yield f"toxic from probability {figures['threshold']:.3f}"
    if "fitted" in figures:
        yield from _fitted(figures["fitted"])
    if "labels" in figures:
        yield from _labels(figures)
    if "spans" in figures:
        n = figures["spans"]
        yield f"{n['gold']:,} labelled spans, {n['found']:,} found, {n['exact']:,} exactly; word told of {n['named']:,}"
    if "comments" in figures:
        yield from _page(figures)


def _fitted(fitted: dict) -> Iterator[str]:
    aim = fitted["aim"] if fitted["aim"] == "f1" else f"precision {fitted['aim']:g}"
    aim = "largest F1" if aim == "f1" else aim
    yield ""
    if fitted["threshold"]["value"] is None:
        yield f"no threshold gives these rows the {aim}"
        return
    yield f"threshold fitted to these rows for the {aim}; figures of rows left out, in {fitted['folds']} folds"
    for name, shown in (
        ("threshold", "threshold"),
        ("precision", "precision"),
        ("recall", "recall"),
        ("f1", "F1"),
    ):
        if name in fitted:
            yield _line(f"  {shown}", fitted[name])
    if not fitted["enough"]:
        yield (
            f"  too few to go by: {fitted['toxic']:,} toxic and {fitted['not_toxic']:,} not; "
            f"label at least {FEWEST} of each, better some hundred comments"
        )
        return
    yield f"  to use it: discourse report SOURCE --toxicity-threshold {fitted['threshold']['value']:.3f} (or score)"


def _line(name: str, figure: dict | float | None) -> str:
    if not isinstance(figure, dict):
        return f"{name:{_WIDTH}}  {_number(figure)}"
    bounds = f"   {_number(figure['low'])} to {_number(figure['high'])}" if figure["low"] is not None else ""
    return f"{name:{_WIDTH}}  {_number(figure['value'])}{bounds}"


def _number(value: float | None) -> str:
    return "    -" if value is None else f"{value:.3f}"


def _labels(figures: dict) -> Iterator[str]:
    labels = figures["labels"]
    width = max(len(label) for label in labels) + 2
    yield ""
    yield f"{'gold':{width}}{'rows':>8}{'precision':>11}{'recall':>9}{'F1':>9}   found as"
    counts = figures["confusion"]["counts"]
    cells = [max(len(label), *(len(f"{row[i]:,}") for row in counts)) for i, label in enumerate(labels)]
    yield " " * (width + 40) + "  ".join(f"{label:>{w}}" for label, w in zip(labels, cells, strict=True))
    for (label, own), row in zip(labels.items(), counts, strict=True):
        parts = "".join(f"{_number(own[n]):>{w}}" for n, w in (("precision", 11), ("recall", 9), ("f1", 9)))
        found = "  ".join(f"{n:>{w},}" for n, w in zip(row, cells, strict=True))
        yield f"{label:{width}}{own['rows']:>8,}{parts}   {found}"


def _page(figures: dict) -> Iterator[str]:
    n, end = figures["comments"], figures["article_end"]

    def place(line: int | None) -> str:
        return "no comments" if line is None else f"comments from line {line}"

    right = "right" if end["right"] else f"wrong: {place(end['first_comment_found'])}"
    yield f"article end: {place(end['first_comment'])}, {right}"
    yield (
        f"{n['gold']:,} labelled comments, {n['found']:,} found, {n['boundary']:,} start right, {n['exact']:,} "
        f"whole; parent asked of {n['asked']:,}"
    )
