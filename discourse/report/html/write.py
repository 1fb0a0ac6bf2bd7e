"""Pages into files: one article a page; several, an overview with a page each beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from pathlib import Path
from urllib.parse import quote

from discourse.report.html.article import article_page
from discourse.report.html.overview import Entry, overview_page
from discourse.schema import Discussion, UsageError

_SLUG = 48


def check_page_file(file: str | Path) -> Path:
    """The file that the page will be written to, before the work that leads there.

    Raises:
        UsageError: it is no file, or there is no such folder.
    """
    path = Path(file)
    if str(file) == "-":
        raise UsageError("-: a page goes to a file, not to standard output: name one, as in --html page.html")
    if path.is_dir():
        raise UsageError(f"{path}: is a folder: name a file in it, as in {path / 'report.html'}")
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}: make it first")
    return path


def write_html(
    pages: Iterable[tuple[Discussion, dict]],
    file: str | Path,
    *,
    beside: Sequence[Discussion] = (),
    show_profanity: bool = False,
) -> list[Path]:
    """Writes the page of each discussion with its figures; gives the files written, the main one first.

    A single discussion becomes `file`. With more, those of `beside` among them, `file` is the overview and
    each discussion a page in the folder beside it (`report.html`: `report-articles/`); one discussion is
    held at a time. Those of `beside`, articles without comments, have no page; the overview names them.

    Raises:
        UsageError: a file cannot be written, or there is no discussion.
    """
    path, rest = check_page_file(file), iter(pages)
    first = list(islice(rest, 2))
    if not first:
        raise UsageError(f"{path}: no article to make a page of")
    if len(first) == 1 and not beside:
        return [_write(path, article_page(*first[0], show_profanity=show_profanity))]
    folder = path.with_name(f"{path.stem}-articles")
    _make(folder)
    entries, written = [], []
    for number, (discussion, figures) in enumerate(chain(first, rest), 1):
        own = folder / f"{number:04d}{_slug(discussion)}.html"
        page = article_page(
            discussion, figures, show_profanity=show_profanity, overview=f"../{quote(path.name)}"
        )
        written.append(_write(own, page))
        entries.append(Entry.of(discussion, figures, f"{quote(folder.name)}/{quote(own.name)}"))
    return [_write(path, overview_page(entries, first[0][1].get("shared_claims"), beside)), *written]


def _slug(discussion: Discussion) -> str:
    """Words of the title, or the article's id, that are safe in any file system's names."""
    name = discussion.article.title or discussion.article.article_id
    plain = unicodedata.normalize("NFKD", name[:500]).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_SLUG].rstrip("-")
    return f"-{words}" if words else ""


def _make(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror or error}") from error


def _write(path: Path, page: str) -> Path:
    try:
        path.write_bytes(page.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path}: cannot write the page: {error.strerror or error}") from error
    return path
