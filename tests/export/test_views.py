"""What the views make of rows that other exports seldom hold: articles nobody answered, tags left out."""

import sqlite3

import pytest

from discourse.export.views import view_sql
from discourse.schema.tables import ARTICLE_SCHEMA, TAGGED_COMMENT_SCHEMA


@pytest.fixture
def db():
    """Two articles, one without comments; of three comments one is toxic and one was not tagged."""
    with sqlite3.connect(":memory:") as made:
        for table, schema in (("articles", ARTICLE_SCHEMA), ("comments", TAGGED_COMMENT_SCHEMA)):
            made.execute(f"CREATE TABLE {table} ({', '.join(schema.names)})")
        made.executemany("INSERT INTO articles (article_id) VALUES (?)", [("a",), ("lonely",)])
        made.executemany(
            "INSERT INTO comments (article_id, comment_id, root_id, toxic, author) VALUES ('a', ?, ?, ?, 'ann')",
            [("1", "1", True), ("2", "1", False), ("3", "3", None)],
        )
        for name, sql in view_sql(TAGGED_COMMENT_SCHEMA.names, "date(c.posted_at)").items():
            made.execute(f"CREATE VIEW {name} AS {sql}")
        yield made


def test_an_article_that_nobody_answered_is_in_the_summary(db):
    found = db.execute("SELECT article_id, n_comments FROM article_summary ORDER BY 1").fetchall()
    assert found == [("a", 3), ("lonely", 0)]


def test_shares_are_of_the_comments_that_have_the_tag(db):
    found = db.execute("SELECT n_toxic, share_toxic, n_threads, n_authors FROM article_summary").fetchone()
    assert found == (1, 0.5, 2, 1)
