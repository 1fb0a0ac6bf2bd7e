"""A run to review, fresh for each test, and its tasks as Label Studio has them."""

import json
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "export"))

from export_stubs import make_run, rows  # noqa: E402

from discourse.export import export  # noqa: E402


@pytest.fixture(scope="session")
def scored(tmp_path_factory):
    return make_run(tmp_path_factory.mktemp("review"), rows())


@pytest.fixture
def run(scored, tmp_path):
    return Path(shutil.copytree(scored, tmp_path / "run"))


@pytest.fixture(scope="session")
def comments(scored):
    return pd.read_parquet(scored / "comments")


@pytest.fixture(scope="session")
def tasks(scored, tmp_path_factory):
    """The tasks that `export --to label-studio` writes."""
    folder = tmp_path_factory.mktemp("tasks") / "out"
    export(scored, "label-studio", folder)
    return json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
