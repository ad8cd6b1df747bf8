"""Canonical JSON: RFC 8785 on the part of JSON that the journal uses.

Values are text, integers of at most 53 bits, booleans, null, and lists and objects of those with ASCII keys: no floats.
On that domain the standard library's encoder with these settings writes exactly RFC 8785, many times faster than a
general implementation; the tests hold it against one.
"""

from __future__ import annotations

import json
from typing import Final

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

MAX_INTEGER: Final = 2**53 - 1

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: JsonValue) -> bytes:
    """`value` as RFC 8785 UTF-8. Raises UnicodeEncodeError for text with lone surrogates."""
    return _encode(value).encode()
