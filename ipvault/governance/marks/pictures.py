"""Marks in PNG, JPEG and TIFF: a line in a corner, a pattern of dots, and a property of the file.

The dots are as strong as a trial shows that they have to be: they must be found again in a JPEG of low quality. Where
they are not, as in a small or very restless photograph, the copy has none, and must have the line.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ipvault.errors import CannotMark, MarkerMissing
from ipvault.governance.dlp.extraction.limits import CannotRead, NotInstalled
from ipvault.governance.marks.copies import Copy, codes_in, written
from ipvault.governance.marks.lattice import find_code
from ipvault.governance.marks.limits import MAX_FRAMES, MAX_PIXELS
from ipvault.governance.marks.picture_overlay import with_dots, with_line
from ipvault.governance.marks.reading import DOTS, PROPERTIES, Reading
from ipvault.text import _

if TYPE_CHECKING:
    from PIL.Image import Image

STRENGTHS: Final = ((8, 0.0), (16, 0.6))
"""How much darker a dot makes a place, of 255, and how much more for each shade by which the place is restless.

The next pair is taken where dots as strong as the one before says are not found again.
"""

QUALITY: Final = 50
"""Of the JPEG in which the dots have to be found again."""

MAX_SEARCHED: Final = 6
"""Pages of a TIFF that are searched for dots, as long as none has any."""

_DESCRIPTION: Final = 0x010E
_FORMATS: Final = ("PNG", "JPEG", "TIFF")
_DIRECT: Final = ("L", "RGB", "RGBA", "LA", "CMYK")
_INSTEAD: Final = {"1": "L", "P": "RGBA", "PA": "RGBA", "YCbCr": "RGB"}


@contextmanager
def _opened(data: bytes) -> Iterator[Image]:
    """A picture that is no larger than may be. Raises `CannotRead` for whatever goes wrong with it meanwhile."""
    try:
        from PIL import Image as images, UnidentifiedImageError
    except ImportError:
        raise NotInstalled(_("pictures take the extra documents: install ipvault[documents]")) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Pillow warns of is bounded here
        try:
            with images.open(io.BytesIO(data), formats=_FORMATS) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise CannotRead(_("it has more than {count} pixels").format(count=MAX_PIXELS))
                yield picture
        except (CannotRead, MemoryError):
            raise
        except images.DecompressionBombError:
            raise CannotRead(_("it has more than {count} pixels").format(count=MAX_PIXELS)) from None
        except UnidentifiedImageError:
            raise CannotRead(_("it is no PNG, JPEG or TIFF")) from None
        except Exception as error:  # of a damaged picture Pillow raises whatever its parsing runs into
            raise CannotRead(_("it is a damaged picture")) from error


def mark_picture(data: bytes, name: str, copy: Copy) -> bytes:
    """The marked copy, in the same format. Raises `CannotMark`."""
    try:
        with _opened(data) as picture:
            return _marked(picture, copy)
    except NotInstalled as error:
        raise MarkerMissing(name=name, reason=str(error)) from None
    except CannotRead as error:
        raise CannotMark(name=name, reason=str(error)) from None


def _marked(picture: Image, copy: Copy) -> bytes:
    count = _frames(picture)
    if picture.format != "TIFF" and count > 1:
        raise CannotRead(_("it moves, and only its first picture would be marked"))
    exif = picture.getexif()
    known = str(exif.get(_DESCRIPTION, "")).strip()
    frames = []
    for number in range(count):
        picture.seek(number)
        frames.append(_marked_frame(picture, copy))
    exif[_DESCRIPTION] = f"{known} {written(copy.code)}".strip()
    kept: dict[str, Any] = {
        "exif": exif,
        "dpi": picture.info.get("dpi"),
        "icc_profile": picture.info.get("icc_profile"),
    }
    if picture.format == "JPEG":
        kept |= _quality(picture)
    elif picture.format == "TIFF":
        kept |= {"compression": "tiff_adobe_deflate", "save_all": True, "append_images": frames[1:]}
    buffer = io.BytesIO()
    frames[0].save(buffer, picture.format, **{option: value for option, value in kept.items() if value})
    return buffer.getvalue()


def _frames(picture: Image) -> int:
    count = int(getattr(picture, "n_frames", 1))
    if count > MAX_FRAMES:
        raise CannotRead(_("it has more than {count} pages").format(count=MAX_FRAMES))
    return count


def _quality(picture: Any) -> dict[str, Any]:
    """How a JPEG was made, so that its copy is made the same way."""
    from PIL.JpegImagePlugin import get_sampling

    sampling = get_sampling(picture)
    return {"qtables": picture.quantization, "subsampling": sampling if sampling >= 0 else None}


def _marked_frame(picture: Image, copy: Copy) -> Image:
    mode = _INSTEAD.get(picture.mode, picture.mode)
    if mode not in _DIRECT:
        raise CannotRead(_("its colours are kept in a way that ipvault does not write"))
    if picture.width * picture.height > MAX_PIXELS:
        raise CannotRead(_("it has more than {count} pixels").format(count=MAX_PIXELS))
    plain = picture.convert(mode)
    lined = with_line(plain, copy.line)
    for strength, more in STRENGTHS:
        marked = with_dots(lined or plain, copy.code, strength, more)
        found = find_code(_as_poor_jpeg(marked))
        if found is not None and found.code == copy.code:
            return marked
    if lined is None:
        raise CannotRead(_("it is too small for a line that can be read, and has no room for a pattern of dots"))
    return lined


def _as_poor_jpeg(picture: Image) -> Image:
    from PIL import Image as images

    buffer = io.BytesIO()
    picture.convert("L").save(buffer, "JPEG", quality=QUALITY)
    return images.open(buffer)


def read_picture_marks(data: bytes) -> Iterator[Reading]:
    """Every code in the picture. Raises `CannotRead`."""
    with _opened(data) as picture:
        texts = [str(value) for value in (*picture.getexif().values(), *picture.info.values())]
        for code in codes_in("\n".join(texts)):
            yield Reading(PROPERTIES, _("properties of the picture"), code)
        for number in range(min(_frames(picture), MAX_SEARCHED)):
            picture.seek(number)
            if picture.width * picture.height <= MAX_PIXELS and (found := find_code(picture)):
                yield Reading(DOTS, _("page {number}").format(number=number + 1), found.code, found.corrected)
                return
