"""Counts what lies in real exports and pages twice: by small code of its own, and by `discourse parse`.

python scripts/check_formats.py [--formats ../shared/data/formats]

For each file: articles, comments, replies whose parent is there, orphans (a parent that is not there),
comments marked deleted or removed. The counts over the raw file use nothing of `discourse` and none of
the libraries its readers use (Python's own xml, json and html modules). Pages are also compared,
comment by comment, with `html/gold_trees.jsonl`. Exits with 1 where anything differs that is not among
`KNOWN`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[1]
HEADINGS = ("articles", "comments", "replies", "orphans", "deleted")
KNOWN = {
    "blog.wordpress.com.diverse.html": "the gold tree has no reply; the page's own depth classes and its lists "
    "of replies (ul.children) say 3: the page is followed",
}
DSQ = "{http://disqus.com/disqus-internals}id"


@dataclass(frozen=True)
class Counts:
    articles: int
    comments: int
    replies: int
    orphans: int
    deleted: int


def tally(articles: set, comments: dict[tuple, tuple]) -> Counts:
    """Counts from (article, id) -> (parent or None, deleted)."""
    replies = orphans = 0
    for (article, _), (parent, _) in comments.items():
        if parent is not None:
            there = (article, parent) in comments
            replies += there
            orphans += not there
    return Counts(len(articles), len(comments), replies, orphans, sum(d for _, d in comments.values()))


def name_of(element) -> str:
    return element.tag.rpartition("}")[2]


def below(element, name: str) -> Iterator:
    return (child for child in element if name_of(child) == name)


def text_below(element, name: str) -> str:
    return next(("".join(child.itertext()).strip() for child in below(element, name)), "")


def disqus(path: Path) -> Counts:
    root = ElementTree.parse(path).getroot()
    articles = {thread.get(DSQ) for thread in below(root, "thread")}
    comments = {}
    for post in below(root, "post"):
        thread = next(below(post, "thread")).get(DSQ)
        articles.add(thread)
        parent = next((p.get(DSQ) for p in below(post, "parent")), None)
        gone = "true" in (text_below(post, "isDeleted"), text_below(post, "isSpam"))
        comments[thread, post.get(DSQ)] = parent, gone
    return tally(articles, comments)


def wxr(path: Path) -> Counts:
    articles, comments = set(), {}
    for number, item in enumerate(ElementTree.parse(path).getroot().iter("item")):
        articles.add(number)
        for comment in below(item, "comment"):
            parent = text_below(comment, "comment_parent")
            gone = text_below(comment, "comment_approved") in ("spam", "trash", "post-trashed")
            comments[number, text_below(comment, "comment_id")] = (
                (None if parent in ("", "0") else parent),
                gone,
            )
    return tally(articles, comments)


def isso(path: Path) -> Counts:
    threads = json.loads(path.read_text())
    comments = {
        (thread["id"], comment["id"]): (comment.get("parent"), comment.get("mode") == 4)
        for thread in threads
        for comment in thread["comments"]
    }
    return tally({thread["id"] for thread in threads}, comments)


def discourse_topic(path: Path) -> Counts:
    topic = json.loads(path.read_text())
    posts = {post["post_number"]: post for post in topic["post_stream"]["posts"] if post["post_type"] != 3}
    comments = {
        (0, number): (
            None if (parent := post.get("reply_to_post_number")) in (None, 1) else parent,
            bool(post.get("user_deleted") or post.get("hidden") or post.get("deleted_at")),
        )
        for number, post in posts.items()
        if number != 1
    }
    return tally({topic["id"]}, comments)


def reddit(path: Path) -> Counts:
    """Every t1 and t3 anywhere in the recorded answers; a comment that comes again counts once."""
    articles, comments = set(), {}
    answers = [i["response"]["body"]["string"] for i in json.loads(path.read_text())["interactions"]]
    stack = [json.loads(answer) for answer in answers]
    while stack:
        node = stack.pop()
        stack += list(node.values()) if isinstance(node, dict) else node if isinstance(node, list) else []
        if not isinstance(node, dict) or node.get("kind") not in ("t1", "t3"):
            continue
        data = node["data"]
        if node["kind"] == "t3":
            articles.add(f"t3_{data['id']}")
            continue
        parent = None if data["parent_id"].startswith("t3_") else data["parent_id"]
        gone = data["body"] in ("[deleted]", "[removed]")
        comments[data["link_id"], f"t1_{data['id']}"] = parent, gone
    return tally(articles | {article for article, _ in comments}, comments)


class PageTree(HTMLParser):
    """Parents of a WordPress page by its depth classes: the last comment one level up."""

    def __init__(self) -> None:
        super().__init__()
        self.parents: list[int | None] = []
        self.last_at: dict[int, int] = {}  # depth -> the last comment there

    def handle_starttag(self, tag, attrs):
        classes = (dict(attrs).get("class") or "").split()
        depths = [int(c[6:]) for c in classes if c.startswith("depth-") and c[6:].isdigit()]
        if tag == "li" and depths and {"comment", "pingback", "trackback"} & set(classes):
            self.parents.append(self.last_at.get(depths[0] - 1))
            self.last_at[depths[0]] = len(self.parents) - 1


def page_parents(path: Path) -> list[int | None]:
    page = PageTree()
    page.feed(path.read_text(encoding="utf-8"))
    return page.parents


def wordpress_page(path: Path) -> Counts:
    parents = page_parents(path)
    return Counts(1, len(parents), sum(p is not None for p in parents), 0, 0)


COUNTERS: dict[str, Callable[[Path], Counts]] = {
    "disqus_export_real.xml": disqus,
    "disqus_edge_cases.xml": disqus,
    "wordpress_wxr_small.xml": wxr,
    "isso_generic.json": isso,
    "discourse_topic.json": discourse_topic,
    "reddit_api_listing_recorded.json": reddit,
    "reddit_api_morechildren_recorded.json": reddit,
}


def parsed(path: Path) -> tuple[Counts, list[int | None]]:
    """What `discourse parse` writes: its counts, and the number of each comment's parent."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jsonl"
        call = [sys.executable, "-m", "discourse", "parse", str(path), "-o", str(out), "--quiet"]
        done = subprocess.run(call, cwd=ROOT, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{path}: discourse parse ended with {done.returncode}")
        rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    comments = [row for row in rows if row["kind"] == "comment"]
    numbers = {row["comment_id"]: number for number, row in enumerate(comments)}
    counts = Counts(
        articles=len(rows) - len(comments),
        comments=len(comments),
        replies=sum(row["parent_id"] is not None for row in comments),
        orphans=sum(row["parent_source"] == "orphan" for row in comments),
        deleted=sum(bool(row.get("deleted") or row.get("removed")) for row in comments),
    )
    return counts, [numbers.get(row["parent_id"]) for row in comments]


def compare(path: Path, raw: Counts, gold: list[int | None] | None) -> bool:
    """Prints a file's lines; True where all agree or the difference is a known one."""
    counts, parents = parsed(path)
    same = counts == raw
    print(f"{path.name:40}{'raw file':12}" + "".join(f"{n:>10}" for n in astuple(raw)))
    print(
        f"{'':40}{'parse':12}" + "".join(f"{n:>10}" for n in astuple(counts)) + ("" if same else "  DIFFERS")
    )
    if gold is not None:
        agree = sum(a == b for a, b in zip(gold, parents, strict=False))
        equal = gold == parents
        said = "equal" if equal else f"DIFFERS: {KNOWN[path.name]}" if path.name in KNOWN else "DIFFERS"
        print(f"{'':40}{'gold tree':12}{agree} of {len(gold)} parents: {said}")
        same = same and (equal or path.name in KNOWN)
    return same


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--formats", type=Path, default=ROOT.parent / "shared" / "data" / "formats")
    folder = parser.parse_args().formats.resolve()
    print(f"{'':52}" + "".join(f"{heading:>10}" for heading in HEADINGS))
    fine = True
    files = sorted(path for path in folder.iterdir() if path.is_file())
    for path in files:
        if path.name not in COUNTERS:
            raise SystemExit(f"{path}: no counter for this file: add one to COUNTERS")
        fine &= compare(path, COUNTERS[path.name](path), None)
    for line in (folder / "html" / "gold_trees.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        path = folder / "html" / gold["file"]
        fine &= compare(path, wordpress_page(path), [comment["parent"] for comment in gold["comments"]])
    sys.exit(not fine)


if __name__ == "__main__":
    main()
