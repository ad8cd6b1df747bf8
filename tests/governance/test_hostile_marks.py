"""Files made to break whoever marks them or looks for marks: refused or read, within bounds."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.errors import CannotMark, CannotReadMarks
from ipvault.governance.dlp.extraction import limits
from ipvault.governance.marks.mark import mark, read_marks
from tests.governance.made_documents import packed
from tests.governance.made_pages import encoded, text_pdf, word_document
from tests.governance.survival import COPY


def _small_picture(format_: str) -> bytes:
    from PIL import Image

    return encoded(Image.new("L", (60, 50), 200), format_)


SEEDS = (
    text_pdf(),
    word_document(),
    "a line\nanother\u200b\n".encode(),
    *map(_small_picture, ("PNG", "JPEG", "TIFF")),
)


@settings(max_examples=60)
@given(st.data())
def test_no_mutation_raises_anything_else(data: st.DataObject) -> None:
    """A document with bytes altered is marked or refused, and searched or refused."""
    document = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _change in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, max(0, len(document) - 1)))
        document[place : place + data.draw(st.integers(0, 12))] = data.draw(st.binary(max_size=8))
    with suppress(CannotMark):
        mark(bytes(document), "x", COPY)
    with suppress(CannotReadMarks):
        read_marks(bytes(document), "x")


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("bomb", "why"),
    [
        (lambda: _png(100_000, 100_000), "pixels"),
        (lambda: _png(2_000_000_000, 1), "pixels"),
        (lambda: word_document("", **{"word/x.bin": b"0" * (70 * limits.MIB)}), "damaged|more than"),
        (lambda: packed({str(number): "" for number in range(limits.MAX_PARTS + 1)}), "more than"),
        (lambda: word_document("<w:p>" * 600), "nested"),
    ],
)
def test_bombs(bomb: object, why: str) -> None:
    """What would take more than it may is refused before it does."""
    assert callable(bomb)
    data = bomb()
    with pytest.raises(CannotMark, match=why):
        mark(data, "x", COPY)
    with suppress(CannotReadMarks):
        read_marks(data, "x")


def test_a_document_type_is_refused() -> None:
    """XML that declares entities is not what Word writes."""
    document = '<!DOCTYPE d [<!ENTITY a "b">]><w:document xmlns:w="w"><w:body/></w:document>'
    with pytest.raises(CannotMark, match="entities"):
        mark(word_document(**{"word/document.xml": document}), "x", COPY)


def test_a_page_without_a_size() -> None:
    """A page that has no size, or one beyond all measure, is refused."""
    from pypdf import PdfWriter

    for size in ((0, 100), (10**6, 100)):
        writer = PdfWriter()
        writer.add_blank_page(*size)
        buffer = io.BytesIO()
        writer.write(buffer)
        with pytest.raises(CannotMark):
            mark(buffer.getvalue(), "x", COPY)
