"""Patterns for item names, as shells write them."""

from __future__ import annotations

import re
from unicodedata import normalize


def is_pattern(text: str) -> bool:
    """Whether this can match more than one name."""
    return any(character in text for character in "*?[")


def glob_to_regex(pattern: str) -> re.Pattern[str]:
    """`*`, `?` and sets stop at `/`, `**` does not; a pattern without `/` matches at any depth.

    `[a-z]` is a set and `[!a-z]` its opposite; a bracket that is not closed stands for itself.
    Matching does not distinguish case.
    """
    pattern = normalize("NFC", pattern)  # as names are stored
    pieces: list[str] = [] if "/" in pattern else ["(?:.*/)?"]
    position = 0
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if character == "*":
            stars = 1
            while pattern[position : position + 1] == "*":
                stars += 1
                position += 1
            pieces.append(".*" if stars > 1 else "[^/]*")
        elif character == "?":
            pieces.append("[^/]")
        elif character == "[" and (end := pattern.find("]", position + 1 + pattern.startswith("!", position))) > 0:
            pieces.append(_set(pattern[position:end]))
            position = end + 1
        else:
            pieces.append(re.escape(character))
    return re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)


def _set(members: str) -> str:
    """The expression for what stands between brackets. A range that runs backwards has nothing in it."""
    is_negated = members.startswith("!")
    ranges = []
    for first, last in re.findall(r"(?s)(.)(?:-(.))?", members[is_negated:]):
        if first <= (last or first):
            ranges.append(re.escape(first) + ("-" + re.escape(last) if last else ""))
    if not ranges:
        return "[^/]" if is_negated else "(?!)"
    return f"(?!/)[{'^' if is_negated else ''}{''.join(ranges)}]"
