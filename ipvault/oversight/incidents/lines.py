"""Lines of `exposure --jsonl`, as somebody hands them in: which items and packages they are about."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from ipvault.errors import UsageError
from ipvault.text import _

MAX_LINES_FILE: Final = 64 * 1024 * 1024
"""Bytes of a file of lines."""

_ID: Final = re.compile("[0-9a-f]{32}")


class Line(NamedTuple):
    """An item that somebody could have, by a package if that is not empty; both are ids."""

    item: str
    package: str


def parse_lines(data: bytes) -> list[Line]:
    """What the lines name, each once. Raises `UsageError` with the number of the first that is none."""
    if len(data) > MAX_LINES_FILE:
        raise UsageError(problem=_("the lines of the exposure are too many"))
    found: dict[Line, None] = {}
    for number, raw in enumerate(data.split(b"\n"), 1):
        if raw.strip():
            found[_line(raw, number)] = None
    return list(found)


def _line(raw: bytes, number: int) -> Line:
    try:
        content: Any = json.loads(raw)
    except (ValueError, RecursionError):
        content = None
    if isinstance(content, dict):
        item, package = content.get("item"), content.get("package")
        if _is_id(item) and (package is None or _is_id(package)):
            return Line(str(item), str(package or ""))
    raise UsageError(problem=_("line {number} is none of `exposure --jsonl`").format(number=number))


def _is_id(value: object) -> bool:
    return isinstance(value, str) and _ID.fullmatch(value) is not None
