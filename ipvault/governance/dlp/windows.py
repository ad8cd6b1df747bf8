"""Text in windows of a size that is quick to search, which overlap so that nothing is cut in two."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from ipvault.governance.dlp.extraction.passage import Passage
from ipvault.governance.dlp.rules.pattern import MAX_BESIDE, MAX_MATCH
from ipvault.governance.dlp.rules.reading import MAX_WITHIN

SIZE: Final = 256 * 1024
"""Characters that are new in a window, roughly."""

BEHIND: Final = MAX_WITHIN + MAX_BESIDE
"""Characters before a match that can have a say."""

AHEAD: Final = MAX_MATCH + MAX_WITHIN + MAX_BESIDE
"""Characters from the beginning of a match on that can have a say, itself included."""


class Window(NamedTuple):
    """A text in which matches count that begin at `start` or later and before `end`.

    What is new in it since the window before begins at `fresh`. `passages` begin at `offsets`.
    """

    text: str
    start: int
    end: int
    fresh: int
    passages: list[Passage]
    offsets: list[int]

    def place_at(self, offset: int) -> str:
        """The place of a character."""
        index = bisect_right(self.offsets, offset) - 1
        return self.passages[index].place_at(offset - self.offsets[index])


def windows(passages: Iterable[Passage]) -> Iterator[Window]:
    """Passages, one after the other with a line end between, in windows."""
    held: list[Passage] = []
    length = start = fresh = 0
    for passage in chain.from_iterable(map(_pieces, passages)):
        held.append(passage)
        length += len(passage.text) + 1
        if length - fresh < SIZE:
            continue
        window = _window(held, start, fresh, last=False)
        yield window
        cut = max(0, window.end - BEHIND)
        held = _rest(window, cut)
        length = fresh = sum(len(one.text) + 1 for one in held)
        start = window.end - cut
    if held:
        yield _window(held, start, fresh, last=True)


def _pieces(passage: Passage) -> Iterator[Passage]:
    """A passage, or if it is a very long one its parts, which overlap: what is in two is counted twice, never lost."""
    start = line = 0
    while len(passage.text) - start > 2 * SIZE:
        cut = start + SIZE
        yield Passage(passage.text[start:cut], passage.place, passage.line + line if passage.line else 0)
        line += passage.text.count("\n", start, cut - MAX_MATCH)
        start = cut - MAX_MATCH
    yield (
        passage
        if not start
        else Passage(passage.text[start:], passage.place, passage.line + line if passage.line else 0)
    )


def _window(held: list[Passage], start: int, fresh: int, *, last: bool) -> Window:
    offsets, length = [], 0
    for passage in held:
        offsets.append(length)
        length += len(passage.text) + 1
    text = "\n".join([*(passage.text for passage in held), ""])
    return Window(text, start, length if last else max(start, length - AHEAD), fresh, held, offsets)


def _rest(window: Window, cut: int) -> list[Passage]:
    """What stands from `cut` on, each piece with its place."""
    first = bisect_right(window.offsets, cut) - 1
    passage, inner = window.passages[first], cut - window.offsets[first]
    line = passage.line + passage.text.count("\n", 0, inner) if passage.line else 0
    return [Passage(passage.text[inner:], passage.place, line), *window.passages[first + 1 :]]
