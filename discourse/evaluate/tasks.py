"""One evaluation: the task's model on labelled data, and its figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from discourse.evaluate.gold import TASKS, split_map
from discourse.nn.devices import check_device
from discourse.readers.intake import Intake, ReadOptions
from discourse.readers.source import Source, source_name
from discourse.schema import UsageError

if TYPE_CHECKING:
    from discourse.evaluate.pages import Rebuilds
    from discourse.taggers.base import Tagger

MODELS = {
    "structure": "structure",
    "stance_article": "stance",
    "stance_parent": "stance",
    "toxicity": "toxicity",
    "profanity": "profanity",
}
"""The model that each task asks."""


def evaluate(
    task: str,
    source: Source,
    *,
    page: Source | None = None,
    columns: Iterable[str] = (),
    target: str | None = None,
    fit: str | None = None,
    model: str | None = None,
    device: str = "cpu",
    intake: Intake | None = None,
    tagger: Tagger | Rebuilds | None = None,
) -> dict:
    """The figures of a task on labelled data, with 95 % intervals.

    Args:
        task: structure, stance_article, stance_parent, toxicity or profanity.
        source: the labelled data: a table, or "-" for standard input.
        page: for structure, the flat page that the labels are of.
        columns: "COLUMN=NAME" pairs; names are those of tables and of gold columns.
        target: for stance_article, the target of rows that name none.
        fit: for toxicity, what threshold to fit: "f1", or the precision wanted, such as "0.9".
        model: another checkpoint than the bundled one.
        device: where torch runs.
        intake: counts the rows read and rejected.
        tagger: a loaded tagger or structure parser, in place of `model`.

    Raises:
        UsageError: no such task, or an argument does not fit it.
        UnreadableSource: the data are missing, damaged, or hold no usable gold.
        ModelError: the model is missing or damaged, or does not answer the task.
    """
    if task not in TASKS:
        raise UsageError(f"no task called {task!r}; there are {', '.join(TASKS)}")
    if task == "structure" and page is None:
        raise UsageError("structure needs --page PAGE.txt, the flat page that the labels are of")
    if task != "structure" and page is not None:
        raise UsageError(f"--page goes with structure alone, not with {task}")
    if target is not None and task != "stance_article":
        raise UsageError(f"--target goes with stance_article alone, not with {task}")
    if fit is not None and task != "toxicity":
        raise UsageError(f"--fit-threshold goes with toxicity alone, not with {task}")
    intake = Intake() if intake is None else intake
    columns = list(columns)
    if task == "structure":
        if columns:
            raise UsageError(
                "--map does not go with structure: its file is as `discourse parse -o` writes it"
            )
        figures = _structure(source, page, model, intake, tagger)
        used, gold, aside = figures["comments"]["gold"], [], 0
    else:
        figures, used, gold = _comments(task, source, columns, target, fit, model, device, intake, tagger)
        aside = intake.read - used - intake.n_rejected
    return {
        "task": task,
        "source": source_name(source),
        "model": model or "bundled",
        "gold": gold,
        "rows": {"read": intake.read, "used": used, "not_asked": aside, "rejected": dict(intake.rejected)},
        **figures,
    }


def _structure(source: Source, page: Source, model: str | None, intake: Intake, parser) -> dict:
    from discourse.evaluate.pages import measure_structure
    from discourse.structure.rebuild import StructureParser

    return measure_structure(source, page, parser or StructureParser.load(model), intake)


def _comments(
    task, source, columns, target, fit, model, device, intake, tagger
) -> tuple[dict, int, list[str]]:
    from discourse.evaluate.labelled import read_labelled

    names, gold_names = split_map(columns)
    labelled = read_labelled(source, task, ReadOptions(map=names), gold_names, intake)
    tagger = tagger or _load(task, model, device)
    if task == "profanity":
        from discourse.evaluate.spans import measure_profanity

        figures = measure_profanity(labelled, tagger, intake)
    else:
        from discourse.evaluate.comments import measure_stance, measure_toxicity

        if task == "toxicity":
            figures = measure_toxicity(labelled, tagger, tagger.threshold, intake, fit)
        else:
            figures = measure_stance(task, labelled, tagger, intake, target)
    return figures, figures.pop("used"), list(labelled.columns)


def _load(task: str, model: str | None, device: str) -> Tagger:
    from discourse.taggers.profanity import ProfanityTagger
    from discourse.taggers.stance import StanceTagger
    from discourse.taggers.toxicity import ToxicityTagger

    check_device(device)
    kinds = {"stance": StanceTagger, "toxicity": ToxicityTagger, "profanity": ProfanityTagger}
    return kinds[MODELS[task]].load(model, device)
