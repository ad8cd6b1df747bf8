"""Elements of HTML and SVG, in which text from anywhere is only ever text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from ipvault.characters import printable

RANGE: Final = "\N{EN DASH}"
"""Between the first and the last of several."""

LONGEST_WORD: Final = 24
"""Characters of the longest word that a column of a table always has room for."""


class Markup(str):
    """Text that is markup already; everything else is escaped."""

    __slots__ = ()


def text(content: str) -> Markup:
    """Words on one line, as they are to be read: nothing in them acts, and what does not show is shown as an escape."""
    return Markup(escape(printable(content)))


def lines(content: str) -> Markup:
    """The same of several lines, in HTML."""
    return Markup("<br>".join(map(text, content.split("\n"))))


def element(name: str, *children: str, **attributes: str | float) -> Markup:
    """An element. Of an attribute's name a last underscore goes, and others are hyphens: `class_`, `stroke_width`."""
    named = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items())
    inside = "".join(child if isinstance(child, Markup) else text(child) for child in children)
    return Markup(f"<{name}{named}>{inside}</{name}>")


def cell(content: str) -> Markup:
    """A cell of a table. Only one with a word that no column is wide enough for is broken anywhere, as a hash is."""
    return element("td", content, **({"class_": "long"} if is_long(content) else {}))


def is_long(content: str) -> bool:
    """Whether it has a word that is broken where a column ends."""
    return any(len(word) > LONGEST_WORD for word in content.split())


def ranges(numbers: Iterable[int], to: str = RANGE) -> str:
    """Numbers in order, in which runs of those that follow each other are drawn together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}{to}{run[-1]}" for run in runs)


def _name(key: str) -> str:
    return key.removesuffix("_").replace("_", "-")


def _value(value: str | float) -> str:
    return escape(printable(value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip("."))
