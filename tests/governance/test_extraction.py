"""Text out of documents: from every place where there can be some, with a place that a lawyer finds."""

from __future__ import annotations

import builtins
import io
import zipfile
from collections.abc import Iterable
from types import ModuleType
from unittest.mock import patch

import pytest

from ipvault.governance.dlp.rules.reading import shipped
from ipvault.governance.dlp.scan import scan
from tests.governance import made_documents as made
from tests.governance.made_documents import CARD, IBAN, SECRET, SSN

WIDE = {code: chr(0xFF00 + code - 0x20) for code in range(0x30, 0x3A)}
"""Digits as East Asian typography has them."""


def found(data: bytes, name: str = "x") -> dict[tuple[str, str], int]:
    """Rule and place of each finding, and how often."""
    return {(one.rule, one.place): one.times for one in scan([data], name, shipped()).findings}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(
            made.docx(),
            {
                ("payment-card", "paragraph 1"),
                ("legend-trade-secret", "deleted text, paragraph 2"),
                ("iban", "comment, paragraph 1"),
                ("legend-privilege", "page header, paragraph 1"),
                ("us-ssn", "footnote, paragraph 1"),
            },
            id="docx",
        ),
        pytest.param(
            made.xlsx(), {("us-ssn", "sheet Costs, cell B7"), ("payment-card", "hidden sheet Old, cell C7")}, id="xlsx"
        ),
        pytest.param(
            made.pptx(), {("payment-card", "slide 3, paragraph 1"), ("us-ssn", "notes 2, paragraph 1")}, id="pptx"
        ),
        pytest.param(made.odt(), {("payment-card", "paragraph 2")}, id="odt"),
        pytest.param(
            made.rtf(),
            {("payment-card", "from paragraph 1 on"), ("legend-trade-secret", "from paragraph 1 on")},
            id="rtf",
        ),
        pytest.param(
            made.html(),
            {
                ("payment-card", "line 2"),
                ("legend-trade-secret", "line 3"),
                ("iban", "line 4"),
                ("github-token", "line 5"),
            },
            id="html",
        ),
        pytest.param(
            made.pdf("first", f"Card {CARD}", attachment=SSN.encode(), title=SECRET),
            {
                ("payment-card", "page 2"),
                ("us-ssn", "file inner.txt, line 1"),
                ("legend-trade-secret", "properties of the document"),
            },
            id="pdf",
        ),
        pytest.param(
            made.mail(("notes.docx", made.docx())),
            {
                ("legend-trade-secret", "header of the message"),
                ("us-ssn", "text of the message, line 2"),
                ("payment-card", "attachment notes.docx, paragraph 1"),
                ("iban", "attachment notes.docx, comment, paragraph 1"),
                ("legend-privilege", "attachment notes.docx, page header, paragraph 1"),
            },
            id="mail",
        ),
        pytest.param(
            made.packed({"in/a.zip": made.packed({"b.txt": f"x\n{IBAN}"})}),
            {("iban", "file in/a.zip, file b.txt, line 2")},
            id="zip",
        ),
    ],
)
def test_every_place_is_read(data: bytes, expected: Iterable[tuple[str, str]]) -> None:
    """What is hidden, deleted, noted, attached or cut in two by formatting is found, and its place told."""
    scanned = scan([data], "x", shipped())
    assert {(one.rule, one.place) for one in scanned.findings} == set(expected)
    assert scanned.unread == ""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_encodings(encoding: str) -> None:
    """Plain text is read in the encodings that it comes in, and lines are counted."""
    text = f"erste Zeile\nein Geschäftsgeheimnis\n{CARD}"
    assert found(text.encode(encoding)) == {("legend-trade-secret", "line 2"): 1, ("payment-card", "line 3"): 1}


@pytest.mark.parametrize(
    "hidden", ["4111\u200b 1111\xad 1111 1111", "4111\xa01111\u20091111 1111", "4111\u20131111\u20131111\u20131111"]
)
def test_unseen_characters_hide_nothing(hidden: str) -> None:
    """Characters without width, and spaces and hyphens of other kinds, do not keep a number from being found."""
    assert found(hidden.encode()) == {("payment-card", "line 1"): 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Office file of the old form"),
        (bytes(range(256)) * 4, "in a form that ipvault does not read"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 20, "it is a picture"),
        (b"%PDF-1.7\nnothing", "damaged PDF"),
        (made.pdf("x", password="x"), "it has a password"),
        (b"PK\x03\x04nothing", "damaged archive"),
        (made.packed({"a.bin": bytes(range(256))}), "file a.bin: it is in a form"),
        (made.docx(**{"word/document.xml": "<w:document>"}), "a part of it is damaged"),
        (made.docx(**{"word/vbaProject.bin": b"x"}), "macros are not read"),
        (rb"{\rtf1{\object{\*\objdata 00}}}", "an object in it is not read"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, reason: str) -> None:
    """A document whose text, or some of it, cannot be had is never taken for clean."""
    assert reason in scan([data], "x", shipped()).unread


def test_an_empty_file_is_clean() -> None:
    """There is nothing in it, and nothing to say of it."""
    assert scan([], "x", shipped())[1:] == ((), "", 0)


def test_pictures_are_counted() -> None:
    """A picture in a document is told as one that was not looked at; the rest of the document is read."""
    assert scan([made.docx()], "x", shipped()).pictures == 1


def test_a_pdf_without_the_extra() -> None:
    """Where pypdf is not installed, a PDF is not read, and the extra that would read it is named."""
    data, imported = made.pdf(CARD), builtins.__import__

    def lacking(name: str, *arguments: object, **more: object) -> ModuleType:
        if name == "pypdf":
            raise ImportError(name)
        return imported(name, *arguments, **more)  # type: ignore[arg-type]  # as they came

    with patch.object(builtins, "__import__", lacking):
        scanned = scan([data], "x", shipped())
    assert scanned.findings == ()
    assert "install ipvault[documents]" in scanned.unread


@pytest.mark.parametrize(
    "text",
    [
        "<html><p>4111<!-- x --> 1111 1111 1111</p></html>",
        "<html><p>4111 11<!----><b>11</b> 1111 1111</p></html>",
        CARD.translate(WIDE),
        CARD.translate(WIDE | {ord(" "): "\uff0d"}),
    ],
)
def test_a_number_in_disguise(text: str) -> None:
    """Neither a comment in the middle of a number nor full-width digits hide it."""
    assert [one.rule for one in scan([text.encode()], "x", shipped()).findings] == ["payment-card"]


def test_what_a_comment_says_is_read() -> None:
    """Behind the tag that ends the word before, or at the end of the document."""
    for text in (f"<p>a<!-- card {CARD} --></p>", f"<p>a</p><!-- card {CARD} -->", f"<!-- card\n{CARD} -->"):
        assert [one.rule for one in scan([f"<html>{text}".encode()], "x", shipped()).findings] == ["payment-card"]


def test_names_and_comments_in_an_archive() -> None:
    """Names and comments of files, and the comment of the archive, are text too."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(f"{SSN}.txt")
        info.comment = f"card {CARD}".encode()
        archive.writestr(info, "nothing")
        archive.comment = IBAN.encode()
    there = found(out.getvalue())
    assert {rule for rule, _place in there} == {"payment-card", "us-ssn", "iban"}
    assert {place for _rule, place in there} == {"names and comments of its files"}


def test_umlauts_in_names_of_an_archive() -> None:
    """Many programs write UTF-8 and do not say so; places are told with the name that people know."""
    data = made.packed({"M__ller.txt": CARD}).replace(b"M__ller", "Müller".encode())
    ((_rule, place),) = found(data)
    assert place == "file Müller.txt, line 1"
