"""Measures what marks survive: `python -m tests.governance.survival` writes the table that `mark survey` shows.

Each measurement marks a document, does something to the copy, and reads what is left. Printing is done by Ghostscript,
drawing of pages by Poppler.
"""

from __future__ import annotations

import io
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from ipvault.crypto.secret import Secret
from ipvault.governance.marks import survey
from ipvault.governance.marks.copies import Copy
from ipvault.governance.marks.mark import mark, read_marks
from ipvault.governance.marks.reading import CHANNELS, DOTS, HIDDEN, PROPERTIES, TEXT
from ipvault.governance.marks.survey import Row
from tests.governance.made_documents import packed
from tests.governance.made_pages import encoded, lines, page_picture, photograph, text_pdf, word_document

TABLE: Final = Path(survey.__file__).with_name(survey.FILE)
COPY: Final = Copy(bytes(range(1, 9)), "Copy for Dora GmbH, 2026-11-22", Secret(b"k" * 32))

HAS: Final = {
    "pdf": (TEXT, DOTS, PROPERTIES),
    "page": (DOTS, PROPERTIES),
    "photograph": (DOTS, PROPERTIES),
    "docx": (TEXT, HIDDEN, PROPERTIES),
    "text": (TEXT, HIDDEN),
}
"""The channels that a marked file of each format has; the line on a picture is for people only."""

Treatment = Callable[[bytes], bytes]


@cache
def original(format_: str) -> bytes:
    """The document of a format."""
    match format_:
        case "pdf":
            return text_pdf()
        case "page":
            return encoded(page_picture(), "PNG")
        case "photograph":
            return encoded(photograph(), "JPEG", quality=92)
        case "docx":
            return word_document()
        case _:
            return "\n".join(lines(100)).encode()


@cache
def marked(format_: str) -> bytes:
    """The copy to which something is done."""
    return mark(original(format_), "document", COPY)


def _run(*command: str, data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "in").write_bytes(data)
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        (out,) = (path for path in Path(folder).iterdir() if path.name != "in")
        return out.read_bytes()


def _printed(data: bytes) -> bytes:
    return _run("gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pdfwrite", "-o", "out.pdf", "in", data=data)


def _drawn(data: bytes) -> bytes:
    return _run("pdftoppm", "-r", "150", "-singlefile", "-png", "in", "out", data=data)


def _rasterised(data: bytes) -> bytes:
    return _changed(_drawn(data), quality=50)


def _changed(
    data: bytes, *, quality: int = 0, turn: float = 0, scale: float = 1, cut: float = 0, format_: str = "PNG"
) -> bytes:
    """A picture turned (degrees), made smaller, cut off at the left and the top, and saved."""
    from PIL import Image

    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    if turn:
        picture = picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor="white")
    if scale != 1:
        picture = picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BICUBIC
        )
    left, top = round(picture.width * cut), round(picture.height * cut)
    picture = picture.crop((left, top, picture.width, picture.height))
    return encoded(picture, "JPEG", quality=quality) if quality else encoded(picture, format_)


def _skewed(data: bytes) -> bytes:
    return _changed(data, quality=50, turn=1)


def _cropped(data: bytes) -> bytes:
    return _changed(data, quality=50, cut=0.1)


def _screenshot(data: bytes) -> bytes:
    return _changed(data, scale=0.8)


def _pdf_stripped(data: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(data)).pages:
        writer.add_page(page)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _pdf_text(data: bytes) -> bytes:
    return _run("pdftotext", "in", "out.txt", data=data)


def _without(pattern: str) -> Treatment:
    def without(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return packed({name: archive.read(name) for name in archive.namelist() if not re.match(pattern, name)})

    return without


def _docx_text(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = archive.read("word/document.xml").decode()
    return re.sub("<[^>]*>", "", document.replace("</w:p>", "\n")).encode()


def _half(data: bytes) -> bytes:
    return "\n".join(data.decode().splitlines()[:50]).encode()


def _ascii(data: bytes) -> bytes:
    return data.decode().encode("ascii", "ignore")


MEASURED: Final[dict[tuple[str, str], Treatment]] = {
    ("pdf", "unchanged"): bytes,
    ("pdf", "printed"): _printed,
    ("pdf", "stripped"): _pdf_stripped,
    ("pdf", "copied-out"): _pdf_text,
    ("pdf", "rasterised"): _rasterised,
    ("pdf", "skewed"): lambda data: _skewed(_drawn(data)),
    ("pdf", "cropped"): lambda data: _cropped(_drawn(data)),
    ("pdf", "screenshot"): lambda data: _screenshot(_drawn(data)),
    ("page", "unchanged"): bytes,
    ("page", "stripped"): _changed,
    ("page", "jpeg"): lambda data: _changed(data, quality=50),
    ("page", "skewed"): _skewed,
    ("page", "cropped"): _cropped,
    ("page", "screenshot"): _screenshot,
    ("photograph", "unchanged"): bytes,
    ("photograph", "stripped"): _changed,
    ("photograph", "jpeg"): lambda data: _changed(data, quality=50),
    ("photograph", "skewed"): _skewed,
    ("photograph", "cropped"): _cropped,
    ("photograph", "screenshot"): _screenshot,
    ("docx", "unchanged"): bytes,
    ("docx", "stripped"): _without("docProps/"),
    ("docx", "footers-removed"): _without(r"word/.*[fF]ooter"),
    ("docx", "copied-out"): _docx_text,
    ("docx", "retyped"): lambda data: _ascii(_docx_text(data)),
    ("text", "unchanged"): bytes,
    ("text", "half"): _half,
    ("text", "retyped"): _ascii,
}
"""What is done to copies of each format."""

PEERS: Final = {
    ("pdf", "printed"): "gs",
    ("pdf", "copied-out"): "pdftotext",
    **dict.fromkeys((("pdf", name) for name in ("rasterised", "skewed", "cropped", "screenshot")), "pdftoppm"),
}
"""The programs that some of it takes."""


def measure(format_: str, treatment: str) -> Row:
    """The row of the table, measured now."""
    left = MEASURED[format_, treatment](marked(format_))
    found = {reading.channel for reading in read_marks(left, "document") if reading.code == COPY.code}
    return Row(format_, treatment, {channel: channel in found for channel in CHANNELS if channel in HAS[format_]})


def main() -> None:
    """Write the table."""
    out = ["# What marks survive. Written by `python -m tests.governance.survival`; a test measures it again."]
    for format_, treatment in MEASURED:
        row = measure(format_, treatment)
        out += ["", "[[row]]", f'format = "{format_}"', f'treatment = "{treatment}"']
        out += [f"{channel} = {str(value).lower()}" for channel, value in row.found.items()]
    TABLE.write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
