"""Marks in copies: put in, read back, and judged by the vault."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_room
from ipvault.crypto.secret import Secret
from ipvault.errors import CannotMark, CannotReadMarks
from ipvault.governance.marks.copies import Copy, codes_in, typed_code, written
from ipvault.governance.marks.identify import Identified, Outcome, Standing, identify
from ipvault.governance.marks.keep import HANDED, Addressee, Marked, Occasion, make_copy
from ipvault.governance.marks.mark import mark, read_marks
from ipvault.governance.marks.reading import DOTS, HIDDEN, PROPERTIES, TEXT
from ipvault.governance.marks.unseen import unseen
from ipvault.records.vocabulary import MAIN
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.governance.made_documents import docx, html, mail, packed, rtf, xlsx
from tests.governance.made_pages import encoded, page_picture, text_pdf, word_document
from tests.governance.survival import COPY, marked, original
from tests.support.memory_vault import MemoryVault, SeededRandom

OTHER = Copy(bytes(range(2, 10)), "Copy for Eve", Secret(b"e" * 32))
LETTER = b"Dear Dora,\n\nas agreed.\n"


def channels(data: bytes, name: str = "copy") -> set[str]:
    """Those in which the code of COPY is read; no other code is."""
    readings = read_marks(data, name)
    assert {reading.code for reading in readings} <= {COPY.code}
    return {reading.channel for reading in readings}


@pytest.mark.parametrize("format_", ["pdf", "page", "docx", "text"])
def test_a_mark_is_the_same_for_the_same_copy(format_: str) -> None:
    """Marking again gives the same bytes; for another copy it gives others."""
    data = original(format_)
    assert mark(data, "x", COPY) == marked(format_)
    if format_ != "page":
        assert mark(data, "x", OTHER) != marked(format_)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_turned_pages(rotation: int) -> None:
    """A page that is shown turned is marked as it is shown, and its line is text."""
    data = mark(text_pdf(rotation=rotation), "x.pdf", COPY)
    assert channels(data) == {TEXT, DOTS, PROPERTIES}


def test_what_is_on_a_page_stays() -> None:
    """A marked PDF says what it said before, and the line; its pages keep their order, size and title."""
    from pypdf import PdfReader

    before, after = (PdfReader(io.BytesIO(data)) for data in (text_pdf(3), mark(text_pdf(3), "x.pdf", COPY)))
    assert len(after.pages) == 3
    for one, other in zip(before.pages, after.pages, strict=True):
        assert one.mediabox == other.mediabox
        assert other.extract_text().replace(COPY.line, "").split() == one.extract_text().split()


@pytest.mark.parametrize(
    ("mode", "format_"),
    [("1", "TIFF"), ("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("CMYK", "JPEG"), ("RGB", "TIFF")],
)
def test_pictures_of_all_kinds(mode: str, format_: str) -> None:
    """Every common way to keep colours can be marked."""
    data = encoded(page_picture(100).convert(mode), format_)
    assert channels(mark(data, "x", COPY)) == {DOTS, PROPERTIES}


def test_all_pages_of_a_tiff() -> None:
    """A TIFF of several pages keeps them all, each with dots."""
    from PIL import Image, ImageSequence

    page = page_picture(100).convert("L")
    data = mark(encoded(page, "TIFF", save_all=True, append_images=[page]), "scan.tif", COPY)
    with Image.open(io.BytesIO(data)) as picture:
        assert [frame.size for frame in ImageSequence.Iterator(picture)] == [page.size] * 2
        picture.seek(1)
        last = encoded(picture.convert("L"), "PNG")
    assert channels(last) == {DOTS}


def test_what_a_picture_is_described_as_stays() -> None:
    """Description, resolution and colour profile of a picture are kept."""
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "A blade"
    data = encoded(page_picture(), "JPEG", exif=exif, dpi=(300, 300), icc_profile=b"profile")
    with Image.open(io.BytesIO(mark(data, "x.jpg", COPY))) as picture:
        assert picture.getexif()[0x010E] == f"A blade {written(COPY.code)}"
        assert (picture.info["dpi"], picture.info["icc_profile"]) == ((300, 300), b"profile")


def test_a_photograph_that_takes_no_dots() -> None:
    """A small and restless picture has the line and the property; one that is too small for those is refused."""
    from PIL import Image

    noise = Image.effect_noise((420, 240), 120)
    assert channels(mark(encoded(noise, "PNG"), "x.png", COPY)) == {PROPERTIES}
    with pytest.raises(CannotMark, match="too small"):
        mark(encoded(noise.crop((0, 0, 60, 40)), "PNG"), "x.png", COPY)


def test_a_word_document_stays_whole() -> None:
    """Parts that no mark is put into are the same bytes, and a section that has a footer keeps it."""
    section = '<w:sectPr><w:footerReference xmlns:r="r" w:type="default" r:id="rId7"/><w:pgSz w:w="1"/></w:sectPr>'
    data = word_document(f"<w:p><w:r><w:t>x</w:t></w:r></w:p>{section}", **{"word/media/a.png": b"\x89PNG"})
    with zipfile.ZipFile(io.BytesIO(mark(data, "x.docx", COPY))) as archive:
        assert archive.read("word/media/a.png") == b"\x89PNG"
        document = archive.read("word/document.xml").decode()
        assert document.count('w:type="default"') == document.count('w:type="first"') == 1
        assert 'r:id="rId7"' in document
        assert COPY.line in archive.read("word/footer7.xml").decode()
        assert "word/ipvaultFooterfirst.xml" in archive.namelist()


def test_properties_that_are_there_stay() -> None:
    """Custom properties of a document keep their numbers, and the mark gets the next one."""
    custom = '<Properties xmlns="p"><property pid="7" name="Client"/></Properties>'
    data = mark(word_document(**{"docProps/custom.xml": custom}), "x.docx", COPY)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        after = archive.read("docProps/custom.xml").decode()
    assert '<property pid="7" name="Client"/>' in after
    assert 'pid="8" name="IPVaultCopy"' in after


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts(encoding: str) -> None:
    """Text stays in its encoding, with its line ends, and every line of it stays."""
    text = "first\r\n\r\nzweite Zeile: ä\r\n"
    after = mark(text.encode(encoding), "x.txt", COPY)
    assert channels(after) == {TEXT, HIDDEN}
    assert after.decode(encoding).replace(unseen(COPY.code), "") == f"{text}{COPY.line}\r\n"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (lambda: text_pdf(signed=True), "it is signed"),
        (lambda: text_pdf(password="x"), "it is encrypted"),
        (lambda: text_pdf()[:700], "damaged PDF"),
        (lambda: encoded(page_picture(), "PNG")[:900], "damaged picture"),
        (lambda: encoded(page_picture().convert("I;16"), "PNG"), "colours"),
        (lambda: b"II*\0" + bytes(20), "no PNG, JPEG or TIFF"),
        (lambda: b"GIF89a" + bytes(20), "no PNG, JPEG or TIFF"),
        (lambda: word_document(**{"_xmlsignatures/sig1.xml": "<x/>"}), "it is signed"),
        (lambda: word_document("<w:p><w:p>"), "damaged"),
        (docx, "no document of Word"),
        (lambda: packed({"a.txt": "a"}), "no document of Word"),
        (xlsx, "no document of Word"),
        (lambda: "für".encode("latin-1"), "not text in Unicode"),
        (lambda: bytes(range(256)), "of this kind"),
        (html, "of this kind"),
        (rtf, "of this kind"),
        (mail, "of this kind"),
    ],
)
def test_what_cannot_be_marked_is_refused(data: object, why: str) -> None:
    """No file is given back bare: what is signed, encrypted, damaged or of another kind is an error that says so."""
    assert callable(data)
    with pytest.raises(CannotMark, match=why):
        mark(data(), "x", COPY)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pypdf or Pillow is missing, the refusal says what to install."""
    monkeypatch.setattr("ipvault.governance.marks.pdf.find_spec", lambda _name: None)
    monkeypatch.setitem(sys.modules, "PIL", None)
    for data in (b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(CannotMark, match="documents"):
            mark(data, "x", COPY)
        with pytest.raises(CannotReadMarks, match="documents"):
            read_marks(data, "x")


def test_codes_in_writing() -> None:
    """A code is five groups of four; whatever else looks a little like one is none."""
    text = written(COPY.code)
    assert list(codes_in(f"x {text}, {text}.")) == [COPY.code, COPY.code]
    for wrong in (text[:-1], text.lower(), f"{text}A", f"A-{text}", text[:-1] + "7"):
        assert list(codes_in(wrong)) == []


def test_a_code_that_is_typed() -> None:
    """Off paper it comes in lower case, in other groups, and with digits for letters; nothing else may be there."""
    code = bytes.fromhex("73b0e1a4c5d6e7f8090a0b0c")
    text = written(code)
    assert "O" in text or "B" in text
    misread = text.replace("O", "0").replace("B", "8")
    for typed in (
        text.lower(),
        misread,
        misread.lower().replace("-", " "),
        text.replace("-", ""),
        f" {text.lower()}\n",
    ):
        assert typed_code(typed) == code
        assert [one.code for one in read_marks(typed.encode(), "-")] == [code]
    for other in (text[:-1], f"{text}A", f"see {text.lower()}", text.replace(text[0], "1"), "x" * 100, ""):
        assert typed_code(other) is None


def made(vault: Vault, data: bytes = LETTER, name: str = "Dora") -> Marked:
    """A copy that is on record."""
    room = find_room(vault.catalog, MAIN).id
    copy = make_copy(vault, room, Addressee("", name), Occasion(HANDED), data, "letter.txt", f"For {name}")
    with transaction(vault) as change:
        change.record(copy.record, room)
        change.commit()
    return copy


def judged(vault: Vault, data: bytes) -> Identified:
    return identify(vault, data, "found.txt")


@pytest.fixture
def vault() -> Vault:
    return MemoryVault.create().open()


def test_a_copy_is_identified(vault: Vault) -> None:
    """A marked copy names the one record of it; an unchanged one is known by its hash as well."""
    copy = made(vault)
    found = judged(vault, copy.data)
    (mark_,) = found.marks
    assert (found.outcome, mark_.standing, mark_.channels) == (Outcome.FOUND, Standing.GENUINE, (TEXT, HIDDEN))
    assert mark_.known is not None
    assert (mark_.known.name, mark_.known.id) == ("Dora", copy.record.copy)
    assert [one.id for one in found.identical] == [copy.record.copy]
    assert judged(vault, copy.data + b".").identical == ()


def test_no_mark(vault: Vault) -> None:
    """The original has none."""
    assert judged(vault, LETTER) == Identified((), ())
    assert judged(vault, LETTER).outcome is Outcome.NONE


def test_a_forged_mark(vault: Vault) -> None:
    """Whoever knows the id of a copy, but no key of the vault, makes no mark that counts."""
    copy = made(vault)
    forged = Copy(bytes.fromhex(copy.record.copy), "", Secret(b"guess" * 6))
    found = judged(vault, forged.line.encode())
    assert (found.outcome, [one.standing for one in found.marks]) == (Outcome.NOT_OURS, [Standing.FORGED])


def test_a_foreign_mark(vault: Vault) -> None:
    """A mark of another vault says nothing here."""
    elsewhere = made(MemoryVault.create(SeededRandom(b"elsewhere")).open())
    found = judged(vault, elsewhere.data)
    assert (found.outcome, [one.standing for one in found.marks]) == (Outcome.NOT_OURS, [Standing.UNKNOWN])


def test_marks_that_contradict_each_other(vault: Vault) -> None:
    """Two copies put together name both, and that they contradict each other."""
    first, second = made(vault), made(vault, name="Eve")
    found = judged(vault, first.data + second.data)
    assert found.outcome is Outcome.CONTRADICTORY
    assert {one.known.name for one in found.marks if one.known} == {"Dora", "Eve"}


def test_each_room_has_marks_of_its_own(vault: Vault) -> None:
    """Keys of marks differ by room and epoch, and are no other key."""
    key = vault.keys.for_content(find_room(vault.catalog, MAIN).id, 1)
    keys = {key.mark_key.reveal(), key.wrap_key.reveal(), key.record_key.reveal()}
    assert len(keys) == 3


def test_a_record_that_comes_later_changes_nothing(vault: Vault) -> None:
    """Who records another copy of an id that is taken does not become its recipient."""
    copy = made(vault)
    room = find_room(vault.catalog, MAIN).id
    with transaction(vault) as change:
        change.record(replace(copy.record, name="Eve"), room)
        change.commit()
    known = judged(vault, copy.data).marks[0].known
    assert known is not None
    assert known.name == "Dora"


def test_what_cannot_be_read(vault: Vault) -> None:
    """A file that marks are never in, and a damaged one, are errors, not files without a mark."""
    for data in (b"\x00\x01\x02", b"%PDF-1.4 nothing", b"\x89PNG\r\n\x1a\nxx"):
        with pytest.raises(CannotReadMarks):
            judged(vault, data)
