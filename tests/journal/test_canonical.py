"""Canonical JSON: RFC 8785 on the journal's part of JSON, and nothing else."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given, strategies as st

from ipvault.journal.canonical import MAX_INTEGER, JsonValue, NotCanonical, canonical, parse_canonical
from tests.journal.strategies import VALUES


@given(VALUES)
def test_it_is_rfc_8785(value: JsonValue) -> None:
    """On every value that the journal can hold, it writes what a general implementation of RFC 8785 writes."""
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_what_is_written_is_read_back(value: JsonValue) -> None:
    """Reading gives the value that was written."""
    assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize("number", [0, -1, MAX_INTEGER, -MAX_INTEGER])
def test_the_largest_integers(number: int) -> None:
    """Integers go up to 53 bits, the most that every JSON reader keeps exact."""
    assert parse_canonical(canonical(number)) == number
    assert canonical(number) == rfc8785.dumps(number)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_lone_surrogates_cannot_be_written(text: str) -> None:
    """Text that is no Unicode is refused when it is written, as a value and as a key."""
    values: tuple[JsonValue, ...] = (text, {text: 1})
    for value in values:
        with pytest.raises(UnicodeEncodeError):
            canonical(value)


@pytest.mark.parametrize(
    "text",
    [
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"a":1} ',
        b' {"a":1}',
        b'{"a":1}{}',
        b'{"a":1}\x00',
        b'{"a":1.0}',
        b'{"a":1.5}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":9007199254740992}',
        b'{"a":-9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'\xef\xbb\xbf{"a":1}',
        '{"a":1}'.encode("utf-16"),
        '{"a":1}'.encode("utf-16-le"),
        '{"a":1}'.encode("utf-32"),
        b'{"a":"\\u0041"}',
        b'{"a":"\\u00e9"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\xc0\xaf"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\t"}',
        '{"é":1}'.encode(),
        '{"\ufb33":1,"\U0001f600":2}'.encode(),
        '[[{"é":1}]]'.encode(),
        b"{'a':1}",
        b"[1,]",
        b"nul",
        b"",
    ],
)
def test_anything_else_is_refused(text: bytes) -> None:
    """Order, duplicates, space, floats, numbers without a home in 53 bits, byte-order marks, other encodings, needless
    escapes, text that is no Unicode and names that are not ASCII: none of that has a canonical form.
    """
    with pytest.raises(NotCanonical):
        parse_canonical(text)


def test_deep_nesting_is_refused() -> None:
    """A text that would exhaust the parser is refused like any other."""
    for text in (b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 100_000):
        with pytest.raises(NotCanonical):
            parse_canonical(text)


@given(
    st.one_of(
        st.binary(max_size=40), st.text(alphabet='{}[]":,0123456789.eE+- ntrufals\\', max_size=40).map(str.encode)
    )
)
def test_what_is_read_is_what_would_be_written(text: bytes) -> None:
    """Whatever can be read is byte for byte what would be written, and RFC 8785 agrees."""
    with suppress(NotCanonical):
        value = parse_canonical(text)
        assert canonical(value) == text == rfc8785.dumps(value)


@given(VALUES, st.data())
def test_other_spellings_are_refused(value: JsonValue, data: st.DataObject) -> None:
    """The same value in any other spelling is not read."""
    spellings = [
        json.dumps(value, sort_keys=True).encode(),
        json.dumps(value, indent=1).encode(),
        json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(", ", ":")).encode(),
    ]
    text = data.draw(st.sampled_from(spellings))
    if text != canonical(value):
        with pytest.raises(NotCanonical):
            parse_canonical(text)
