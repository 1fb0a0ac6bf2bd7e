"""What tests of the service share."""

import pytest
from serving import stubs


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    """A service of stub taggers that all tests may ask and none may stop."""
    file = tmp_path_factory.mktemp("serve") / "suggestions.jsonl"
    service = stubs(suggestions=str(file), check_language=True)
    yield service
    said, code = service.stop()
    assert code == 0, said


@pytest.fixture
def start():
    """Starts services that end with the test."""
    started = []

    def begin(*arguments, **settings):
        started.append(stubs(*arguments, **settings))
        return started[-1]

    yield begin
    for service in started:
        if service.process.poll() is None:
            service.kill()
