"""`discourse score` and `discourse status` as a user runs them, with the bundled models."""

import json
import os
import subprocess
import sys

import pandas as pd
import pytest
from batch_stubs import write_dump

from discourse.batch import Run


def discourse(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "discourse", *map(str, arguments)],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "200"} | environment,
        timeout=600,
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of 20 comments with the real models."""
    folder = tmp_path_factory.mktemp("real")
    dump = write_dump(folder / "dump.jsonl", 20, article=10)
    done = discourse("score", dump, "--out", folder / "run")
    assert done.returncode == 0, done.stderr
    return dump, folder / "run", done


def test_real_models_tag_every_comment(run):
    dump, folder, done = run
    comments = pd.read_parquet(folder / "comments")
    assert len(comments) == 20 and len(pd.read_parquet(folder / "articles")) == 2
    assert comments.toxicity.between(0, 1).all() and comments.toxic.notna().all()
    assert comments.stance_article.isin(["favor", "against", "none"]).all()
    assert (comments.stance_parent.notna() == comments.parent_id.notna()).all()
    spans = pd.read_parquet(folder / "spans")
    masked = comments.text.str.contains("d*mn", regex=False)
    assert (comments.n_masked > 0)[masked].all() and "damn" in set(spans.canonical)
    assert done.stdout == ""
    assert "complete, 20 comments under 2 articles" in done.stderr
    assert "nothing was left to do" not in done.stderr


def test_a_complete_run_scored_again_says_that_nothing_was_left(run):
    dump, folder, _ = run
    before = (folder / "manifest.json").read_bytes()
    done = discourse("score", dump, "--out", folder)
    assert done.returncode == 0
    assert f"{folder}: was complete: nothing was left to do" in done.stderr
    assert (folder / "manifest.json").read_bytes() == before
    assert discourse("score", dump, "--out", folder, "--quiet").stderr == ""


def test_a_file_named_twice_is_read_once(run, tmp_path):
    dump, folder, _ = run
    link = tmp_path / "again.jsonl"
    link.symlink_to(dump)
    done = discourse("score", dump, link, dump, "--out", folder)
    assert done.returncode == 0 and "nothing was left to do" in done.stderr, done.stderr
    assert f"{link}: named before, as {dump}: read once" in done.stderr
    assert done.stderr.count("read once") == 2


def test_the_run_says_what_tagging_says(run):
    import discourse

    dump, folder, _ = run
    direct = discourse.tag(discourse.read(str(dump))).comments.set_index("comment_id")
    stored = pd.read_parquet(folder / "comments").set_index("comment_id").loc[direct.index]
    for name in ("toxicity", "stance_article_favor", "stance_parent_disagree"):
        assert (direct[name].astype(float) - stored[name].astype(float)).abs().max() < 1e-4
    for name in ("stance_article", "toxic", "n_masked", "text_masked", "target"):
        assert direct[name].tolist() == stored[name].tolist()


def test_onnx_gives_the_same_rows_with_one_and_two_workers(run, tmp_path):
    pytest.importorskip("onnxruntime")
    pytest.importorskip("onnx")
    dump = write_dump(tmp_path / "dump.jsonl", 60, article=10)
    for workers in (1, 2):
        done = discourse(
            "score", dump, "--out", tmp_path / f"run{workers}", "--workers", workers, "--backend", "onnx"
        )
        assert done.returncode == 0, done.stderr
    one, two = (pd.read_parquet(tmp_path / f"run{n}" / "comments") for n in (1, 2))
    pd.testing.assert_frame_equal(one, two, rtol=0, atol=2e-6)
    assert json.loads((tmp_path / "run1/manifest.json").read_text())["parameters"]["backend"] == "onnx"
    refused = discourse("score", dump, "--out", tmp_path / "run1", "--backend", "torch")
    assert refused.returncode == 2 and "backend was 'onnx', is 'torch'" in refused.stderr


def test_status_for_people_and_programs(run):
    _, folder, _ = run
    said = discourse("status", folder)
    assert said.returncode == 0
    assert f"{folder}: complete" in said.stdout and "20 of 20 comments (100%)" in said.stdout
    figures = json.loads(discourse("status", folder, "--json").stdout)
    assert figures["state"] == "complete" and figures["counts"]["comments"] == 20


def test_exit_codes_and_one_clear_line(run, tmp_path):
    dump, folder, _ = run
    for arguments, code, words in (
        (["score", dump, "--out", folder, "--target", "x"], 2, "holds another run: parameter target"),
        (["score", tmp_path / "none.jsonl", "--out", tmp_path / "a"], 2, "no such file"),
        (["score", dump, "--out", tmp_path / "b", "--engine", "spark"], 2, "no engine called 'spark'"),
        (
            ["score", dump, "--out", tmp_path / "c", "--stance-model", tmp_path / "no"],
            3,
            "no such checkpoint",
        ),
        (["status", tmp_path], 2, "no run folder"),
    ):
        done = discourse(*arguments)
        assert done.returncode == code, done.stderr
        assert words in done.stderr and "Traceback" not in done.stderr
        assert done.stderr.strip().count("\n") == 0
    assert Run.open(folder).manifest["complete"]


def test_rejected_rows_give_code_1(run, tmp_path):
    dump, _, _ = run
    source = tmp_path / "dump.jsonl"
    source.write_text("\n".join(dump.read_text().splitlines()[:3]) + '\n{"id": "broken\n')
    done = discourse("score", source, "--out", tmp_path / "run")
    assert done.returncode == 1, done.stderr
    assert f"1 rejected, each with its reason in {tmp_path}/run/rejects.jsonl" in done.stderr
    assert discourse("score", source, "--out", tmp_path / "run", "--quiet").returncode == 1
    done = discourse("report", tmp_path / "run", "--no-tree")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "rejected" in line]
    assert "1 rejected when it was scored" in line and f"{tmp_path}/run/rejects.jsonl" in line


def test_help_ends_with_an_example_and_offers_what_there_is():
    for command in ("score", "status"):
        text = discourse(command, "--help").stdout
        assert text.strip().splitlines()[-1].strip().startswith("Example: discourse ")
    text = discourse("score", "--help").stdout
    for option in (
        "--engine",
        "--workers",
        "--device",
        "--backend",
        "--target",
        "--map",
        "--fresh",
        "--quiet",
    ):
        assert option in text
    assert "torch|onnx|torch-fp16|torch-bf16" in text
