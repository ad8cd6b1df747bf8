"""Pieces of text, each with the place where somebody finds it again."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.text import _


class Passage(NamedTuple):
    """Text from one place: a page, a paragraph, a cell. Where lines count, `line` is the first one's number, else 0."""

    text: str
    place: str = ""
    line: int = 0

    def place_at(self, offset: int) -> str:
        """The place of a character."""
        if not self.line:
            return self.place
        return inside(self.place, _("line {number}").format(number=self.line + self.text.count("\n", 0, offset)))


def inside(outer: str, inner: str) -> str:
    """A place in a place."""
    return f"{outer}, {inner}" if outer and inner else outer or inner
