"""Names and other text from outside: what can be recorded is harmless wherever it is shown, and stays as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from ipvault.errors import UsageError
from ipvault.records.vocabulary import MAX_NAME, MAX_TEXT
from ipvault.vault.names import free_text, item_name, name_from_file, person_name

ANY_TEXT = st.text(st.characters(), max_size=30)
HARMFUL = [
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x9b",
    "\r",
    "\b",
    "\x7f",
    "\u200b",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u2028",
    "\ud800",
]
HARMFUL += ["\U000e0041", "\ue000", "\u0378"]


def is_harmless(text: str, but: str = "") -> bool:
    categories = {unicodedata.category(character) for character in text if character not in but}
    return not categories & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(ANY_TEXT)
def test_any_text_as_a_name(text: str) -> None:
    """Whatever is typed is refused, or becomes a harmless name that would be typed the same way again."""
    with suppress(UsageError):
        name = item_name(text)
        assert is_harmless(name)
        assert name == unicodedata.normalize("NFC", text)
        assert item_name(name) == name
        assert 0 < len(name.encode()) <= MAX_NAME
        assert not {"", ".", ".."} & set(name.split("/"))


@given(st.lists(ANY_TEXT | st.sampled_from(["..", ".", "", "a\udcff", "b\u202ec", "\x1b"]), max_size=4).map("/".join))
def test_any_path_gives_a_name(path: str) -> None:
    """A file with any name at all gets one that is harmless, unless nothing is left of it; and different bytes that are
    not text give different names.
    """
    with suppress(UsageError):
        name = name_from_file(path)
        assert item_name(name) == name
        assert is_harmless(name)
    if any(part.strip() not in ("", ".", "..") for part in path.split("/")) and len(path) < 100:
        assert name_from_file(path)


@pytest.mark.parametrize(
    "text",
    ["", " ", "\u3000", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a" * (MAX_NAME + 1), "é" * 600],
)
def test_what_is_no_name(text: str) -> None:
    """Nothing, only space, an empty part, a way out of the folder, and what is too long."""
    with pytest.raises(UsageError) as caught:
        item_name(text)
    assert str(caught.value)


@pytest.mark.parametrize("character", HARMFUL, ids=ascii)
@pytest.mark.parametrize("check", [item_name, person_name, free_text])
def test_harmful_characters(check: Callable[[str], str], character: str) -> None:
    """Control, escape, bidirectional and invisible characters, surrogates and unassigned ones are refused everywhere; a
    file's own name shows them instead.
    """
    with pytest.raises(UsageError):
        check(f"a{character}b")
    shown = name_from_file(f"a{character}b")
    assert is_harmless(shown)
    assert f"\\u{ord(character[0]):04x}" in shown


@pytest.mark.parametrize(
    "text", ["a", "widget/claims.docx", "a b", "-rf", "~", "C:\\x", "CON", "a:b", "[red]", "名前", "é", "..."]
)
def test_unusual_names_are_fine(text: str) -> None:
    """What is only dangerous elsewhere is made safe there, and is kept here as it is."""
    assert item_name(text) == text
    assert item_name("e\u0301") == "\u00e9"


@given(ANY_TEXT)
def test_any_text_as_a_note(text: str) -> None:
    """Notes keep their line ends and nothing else that is invisible; they are kept as they were typed."""
    with suppress(UsageError):
        note = free_text(text)
        assert is_harmless(note, but="\n\t")
        assert free_text(note) == note
    with suppress(UsageError):
        assert is_harmless(person_name(text))
        assert person_name(text) == person_name(person_name(text))


def test_how_long_a_note_can_be() -> None:
    """Up to its limit in bytes, not in characters."""
    assert free_text("é" * (MAX_TEXT // 2))
    with pytest.raises(UsageError):
        free_text("é" * (MAX_TEXT // 2) + "a")
