"""Reply trees from comments in any order: orphans, circles, repeated ids, articles found through parents."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sources import by_id, check, lines, load, one, tree

from discourse.readers import spool
from discourse.readers.assemble import Assembly
from discourse.readers.inferred import join_parts
from discourse.readers.intake import Intake
from discourse.readers.items import SourceComment
from discourse.readers.trees import TOP, grow
from discourse.schema import Article


def row(own, parent=None, text=None, **more):
    return {"id": own, "parent_id": parent, "text": text or f"text {own}"} | more


def test_display_order_keeps_siblings_as_in_the_source():
    (page,), intake = load(lines(row(1), row(2), row(3, 1), row(4, 2), row(5, 1), row(6, 3)))
    assert [c.comment_id for c in page.comments] == ["1", "3", "6", "5", "2", "4"]
    assert [c.position for c in page.comments] == list(range(6))
    assert intake.regrouped == 1 and "reply order: 1" in intake.summary()
    assert load(lines(row(1), row(3, 1), row(2)))[1].regrouped == 0


def test_orphans_stay_and_are_marked():
    (page,), intake = load(lines(row(1, 99), row(2, 1)))
    assert tree(page) == [("1", None, 1), ("2", "1", 2)]
    assert page.comments[0].parent_source == "orphan" and page.comments[0].parent_confidence == 0
    assert page.comments[0].extra["missing_parent_id"] == "99"
    assert intake.links == {"orphan": 1, "given": 1}


def test_circles_are_cut_at_their_first_comment():
    (page,), intake = load(lines(row(1, 3), row(2, 1), row(3, 2), row(4, 4), row(5, 3)))
    assert tree(page) == [("1", None, 1), ("2", "1", 2), ("3", "2", 3), ("5", "3", 4), ("4", None, 1)]
    assert by_id(page)["1"].parent_source == "circle" and by_id(page)["1"].extra["circular_parent_id"] == "3"
    assert intake.repairs == {"circles of replies cut": 2}


def test_repeated_rows_are_rejected_and_repeated_ids_made_unique():
    (page,), intake = load(lines(row(1), row(1), row(1, None, "another"), row(2, 1)))
    assert [c.comment_id for c in page.comments] == ["1", "2", "1~2"]
    assert by_id(page)["1~2"].extra["source_id"] == "1"
    assert intake.rejected == {"repeats a comment already read": 1} and intake.rejects[0].line == 2
    assert intake.repairs == {"comment ids made unique": 1}


def test_made_ids_never_hit_given_ones():
    page = one(lines({"text": "a", "id": "source:2"}, {"text": "b"}))
    check([page])
    assert len({c.comment_id for c in page.comments}) == 2


def test_an_article_as_parent_means_top_level():
    page = one(lines(row(1, "a", article_id="a"), row(2, 1, article_id="a")))
    assert tree(page) == [("1", None, 1), ("2", "1", 2)] and page.comments[0].parent_source == "given"


def test_parents_in_another_article_are_missing_ones():
    (first, second), _ = load(lines(row(1, article_id="a"), row(2, 1, article_id="b")))
    assert second.comments[0].parent_source == "orphan" and first.article.article_id == "a"


def test_long_articles_come_in_parts_of_whole_threads(monkeypatch):
    monkeypatch.setattr("discourse.readers.assemble.PART", 10)
    rows = [row(n, n - 1 if n % 4 else None) for n in range(40)]
    parts, intake = load(lines(*rows))
    assert len(parts) > 2 and all(part.comments[0].depth == 1 for part in parts)
    (joined,) = join_parts(parts)
    check([joined])
    assert [c.position for c in joined.comments] == list(range(40)) and intake.articles == 1


def test_very_long_articles_are_linked_on_disk_with_the_same_result(monkeypatch):
    rows = [row(n, (n * 7) % 50 if n % 3 else None, f"t{n}") for n in range(60)] + [
        row(5, None, "again"),
        row(7, 3, "t7"),
    ]
    expected, _ = load(lines(*rows))
    monkeypatch.setattr(spool, "_IN_MEMORY", 10)
    assert load(lines(*rows))[0] == expected


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-1, 30), max_size=30))
def test_any_parents_give_a_tree(parents):
    parents = [p if p < len(parents) else TOP for p in parents]
    grown = grow(parents)
    assert sorted(grown.order) == list(range(len(parents)))
    place = {number: at for at, number in enumerate(grown.order)}
    for number in range(len(parents)):
        above = grown.parent[number]
        assert above == (TOP if number in grown.cut else parents[number])
        if above == TOP:
            assert (grown.root[number], grown.depth[number]) == (number, 1)
        else:
            assert place[above] < place[number]
            assert (grown.root[number], grown.depth[number]) == (grown.root[above], grown.depth[above] + 1)
    ends = {}
    for at, number in enumerate(grown.order):  # threads in one piece
        root = grown.root[number]
        assert ends.get(root, at - 1) == at - 1
        ends[root] = at


ids = st.one_of(st.none(), st.sampled_from(["a", "b", "c", "a:1", "a~2", "b:2", "x", "é"]))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(SourceComment, st.text(max_size=5), ids, ids, ids, ids),
            st.builds(Article, st.sampled_from(["a", "b", "x"]), ids, st.text(max_size=3)),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_any_items_in_any_order_keep_the_promises(items, own_ids):
    intake = Intake()
    with Assembly(intake) as assembly:
        for number, item in enumerate(items):
            if number % 5 == 0:
                assembly.open_file(f"f{number}", "page", own_ids=own_ids)
            assembly.add(item)
        found = list(assembly.discussions())
    check(found)
    kept = [c for d in found for c in d.comments]
    assert len(kept) == intake.kept == intake.read - intake.n_rejected
    assert len({d.article.article_id for d in found}) == len(found) == intake.articles
    assert len({c.comment_id for c in kept}) == len(kept)


def test_articles_of_several_sources_keep_ids_of_their_own():
    from sources import load

    from discourse.readers import Intake
    from discourse.readers.names import ArticleIds, kept_apart

    ids, intake = ArticleIds(), Intake()
    names = []
    for text in ("one", "two", "three"):
        found, _ = load(
            f'{{"text": "{text}", "article_id": "a"}}\n{{"text": "x", "article_id": "a~2"}}\n', "s.jsonl"
        )
        for discussion in kept_apart(found, ids, intake):
            assert {c.article_id for c in discussion.comments} == {discussion.article.article_id}
            names.append(discussion.article.article_id)
    assert names == ["a", "a~2", "a~3", "a~2~2", "a~4", "a~2~3"]
    assert intake.repairs == {"article ids made unique": 4}


def test_an_id_that_comes_very_often_is_not_counted_up_to_each_time(monkeypatch):
    from discourse.readers import names

    asked, real = [], names._hash
    monkeypatch.setattr(names, "_hash", lambda name: asked.append(name) or real(name))
    ids = names.ArticleIds()
    assert [ids.take("a") for _ in range(300)] == ["a"] + [f"a~{n}" for n in range(2, 301)]
    assert len(asked) < 300 * 5
