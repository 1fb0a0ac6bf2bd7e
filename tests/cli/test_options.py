"""No option is taken in silence where it says nothing, or is of no use."""

import pytest
from typer.testing import CliRunner

from discourse import api
from discourse.cli import app
from discourse.evaluate.gold import split_map
from discourse.readers import Intake, ReadOptions
from discourse.readers.rows import column_map
from discourse.schema import ModelError, UsageError

TABLE = "message,author\nhello there,Ann\n"


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(TABLE)
    return str(path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("parse", "--structure-model", "SPEC"),
        ("report", "--structure-model", "SPEC"),
        ("report", "--toxicity-model", "SPEC"),
        ("score", "--out", "RUN", "--structure-model", "SPEC"),
        ("score", "--out", "RUN", "--stance-model", "SPEC"),
        ("evaluate", "profanity", "--structure-model", "SPEC"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("spec", ["nosuch", "/no/such/folder"])
def test_a_model_that_is_not_there_is_refused_where_none_is_needed(table, tmp_path, arguments, spec):
    if spec == "nosuch" and "--stance-model" in arguments:
        pytest.skip("a name may be on the hub")
    filled = [{"SPEC": spec, "RUN": str(tmp_path / "run")}.get(a, a) for a in arguments]
    found = CliRunner().invoke(app, [*filled, table])
    assert isinstance(found.exception, ModelError) and spec in str(found.exception)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "arguments", [("report",), ("score", "--out", "RUN"), ("evaluate", "stance_article")], ids=" ".join
)
@pytest.mark.parametrize("target", ["", "  "])
def test_an_empty_target_is_refused(table, tmp_path, arguments, target):
    filled = [str(tmp_path / "run") if a == "RUN" else a for a in arguments]
    found = CliRunner().invoke(app, [*filled, table, "--target", target])
    assert isinstance(found.exception, UsageError) and "--target is empty" in str(found.exception)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "run", "--to", "xlsx", "f"), "'--to': 'xlsx' is not one of parquet, sqlite, "),
        (("export", "run", "--to", "sqlit", "f"), "grafana; did you mean 'sqlite'?"),
        (("evaluate", "toxicty", "f"), "'TASK': 'toxicty' is not one of structure, "),
        (("evaluate", "toxicty", "f"), "profanity; did you mean 'toxicity'?"),
    ],
)
def test_a_wrong_choice_is_told_with_those_there_are(arguments, said):
    found = CliRunner().invoke(app, arguments)
    assert found.exit_code == 2 and said in " ".join(found.output.split())
    assert "Value error" not in found.output


@pytest.mark.parametrize("make", [column_map, split_map])
def test_a_name_with_two_columns_is_refused(make):
    with pytest.raises(UsageError, match="text is given two columns, a and b"):
        make(["a=text", "b=text"])
    make(["a=text", "a=text", "a=author"])


def test_gold_with_two_columns_is_refused():
    with pytest.raises(UsageError, match="label is given two columns, a and b"):
        split_map(["a=label", "label=b"])
    assert split_map(["a=label", "b=text"]) == ({"text": "b"}, {"label": "a"})


def test_a_map_that_serves_nothing_is_said_to(table, tmp_path):
    page = tmp_path / "export.xml"
    page.write_text(
        '<?xml version="1.0"?><disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
        '<thread dsq:id="1"><title>T</title></thread><post dsq:id="2"><message>hi</message>'
        '<thread dsq:id="1"/></post></disqus>'
    )
    options = ReadOptions(map={"text": "message"})
    for source, said in ((table, False), (str(page), True)):
        intake = Intake()
        api.read(source, options=options, intake=intake)
        assert any("--map is not used" in note for note in intake.notes) == said
