"""The code that corrects what was misread."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.governance.marks.reed_solomon import Uncorrectable, decode, encode

DATA = bytes.fromhex("205b0b78d172dc4d4340ec11ec11ec11")
PARITY = bytes.fromhex("c4232777ebd7e7e25d17")


def test_a_known_word() -> None:
    """HELLO WORLD as a QR code of version 1-M: the example of the tutorials on ISO/IEC 18004."""
    assert encode(DATA, 10) == DATA + PARITY


@settings(max_examples=60)
@given(st.data())
def test_what_can_be_corrected_is(data: st.DataObject) -> None:
    """Errors and erasures, at any places, are corrected while twice the errors and the erasures fit into the parity."""
    content = data.draw(st.binary(min_size=12, max_size=12))
    lost = data.draw(st.integers(0, 12))
    wrong = data.draw(st.integers(0, (12 - lost) // 2))
    places = data.draw(st.permutations(range(24)))[: lost + wrong]
    word = bytearray(encode(content, 12))
    altered = 0
    for place in places:
        before, word[place] = word[place], data.draw(st.integers(0, 255))
        altered += before != word[place]
    assert decode(bytes(word), 12, places[:lost]) == (content, altered)


def test_what_cannot_be_corrected_is_refused() -> None:
    """A word with seven errors of twelve bytes of parity, and one with too many erasures, give nothing."""
    word = bytes(byte ^ (place < 7) * 0x55 for place, byte in enumerate(encode(DATA[:12], 12)))
    with pytest.raises(Uncorrectable):
        decode(word, 12)
    with pytest.raises(Uncorrectable):
        decode(word, 12, range(13))
