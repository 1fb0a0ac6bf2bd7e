"""What a source says is kept: the same discussion in every format gives the same tree, authors, times, marks.

Each reader names in its first lines the official documentation that these fixtures follow.
"""

import gzip
import importlib
import json
import pkgutil
import re
from datetime import datetime

import pytest
from discussion_samples import AUTHORS, BOB, FORMATS, TEXTS, TIMES, content
from sources import Named, check, comes_back, examine, load
from test_html import DEEP, PAGES

from discourse.readers import exports

LINE = re.compile(
    r"read [\d,]+ comments?; kept [\d,]+ under [\d,]+ articles?;( [\d,]+ of them deleted or removed;)?( [\d,]+ more are not in the source;)?"
    r"( articles known by their id alone: [\d,]+;)? rejected [\d,]+( \(.+?\))?; links: [\d,]+ given, [\d,]+ inferred, [\d,]+ orphan;"
    r"( repaired: .+?;)?( articles whose comments were put in reply order: [\d,]+;)?( times that could not be read: [\d,]+;)? encoding: \S.*"
)
KEY = b"a key of the tests only"


def read(form, **options):
    found, intake = load(Named(content(form), form.name), **options)
    check(found)
    assert len(found) == 1 + form.homeless
    return [comment for page in found for comment in page.comments], intake


@pytest.mark.parametrize("name", FORMATS)
def test_parents_authors_times_marks_votes_and_edits(name):
    form = FORMATS[name]
    comments, intake = read(form)
    a, b, c, d = (next(x for x in comments if x.comment_id == own) for own in form.ids)
    assert len(comments) == 4
    assert [x.parent_id for x in (a, b, c, d)] == [None, form.ids[0], form.ids[1], None]
    assert [x.depth for x in (a, b, c, d)] == [1, 2, 3, 1]
    assert [x.parent_source for x in (a, b, c, d)] == ["given", "given", "given", "orphan"]
    assert d.extra["missing_parent_id"] == form.missing and d.parent_confidence == 0.0
    for who, comment in zip("abd", (a, b, d), strict=True):
        assert (comment.author, comment.text) == (AUTHORS[who], TEXTS[who])
        assert comment.posted_at == datetime.fromisoformat(TIMES[who][1])
    assert c.author == (AUTHORS["c"] if form.names_gone else None)
    assert c.posted_at in (None, datetime.fromisoformat(TIMES["c"][1]))
    assert {key: a.extra.get(key) for key in form.votes} == form.votes
    assert {key: b.extra.get(key) for key in form.edit} == form.edit
    assert {key: c.extra.get(key) for key in ("deleted", "removed") if c.extra.get(key)} == form.gone
    assert not any(x.extra.get("deleted") or x.extra.get("removed") for x in (a, b, d))
    assert (intake.read, intake.kept, intake.n_rejected, intake.articles) == (4, 4, 0, 1 + form.homeless)
    assert intake.links == {"given": 2, "orphan": 1} and intake.deleted == bool(form.gone)
    assert LINE.fullmatch(intake.summary()), intake.summary()


def test_there_is_a_discussion_for_every_export():
    modules = {m.name for m in pkgutil.iter_modules(exports.__path__)} - {"xmlsource"}
    apart = {"nested", "recorded"}  # no schema of their own
    told = {"disqus": "disqus", "wordpress": "wxr", "reddit": "reddit dump", "hackernews": "hacker news", "youtube": "youtube api", "forum": "discourse",
            "mastodon": "mastodon", "lemmy": "lemmy", "bluesky": "bluesky", "coral": "coral", "fourcat": "4cat", "socc": "socc", "convokit": "convokit",
            "isso": "isso"}  # fmt: skip
    assert told.keys() == modules - apart and set(told.values()) <= FORMATS.keys()


@pytest.mark.parametrize("module", sorted(m.name for m in pkgutil.iter_modules(exports.__path__)))
def test_every_reader_cites_the_documentation_of_its_format(module):
    if module in ("xmlsource", "nested"):
        return
    about = importlib.import_module(f"discourse.readers.exports.{module}").__doc__
    assert re.search(r"https?://", about), module


@pytest.mark.parametrize("name", FORMATS)
def test_every_promise_holds_and_it_comes_back_as_it_was(name):
    assert examine(content(FORMATS[name]), FORMATS[name].name)


@pytest.mark.parametrize("name", FORMATS)
def test_pseudonyms_leave_no_name_behind(name):
    form = FORMATS[name]
    hidden, _ = read(form, pseudonym_key=KEY)
    plain, _ = read(form)
    shown = json.dumps([[c.author, c.text, {k: str(v) for k, v in c.extra.items()}] for c in hidden])
    assert not any(author in shown for author in AUTHORS.values())
    assert [c.parent_id for c in hidden] == [c.parent_id for c in plain]
    ann, bob = hidden[:2]
    assert ann.author.startswith("user_") and bob.text == BOB.replace("ann_marsh", ann.author)


@pytest.mark.parametrize("name", PAGES)
def test_pages_come_back_as_they_were_and_keep_no_name(name):
    data = PAGES[name](DEEP)
    examine(data, "page.html")
    found, intake = load(data.encode(), "page.html", pseudonym_key=KEY)
    comes_back(found)
    assert LINE.fullmatch(intake.summary()), intake.summary()
    authors = {c.author for c in found[0].comments if c.author}
    assert all(re.fullmatch(r"user_[0-9a-f]{12}", author) for author in authors)


def test_the_line_names_the_encoding_also_where_a_stream_breaks_off():
    rows = "".join(json.dumps({"id": n, "text": f"{n} " * 99}) + "\n" for n in range(9000)).encode()
    packed = gzip.compress(rows)
    _, intake = load(packed[: len(packed) // 2], "rows.jsonl.gz")
    assert intake.rejected["could not be read"] == 1
    assert LINE.fullmatch(intake.summary()), intake.summary()
