"""DOCX, PPTX and OpenDocument: paragraphs of all parts, with comments, notes, headers and text that is marked deleted.

Every part is read, whatever it is called: those that are known have a better name for their place.
Source: ECMA-376, parts 1 and 2; OASIS OpenDocument 1.3
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ipvault.governance.dlp.extraction.archive import Members
from ipvault.governance.dlp.extraction.limits import Budget, CannotRead, TooMuch
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import tidy
from ipvault.governance.dlp.extraction.xml_reader import XmlReader, local
from ipvault.text import N_, _

_XML: Final = (".xml", ".rels", ".vml")
_HARMLESS: Final = re.compile(r"(?:.*/)?(?:printerSettings/[^/]*\.bin|fonts/[^/]*|[^/]*\.(?:odttf|fntdata)|mimetype)")
"""Settings of printers and fonts: no text."""

_PLACES: Final = (
    (re.compile(r"word/comments.*\.xml"), N_("comment")),
    (re.compile(r"word/footnotes\.xml"), N_("footnote")),
    (re.compile(r"word/endnotes\.xml"), N_("endnote")),
    (re.compile(r"word/header[0-9]*\.xml"), N_("page header")),
    (re.compile(r"word/footer[0-9]*\.xml"), N_("page footer")),
    (re.compile(r"ppt/notesSlides/notesSlide([0-9]+)\.xml"), N_("notes {number}")),
    (re.compile(r"ppt/slides/slide([0-9]+)\.xml"), N_("slide {number}")),
    (re.compile(r"ppt/comments/.*\.xml|xl/(?:threadedC|c)omments.*\.xml"), N_("comment")),
    (re.compile(r"docProps/.*\.xml|meta\.xml|customXml/.*"), N_("properties of the document")),
    (re.compile(r"(?:.*/)?_rels/.*"), N_("links of the document")),
    (re.compile(r"word/document\.xml|content\.xml"), ""),
)
_PARAGRAPHS: Final = frozenset(("p", "h", "si", "comment", "Relationship", "property"))
_DELETED: Final = frozenset(("del", "moveFrom", "deletion"))
_BREAKS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "tc": "\t", "tr": "\n", "s": " ", "line-break": "\n"}
_ATTRIBUTES: Final = frozenset(("descr", "title", "tooltip", "Target", "author", "userName", "href", "name"))


def read_office(members: Members, place: str, budget: Budget) -> Iterator[Passage]:
    """The text of a DOCX, XLSX or PPTX. Raises `TooMuch`."""
    names = members.names
    if "xl/workbook.xml" in names:
        from ipvault.governance.dlp.extraction.spreadsheet import read_sheets

        yield from read_sheets(members, place, budget)
        names = [name for name in names if not name.startswith("xl/worksheets/sheet")]
    yield from _parts(members, names, place, budget)


def read_open_document(members: Members, place: str, budget: Budget) -> Iterator[Passage]:
    """The text of a document, spreadsheet or presentation of OpenDocument. Raises `TooMuch`."""
    yield from _parts(members, members.names, place, budget)


def _parts(members: Members, names: list[str], place: str, budget: Budget) -> Iterator[Passage]:
    for name in names:
        if name.endswith(_XML):
            where = inside(place, _called(name))
            for data in members.read(name, where):
                yield from noted(read_paragraphs(data, where), where, budget)
        elif name.endswith("vbaProject.bin"):
            budget.note(place, _("its macros are not read"))
        elif not _HARMLESS.fullmatch(name):
            yield from members.extract(name)


def noted(passages: Iterator[Passage], place: str, budget: Budget) -> Iterator[Passage]:
    """The same; what cannot be read is noted. Raises `TooMuch`."""
    try:
        yield from passages
    except TooMuch:
        raise
    except CannotRead as problem:
        budget.note(place, str(problem))


def read_paragraphs(data: bytes, place: str) -> Iterator[Passage]:
    """The paragraphs of a part. Raises `CannotRead`."""
    collector = _Collector(place)
    for _step in XmlReader(collector.start, collector.end, collector.text).read(data):
        yield from collector.taken()
    collector.finish()
    yield from collector.taken()


def _called(name: str) -> str:
    for pattern, text in _PLACES:
        if found := pattern.fullmatch(name):
            return _(text).format(number=found[1] if pattern.groups else "") if text else ""
    return _("part {name}").format(name=name)


class _Collector:
    """Gathers the text of paragraphs; what is marked as deleted is gathered apart."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._number = 1
        self._deleted = 0
        self._shown: list[str] = []
        self._gone: list[str] = []
        self._passages: list[Passage] = []

    def taken(self) -> list[Passage]:
        """The paragraphs since the last time."""
        passages, self._passages = self._passages, []
        return passages

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _DELETED:
            self._deleted += 1
        elif name in _BREAKS:
            self.text(_BREAKS[name])
        for key, value in attributes.items():
            if local(key) in _ATTRIBUTES:
                self.text(f" {value} ")

    def end(self, name: str) -> None:
        if name in _DELETED:
            self._deleted -= 1
        elif name in _PARAGRAPHS:
            self.finish()
            self._number += 1

    def text(self, text: str) -> None:
        (self._gone if self._deleted else self._shown).append(text)

    def finish(self) -> None:
        """A paragraph is at its end."""
        for pieces, what in (
            (self._shown, N_("paragraph {number}")),
            (self._gone, N_("deleted text, paragraph {number}")),
        ):
            if text := tidy("".join(pieces)).strip():
                self._passages.append(Passage(text, inside(self._place, _(what).format(number=self._number))))
            pieces.clear()
