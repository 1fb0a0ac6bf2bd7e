"""The command with the bundled models: scores equal those of `discourse score`; real clients get them."""

import json
import sys

import pandas as pd
import pytest
from serving import ROOT, Served
from typer.testing import CliRunner

from discourse.batch import Settings, score
from discourse.cli import app
from discourse.schema import TOXICITY_LABELS, UsageError
from discourse.taggers.pipeline import Taggers

NAMES = {label.upper(): label for label in TOXICITY_LABELS}
ODD = [
    "<p>You are an <b>idiot</b> &amp; a fool</p>",
    "what a load of b*llsh*t, you d@mn   f○○l",
    "😀😀 \u202eevil\u202c text\twith\x07 controls and 𝒇𝒂𝒏𝒄𝒚 letters",
    "Go to hell. " * 300,
]


@pytest.fixture(scope="module")
def real():
    service = Served([sys.executable, "-m", "discourse", "serve", "--port", "0"])
    yield service
    said, code = service.stop()
    assert code == 0, said
    assert said.endswith("stopped; all requests taken were answered\n")
    assert "idiot" not in said


@pytest.fixture(scope="module")
def texts():
    page = next((ROOT / "seeds").glob("004*.txt")).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in page[20:40] if line.strip()] + ODD


def test_scores_equal_those_of_a_run(real, texts, tmp_path):
    rows = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)]
    (tmp_path / "texts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    settings = Settings(load=lambda job: [t for t in Taggers.load().taggers if t.name != "stance"])
    score([str(tmp_path / "texts.jsonl")], tmp_path / "run", settings)
    run = pd.read_parquet(tmp_path / "run" / "comments").set_index("comment_id")
    spans = pd.read_parquet(tmp_path / "run" / "spans").groupby("comment_id").probability.max()
    assert len(run) == len(texts)
    assert len(spans)
    for i, text in enumerate(texts):
        status, _, answer = real.analyze(text, *NAMES, "PROFANITY", languages=["en"])
        assert status == 200, answer
        values = {name: s["summaryScore"]["value"] for name, s in answer["attributeScores"].items()}
        for name, column in NAMES.items():
            assert values[name] == pytest.approx(run.loc[str(i), column], abs=1e-4)
        if str(i) in spans:
            assert values["PROFANITY"] == pytest.approx(spans[str(i)], abs=1e-4)
        else:
            assert values["PROFANITY"] < 0.99


def test_other_languages_are_detected(real):
    status, _, answer = real.analyze("Das ist doch alles dummes Zeug, Sie haben keine Ahnung")
    assert status == 400
    assert answer["error"]["message"] == "Attribute TOXICITY does not support request languages: de"
    assert answer["error"]["details"][0]["languageNotSupportedByAttributeError"]["detectedLanguages"] == [
        "de"
    ]
    for text in ("lol", "ok boomer", "!!!", "😀", "https://example.org/a/b", "WTF"):
        assert real.analyze(text)[0] == 200


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "is reached from other machines: ask for keys with --keys FILE"),
        (["--keys", "nowhere"], "nowhere: the keys cannot be read: No such file or directory; make one with"),
        (["--new-key", "coral"], "--new-key needs --keys FILE"),
        (["--host", "203.0.113.1", "--open"], "cannot listen on 203.0.113.1 port 8000"),
    ],
)
def test_wrong_calls_are_told_in_one_line(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    error = CliRunner().invoke(app, ["serve", *arguments]).exception
    assert isinstance(error, UsageError)
    assert said in str(error)
    assert "\n" not in str(error)
