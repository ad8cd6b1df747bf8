"""PDF: the text of its pages, its properties, notes and form fields, and the files in it.

It takes pypdf, of the extra `documents`. What pypdf unpacks and interprets is bounded before and while it does so: the
length of a stream, the depth of what is drawn in what, and the steps of all pages together.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ipvault.governance.dlp.extraction.extract import extract_file
from ipvault.governance.dlp.extraction.limits import MIB, Budget, CannotRead, TooMuch
from ipvault.governance.dlp.extraction.passage import Passage, inside
from ipvault.governance.dlp.extraction.plain import tidy
from ipvault.text import _

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MAX_PAGES: Final = 5000

MAX_STREAM: Final = 16 * MIB
"""Bytes that one stream may unpack to."""

MAX_STEPS: Final = 1_000_000
"""Operators in drawing all pages; what several have in common counts each time that it is drawn."""

_MAX_NOTES: Final = 10_000
_STREAMS: Final = ("zlib", "lzw", "run_length", "brotli", "array_based_stream")

T = TypeVar("T")


def read_pdf(data: bytes, place: str, budget: Budget) -> Iterator[Passage]:
    """All of its text. Raises `CannotRead`, and `TooMuch`."""
    try:
        import pypdf
    except ImportError:
        raise CannotRead(_("it is a PDF, which could not be read: install ipvault[documents]")) from None
    reader = carefully(lambda: pypdf.PdfReader(io.BytesIO(data), strict=False))
    if carefully(lambda: reader.is_encrypted and not reader.decrypt("")):
        raise CannotRead(_("it has a password"))
    yield from _Document(reader, place, budget).passages()


def carefully(work: Callable[[], T], complaints: list[str] | None = None) -> T:
    """What `work` gives, with all bounds set; `complaints` is told what pypdf could not read and left out.

    Raises `CannotRead` for whatever a damaged document leads pypdf into.
    """
    import pypdf

    bounds: dict[str, Any] = dict.fromkeys((f"{name}_maximum_output_length" for name in _STREAMS), MAX_STREAM)
    bounds |= {"stream_parsing_work_maximum_count": MAX_STEPS, "jbig2dec_binary": None, "disable_legacy_handling": True}
    try:
        heard = _heard(complaints if complaints is not None else [])
        with pypdf.apply_configuration(**bounds), _bounded_text_filters(), heard:
            return work()
    except CannotRead:
        raise
    except Exception as error:  # of a damaged document pypdf raises whatever its parsing runs into
        raise CannotRead(_("it is a damaged PDF, or takes too much to read")) from error


class _Document:
    """The reading of one file."""

    def __init__(self, reader: PdfReader, place: str, budget: Budget) -> None:
        self._reader = reader
        self._place = place
        self._budget = budget
        self._steps = 0

    def passages(self) -> Iterator[Passage]:
        """All of its text. Raises `CannotRead`, and `TooMuch`."""
        yield from self._part(_("properties of the document"), self._properties)
        count = carefully(lambda: len(self._reader.pages))
        if count > MAX_PAGES:
            raise CannotRead(_("it has more than {count} pages").format(count=MAX_PAGES))
        for number in range(count):
            yield from self._page(number)
        yield from self._files()

    def _part(self, name: str, text: Callable[[], str]) -> Iterator[Passage]:
        """The text of a part; what cannot be read is noted."""
        where = inside(self._place, name)
        try:
            complaints: list[str] = []
            found = tidy(carefully(text, complaints))
        except TooMuch:
            raise
        except CannotRead as problem:
            self._budget.note(where, str(problem))
            return
        if complaints:
            self._budget.note(where, _("a part of it is damaged"))
        self._budget.unpack(len(found))
        if found.strip():
            yield Passage(found, where)

    def _page(self, number: int) -> Iterator[Passage]:
        name = _("page {number}").format(number=number + 1)
        page: list[PageObject] = []

        def text() -> str:
            page.append(self._reader.pages[number])
            return page[0].extract_text(visitor_operand_before=self._step)

        read = False
        for passage in self._part(name, text):
            read = True
            yield passage
        if page:
            pictures = carefully(lambda: _pictures(page[0]))
            self._budget.pictures += pictures
            if pictures and not read:
                self._budget.note(inside(self._place, name), _("it is a picture, and what it shows is not read"))
            yield from self._part(_("notes on {place}").format(place=name), lambda: "\n".join(_notes(page[0])))

    def _step(self, *_state: object) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooMuch(_("its pages take too much to draw"))

    def _properties(self) -> str:
        texts = [str(value) for value in (self._reader.metadata or {}).values()]
        if xmp := self._reader.root_object.get("/Metadata"):
            texts.append(xmp.get_object().get_data().decode("utf-8", "replace"))
        texts += [str(field.get("/V", "")) for field in (self._reader.get_fields() or {}).values()]
        return "\n".join((*texts, *_titles(self._reader.outline)))

    def _files(self) -> Iterator[Passage]:
        def contents() -> list[tuple[str, bytes]]:
            return [(name, content) for name, files in self._reader.attachments.items() for content in files]

        try:
            files = carefully(contents)
        except CannotRead as problem:
            self._budget.note(inside(self._place, _("files in the document")), str(problem))
            return
        for name, content in files:
            self._budget.part()
            self._budget.unpack(len(content))
            yield from extract_file(
                content, name, inside(self._place, _("file {name}").format(name=name)), self._budget
            )


@contextmanager
def _bounded_text_filters() -> Iterator[None]:
    """Have pypdf bound what streams of ASCII85 and of hexadecimal digits unpack to, for which it has no setting.

    A `z` of ASCII85 stands for four bytes (ISO 32000-2, 7.4.3); each group is an object meanwhile.
    """
    from pypdf import filters
    from pypdf.errors import LimitReachedError

    def bounded(decoder: type[Any]) -> type[Any]:
        class Bounded(decoder):  # type: ignore[misc]  # either of pypdf's
            @staticmethod
            def decode(data: bytes, *_parameters: object, **_more: object) -> Any:
                if len(data) + 3 * data.count(b"z") > MAX_STREAM:
                    raise LimitReachedError
                return decoder.decode(data)

        return Bounded

    names = ("ASCII85Decode", "ASCIIHexDecode")
    before = {name: getattr(filters, name) for name in names}
    try:
        for name, decoder in before.items():
            setattr(filters, name, bounded(decoder))
        yield
    finally:
        for name, decoder in before.items():
            setattr(filters, name, decoder)


@contextmanager
def _heard(complaints: list[str]) -> Iterator[None]:
    """Note what pypdf meanwhile complains of and then leaves out; it would write that to standard error."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "Impossible to decode" in str(record.msg):
                complaints.append(str(record.msg))

    logger, listener = logging.getLogger("pypdf"), Listener()
    propagated, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagated


def _pictures(page: PageObject) -> int:
    """How many pictures a page has, as far as it says so itself."""
    resources: Any = page.get("/Resources")
    objects: Any = resources.get_object().get("/XObject") if resources else None
    found = objects.get_object().values() if objects else ()
    return sum(one.get_object().get("/Subtype") == "/Image" for one in found)


def _notes(page: PageObject) -> Iterator[str]:
    """What notes, links and fields on a page say."""
    for number, reference in enumerate(page.annotations or ()):
        if number >= _MAX_NOTES:
            raise CannotRead(_("it has more than {count} notes").format(count=_MAX_NOTES))
        note = reference.get_object()
        for key in ("/Contents", "/T", "/TU", "/V", "/DV", "/RC", "/Subj"):
            if isinstance(value := note.get(key), str):
                yield value
        if "/A" in note and "/URI" in (action := note["/A"].get_object()):
            yield str(action["/URI"])


def _titles(outline: Any) -> Iterator[str]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _titles(entry)
        else:
            yield str(entry.title)
