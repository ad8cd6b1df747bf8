"""The text of any document: who reads which kind, and what is said where nobody does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ipvault.governance.dlp.extraction.kinds import BEGINNING, Kind, kind_of
from ipvault.governance.dlp.extraction.limits import Budget, CannotRead, TooMuch
from ipvault.governance.dlp.extraction.passage import Passage
from ipvault.governance.dlp.extraction.plain import encoding_of, read_plain
from ipvault.text import _


def extract(data: bytes, name: str, place: str, budget: Budget) -> Iterator[Passage]:
    """The text of a document called `name`. What has none is noted in the budget. Raises `TooMuch`."""
    try:
        with budget.deeper():
            yield from _read(data, name, place, budget)
    except TooMuch:
        raise
    except CannotRead as problem:
        budget.note(place, str(problem))


def extract_file(data: bytes, name: str, place: str, budget: Budget) -> Iterator[Passage]:
    """The same for a file that is in another document, whose content the vault may know."""
    budget.files.append((hashlib.sha256(data).hexdigest(), place))
    return extract(data, name, place, budget)


def _read(data: bytes, name: str, place: str, budget: Budget) -> Iterator[Passage]:
    match kind_of(data[:BEGINNING], name):
        case Kind.PLAIN:
            yield from read_plain([data], encoding_of(data[:BEGINNING]) or "utf-8", place)
        case Kind.HTML:
            from ipvault.governance.dlp.extraction.web_page import read_html

            yield from read_html(data, place)
        case Kind.RTF:
            from ipvault.governance.dlp.extraction.rtf import read_rtf

            yield from read_rtf(data, place, budget)
        case Kind.MAIL:
            from ipvault.governance.dlp.extraction.mail import read_mail

            yield from read_mail(data, place, budget)
        case Kind.ZIP:
            from ipvault.governance.dlp.extraction.archive import read_archive

            yield from read_archive(data, place, budget)
        case Kind.PDF:
            from ipvault.governance.dlp.extraction.pdf import read_pdf

            yield from read_pdf(data, place, budget)
        case Kind.PICTURE:
            budget.pictures += 1
            if not place:
                raise CannotRead(_("it is a picture, and what it shows is not read"))
        case Kind.OLD_OFFICE:
            raise CannotRead(
                _("it is an Office file of the old form, or has a password; save it as DOCX, XLSX or PPTX")
            )
        case Kind.UNKNOWN:
            if data:
                raise CannotRead(_("it is in a form that ipvault does not read"))
