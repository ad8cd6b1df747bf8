"""Which names can be seen, and which can be taken for each other."""

from __future__ import annotations

import sys
from unicodedata import category, normalize

import pytest
from hypothesis import given, strategies as st

from ipvault.characters import is_visible, skeleton

UNSEEN = [
    *("\u3164", "\u2800", "\u034f", "\ufe0f", "\u115f", "\u1160", "\uffa0", "\u17b4", "\u180b", "\U000e0100"),
    *("\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u061c", "\x1b", "\n", "\u00a0", "\u3000"),
]


@pytest.mark.parametrize("character", UNSEEN, ids=ascii)
def test_what_nobody_sees(character: str) -> None:
    """Fillers, joiners, variation selectors, blanks that are no plain space, and marks without a letter."""
    for text in (character, f"Bob{character}", f"B{character}ob", f"{character}Bob"):
        assert not is_visible(text)


@pytest.mark.parametrize(
    "text", ["", "Bob Babbage", "\u0301", "Ægidius", "Ἀθηνᾶ", "株式会社", "ಬಾಬ್", "محمد", "O'Brien-ß №1", "⠓⠊"]
)
def test_what_everybody_sees(text: str) -> None:
    """Names in any script, with the marks that belong to it, can be seen; a mark alone cannot be told from another."""
    assert is_visible(text) is (text != "\u0301")


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Bob", "B\u043eb"),
        ("Bob", "\u0412\u043e\u042c".replace("\u042c", "b")),
        ("Bob", "\uff22\uff4f\uff42"),
        ("Bob", "BOB"),
        ("Bob", "B0b"),
        ("Bob", "Bo\u200db\u3164"),
        ("Bob Babbage", "Bob \u00a0 Babbage"),
        ("PAYPAL", "\u03a1\u0391\u03a5\u03a1\u0391L"),
        ("paypal", "\u0440\u0430\u0443\u0440\u0430l"),
        ("Bill", "BiIl"),
        ("Bill", "Bi11"),
        ("\u00c5sa", "\u212bs\u0430"),
        ("René", "Ren\u0435\u0301"),
        ("office", "o\ufb03ce"),
    ],
)
def test_names_that_look_alike(name: str, other: str) -> None:
    """Another script, width or case, ligatures, invisible characters and strokes make no other name to the eye."""
    assert skeleton(name) == skeleton(other)


@pytest.mark.parametrize(
    ("name", "other"),
    [("Bob", "Rob"), ("Bob", "Bo"), ("Bob", "Böb"), ("Иван", "Инна"), ("Νίκος", "Νίκη"), ("a b", "ab")],
)
def test_names_that_do_not(name: str, other: str) -> None:
    """Whoever reads them tells them apart, accents too."""
    assert skeleton(name) != skeleton(other)


@given(st.text(max_size=20))
def test_any_text_has_a_skeleton(text: str) -> None:
    """It does not depend on the form or the case in which the text was written."""
    assert skeleton(text) == skeleton(normalize("NFC", text)) == skeleton(normalize("NFD", text))


def test_nothing_unassigned_is_visible() -> None:
    """No character that a terminal or a reader cannot show counts as visible, wherever Unicode has it."""
    hidden = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")
    assert [code for code in range(sys.maxunicode + 1) if category(chr(code)) in hidden and is_visible(chr(code))] == [
        32
    ]
