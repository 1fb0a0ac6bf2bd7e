"""A service in a process of its own, and a client that shows answers as they are."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ANALYZE = "/v1alpha1/comments:analyze"
SUGGEST = "/v1alpha1/comments:suggestscore"


class Served:
    """The service; `stop` asks it to end, `kill` does not ask."""

    def __init__(self, command):
        environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}"}
        self.process = subprocess.Popen(
            command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        self.lines = []
        for line in self.process.stderr:
            self.lines.append(line)
            if found := re.search(r"serving on http://[^ ]*:(\d+)/", line):
                self.port = int(found[1])
                return
        raise AssertionError("".join(self.lines) or "it ended without a word")

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def ask(self, method, path, body=None, headers=None, timeout=60):
        """Status, headers and JSON (or text) of an answer; `body` is sent as JSON, bytes as they are."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        is_json = answer.headers.get_content_type() == "application/json"
        return answer.status, answer.headers, json.loads(text) if is_json else text

    def analyze(self, text, *attributes, key=None, timeout=60, **more):
        wanted = {name: {} for name in attributes or ("TOXICITY",)}
        body = {"comment": {"text": text}, "requestedAttributes": wanted} | more
        return self.ask("POST", ANALYZE + (f"?key={key}" if key else ""), body, timeout=timeout)

    def memory(self):
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    def stop(self):
        """Ends it; gives what it said and its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        out, rest = self.process.communicate(timeout=60)
        return "".join(self.lines) + rest, self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.communicate(timeout=60)


def stubs(seconds=0.0, **settings):
    """A service of stub taggers on a free port."""
    settings = {"port": 0, "check_language": False} | settings
    return Served([sys.executable, str(HERE / "serve_stubs.py"), json.dumps(settings), str(seconds)])
