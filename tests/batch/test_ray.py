"""The same shards on a Ray cluster that the run starts itself."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from batch_stubs import write_dump
from conftest import same

from discourse.batch import score
from discourse.schema import UsageError

pytest.importorskip("ray")


@pytest.fixture(autouse=True)
def workers_find_the_stubs(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)


def test_two_actors_give_identical_tables_even_if_one_is_killed(tmp_path, settings, monkeypatch):
    dump = write_dump(tmp_path / "d.jsonl", 500, lines=['{"id": "x", "text": "CRASH"}'])
    score([str(dump)], tmp_path / "local", settings)
    monkeypatch.setenv("STUB_CRASH", str(tmp_path / "crashed"))
    outcome = score([str(dump)], tmp_path / "ray", replace(settings, engine="ray", workers=2))
    assert outcome.complete and (tmp_path / "crashed").exists()
    assert same(tmp_path / "ray", tmp_path / "local")


def test_a_cluster_that_is_not_there_is_named(tmp_path, settings):
    dump = write_dump(tmp_path / "d.jsonl", 5)
    with pytest.raises(UsageError, match="ray://127.0.0.1:1"):
        score([str(dump)], tmp_path / "run", replace(settings, engine="ray://127.0.0.1:1"))
