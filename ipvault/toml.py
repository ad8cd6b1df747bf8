"""TOML from anybody, read in a time that grows with its size, whatever its author had in mind.

The parser of the standard library takes time and memory that grow with the square of the parts of a dotted key, calls
itself for each level of nesting, and takes integers of any size. So what no file of ours has is refused before it.

Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from typing import Any, Final

from ipvault.errors import FormatTooNew
from ipvault.text import _

MAX_DEPTH: Final = 8
"""Dots in a key, and arrays and tables one in another."""

MAX_BITS: Final = 128
"""Of an integer: twice what TOML asks of a reader, and few enough to be written out in an error."""

# No choice within what is repeated: Python before 3.11.5 loses its place there (python/cpython#106052). A string that
# is not closed reaches as far as the parser would read.
_TOKEN: Final = re.compile(
    r'"""[^"\\]*+(?:\\.[^"\\]*+)*+(?:"(?!"")[^"\\]*+(?:\\.[^"\\]*+)*+)*+(?:"{3,5})?'
    r"|'''[^']*+(?:'(?!'')[^']*+)*+(?:'{3,5})?"
    r'|"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[.=,\n\[\]{}]",
    re.DOTALL,
)


def parse_toml(data: bytes) -> dict[str, Any]:
    """The document.

    Raises ValueError for what is not TOML, goes deeper than MAX_DEPTH, or has an integer of more than MAX_BITS.
    """
    text = data.decode()
    if not _is_shallow(text):
        raise ValueError(f"a key has more than {MAX_DEPTH} dots, or values are nested deeper than that")
    document = tomllib.loads(text)
    if not _has_small_integers(document):
        raise ValueError(f"an integer has more than {MAX_BITS} bits")
    return document


def parse_versioned(data: bytes, place: str, supported: int) -> dict[str, Any]:
    """What stands in the file at `place` besides its `format`, if that is the one which is supported.

    Raises `FormatTooNew`, and ValueError for what is no TOML or has no such number.
    """
    document = parse_toml(data)
    found = document.pop("format", None)
    if type(found) is not int or found < supported:
        raise ValueError("not the number of a format")
    if found > supported:
        raise FormatTooNew(place=place, found=found, supported=supported)
    return document


def parse_limited(data: bytes, place: str, supported: int, *, most: int, keys: Collection[str]) -> dict[str, Any]:
    """The same of a file of at most so many bytes, in which nothing but `keys` may stand. Raises the same."""
    if len(data) > most:
        raise ValueError(_("it is larger than {count} bytes").format(count=most))
    document = parse_versioned(data, place, supported)
    if unknown := document.keys() - keys:
        raise ValueError(_("{key} is not known here").format(key=min(unknown)))
    return document


def _is_shallow(text: str) -> bool:
    """Whether the parser will see no deeper key or value. Where the text is not TOML, it stops there, and so may this.

    Between two of `=`, `,`, brackets and line ends stands one key or one value, and a value has no dot but one.
    """
    depth = dots = 0
    for token in _TOKEN.findall(text):
        match token[0]:
            case ".":
                dots += 1
            case "[" | "{":
                dots, depth = 0, depth + 1
            case "]" | "}":
                dots, depth = 0, depth - 1
            case "=" | "," | "\n":
                dots = 0
        if max(dots, depth) > MAX_DEPTH:
            return False
    return True


def _has_small_integers(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_has_small_integers, value.values()))
    if isinstance(value, list):
        return all(map(_has_small_integers, value))
    return not isinstance(value, int) or value.bit_length() <= MAX_BITS
