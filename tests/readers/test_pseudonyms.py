"""Readers' names as keyed hashes, in authors, texts and further columns."""

import io
import re

from sources import lines, load, one

from discourse.readers import Intake, ReadOptions, stream
from discourse.readers.pseudonyms import Pseudonyms, _Names

KEY = b"a key of sixteen bytes or more"
HASH = re.compile(r"user_[0-9a-f]{12}")


def hide(*rows, key=KEY):
    return one(lines(*rows), pseudonym_key=key).comments


def test_authors_are_stable_under_one_key_and_differ_under_another():
    first, second, third = hide(
        {"author": "Ann Lee", "text": "a"},
        {"author": "bob77", "text": "b"},
        {"author": "ann lee", "text": "c"},
    )
    assert HASH.fullmatch(first.author) and first.author == third.author != second.author
    assert hide({"author": "Ann Lee", "text": "a"})[0].author == first.author
    assert hide({"author": "Ann Lee", "text": "a"}, key=b"another")[0].author != first.author


def test_names_in_texts_are_hidden():
    name = Pseudonyms(KEY)
    rows = [
        {"author": "Ann Lee", "text": "hi"},
        {
            "author": "bob77",
            "text": "I agree with ann lee. @Bob77, @stranger and u/bob77 should read me@example.org",
        },
        {"author": "mark", "text": "Mark my words, mark: the mark is here. Ann Leeds is another."},
        {"author": "Will", "text": "Will said so, and I will too"},
    ]
    texts = [c.text for c in hide(*rows)]
    ann, bob = name.of("Ann Lee"), name.of("bob77")
    assert (
        texts[1]
        == f"I agree with {ann}. @{bob}, @{name.of('stranger')} and u/{bob} should read {name.of('me@example.org')}"
    )
    assert texts[2] == "Mark my words, mark: the mark is here. Ann Leeds is another."
    assert texts[3] == f"{name.of('Will')} said so, and I will too"
    assert (
        hide(*rows, {"author": "x", "text": "mark, you are right"})[-1].text
        == f"{name.of('mark')}, you are right"
    )


def test_further_columns_are_hidden():
    (comment,) = hide(
        {
            "author": "bob77",
            "text": "a",
            "email": "b@e.org",
            "author_id": 77,
            "n": 3,
            "link": "/u/bob77",
            "list": ["@bob77"],
        }
    )
    assert HASH.fullmatch(comment.extra["email"]) and HASH.fullmatch(comment.extra["author_id"])
    assert comment.extra["n"] == 3
    assert "bob77" not in str(comment)


def test_handles_on_flat_pages():
    page = next(
        stream(
            io.BytesIO(b"A headline of a page\n\n@bob77 you are wrong, I think.\n"),
            ReadOptions(pseudonym_key=KEY),
            Intake(),
        )
    )
    assert page.lines[-1].text.startswith("@user_")


def test_without_a_key_nothing_changes():
    (found,), _ = load(lines({"author": "bob77", "text": "@bob77"}))
    assert (found.comments[0].author, found.comments[0].text) == ("bob77", "@bob77")


def test_addresses_lose_the_names_in_their_path():
    rows = [
        {
            "author": "ann",
            "text": "a",
            "url": "https://example.org/@ann/17?by=ann",
            "page": "https://example.org/annex/2",
        },
        {"author": "bo.example", "text": "b", "url": "https://bsky.app/profile/bo.example/post/3k"},
    ]
    first, second = hide(*rows)
    assert first.extra["url"] == f"https://example.org/@{first.author}/17?by={first.author}"
    assert first.extra["page"] == "https://example.org/annex/2"
    assert second.extra["url"] == f"https://bsky.app/profile/{second.author}/post/3k"


def test_names_over_the_comments_of_flat_pages_are_hidden():
    from test_headings import ARTICLE, COMMENTS, time_of

    from discourse.readers.flat import page_from_text

    said = "".join(f"{who}\n{time_of(i)}\n{text}\nReply\n" for i, (who, _, text) in enumerate(COMMENTS))
    page = page_from_text(ARTICLE + said + "Jane Doe is right, bob_77.\nReply\n", "page")
    assert [h.author for h in page.headings][:5] == [who for who, _, _ in COMMENTS]
    hidden = Pseudonyms(KEY).page(page)
    assert hidden.headings[0].author == hidden.headings[3].author == Pseudonyms(KEY).of("Jane Doe")
    assert all(name not in str(hidden) for name in ("Jane Doe", "bob_77", "Carla M.", "Dr. Ed"))


def test_a_name_is_not_looked_for_in_the_pseudonym_of_another():
    name = Pseudonyms(KEY)
    names = _Names(name, {"Ann", "Ann Lee", "user", "er", *"0123456789abcdef", "Bo (x)"} | {"a1", "b2", "c3"})
    ann, both, user = name.of("Ann"), name.of("Ann Lee"), name.of("user")
    assert names.hide_all("Ann Lee, Ann and user; @Ann") == f"{both}, {ann} and {user}; @{ann}"
    assert names.hide_all("by Bo (x)") == f"by {name.of('Bo (x)')}"


def test_many_names_over_many_lines_are_hidden_soon():
    import time

    names, began = _Names(Pseudonyms(KEY), {f"reader {i:05}" for i in range(5000)}), time.process_time()
    for _ in range(3000):
        hidden = names.hide_all("Reply to reader 04999, 3 hours ago; reader reader")
    assert hidden == f"Reply to {Pseudonyms(KEY).of('reader 04999')}, 3 hours ago; reader reader"
    assert time.process_time() - began < 4
