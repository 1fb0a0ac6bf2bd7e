"""Several processes that answer, one that holds the models."""

import json
import os
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from serve_stubs import number
from serving import SUGGEST


def children(pid):
    """The processes that a process started."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text(encoding="utf-8")
        except OSError:
            continue
        if (
            re.search(rf"PPid:\s+{pid}\n", text)
            and "resource_tracker" not in (status.parent / "cmdline").read_text()
        ):
            found.append(int(status.parent.name))
    return found


def until(true, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def value(answer):
    return answer["attributeScores"]["TOXICITY"]["summaryScore"]["value"]


def test_workers_answer_are_replaced_and_end_together(start, tmp_path):
    file = tmp_path / "suggestions.jsonl"
    service = start(0.01, workers=2, suggestions=str(file), longest_wait=0.5)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(service.analyze, [f"text {i}" for i in range(120)]))
        scores = {"TOXICITY": {"summaryScore": {"value": 1}}}
        bodies = [{"comment": {"text": f"s {i}"}, "attributeScores": scores} for i in range(60)]
        kept = list(pool.map(lambda body: service.ask("POST", SUGGEST, body)[0], bodies))
    for i, (status, _, answer) in enumerate(answers):
        assert status in (200, 429)
        if status == 200:
            assert value(answer) == pytest.approx(number("toxicity", f"text {i}"), abs=1e-6)
    assert kept == [200] * 60
    assert {json.loads(line)["text"] for line in file.open()} == {f"s {i}" for i in range(60)}
    assert service.analyze("POISON")[2]["error"]["message"].endswith("(RuntimeError).")
    assert service.ask("POST", "/v1/tag", {"comments": [{"text": "a"}]})[2]["comments"][0]["toxicity"]
    answered = sum(status == 200 for status, *_ in answers)
    metrics = service.ask("GET", "/metrics")[2]
    assert (
        f'discourse_requests_total{{code="200",route="/v1alpha1/comments:analyze"}} {answered}.0' in metrics
    )
    assert "discourse_batch_seconds_count" in metrics

    workers = children(service.process.pid)
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    until(lambda: len(set(children(service.process.pid)) - set(workers)) == 1)
    assert service.analyze("after one died")[0] == 200
    now = children(service.process.pid)
    said, code = service.stop()
    assert code == 0, said
    assert "a worker ended (exit code -9); another takes its place" in said
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in now))


def test_without_the_models_workers_end(start):
    service = start(workers=2)
    service.analyze("a")
    workers = children(service.process.pid)
    service.process.kill()
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
