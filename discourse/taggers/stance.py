"""Where a comment stands: toward the article's position, and toward the comment it answers.

The bundled checkpoint is one pair encoder with six labels, two softmax heads side by side. The same
`article_input` and `parent_input` make its inputs in training and here.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from discourse.nn.sequence import SequenceModel, pool
from discourse.nn.store import ModelSource, resolve
from discourse.schema import STANCES_ARTICLE, STANCES_PARENT, ModelError
from discourse.taggers.base import CLOSE, Reading, TagBatch
from discourse.taggers.joint import NO_RELATION, Ties, joint_stances, parents_first

ARTICLE_LABELS = tuple(f"article:{name}" for name in STANCES_ARTICLE)
PARENT_LABELS = tuple(f"parent:{name}" for name in STANCES_PARENT)
LABELS = ARTICLE_LABELS + PARENT_LABELS
NLI_LABELS = ("entailment", "contradiction", "neutral")

WINDOW = 160  # tokens of one input; training used the same
CONTEXT = 300  # characters of target and parent together, about 70 tokens
TARGET = 200  # characters of a target
PIECE = 260  # characters of a comment that an NLI checkpoint reads at a time, within half a window

_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text as the model reads it: entities resolved, controls and format characters out, one line."""
    text = _SURROGATE.sub("\ufffd", html.unescape(text))
    if not text.isascii() or not text.isprintable():
        text = "".join(
            " " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C"
        )
    return " ".join(text.split())


def ends(text: str, limit: int) -> str:
    """The text, or its beginning and end of about `limit` characters together where it is longer."""
    if len(text) <= limit:
        return text
    head, tail = text[: limit // 2], text[-(limit // 2) :]
    return f"{head.rsplit(' ', 1)[0]} … {tail.split(' ', 1)[-1]}"


def article_input(target: str, parent: str | None, comment: str) -> tuple[str, str]:
    """The two segments that ask for stance toward `target`.

    The first holds the target and, for a reply, the parent's beginning and end after a plain
    separator; together at most about `CONTEXT` characters.
    """
    target = clean(target)[:TARGET]
    first = f"stance on: {target}"
    if parent:
        first += f" || in reply to: {ends(clean(parent), CONTEXT - len(target))}"
    return first, clean(comment)


def parent_input(parent: str, comment: str) -> tuple[str, str]:
    """The two segments that ask for agreement with `parent`: its beginning and end, and the comment."""
    return f"answer to: {ends(clean(parent), CONTEXT)}", clean(comment)


@dataclass(frozen=True, slots=True)
class Head:
    """Three logits of a checkpoint, in the order of our labels, and what makes answers of them.

    Probabilities are `softmax(logits / temperature + bias)`; the label is the largest of
    `log(probability) + decision`, which keeps rare labels from never being given.
    """

    columns: tuple[int, int, int]
    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    decision: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of shape (inputs, 3) from all logits, shape (inputs, labels)."""
        z = logits[:, self.columns].astype(np.float64) / self.temperature + np.array(self.bias)
        z = np.exp(z - z.max(1, keepdims=True))
        return z / z.sum(1, keepdims=True)

    def margin(self, probabilities: np.ndarray) -> float:
        """By how much the label given is ahead of the next one, after `decision`, as a share of their sum."""
        weighted = np.sort(probabilities * np.exp(self.decision))
        return float((weighted[-1] - weighted[-2]) / weighted.sum())

    def label(self, probabilities: np.ndarray) -> int:
        """The index of the label given for three probabilities."""
        return int((probabilities * np.exp(self.decision)).argmax())


def _columns(labels: Sequence[str]) -> tuple[str, tuple | None, tuple | None]:
    """How a checkpoint is asked (`own`, `plain` or `nli`) and which logits answer each question.

    Raises:
        ModelError: the labels are none that we know.
    """
    names = [str(label).strip().lower().replace("favour", "favor") for label in labels]
    found = {name: i for i, name in enumerate(names)}

    def order(wanted: Sequence[str]) -> tuple | None:
        return tuple(found[name] for name in wanted) if all(name in found for name in wanted) else None

    if len(found) == 6 and order(LABELS):
        return "own", order(ARTICLE_LABELS), order(PARENT_LABELS)
    if len(found) == len(names) == 3:
        if order(NLI_LABELS):
            return "nli", order(NLI_LABELS), order(NLI_LABELS)
        if order(STANCES_ARTICLE):
            return "plain", order(STANCES_ARTICLE), None
        if order(STANCES_PARENT):
            return "plain", None, order(STANCES_PARENT)
    raise ModelError(
        f"stance model has the labels {', '.join(map(str, labels))}; accepted, in any order: the six of "
        f"{', '.join(LABELS)}; or three: {', '.join(STANCES_ARTICLE)}; {', '.join(STANCES_PARENT)}; "
        f"{', '.join(NLI_LABELS)}"
    )


def _head(name: str, columns: tuple | None, calibration: dict, where: str) -> Head | None:
    if columns is None or name not in calibration:
        return Head(columns) if columns else None
    try:
        entry = calibration[name]
        temperature = float(entry["temperature"])
        bias, decision = (tuple(map(float, entry.get(key, (0, 0, 0)))) for key in ("bias", "decision"))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ModelError(f"{where}/calibration.json: {name!r} is not as expected ({error!r})") from error
    sound = len(bias) == len(decision) == 3 and np.isfinite([temperature, *bias, *decision]).all()
    if not sound or temperature <= 0:
        raise ModelError(f"{where}/calibration.json: {name!r} needs a temperature above 0 and three biases")
    return Head(columns, temperature, bias, decision)


@dataclass(frozen=True, slots=True)
class _Question:
    """One head asked of one reading, and the model inputs that ask it (none: nothing to read)."""

    row: int
    prefix: str
    head: Head
    inputs: list[tuple[str, str]]


class StanceTagger:
    """Gives stance toward the target and toward the parent, as calibrated probabilities and a label."""

    name = "stance"

    def __init__(self, model: SequenceModel, calibration: dict | None = None, where: str = "stance model"):
        self.model = model
        self.style, article, parent = _columns(model.labels)
        self.article = _head("article", article, calibration or {}, where)
        self.parent = _head("parent", parent, calibration or {}, where)
        joint = (calibration or {}).get("joint") if self.article and self.parent else None
        self.ties = Ties.of(joint, f"{where}/calibration.json") if joint is not None else None

    @classmethod
    def load(
        cls,
        spec: str | None = None,
        device: str = "cpu",
        backend: str = "torch",
        model: SequenceModel | None = None,
    ) -> StanceTagger:
        """Loads the bundled checkpoint, or the one at a path or hub name; `model` is its network where that is loaded already.

        Accepted are our six labels in any order, or three: favor, against, none (toward the target
        only); agree, disagree, neutral (toward the parent only); entailment, contradiction, neutral
        (both, the comment as premise and the target or parent as hypothesis).

        Raises:
            ModelError: the checkpoint is missing or damaged, or has other labels.
        """
        source: ModelSource = resolve(spec, cls.name)
        calibration = source.side_file("calibration.json")
        if calibration is not None and not isinstance(calibration, dict):
            raise ModelError(f"{source.location}/calibration.json: a JSON object was expected")
        return cls(model or SequenceModel.load(source, device, backend), calibration, source.location)

    def predict(self, readings: Sequence[Reading]) -> TagBatch:
        """Tags every reading.

        Stance columns toward the article are None without a target, those toward the parent at top
        level, and both where the checkpoint has no such head. A comment with nothing to read, or one
        that answers a comment with nothing to read, is `none` or `neutral` with probability 1. Where the
        checkpoint says how, stance toward the target is read jointly over the replies in the batch.
        """
        asked = [q for row, reading in enumerate(readings) for q in self._questions(row, reading)]
        answers = self._answer(asked)
        columns: dict[str, list] = {"target": [r.target if clean(r.target or "") else None for r in readings]}
        found: dict[str, dict[int, np.ndarray]] = {"stance_article": {}, "stance_parent": {}}
        for question, answer in zip(asked, answers, strict=True):
            found[question.prefix][question.row] = answer
        if self.ties and found["stance_article"] and found["stance_parent"]:
            found["stance_article"] = self._jointly(readings, found["stance_article"], found["stance_parent"])
        for prefix, names, head in (
            ("stance_article", STANCES_ARTICLE, self.article),
            ("stance_parent", STANCES_PARENT, self.parent),
        ):
            rows = [found[prefix].get(i) for i in range(len(readings))]
            columns[prefix] = [None if r is None else names[head.label(r)] for r in rows]
            for k, name in enumerate(names):
                columns[f"{prefix}_{name}"] = [None if r is None else float(r[k]) for r in rows]
        return TagBatch(columns)

    def _jointly(
        self, readings: Sequence[Reading], own: dict[int, np.ndarray], relations: dict[int, np.ndarray]
    ) -> dict[int, np.ndarray]:
        """Stance toward the target given the whole thread; comments on another target are not tied."""
        rows = {readings[i].comment_id: i for i in own}
        above = {}
        for i in own:
            parent = rows.get(readings[i].parent_id) if readings[i].parent_id is not None else None
            if parent is not None and i in relations and readings[parent].target == readings[i].target:
                above[i] = parent
        order = parents_first(above, list(own))
        place = {row: n for n, row in enumerate(order)}
        joint = joint_stances(
            [place[above[i]] if i in above and place[above[i]] < place[i] else -1 for i in order],
            np.array([own[i] for i in order]),
            np.array([relations.get(i, NO_RELATION) for i in order]),
            self.ties,
            [readings[i].parent_confidence for i in order],
        )
        return {row: joint[n] for n, row in enumerate(order)}

    def _questions(self, row: int, reading: Reading) -> Iterator[_Question]:
        comment = clean(reading.text)
        if self.article and (target := clean(reading.target or "")):
            pairs = self._pairs(comment, target)
            if self.style == "own":
                pairs = [article_input(reading.target, reading.parent, reading.text)]
            yield _Question(row, "stance_article", self.article, pairs if comment else [])
        if self.parent and reading.parent is not None:
            parent = clean(reading.parent)
            pairs = self._pairs(comment, parent)
            if self.style == "own":
                pairs = [parent_input(reading.parent, reading.text)]
            yield _Question(row, "stance_parent", self.parent, pairs if comment and parent else [])

    def _pairs(self, comment: str, about: str) -> list[tuple[str, str]]:
        """The inputs of a checkpoint that is not ours: target or parent first, or last for NLI."""
        about = ends(about, CONTEXT)
        return [(piece, about) for piece in _pieces(comment)] if self.style == "nli" else [(about, comment)]

    def _answer(self, asked: list[_Question], exact: bool = False) -> np.ndarray:
        """Probabilities of shape (questions, 3); the third label where there is nothing to read.

        A quantised model is asked again in float32 (`exact`) where two labels are close.
        """
        out = np.tile(np.array([0.0, 0.0, 1.0]), (len(asked), 1))
        inputs = [pair for question in asked for pair in question.inputs]
        owners = np.array([i for i, question in enumerate(asked) for _ in question.inputs], np.int64)
        if not inputs:
            return out
        scores, rows = self.model.logits(
            [a for a, _ in inputs], [b for _, b in inputs], window=WINDOW, exact=exact
        )
        pooled = pool(scores, owners[rows], len(asked), "mean")
        for i in np.unique(owners):
            out[i] = asked[i].head.probabilities(pooled[i : i + 1])[0]
        if self.model.quantized and not exact:
            close = [i for i in np.unique(owners) if asked[i].head.margin(out[i]) < CLOSE]
            out[close] = self._answer([asked[i] for i in close], exact=True)
        return out


def _pieces(text: str) -> list[str]:
    """The text in pieces of at most `PIECE` characters, cut at spaces where there are any."""
    pieces = []
    while len(text) > PIECE:
        cut = text.rfind(" ", 1, PIECE) + 1 or PIECE
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [*pieces, text] if text else pieces


def known_confusion(spec: str | None = None) -> dict | list[list[float]] | None:
    """What corrects the counts of a checkpoint's labels toward the article: its `prevalence.json`, or the
    confusion in its calibration (rows true, columns found; favor, against, none), or None.

    `spec` names the checkpoint as in `StanceTagger.load`.
    """
    source = resolve(spec, "stance")
    if (prevalence := source.side_file("prevalence.json")) is not None:
        return prevalence
    calibration = source.side_file("calibration.json") or {}
    return calibration.get("confusion", {}).get("article", {}).get("counts")
