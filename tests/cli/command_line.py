"""The command as a user starts it, for the tests of this folder."""

import os
import subprocess
import sys


def discourse(*arguments, stdin=b"", **environment):
    """Runs `discourse` with these arguments; what it printed comes as bytes."""
    return subprocess.run(
        [sys.executable, "-m", "discourse", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
        timeout=300,
    )
