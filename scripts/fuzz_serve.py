"""Schemathesis over the service's OpenAPI with the bundled models: no fault, no answer but the described ones.

    python scripts/fuzz_serve.py [--minutes 10]

Exit code 1 where there was one, or where memory at the end is far above that at the start.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from load_serve import Service

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


def main() -> int:
    """Runs it; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        service = Service(None, "--suggestions", f"{work}/suggestions.jsonl")
        before = service.memory()
        command = [
            sys.executable,
            "-m",
            "schemathesis.cli",
            "run",
            f"http://127.0.0.1:{service.port}/openapi.json",
        ]
        command += ["--phases", "examples,coverage,fuzzing", "--max-time", str(round(60 * arguments.minutes))]
        command += ["--checks", CHECKS, "--suppress-health-check", "all", "--continue-on-failure"]
        command += ["--warnings", "off", "--generation-database", "none"]
        done = subprocess.run(command, cwd=work)
        after = service.memory()
        service.stop()
    print(f"memory: {before:.0f} MB before, {after:.0f} MB after")
    return int(done.returncode != 0 or after > 1.3 * before + 100)


if __name__ == "__main__":
    sys.exit(main())
