"""Room keys: a slot opens for one member, in one place, and gives the key that was published."""

from __future__ import annotations

from typing import Any

import pytest

from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.hpke import WRAPPED_SIZE, wrap
from ipvault.crypto.secret import Secret
from ipvault.keys.commitments import Commitments
from ipvault.keys.identity import Identity
from ipvault.keys.room_key import RoomKey
from tests.support.memory_vault import SeededRandom

ADA, BOB = (Identity.generate(SeededRandom(name)) for name in (b"ada", b"bob"))
VAULT, ROOM, EPOCH = "a" * 32, "b" * 32, 3
KEY = RoomKey.generate(VAULT, ROOM, EPOCH, SeededRandom())
SLOT = KEY.slot_for(ADA.public.fingerprint, ADA.public.kem)


def opened(
    slot: bytes = SLOT,
    *,
    identity: Identity = ADA,
    vault: str = VAULT,
    room: str = ROOM,
    epoch: int = EPOCH,
    commitments: Commitments = KEY.commitments,
    fingerprint: str = "",
) -> RoomKey:
    """The key in a slot, tried by `identity` in a place that is the right one but for what is named."""
    fingerprint = fingerprint or identity.public.fingerprint
    return RoomKey.from_slot(vault, room, epoch, slot, commitments, fingerprint, identity.kem)


def test_a_slot_gives_the_key() -> None:
    """Its member gets the key: the same records and the same content open."""
    key = opened()
    assert (key.record_key, key.wrap_key, key.commitment) == (KEY.record_key, KEY.wrap_key, KEY.commitment)


def test_slots_do_not_say_whose_they_are() -> None:
    """All slots have one length, and two for the same member have nothing in common."""
    slots = [
        SLOT,
        KEY.slot_for(ADA.public.fingerprint, ADA.public.kem),
        KEY.slot_for(BOB.public.fingerprint, BOB.public.kem),
    ]
    assert {len(slot) for slot in slots} == {WRAPPED_SIZE}
    for at in range(0, WRAPPED_SIZE - 8, 8):
        assert len({slot[at : at + 8] for slot in slots}) == 3
    assert not any(bytes.fromhex(ADA.public.fingerprint)[:8] in slot for slot in slots)


@pytest.mark.parametrize(
    "place",
    [
        {"vault": "c" * 32},
        {"room": "c" * 32},
        {"epoch": 2},
        {"epoch": 4},
        {"commitments": KEY.commitments._replace(content="0" * 64)},
        {"commitments": KEY.commitments._replace(records="0" * 64)},
        {"fingerprint": "0" * 64},
    ],
)
def test_a_slot_has_one_place(place: dict[str, Any]) -> None:
    """A slot that was moved to another vault, room or epoch, or belongs to another commitment or member, is refused."""
    with pytest.raises(AuthenticationFailed):
        opened(**place)


def test_a_slot_of_somebody_else() -> None:
    """Bob cannot open Ada's slot, neither as himself nor under her fingerprint."""
    for fingerprint in ("", ADA.public.fingerprint):
        with pytest.raises(AuthenticationFailed):
            opened(identity=BOB, fingerprint=fingerprint)


def test_every_flipped_bit() -> None:
    """A slot with one bit of any byte flipped is refused."""
    for at in range(0, WRAPPED_SIZE, 5):
        with pytest.raises(AuthenticationFailed):
            opened(SLOT[:at] + bytes([SLOT[at] ^ 1 << at % 8]) + SLOT[at + 1 :])


@pytest.mark.parametrize(
    "slot", [b"", SLOT[:-1], SLOT + b"\x00", bytes(WRAPPED_SIZE), b"\xff" * WRAPPED_SIZE, SLOT * 2]
)
def test_what_is_no_slot(slot: bytes) -> None:
    """Something of another length, or nothing but zeros, is refused like any other slot."""
    with pytest.raises(AuthenticationFailed):
        opened(slot)


def test_the_key_is_the_published_one() -> None:
    """A well-made slot with another key than the one that everybody was told of is refused: nobody can give two members
    different keys of one room.
    """
    other = wrap(Secret(bytes(32)), ADA.public.kem, KEY._info(KEY.commitment, ADA.public.fingerprint))
    with pytest.raises(AuthenticationFailed):
        opened(other)


def test_keys_that_are_derived() -> None:
    """The keys for records and for content differ from each other, and by vault, room and epoch; the commitment too."""
    random = Secret(bytes(range(32)))
    places = [(VAULT, ROOM, 1), (VAULT, ROOM, 2), (VAULT, "c" * 32, 1), ("c" * 32, ROOM, 1)]
    keys = [RoomKey(vault, room, epoch, random) for vault, room, epoch in places]
    derived = [key.record_key.reveal() for key in keys] + [key.wrap_key.reveal() for key in keys]
    derived += [bytes.fromhex(key.commitment) for key in keys]
    assert len({*derived, random.reveal()}) == 13


@pytest.mark.parametrize(
    "kem", [b"", ADA.public.kem[:-1], ADA.public.kem[:-32] + bytes(32), b"\xff" * len(ADA.public.kem)]
)
def test_a_malformed_public_key(kem: bytes) -> None:
    """A key of the wrong size, a low-order point or a malformed ML-KEM key gets no slot."""
    with pytest.raises(ValueError, match=r"\w"):
        KEY.slot_for(ADA.public.fingerprint, kem)
