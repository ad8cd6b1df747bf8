"""Pages and pictures to be marked, the same in every run."""

from __future__ import annotations

import io
import random
import textwrap
from typing import TYPE_CHECKING, Any

from tests.governance.made_documents import packed

if TYPE_CHECKING:
    from PIL.Image import Image

A5 = (420, 595)
TEXT = (
    "the blade turns around its own axis at a speed which depends on wind and load and a controller keeps it below the "
    "limit that the claims of this patent describe in detail for each embodiment shown"
)
_NAMES = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def lines(count: int = 36, width: int = 62) -> list[str]:
    """Lines of a text."""
    words = TEXT.split()
    choose = random.Random(1).choice  # noqa: S311  # the same in every run
    return textwrap.wrap(" ".join(choose(words) for _ in range(count * 20)), width)[:count]


def text_pdf(pages: int = 1, *, rotation: int = 0, signed: bool = False, password: str = "") -> bytes:
    """Pages of A5 full of text."""
    from pypdf import PdfWriter
    from pypdf.generic import (
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
        NumberObject,
        TextStringObject,
    )

    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): named})})
    for _page in range(pages):
        page = writer.add_blank_page(*A5)
        page[NameObject("/Resources")] = fonts
        shown = " ".join(f"({line}) Tj T*" for line in lines())
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 10 Tf 14 TL 40 {A5[1] - 50} Td {shown} ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
        if rotation:
            page.rotate(rotation)
    if signed:
        field = DictionaryObject({NameObject("/FT"): NameObject("/Sig"), NameObject("/T"): TextStringObject("s")})
        form: dict[Any, Any] = {NameObject("/Fields"): ArrayObject([writer._add_object(field)])}
        writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
            form | {NameObject("/SigFlags"): NumberObject(3)}
        )
    if password:
        writer.encrypt("", password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def photograph(size: tuple[int, int] = (900, 700)) -> Image:
    """Soft colours, discs with sharp edges, and some grain."""
    from PIL import Image, ImageChops, ImageDraw

    chance = random.Random(3)  # noqa: S311  # the same in every run
    bands = []
    for _band in range(3):
        band = Image.new("L", size, 128)
        for across, depth in ((4, 90), (8, 60), (16, 40), (32, 20)):
            coarse = Image.new("L", (across, across))
            coarse.putdata([128 + chance.randrange(-depth, depth) for _pixel in range(across * across)])
            band = ImageChops.add(band, coarse.resize(size, Image.Resampling.BICUBIC), 1, -128)
        bands.append(band)
    grain = Image.new("L", size)
    grain.putdata([128 + noise % 7 - 3 for noise in chance.randbytes(size[0] * size[1])])
    picture = Image.merge("RGB", [ImageChops.add(band, grain, 1, -128) for band in bands])
    draw = ImageDraw.Draw(picture)
    for _disc in range(12):
        x, y, width = chance.randrange(size[0]), chance.randrange(size[1]), chance.randrange(20, size[0] // 6)
        draw.ellipse((x, y, x + width, y + width), fill=tuple(chance.randrange(40, 240) for _band in range(3)))
    return picture


def page_picture(dpi: int = 150) -> Image:
    """A page of A5 full of text, as a picture, made without any other program."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("RGB", (A5[0] * dpi // 72, A5[1] * dpi // 72), "white")
    font = ImageFont.load_default(10 * dpi // 72)
    ImageDraw.Draw(picture).multiline_text((dpi // 2, dpi // 2), "\n".join(lines(width=56)), fill="black", font=font)
    return picture


def encoded(picture: Image, format_: str, **options: Any) -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    picture.save(buffer, format_, **options)
    return buffer.getvalue()


def word_document(body: str = "", **more: str | bytes) -> bytes:
    """A document of Word with thirty paragraphs, or with this body."""
    paragraphs = "".join(f"<w:p><w:r><w:t>Paragraph {number} of it</w:t></w:r></w:p>" for number in range(30))
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body or paragraphs + '<w:sectPr/>'}</w:body></w:document>",
        "word/footer7.xml": f"<w:ftr {_NAMES}><w:p/></w:ftr>",
    }
    return packed(parts | more)
