"""Cards: what they say is signed, and whatever else somebody hands over as one is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given, strategies as st

from ipvault.crypto import hpke
from ipvault.errors import Damaged, FormatTooNew
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.card import MAX_DETAIL, MAX_SIZE, Card, Details, in_groups, is_detail
from ipvault.keys.identity import Identity, PublicIdentity
from tests.crypto.test_hpke import LOW_ORDER
from tests.journal.strategies import VALUES
from tests.support.memory_vault import SeededRandom
from tests.support.nesting import NESTED_TOML
from tests.support.thoroughness import some

CREATED = "2030-01-02T03:04:05.678Z"
ADA, MALLORY = (Identity.generate(SeededRandom(name)) for name in (b"ada", b"mallory"))
DETAILS = Details("Ada Lovelace", "Analytical Engines Ltd", "ada@example.org", "GB")
CARD = Card.issue(ADA, DETAILS, CREATED)
TOML = CARD.to_toml()


def read(data: bytes) -> Card:
    return Card.from_toml(data, "ada.card")


def altered(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The card with something changed by `change`, which gets the whole document."""
    document = tomllib.loads(TOML.decode())
    change(document)
    return tomli_w.dumps(document).encode()


def test_a_card_is_read_as_it_was_issued() -> None:
    """Details, keys and signatures come back, and the fingerprint is that of the identity."""
    assert read(TOML) == CARD
    assert read(TOML).details == DETAILS
    assert read(TOML).fingerprint == ADA.public.fingerprint
    assert read(Card.issue(ADA, Details("Ada"), CREATED).to_toml()).details == ("Ada", "", "", "")


def test_a_fingerprint_in_groups() -> None:
    """Sixteen groups of four digits, and nothing is left out."""
    groups = in_groups(CARD.fingerprint).split(" ")
    assert [len(group) for group in groups] == [4] * 16
    assert "".join(groups) == CARD.fingerprint


@pytest.mark.parametrize("part", range(4))
def test_every_byte_changed(pytestconfig: pytest.Config, part: int) -> None:
    """Whichever byte is changed, what is read is the same card, differently spelled, or nothing."""
    for at in some(pytestconfig, range(part, len(TOML), 4)):
        for change in (0x01, 0x20):
            data = TOML[:at] + bytes([TOML[at] ^ change]) + TOML[at + 1 :]
            try:
                assert read(data) == CARD, at
            except (Damaged, FormatTooNew):
                continue


def test_every_truncation() -> None:
    """A card that is cut off anywhere is refused; only the line end after the last value says nothing."""
    for length in range(0, len(TOML) - 1, 7):
        with pytest.raises(Damaged):
            read(TOML[:length])
    assert read(TOML[:-1]) == CARD


def test_another_cards_signature() -> None:
    """A signature over other details or by another identity does not fit, and neither does one of the two alone."""
    others = [
        Card.issue(ADA, DETAILS._replace(email="ada@example.com"), CREATED),
        Card.issue(MALLORY, DETAILS, CREATED),
    ]
    for other in others:
        with pytest.raises(Damaged, match="altered after its owner signed it"):
            read(CARD._replace(signatures=other.signatures).to_toml())
        for name in ("ed25519", "mldsa44"):
            one = CARD.signatures._replace(**{name: getattr(other.signatures, name)})
            with pytest.raises(Damaged, match="altered after its owner signed it"):
                read(CARD._replace(signatures=one).to_toml())


def test_keys_of_another() -> None:
    """No key of a card can be exchanged for another's: Mallory cannot have sealed to himself what is meant for Ada."""
    for name in PublicIdentity._fields:
        public = CARD.public._replace(**{name: getattr(MALLORY.public, name)})
        with pytest.raises(Damaged, match="altered after its owner signed it"):
            read(CARD._replace(public=public).to_toml())


@pytest.mark.parametrize("point", LOW_ORDER, ids=bytes.hex)
def test_a_key_of_low_order(point: bytes) -> None:
    """A KEM key to which nothing can be sealed is refused, even where its owner signed it."""
    _refused_kem(ADA.public.kem[: hpke.PUBLIC_SIZE - 32] + point)


def test_a_malformed_key() -> None:
    """So is one that is no ML-KEM key: its coefficients have to be below 3329."""
    _refused_kem(b"\xff" * hpke.PUBLIC_SIZE)


def _refused_kem(kem: bytes) -> None:
    identity = Identity.generate(SeededRandom(b"crooked"))
    identity.__dict__["public"] = identity.public._replace(kem=kem)
    assert identity.public.kem == kem
    card = Card.issue(identity, DETAILS, CREATED)
    with pytest.raises(Damaged, match="it is not a card"):
        read(card.to_toml())


BAD_DETAILS = [
    *("a\nb", "a\rb", "a\tb", "\x00", "a\x1b[31mb", "a\x7fb", "a\x9b31mb"),
    *("a\u202eb", "a\u2066b", "a\u200bb", "a\u200fb", "a\ufeffb", "a\u2028b", "\ue000", "\ud800", "\U000e0041"),
    *(" a", "a ", "\u3000a", "a\xa0"),
    *("e\u0301", "\u212b", "\u1112\u1161\u11ab"),
    *("\u3164", "\u2800", "a\u034fb", "a\ufe0f", "\u0301", "a\U000e0100"),
    *("a" * (MAX_DETAIL + 1), "ä" * (MAX_DETAIL // 2 + 1)),
]


@pytest.mark.parametrize("text", BAD_DETAILS, ids=ascii)
@pytest.mark.parametrize("name", Details._fields)
def test_details_that_act_on_a_reader(name: str, text: str) -> None:
    """Control and bidirectional characters, what cannot be seen, line ends, spaces at an end, long texts and any form
    but NFC stand in no detail: none is issued, and none is read.
    """
    with pytest.raises(ValueError, match="Details"):
        Card.issue(ADA, DETAILS._replace(**{name: text}), CREATED)
    if not any("\ud800" <= character <= "\udfff" for character in text):  # which TOML cannot have
        with pytest.raises(Damaged, match="it is not a card"):
            read(altered(lambda document: document.update({name: text})))


@given(st.builds(Details, *(st.text(max_size=80).filter(is_detail) for _ in Details._fields)))
@example(Details('“Ἀθηνᾶ” \\ \' """', "株式会社", "a@b", "#"))
def test_all_other_details(details: Details) -> None:
    """Any other text, in any script, is signed and read back as it is."""
    if not details.name:
        return
    assert read(Card.issue(ADA, details, CREATED).to_toml()).details == details


def test_no_name() -> None:
    """A card without a name is none."""
    with pytest.raises(ValueError, match="Details"):
        Card.issue(ADA, Details(""), CREATED)
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update(name="")))


@pytest.mark.parametrize("name", ["kem", "ed25519", "mldsa44"])
@pytest.mark.parametrize("table", ["", "signature"])
def test_sizes(name: str, table: str) -> None:
    """Keys and signatures have their sizes, and are written in one way."""
    whole = tomllib.loads(TOML.decode())
    values = whole[table] if table else whole
    if name not in values:
        return
    text = str(values[name])
    data = from_base64(text, len(text) * 3 // 4 - text.count("="))
    others = [to_base64(data[:-1]), to_base64(data + b"\0"), "", text + "\n", " " + text, text.rstrip("=") + "A", 1, []]
    for value in others:
        values[name] = value
        with pytest.raises(Damaged, match="it is not a card"):
            read(tomli_w.dumps(whole).encode())


@pytest.mark.parametrize("size", [MAX_SIZE + 1, 10**6])
def test_a_card_has_a_size(size: int) -> None:
    """What is longer than any card is refused, even if it is only a comment."""
    padding = b"#" + b" " * (MAX_SIZE - len(TOML) - 2) + b"\n"
    assert read(TOML[: -len(b"\n")] + b"\n" + padding[:-1]) == CARD
    with pytest.raises(Damaged):
        read(TOML + b"#" + b" " * (size - len(TOML) - 1))


@pytest.mark.parametrize("created", ["", "2030-01-02", "2030-01-02T03:04:05Z", "2030-01-02T03:04:05.678+00:00", 1, []])
def test_when_it_was_made(created: object) -> None:
    """RFC 3339 in UTC with milliseconds, and nothing else."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update(created=created)))


@pytest.mark.parametrize("name", list(tomllib.loads(TOML.decode())))
def test_a_card_lacks_nothing(name: str) -> None:
    """A card without one of its values is refused."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.pop(name)))


def test_a_card_has_nothing_else() -> None:
    """What is not signed does not stand on a card."""
    for change in ({"note": "trust me"}, {"signature": {**tomllib.loads(TOML.decode())["signature"], "rsa": "AAAA"}}):
        with pytest.raises(Damaged):
            read(altered(lambda document, change=change: document.update(change)))  # type: ignore[misc]


@pytest.mark.parametrize("found", [2, 99, 10**30])
def test_a_newer_format(found: int) -> None:
    """A card of a newer ipvault is told as such."""
    with pytest.raises(FormatTooNew):
        read(altered(lambda document: document.update(format=found)))


@pytest.mark.parametrize("found", [0, -1, "1", 1.0, True, [1]])
def test_no_format(found: object) -> None:
    """A format that is no number of a format is that of no card."""
    with pytest.raises(Damaged):
        read(altered(lambda document: document.update(format=found)))


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    """Whatever somebody hands over, reading it ends in an error that names it."""
    with pytest.raises((Damaged, FormatTooNew)):
        read(data)


@given(st.integers(0, len(TOML) - 1), st.binary(max_size=6), st.integers(0, 12))
def test_any_alteration(at: int, piece: bytes, length: int) -> None:
    """Whatever is changed, what is read is what was signed, or nothing."""
    try:
        assert read(TOML[:at] + piece + TOML[at + length :]) == CARD
    except (Damaged, FormatTooNew):
        return


@given(st.sampled_from(list(tomllib.loads(TOML.decode()))), VALUES.filter(lambda value: value is not None))
def test_any_value(name: str, value: object) -> None:
    """Whatever stands in place of a value, it is refused, or is what stood there."""
    try:
        data = altered(lambda document: document.update({name: value}))
    except (TypeError, ValueError, OverflowError):
        return  # not to be written in TOML
    if value == tomllib.loads(TOML.decode())[name]:
        return
    with pytest.raises((Damaged, FormatTooNew)):
        read(data)


@pytest.mark.parametrize("data", NESTED_TOML)
def test_deep_nesting(data: bytes) -> None:
    """A card that would exhaust the parser is refused like any other."""
    with pytest.raises(Damaged):
        read(data)
