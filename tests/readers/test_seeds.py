"""The five documents: the article comes out, the site's furniture does not, and nothing goes missing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from discourse.readers import read_flat

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))


def seed(number: int):
    return read_flat(SEEDS[number])


def numbers(page) -> list[int]:
    return [line.number for line in page.lines]


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_every_line_is_in_one_place(path):
    page = read_flat(path)
    raw = path.read_text(encoding="utf-8").split("\n")
    filled = [n for n, text in enumerate(raw, start=1) if text.strip()]
    title = [page.title_line] if page.title_line else []
    assert sorted(numbers(page) + [f.line for f in page.furniture] + title) == filled
    assert all(f.reason for f in page.furniture)
    assert page.page_id == path.stem


def test_article_behind_ticker_menus_and_trending_list():
    page = seed(0)
    assert (
        page.title == "US Defense Minister: Liberation of All Russian-Occupied Areas in Ukraine 'Unrealistic'"
    )
    assert numbers(page) == [36, 38, 40, 42, 44]
    assert page.published_at == datetime(2025, 2, 12, 15, 21, tzinfo=UTC)
    assert not page.comments_possible


def test_article_between_reading_time_and_ratings():
    page = seed(1)
    assert page.title == "Pete Hegseth’s Ukraine Plan: No NATO Membership, No U.S. Troops"
    assert numbers(page) == [6]
    assert not page.comments_possible
    assert "empty comment form" in page.notes[0]


def test_article_with_images_captions_and_credits():
    page = seed(2)
    assert page.title is None
    assert [f.line for f in page.furniture] == [1, 6, 7, 8, 19, 20, 21]
    assert len(page.lines) == 23


def test_article_with_promotions_and_related_news():
    page = seed(3)
    assert page.title == "Hegseth rules out Ukraine NATO membership, says security is Europe's obligation"
    assert numbers(page) == [11, 13, 17, 19, 21, 25, 27]
    assert page.published_at == datetime(2025, 2, 12, tzinfo=UTC)
    assert not page.comments_possible


def test_bare_page_with_comments_loses_nothing():
    page = seed(4)
    assert page.title is None
    assert page.furniture == ()
    assert numbers(page) == [*range(1, 4), *range(5, 138)]
    assert page.comments_possible
    assert page.comments_from is None
    assert page.n_lines == 137
    assert [line.number for line in page.lines if line.after_blank] == [5]
