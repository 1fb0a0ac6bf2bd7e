"""Tasks as Label Studio exports them (formats JSON and JSON-MIN), read as judgements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from discourse.readers.clean import clean_line
from discourse.readers.times import to_utc
from discourse.review.judgements import CHOICES, KINDS, LABEL_STUDIO, Judgement, Marked, Rejected

_SPANS = "profanity"  # the name of the labels in the interface that `export --to label-studio` writes


def is_task(record: Mapping) -> bool:
    """True for a task of either format."""
    if isinstance(record.get("data"), Mapping):
        return True
    return "comment_id" in record and ("annotation_id" in record or "annotator" in record)


def judgements(record: Mapping, skipped: list[str]) -> Iterator[Judgement]:
    """The judgements of a task, one per submitted annotation; what is passed over is added to `skipped`.

    An annotation that was submitted answers for profanity too: no word marked means that there is none.

    Raises:
        Rejected: the task or an answer is not as our tasks are.
    """
    data = record.get("data")
    if not isinstance(data, Mapping):
        yield _judgement(record, record, _flat(record))
        return
    annotations = record.get("annotations", record.get("completions"))
    if not isinstance(annotations, list) or not annotations:
        skipped.append("tasks without an annotation")
        return
    for annotation in annotations:
        if not isinstance(annotation, Mapping) or not isinstance(annotation.get("result"), list):
            raise Rejected("an annotation without a result")
        if annotation.get("was_cancelled"):
            skipped.append("annotations that were skipped in Label Studio")
            continue
        yield _judgement(data, annotation, list(_results(annotation["result"])))


def _judgement(data: Mapping, annotation: Mapping, answers: list[tuple[str, object, Mapping]]) -> Judgement:
    text = data.get("text")
    article, comment = (_identifier(data.get(name)) for name in ("article_id", "comment_id"))
    if not isinstance(text, str) or article is None or comment is None:
        raise Rejected("a task without text, article_id and comment_id")
    found: dict[str, object] = {}
    spans: list[Marked] = []
    for name, answer, value in answers:
        if name == _SPANS:
            spans.append(_marked(text, answer, value))
        elif name in CHOICES:
            if not isinstance(answer, str) or answer not in CHOICES[name]:
                raise Rejected(f"an answer to {name} that is not one of {', '.join(CHOICES[name])}")
            found[name] = CHOICES[name][answer]
    return Judgement(
        reviewer=_reviewer(annotation.get("completed_by", annotation.get("annotator"))),
        origin=LABEL_STUDIO,
        text=text,
        article_id=article,
        comment_id=comment,
        target=data["target"] if isinstance(data.get("target"), str) and data["target"] else None,
        spans=tuple(sorted(spans, key=lambda s: (s.start, s.end))),
        reviewed_at=to_utc(annotation.get("updated_at") or annotation.get("created_at")),
        **found,
    )


def _results(results: list) -> Iterator[tuple[str, object, Mapping]]:
    """The answers of an annotation: question, label, and the value with its place and word."""
    for result in results:
        if not isinstance(result, Mapping) or not isinstance(result.get("value"), Mapping):
            continue  # relations and the like
        value, name, kind = result["value"], result.get("from_name"), result.get("type", "")
        if not isinstance(name, str | None) or not isinstance(kind, str | None):
            raise Rejected("a result whose from_name or type is no text")
        labels = value.get(kind)
        if isinstance(labels, list) and len(labels) == 1:
            meta = result.get("meta")
            words = meta.get("text") if isinstance(meta, Mapping) else None
            word = words[0] if isinstance(words, list) and words else None
            yield name, labels[0], dict(value) | {"canonical": word}
        elif name in CHOICES or name == _SPANS:
            raise Rejected(f"an answer to {name} that is not one label")


def _flat(record: Mapping) -> list[tuple[str, object, Mapping]]:
    """The answers of a task in the format JSON-MIN."""
    answers: list[tuple[str, object, Mapping]] = []
    for name in CHOICES:
        if record.get(name) not in (None, ""):
            answers.append((name, record[name], {}))
    marks = record.get(_SPANS) or []
    if not isinstance(marks, list):
        raise Rejected(f"{_SPANS} that is no list of marks")
    for value in marks:
        labels = value.get("labels") if isinstance(value, Mapping) else None
        if not isinstance(labels, list) or len(labels) != 1:
            raise Rejected(f"an answer to {_SPANS} that is not one label")
        answers.append((_SPANS, labels[0], value))
    return answers


def _marked(text: str, kind: object, value: Mapping) -> Marked:
    start, end, surface = value.get("start"), value.get("end"), value.get("text")
    if kind not in KINDS:
        raise Rejected(f"a mark that is not one of {', '.join(KINDS)}")
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in (start, end)):
        raise Rejected("a mark without a place in the text")
    if isinstance(surface, str) and text[start:end] != surface:
        start, end = (_code_points(text, n) for n in (start, end))  # counted as JavaScript counts
        if text[start:end] != surface:
            raise Rejected("a mark whose word does not stand at its place")
    if not 0 <= start < end <= len(text):
        raise Rejected("a mark outside of the text")
    word = value.get("canonical")
    return Marked(start, end, text[start:end], kind, word if isinstance(word, str) and word else None)


def _code_points(text: str, units: int) -> int:
    """A place counted in UTF-16 code units as one in code points; -1 where it is none."""
    raw = text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, units)]
    try:
        return len(raw.decode("utf-16-le", "surrogatepass"))
    except UnicodeDecodeError:
        return -1


def _identifier(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def _reviewer(value: object) -> str:
    """The name of an annotator, of which exports give the number, the address or an object."""
    if isinstance(value, Mapping):
        value = value.get("email") or value.get("username") or value.get("id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return "annotator"
    return clean_line(str(value)) or "annotator"
