"""What all tests share: the browser, and a line that says which tests were left out for want of a program."""

import shutil
import sys
from collections import Counter
from types import SimpleNamespace

import pytest

PROGRAMS = {
    "PostgreSQL": "PostgreSQL (Debian package postgresql)",
    "Chromium": "Chromium (Debian package chromium)",
}


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; a test that asks for it is left out where there is none."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip(f"needs {PROGRAMS['Chromium']}")
    api = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    with api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def command(capsys, monkeypatch):
    """Runs `discourse` with arguments in this process: its exit code and what it wrote."""
    from discourse.cli import app, messages

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["discourse", *map(str, arguments)])
        capsys.readouterr()
        try:
            code = messages.run(app)
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=code, stdout=out, stderr=err)

    return run


def pytest_terminal_summary(terminalreporter):
    """One line on the tests that were left out."""
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    missing = Counter(text for word, text in PROGRAMS.items() for reason in reasons if word in reason)
    if missing:
        parts = [f"{count} that need {text}" for text, count in missing.items()]
        terminalreporter.write_line(f"Tests left out, since it is not here: {', '.join(parts)}")
