"""Marks in DOCX: a line at the foot of the pages, characters without width in the text, and a property.

Parts are changed at single places and otherwise copied byte for byte, so that nothing in a document is lost that this
module does not know. Source: ECMA-376, parts 1 (WordprocessingML, custom properties) and 2 (packages).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ipvault.errors import CannotMark
from ipvault.governance.dlp.extraction.archive import DAMAGES, Members
from ipvault.governance.dlp.extraction.limits import MAX_PARTS, Budget, CannotRead, TooMuch
from ipvault.governance.dlp.extraction.xml_reader import XmlReader
from ipvault.governance.marks.copies import Copy, codes_in, written
from ipvault.governance.marks.reading import HIDDEN, PROPERTIES, TEXT, Reading
from ipvault.governance.marks.unseen import unseen, unseen_codes
from ipvault.text import _

DOCUMENT: Final = "word/document.xml"
CUSTOM: Final = "docProps/custom.xml"
PROPERTY: Final = "IPVaultCopy"

_TYPES: Final = "[Content_Types].xml"
_LINKS: Final = "word/_rels/document.xml.rels"
_ROOT_LINKS: Final = "_rels/.rels"
_WORDS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKED: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FMTID: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_WORD_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_XML: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_EVERY: Final = 10
_PAGES: Final = ("default", "first", "even")
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_FOOTER: Final = re.compile(r"word/footer[^/]*\.xml")
_SECTION: Final = re.compile(r"<w:sectPr(?:\s[^>]*)?(/?)>")
_SECTION_END: Final = "</w:sectPr>"
_REFERENCE: Final = re.compile(r"<w:footerReference\s[^>]*>")


def mark_docx(data: bytes, name: str, copy: Copy) -> bytes:
    """The marked copy. Raises `CannotMark`."""
    try:
        parts = _parts(data)
        if any(part.startswith("_xmlsignatures/") for part in parts):
            raise CannotRead(_("it is signed, and no signature survives a change"))
        texts = {part: _text(content) for part, content in parts.items() if _is_changed(part)}
        return _packed(_marked(texts, copy), parts)
    except CannotRead as error:
        raise CannotMark(name=name, reason=str(error)) from None


def _is_changed(part: str) -> bool:
    return part in (DOCUMENT, CUSTOM, _TYPES, _LINKS, _ROOT_LINKS) or _FOOTER.fullmatch(part) is not None


def _parts(data: bytes) -> dict[str, bytes]:
    """All parts of a document, within bounds. Raises `CannotRead`."""
    if data.count(b"PK\x01\x02") > MAX_PARTS:
        raise TooMuch(_("it has more than {count} files in it").format(count=MAX_PARTS))
    budget = Budget()
    budget.allow(len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = Members(archive, "", budget)
            parts = {name: list(members.read(name, name)) for name in members.names}
    except DAMAGES:
        raise CannotRead(_("it is a damaged archive")) from None
    if budget.unread or any(len(contents) != 1 for contents in parts.values()):
        raise CannotRead(_("it is a damaged archive"))
    if DOCUMENT not in parts or _TYPES not in parts or _ROOT_LINKS not in parts:
        raise CannotRead(_("it is no document of Word"))
    return {name: contents[0] for name, contents in parts.items()}


def _text(content: bytes) -> str:
    """A part as text, if it is XML as Word writes it. Raises `CannotRead`."""
    for _step in XmlReader(lambda _name, _attributes: None, lambda _name: None, lambda _text: None).read(content):
        pass
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead(_("it is written in a way that Word does not use")) from None


def _marked(texts: dict[str, str], copy: Copy) -> dict[str, str]:
    document = texts[DOCUMENT]
    if f'xmlns:w="{_WORDS}"' not in document or "</w:body>" not in document:
        raise CannotRead(_("it is written in a way that Word does not use"))
    changed = dict(texts)
    for part, text in texts.items():
        if _FOOTER.fullmatch(part) and "</w:ftr>" in text:
            changed[part] = _before(text, "</w:ftr>", _paragraph(copy.line))
    changed[DOCUMENT] = _with_unseen(document, unseen(copy.code))
    _add_footers(changed, copy)
    _add_property(changed, written(copy.code))
    return changed


def _before(text: str, end: str, added: str) -> str:
    place = text.rindex(end)
    return text[:place] + added + text[place:]


def _paragraph(line: str) -> str:
    """A small grey line that brings its names with it."""
    run = f'<w:r><w:rPr><w:color w:val="666666"/><w:sz w:val="14"/></w:rPr><w:t>{escape(line)}</w:t></w:r>'
    return f'<w:p xmlns:w="{_WORDS}">{run}</w:p>'


def _with_unseen(document: str, code: str) -> str:
    """The document with the code at the end of its first paragraph, and of every tenth."""
    pieces = document.split("</w:p>")
    run = f"<w:r><w:t>{code}</w:t></w:r>"
    marked = [
        piece if number % _EVERY or "<w:t" not in piece else piece + run for number, piece in enumerate(pieces[:-1])
    ]
    return "</w:p>".join((*marked, pieces[-1]))


def _add_footers(texts: dict[str, str], copy: Copy) -> None:
    """Give the first section the kinds of footer that it lacks; the others go on with those."""
    document = texts[DOCUMENT]
    section = _SECTION.search(document)
    if section is None:
        document = _before(document, "</w:body>", f"<w:sectPr>{_SECTION_END}")
        section = _SECTION.search(document)
    if section is None:
        raise CannotRead(_("it is written in a way that Word does not use"))
    if section[1]:
        opened = section[0].removesuffix("/>") + ">"
        document = document[: section.start()] + opened + _SECTION_END + document[section.end() :]
        end = section.start() + len(opened)
    else:
        end = section.end()
    inner = document[end : document.index(_SECTION_END, end)]
    present = " ".join(_REFERENCE.findall(inner))
    references = ""
    for kind in _PAGES:
        if f'"{kind}"' in present:
            continue
        part = f"ipvaultFooter{kind}.xml"
        texts[f"word/{part}"] = f'{_XML}<w:ftr xmlns:w="{_WORDS}">{_paragraph(copy.line)}</w:ftr>'
        references += f'<w:footerReference xmlns:r="{_LINKED}" w:type="{kind}" r:id="ipvault{kind}"/>'
        _link(texts, _LINKS, f"ipvault{kind}", "footer", part)
        _declare(texts, f"/word/{part}", f"{_WORD_TYPE}.footer+xml")
    texts[DOCUMENT] = document[:end] + references + document[end:]


def _link(texts: dict[str, str], links: str, id_: str, kind: str, target: str) -> None:
    schema = "http://schemas.openxmlformats.org/package/2006/relationships"
    known = texts.get(links, f'{_XML}<Relationships xmlns="{schema}"></Relationships>')
    link = f'<Relationship Id="{id_}" Type="{_OFFICE}/relationships/{kind}" Target={quoteattr(target)}/>'
    texts[links] = _inside(known, "Relationships", link)


def _declare(texts: dict[str, str], part: str, kind: str) -> None:
    texts[_TYPES] = _inside(texts[_TYPES], "Types", f'<Override PartName="{part}" ContentType="{kind}"/>')


def _inside(text: str, root: str, added: str) -> str:
    """The part with one more element in its root. Raises `CannotRead` for a root that is written otherwise."""
    if f"</{root}>" not in text:
        text = re.sub(rf"<{root}([^>]*)/>", rf"<{root}\1></{root}>", text, count=1)
    if f"</{root}>" not in text:
        raise CannotRead(_("it is written in a way that Word does not use"))
    return _before(text, f"</{root}>", added)


def _add_property(texts: dict[str, str], code: str) -> None:
    types = f"{_OFFICE}/docPropsVTypes"
    if CUSTOM not in texts:
        root = f'<Properties xmlns="{_OFFICE}/custom-properties" xmlns:vt="{types}"></Properties>'
        texts[CUSTOM] = f"{_XML}{root}"
        _link(texts, _ROOT_LINKS, "ipvaultProperties", "custom-properties", CUSTOM)
        _declare(texts, f"/{CUSTOM}", "application/vnd.openxmlformats-officedocument.custom-properties+xml")
    number = max((int(found) for found in re.findall(r'pid="([0-9]{1,9})"', texts[CUSTOM])), default=1) + 1
    value = f'<vt:lpwstr xmlns:vt="{types}">{code}</vt:lpwstr>'
    added = f'<property fmtid="{_FMTID}" pid="{number}" name="{PROPERTY}">{value}</property>'
    texts[CUSTOM] = _inside(texts[CUSTOM], "Properties", added)


def _packed(texts: dict[str, str], parts: dict[str, bytes]) -> bytes:
    """The archive with what is in it in the old order, and what is new behind that."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | {name: text.encode() for name, text in texts.items()}).items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def read_docx_marks(data: bytes) -> Iterator[Reading]:
    """Every code in the document. Raises `CannotRead`."""
    for name, content in _parts(data).items():
        if not name.endswith(".xml"):
            continue
        try:
            text = "\n".join(_paragraphs(content))
        except CannotRead:
            continue
        is_property = name.startswith("docProps/")
        place = _("properties of the document") if is_property else _("part {name}").format(name=name)
        for code in codes_in(text):
            yield Reading(PROPERTIES if is_property else TEXT, place, code)
        for code in unseen_codes(text):
            yield Reading(HIDDEN, place, code)


def _paragraphs(content: bytes) -> Iterator[str]:
    """The text of each paragraph or property, with its unseen characters."""
    pieces: list[str] = []

    def end(name: str) -> None:
        if name in ("p", "property"):
            pieces.append("\n")

    for _step in XmlReader(lambda _name, _attributes: None, end, pieces.append).read(content):
        yield "".join(pieces)
        pieces.clear()
    yield "".join(pieces)
