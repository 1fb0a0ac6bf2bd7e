"""What tests of runs share."""

import pandas as pd
import pytest
from batch_stubs import load, write_dump

from discourse.batch import Settings, score


def tables(folder):
    """The three tables of a run as pandas, comments in an order that does not depend on the parts."""
    return {name: pd.read_parquet(f"{folder}/{name}") for name in ("articles", "comments", "spans")}


def same(one, other):
    """True where two runs hold the same rows."""
    a, b = tables(one), tables(other)
    for name in a:
        pd.testing.assert_frame_equal(a[name], b[name])
    return True


@pytest.fixture(scope="session")
def dump(tmp_path_factory):
    return write_dump(tmp_path_factory.mktemp("dump") / "dump.jsonl", 1000)


@pytest.fixture(scope="session")
def settings():
    return Settings(load=load, shard_comments=100)


@pytest.fixture(scope="session")
def undisturbed(dump, settings, tmp_path_factory):
    """A run that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    outcome = score([str(dump)], folder, settings)
    assert outcome.complete
    return folder
