"""What a line shows by itself: dialogue openers, lists, quotation marks, embedded posts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from discourse.structure.quotation import is_wholly_marked, marked_spans

_LIST = re.compile(r"^\s*(?:\(?\d{1,2}[.)]|[-*•·–]\s|[a-z][.)]\s|[A-Z][.)]\s)")
_YOU = re.compile(r"\b(?:you|your|yours|you['’](?:re|ve|d|ll)|u|ur)\b", re.I)
_OPENER = re.compile(
    r"^\W*(?:no+|nope|yes|yeah|yep|yup|agreed?|exactly|right|true|indeed|oh|ah|well|lol|lmao|haha\w*|thanks?|thank you|"
    r"wow|really|sure|seriously|sorry|actually|nonsense|wrong|correct|good point|great|nice|ok|okay|huh|what\?|why\?|"
    r"how|so you|i agree|i disagree|same|this\b\.|maybe|perhaps|of course|not really|never mind|hey|hi|hello|dear)\b",
    re.I,
)
_JOIN = re.compile(r"^\W*(?:and|but|or|also|however|then|still|yet|because|plus|besides|moreover|anyway|finally|second|third|next|edit|update|ps|p\.s\.)\b", re.I)  # fmt: skip
_OTHER = re.compile(r"^\W*(?:he|she|they|him|this guy|that guy|it)\b", re.I)
_FIRST = re.compile(r"\b(?:i|i['’](?:m|ve|d|ll)|my|me|we|our)\b", re.I)
_SOCIAL = re.compile(
    r"^\s*(?:@\w{2,30}[!.]?|·|[\d.,]+\s?[KMB]?|views?|likes?|retweets?|reposts?|repl(?:y|ies)|share|quote|bookmarks?|"
    r"\d{1,2}:\d{2}\s*[AP]M\b.*|[A-Z][a-z]{2,8} \d{1,2}, \d{4}.*|https?://\S+|pic\.twitter\.com/\S+)\s*$",
    re.I,
)
_HANDLE = re.compile(r"^\s*@\w{2,30}\s*$")
_STAMP = re.compile(r"^\s*\d{1,2}:\d{2}\s*[AaPp]\.?[Mm]\.?\s*[·,-]|^\s*[A-Z][a-z]{2,8} \d{1,2}, \d{4}\s*$")
_COUNT = re.compile(
    r"^\s*(?:·|[\d.,]+\s?[KMB]?(?: \w+)?|views?|likes?|retweets?|reposts?|replies|quotes?|bookmarks?)\s*$",
    re.I,
)
POST_LINES = 12  # lines that an embedded post may run to before its time stamp
_NAME = re.compile(r"^\s*[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,3}\s*$")
_TERMINAL = re.compile(r"[.!?…][\"”’')\]*]*\s*$|[\U0001F300-\U0001FAFF☺-⛿]\s*$")

NAMES = (
    "lower_start", "list_item", "before_list_item", "before_colon", "before_open", "before_unclosed_quote",
    "wholly_marked", "before_wholly_marked", "marked", "you_start", "you", "opener", "join", "other_person", "first_person",
    "question", "before_question", "short", "before_short", "social", "before_social", "name", "before_name",
    "log_length", "before_log_length", "after_blank", "ellipsis_start", "inside_post", "post_starts", "after_post", "link_only", "after_mark",
)  # fmt: skip


def _unclosed(text: str) -> bool:
    return text.count("“") > text.count("”") or (text.count('"') % 2 == 1 and not text.rstrip().endswith('"'))


def _alone(text: str) -> dict[str, float]:
    count = len(text.split())
    start = " ".join(text.split()[:7])
    return {
        "lower_start": float(bool(re.match(r"^[^\w]*[a-z]", text[:40]))),
        "list_item": float(bool(_LIST.match(text[:40]))),
        "colon": float(text.rstrip().endswith((":", ",", ";", "—", "–"))),
        "open": float(not _TERMINAL.search(text[-40:])),
        "unclosed_quote": float(_unclosed(text[:4000])),
        "wholly_marked": float(is_wholly_marked(text[:4000])),
        "marked": float(bool(marked_spans(text[:4000]))),
        "you_start": float(bool(_YOU.search(start))),
        "you": float(bool(_YOU.search(text[:2000]))),
        "opener": float(bool(_OPENER.match(text[:60]))),
        "join": float(bool(_JOIN.match(text[:40]))),
        "other_person": float(bool(_OTHER.match(text[:40]))),
        "first_person": float(bool(_FIRST.search(start))),
        "question": float(text.rstrip(" \"”'’)").endswith("?")),
        "short": float(count <= 5),
        "social": float(bool(_SOCIAL.match(text[:200])) and len(text) <= 200),
        "name": float(bool(_NAME.match(text[:80])) and len(text) <= 60),
        "log_length": math.log1p(count) / 4,
        "ellipsis_start": float(text.lstrip().startswith(("…", "..."))),
        "link_only": float(text.startswith("http") and count == 1),
    }


def embedded_posts(lines: Sequence[str]) -> list[int]:
    """For every line the first line of the embedded post it belongs to, or -1.

    A post of another platform, as scrapes leave it: a name, "@handle", the text, and, where they are
    left, the time and the counts that close it.
    """
    first = [-1] * len(lines)
    for i in range(1, len(lines)):
        if not _HANDLE.match(lines[i]) or not _NAME.match(lines[i - 1][:80]) or first[i - 1] >= 0:
            continue
        within = range(i + 1, min(len(lines), i + POST_LINES))
        stamp = next((j for j in within if _STAMP.match(lines[j][:80])), None)
        end = stamp if stamp is not None else min(i + 1, len(lines) - 1)
        while stamp is not None and end + 1 < len(lines) and _COUNT.match(lines[end + 1][:80]):
            end += 1
        for j in range(i - 1, end + 1):
            first[j] = i - 1
    return first


def _telling(flags: Sequence[bool]) -> np.ndarray:
    """Flags less their share; zeros where nearly none or nearly all lines have it: else they say nothing."""
    values = np.array(flags, np.float32)
    share = float(values.mean()) if len(values) else 0.0
    return values - share if 0.02 < share < 0.95 else np.zeros_like(values)


def cue_matrix(
    lines: Sequence[str], after_blank: Sequence[bool], after_mark: Sequence[bool] | None = None
) -> np.ndarray:
    """Cues of every line beside those of the line before it, shape (lines, len(NAMES))."""
    alone = [_alone(text) for text in lines]
    posts = embedded_posts(lines)
    flags = {"after_blank": _telling(after_blank), "after_mark": _telling(after_mark or [False] * len(lines))}
    rows = np.zeros((len(lines), len(NAMES)), np.float32)
    for i, own in enumerate(alone):
        before = alone[i - 1] if i else dict.fromkeys(own, 0.0)
        for column, name in enumerate(NAMES):
            if name in flags:
                rows[i, column] = flags[name][i]
            elif name == "inside_post":
                rows[i, column] = float(i > 0 and posts[i] >= 0 and posts[i] == posts[i - 1])
            elif name == "post_starts":
                rows[i, column] = float(posts[i] == i)
            elif name == "after_post":
                rows[i, column] = float(i > 0 and posts[i - 1] >= 0 and posts[i] != posts[i - 1])
            elif name.startswith("before_"):
                rows[i, column] = before[name.removeprefix("before_")]
            else:
                rows[i, column] = own[name]
    return rows
