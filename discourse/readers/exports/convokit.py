"""ConvoKit corpora: `utterances.jsonl`, and `conversations.json` beside it.

https://convokit.cornell.edu/documentation/data_format.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.clean import clean_text
from discourse.readers.fields import (
    author_or_none,
    dig,
    gone_marks,
    id_of,
    mapping,
    present,
    string,
    text_or_none,
)
from discourse.readers.items import Item, SourceComment
from discourse.readers.place import Place
from discourse.readers.times import to_utc
from discourse.schema import Article

BESIDE = ("speakers.json", "users.json", "corpus.json", "index.json")
"""Files of a corpus that hold no text of readers."""


def is_utterance(value: Mapping) -> bool:
    """True for an utterance; older corpora say `root`, `user` and `reply-to`."""
    return (
        "text" in value
        and ("conversation_id" in value or "root" in value)
        and ("reply-to" in value or "reply_to" in value)
    )


def is_conversations(value: Mapping, name: str) -> bool:
    """True for the table of conversations."""
    return name.endswith("conversations.json") and all(isinstance(v, Mapping) for v in value.values())


def read_utterance(value: Mapping, place: Place) -> Iterator[Item]:
    """The opening utterance of a conversation as article, the others as comments."""
    own, conversation = id_of(value.get("id")), id_of(value.get("conversation_id", value.get("root")))
    parent = id_of(value.get("reply-to", value.get("reply_to")))
    text, posted = clean_text(string(value.get("text"))), to_utc(value.get("timestamp"))
    if own is not None and own == conversation and parent is None:
        title = text_or_none(dig(value, "meta", "title"))
        yield Article(own, title, text, published_at=posted, source=place.source)
        return
    speaker = value.get("speaker", value.get("user"))
    meta = {f"meta_{name}": inner for name, inner in mapping(value.get("meta")).items()}
    yield SourceComment(
        text=text,
        comment_id=own,
        article_id=conversation,
        parent_id=None if parent == conversation else parent,
        author=author_or_none(
            mapping(speaker).get("id") or mapping(speaker).get("name")
            if isinstance(speaker, Mapping)
            else speaker
        ),
        posted_at=posted,
        extra=present(**gone_marks(text), **meta),
        where=place.where,
    )


def read_conversations(value: Mapping, place: Place) -> Iterator[Item]:
    """Titles and addresses of conversations."""
    for name, about in value.items():
        meta = mapping(mapping(about).get("meta")) or mapping(about)
        title = text_or_none(meta.get("title") or meta.get("conversation_title") or meta.get("page_title"))
        if title:
            yield Article(name, title, "", text_or_none(meta.get("url")), source=place.source)
