"""The encoding of contexts and signed statements."""

from __future__ import annotations

from hypothesis import given, strategies as st

from ipvault.crypto.pae import pae

KINDS = st.sampled_from(["object", "slot", "commit"])
PARTS = st.lists(st.binary(max_size=12), max_size=4)


def parts_of(encoded: bytes) -> list[bytes]:
    """A second reading of the encoding: u64 LE count, then u64 LE length and bytes of each part, and nothing more."""

    def number(at: int) -> int:
        return int.from_bytes(encoded[at : at + 8], "little")

    parts, at = [], 8
    for _ in range(number(0)):
        parts.append(encoded[at + 8 : at + 8 + number(at)])
        at += 8 + number(at)
    assert at == len(encoded)
    return parts


def test_an_encoding_by_hand() -> None:
    """The encoding is the one that the format document gives, byte by byte."""
    assert pae("slot", b"\x00\xff", "é", 258) == bytes.fromhex(
        "0400000000000000"
        "0f00000000000000" + b"ipvault/v1/slot".hex() + "0200000000000000"
        "00ff"
        "0200000000000000"
        "c3a9"
        "0800000000000000"
        "0201000000000000"
    )


@given(kind=KINDS, parts=PARTS)
def test_a_second_reader_gets_the_parts_back(kind: str, parts: list[bytes]) -> None:
    """Whoever knows the format can take an encoding apart again."""
    assert parts_of(pae(kind, *parts)) == [b"ipvault/v1/" + kind.encode(), *parts]


@given(one=st.tuples(KINDS, PARTS), two=st.tuples(KINDS, PARTS))
def test_different_lists_have_different_encodings(one: tuple[str, list[bytes]], two: tuple[str, list[bytes]]) -> None:
    """No two lists share an encoding, wherever their bytes are divided."""
    assert (pae(one[0], *one[1]) == pae(two[0], *two[1])) == (one == two)


def test_moving_a_boundary_changes_the_encoding() -> None:
    """Parts that join to the same bytes, and an empty part more or less, are told apart."""
    variants = [pae("x", *parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"abc", b""], [b"", b"abc"])]
    assert len(set(variants)) == len(variants)
