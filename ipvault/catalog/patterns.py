"""Patterns for item names, as shells write them.

Matching never takes more than the square of a name's length, however many stars a pattern has: what follows a star is
looked for once, from the left, and that place is kept (an atomic group). It is right because nothing that follows
could do better with a later place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import normalize

_STAR, _STARS = "*", "**"


def is_pattern(text: str) -> bool:
    """Whether this can match more than one name."""
    return any(character in text for character in "*?[")


def glob_to_regex(pattern: str) -> re.Pattern[str]:
    """`*`, `?` and sets stop at `/`, `**` does not; a pattern without `/` matches at any depth.

    `[a-z]` is a set and `[!a-z]` its opposite; a bracket that is not closed stands for itself.
    Matching does not distinguish case.
    """
    pattern = normalize("NFC", pattern)  # as names are stored
    first, *others = _split(list(_pieces(pattern)), _STARS)
    if not others:
        anywhere = "" if "/" in pattern else "(?>.*/)?"
        expression = anywhere + _within(first, is_end=True)
    else:
        anywhere = "" if "/" in pattern or not first else "(?:.*?/)??"
        *middle, last = others
        expression = f"(?>{anywhere}{_within(first)})"
        expression += "".join(f"(?>.*?{_within(pieces)})" for pieces in middle)
        expression += f".*{_within(last, is_end=True)}"
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


def _pieces(pattern: str) -> Iterator[str]:
    """One expression for each character that is matched, and the stars between them."""
    position = 0
    while position < len(pattern):
        character = pattern[position]
        position += 1
        if character == "*":
            stars = 1
            while pattern[position : position + 1] == "*":
                stars += 1
                position += 1
            yield _STARS if stars > 1 else _STAR
        elif character == "?":
            yield "[^/]"
        elif character == "[" and (end := pattern.find("]", position + 1 + pattern.startswith("!", position))) > 0:
            yield _set(pattern[position:end])
            position = end + 1
        else:
            yield re.escape(character)


def _split(pieces: list[str], separator: str) -> list[list[str]]:
    """What stands between the separators: one list more than there are of them."""
    parts: list[list[str]] = [[]]
    for piece in pieces:
        if piece == separator:
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def _within(pieces: list[str], *, is_end: bool = False) -> str:
    """The expression for pieces without `**`, which is followed by one or is the end of the pattern."""
    first, *others = ("".join(part) for part in _split(pieces, _STAR))
    last = f"[^/]*{others.pop()}" if is_end and others else ""
    return first + "".join(f"(?>[^/]*?{part})" for part in others) + last


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
