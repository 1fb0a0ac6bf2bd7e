"""The Python twin of the commands: `stream`, `read`, `tag`, `summarize`, with tables as pandas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from discourse.schema import Discussion, Judged
from discourse.schema.durations import duration

if TYPE_CHECKING:
    import pandas as pd

    from discourse.claims import ArticleReading
    from discourse.readers import FlatPage, Intake, ReadOptions
    from discourse.structure.rebuild import StructureParser
    from discourse.taggers.pipeline import Taggers

LONG_PAGE = 4000  # lines of flat text from which on the user is told how long it takes
LINES_A_MINUTE = 1200  # rebuilt on two cores: models/structure/README.md


@dataclass(frozen=True)
class Discussions(Sequence[Discussion]):
    """Articles with their comments, as records or as tables."""

    items: tuple[Discussion, ...]

    def __getitem__(self, index):
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Discussion]:
        return iter(self.items)

    @property
    def articles(self) -> pd.DataFrame:
        """One row per article, the contract's columns."""
        from discourse.schema.tables import article_table, to_frame

        return to_frame(article_table(self.items))

    @property
    def comments(self) -> pd.DataFrame:
        """One row per comment in display order, with tag columns once tagged."""
        from discourse.schema.tables import comment_table, to_frame

        return to_frame(comment_table(self.items))

    @property
    def spans(self) -> pd.DataFrame:
        """One row per profanity found."""
        from discourse.schema.tables import span_table, to_frame

        return to_frame(span_table(self.items))


@lru_cache(maxsize=2)
def _parser(spec: str | None, explain: bool = False) -> StructureParser:
    from discourse.structure.rebuild import StructureParser

    return StructureParser.load(spec, explain=explain)


@lru_cache(maxsize=2)
def _taggers(
    models: tuple[tuple[str, str | None], ...],
    device: str,
    backend: str | None,
    toxicity_threshold: float | None,
) -> Taggers:
    from discourse.taggers.pipeline import Taggers

    return Taggers.load(dict(models), device, backend, toxicity_threshold)


def _long_page(page: FlatPage) -> str:
    time = duration(60 * len(page.lines) / LINES_A_MINUTE)
    return f"{page.source}: a flat page of {len(page.lines):,} lines; to find its comments and links takes about {time} on two cores"


def forget_models() -> None:
    """Frees the models that reading and tagging keep loaded for the next call; they are loaded anew when needed."""
    _parser.cache_clear()
    _taggers.cache_clear()


def stream(
    source,
    *,
    options: ReadOptions | None = None,
    intake: Intake | None = None,
    structure_model: str | None = None,
    explain: bool = False,
) -> Iterator[Discussion]:
    """The discussions in a source, one after the other, in bounded memory.

    An article with very many comments comes in parts: several discussions with the same article.

    Args:
        source: a file, folder, glob or archive, an open binary file, or "-" for standard input.
        options: how to read tables, whether to pseudonymize.
        intake: counts what is read, kept and rejected; complete once the stream is exhausted.
        structure_model: another structure checkpoint than the bundled one.
        explain: inferred links come with the runner-up and what spoke for either, as further columns.

    Raises:
        UnreadableSource: the source is missing, or nothing in it can be read.
        UsageError: the source is a run folder.
        ModelError: the structure model is missing or damaged.
    """
    from discourse.readers import FlatPage, Intake, ReadOptions
    from discourse.readers import stream as read_stream
    from discourse.readers.inferred import count_links, count_page, lacks_links

    if isinstance(source, str | Path) and Path(source).is_dir():
        from discourse.batch.run import refuse_run

        refuse_run(source)
    intake = Intake() if intake is None else intake
    options = options or ReadOptions()
    for item in read_stream(source, options, intake):
        if isinstance(item, FlatPage):
            if item.comments_possible and len(item.lines) > LONG_PAGE and intake.on_news:
                intake.on_news(_long_page(item))
            item = _parser(structure_model, explain).rebuild(item)
            count_page(item, intake)
        elif options.rebuild and lacks_links(item):
            from discourse.structure.relink import relink

            item = relink(item, _parser(structure_model, explain))
            count_links(item, intake)
        yield item


def read(
    source,
    *,
    options: ReadOptions | None = None,
    intake: Intake | None = None,
    structure_model: str | None = None,
) -> Discussions:
    """All discussions in a source, held in memory; arguments and errors are those of `stream`."""
    from discourse.readers.inferred import join_parts

    found = stream(source, options=options, intake=intake, structure_model=structure_model)
    return Discussions(tuple(join_parts(found)))


def tag(
    discussions: Iterable[Discussion],
    *,
    target: str | None = None,
    models: dict[str, str | None] | None = None,
    device: str = "cpu",
    backend: str | None = None,
    toxicity_threshold: float | None = None,
) -> Discussions:
    """The discussions with every comment tagged.

    Args:
        discussions: what `read` gives.
        target: the position that stance toward the article is measured against; by default found in
            each article.
        models: tagger name ("toxicity", "stance", "profanity") -> checkpoint folder; of stance also a hub name, of
            toxicity also one of Detoxify's.
        device: where torch runs.
        backend: "torch", "onnx", or in 16 bits "torch-fp16" or "torch-bf16"; by default the faster one that is known to give the same labels.
        toxicity_threshold: from which probability on a comment is toxic, instead of the model's own threshold.

    Raises:
        UsageError: the backend is not installed, or the threshold is not between 0 and 1.
        ModelError: a checkpoint is missing or damaged.
    """
    from discourse.taggers.given import check_threshold

    check_threshold(toxicity_threshold)
    taggers = _taggers(tuple(sorted((models or {}).items())), device, backend, toxicity_threshold)
    return Discussions(tuple(taggers.tag(d, target) for d in discussions))


def summarize(
    discussions: Discussion | Iterable[Discussion],
    *,
    target: str | None = None,
    stance_model: str | None = None,
    claims: bool = True,
    beside: Iterable[Discussion] = (),
    toxicity_threshold: float | None = None,
    judged: Mapping[str, Mapping[str, Judged]] | None = None,
) -> dict | list[dict]:
    """The figures of the report: one dictionary for a discussion, a list for several.

    The split is corrected by what the stance model that tagged the comments confuses on validation
    data, where that is known. `target` and `stance_model` are those given to `tag`, `toxicity_threshold` is
    that of its toxicity model (`discourse.taggers.toxicity.known_threshold`), None to leave it unsaid. With `claims`, the
    articles' claims are read, held against the comments and, of up to 50 articles together with those
    of `beside` (which get no figures of their own), compared. `judged` is what people say of comments, by
    article and comment (`discourse.review.judged(run)`): shares then go by what they say, with the intervals that are left.

    Raises:
        ModelError: a checkpoint is missing or damaged.
    """
    from discourse.report import summarize as figures_of
    from discourse.taggers.camps import Ties
    from discourse.taggers.stance import known_confusion
    from discourse.taggers.target import find_target

    confusion = known_confusion(stance_model)
    ties = Ties.load(stance_model)
    alone = isinstance(discussions, Discussion)
    listed = [discussions] if alone else list(discussions)
    reader = _ClaimReader(stance_model, [*listed, *beside]) if claims and listed else None
    found = [
        figures_of(
            d,
            confusion=confusion,
            target=target or find_target(d.article),
            reading=reader.read(d) if reader else None,
            ties=ties,
            shared_claims=reader.shared if reader else None,
            toxicity_threshold=toxicity_threshold,
            judged=(judged or {}).get(d.article.article_id),
        )
        for d in listed
    ]
    return found[0] if alone else found


class _ClaimReader:
    """Reads the claims of each article of a report, and what they share; of more articles than it holds none."""

    def __init__(self, stance_model: str | None, discussions: Sequence[Discussion]) -> None:
        from discourse.claims import bundled, shared_claims
        from discourse.claims.shared import MOST_ARTICLES

        self.few = len(discussions) <= MOST_ARTICLES
        self._stance_model = stance_model
        self._similarity = bundled() if self.few else None
        articles = sorted((d.article for d in discussions), key=lambda a: a.source or "")
        self.shared = shared_claims(articles, self._similarity) if self.few else None

    def read(self, discussion: Discussion) -> ArticleReading | None:
        """What the sentence encoder says of a discussion."""
        from discourse.claims import read_article

        if not self.few:
            return None
        return read_article(
            discussion, self._similarity, _stance(self._stance_model) if discussion.tagged else None
        )


@lru_cache(maxsize=2)
def _stance(spec: str | None):
    from discourse.claims import bundled
    from discourse.taggers.stance import StanceTagger

    return StanceTagger.load(spec, model=None if spec else bundled().model)
