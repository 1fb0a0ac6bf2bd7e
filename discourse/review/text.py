"""The figures of an agreement as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from discourse.readers.clean import clean_line

_NAMES = {
    "stance_article": "Stance toward the target",
    "stance_parent": "Stance toward the comment answered",
    "toxic": "Toxic",
    "profanity": "Profanity",
}
_SPANS = {
    "kappa": "κ, comments with any",
    "precision": "precision, words that touch",
    "recall": "recall, words that touch",
    "exact_precision": "precision, exact",
    "exact_recall": "recall, exact",
}
_LIMIT = "The figures hold for comments picked as these were: those picked because a model was unsure make it look worse."


def render(figures: dict) -> str:
    """The figures as lines of text, each ended."""
    return "".join(f"{line}\n" for line in _lines(figures))


def _lines(figures: dict) -> Iterator[str]:
    over = figures["intervals"]
    yield (
        f"{clean_line(figures['run'])}: {figures['comments']:,} comments, {figures['judgements']:,} judgements "
        f"by {figures['reviewers']:,} {'reviewer' if figures['reviewers'] == 1 else 'reviewers'}"
    )
    if figures["changed"]:
        yield f"{figures['changed']:,} judgements left out: the run no longer has that comment with that text"
    yield (
        f"95 % intervals over {over['units']:,} {over['over']}"
        if over["units"] > 1
        else "no intervals: one thread"
    )
    for name, own in figures["questions"].items():
        yield ""
        yield _head(_NAMES[name], own)
        if name == "profanity":
            spans = own["spans"]
            yield f"  {spans['human']:,} words marked, {spans['ours']:,} found, {spans['exact']:,} exactly"
            yield from (f"  {shown:30}{_number(own[key])}" for key, shown in _SPANS.items())
        else:
            yield f"  {'κ':30}{_number(own['kappa'])}"
            yield f"  {'same label':30}{_number(own['accuracy'])}"
            yield f"  {'':14}{'human':>7}{'ours':>7}   {'precision':24}recall"
            for label, row in own["labels"].items():
                yield (
                    f"  {label:14}{row['human']:>7,}{row['ours']:>7,}   {_number(row['precision']):24}"
                    f"{_number(row['recall'])}"
                )
        among = own["reviewers"]
        if among["comments"]:
            alpha = "  -  " if among["alpha"] is None else f"{among['alpha']:.3f}"
            yield f"  {'α among reviewers':30}{alpha}  on {among['comments']:,} comments"
    yield ""
    yield _LIMIT


def _head(name: str, own: dict) -> str:
    left = []
    if own.get("ties"):
        left.append(f"{own['ties']:,} left out, reviewers evenly split")
    if own.get("other_target"):
        left.append(f"{own['other_target']:,} judgements left out, toward another target")
    return f"{name}  {own['comments']:,} comments" + "".join(f"; {text}" for text in left)


def _number(figure: dict) -> str:
    if figure["value"] is None:
        return "  -  "
    bounds = "" if figure["low"] is None else f"  ({figure['low']:.3f} to {figure['high']:.3f})"
    return f"{figure['value']:.3f}{bounds}"
