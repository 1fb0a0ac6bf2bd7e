"""comments:suggestscore and its file; stopping, killing and starting again under load."""

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException

import pytest
from serve_stubs import number
from serving import SUGGEST, stubs

from discourse.evaluate import evaluate
from discourse.schema import UsageError
from discourse.serve.suggest import Suggestions

BODY = {
    "comment": {"text": "Get busy living, or get busy dying. \U0001f600"},
    "context": {"entries": [{"text": "an article"}]},
    "attributeScores": {
        "TOXICITY": {"summaryScore": {"value": 0}},
        "PROFANITY": {"summaryScore": {"value": 0.25, "type": "PROBABILITY"}},
        "INSULT": {"spanScores": [{"begin": 0, "end": 3, "score": {"value": 1}}]},
    },
    "languages": ["en"],
    "communityId": "/forum/movies",
    "clientToken": "comment-53922",
}


def test_a_suggestion_is_a_line(start, tmp_path):
    file = tmp_path / "suggestions.jsonl"
    service = start(suggestions=str(file))
    assert service.ask("POST", SUGGEST, BODY)[2] == {"clientToken": "comment-53922"}
    [line] = file.read_text(encoding="utf-8").splitlines()
    line = json.loads(line)
    assert line.pop("time").startswith("20")
    assert line == {
        "text": BODY["comment"]["text"],
        "attributeScores": {
            "TOXICITY": {"summaryScore": {"value": 0}},
            "PROFANITY": {"summaryScore": {"value": 0.25}},
        },
        "spanScores": {"INSULT": [{"begin": 0, "end": 3, "value": 1}]},
        "toxicity": 0,
        "profanity": 0.25,
        "context": ["an article"],
        "languages": ["en"],
        "communityId": "/forum/movies",
        "clientToken": "comment-53922",
    }
    assert file.stat().st_mode & 0o077 == 0


def test_suggestions_are_what_evaluate_reads(start, tmp_path):
    from serve_stubs import Toxicity

    file = tmp_path / "suggestions.jsonl"
    service = start(suggestions=str(file))
    for i in range(6):
        scores = {"TOXICITY": {"summaryScore": {"value": i % 2}}}
        service.ask("POST", SUGGEST, {"comment": {"text": f"text {i}"}, "attributeScores": scores})
    tagger = Toxicity()
    tagger.threshold = 0.5
    found = evaluate("toxicity", str(file), tagger=tagger)
    assert found["rows"]["used"] == 6
    assert found["labels"]["toxic"]["rows"] == 3


def test_suggestions_are_what_review_import_reads(start, tmp_path):
    suggested = pytest.importorskip("discourse.review.suggested")
    file = tmp_path / "suggestions.jsonl"
    start(suggestions=str(file)).ask("POST", SUGGEST, BODY)
    [line] = file.read_text(encoding="utf-8").splitlines()
    [judgement] = suggested.judgements(json.loads(line), [])
    assert judgement.text == BODY["comment"]["text"]
    assert judgement.scores["toxicity"] == 0
    assert judgement.reviewer == "/forum/movies"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"comment": {}}, "Comment must be non-empty."),
        ({"attributeScores": {}}, "Missing attribute_scores"),
        ({"attributeScores": {"TOXICITY": None}}, "Missing attribute_scores"),
        ({"attributeScores": {"SPAM": {"summaryScore": {"value": 1}}}}, "Unknown requested attribute: SPAM"),
        (
            {"attributeScores": {"THREAT": {"summaryScore": {"value": 1.5}}}},
            "Score of attribute THREAT is not between 0 and 1",
        ),
    ],
)
def test_a_suggestion_that_says_nothing_is_refused(served, change, message):
    status, _, answer = served.ask("POST", SUGGEST, BODY | change)
    assert (status, answer["error"]["message"]) == (400, message)


def test_without_a_file_suggestions_are_refused(start):
    status, _, answer = start().ask("POST", SUGGEST, BODY)
    assert status == 501
    assert "--suggestions FILE" in answer["error"]["message"]


def test_a_line_that_a_power_cut_tore_is_cut_off(tmp_path):
    file = tmp_path / "suggestions.jsonl"
    for before, after in ((b'{"a": 1}\n{"b', b'{"a": 1}\n'), (b"torn" * 40_000, b""), (b"", b"")):
        file.write_bytes(before)
        Suggestions(file).close()
        assert file.read_bytes() == after


def test_a_disk_that_fills_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "suggestions.jsonl"
    kept = Suggestions(file)
    kept.add({"text": "one"})
    write = os.write
    monkeypatch.setattr("os.write", lambda fd, data: write(fd, data[:4]))
    with pytest.raises(OSError, match="only a part was written"):
        kept.add({"text": "two"})
    monkeypatch.undo()
    kept.add({"text": "three"})
    assert [json.loads(line)["text"] for line in file.open()] == ["one", "three"]


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        Suggestions(tmp_path / "no" / "such" / "folder")


def test_stopping_answers_what_was_taken(start):
    service = start(0.15)
    with ThreadPoolExecutor(21) as pool:
        asked = [pool.submit(service.analyze, f"text {i}") for i in range(20)]
        threads = pool.submit(service.ask, "POST", "/v1/tag", {"comments": [{"text": "a thread"}] * 5})
        deadline = time.monotonic() + 30
        while "discourse_connections 22.0" not in service.ask("GET", "/metrics")[2]:
            assert time.monotonic() < deadline
        said, code = service.stop()
        answers = [future.result() for future in asked]
    assert code == 0
    assert said.endswith("stopped; all requests taken were answered\n")
    for i, (status, _, answer) in enumerate(answers):
        value = answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
        assert (status, value) == (200, pytest.approx(number("toxicity", f"text {i}"), abs=1e-6))
    assert threads.result()[0] == 200


def test_killed_and_started_again_under_load_nothing_is_wrong_or_torn(tmp_path):
    file = tmp_path / "suggestions.jsonl"
    service = stubs(0.002, suggestions=str(file))
    over = threading.Event()
    told, wrong = [], []

    def ask(worker):
        for i in range(10**6):
            if over.is_set():
                return
            text = f"worker {worker} text {i} " + "x" * (1 + i % 900)
            try:
                if i % 2:
                    status, _, answer = service.ask("POST", SUGGEST, BODY | {"comment": {"text": text}})
                    if status == 200:
                        told.append(text)
                else:
                    status, _, answer = service.analyze(text)
                    value = answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
                    if abs(value - number("toxicity", text)) > 1e-6:
                        wrong.append((text, answer))
                if status != 200:
                    wrong.append((text, answer))
            except (OSError, HTTPException):
                time.sleep(0.02)  # no answer, or the beginning of one: it was killed
            except (ValueError, KeyError) as error:
                wrong.append((text, repr(error)))

    workers = [threading.Thread(target=ask, args=(i,)) for i in range(8)]
    for worker in workers:
        worker.start()
    for killing in (True, True, True, False):
        before, deadline = len(told), time.monotonic() + 60
        while len(told) < before + 10 and time.monotonic() < deadline:
            time.sleep(0.01)
        if killing:
            service.kill()
            service = stubs(0.002, suggestions=str(file))
    over.set()
    for worker in workers:
        worker.join()
    service.stop()
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert not wrong
    assert len(told) >= 40
    assert set(told) <= {line["text"] for line in lines}  # what was told to be kept is there
    assert file.read_bytes().endswith(b"\n")
