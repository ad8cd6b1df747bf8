"""P45: text from outside is harmless and visible wherever it is shown."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given, strategies as st

from ipvault.characters import columns, printable
from ipvault.text import as_json
from tests.support.program import SAMPLE, Outcome, ipvault
from tests.support.sample_program import HOSTILE
from tests.support.terminal import Terminal

ANY_TEXT = st.text(st.characters(categories=None), max_size=60)
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _acts(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in HARMFUL}


@given(ANY_TEXT)
def test_nothing_acts_on_the_terminal(text: str) -> None:
    """No control, format, surrogate, private or unassigned character and no line separator is left."""
    assert not _acts(printable(text))


@given(ANY_TEXT)
def test_everything_is_visible(text: str) -> None:
    """Each character is either still there or there as its escape, so nothing disappears; twice changes nothing."""
    shown = printable(text)
    assert len(shown) >= len(text)
    assert printable(shown) == shown


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_ordinary_text_is_unchanged(text: str) -> None:
    """Letters, digits, punctuation and symbols of every script are shown as they are."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("\x1b]8;;http://x\x1b\\", "\\x1b]8;;http://x\\x1b\\"),
        ("\x9b31m", r"\x9b31m"),
        ("a\rb\bc\x7f", r"a\x0db\x08c\x7f"),
        ("a\tb\nc", r"a\x09b\x0ac"),
        ("\u202egpj.exe\u2066\u200f", r"\u202egpj.exe\u2066\u200f"),
        ("a\u200b\u200d\u2060\ufeffb", r"a\u200b\u200d\u2060\ufeffb"),
        ("\u3164\u034f\ufe0f\U000e0041", r"\u3164\u034f\ufe0f\U000e0041"),
        ("\u2028\u2029", r"\u2028\u2029"),
        ("\udc80", r"\udc80"),
        ("Größe 漢字 שלום", "Größe 漢字 שלום"),
        ("[red]x[/red]", "[red]x[/red]"),
    ],
)
def test_known_tricks(text: str, shown: str) -> None:
    """Escape sequences, C1 controls, overwriting, turned reading direction and invisible characters are shown."""
    assert printable(text) == shown


@given(ANY_TEXT)
def test_json_is_ascii(text: str) -> None:
    """JSON carries the text unchanged, in characters that act on nothing."""
    line = as_json({"name": text})
    assert line.isascii()
    assert line.isprintable()
    assert json.loads(line) == {"name": text}


def test_widths() -> None:
    """Columns are counted as terminals do: wide characters take two, combining marks none."""
    assert [columns(text) for text in ("abc", "漢字", "e\u0301")] == [3, 4, 1]


def _harmless(text: str) -> bool:
    return not _acts(text.replace("\n", "").replace("\t", ""))


@pytest.mark.parametrize("options", [(), ("--json",), ("--plain",)], ids=["", "json", "plain"])
def test_a_hostile_name_in_a_pipe(options: tuple[str, ...]) -> None:
    """Tables, fields, text, messages, warnings and JSON show it escaped when the output is piped."""
    outcome = ipvault("sample-hostile", *options, module=SAMPLE)
    assert outcome.exit == 0
    assert _harmless(outcome.stdout)
    assert _harmless(outcome.stderr)
    assert r"\u202egpj.exe" in outcome.stdout
    if options == ("--json",):
        data = json.loads(outcome.stdout)
        assert data["data"]["name"] == HOSTILE
        assert data["warnings"] == [HOSTILE]
    else:
        assert "[red]x[/red][link=file:///]" in outcome.stdout


def test_a_hostile_name_in_an_error() -> None:
    """Errors show it escaped, in words and in JSON, and so do usage errors that repeat what was typed."""
    for outcome in (
        ipvault("sample-fail", "denied", module=SAMPLE),
        ipvault("sample-fail", "denied", "--json", module=SAMPLE),
        ipvault("\x1b[31mlist\u202e"),
        ipvault("completion", "\x1b[31m\u202e"),
        ipvault("completion", "--\x1b[31m\u202e"),
        ipvault("completion", "bash", "\x1b[31m\u202e"),
    ):
        assert outcome.exit in (2, 15)
        assert _harmless(outcome.stderr)
        assert "31m" in outcome.stderr


@pytest.mark.parametrize("options", [(), ("--plain",)], ids=["drawn", "plain"])
def test_a_hostile_name_on_a_terminal(options: tuple[str, ...]) -> None:
    """Drawn and plain tables show it escaped, and its markup is text; only our own colours are escape sequences."""
    with Terminal("sample-hostile", *options, module=SAMPLE, columns=250) as terminal:
        status, shown = terminal.end()
    assert status == 0
    ours = shown.replace("\x1b[1m", "").replace("\x1b[33m", "").replace("\x1b[0m", "").replace("\r\n", "")
    assert not _acts(ours)
    assert "[red]x[/red][link=file:///]" in ours


def test_an_encoding_that_lacks_characters() -> None:
    """A terminal that cannot show a character gets its escape instead of an error."""
    outcome: Outcome = ipvault("sample-echo", "--note", "漢字", module=SAMPLE, env={"PYTHONIOENCODING": "ascii"})
    assert outcome.exit == 0
    assert r"\u6f22\u5b57" in outcome.stdout
