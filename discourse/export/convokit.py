"""A run as a ConvoKit corpus: a thread is a conversation, a comment an utterance."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from discourse.export.columns import columns_of
from discourse.export.files import own_folder, whole_file, write_text
from discourse.export.formats import Changes, Format, Outcome
from discourse.export.source import PartRows, RunTables

UNKNOWN = "[author unknown]"
_TYPES = {"text": "str", "int": "int", "float": "float", "bool": "bool", "time": "str"}
# What an utterance has under names of ConvoKit's own.
_ELSEWHERE = ("text", "author")
_CONVERSATION = ("article_id", "article_title", "article_url", "article_published_at", "article_source")


def export(source: RunTables, destination: Path) -> Outcome:
    """Writes the files of a corpus into a folder, for `convokit.Corpus(filename=FOLDER)`.

    Ids are `ARTICLE_ID/COMMENT_ID`; a conversation has the id of its first utterance. Tags and all other
    columns are metadata of the utterance, times as ISO 8601; `timestamp` is whole seconds, null where the
    source gives no time. Comments without an author share one speaker.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    count = n_spans = 0
    with own_folder(destination, Format.CONVOKIT, source.run_id) as folder, closing(_Speakers()) as speakers:
        paths = [folder / f"{name}.json" for name in ("conversations", "speakers", "corpus", "index")]
        utterances = folder / "utterances.jsonl"
        with whole_file(utterances) as lines, whole_file(paths[0]) as conversations:
            objects = _Objects(conversations)
            for part in source.rows():
                for line in _utterances(part):
                    speakers.add(line["speaker"])
                    lines.write(json.dumps(line).encode() + b"\n")
                    count += 1
                    n_spans += len(line["meta"]["spans"])
                    if line["reply-to"] is None:
                        article = part.articles.get(line["meta"]["article_id"], {})
                        objects.add(line["id"], _about(line["meta"]["article_id"], article))
            objects.close()
        with whole_file(paths[1]) as file:
            objects = _Objects(file)
            for name in speakers:
                objects.add(name, {"known": name != UNKNOWN})
            objects.close()
        record = {k: v for k, v in source.record.items() if k != "manifest"}
        write_text(paths[2], json.dumps(record) + "\n")
        write_text(paths[3], json.dumps(_index(source, record)) + "\n")
    return Outcome((utterances, *paths), {"comments": Changes(count), "spans": Changes(n_spans)})


def _utterances(part: PartRows) -> Iterator[dict]:
    for comment in part.comments:
        article = comment["article_id"]
        spans = part.spans.get((article, comment["comment_id"]), [])
        posted, parent = comment["posted_at"], comment["parent_id"]
        yield {
            "id": f"{article}/{comment['comment_id']}",
            "conversation_id": f"{article}/{comment['root_id']}",
            "text": comment["text"],
            "speaker": comment["author"] or UNKNOWN,
            "reply-to": None if parent is None else f"{article}/{parent}",
            "timestamp": None if posted is None else int(posted.timestamp()),
            "meta": {k: _plain(v) for k, v in comment.items() if k not in _ELSEWHERE}
            | {"spans": [{k: v for k, v in s.items() if not k.endswith("_id")} for s in spans]},
            "vectors": [],
        }


def _about(article_id: str, article: Mapping) -> dict:
    names = [name.removeprefix("article_") for name in _CONVERSATION[1:]]
    values = [_plain(article.get(name)) for name in names]
    return dict(zip(_CONVERSATION, [article_id, *values], strict=True))


def _plain(value: object) -> object:
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def _index(source: RunTables, record: Mapping) -> dict:
    """Which metadata there is, with the type of each."""
    columns = columns_of("comments", source.schema("comments"))
    utterance = {c.origin: _TYPES[c.kind] for c in columns if c.origin not in _ELSEWHERE} | {"spans": "list"}
    of = {
        "utterances-index": utterance,
        "speakers-index": {"known": "bool"},
        "conversations-index": dict.fromkeys(_CONVERSATION, "str"),
        "overall-index": {k: "bool" if isinstance(v, bool) else "str" for k, v in record.items()},
    }
    typed = {name: {k: [f"<class '{t}'>"] for k, t in types.items()} for name, types in of.items()}
    return typed | {"version": 1, "vectors": []}


class _Objects:
    """A JSON object of ConvoKit components by id, written one at a time."""

    def __init__(self, file: BinaryIO):
        self._file, self._count = file, 0
        file.write(b"{")

    def add(self, name: str, meta: Mapping) -> None:
        start = b",\n" if self._count else b"\n"
        self._file.write(
            start + json.dumps(name).encode() + b": " + json.dumps({"meta": meta, "vectors": []}).encode()
        )
        self._count += 1

    def close(self) -> None:
        self._file.write(b"\n}\n")


class _Speakers:
    """The names of all speakers, each once, on disk where they are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE speakers (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def add(self, name: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO speakers VALUES (?)", [name])

    def __iter__(self) -> Iterator[str]:
        return (row[0] for row in self._db.execute("SELECT name FROM speakers ORDER BY name"))

    def close(self) -> None:
        self._db.close()
