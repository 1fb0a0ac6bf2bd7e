"""Numbers that JSON parsers cannot digest: put right outside of texts, wherever the chunks are cut."""

import json
import random

import pytest

from discourse.readers.jsonvalues import _build, _from_large
from discourse.readers.numbers import digestible, load_json

LONG, FAR = "9" * 5000, "1e99999999999999999999"
WAS_AND_IS = [
    (LONG, f' "{LONG}" '), (f"-{LONG}", f' "-{LONG}" '), ("9" * 700, "9" * 700), ("NaN", " null "), ("Infinity", " 1e999 "), ("-Infinity", " -1e999 "),
    ("1e99999999999999999", " 1e999 "), ("-1.5E+99999999999999999", " -1e999 "), ("2e-99999999999999999", " 0.0 "), ("-0e99999999999999999", " -0.0 "),
    ("1.5e300", "1.5e300"), ("-0.0", "-0.0"), ("true", "true"), (f'"NaN {LONG} \\" -Infinity"', f'"NaN {LONG} \\" -Infinity"'), ('"\\\\"', '"\\\\"'), ('""', '""'),
]  # fmt: skip


@pytest.mark.parametrize(("was", "wanted"), WAS_AND_IS)
def test_each_number_alone(was, wanted):
    assert b"".join(digestible([f'["x", {was}]'.encode()])).decode() == f'["x", {wanted}]'


def test_wherever_the_chunks_are_cut():
    rng = random.Random(1)
    for _ in range(300):
        pairs = [rng.choice(WAS_AND_IS) for _ in range(6)]
        data = ",".join(was for was, _ in pairs).encode()
        cuts = sorted(rng.randrange(len(data)) for _ in range(rng.randrange(30)))
        parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        found = list(digestible(parts))
        assert b"".join(found).decode() == ",".join(wanted for _, wanted in pairs)
        assert all(found), "an empty chunk would be taken for the end"


@pytest.mark.parametrize("before", ["", "-", "0", "00"])
@pytest.mark.parametrize(
    "behind",
    [
        "",
        "x",
        "x]",
        ".",
        ".x",
        "e",
        "e+",
        "-",
        " 1",
        "_",
        "true",
        '"',
        "\\",
        "\x00",
        "\u00e9",
        FAR,
        f"0{FAR}",
        "-Infinity",
        "NaN",
    ],
)
def test_a_number_in_damaged_json_ends_no_process(before, behind):
    for number in (LONG, FAR, f"0E+{LONG}", f"{LONG}e{LONG}"):
        for start in ("", "[", "[1,", '{"a":', '{"a":[{"b":"c","d":'):
            data = f"{start}{before}{number}{behind}".encode()
            _build(data)
            list(_from_large(iter([data[:30], data[30:]])))
            list(_from_large(iter([b'{"a":1}', data])))


def test_a_number_without_an_end_is_not_held_and_a_text_without_an_end_goes_on():
    with pytest.raises(ValueError, match="a number of more than"):
        list(digestible(iter([b"[", *[b"9" * 100_000] * 20])))
    assert sum(map(len, digestible([b'["', *[b"9" * 100_000] * 20]))) == 2_000_002


def test_a_whole_number_is_an_int_or_its_digits():
    assert load_json(f"[12, {LONG}, -0.5]") == [12, LONG, -0.5]
    for broken in ("[", "", f"[{LONG}"):
        with pytest.raises(json.JSONDecodeError):
            load_json(broken)
