"""The gate before every request, by itself: whose rate it is, which pages may ask, when a key ends."""

from discourse.serve.errors import ApiError
from discourse.serve.keys import Keys, new_key
from discourse.serve.limits import Gate
from discourse.serve.metrics import Metrics
from discourse.serve.settings import ServeSettings

ANALYZE = "/v1alpha1/comments:analyze"


def code(gate, **headers):
    """How a request is refused; 0 where it is let through."""
    given = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": ANALYZE, "client": ("192.0.2.1", 5), "headers": given}
    try:
        gate._check(scope, ANALYZE)
    except ApiError as error:
        return error.code
    return 0


def test_each_key_has_a_rate_of_its_own_wherever_it_asks_from(tmp_path):
    file = tmp_path / "keys"
    ann, bob = new_key(file, "ann"), new_key(file, "bob")
    gate = Gate(None, ServeSettings(rate=0.01), Keys(file), Metrics())
    assert [code(gate, x_goog_api_key=key) for key in (ann, ann, bob, bob)] == [0, 429, 0, 429]


def test_an_origin_is_allowed_whole_or_not_at_all():
    gate = Gate(None, ServeSettings(origins=["https://news.example"]), None, Metrics())
    for origin, wanted in (
        ("https://news.example", 0),
        ("https://news.example.evil.test", 403),
        ("https://news.example:444", 403),
        ("http://news.example", 403),
        ("https://evil.test/https://news.example", 403),
    ):
        assert code(gate, host="localhost:8000", origin=origin) == wanted, origin
    assert code(gate, host="localhost:8000", origin="http://localhost:8000") == 0
    assert code(gate, host="localhost:8000", origin="http://evil.localhost:8000") == 403


def test_a_key_that_another_of_the_same_length_replaces_is_withdrawn(tmp_path):
    file = tmp_path / "keys"
    first = new_key(file, "ann")
    keys = Keys(file)
    second = new_key(tmp_path / "other", "ann")
    (tmp_path / "other").replace(file)
    assert (keys.name_of(first), keys.name_of(second)) == (None, "ann")
