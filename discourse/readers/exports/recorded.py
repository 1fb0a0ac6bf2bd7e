"""Recorded HTTP: HAR files of browsers, and cassettes of VCR and Betamax. Their JSON answers are read.

http://www.softwareishard.com/blog/har-12-spec/ · https://betamax.readthedocs.io/en/latest/cassettes.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping

from discourse.readers.fields import dig, items_of, mapping, string
from discourse.readers.jsonvalues import Broken, parse


def is_recorded(value: Mapping) -> bool:
    """True for a HAR file or a cassette."""
    entries = items_of(dig(value, "log", "entries")) or items_of(value.get("interactions"))
    return bool(entries) and isinstance(mapping(entries[0]).get("response"), Mapping)


def recorded_values(value: Mapping) -> Iterator[object]:
    """The JSON values that servers answered, in order; answers in other forms are passed over."""
    for entry in items_of(dig(value, "log", "entries")) or items_of(value.get("interactions")):
        response = mapping(mapping(entry).get("response"))
        content = mapping(response.get("content") or response.get("body"))
        text = string(content.get("text") or content.get("string") or response.get("body"))
        coded = content.get("base64_string") or (text if content.get("encoding") == "base64" else None)
        if isinstance(coded, str):
            try:
                text = base64.b64decode(coded).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue
        if text.lstrip()[:1] in ("{", "["):
            found = parse(text)
            if not isinstance(found, Broken):
                yield from found if isinstance(found, list) else [found]
