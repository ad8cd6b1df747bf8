"""What is in a picture beside its dots, taken away as far as it can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST: Final = 1800
"""Pixels of the longer side; larger pictures are made smaller before they are searched."""

NEUTRAL: Final = 16
"""The shade that says nothing."""

_DARKEST: Final = 24
"""How much darker than paper (of 255) a dot can be: what is darker is something else."""

_GAIN: Final = 8
_GRAIN: Final = 1.5
_SURROUNDINGS: Final = 7
_MIDDLE: Final = 40


def signals(picture: Image) -> Iterator[Image]:
    """How much darker each pixel is than its surroundings, in shades of grey: as on a page, then as in a photograph."""
    from PIL.Image import Resampling

    grey = picture.convert("L")
    if (longer := max(grey.size)) > LONGEST:
        width, height = (max(1, round(side * LONGEST / longer)) for side in grey.size)
        grey = grey.resize((width, height), Resampling.BOX)
    yield _on_page(grey)
    yield _in_photograph(grey)


def _on_page(grey: Image) -> Image:
    """Against the lightest around; what is much darker, and the blur at its edges, says nothing."""
    from PIL import Image as images, ImageChops
    from PIL.ImageFilter import BoxBlur, MaxFilter

    around = _widened(_widened(grey, ImageChops.lighter), ImageChops.darker).filter(BoxBlur(2))
    darker = ImageChops.subtract(around, grey)
    foreign = darker.point([255 * (value > _DARKEST) for value in range(256)]).filter(MaxFilter(5))
    shown = darker.point([min(value * _GAIN, 255) for value in range(256)])
    return images.composite(images.new("L", grey.size, NEUTRAL), shown, foreign)


def _in_photograph(grey: Image) -> Image:
    """Against the average around, within limits."""
    from PIL import ImageChops
    from PIL.ImageFilter import BoxBlur, GaussianBlur

    smooth = grey.filter(GaussianBlur(_GRAIN))
    darker = ImageChops.subtract(smooth.filter(BoxBlur(_SURROUNDINGS)), smooth, 1, _MIDDLE)
    return darker.point([3 * min(value, 2 * _MIDDLE) for value in range(256)])


def _widened(grey: Image, chosen: Callable[[Image, Image], Image]) -> Image:
    """The pixel that is `chosen` of every square of nine by nine."""
    from PIL.ImageChops import offset

    for across, down in ((1, 0), (2, 0), (1, 0), (0, 1), (0, 2), (0, 1)):
        grey = chosen(chosen(offset(grey, across, down), offset(grey, -across, -down)), grey)
    return grey
