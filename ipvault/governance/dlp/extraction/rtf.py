"""RTF: its text, with what is hidden, deleted, noted and set in headers; pictures and embedded objects are counted.

Source: Rich Text Format (RTF) Specification, version 1.9.1
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipvault.governance.dlp.extraction.limits import MIB, Budget, CannotRead
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import tidy
from ipvault.text import _

MAX_RTF: Final = 32 * MIB
"""Bytes of a file without pictures and objects: it is read a word at a time."""

MAX_GROUPS: Final = 500
"""Groups one in another."""

_TOKEN: Final = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([^\\{}\r\n]+)|[\r\n\\]+", re.DOTALL
)
_SKIPPED: Final = frozenset(
    b"fonttbl colortbl stylesheet listtable listoverridetable rsidtbl themedata colorschememapping datastore "
    b"latentstyles generator xmlnstbl".split()
)
_WORDS: Final = {
    **dict.fromkeys((b"par", b"line", b"row", b"sect", b"page"), "\n"),
    **dict.fromkeys((b"cell", b"tab"), "\t"),
    **dict.fromkeys((b"emdash", b"endash"), "-"),
    **dict.fromkeys((b"lquote", b"rquote"), "'"),
    **dict.fromkeys((b"ldblquote", b"rdblquote"), '"'),
}
_SYMBOLS: Final = {b"~": " ", b"_": "-", b"-": "", b"*": "", b"\n": "\n", b"\r": "\n"}
_PIECE: Final = 8 * 1024


class _Group:
    """What holds inside a pair of braces: whether its text counts, and how many characters follow a Unicode one."""

    __slots__ = ("is_skipped", "replaced")

    def __init__(self, *, is_skipped: bool = False, replaced: int = 1) -> None:
        self.is_skipped = is_skipped
        self.replaced = replaced


def read_rtf(data: bytes, place: str, budget: Budget) -> Iterator[Passage]:
    """The text, a paragraph at a time or several. Raises `CannotRead`."""
    if len(data) > MAX_RTF:
        raise CannotRead(_("it is an RTF file of more than {count} MiB").format(count=MAX_RTF // MIB))
    pieces: list[str] = []
    size = paragraph = 0
    first = 1
    for text in _Reader(data, place, budget).texts():
        pieces.append(text)
        size += len(text)
        if text == "\n":
            paragraph += 1
            if size >= _PIECE:
                yield _passage(pieces, place, first)
                size, first = 0, paragraph + 1
    yield _passage(pieces, place, first)


class _Reader:
    """Reads a file from left to right."""

    def __init__(self, data: bytes, place: str, budget: Budget) -> None:
        self._data = data
        self._place = place
        self._budget = budget
        self._groups = [_Group()]
        self._position = 0
        self._replaced = 0

    def texts(self) -> Iterator[str]:
        """What is written in it; a paragraph ends with a line end of its own. Raises `CannotRead`."""
        while token := _TOKEN.match(self._data, self._position):
            self._position = token.end()
            word, number, code, symbol, brace, plain = token.groups()
            text = ""
            if word is not None:
                text = self._word(word, int(number or 0) if number else None)
            elif plain is not None:
                text = self._shown(plain.decode("cp1252", "replace"))
            elif code is not None:
                text = self._shown(bytes.fromhex(code.decode()).decode("cp1252", "replace"))
            elif symbol is not None:
                text = _SYMBOLS.get(symbol, symbol.decode("latin-1"))
            elif brace is not None:
                self._brace(brace)
            if text and not self._groups[-1].is_skipped:
                yield text

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            if len(self._groups) > MAX_GROUPS:
                raise CannotRead(_("it has groups in groups, more than {count} deep").format(count=MAX_GROUPS))
            outer = self._groups[-1]
            self._groups.append(_Group(is_skipped=outer.is_skipped, replaced=outer.replaced))
        elif len(self._groups) > 1:
            self._groups.pop()

    def _shown(self, text: str) -> str:
        """A text without the characters that only stand in for a Unicode one before."""
        skipped = min(self._replaced, len(text))
        self._replaced -= skipped
        return text[skipped:]

    def _word(self, word: bytes, number: int | None) -> str:
        group = self._groups[-1]
        if word == b"bin":
            self._position += max(0, number or 0)
        elif word == b"u" and number is not None:
            self._replaced = group.replaced
            return chr(number & 0xFFFF)
        elif word == b"uc":
            group.replaced = max(0, 1 if number is None else number)
        elif word in _SKIPPED:
            group.is_skipped = True
        elif word == b"pict":
            group.is_skipped = True
            self._budget.pictures += 1
        elif word == b"objdata":
            group.is_skipped = True
            self._budget.note(self._place, _("an object in it is not read"))
        return _WORDS.get(word, "")


def _passage(pieces: list[str], place: str, paragraph: int) -> Passage:
    text = "".join(pieces).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    pieces.clear()
    return Passage(tidy(text), inside(place, _("from paragraph {number} on").format(number=paragraph)))
