"""Sources to discussions and pages: files, folders, archives and streams in any known format.

`formats` tells what a file is, `exports` has a module for each kind of export, `assemble` puts comments
under their articles and checks the reply trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from discourse.readers.assemble import Assembly
from discourse.readers.files import SKIPPED, Opened, open_files
from discourse.readers.flat import read_flat
from discourse.readers.formats import FORMATS, Format, format_of, head_of_file
from discourse.readers.inferred import lacks_links
from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.items import Item, Reject, SourceComment
from discourse.readers.names import UNIQUE, ArticleIds
from discourse.readers.page import FlatPage, Line
from discourse.readers.place import Place
from discourse.readers.pseudonyms import Pseudonyms
from discourse.readers.rows import reject_hint
from discourse.readers.source import Source, source_name
from discourse.schema import Discussion, UnreadableSource

NO_LINKS = "some comments come without a word of who answers whom and are all top level; --rebuild infers it"
NO_TABLE = "--map is not used: nothing here is a table that is read by its columns"


def stream(source: Source, options: ReadOptions, intake: Intake) -> Iterator[Discussion | FlatPage]:
    """What a source holds, in bounded memory: flat pages as they come, then the discussions.

    Comments wait in a temporary folder until everything is read, since a dump need not be sorted by
    article. Articles with very many comments come in parts: discussions with the same article, whole
    threads each. A file of several that cannot be read is a reject; the rest goes on.

    Args:
        source: a file, folder, glob or archive, an open binary stream, or "-" for standard input.
        options: how to read tables, whether to pseudonymize.
        intake: counts what is met; complete once the stream is exhausted.

    Raises:
        UnreadableSource: the source is missing, or nothing in it can be read.
        UsageError: an option does not fit the source.
    """
    hide = Pseudonyms(options.pseudonym_key) if options.pseudonym_key else None
    before, mapped = (intake.articles, intake.pages), intake.mapped
    ids = ArticleIds()
    with Assembly(intake, ids) as assembly:
        for file in open_files(source, intake):
            intake.files += 1
            try:
                for page in _read_file(file, options, intake, assembly):
                    if (page_id := ids.take(page.page_id)) != page.page_id:
                        intake.repairs[UNIQUE] += 1
                        page = replace(page, page_id=page_id)
                    yield hide.page(page) if hide else page
            except UnreadableSource as error:
                if file.name == source_name(source) and not assembly.holds_anything:
                    raise
                intake.reject_file(file.name, SKIPPED, str(error))
        for discussion in assembly.discussions():
            if not options.rebuild and len(discussion.comments) > 1 and lacks_links(discussion):
                intake.note(f"{source_name(source)}: {NO_LINKS}")
            yield hide.discussion(discussion) if hide else discussion
    if options.map and intake.mapped == mapped:
        intake.note(f"{source_name(source)}: {NO_TABLE}")
    if (intake.articles, intake.pages) == before:
        raise UnreadableSource(_nothing(source_name(source), intake))


def _read_file(file: Opened, options: ReadOptions, intake: Intake, assembly: Assembly) -> Iterator[FlatPage]:
    """Adds what a file holds to the assembly; gives its flat pages."""
    head = head_of_file(file.stream, file.name, options.map.values())
    if not head.data.strip():
        raise UnreadableSource(f"{file.name}: empty: nothing to read")
    form = format_of(head)
    assembly.open_file(file.name, file.page_id, own_ids=form.own_ids)
    for item in form.read(file.stream, Place(file.name, file.page_id, options, intake)):
        if isinstance(item, FlatPage):
            intake.pages += 1
            yield replace(item, page_id=file.page_id)
        elif isinstance(item, Reject):
            intake.read += item.line is not None
            intake.reject(item)
        else:
            assembly.add(item)


def _nothing(name: str, intake: Intake) -> str:
    if intake.rejected:
        reason, count = intake.rejected.most_common(1)[0]
        found = f"{intake.n_rejected:,} rejected, {count:,} for this reason: {reason}"
        file = f"; such as {intake.unread}" if intake.unread and reason in intake.unread else ""
        return f"{name}: nothing could be kept: {found}{reject_hint(intake)}{file}"
    return f"{name}: holds no article and no comment in a form that is known"


__all__ = [
    "FORMATS", "FlatPage", "Format", "Intake", "Item", "Line", "ReadOptions", "Reject", "SourceComment",
    "read_flat", "stream",
]  # fmt: skip
