"""What the report says of lines that are neither article nor comment."""

import io
from dataclasses import replace
from html import unescape

import pytest
from report_samples import ARTICLE, comment, harbour
from rich.console import Console

from discourse.report import render, render_tree, summarize
from discourse.report.furniture import set_aside
from discourse.report.html.article import article_page
from discourse.schema import Discussion, Furniture

NAME = Furniture(3, "Jane Doe", "name or time of a comment")
HEADING = Furniture(2, "Comments (5)", "comments heading")
BAR = Furniture(5, "Reply", "reader's bar")
READ = "with names, times or the heading of comments read"


@pytest.mark.parametrize(
    ("furniture", "said"),
    [
        ((), ""),
        ((BAR,), "1 line of page furniture left out"),
        ((NAME, HEADING), f"2 lines {READ}"),
        ((NAME, HEADING, BAR, BAR), f"2 lines {READ}, 2 lines of page furniture left out"),
    ],
)
def test_lines_that_were_read_are_counted_apart(furniture, said):
    assert set_aside(Discussion(ARTICLE, (comment(0),), furniture=furniture)) == said


def test_a_heading_without_comments_is_furniture():
    assert set_aside(Discussion(ARTICLE, furniture=(HEADING,))) == "1 line of page furniture left out"


def one_line(console: Console) -> str:
    return " ".join(console.file.getvalue().split())


def test_report_page_and_tree_all_say_it():
    page = replace(harbour(), furniture=(NAME, HEADING, BAR))
    figures = summarize(page)
    report, tree = (Console(file=io.StringIO(), width=200) for _ in range(2))
    render(page, figures, report)
    render_tree(page, tree)
    left_out = "1 line of page furniture (menus, share bars) left out"
    assert f"2 lines {READ}, {left_out}" in one_line(report)
    assert f"2 lines {READ}, {left_out}." in unescape(article_page(page, figures))
    assert f"2 lines {READ}, 1 line of page furniture left out" in one_line(tree)
