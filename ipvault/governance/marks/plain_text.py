"""Marks in plain text: a line at the end, and characters without width at the ends of some lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.errors import CannotMark
from ipvault.governance.dlp.extraction.limits import CannotRead
from ipvault.governance.dlp.extraction.plain import encoding_of
from ipvault.governance.marks.copies import Copy, codes_in, typed_code
from ipvault.governance.marks.reading import HIDDEN, TEXT, Reading
from ipvault.governance.marks.unseen import unseen, unseen_codes
from ipvault.text import _

_EVERY: Final = 20
"""Lines with something in them, of which the first is marked."""


def mark_text(data: bytes, name: str, copy: Copy) -> bytes:
    """The marked copy, in the same encoding. Raises `CannotMark` for what is not in Unicode."""
    encoding = encoding_of(data) or ""
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        raise CannotMark(name=name, reason=_("it is not text in Unicode")) from None
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in filled[::_EVERY]:
        lines[number] += unseen(copy.code)
    whole = end.join(lines)
    whole += ("" if whole.endswith(end) or not whole else end) + copy.line + end
    return whole.encode(encoding)


def read_text_marks(data: bytes) -> Iterator[Reading]:
    """Every code in the text. Raises `CannotRead`."""
    encoding = encoding_of(data)
    if encoding is None:
        raise CannotRead(_("it is in a form that ipvault does not read"))
    text = data.decode(encoding, "replace")
    found = list(codes_of_text(text, _("the text")))
    yield from found
    if not found and (code := typed_code(text)) is not None:
        yield Reading(TEXT, _("the text"), code)


def codes_of_text(text: str, place: str) -> Iterator[Reading]:
    """Every code in a text, those that people see and those that they do not."""
    for code in codes_in(text):
        yield Reading(TEXT, place, code)
    for code in unseen_codes(text):
        yield Reading(HIDDEN, place, code)
