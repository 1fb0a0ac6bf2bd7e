"""Inputs for `fuzz_readers`: for each family its seeds, how they are changed, and how a run reads them.

An input begins with one byte that chooses the file's name and the options.
"""

from __future__ import annotations

import bz2
import copy
import gzip
import io
import json
import lzma
import random
import re
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from sample_pages import BROADCASTER, WIDGET
from sources import examine
from test_fuzz import DISQUS, SAMPLES, TABLE, WXR
from test_html import DEEP, PAGES, WIDE

Mutate = Callable[[bytes, int], bytes]
Editor = Callable[[bytes, random.Random], bytes]

NAMES = ("x", "x.json", "x.jsonl", "x.csv", "x.tsv", "x.xml", "x.html", "x.txt")
PIECES = (
    b"\x00", b"\x01", b"\x0b", b"\x1b[2J", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", "\u202e".encode(), "\u2028".encode(),
    b"\r", b"\n", b"\r\n", b'"', b"'", b"<", b">", b"&", b"&#0;", b"&#x110000;", b"&lol;", b"<!--", b"-->", b"<![CDATA[", b"]]>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"9" * 400, b"-1", b"1e999", b"NaN", b"null", b"{}", b"[]", b"[deleted]", b"[removed]",
    b"9007199254740993", b"0000-00-00 00:00:00", b"9999-12-31T23:59:59-14:00", b"0001-01-01T00:00:00+14:00", b"1e18", b"\\ud800",
    b"9" * 5000, b"1e99999999999999999999", b"-Infinity", b"<a href='#'>Reply</a>", b'<disqus xmlns="http://disqus.com">',
)  # fmt: skip
JUNK = (
    None, True, False, 0, -1, 2**53 + 1, 2**70, 10**400, 1.5, float("nan"), float("inf"), "", " ", "x", "nan", "17.0", "\x00\ud800\x1b[2J",
    "<p>&amp;", "9" * 400, [], {}, [None], [1, "a"], {"a": {}}, {"$date": {}}, {"$oid": "5f"}, [[]], [{}], "t1_", "t3_x", "[deleted]",
    "2020-13-45", "9999-12-31T23:59:59-14:00", 10**18, -(10**18), "a\nb\tc", "\u2028", "@ann", "https://e.org/x",
)  # fmt: skip


@dataclass(frozen=True)
class Recipe:
    """A family: its seeds without the first byte, an editor that knows the format, the names it goes by."""

    contents: Callable[[], Iterable[bytes]]
    edit: Editor
    names: tuple[str, ...]
    build: Callable[[bytes], bytes] = bytes

    def seeds(self) -> list[bytes]:
        return [bytes([number % 256]) + content for number, content in enumerate(self.contents())]

    def change(self, data: bytes, limit: int, number: int, mutate: Mutate) -> bytes:
        """The input with one change: by the format, by a piece that is known to hurt, or by any byte."""
        rng = random.Random(number)
        head, content = data[:1] or b"\x00", data[1:]
        how = rng.random()
        if how < 0.1:
            head = bytes([rng.randrange(256)])
        elif how < 0.55:
            content = self.edit(content, rng)
        elif how < 0.75:
            at = rng.randrange(len(content) + 1)
            content = content[:at] + rng.choice(PIECES) + content[at + rng.choice((0, 0, 1, 5)) :]
        else:
            content = mutate(content, max(1, limit - 1)) if content else rng.choice(PIECES)
        return (head + content)[:limit]

    def examine(self, data: bytes) -> None:
        """Reads an input and checks every promise."""
        if not data:
            return
        choice = data[0]
        options: dict = {}
        if choice & 64:
            options["pseudonym_key"] = b"a key of the tests"
        if choice & 128:
            options["map"] = {"author": "user", "text": "body"}
        examine(self.build(data[1:]), self.names[choice % len(self.names)], **options)


def edit_value(value: object, rng: random.Random) -> object:
    """A JSON value with one place changed: replaced, left out, doubled, nested, or moved."""
    value = copy.deepcopy(value)
    places = list(places_of(value))
    if not places:
        return rng.choice(JUNK)
    holder, key = rng.choice(places)
    how = rng.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1:
        other, name = rng.choice(places)
        holder[key] = copy.deepcopy(other[name]) if name in keys_of(other) else None
    elif how == 2:
        for _ in range(rng.choice((1, 2, 60))):
            holder[key] = (
                {rng.choice(("a", "data", "comment")): holder[key]} if rng.random() < 0.5 else [holder[key]]
            )
    elif how == 3 and isinstance(holder, list):
        holder.insert(key, copy.deepcopy(holder[key]))
    elif how == 3:
        holder[rng.choice(("id", "kind", "text", "parent_id", "comments", "x" * 300, "\ud800"))] = holder[key]
    else:
        holder[key] = copy.deepcopy(rng.choice(JUNK))
    return value


def keys_of(holder: object):
    return holder if isinstance(holder, dict) else range(len(holder))


def places_of(value: object):
    """(holder, key) of every place in a value, holders outermost first."""
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict | list):
            for key in list(keys_of(node)):
                yield node, key
                stack.append(node[key])


def edit_json(content: bytes, rng: random.Random) -> bytes:
    try:
        value = json.loads(content)
        return json.dumps(edit_value(value, rng), ensure_ascii=rng.random() < 0.5).encode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError):
        return edit_lines(content, rng)


def edit_ndjson(content: bytes, rng: random.Random) -> bytes:
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    if rng.random() < 0.7:
        lines[at] = edit_json(lines[at], rng)
        return b"\n".join(lines)
    return edit_lines(content, rng)


def edit_lines(content: bytes, rng: random.Random, gap: bytes = b"\n") -> bytes:
    """Pieces between gaps moved, doubled, left out, joined."""
    return edit_pieces(content.split(gap), rng, gap)


def edit_pieces(parts: list[bytes], rng: random.Random, gap: bytes = b"") -> bytes:
    at, to = rng.randrange(len(parts)), rng.randrange(len(parts))
    how = rng.randrange(6)
    if how == 0:
        del parts[min(at, to) : max(at, to)]
    elif how == 1:
        parts[at:at] = parts[to : to + rng.choice((1, 3, 20))]
    elif how == 2:
        parts[at], parts[to] = parts[to], parts[at]
    elif how == 3:
        parts[at] *= rng.choice((2, 3, 50))
    elif how == 4:
        parts[at] = rng.choice(PIECES)
    else:
        return gap.join(parts)[: rng.randrange(sum(map(len, parts)) + 1)]
    return gap.join(parts)


_TAG = re.compile(rb"(<[^<>]*>)")
_ATTRIBUTE = re.compile(rb"""([\w:-]+=(?:'[^'<>]*'|"[^"<>]*"))""")


def edit_markup(content: bytes, rng: random.Random) -> bytes:
    return edit_pieces((_TAG if rng.random() < 0.7 else _ATTRIBUTE).split(content), rng)


def edit_table(content: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.5:
        return edit_lines(content, rng, rng.choice((b"\n", b",", b"\t", b'"')))
    lines = content.split(b"\n")
    at = rng.randrange(len(lines))
    lines[at] = edit_lines(lines[at], rng, b",")
    return b"\n".join(lines)


def edit_bytes(content: bytes, rng: random.Random) -> bytes:
    return edit_pieces([content[i : i + 1] for i in range(len(content))] or [b""], rng)


CELLS = (
    pa.array([1, None, 3]), pa.array(["1", "nan", None]), pa.array([1.0, None, float("nan")]), pa.array([b"\xff", b"a", None]),
    pa.array([True, None, False]), pa.array([[1], None, []]), pa.array([{"a": 1}, None, {"a": 2}]), pa.array([None, None, None]),
    pa.array([0, 2**62, -(2**62)], pa.timestamp("s")), pa.array([0, 2**62, None], pa.timestamp("ns", tz="UTC")),
    pa.array([0, 1, 2**40], pa.int64()).cast(pa.duration("s")), pa.array([0, None, 1], pa.date32()), pa.array([0, 5, None], pa.time32("s")),
    pa.array(["a", "b", "a"]).dictionary_encode(), pa.array(["t", "[deleted]", "x\ny"]), pa.array([2**63 + 1, 0, None], pa.uint64()),
    pa.array([[("k", 1)], None, []], pa.map_(pa.string(), pa.int64())), pa.array([1, 2, 3], pa.int64()).cast(pa.decimal128(38, 2)),
    pa.array(["1", "1", "2"]), pa.array(["2", "1", "1"]), pa.array(["2020-01-01", "01/02/2020", "x"]), pa.array([0, 1, -1], pa.timestamp("us", tz="+14:00")),
)  # fmt: skip
COLUMNS = ("text", "id", "comment_id", "parent_id", "article_id", "author", "created_at", "posted_at", "kind", "article_title",
           "article_text", "target", "parent_source", "parent_confidence", "deleted", "line_start", "body", "thread_id", "x", "")  # fmt: skip


def parquet_of(plan: bytes) -> bytes:
    """A Parquet file as the bytes say: pairs of column and values, then how it is damaged."""
    damage, plan = plan[:3], plan[3:]
    pairs = {
        COLUMNS[a % len(COLUMNS)]: CELLS[b % len(CELLS)] for a, b in zip(plan[::2], plan[1::2], strict=False)
    }
    out = io.BytesIO()
    try:
        pq.write_table(pa.table(pairs or {"text": CELLS[14]}), out)
    except (pa.ArrowException, ValueError):
        return plan
    data = bytearray(out.getvalue())
    if len(damage) == 3 and damage[0] % 4 == 3:
        at = (damage[1] * 256 + damage[2]) % len(data)
        data[at] ^= 1 << damage[0] % 8
    elif len(damage) == 3 and damage[0] % 16 == 2:
        del data[(damage[1] * 256 + damage[2]) % len(data) :]
    return bytes(data)


MEMBERS = ("a.jsonl", "b/c.csv", "../e.jsonl", "/f.txt", "g.html", "h.json", "", ".", "a.jsonl", "i\x00.txt", "k\ud800.txt",
           "l.zip", "m.png", "n_files/x.txt", "C:\\o.txt", "p" * 300 + ".txt", "q.gz", "con\n.txt", "r/", "s.xml")  # fmt: skip
PACKERS = (bytes, gzip.compress, zstandard.compress, bz2.compress, lzma.compress)


def archive_of(plan: bytes) -> bytes:
    """An archive as the bytes say: kind, damage, then (name, content) by pairs."""
    head, plan = plan[:6].ljust(6, b"\x00"), plan[6:]
    contents = [*FILES, b"", b"\x00" * 2000, gzip.compress(FILES[0]), b"PK\x03\x04"]
    chosen = [
        (MEMBERS[a % len(MEMBERS)], contents[b % len(contents)])
        for a, b in zip(plan[::2], plan[1::2], strict=False)
    ][:12]
    out = io.BytesIO()
    if head[0] % 2:
        with zipfile.ZipFile(
            out, "w", zipfile.ZIP_DEFLATED if head[0] % 4 == 3 else zipfile.ZIP_STORED
        ) as archive:
            for name, content in chosen:
                archive.writestr(name.encode("utf-8", "replace").decode() or "x", content)
    else:
        kinds = (
            tarfile.REGTYPE,
            tarfile.REGTYPE,
            tarfile.SYMTYPE,
            tarfile.FIFOTYPE,
            tarfile.LNKTYPE,
            tarfile.GNUTYPE_SPARSE,
        )
        with tarfile.open(fileobj=out, mode="w", format=head[0] // 2 % 3, errors="surrogatepass") as archive:
            for number, (name, content) in enumerate(chosen):
                info = tarfile.TarInfo((name or "x").replace("\x00", "_").replace("\ud800", "\udc80")[:90])
                info.type, info.size, info.linkname = (
                    kinds[(head[1] + number) % len(kinds)],
                    len(content),
                    "a.jsonl",
                )
                archive.addfile(info, io.BytesIO(content))
    data = bytearray(PACKERS[head[2] % len(PACKERS)](out.getvalue()))
    at = (head[4] * 256 + head[5]) % max(1, len(data))
    if head[3] % 4 == 1:
        del data[at:]
    elif head[3] % 4 == 2:
        data[at] ^= 1 << head[3] // 4 % 8
    elif head[3] % 8 == 3:
        data[at:at] = bytes(head)
    return bytes(data)


LINED = "".join(json.dumps(row) + "\n" for row in SAMPLES.values()).encode()
TABLES = (
    TABLE, TABLE.decode().encode("utf-16"), TABLE.replace(b",", b"\t"), b"thread_id,id,timestamp,body,author\n7,7,1,open,a\n7,8,2,>>7,b\n",
    b"article_id,comment_counter,comment_text,comment_author\n7,source1_7_0,x,a\n7,source1_7_0_1,y,b\n",
    b"id,id,text,text,\n1,2,a,b,c\n,,,,\n1,2,a\n1,2,a,b,c,d,e\n", b"Comment ID,Comment Text,Article URL,Published Timestamp\nx,t,u,2020-01-01\n",
    b"kind,comment_id,parent_id,text,article_id,parent_source,parent_confidence\ncomment,1,,a,q,given,1\ncomment,2,1,b,q,given,1\n",
)  # fmt: skip
PAGES_OF_TEXT = (
    BROADCASTER.encode(),
    WIDGET.encode(),
    WIDGET.encode("utf-16"),
    "Caf\xe9 n\xe9\nsaid\n".encode("latin-1"),
    b"a\rb\rc\r",
)
FILES = (
    LINED[:4000], TABLE, DISQUS.encode(), WXR.encode(), BROADCASTER.encode(), json.dumps(SAMPLES["Reddit listing"]).encode(),
    b"article_id,title,text,url,published_at\na,Trams,Body,,\n", b'{"id": 1, "text": "hi", "article_id": "a"}\n',
)  # fmt: skip


def html_pages() -> list[bytes]:
    return [make(said).encode() for make in PAGES.values() for said in (DEEP, WIDE)]


def plans(count: int) -> list[bytes]:
    rng = random.Random(7)
    return [rng.randbytes(rng.randrange(4, 24)) for _ in range(count)]


RECIPES = {
    "html": Recipe(html_pages, edit_markup, ("page.html", "x", "page.htm", "dir/page.html")),
    "json": Recipe(lambda: [json.dumps(v).encode() for v in (*SAMPLES.values(), list(SAMPLES.values()))], edit_json,
                   ("x.json", "x", "conversations.json", "x.har", "gnm_comments.json")),
    "ndjson": Recipe(lambda: [LINED, *(json.dumps(v).encode() + b"\n" for v in SAMPLES.values())], edit_ndjson,
                     ("x.jsonl", "x.ndjson", "x", "x.json")),
    "tables": Recipe(lambda: TABLES, edit_table, ("x.csv", "x.tsv", "x", "x.tab")),
    "xml": Recipe(lambda: [DISQUS.encode(), WXR.encode(), WXR.encode("utf-16")], edit_markup, ("x.xml", "x", "x.wxr")),
    "parquet": Recipe(lambda: plans(40), edit_bytes, ("x.parquet", "x", "x.pq"), parquet_of),
    "archives": Recipe(lambda: plans(60), edit_bytes, ("x.zip", "x", "x.tar.gz", "x.tgz"), archive_of),
    "text": Recipe(lambda: PAGES_OF_TEXT, edit_lines, NAMES),
}  # fmt: skip
