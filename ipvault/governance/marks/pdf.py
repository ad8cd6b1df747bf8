"""Marks in PDF: a line at the foot of every page, a pattern of dots over it, and a property of the document."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from ipvault.errors import CannotMark, MarkerMissing
from ipvault.governance.dlp.extraction.limits import CannotRead, NotInstalled
from ipvault.governance.dlp.extraction.pdf import MAX_PAGES, carefully
from ipvault.governance.marks.copies import Copy, codes_in, written
from ipvault.governance.marks.limits import MAX_PIXELS
from ipvault.governance.marks.pdf_overlay import Overlay, sheet_of
from ipvault.governance.marks.reading import DOTS, PROPERTIES, TEXT, Reading
from ipvault.text import _

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdf import PageObject, PdfReader, PdfWriter

PROPERTY: Final = "/IPVaultCopy"

MAX_READ: Final = 40
"""Pages of which the text is read."""

MAX_SEARCHED: Final = 6
"""Pages that are searched for dots, as long as none has any."""

_NAME: Final = "/IPVaultMark"
_SMALLEST: Final = 300


def mark_pdf(data: bytes, name: str, copy: Copy) -> bytes:
    """The marked copy. Raises `CannotMark`."""
    try:
        _need_pypdf()
        return carefully(lambda: _marked(_opened(data), copy))
    except NotInstalled as error:
        raise MarkerMissing(name=name, reason=str(error)) from None
    except CannotRead as error:
        raise CannotMark(name=name, reason=str(error)) from None


def _need_pypdf() -> None:
    if find_spec("pypdf") is None:
        raise NotInstalled(_("PDF files take the extra documents: install ipvault[documents]"))


def _opened(data: bytes) -> PdfReader:
    from pypdf import PdfReader

    return PdfReader(io.BytesIO(data), strict=False)


def _marked(reader: PdfReader, copy: Copy) -> bytes:
    from pypdf import PdfWriter

    if reader.is_encrypted:
        raise CannotRead(_("it is encrypted, and a copy that is not would say less than it"))
    if _is_signed(reader):
        raise CannotRead(_("it is signed, and no signature survives a change"))
    count = len(reader.pages)
    if not 0 < count <= MAX_PAGES:
        raise CannotRead(_("it has no pages, or more than {count}").format(count=MAX_PAGES))
    writer = PdfWriter(clone_from=reader)
    overlay = Overlay(writer, copy)
    for page in writer.pages:
        _lay_over(writer, page, overlay)
    writer.add_metadata({PROPERTY: written(copy.code)})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _is_signed(reader: PdfReader) -> bool:
    """Whether the document has a signature, or a place where one was put."""
    root: Any = reader.root_object
    form: Any = root["/AcroForm"].get_object() if "/AcroForm" in root else {}
    fields = (reader.get_fields() or {}).values()
    return bool("/Perms" in root or int(form.get("/SigFlags", 0)) & 1 or any(f.get("/FT") == "/Sig" for f in fields))


def _lay_over(writer: PdfWriter, page: PageObject, overlay: Overlay) -> None:
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject

    sheet = sheet_of(page)
    resources = DictionaryObject(page["/Resources"].get_object() if "/Resources" in page else {})  # type: ignore[arg-type]
    objects = DictionaryObject(resources["/XObject"].get_object() if "/XObject" in resources else {})  # type: ignore[arg-type]
    objects[NameObject(_NAME)] = overlay.for_sheet(sheet)
    resources[NameObject("/XObject")] = objects
    page[NameObject("/Resources")] = resources
    before, behind = DecodedStreamObject(), DecodedStreamObject()
    before.set_data(b"q\n")
    behind.set_data(f"\nQ q {sheet.matrix} cm {_NAME} Do Q\n".encode())
    content: Any = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    whole = content.get_object()
    parts = whole if isinstance(whole, ArrayObject) else [content]
    added = writer._add_object(before), writer._add_object(behind)
    page[NameObject("/Contents")] = ArrayObject((added[0], *parts, added[1]))


def read_pdf_marks(data: bytes) -> Iterator[Reading]:
    """Every code in the document. Raises `CannotRead`."""
    _need_pypdf()
    reader = carefully(lambda: _opened(data))
    if carefully(lambda: reader.is_encrypted and not reader.decrypt("")):
        raise CannotRead(_("it has a password"))
    count = carefully(lambda: len(reader.pages))
    yield from _guarded(lambda: _properties(reader))
    for number in range(min(count, MAX_READ)):
        yield from _guarded(partial(_text, reader, number))
    for number in range(min(count, MAX_SEARCHED)):
        if found := _guarded(partial(_dots, reader, number)):
            yield from found
            return


def _guarded(work: Callable[[], Iterable[Reading]]) -> list[Reading]:
    """What is found; nothing in a part that cannot be read."""
    try:
        return carefully(lambda: list(work()))
    except CannotRead:
        return []


def _properties(reader: PdfReader) -> Iterator[Reading]:
    for value in (reader.metadata or {}).values():
        for code in codes_in(str(value)):
            yield Reading(PROPERTIES, _("properties of the document"), code)


def _text(reader: PdfReader, number: int) -> Iterator[Reading]:
    for code in codes_in(reader.pages[number].extract_text()):
        yield Reading(TEXT, _("page {number}").format(number=number + 1), code)


def _dots(reader: PdfReader, number: int) -> Iterator[Reading]:
    from ipvault.governance.marks.lattice import find_code
    from ipvault.governance.marks.pdf_drawing import drawn_dots

    page = reader.pages[number]
    drawn = drawn_dots(page)
    pictures = chain((drawn,) if drawn is not None else (), _pictures(page))
    found = next(filter(None, map(find_code, pictures)), None)
    if found is not None:
        yield Reading(DOTS, _("page {number}").format(number=number + 1), found.code, found.corrected)


def _pictures(page: PageObject) -> Iterator[Image]:
    """The pictures on a page that are large enough to be one of a page themselves."""
    from pypdf.generic import DictionaryObject

    resources: Any = page.get("/Resources", DictionaryObject()).get_object()
    objects: Any = resources.get("/XObject", DictionaryObject()).get_object()
    for name, reference in objects.items():
        one = reference.get_object()
        width, height = int(one.get("/Width", 0)), int(one.get("/Height", 0))
        if one.get("/Subtype") == "/Image" and min(width, height) >= _SMALLEST and width * height <= MAX_PIXELS:
            picture = page.images[name].image
            if picture is not None:
                yield picture
