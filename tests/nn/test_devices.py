"""--device is looked at before anything is loaded or written."""

import subprocess
import sys

import pytest

from discourse.batch import Settings, score
from discourse.nn.devices import check_device
from discourse.schema import UsageError
from discourse.taggers.pipeline import Taggers

torch = pytest.importorskip("torch")
ABSENT = f"cuda:{torch.cuda.device_count()}"


@pytest.mark.parametrize("device", ["foo", "", "cuda:x", ABSENT, "meta"])
def test_devices_that_are_not_there(device):
    with pytest.raises(UsageError, match=r"^--device .*leave --device out"):
        check_device(device)
    with pytest.raises(UsageError, match="--device"):
        Taggers.load(device=device)


def test_devices_that_are():
    check_device("cpu")
    check_device("cpu:0")
    check_device("cuda:99", here=False)  # the cluster's machines may have it


def test_score_makes_no_folder_first(tmp_path):
    with pytest.raises(UsageError, match="--device foo"):
        score([str(tmp_path / "missing.csv")], tmp_path / "run", Settings(device="foo"))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", [("report",), ("evaluate", "toxicity"), ("serve", "--port")])
def test_one_line_before_the_source_is_looked_for(command, tmp_path):
    last = "0" if command[0] == "serve" else tmp_path / "missing.csv"
    done = subprocess.run(
        [sys.executable, "-m", "discourse", *command, str(last), "--device", ABSENT],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"discourse: --device {ABSENT}: ") and done.stderr.count("\n") == 1
