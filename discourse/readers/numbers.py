"""Numbers of JSON that its parsers cannot digest, put so that they can.

Python makes no whole number of more than 4300 digits out of text, and the C parser of ijson (to 3.6) ends the
process there; ijson fails at exponents beyond those of Decimal; it knows neither NaN nor Infinity, which
Python writes. Such a whole number becomes a text with the same digits, the others what the standard parser
makes of them. Everything else is left byte for byte as it is.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from math import isfinite

_MOST = 1 << 20  # characters of a number
_DIGITS = sys.int_info.str_digits_check_threshold  # so many can always be read, however Python is set up
_EXPONENT = 17  # digits; Decimal takes fewer in any number
_WORD = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.+-\\"
_FLAT = bytes.maketrans(b"123456789E", b"000000000e")
# Numbers are cut off as a parser cuts them off, whatever comes behind: it may take one before it sees the damage.
_TOKEN = re.compile(
    rb'"(?:[^"\\]++|\\.)*+"?|-?(?:0|[1-9][0-9]*+)(\.[0-9]++)?(?:[eE][+-]?([0-9]++))?|-?Infinity|NaN',
    re.DOTALL,
)
_NAMED = {b"NaN": b"null", b"Infinity": b"1e999", b"-Infinity": b"-1e999"}


def load_json(text: str) -> object:
    """One JSON value; whole numbers that Python does not read as text.

    Raises:
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply for the standard parser.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return json.loads(text, parse_int=_int_or_text)


def _int_or_text(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:
        return digits


def digestible(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks of a JSON document, none of them empty, with numbers that ijson can read.

    Raises:
        ValueError: a number goes on for more than a million characters over several chunks.
    """
    inside, held = False, b""  # in a string where `held` begins
    for chunk in chunks:
        data = held + chunk
        done = data.rstrip(_WORD)
        ends_inside = inside ^ _is_odd(done)
        if ends_inside:
            done = data[: len(data) - (len(data) - len(data.rstrip(b"\\"))) % 2]
        held = data[len(done) :]
        if len(held) > _MOST:
            raise ValueError(f"a number of more than {_MOST:,} characters")
        if done:
            yield _put_right(done, inside)
        inside = ends_inside
    if held:
        yield _put_right(held, inside)


def _is_odd(data: bytes) -> bool:
    """True where strings are opened once more than closed, or the other way round."""
    return bool(data.replace(b"\\\\", b"").replace(b'\\"', b"").count(b'"') % 2)


def _put_right(data: bytes, inside: bool) -> bytes:
    if not _is_suspect(data):
        return data
    opened = b'"' if inside else b""
    return _TOKEN.sub(_token, opened + data)[len(opened) :]


def _is_suspect(data: bytes) -> bool:
    """False where no number can need any care; much faster than to look at each."""
    if b"NaN" in data or b"Infinity" in data:
        return True
    flat = data.translate(_FLAT, b"+-")
    return b"0" * _DIGITS in flat or b"e" + b"0" * _EXPONENT in flat


def _token(found: re.Match[bytes]) -> bytes:
    token = found.group()
    if token[:1] == b'"':
        return token
    put = _NAMED.get(token) or _put_for(token, *found.groups())
    return b" %s " % put if put else token  # apart from what stands beside it, else both make another number


def _put_for(token: bytes, fraction: bytes | None, exponent: bytes | None) -> bytes | None:
    """What stands for a number that ijson cannot read; None for one that it can."""
    if fraction is exponent is None and len(token) > _DIGITS:
        return None if isinstance(_int_or_text(token.decode()), int) else b'"%s"' % token
    if exponent is not None and len(exponent) >= _EXPONENT:
        number = float(token)
        return repr(number).encode() if isfinite(number) else b"-1e999" if number < 0 else b"1e999"
    return None
