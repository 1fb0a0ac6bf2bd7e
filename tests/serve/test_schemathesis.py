"""Schemathesis against the described routes: whatever is sent, no fault and no answer but the described ones.

`make fuzz` does the same for ten minutes against the bundled models.
"""

import importlib.util
import os
import subprocess
import sys

import pytest
from serving import stubs

SECONDS = 6
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


@pytest.mark.skipif(not importlib.util.find_spec("schemathesis"), reason="schemathesis is not installed")
def test_nothing_that_is_sent_makes_a_fault(tmp_path):
    service = stubs(suggestions=str(tmp_path / "suggestions.jsonl"))
    try:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.address}/openapi.json"]
        command += ["--phases", "examples,coverage,fuzzing", "--max-time", str(SECONDS), "--checks", CHECKS]
        command += ["--suppress-health-check", "all", "--warnings", "off", "--generation-database", "none"]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=180, env=os.environ | {"COLUMNS": "160"}
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
        assert service.analyze("still there")[0] == 200
    finally:
        said, code = service.stop()
    assert code == 0, said
    assert "Traceback" not in said
