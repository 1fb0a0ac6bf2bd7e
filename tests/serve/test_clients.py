"""Clients written for Perspective API, unchanged but for the address."""

import json
import os
import re
import shutil
import subprocess

import pytest
from googleapiclient import discovery
from googleapiclient.errors import HttpError
from serve_stubs import number
from serving import ANALYZE, ROOT, SUGGEST
from typer.testing import CliRunner

from discourse.cli import app

TEXT = "you empty-headed animal food trough wiper!"


@pytest.fixture
def google(served):
    with discovery.build(
        "commentanalyzer",
        "v1alpha1",
        developerKey="any",
        discoveryServiceUrl=f"{served.address}/$discovery/rest?version=v1alpha1",
        static_discovery=False,
    ) as client:
        yield client


def test_googles_python_client_gets_scores(google):
    body = {"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}, "INSULT": {}}}
    answer = google.comments().analyze(body=body | {"languages": ["en"], "clientToken": "t"}).execute()
    for name in ("TOXICITY", "INSULT"):
        value = answer["attributeScores"][name]["summaryScore"]["value"]
        assert value == pytest.approx(number(name.lower(), TEXT), abs=1e-6)
    assert answer["clientToken"] == "t"


def test_googles_python_client_sends_suggestions(google):
    scores = {"TOXICITY": {"summaryScore": {"value": 0}}}
    body = {"comment": {"text": TEXT}, "attributeScores": scores, "clientToken": "comment-53922"}
    assert google.comments().suggestscore(body=body).execute() == {"clientToken": "comment-53922"}


def test_googles_python_client_raises_its_own_errors(google):
    body = {"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["om"]}
    with pytest.raises(HttpError) as caught:
        google.comments().analyze(body=body).execute()
    assert caught.value.resp.status == 400
    assert "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE" in str(caught.value)  # as programs look for it
    assert caught.value.reason == "Attribute TOXICITY does not support request languages: om"


def test_the_description_can_be_had_at_googles_other_address_too(served):
    _, _, one = served.ask("GET", "/discovery/v1/apis/commentanalyzer/v1alpha1/rest")
    _, _, other = served.ask("GET", "/$discovery/rest?version=v1alpha1")
    assert one == other
    assert one["rootUrl"] == f"{served.address}/"


def test_the_guide_runs(served):
    guide = (ROOT / "docs" / "perspective.md").read_text(encoding="utf-8")
    guide = guide.replace("http://127.0.0.1:8000", served.address)
    (program,) = re.findall(r"```python\n(.*?)```", guide, re.S)
    names: dict = {}
    exec(compile(program, "perspective.md", "exec"), names)
    value = names["answer"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
    assert value == pytest.approx(number("toxicity", "friendly greetings"), abs=1e-6)
    calls = re.findall(r"curl http://[^/]+(/\S+) -d '(.*?)'\n", guide, re.S)
    assert len(calls) == 2
    for path, body in calls:
        status, _, answer = served.ask("POST", path, body.encode())
        assert status == 200, answer
    ours = re.sub(r"`scripts/[^`]*`", "", guide)
    options = set(re.findall(r"--[a-z][a-z-]+", ours)) - {"--fit-threshold"}
    report = CliRunner().invoke(app, ["report", "--help"], env={"COLUMNS": "200"}).output
    assert "--toxicity-threshold" in report and "--toxicity-threshold" in options
    options -= {"--toxicity-threshold"}
    shown = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200"}).output
    assert not {option for option in options if option not in shown}


def test_requests_as_coral_writes_them(served):
    analyze = {"comment": {"text": TEXT}, "doNotStore": True, "requestedAttributes": {"TOXICITY": {}}}
    status, _, answer = served.ask("POST", f"{ANALYZE}?key=any", analyze | {"languages": ["en"]})
    assert (status, list(answer["attributeScores"])) == (200, ["TOXICITY"])
    suggest = {
        "comment": {"text": TEXT},
        "context": {
            "entries": [{"text": json.dumps({"url": "https://news.example", "Coral_comment_id": "1"})}]
        },
        "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}},
        "languages": ["en"],
        "communityId": "Coral:https://news.example",
        "clientToken": "comment:1",
    }
    status, _, answer = served.ask("POST", f"{SUGGEST}?key=any", suggest)
    assert (status, answer) == (200, {"clientToken": "comment:1"})


PROGRAM = """
require('axios').interceptors.request.use(request => {
  request.url = request.url.replace('https://commentanalyzer.googleapis.com', process.env.ADDRESS);
  return request;
});
const Perspective = require('perspective-api-client');
const perspective = new Perspective({apiKey: 'any'});
(async () => {
  const plain = await perspective.analyze('<b>' + process.env.TEXT + '</b>', {attributes: ['toxicity', 'insult']});
  const error = await perspective.analyze('   ').catch(e => e);
  console.log(JSON.stringify({plain, error: {name: error.name, message: error.message}}));
})();
"""


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    """A folder with the npm client, as it was released."""
    if not shutil.which("npm"):
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("npm")
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "perspective-api-client@3.1.0"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, encoding="utf-8", timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("npm does not get an answer")
    if done.returncode:
        pytest.skip(f"npm cannot install the client: {done.stderr.strip()[:200]}")
    (folder / "program.js").write_text(PROGRAM, encoding="utf-8")
    return folder


def test_the_npm_client_gets_scores(served, javascript):
    environment = {"ADDRESS": served.address, "TEXT": TEXT, "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["node", "program.js"],
        cwd=javascript,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    for name in ("TOXICITY", "INSULT"):
        value = said["plain"]["attributeScores"][name]["summaryScore"]["value"]
        assert value == pytest.approx(number(name.lower(), TEXT), abs=1e-6)
    assert said["error"] == {"name": "ResponseError", "message": "Comment must be non-empty."}
