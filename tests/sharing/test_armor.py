"""Armor: packages as text come back as they were, whatever a carrier does to lines, and not if he does more."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.errors import PackageDamaged
from ipvault.sharing.armor import BEGIN, END, SNIFFED, ArmorWriter, is_armored, unarmored


def armored(data: bytes, piece: int = 1000) -> bytes:
    out = io.BytesIO()
    writer = ArmorWriter(out)
    for start in range(0, len(data), piece):
        writer.write(data[start : start + piece])
    writer.finish()
    return out.getvalue()


def bare(text: bytes) -> bytes:
    file = io.BytesIO(text)
    return b"".join(unarmored(file.read(SNIFFED), file, "the package"))


@pytest.mark.parametrize("size", [0, 1, 47, 48, 49, 1000, 3 << 20])
@pytest.mark.parametrize("piece", [7, 1 << 20])
def test_armored_bytes_come_back(size: int, piece: int) -> None:
    """Bytes of any length, written in any pieces, come back."""
    data = os.urandom(size if piece > 7 else min(size, 1000))
    assert bare(armored(data, piece)) == data


def test_armor_is_lines_of_64_characters() -> None:
    """It is ASCII in lines that every mail system carries, between one that begins and one that ends."""
    begin, *lines, end = armored(os.urandom(200)).splitlines()
    assert (begin, end) == (BEGIN, END)
    assert [len(line) for line in lines] == [64, 64, 64, 64, 12]


@pytest.mark.parametrize(
    "carried",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\n\n  " + text + b"\r\n\n\n",
        lambda text: text.replace(b"\n", b"  \n"),
        lambda text: BEGIN + text[len(BEGIN) : -len(END) - 1].replace(b"\n", b"") + END,
        lambda text: text.replace(b"a", b"a\n"),
    ],
)
def test_what_carriers_do_to_lines_does_no_harm(carried: object) -> None:
    """Other line ends, blank lines around it, blanks at the ends and lines of other lengths are taken."""
    data = os.urandom(5000)
    assert callable(carried)
    text = carried(armored(data))
    assert is_armored(text[:SNIFFED])
    assert bare(text) == data


@pytest.mark.parametrize(
    "altered",
    [
        lambda text: text[: -len(END) - 1],
        lambda text: text[:-10],
        lambda text: text[: len(text) // 2],
        lambda text: text + b"x",
        lambda text: text + text,
        lambda text: text.replace(b"\n", b"\n*", 1),
        lambda text: text.replace(b"\n", b"\n-", 1),
        lambda text: text.replace(b"\n", b"\n=", 1),
        lambda text: text.replace(END, b"QQ==QQ==\n" + END),
        lambda text: text.replace(b"\n" + END, b"A\n" + END),
        lambda text: text[:0] + BEGIN + b"\nQR==\n" + END,
        lambda text: text[: len(BEGIN)],
    ],
)
def test_anything_else_is_refused(altered: object) -> None:
    """Text that is cut, mixed with other signs, or not the one way to write these bytes is refused."""
    assert callable(altered)
    with pytest.raises(PackageDamaged):
        bare(altered(armored(os.urandom(3000))))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_text_is_taken_or_refused(text: bytes) -> None:
    """Whatever follows the first line ends in bytes or in an error of ours."""
    try:
        data = bare(BEGIN + text + END)
    except PackageDamaged:
        return
    assert bare(armored(data)) == data
