"""What --fresh, and parts that got lost, do to a run that was complete."""

import pytest
from batch_stubs import load, write_dump
from conftest import same

from discourse.batch import Settings, score, status
from discourse.batch.run import Run
from discourse.schema import UnreadableSource, UsageError

SETTINGS = Settings(load=load, shard_comments=30)


@pytest.fixture
def complete(tmp_path):
    source, folder = write_dump(tmp_path / "dump.jsonl", 120), tmp_path / "run"
    assert score([str(source)], folder, SETTINGS).complete
    return source, folder


def test_fresh_leaves_the_old_run_until_the_new_source_is_read(complete, tmp_path):
    source, folder = complete
    assert score([str(source)], tmp_path / "other", SETTINGS).complete
    useless = tmp_path / "useless.csv"
    useless.write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableSource, match="a form that is known$|nothing could be kept((?!because).)*$"):
        score([str(useless)], folder, SETTINGS, fresh=True)
    with pytest.raises(UnreadableSource, match="useless.csv: .*; because of it nothing was scored"):
        score([str(source), str(useless)], folder, SETTINGS, fresh=True)
    assert status(folder).state == "complete"
    assert same(folder, tmp_path / "other")
    assert score([str(source)], folder, SETTINGS).already


def test_fresh_starts_over(complete, tmp_path):
    _, folder = complete
    less = write_dump(tmp_path / "less.jsonl", 40, seed=3)
    done = score([str(less)], folder, SETTINGS, fresh=True)
    assert done.complete and not done.already
    assert score([str(less)], tmp_path / "other", SETTINGS).complete
    assert same(folder, tmp_path / "other")
    assert len(list((folder / "comments").iterdir())) == len(list((tmp_path / "other/comments").iterdir()))


def test_a_part_that_got_lost_is_missed(complete):
    source, folder = complete
    lost = folder / "spans" / "part-000001.parquet"
    lost.unlink()
    with pytest.raises(UnreadableSource, match=r"part-000001\.parquet: missing from a complete run"):
        Run.open(folder)
    with pytest.raises(UsageError, match=r"part-000001\.parquet: missing.*--fresh"):
        score([str(source)], folder, SETTINGS)
    assert score([str(source)], folder, SETTINGS, fresh=True).complete
    assert Run.open(folder).missing_part() is None
