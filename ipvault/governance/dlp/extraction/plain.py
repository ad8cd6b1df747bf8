"""Plain text as it comes: which encoding it has, and lines of it in pieces of moderate length."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from ipvault.governance.dlp.extraction.limits import CannotRead
from ipvault.governance.dlp.extraction.passage import Passage
from ipvault.text import _

PIECE: Final = 128 * 1024
"""Characters of a piece, but for the line that it ends with."""

_LONGEST_LINE: Final = 512 * 1024
_OVERLAP: Final = 1000  # where a line is cut for its length, so that nothing in it is cut in two
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNSEEN: Final = re.compile("[\x00\xad\u200b-\u200f\u2060-\u2064\ufeff]")
_PLAINER: Final = str.maketrans(
    {chr(0xFF00 + code - 0x20): chr(code) for code in range(0x21, 0x7F)}  # full-width forms of ASCII
    | dict.fromkeys("\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")
)
_MAX_CONTROLS: Final = 0.02
_SHORT: Final = 8


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """A byte that is no UTF-8 as Latin-1 has it: older files are written so, or in what is the same for letters."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("ipvault-latin", _as_latin)


def encoding_of(beginning: bytes) -> str | None:
    """The encoding of a text that begins so, or None if it is no text."""
    for bom, encoding in _BOMS:
        if beginning.startswith(bom):
            return encoding
    if (zeros := beginning.count(0)) == 0:
        controls = len(beginning.translate(None, bytes(range(9, 14)) + b"\x1b" + bytes(range(32, 256))))
        return "utf-8" if controls <= len(beginning) * _MAX_CONTROLS else None
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if len(beginning) < _SHORT or zeros < len(beginning) // 4 or min(even, odd) * 10 > max(even, odd):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    controls = len(re.findall("[\x00-\x08\x0e-\x1a\x1c-\x1f\ufffd]", beginning.decode(encoding, "replace")))
    return encoding if controls <= len(beginning) * _MAX_CONTROLS else None


def tidy(text: str) -> str:
    """Text as it is searched: composed accents, no unseen characters, plain spaces and hyphens, no full-width forms."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text)).translate(_PLAINER)


def read_plain(blocks: Iterable[bytes], encoding: str, place: str = "") -> Iterator[Passage]:
    """The text in pieces that end with a line, except in a line that has no end."""
    errors = "ipvault-latin" if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    waiting, length, line = [], 0, 1
    for block in blocks:
        text = decoder.decode(block)
        waiting.append(text)
        length += len(text)
        if length < PIECE or ("\n" not in text and length < _LONGEST_LINE):
            continue
        whole = "".join(waiting)
        end = whole.rfind("\n") + 1 or len(whole)
        onward = end if whole[end - 1] == "\n" else end - _OVERLAP
        yield Passage(tidy(whole[:end]), place, line)
        line += whole.count("\n", 0, onward)
        waiting, length = [whole[onward:]], len(whole) - onward
    if rest := "".join((*waiting, decoder.decode(b"", final=True))):
        yield Passage(tidy(rest), place, line)


def plain_text(data: bytes) -> str:
    """All of a short text. Raises `CannotRead` if it is none."""
    encoding = encoding_of(data)
    if encoding is None:
        raise CannotRead(_("it is in a form that ipvault does not read"))
    errors = "ipvault-latin" if encoding == "utf-8" else "replace"
    return tidy(data.decode(encoding, errors))
