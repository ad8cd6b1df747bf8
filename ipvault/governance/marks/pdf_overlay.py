"""What is laid over a page of a PDF: the tile of dots, as often as it fits, and the line that people see.

A dot is a very short line with round ends, of a black that lets 95 % of the light through: hardly seen on paper, and
never on text.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ipvault.governance.marks.copies import Copy
from ipvault.governance.marks.tile import COLUMNS, ROWS, dots

if TYPE_CHECKING:
    from pypdf import PageObject, PdfWriter
    from pypdf.generic import IndirectObject

PITCH: Final = 8
"""Points between two places of the lattice: 2.8 mm."""

DOT: Final = 2
"""Points across a dot."""

STRENGTH: Final = 0.05
"""The part of the light that a dot takes."""

MARGIN: Final = 36
_ABOVE: Final = 14
_LARGEST: Final = 7.0
_WIDTH: Final = 0.56
"""Of a letter, in parts of the height of the type: Helvetica on average."""

_SHADE: Final = 0.4
_LONGEST: Final = 14_400
"""Points: the longest side of a page that ISO 32000 provides for."""

_TURNED: Final = (
    "1 0 0 1 {left:g} {bottom:g}",
    "0 1 -1 0 {right:g} {bottom:g}",
    "-1 0 0 -1 {right:g} {top:g}",
    "0 -1 1 0 {left:g} {top:g}",
)
"""Where the lower left corner is, and which way is up, on a page that is shown turned by so many right angles."""

_FONT: Final = {"Type": "/Font", "Subtype": "/Type1", "BaseFont": "/Helvetica", "Encoding": "/WinAnsiEncoding"}
"""Every program that shows PDF has it; letters that are not in it become question marks."""


class Sheet(NamedTuple):
    """A page as it is seen: its size in points, and the matrix that leads there."""

    width: float
    height: float
    matrix: str


def sheet_of(page: PageObject) -> Sheet:
    """How a page is seen. Raises ValueError for one without a size."""
    box = page.cropbox
    left, bottom, right, top = map(float, (box.left, box.bottom, box.right, box.top))
    if not (0 < right - left <= _LONGEST and 0 < top - bottom <= _LONGEST):
        raise ValueError
    turn = page.rotation // 90 % 4
    width, height = (top - bottom, right - left) if turn % 2 else (right - left, top - bottom)
    return Sheet(width, height, _TURNED[turn].format(left=left, bottom=bottom, right=right, top=top))


class Overlay:
    """Makes what is laid over pages, once for each size of page."""

    def __init__(self, writer: PdfWriter, copy: Copy) -> None:
        self._writer = writer
        self._copy = copy
        self._tile: IndirectObject | None = None
        self._sheets: dict[tuple[float, float], IndirectObject] = {}

    def for_sheet(self, sheet: Sheet) -> IndirectObject:
        """The form that covers a page of this size."""
        size = sheet.width, sheet.height
        if size not in self._sheets:
            self._tile = self._tile or self._tile_form()
            content = _tiling(sheet) + _line(self._copy.line, sheet)
            resources = _names({"XObject": {"T": self._tile}, "Font": {"F": _FONT}})
            self._sheets[size] = self._form(content, size, resources)
        return self._sheets[size]

    def _tile_form(self) -> IndirectObject:
        strokes = []
        for column, row in dots(self._copy.code):
            x, y = PITCH * column + PITCH // 2, PITCH * (ROWS - row) - PITCH // 2
            strokes.append(f"{x} {y} m {x}.01 {y} l")  # some programs draw no line that has no length
        content = f"/G gs 0 G 1 J {DOT} w\n" + "\n".join(strokes) + "\nS\n"
        resources = _names({"ExtGState": {"G": {"CA": STRENGTH}}})
        return self._form(content, (COLUMNS * PITCH, ROWS * PITCH), resources)

    def _form(self, content: str, size: tuple[float, float], resources: Any) -> IndirectObject:
        from pypdf.generic import ArrayObject, DecodedStreamObject, FloatObject, NameObject

        form = DecodedStreamObject()
        form.set_data(content.encode("cp1252", "replace"))
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/BBox")] = ArrayObject(map(FloatObject, (0, 0, *size)))
        form[NameObject("/Resources")] = resources
        return self._writer._add_object(form.flate_encode())


def _names(tree: Any) -> Any:
    """A dictionary of a PDF."""
    from pypdf.generic import DictionaryObject, FloatObject, NameObject

    if isinstance(tree, dict):
        return DictionaryObject({NameObject(f"/{name}"): _names(value) for name, value in tree.items()})
    if isinstance(tree, str):
        return NameObject(tree)
    return FloatObject(tree) if isinstance(tree, float) else tree


def _tiling(sheet: Sheet) -> str:
    """The tile as often as it fits, from the upper left corner."""
    width, height = COLUMNS * PITCH, ROWS * PITCH
    places = (
        (column * width, sheet.height - (row + 1) * height)
        for row in range(math.ceil(sheet.height / height))
        for column in range(math.ceil(sheet.width / width))
    )
    return "".join(f"q 1 0 0 1 {x:g} {y:g} cm /T Do Q\n" for x, y in places)


def _line(text: str, sheet: Sheet) -> str:
    """The line that people see, at the bottom, as large as it fits."""
    size = min(_LARGEST, max(2.0, (sheet.width - 2 * MARGIN) / (_WIDTH * len(text))))
    escaped = "".join(f"\\{letter}" if letter in "()\\" else letter for letter in text)
    left = max(0.0, min(MARGIN, (sheet.width - _WIDTH * size * len(text)) / 2))
    return f"BT {_SHADE} g /F {size:.2f} Tf {left:.2f} {_ABOVE} Td ({escaped}) Tj ET\n"
