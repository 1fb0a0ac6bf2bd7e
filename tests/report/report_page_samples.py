"""Discussions for the tests of the page: hostile texts, deep and long threads."""

from __future__ import annotations

from dataclasses import replace

from report_samples import ARTICLE, comment, discussion, tags

from discourse.schema import Discussion, Span

HOSTILE = (
    "<script>window.pwned = 1</script>",
    "</script><script>window.pwned = 2</script>",
    "<!--<script>window.pwned = 3//-->",
    '<img src=x onerror="window.pwned = 4">',
    '"><svg onload=window.pwned=5>',
    '<a href="javascript:window.pwned=6">click</a> javascript:window.pwned=6',
    "{{ 7 * 7 }} {% raw %} ${7*7} <%= 7*7 %>",
    "<style>body { display: none }</style></style>",
    "background: url(https://evil.example/a.png); @import 'https://evil.example/b.css'",
    '<iframe srcdoc="<script>parent.pwned=8</script>"></iframe><base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name=q autofocus onfocus="window.pwned=9">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    "line\u2028separator\u2029and \u202eright to left\u202c and \u200bzero width",
    "nul \x00 bell \x07 escape \x1b[31m tab\tend \ud83d lone surrogate",
    "Z\u0351\u0343\u0310\u0300\u0301\u0302\u0303" * 30,
    "x" * 30_000,
    "&lt;b&gt; &amp; & < > ' \"",
)


def hostile() -> Discussion:
    """A chain of hostile comments whose author, id, target, title, source and link are hostile too."""
    rows = []
    for i, text in enumerate(HOSTILE):
        odd = {"author": text[:60], "parent_source": text[:30] if i else "content", "parent_confidence": 0.3}
        row = comment(i, i - 1 if i else None, i + 1, 0, text=text, line_start=None, line_end=None, **odd)
        rows.append((row, tags("fan"[i % 3], "-" if i else None, 0.9, target=HOSTILE[0] + HOSTILE[6])))
    span = Span("c0", 0, 8, HOSTILE[0][:8], HOSTILE[3], "masked", 0.9)
    article = replace(
        ARTICLE, title=HOSTILE[1] + HOSTILE[6], text="\n".join(HOSTILE), source=HOSTILE[3], url=HOSTILE[5]
    )
    return replace(discussion(rows, (span,), notes=(HOSTILE[0], HOSTILE[6])), article=article)


def threads(n: int, *, chain: bool = False) -> Discussion:
    """`n` comments: one reply below the other, or else all answering the first."""
    rows = []
    for i in range(n):
        parent = None if i == 0 else i - 1 if chain else 0
        depth = 1 if i == 0 else i + 1 if chain else 2
        row = comment(i, parent, depth, 0, parent_source="content", parent_confidence=0.3 + 0.6 * (i % 2))
        rows.append((row, tags("fan"[i % 3], None if i == 0 else "+-="[i % 3], 0.9 if i % 50 == 7 else 0.1)))
    return discussion(rows)
