"""Lines, bars and columns for a terminal: calm, aligned, and the same without colour or Unicode."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from discourse.report.text import clean, clip
from discourse.report.wording import interval, percent

PIPED_WIDTH = 100
MEASURE = 112
# Middle tones: four to five times the luminance contrast on black and on white alike.
GREY, FAVOR, AGAINST, TOXIC, ANSWER = "color(244)", "color(31)", "color(166)", "color(161)", "color(97)"
SIDE_STYLES = {"favor": FAVOR, "against": AGAINST, "none": GREY}
SIDE_MARKS = {"favor": "+", "against": "−", "none": "·"}
FEW = "°"
LABEL, SHARE, INTERVAL, COUNT = 14, 5, 8, 18

_ASCII = str.maketrans("█▒░─│├└╴…–−·●°“”’→×", '#=.-||`-.--.**""\'>x')

Part = str | tuple[str, str]


def make_console(file: TextIO | None = None) -> Console:
    """A console for the report: the terminal's width, or 100 columns (or COLUMNS) when piped."""
    console = Console(file=file, highlight=False, markup=False, emoji=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = PIPED_WIDTH
    return console


class Page:
    """Prints lines that never exceed the console's width and carry nothing but text and styles."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.width = max(20, console.width)
        self.measure = min(self.width, MEASURE)
        self.bar_width = max(
            8, min(40, self.measure - (2 + LABEL + 2 + 2 + SHARE + 2 + INTERVAL + 2 + COUNT))
        )
        self.unicode = console.encoding.lower().startswith("utf")

    def line(self, *parts: Part, indent: int = 2) -> None:
        """Prints one line, cut to the width."""
        self.lines([self.text(*parts, indent=indent)])

    def text(self, *parts: Part, indent: int = 2) -> Text:
        """The parts (plain or with a style) as one line of text."""
        return Text.assemble(" " * indent, *parts, no_wrap=True, end="")

    def lines(self, texts: Iterable[Text]) -> None:
        """Prints lines in one go, each cut to the width and free of trailing space."""
        block = [self._fit(text) for text in texts]
        if block:
            self.console.print(
                Text("\n").join(block),
                no_wrap=True,
                overflow="ignore",
                crop=False,
                highlight=False,
                soft_wrap=True,
            )

    def _fit(self, text: Text) -> Text:
        if not self.unicode:
            plain = text.plain.translate(_ASCII)
            text.plain = plain.encode(self.console.encoding, "replace").decode(self.console.encoding)
        text.rstrip()
        text.truncate(self.width, overflow="ellipsis" if self.unicode else "crop")
        return text

    def blank(self) -> None:
        """Prints an empty line."""
        self.console.print()

    def paragraph(
        self, text: str, *, style: str = "", indent: int = 2, hang: str = "", rows: int = 0
    ) -> None:
        """Prints cleaned text over as many lines as it needs, or at most `rows`, the last ending in "…"."""
        room = self.measure - indent - cell_len(hang)
        wrapped = [line.plain.strip() for line in Text(clean(text)).wrap(self.console, max(10, room))]
        if rows and len(wrapped) > rows:
            wrapped = [*wrapped[: rows - 1], clip(wrapped[rows - 1], room, more=True)]
        heads = [hang, *[" " * cell_len(hang)] * (len(wrapped) - 1)]
        self.lines(
            self.text((head, GREY), (line, style), indent=indent)
            for head, line in zip(heads, wrapped, strict=True)
        )

    def section(self, title: str, note: str = "") -> None:
        """Prints a heading after a blank line, with a thin rule up to the measure; a note too long for it stands below."""
        self.blank()
        beside = "  " + note if note and cell_len(title) + 2 + cell_len(note) <= self.measure else ""
        used = cell_len(title) + cell_len(beside)
        self.line(
            (title, "bold"), (beside, GREY), (" " + "─" * max(0, self.measure - used - 1), GREY), indent=0
        )
        if note and not beside:
            self.paragraph(note, style=GREY)

    def columns(self, title: str, count: str) -> None:
        """Prints the heads over `share_row` columns."""
        gap = " " * (self.bar_width + 2)
        label = clip(title, LABEL + self.bar_width).ljust(LABEL + 2 + self.bar_width + 2)
        if cell_len(title) <= LABEL:
            label = title.ljust(LABEL + 2) + gap
        self.line((label + f"{'share':>{SHARE}}  {'interval':>{INTERVAL}}  {count}", GREY))

    def share_row(self, label: str, estimate: dict, count: str | None = None, *, style: str = "") -> None:
        """Prints a label, a bar with its interval, the share, the limits, and how many of how many."""
        head = clip(label, LABEL).ljust(LABEL)
        if not estimate["n"]:
            self.line(head, "  ", (" " * self.bar_width + f"  {'n/a':>{SHARE}}", GREY))
            return
        few = FEW if estimate["small_sample"] else ""
        if count is None:
            count = f"{estimate['count']:,} of {estimate['n']:,}"
        self.line(
            head,
            "  ",
            (bar(estimate, self.bar_width), style),
            f"  {percent(estimate['share']):>{SHARE}}  ",
            f"{interval(estimate['low'], estimate['high']):>{INTERVAL}}",
            f"  {count}",
            (few, GREY),
        )


def bar(estimate: dict, width: int) -> str:
    """A bar over 0..100 %: full up to the lower limit, half up to the share, light up to the upper limit."""
    share = estimate["share"]
    low = share if estimate["low"] is None else estimate["low"]
    high = share if estimate["high"] is None else estimate["high"]
    centres = [(i + 0.5) / width for i in range(width)]
    return "".join("█" if c < low else "▒" if c < share else "░" if c < high else " " for c in centres)
