"""What is laid over a picture: dots that darken it, more where it is restless, and a line in its corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ipvault.governance.marks.tile import COLUMNS, ROWS, dots

if TYPE_CHECKING:
    from PIL.Image import Image

_PER_LENGTH: Final = 110
_PITCHES: Final = (10, 40)
_FINER: Final = 4
_DOT: Final = 0.15
"""Radius of a dot, in parts of the pitch."""

_MOST: Final = 56
_LETTERS: Final = 70
_SMALLEST: Final = 9
_LARGEST: Final = 60


def with_dots(picture: Image, code: bytes, strength: int, more: float) -> Image:
    """The picture with dots that make a place darker by `strength` (of 255), and by `more` the more restless it is."""
    from PIL import Image as images, ImageChops
    from PIL.ImageFilter import BoxBlur

    pitch = min(max(max(picture.size) // _PER_LENGTH, _PITCHES[0]), _PITCHES[1])
    grey = picture.convert("L")
    restless = ImageChops.difference(grey, grey.filter(BoxBlur(pitch / 2))).filter(BoxBlur(pitch))
    depth = restless.point([min(_MOST, round(strength + more * value)) for value in range(256)])
    darker = ImageChops.multiply(_pattern(picture.size, code, pitch), depth)
    bands = picture.split()
    if picture.mode == "CMYK":  # what darkens is black ink
        return images.merge("CMYK", (*bands[:3], ImageChops.add(bands[3], darker)))
    colours = bands[:-1] if picture.mode in ("RGBA", "LA") else bands
    marked = [ImageChops.subtract(band, darker) for band in colours]
    return images.merge(picture.mode, (*marked, *bands[len(colours) :]))


def _pattern(size: tuple[int, int], code: bytes, pitch: int) -> Image:
    """White where a dot is, in black."""
    from PIL import Image as images, ImageDraw

    width, height, fine = COLUMNS * pitch, ROWS * pitch, pitch * _FINER
    tile = images.new("L", (width * _FINER, height * _FINER), 0)
    draw, radius = ImageDraw.Draw(tile), fine * _DOT
    for column, row in dots(code):
        x, y = (column + 0.5) * fine, (row + 0.5) * fine
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    tile = tile.resize((width, height), images.Resampling.BOX)
    pattern = images.new("L", size, 0)
    for top in range(0, size[1], height):
        for left in range(0, size[0], width):
            pattern.paste(tile, (left, top))
    return pattern


def with_line(picture: Image, line: str) -> Image | None:
    """The picture with a line in its lower left corner, on a light ground; None where that would not be legible."""
    from PIL import Image as images, ImageDraw, ImageFont

    height = min(_LARGEST, max(_SMALLEST, picture.width // _LETTERS))
    font = ImageFont.load_default(height)
    left, top, right, bottom = ImageDraw.Draw(images.new("L", (1, 1))).textbbox((0, 0), line, font)
    edge = height // 2
    width, depth = round(right - left) + 2 * edge, round(bottom - top) + 2 * edge
    if width > picture.width or depth * 4 > picture.height:
        return None
    plate = images.new("L", (width, depth), 255)
    ImageDraw.Draw(plate).text((edge - left, edge - top), line, fill=40, font=font)
    corner = 0, picture.height - depth
    shown = picture.copy()
    ground = shown.crop((*corner, width, picture.height))
    shown.paste(images.blend(ground, plate.convert(picture.mode), 0.7), corner)
    return shown
