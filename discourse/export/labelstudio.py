"""A run as tasks for Label Studio: each comment with our tags as predictions, and the labelling interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from discourse.export.files import own_folder, whole_file, write_text
from discourse.export.formats import Changes, Format, Outcome
from discourse.export.source import RunTables
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT

TASKS = "tasks.json"
CONFIG = "labeling_config.xml"
TEXT = "text"  # the name of the comment's text in the interface
_TOXIC = ("toxic", "not toxic")
_PROFANITY = ("masked", "plain")


def export(source: RunTables, destination: Path) -> Outcome:
    """Writes `tasks.json`, to import into a project, and `labeling_config.xml`, the project's interface.

    Offsets of profanities are code points, as Label Studio counts them; their ends are exclusive.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    count = n_spans = 0
    with own_folder(destination, Format.LABEL_STUDIO, source.run_id) as folder:
        write_text(folder / CONFIG, config())
        with whole_file(folder / TASKS) as file:
            file.write(b"[")
            for task in tasks(source):
                file.write((b",\n" if count else b"\n") + json.dumps(task, ensure_ascii=False).encode())
                count += 1
                n_spans += sum(r["type"] == "labels" for p in task["predictions"] for r in p["result"])
            file.write(b"\n]\n")
        files = (folder / TASKS, folder / CONFIG)
    return Outcome(files, {"comments": Changes(count), "spans": Changes(n_spans)})


def tasks(source: RunTables) -> Iterator[dict]:
    """The comments of a run as tasks; a prediction holds what is tagged, the least sure answer's probability is its score."""
    version = f"discourse {source.record['tool_version'] or ''} {source.run_id[:12]}".replace("  ", " ")
    for part in source.rows():
        above: dict[tuple[str, str], str] = {
            (c["article_id"], c["comment_id"]): c["text"] for c in part.comments
        }
        for comment in part.comments:
            article = part.articles.get(comment["article_id"], {})
            key = (comment["article_id"], comment["comment_id"])
            result, sure = _result(comment, part.spans.get(key, []))
            scored = {} if sure is None else {"score": sure}
            yield {
                "data": {
                    TEXT: comment["text"],
                    "article_id": comment["article_id"],
                    "comment_id": comment["comment_id"],
                    "article_title": article.get("title") or "",
                    "target": comment["target"] or "",
                    "parent_text": above.get((comment["article_id"], comment["parent_id"]), ""),
                },
                "predictions": [{"model_version": version, "result": result} | scored],
            }


def _result(comment: dict, spans: list[dict]) -> tuple[list[dict], float | None]:
    """The tags of a comment as Label Studio's results, and the probability of the least sure one."""
    results, sure = [], []
    for name in ("stance_article", "stance_parent"):
        if comment[name] is not None:
            results.append(_choice(name, comment[name]))
            sure.append(comment[f"{name}_{comment[name]}"])
    if comment["toxic"] is not None:
        results.append(_choice("toxic", _TOXIC[0 if comment["toxic"] else 1]))
        if comment["toxicity"] is not None:
            sure.append(comment["toxicity"] if comment["toxic"] else 1 - comment["toxicity"])
    for number, span in enumerate(spans):
        value = {
            "start": span["start"],
            "end": span["end"],
            "text": span["surface"],
            "labels": [span["kind"]],
        }
        results.append(
            {
                "id": f"span{number}",
                "from_name": "profanity",
                "to_name": TEXT,
                "type": "labels",
                "value": value,
                "score": round(span["probability"], 6),
                "meta": {"text": [span["canonical"]]} if span["canonical"] else {},
            }
        )
        sure.append(span["probability"])
    known = [value for value in sure if value is not None]
    return results, round(min(known), 6) if known else None


def _choice(name: str, label: str) -> dict:
    return {"id": name, "from_name": name, "to_name": TEXT, "type": "choices", "value": {"choices": [label]}}


def config() -> str:
    """The labelling interface: the comment under its parent, three questions, and profanities to mark."""
    view = ElementTree.Element("View")
    for title, value in (("Article", "$article_title"), ("Target", "$target"), ("Answers", "$parent_text")):
        ElementTree.SubElement(view, "Header", value=title, size="5")
        ElementTree.SubElement(view, "Text", name=value[1:], value=value)
    ElementTree.SubElement(view, "Header", value="Comment", size="5")
    labels = ElementTree.SubElement(view, "Labels", name="profanity", toName=TEXT)
    for label in _PROFANITY:
        ElementTree.SubElement(labels, "Label", value=label)
    ElementTree.SubElement(view, "Text", name=TEXT, value=f"${TEXT}")
    for name, title, answers in (
        ("stance_article", "Stance toward the target", STANCES_ARTICLE),
        ("stance_parent", "Stance toward the comment it answers", STANCES_PARENT),
        ("toxic", "Toxic", _TOXIC),
    ):
        ElementTree.SubElement(view, "Header", value=title, size="5")
        choices = ElementTree.SubElement(
            view, "Choices", name=name, toName=TEXT, choice="single", showInline="true"
        )
        for answer in answers:
            ElementTree.SubElement(choices, "Choice", value=answer)
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode") + "\n"
