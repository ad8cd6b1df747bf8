"""Documents made to break their reader: whatever they are, they cost no more than they may, and nothing is raised."""

from __future__ import annotations

import base64
import io
import resource
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pypdf import PdfReader
from pypdf.errors import LimitReachedError

from ipvault.governance.dlp.extraction import limits
from ipvault.governance.dlp.extraction.pdf import carefully
from ipvault.governance.dlp.rules.reading import shipped
from ipvault.governance.dlp.scan import scan
from tests.governance import made_documents as made

PEAK = 500 * limits.MIB
"""Bytes that reading a bomb may have in memory at once."""

ROOT = Path(__file__).parents[2]
MEMORY = 700 * limits.MIB
"""Bytes of address space for a bomb: a process with all readers takes 300 of them before it reads anything."""

SEEDS = (
    made.docx(),
    made.xlsx(),
    made.pptx(),
    made.odt(),
    made.mail(("a.docx", made.docx())),
    made.rtf(),
    made.html(),
    made.pdf("text", attachment=b"x"),
)


@given(st.data())
def test_no_mutation_raises(data: st.DataObject) -> None:
    """Documents with bytes altered, cut out or put in are read as far as can be."""
    document = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _change in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(document) - 1))
        cut = data.draw(st.integers(0, 20))
        document[place : place + cut] = data.draw(st.binary(max_size=8))
        if not document:
            return
    scan([bytes(document)], "x", shipped())


@given(
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"{\\rtf1", b"<html>", b"From: a\nTo: b\n\n", b"\xff\xfe"]),
    st.binary(max_size=300),
    st.sampled_from(["x", "x.html", "x.eml"]),
)
def test_no_bytes_raise(beginning: bytes, rest: bytes, name: str) -> None:
    """Any bytes are read as far as can be, whatever they pretend to be."""
    scan([beginning + rest], name, shipped())


def _zip_bomb() -> bytes:
    return made.packed({f"{number}.txt": b"0" * (30 * limits.MIB) for number in range(2)})


def _nested_zips() -> bytes:
    data = made.packed({"a.txt": made.CARD})
    for _level in range(limits.MAX_DEPTH + 2):
        data = made.packed({"a.zip": data})
    return data


def _many_files() -> bytes:
    return made.packed({f"{number}": "" for number in range(limits.MAX_PARTS + 1)})


def _laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return made.docx(
        **{"word/document.xml": f'<!DOCTYPE d [<!ENTITY l0 "ha">{entities}]><d><w:p xmlns:w="w">&l9;</w:p></d>'}
    )


def _deep_xml() -> bytes:
    return made.docx(**{"word/document.xml": "<a>" * 300_000})


def _cells() -> bytes:
    cell = '<c r="A1" t="s"><v>0</v></c>'
    text = "x" * 100_000
    return made.xlsx(
        f"<worksheet><sheetData>{cell * 20_000}</sheetData></worksheet>", f"<sst><si><t>{text}</t></si></sst>"
    )


def _groups() -> bytes:
    return b"{\\rtf1" + b"{" * 3_000_000


def _mime() -> bytes:
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000))
    return b"From: a\nTo: b\nMIME-Version: 1.0\n" + parts


def _messages() -> bytes:
    return b"From: a\nTo: b\nMIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 5000


def _open_comment() -> bytes:
    return b"<html><!--" + b"<a <!-- \n" * 2_000_000


def _stream(filters: bytes, content: bytes) -> bytes:
    """A PDF whose only page has this as its content."""
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), filters, content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    document, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(b"%010d 00000 n \n" % len(document))
        document += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(places)
    return document + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(document)


def _pdf_stream() -> bytes:
    once = zlib.compress(b"0" * (100 * limits.MIB), 1)
    return _stream(b"/FlateDecode/FlateDecode", zlib.compress(once))


def _pdf_ascii85() -> bytes:
    return _stream(b"/ASCII85Decode", b"z" * (20 * limits.MIB) + b"~>")


def _pdf_packed_ascii85() -> bytes:
    return _stream(b"/FlateDecode/ASCII85Decode", zlib.compress(b"z" * (15 * limits.MIB) + b"~>"))


def _pdf_digits() -> bytes:
    return _stream(b"/ASCIIHexDecode", b"20 " * (14 * limits.MIB) + b">")


def _pdf_forms() -> bytes:
    """Forms, each of which draws the next twice: a thousand million drawings."""
    count = 30
    beginning = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>endobj "
        b"4 0 obj<</Length 9>>stream\n/X Do    \nendstream endobj "
    )
    forms = [
        b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length 12>>stream\n"
        b"/X Do /X Do \nendstream endobj " % (number, number + 1)
        for number in range(5, 5 + count)
    ]
    return b"".join((beginning, *forms)) + b"trailer<</Root 1 0 R>>\n%%EOF"


BOMBS: tuple[Callable[[], bytes], ...] = (
    *(_zip_bomb, _nested_zips, _many_files, _laughs, _deep_xml, _cells, _groups, _mime, _messages, _open_comment),
    *(_pdf_stream, _pdf_ascii85, _pdf_packed_ascii85, _pdf_digits, _pdf_forms),
)


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.__name__.strip("_"))
def test_bombs(bomb: Callable[[], bytes], tmp_path: Path) -> None:
    """What would unpack, nest or repeat without end is said to be unread, in a process of bounded memory."""
    (tmp_path / "bomb").write_bytes(bomb())
    code = (
        "import resource, sys\nfrom ipvault.governance.dlp.scan import scan\n"
        "from ipvault.governance.dlp.rules.reading import shipped\n"
        "with open(sys.argv[1], 'rb') as file:\n print(scan([file.read()], 'bomb', shipped()).unread)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "bomb"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert (done.returncode, done.stderr) == (0, "")
    unread, peak = done.stdout.splitlines()
    assert (unread != "") == (bomb is not _open_comment), unread  # which is only a long comment
    assert int(peak) * 1024 < PEAK  # where memory ends the reading only, a larger computer would go on


@pytest.mark.parametrize("filters", [b"/ASCII85Decode", b"/ASCIIHexDecode"])
def test_streams_of_text_are_read(filters: bytes) -> None:
    """What is bounded is not what ordinary documents have."""
    content = f"BT /F1 12 Tf 10 100 Td ({made.CARD}) Tj ET".encode()
    packed = base64.a85encode(content, adobe=False) + b"~>" if b"85" in filters else content.hex().encode() + b">"
    found = scan([_stream(filters, packed)], "x", shipped())
    assert [one.rule for one in found.findings] == ["payment-card"], found


def test_what_text_unpacks_to_is_known_before() -> None:
    """Five MiB of ASCII85 that stand for twenty are refused for their size, and four are not."""
    for count, is_refused in ((4, False), (5, True)):
        reader = PdfReader(io.BytesIO(_stream(b"/ASCII85Decode", b"z" * ((count * limits.MIB) - 9) + b"~>")))
        stream: Any = reader.pages[0]["/Contents"].get_object()
        if not is_refused:
            assert len(carefully(stream.get_data)) == 4 * (count * limits.MIB - 9)
            continue
        with pytest.raises(limits.CannotRead) as refused:
            carefully(stream.get_data)
        assert isinstance(refused.value.__cause__, LimitReachedError)


def test_a_large_text_takes_no_memory() -> None:
    """Plain text is read as it comes, in windows, however long it is and though it has no line end."""
    code = (
        "from ipvault.governance.dlp.scan import scan\nfrom ipvault.governance.dlp.rules.reading import shipped\n"
        "blocks = (b'word ' * 400_000 + b'4111 1111 1111 1111 ' for _ in range(40))\n"
        "print(len(scan(blocks, 'x', shipped()).findings))"
    )
    limit = 72 * limits.MIB
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (done.returncode, done.stdout) == (0, "1\n"), done


@settings(max_examples=20)
@given(st.integers(1, 40))
def test_truncation(part: int) -> None:
    """A document that ends too early is read as far as it goes."""
    for seed in SEEDS:
        scan([seed[: len(seed) * part // 41]], "x", shipped())
