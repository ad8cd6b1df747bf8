"""The small specks that a page of a PDF draws with lines, wherever another program has put them; and its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf import PageObject

MAX_STEPS: Final = 400_000
"""Operators of a page that are followed."""

_DEEP: Final = 8
_SPECK: Final = 4.0
_SCALE: Final = 2
_MAX_SIDE: Final = 2000
_FEWEST: Final = 60
_PAINTS: Final = frozenset((b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"))
_SIZES: Final = {b"m": 2, b"l": 2, b"c": 6, b"v": 4, b"y": 4}

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def drawn_dots(page: PageObject) -> Image | None:
    """A picture of the specks of a page and of nothing else, or None where there are too few."""
    from PIL import Image, ImageDraw

    box = page.mediabox
    left, top = float(box.left), float(box.top)
    scale = min(_SCALE, _MAX_SIDE / max(float(box.width), float(box.height), 1.0))
    specks = list(_Follower().specks(page))
    if len(specks) < _FEWEST:
        return None
    size = round(float(box.width) * scale), round(float(box.height) * scale)
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for x, y in specks:
        right, down = (x - left) * scale, (top - y) * scale
        draw.ellipse((right - 1.5, down - 1.5, right + 1.5, down + 1.5), fill=240)
    return picture


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


class _Follower:
    """Follows what a page draws, with bounds."""

    def __init__(self) -> None:
        self._steps = 0

    def specks(self, page: PageObject) -> Iterator[tuple[float, float]]:
        """The middle of everything small that is drawn, in the coordinates of the page."""
        content = page.get_contents()
        if content is not None:
            yield from self._of(content.operations, page.get("/Resources"), _UNIT, 0)

    def _of(self, operations: Any, resources: Any, matrix: Matrix, depth: int) -> Iterator[tuple[float, float]]:
        saved: list[Matrix] = []
        paths: list[list[tuple[float, float]]] = []
        for operands, operator in operations:
            self._steps += 1
            if self._steps > MAX_STEPS:
                return
            if operator == b"q":
                saved.append(matrix)
            elif operator == b"Q":
                matrix = saved.pop() if saved else matrix
            elif operator == b"cm":
                matrix = _times(_numbers(operands), matrix)
            elif operator in _SIZES:
                points = [float(number) for number in operands]
                if operator == b"m":
                    paths.append([])
                if paths:
                    paths[-1] += zip(points[::2], points[1::2], strict=True)
            elif operator == b"re":
                x, y, width, height = map(float, operands)
                paths.append([(x, y), (x + width, y + height)])
            elif operator in _PAINTS:
                yield from _middles(paths, matrix)
                paths = []
            elif operator == b"n":
                paths = []
            elif operator == b"Do" and depth < _DEEP:
                yield from self._form(operands[0], resources, matrix, depth)

    def _form(self, name: Any, resources: Any, matrix: Matrix, depth: int) -> Iterator[tuple[float, float]]:
        from pypdf.generic import ContentStream

        form: Any = resources.get_object()["/XObject"].get_object()[name].get_object()
        if form.get("/Subtype") != "/Form":
            return
        if "/Matrix" in form:
            matrix = _times(_numbers(form["/Matrix"]), matrix)
        operations = ContentStream(form, None).operations
        yield from self._of(operations, form.get("/Resources", resources), matrix, depth + 1)


def _numbers(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(number) for number in operands)
    return a, b, c, d, e, f


def _middles(paths: list[list[tuple[float, float]]], matrix: Matrix) -> Iterator[tuple[float, float]]:
    a, b, c, d, e, f = matrix
    for path in paths:
        across = [a * x + c * y + e for x, y in path]
        up = [b * x + d * y + f for x, y in path]
        if max(across) - min(across) < _SPECK and max(up) - min(up) < _SPECK:
            yield (max(across) + min(across)) / 2, (max(up) + min(up)) / 2
