"""`discourse evaluate` as a user runs it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from evaluate_stubs import Toxicity
from typer.testing import CliRunner

from discourse.cli import app
from discourse.cli.evaluate import Task
from discourse.cli.messages import run
from discourse.evaluate import TASKS

CSV = "body,human,group\na 0.9,1,x\nb 0.1,0,x\nc 0.7,0,y\n"
MAP = ["--map", "body=text", "--map", "human=label"]


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr("discourse.evaluate.tasks._load", lambda task, model, device: Toxicity())
    path = tmp_path / "t.csv"
    path.write_text(CSV)
    return path


def call(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["discourse", "evaluate", *map(str, arguments)])
    try:
        code = run(app)
    except SystemExit as stop:
        code = stop.code
    out = capsys.readouterr()
    return code, out.out, out.err


def test_the_commands_tasks_are_the_librarys():
    assert tuple(Task) == TASKS


def test_prints_the_figures(data, monkeypatch, capsys):
    code, out, err = call(monkeypatch, capsys, "toxicity", data, *MAP)
    assert code == 0
    assert "3 of 3 rows used; rejected 0" in out and "AUC" in out and "over 2 values of group" in out
    assert "toxic from probability 0.600" in out and err == ""


def test_json_to_a_file_and_to_standard_output(data, tmp_path, monkeypatch, capsys):
    code, out, _ = call(monkeypatch, capsys, "toxicity", data, *MAP, "--json", tmp_path / "f.json")
    figures = json.loads((tmp_path / "f.json").read_text())
    assert code == 0 and figures["auc"]["value"] == 1.0 and out
    code, out, _ = call(monkeypatch, capsys, "toxicity", data, *MAP, "--json", "-")
    assert json.loads(out) == figures


def test_rejected_rows_are_said_written_and_give_code_1(data, tmp_path, monkeypatch, capsys):
    data.write_text(CSV + "d 0.3,perhaps,y\n")
    rejects = tmp_path / "r.jsonl"
    code, out, err = call(monkeypatch, capsys, "toxicity", data, *MAP)
    assert code == 1 and "'perhaps'" in err and "'perhaps'" in out
    code, _, err = call(monkeypatch, capsys, "toxicity", data, *MAP, "--quiet", "--rejects", rejects)
    assert code == 1 and err == ""
    (line,) = rejects.read_text().splitlines()
    assert json.loads(line)["line"] == 5


@pytest.mark.parametrize(
    "arguments", [["colour", "t.csv"], ["toxicity", "missing.csv"], ["structure", "t.csv"], ["toxicity"]]
)
def test_wrong_usage_is_code_2(arguments, monkeypatch, capsys):
    code, out, err = call(monkeypatch, capsys, *arguments)
    assert code == 2 and out == "" and err.strip()


def test_a_missing_model_is_code_3(tmp_path, monkeypatch, capsys):
    path = tmp_path / "t.csv"
    path.write_text(CSV)
    code, _, err = call(monkeypatch, capsys, "toxicity", path, *MAP, "--toxicity-model", tmp_path / "none")
    assert code == 3 and "none" in err


def test_another_tasks_model_is_said_to_be_unused(data, monkeypatch, capsys):
    _, _, err = call(monkeypatch, capsys, "toxicity", data, *MAP, "--stance-model", "x")
    assert "--stance-model is not used" in err


def test_help_ends_with_an_example_and_loads_no_model_library():
    done = CliRunner().invoke(app, ["evaluate", "--help"], env={"COLUMNS": "100"})
    assert done.output.rstrip().rpartition("\n\n")[2].strip().startswith("Example: discourse evaluate ")
    code = "import sys, discourse.cli; sys.exit(any(m in sys.modules for m in ('torch', 'pandas', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


def test_a_threshold_is_fitted_where_asked_for(data, monkeypatch, capsys):
    code, out, _ = call(monkeypatch, capsys, "toxicity", data, *MAP, "--fit-threshold", "f1")
    assert code == 0
    assert "threshold fitted to these rows for the largest F1; figures of rows left out, in 2 folds" in out
    assert "too few to go by: 1 toxic and 2 not; label at least 10 of each" in out and "to use it" not in out
    code, out, _ = call(monkeypatch, capsys, "toxicity", data, *MAP, "--fit-threshold", "0.9", "--json", "-")
    assert json.loads(out)["fitted"]["aim"] == 0.9 and not json.loads(out)["fitted"]["enough"]
    code, _, err = call(monkeypatch, capsys, "toxicity", data, *MAP, "--fit-threshold", "high")
    assert code == 2 and err.endswith("say f1, or the precision wanted, such as 0.9\n")
    code, _, err = call(monkeypatch, capsys, "profanity", data, *MAP, "--fit-threshold", "f1")
    assert code == 2 and "--fit-threshold goes with toxicity alone" in err


def test_a_threshold_of_enough_rows_is_recommended(data, monkeypatch, capsys):
    data.write_text(
        "text,toxic\n" + "".join(f"fine 0.{n % 4}{n},0\nbad 0.{7 + n % 2}{n},1\n" for n in range(10))
    )
    code, out, _ = call(monkeypatch, capsys, "toxicity", data, "--fit-threshold", "f1")
    assert code == 0 and "to use it: discourse report SOURCE --toxicity-threshold 0." in out
    assert "too few" not in out


@pytest.mark.parametrize(
    ("label", "all_are", "missing"), [("0", "not toxic", "toxic"), ("1", "toxic", "not toxic")]
)
def test_no_threshold_is_fitted_to_labels_of_one_kind(data, monkeypatch, capsys, label, all_are, missing):
    data.write_text(f"text,toxic\nfine 0.1,{label}\ngood 0.9,{label}\n")
    code, out, err = call(monkeypatch, capsys, "toxicity", data, "--fit-threshold", "f1")
    assert (code, out) == (2, "") and len(err.strip().splitlines()) == 1
    assert f"of 2 comments with a label all are {all_are}; add some that are {missing}" in err
    assert call(monkeypatch, capsys, "toxicity", data)[0] == 0


def test_a_table_without_text_says_how_to_name_it(tmp_path, monkeypatch, capsys):
    file = tmp_path / "odd.csv"
    file.write_text("saying,toxic\nFine weather,0\n")
    code, _, err = call(monkeypatch, capsys, "toxicity", str(file))
    assert code == 2 and "there are saying, toxic: name the right one with --map COLUMN=text" in err
