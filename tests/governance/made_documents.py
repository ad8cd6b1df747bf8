"""Documents of every kind that is read, made in memory, each with a secret in every place where one can be."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage

CARD = "4111 1111 1111 1111"
IBAN = "DE89 3704 0044 0532 0130 00"
SSN = "536-90-4399"
SECRET = "trade secret"


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _word(root: str, content: str) -> str:
    return f'<?xml version="1.0"?><w:{root} xmlns:w="http://w">{content}</w:{root}>'


def docx(**more: str | bytes) -> bytes:
    """A card number cut into two runs, a comment, a header, a note, deleted text, a picture."""
    cut = "<w:p><w:r><w:t>Card 4111 1111</w:t></w:r><w:r><w:t> 1111 1111</w:t></w:r></w:p>"
    deleted = f"<w:p><w:del><w:r><w:delText>{SECRET}</w:delText></w:r></w:del></w:p>"
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": _word("document", f"<w:body>{cut}{deleted}</w:body>"),
        "word/comments.xml": _word("comments", f"<w:comment>{_paragraph(IBAN)}</w:comment>"),
        "word/header1.xml": _word("hdr", _paragraph("Attorney work product")),
        "word/footnotes.xml": _word("footnotes", _paragraph(SSN)),
        "word/media/image1.png": b"\x89PNG\r\n\x1a\n",
    }
    return packed(files | more)


def xlsx(sheet: str = "", strings: str = "") -> bytes:
    """A visible sheet with a shared text, and a hidden one with a card number as a number."""
    shared = strings or "<sst><si><t>name</t></si><si><r><t>536-</t></r><r><t>90-4399</t></r></si></sst>"
    rows = '<c r="A1" t="s"><v>0</v></c><c r="B7" t="s"><v>1</v></c>'
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="Costs" sheetId="1" r:id="a"/>'
            '<sheet name="Old" state="hidden" sheetId="2" r:id="b"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/>'
            '<Relationship Id="b" Target="/xl/worksheets/sheet2.xml"/></Relationships>',
            "xl/sharedStrings.xml": shared,
            "xl/worksheets/sheet1.xml": sheet or f"<worksheet><sheetData><row>{rows}</row></sheetData></worksheet>",
            "xl/worksheets/sheet2.xml": '<worksheet><sheetData><row><c r="C7"><v>4.111111111111111E+15</v></c></row>'
            "</sheetData></worksheet>",
        }
    )


def pptx() -> bytes:
    """A slide, and the notes of another."""
    text = "<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>"
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "ppt/presentation.xml": "<p:presentation xmlns:p='p'/>",
            "ppt/slides/slide3.xml": text.format(CARD),
            "ppt/notesSlides/notesSlide2.xml": text.format(SSN),
        }
    )


def odt() -> bytes:
    """A paragraph of OpenDocument."""
    content = f"<d xmlns:text='t'><text:p>first</text:p><text:p>Card<text:s/>{CARD}</text:p></d>"
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def mail(*attachments: tuple[str, bytes]) -> bytes:
    """A message with a subject in another encoding, a text, and attachments."""
    message = EmailMessage()
    message["From"], message["To"] = "ada@example.com", "bob@example.com"
    message["Subject"] = f"{SECRET} für Bob"
    message.set_content(f"Hello,\nmy number is {SSN}\n")
    for name, content in attachments:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(message)


def rtf() -> bytes:
    """A card number with a Unicode space in it, an umlaut, and words in a table of fonts, which nobody sees."""
    return (
        rb"{\rtf1\ansi{\fonttbl{\f0 Top Secret Sans;}}Card 4111 1111\u160?1111 1111\par "
        rb"Betriebs- und Gesch\'e4ftsgeheimnisse"
        rb"{\pict\pngblip 89504e47}}"
    )


def html() -> bytes:
    """A card number with a tag in it, a comment, and an attribute."""
    return (
        f"<!DOCTYPE html>\n<p>4111<b> 1111</b> 1111 1111\n<!-- {SECRET} -->\n<a title='{IBAN}' href=x>y</a>\n"
        "<script>token = 'ghp_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX'</script>"
    ).encode()


def pdf(*pages: str, attachment: bytes = b"", password: str = "", title: str = "") -> bytes:
    """Pages with a line of text each."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): named})})
    for text in pages:
        page = writer.add_blank_page(300, 300)
        page[NameObject("/Resources")] = fonts
        content = DecodedStreamObject()
        content.set_data(f"BT /F1 12 Tf 10 100 Td ({text}) Tj ET".encode())
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    if title:
        writer.add_metadata({"/Title": title})
    if attachment:
        writer.add_attachment("inner.txt", attachment)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
