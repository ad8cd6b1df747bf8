"""HTML: all that is written in it, seen on the page or not, comments, scripts and attributes included.

Not with the parser of the standard library: that searches the same text again for each piece that it is fed, so that an
open comment costs the square of its length. Here every character is passed once, and what is malformed is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from ipvault.governance.dlp.extraction.passage import Passage
from ipvault.governance.dlp.extraction.plain import PIECE, plain_text, tidy

_TAG: Final = re.compile(r"<(?:!--|[/!?]?[A-Za-z])")
_NAME: Final = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,20})")
_VALUE: Final = re.compile(r"=\s{0,9}(?:\"([^\"]*+)\"?|'([^']*+)'?|([^\s\"'>]++))")
_INLINE: Final = re.compile(
    "a|abbr|b|bdi|bdo|big|cite|code|em|font|i|ins|del|kbd|label|mark|q|s|samp|small|span|strike|strong|sub|sup|tt|u|var|wbr"
)


def read_html(data: bytes, place: str) -> Iterator[Passage]:
    """The text, in pieces. Raises `CannotRead` where it is no text at all."""
    source = plain_text(data)
    pieces: list[str] = []
    size, first, line = 0, 1, 1
    for start, end, text in _pieces(source):
        pieces.append(text)
        size += len(text)
        line += (breaks := source.count("\n", start, end))
        if (missing := breaks - text.count("\n")) > 0:
            pieces.append("\n" * missing)
        if size >= PIECE:
            yield Passage(tidy("".join(pieces)), place, first)
            pieces.clear()
            size, first = 0, line
    yield Passage(tidy("".join(pieces)), place, first)


def _pieces(source: str) -> Iterator[tuple[int, int, str]]:
    """Where each text and each tag stands, and what is written in it.

    What is written in a comment in the middle of a text comes with the next tag that ends a word, so that no comment
    divides one.
    """
    place = 0
    is_amid = False
    comments: list[str] = []
    while tag := _TAG.search(source, place):
        start = tag.start()
        is_amid |= not source[place:start].isspace() and place < start
        yield from _text(source, place, start)
        closing = "-->" if tag[0] == "<!--" else ">"
        end = source.find(closing, start)
        if end < 0:
            place = start
            break
        place = end + len(closing)
        inner = source[start:place]
        if tag[0] != "<!--" and inner[1] not in "!?":
            written = _written(inner)
            if written:
                written += "".join(comments)
                comments.clear()
                is_amid = False
            yield start, place, written
        elif is_amid and not (source[start - 1] == "\n" == source[place : place + 1]):  # on lines of its own it is text
            comments.append(f" {unescape(inner.strip('<!->?'))} ".replace("\n", " "))
        else:
            yield start, place, f" {unescape(inner.strip('<!->?'))} "
    yield from _text(source, place, len(source))
    if comments:
        yield len(source), len(source), "".join(comments)


def _text(source: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    for begin in range(start, end, PIECE):
        stop = min(begin + PIECE, end)
        yield begin, stop, unescape(source[begin:stop])


def _written(tag: str) -> str:
    """The values of a tag's attributes; a space where the tag ends a word."""
    values = " ".join(unescape("".join(value)) for value in _VALUE.findall(tag))
    name = _NAME.match(tag)
    if not values and name is not None and _INLINE.fullmatch(name[1].lower()):
        return ""
    return f" {values} "
