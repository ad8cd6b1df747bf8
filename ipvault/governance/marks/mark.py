"""Marking a copy, and finding what marks a file has, whatever kind of file it is."""

from __future__ import annotations

from typing import Final

from ipvault.errors import CannotMark, CannotReadMarks
from ipvault.governance.dlp.extraction.kinds import BEGINNING, Kind, kind_of
from ipvault.governance.dlp.extraction.limits import MAX_DOCUMENT, MIB, CannotRead
from ipvault.governance.marks.copies import Copy
from ipvault.governance.marks.docx import mark_docx, read_docx_marks
from ipvault.governance.marks.pdf import mark_pdf, read_pdf_marks
from ipvault.governance.marks.pictures import mark_picture, read_picture_marks
from ipvault.governance.marks.plain_text import mark_text, read_text_marks
from ipvault.governance.marks.reading import Reading
from ipvault.text import _


def mark(data: bytes, name: str, copy: Copy) -> bytes:
    """The copy of a file that says whose copy it is, in the same format; the same for the same arguments.

    Raises `CannotMark`.
    """
    marker = _MARKERS.get(kind_of(data[:BEGINNING], name))
    if marker is None:
        raise CannotMark(name=name, reason=_("ipvault cannot mark files of this kind"))
    if len(data) > MAX_DOCUMENT:
        raise CannotMark(name=name, reason=_too_large())
    return marker(data, name, copy)


def read_marks(data: bytes, name: str) -> list[Reading]:
    """Every code that a file has, channel by channel. Raises `CannotReadMarks` for what cannot be read at all."""
    reader = _READERS.get(kind_of(data[:BEGINNING], name))
    try:
        if reader is None:
            raise CannotRead(_("ipvault puts no marks into files of this kind"))
        if len(data) > MAX_DOCUMENT:
            raise CannotRead(_too_large())
        return list(reader(data))
    except CannotRead as error:
        raise CannotReadMarks(name=name, reason=str(error)) from None


def _too_large() -> str:
    return _("it is larger than {count} MiB").format(count=MAX_DOCUMENT // MIB)


_MARKERS: Final = {
    Kind.PDF: mark_pdf,
    Kind.PICTURE: mark_picture,
    Kind.ZIP: mark_docx,
    Kind.PLAIN: mark_text,
}
_READERS: Final = {
    Kind.PDF: read_pdf_marks,
    Kind.PICTURE: read_picture_marks,
    Kind.ZIP: read_docx_marks,
    Kind.PLAIN: read_text_marks,
}
