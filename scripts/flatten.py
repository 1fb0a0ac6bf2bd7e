"""Turns real reply trees into flat pages, the way scrapes flatten them.

Paragraphs become lines; authors, times and (mostly) blank lines go; an article stands in front.
Quotations that the source keeps apart are put back where readers put them.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from training import read_rows

EMBEDDED = 0.04  # share of comments that show a post of another platform
GLUED = re.compile(r"(?<=[a-z0-9)][.!?])(?=[A-Z][a-z ])|(?<=[.!?][\"”’)])(?=[A-Z][a-z ])")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“‘'])")
_LINK = re.compile(r"\[([^\]]{1,200})\]\((?:https?://[^)\s]+)\)")


@dataclass
class FlatThread:
    """A page as bare lines with its answer.

    `owner[i]` is the comment that line i belongs to, -1 for the article; `parents[c]` is the
    comment that comment c answers, -1 for the article. `register` says whether the article's lines
    are news prose (a forum's opening post is not).
    """

    source: str
    thread: str
    lines: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    after_blank: list[bool] = field(default_factory=list)
    after_mark: list[bool] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    register: bool = False

    @property
    def article_lines(self) -> int:
        return sum(o < 0 for o in self.owner)

    def spans(self) -> list[tuple[int, int]]:
        """First and last line index of every comment."""
        first: dict[int, int] = {}
        last: dict[int, int] = {}
        for i, o in enumerate(self.owner):
            first.setdefault(o, i)
            last[o] = i
        return [(first[c], last[c]) for c in range(len(self.parents))]


def paragraphs(text: str) -> list[str]:
    """The non-blank lines of a text, with markup of links and emphasis taken off."""
    text = html.unescape(text or "").replace("\r", "")
    text = _LINK.sub(r"\1", text)
    return [line.strip() for line in text.split("\n") if line.strip()]


def sentences(text: str) -> list[str]:
    return [s for s in _SENTENCE.split(text) if s.strip()]


def _quote_line(quote: str, rng: random.Random) -> str:
    words = quote.split()
    if len(words) > 12 and rng.random() < 0.35:
        cut = rng.randint(6, min(len(words) - 1, 30))
        quote = " ".join(words[:cut]) + rng.choice(["…", "...", "-", ""])
    marks = rng.choice([('"', '"'), ("“", "”"), ('"', '"'), ("", ""), ("", ""), ("> ", "")])
    return marks[0] + quote + marks[1]


def embedded_post(text: str, rng: random.Random) -> list[str]:
    """A post of another platform as scrapes leave it: name, handle, text, and often time and counts."""
    words = [w.strip(".,!?").capitalize() for w in text.split() if w.isalpha() and len(w) > 3] or ["Somebody"]
    name = " ".join(rng.choice(words) for _ in range(rng.choice([1, 2, 2, 2, 3])))
    lines = [name, "@" + name.replace(" ", "")[:15]]
    lines += sentences(text)[: rng.choice([1, 1, 2, 3])]
    if rng.random() < 0.7:
        month = rng.choice(
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        )
        stamp = f"{rng.randint(1, 12)}:{rng.randint(0, 59):02d} {rng.choice('AP')}M · {month} {rng.randint(1, 28)}, 20{rng.randint(10, 29)}"
        lines += [stamp] + ["·", f"{rng.uniform(1, 900):.1f}K", "Views"][: rng.choice([0, 3, 3])]
    return lines


def comment_lines(
    comment: dict, parent_text: str | None, article: list[str], rng: random.Random
) -> list[str]:
    """A comment's lines, its quotations put back or some put in."""
    lines = []
    quotes = []
    for line in paragraphs(comment["text"]):
        if line.startswith(">"):
            stripped = line.lstrip("> ").strip()
            if stripped:
                lines.append(line if rng.random() < 0.2 else _quote_line(stripped, rng))
        else:
            lines.append(line)
    if comment.get("quotes") and rng.random() < 0.4:
        quotes = [q for quote in comment["quotes"] for q in paragraphs(quote)][: rng.choice([1, 1, 2, 3])]
    elif parent_text and rng.random() < 0.10:
        quotes = [rng.choice(sentences(parent_text) or [parent_text])]
    elif parent_text is None and article and rng.random() < 0.08:
        quotes = [
            rng.choice(article)
            if rng.random() < 0.4
            else rng.choice(sentences(rng.choice(article)) or article)
        ]
    if lines and rng.random() < EMBEDDED and len(comment["text"]) > 40:
        lines = embedded_post(lines[-1], rng) + lines[1 : rng.choice([1, 3])]
    quoted = [_quote_line(q, rng) for q in quotes if 3 <= len(q.split()) <= 120]
    if quoted and lines and rng.random() < 0.3:
        lines[0] = quoted.pop() + " " + lines[0]
    return quoted + lines


def _reparagraph(line: str, broken: float, rng: random.Random) -> list[str]:
    """A comment's paragraphs where its source has run them together, or invented ones for the share `broken`.

    MT-CSD dropped the line breaks but put no space in their place ("heroin.What a pit"). A sentence at
    a time, sentences are shared out among one to six paragraphs.
    """
    glued = [piece for piece in GLUED.split(line) if piece.strip()]
    if len(glued) > 1:
        return glued if rng.random() < 0.9 else [line]
    pieces = sentences(line)
    if len(pieces) < 3 or rng.random() > broken:
        return [line]
    breaks = sorted(rng.sample(range(1, len(pieces)), min(len(pieces) - 1, rng.choice([1, 1, 1, 2, 3, 5]))))
    edges = [0, *breaks, len(pieces)]
    return [" ".join(pieces[a:b]) for a, b in zip(edges, edges[1:], strict=False)]


def flatten(thread: dict, article: list[str] | None, rng: random.Random, augment: bool = True) -> FlatThread:
    """One thread as bare lines; `article` (news paragraphs) replaces the thread's own opening."""
    flat = FlatThread(thread["source"], str(thread["thread"]), register=article is not None)
    opening = article or paragraphs(thread.get("article") or "") or [thread.get("title") or "Untitled"]
    blanks_between = augment and rng.random() < 0.15
    blanks_inside = blanks_between and rng.random() < 0.5
    broken = rng.choice([0.0, 0.1, 0.2, 0.5])  # how fond of paragraphs this page's readers are
    marks_between = augment and rng.random() < 0.1  # names, times, buttons that the reader took out
    for i, line in enumerate(opening):
        flat.lines.append(line)
        flat.owner.append(-1)
        flat.after_blank.append(bool(i) and blanks_between and rng.random() < 0.9)
        flat.after_mark.append(False)
    index: dict[str, int] = {}
    texts: dict[str, str] = {}
    for comment in thread["comments"]:
        parent = comment["parent"]
        if augment:
            lines = comment_lines(comment, texts.get(parent) if parent else None, opening, rng)
        else:
            lines = paragraphs(comment["text"])
        if not lines or (parent is not None and parent not in index):
            continue
        if augment and len(lines) == 1:
            lines = _reparagraph(lines[0], broken, rng)
        number = len(flat.parents)
        index[comment["id"]] = number
        texts[comment["id"]] = comment["text"]
        flat.parents.append(index[parent] if parent is not None else -1)
        for i, line in enumerate(lines):
            flat.lines.append(line)
            flat.owner.append(number)
            flat.after_blank.append(blanks_between if i == 0 else blanks_inside)
            flat.after_mark.append(marks_between and (rng.random() < 0.9 if i == 0 else rng.random() < 0.02))
    return flat


def threads(data: Path, name: str) -> Iterator[dict]:
    """The threads of `threads/<name>.jsonl.gz`."""
    yield from read_rows(data / "threads" / f"{name}.jsonl.gz")


def news(data: Path) -> list[list[str]]:
    """News articles as paragraphs, headline first."""
    bodies = []
    for row in read_rows(data / "articles" / "fnc1_news_bodies.jsonl.gz"):
        body = paragraphs(row["text"])
        if body:
            bodies.append([*paragraphs(row["title"] or ""), *body])
    return bodies


def merge(group: list[dict], rng: random.Random) -> dict:
    """Several threads on one subject as one comment section: each opening post becomes a top-level comment.

    News pages have many short threads under one article; the training sources have one thread each.
    """
    comments = []
    for thread in group:
        prefix = f"{thread['thread']}:"
        opening = " ".join(paragraphs(thread.get("article") or ""))
        top = None
        if 20 < len(opening) < 1500 and rng.random() < 0.6:
            top = prefix + "opening"
            comments.append({"id": top, "parent": None, "text": thread["article"]})
        for comment in thread["comments"]:
            parent = comment["parent"]
            comments.append(
                dict(
                    comment, id=prefix + comment["id"], parent=prefix + parent if parent is not None else top
                )
            )
    first = group[0]
    return {"source": first["source"], "thread": "+".join(str(t["thread"]) for t in group),
            "title": first.get("title"), "article": None, "comments": comments}  # fmt: skip


def first_level(thread: dict) -> dict:
    """The thread's comments that answer the opening, without what answers them.

    Many pages have no replies, or few; the training sources have hardly any such.
    """
    return dict(thread, comments=[c for c in thread["comments"] if c["parent"] is None])


def all_top_level(data: Path) -> Iterator[dict]:
    """Comment sections without replies: the NYT Room for Debate comments of `stance/arc_article`."""
    sections: dict[str, dict[str, None]] = {}
    questions: dict[str, str] = {}
    for row in read_rows(data / "stance" / "arc_article.jsonl.gz"):
        sections.setdefault(row["article_title"], {})[row["text"]] = None
        questions[row["article_title"]] = row["article_question"]
    for title, texts in sections.items():
        comments = [{"id": str(i), "parent": None, "text": text} for i, text in enumerate(texts)]
        yield {"source": "arc", "thread": title, "title": title, "article": f"{title}\n{questions[title]}", "comments": comments}  # fmt: skip
