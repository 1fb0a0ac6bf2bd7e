"""Furniture that only several lines together give away: widgets, captions, menus, readers' stamps."""

from __future__ import annotations

import re
from collections.abc import Sequence

from discourse.readers.marks import Mark
from discourse.readers.page import Line
from discourse.readers.phrases import NAVIGATION, PLAIN, STAMP
from discourse.readers.shape import fold, is_bullet, is_headline, is_sentence, key_words, words_of

_PERCENT = re.compile(r"^\d{1,3} ?%$")
_RANK = re.compile(r"^\W*#?\d{1,2}\W*$")
_CREDIT = re.compile(
    r"\b(?:AP|AFP|Reuters|Getty|EPA|Anadolu|Xinhua|TASS|Shutterstock|Bloomberg|Alamy|iStock|NurPhoto|ZUMA|UPI|Wikimedia"
    r"|Flickr|Unsplash|handout|courtesy|credit|photo(?:graph)?|image)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_MENU_RUN = 4  # bullets in a row, all short, that make a menu
_STAMPS = 3  # lines of one kind that make the stamps of a comment system
_SAME_CAPTION = 0.5  # shared key words of an image's description and the line below it

Marks = list[Mark | None]


def mark_blocks(lines: Sequence[Line], marks: Marks) -> None:
    """Adds to `marks`, in place, what groups of lines give away."""
    _mark_percentages(lines, marks)
    _mark_captions(lines, marks)
    _mark_stamps(lines, marks)
    _mark_menus(lines, marks)
    _mark_promotions(lines, marks)


def _mark_percentages(lines: Sequence[Line], marks: Marks) -> None:
    """Polls, reactions and ratings: short labels (perhaps twice), each with a percentage below it."""
    group: list[int] = []
    count = labels = 0
    for i in range(len(lines) + 1):
        text = lines[i].text if i < len(lines) else None
        if text is not None and len(text) <= 6 and _PERCENT.match(text) and labels:
            group.append(i)
            count, labels = count + 1, 0
        elif text is not None and len(text) <= 40 and labels < 2 and not is_sentence(text, 1):
            group.append(i)
            labels += 1
        else:
            _close_group(group, count, labels, marks)
            short = text is not None and len(text) <= 40 and not is_sentence(text, 1)
            group, count, labels = ([i], 0, 1) if short else ([], 0, 0)


def _close_group(group: list[int], count: int, labels: int, marks: Marks) -> None:
    if count >= 3:
        for i in group[: len(group) - labels]:
            marks[i] = Mark("reactions or ratings", PLAIN, True)


def _mark_captions(lines: Sequence[Line], marks: Marks) -> None:
    """The caption and the credit below an image."""
    for i, mark in enumerate(marks):
        if mark is None or mark.reason != "image" or i + 1 >= len(lines):
            continue
        if _is_credit(lines[i + 1].text):
            marks[i + 1] = Mark("photo credit", PLAIN, True)
        elif i + 2 < len(lines) and _is_credit(lines[i + 2].text) and marks[i + 1] is None:
            marks[i + 1] = Mark("image caption", PLAIN, True)
            marks[i + 2] = Mark("photo credit", PLAIN, True)
        elif marks[i + 1] is None and _same_caption(lines[i].text, lines[i + 1].text):
            marks[i + 1] = Mark("image caption", PLAIN, True)


def _is_credit(text: str) -> bool:
    return (
        len(text) <= 120
        and bool(_CREDIT.search(text))
        and not is_sentence(text, 1)
        and len(words_of(text)) <= 14
    )


def _same_caption(image: str, below: str) -> bool:
    described, caption = key_words(image[: image.find("](")]), key_words(below)
    return len(described & caption) > _SAME_CAPTION * len(described | caption)


def _mark_stamps(lines: Sequence[Line], marks: Marks) -> None:
    """Dates and names over comments: sure once several of them stand on the page."""
    dated = [
        i
        for i, mark in enumerate(marks)
        if mark and mark.reason == "date line" and _is_stamp(lines[i].text, mark)
    ]
    stamped = set(dated)
    headed = [
        i for i, mark in enumerate(marks) if mark and mark.reason == "comment heading" and i + 1 in stamped
    ]
    for group in (dated, headed):
        if len(group) >= _STAMPS:
            for i in group:
                marks[i] = Mark("name or time of a comment", STAMP, True)


def _is_stamp(text: str, mark: Mark) -> bool:
    return mark.role == STAMP or bool(_CLOCK.search(text))


def _mark_menus(lines: Sequence[Line], marks: Marks) -> None:
    """Runs of short bullets, and the ranks of a list."""
    run: list[int] = []
    for i in range(len(lines) + 1):
        text = lines[i].text if i < len(lines) else ""
        if (
            text
            and len(text) <= 60
            and is_bullet(text)
            and len(words_of(text)) <= 5
            and not is_sentence(text, 1)
        ):
            run.append(i)
            continue
        if len(run) >= _MENU_RUN:
            for j in run:
                marks[j] = marks[j] or Mark("menu", NAVIGATION, False)
        run = []
    for i, line in enumerate(lines):
        if marks[i] is None and len(line.text) <= 6 and is_bullet(line.text) and _RANK.match(line.text):
            marks[i] = Mark("rank in a list", NAVIGATION, False)


_PROMOTION = re.compile(r"^(?:NEW|WATCH|LIVE|VIDEO|EXCLUSIVE|BREAKING|RELATED|READ)\s+(?=[A-Z0-9\"'‘“])")


def _mark_promotions(lines: Sequence[Line], marks: Marks) -> None:
    """A headline led in by a word in capitals, standing apart: "NEW Title of Another Story"."""
    for i, line in enumerate(lines):
        if marks[i] is None and len(line.text) <= 250 and _PROMOTION.match(line.text) and line.after_blank:
            apart = i + 1 == len(lines) or lines[i + 1].after_blank
            if apart and is_headline(line.text) and len(fold(line.text).split()) >= 5:
                marks[i] = Mark("link to another story", PLAIN, False)
