"""The house rules: imports go down only, documented commands exist, the wheel carries its models."""

import ast
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "discourse"
FLOORS = [
    "schema",
    "nn",
    "readers",
    "structure",
    "taggers",
    "claims",
    "evaluate",
    "report",
    "batch",
    "export",
    "review",
    "api",
    "serve",
    "cli",
]


def imports(path):
    """Our own modules that a file imports, at any level of nesting."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("discourse"):
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("discourse"))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_only(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    for module in imports(path):
        parts = module.split(".")
        if len(parts) > 1:
            assert FLOORS.index(parts[1]) <= FLOORS.index(room), f"{path} reaches up to {module}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_are_small_and_documented(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), f"{path} has no docstring"


def test_readme_names_every_command_and_option_it_shows():
    from typer.testing import CliRunner

    from discourse.cli import app

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    runner = CliRunner()
    commands = (
        *(
            "parse",
            "report",
            "score",
            "status",
            "export",
            "dashboard",
            "review",
            "evaluate",
            "serve",
            "models",
        ),
    )
    helps = {c: runner.invoke(app, [c, "--help"], env={"COLUMNS": "200"}).output for c in commands}
    assert all(f"discourse {command}" in readme for command in commands)
    for option in set(re.findall(r"`(--[a-z-]+)", readme)):
        assert any(option in text for text in helps.values()), f"{option} is in the README only"


def test_the_read_me_example_is_real():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.S).group(1)
    names: dict = {}
    here = Path.cwd()
    os.chdir(ROOT)
    try:
        exec(compile(code, "README.md", "exec"), names)
    finally:
        os.chdir(here)
    assert names["figures"]["comments"]["n"] == len(names["tagged"].comments) > 60


def test_the_seeds_are_whole():
    assert [p.name[:3] for p in sorted((ROOT / "seeds").glob("*.txt"))] == ["000", "001", "002", "003", "004"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


NO_NETWORK = """
import socket, sys
def refuse(*a, **k): raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.argv = ["discourse", *sys.argv[1:]]
import discourse, discourse.cli
assert "site" in discourse.__file__, discourse.__file__
discourse.cli.main()
"""


def test_the_wheel_works_elsewhere_without_a_network(wheel, tmp_path):
    seed = next((ROOT / "seeds").glob("004*.txt"))
    page = tmp_path / "page.txt"
    page.write_bytes(seed.read_bytes())
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHONPATH", "HF_"))}
    environment |= {"PYTHONPATH": str(wheel), "HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")}
    for arguments, word in (
        (["models", "verify"], "as in the manifest"),
        (["report", "page.txt"], "against"),
    ):
        done = subprocess.run(
            [sys.executable, "-c", NO_NETWORK, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=300,
            encoding="utf-8",
        )
        assert done.returncode == 0, done.stderr
        assert word in done.stdout


def test_documented_programs_with_workers_have_a_guard():
    texts = [path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))]
    programs = [found for text in texts for found in re.findall(r"```python\n(.*?)```", text, re.DOTALL)]
    with_workers = [program for program in programs if re.search(r"\bscore\(|workers=", program)]
    assert with_workers
    for program in with_workers:
        guarded = program.index('if __name__ == "__main__":')
        assert guarded < re.search(r"\bscore\(", program).start()
