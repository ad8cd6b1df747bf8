"""XLSX: the cells of every sheet, hidden ones too, with the names by which people find them.

Source: ECMA-376, part 1, 18
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final, NamedTuple

from ipvault.governance.dlp.extraction.archive import Members
from ipvault.governance.dlp.extraction.limits import Budget, CannotRead
from ipvault.governance.dlp.extraction.office import noted
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import tidy
from ipvault.governance.dlp.extraction.xml_reader import XmlReader, local
from ipvault.text import _

_FOLDER: Final = "xl/worksheets/"
_LONGEST_NUMBER: Final = 40
_EXACT: Final = 1e18


class _Sheet(NamedTuple):
    name: str
    relation: str
    is_hidden: bool


def read_sheets(members: Members, place: str, budget: Budget) -> Iterator[Passage]:
    """The cells of all sheets. Raises `TooMuch`."""
    sheets: list[_Sheet] = []
    targets: dict[str, str] = {}
    strings: list[str] = []
    try:
        sheets = _sheets(b"".join(members.read("xl/workbook.xml", place)))
        targets = _targets(b"".join(members.read("xl/_rels/workbook.xml.rels", place)))
        strings = _strings(b"".join(members.read("xl/sharedStrings.xml", place)))
    except CannotRead as problem:
        budget.note(place, str(problem))
    called = {targets.get(sheet.relation): sheet for sheet in sheets}
    for part in members.names:
        if not part.startswith(f"{_FOLDER}sheet"):
            continue
        sheet = called.get(part)
        name = sheet.name if sheet else part.removeprefix(_FOLDER)
        text = _("hidden sheet {name}") if sheet and sheet.is_hidden else _("sheet {name}")
        where = inside(place, text.format(name=name))
        for data in members.read(part, where):
            yield from noted(_cells(data, strings, where, budget), where, budget)


def _sheets(data: bytes) -> list[_Sheet]:
    sheets: list[_Sheet] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key != "sheetId" and local(key) == "id"), "")
            sheets.append(
                _Sheet(attributes.get("name", "?"), relation, attributes.get("state", "visible") != "visible")
            )

    _read(data, XmlReader(start, _ignore, _ignore))
    return sheets


def _targets(data: bytes) -> dict[str, str]:
    targets: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    _read(data, XmlReader(start, _ignore, _ignore))
    return targets


def _strings(data: bytes) -> list[str]:
    strings: list[str] = []
    pieces: list[str] = []

    def end(name: str) -> None:
        if name == "si":
            strings.append("".join(pieces))
            pieces.clear()

    _read(data, XmlReader(lambda _name, _attributes: None, end, pieces.append))
    return strings


def _read(data: bytes, reader: XmlReader) -> None:
    if data:
        for _step in reader.read(data):
            pass


def _ignore(_text: str) -> None:
    """There is nothing to do."""


def _cells(data: bytes, strings: list[str], place: str, budget: Budget) -> Iterator[Passage]:
    """The cells of a sheet; one that refers to a long text costs its length each time. Raises `CannotRead`."""
    cells = _Cells(strings, place, budget)
    for _step in XmlReader(cells.start, cells.end, cells.text).read(data):
        yield from cells.taken()


class _Cells:
    """Gathers what is in each cell: its value and its formula."""

    def __init__(self, strings: list[str], place: str, budget: Budget) -> None:
        self._strings = strings
        self._place = place
        self._budget = budget
        self._passages: list[Passage] = []
        self._cell = self._kind = ""
        self._pieces: list[str] = []
        self._texts: list[str] = []

    def taken(self) -> list[Passage]:
        """The cells since the last time."""
        passages, self._passages = self._passages, []
        return passages

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._cell, self._kind = attributes.get("r", "?"), attributes.get("t", "n")

    def text(self, text: str) -> None:
        self._pieces.append(text)

    def end(self, name: str) -> None:
        if name in ("v", "f", "t") or (name != "c" and self._pieces):
            text = "".join(self._pieces)
            self._pieces.clear()
            self._texts.append(self._value(text) if name == "v" else text)
        if name in ("c", "sheetData", "worksheet"):
            text = tidy(" ".join(self._texts)).strip()
            self._texts.clear()
            if text:
                self._budget.unpack(len(text))
                where = _("cell {name}").format(name=self._cell[:20]) if name == "c" else ""
                self._passages.append(Passage(text, inside(self._place, where)))

    def _value(self, text: str) -> str:
        if self._kind == "s":
            return (
                self._strings[int(text)]
                if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) < len(self._strings)
                else ""
            )
        if self._kind == "n" and "E" in text and len(text) < _LONGEST_NUMBER:
            try:
                return f"{number:.0f}" if abs(number := float(text)) < _EXACT else text
            except ValueError:
                return text
        return text
