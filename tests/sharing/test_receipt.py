"""Receipts: what a recipient signed is what the sender reads, and nobody can make one in the name of another."""

from __future__ import annotations

import tomllib

import pytest
import tomli_w
from hypothesis import given, strategies as st

from ipvault.errors import Damaged, FormatTooNew
from ipvault.records.vocabulary import RECEIPT_EVENTS
from ipvault.sharing.receipt import MAX_SIZE, Receipt, Statement
from tests.sharing.made_packages import ALICE, BOB, NOW

STATEMENT = Statement("opened", NOW, "0" * 32, "1" * 64)
TOML = Receipt.issue(BOB.identity, BOB.card, STATEMENT).to_toml()


def altered(name: str, value: object) -> bytes:
    return tomli_w.dumps(tomllib.loads(TOML.decode()) | {name: value}).encode()


@pytest.mark.parametrize("event", RECEIPT_EVENTS)
def test_a_receipt_says_what_was_signed(event: str) -> None:
    """Event, time, package and recipient come back as they were signed."""
    statement = STATEMENT._replace(event=event)
    receipt = Receipt.from_toml(Receipt.issue(BOB.identity, BOB.card, statement).to_toml(), "r")
    assert receipt.statement == statement
    assert receipt.card == BOB.card


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "received"),
        ("time", "2031-01-02T03:04:05.678Z"),
        ("package", "2" * 32),
        ("manifest", "2" * 64),
        ("card", ALICE.card.to_toml().decode()),
    ],
)
def test_nothing_can_be_altered(name: str, value: str) -> None:
    """Another event, time, package or person than was signed is found."""
    with pytest.raises(Damaged):
        Receipt.from_toml(altered(name, value), "r")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("event", "read"),
        ("event", 1),
        ("time", "today"),
        ("package", "x"),
        ("manifest", "A" * 64),
        ("card", ""),
        ("card", 1),
        ("signature", {}),
        ("signature", {"ed25519": "", "mldsa44": ""}),
        ("format", 0),
        ("format", True),
        ("format", "1"),
        ("more", 1),
    ],
)
def test_what_is_no_receipt_is_refused(name: str, value: object) -> None:
    """Values of another kind, unknown events, more fields and malformed cards are refused."""
    with pytest.raises(Damaged):
        Receipt.from_toml(altered(name, value), "r")


def test_both_signatures_count() -> None:
    """Either signature alone is none."""
    genuine, other = (
        tomllib.loads(Receipt.issue(BOB.identity, BOB.card, one).to_toml().decode())["signature"]
        for one in (STATEMENT, STATEMENT._replace(event="destroyed"))
    )
    for kind in genuine:
        with pytest.raises(Damaged):
            Receipt.from_toml(altered("signature", genuine | {kind: other[kind]}), "r")


def test_a_newer_format_is_named() -> None:
    """A receipt of a later format is told from a damaged one."""
    with pytest.raises(FormatTooNew):
        Receipt.from_toml(altered("format", 2), "r")


def test_a_receipt_has_a_greatest_length() -> None:
    """More bytes than any receipt has are not read."""
    with pytest.raises(Damaged):
        Receipt.from_toml(TOML + b"#" * MAX_SIZE, "r")


@pytest.mark.parametrize("statement", [STATEMENT._replace(event="read"), STATEMENT._replace(package="")])
def test_what_no_reader_takes_is_not_signed(statement: Statement) -> None:
    """A statement that would be refused is not signed, nor one with the card of another."""
    with pytest.raises(ValueError, match="receipt"):
        Receipt.issue(BOB.identity, BOB.card, statement)
    with pytest.raises(ValueError, match="card"):
        Receipt.issue(BOB.identity, ALICE.card, STATEMENT)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused_with_a_reason(data: bytes) -> None:
    """Whatever it is, it ends in an error of ours."""
    with pytest.raises((Damaged, FormatTooNew)):
        Receipt.from_toml(data, "r")


@given(st.integers(0, len(TOML) - 1), st.integers(0, 7))
def test_a_flipped_bit_is_found_or_means_the_same(place: int, bit: int) -> None:
    """A receipt with a flipped bit is refused, unless it still says the same, as one in a comment would."""
    data = bytearray(TOML)
    data[place] ^= 1 << bit
    try:
        receipt = Receipt.from_toml(bytes(data), "r")
    except (Damaged, FormatTooNew):
        return
    assert receipt == Receipt.from_toml(TOML, "r")
