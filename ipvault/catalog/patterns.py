"""Patterns for item names, as shells write them."""

from __future__ import annotations

import re


def is_pattern(text: str) -> bool:
    """Whether this can match more than one name."""
    return any(character in text for character in "*?[")


def glob_to_regex(pattern: str) -> re.Pattern[str]:
    """`*` and `?` stop at `/`, `**` does not, `[...]` is a set; a pattern without `/` matches at any depth.

    Matching does not distinguish case.
    """
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
        elif character == "[" and (end := pattern.find("]", position + 1)) > 0:
            members = pattern[position:end].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            pieces.append("[^" + members[1:] + "]" if members.startswith("!") else f"[{members}]")
            position = end + 1
        else:
            pieces.append(re.escape(character))
    return re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)
