"""Key wrapping, against the vectors of RFC 9180 and of its post-quantum extension, and against hostile keys."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ipvault.crypto import hpke
from ipvault.crypto.aead import AuthenticationFailed
from ipvault.crypto.hpke import KemPrivateKey, wrap
from ipvault.crypto.secret import Secret
from tests.crypto import rfc9180
from tests.crypto.vectors import load_json

BASE_MODE = 0
X25519 = 0x20
RFC_VECTORS = [
    v
    for v in load_json("HPKE/test-vectors.json")
    if v["mode"] == BASE_MODE and v["kdf_id"] == rfc9180.HKDF_SHA256 and v["aead_id"] == rfc9180.AES_256_GCM
]
XWING_VECTORS = [v for v in load_json("HPKE/hpke-pq-test-vectors.json") if v["kem_id"] == rfc9180.XWING]
HKDF_XWING_VECTORS = [v for v in XWING_VECTORS if v["kdf_id"] == rfc9180.HKDF_SHA256]

INFO = b"vault, room, epoch"
ROOM_KEY = Secret(bytes(range(32)))
# Points of order 1, 2, 4 and 8 on Curve25519: RFC 7748 section 6.1 asks to reject what they lead to.
LOW_ORDER = [
    bytes(32),
    (1).to_bytes(32, "little"),
    bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
    bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),
    (2**255 - 18).to_bytes(32, "little"),
]


@pytest.fixture(scope="module")
def recipient() -> KemPrivateKey:
    return KemPrivateKey(Secret(b"\x07" * 32))


def raw(vector: dict[str, Any], name: str) -> bytes:
    return bytes.fromhex(vector[name])


def test_the_vectors_are_there() -> None:
    """The tests of this file are not empty."""
    assert len(RFC_VECTORS) >= 4
    assert XWING_VECTORS
    assert HKDF_XWING_VECTORS


@pytest.mark.parametrize("vector", RFC_VECTORS + HKDF_XWING_VECTORS, ids=lambda v: f"kem-{v['kem_id']:#x}")
def test_the_second_reader_has_the_public_key_schedule(vector: dict[str, Any]) -> None:
    """Key and nonce follow from the shared secret as RFC 9180 says, in our KDF and with any KEM."""
    schedule = rfc9180.key_schedule(
        vector["kem_id"], vector["aead_id"], raw(vector, "shared_secret"), raw(vector, "info")
    )
    assert (schedule.key, schedule.base_nonce) == (raw(vector, "key"), raw(vector, "base_nonce"))


@pytest.mark.parametrize("vector", XWING_VECTORS, ids=lambda v: f"kdf-{v['kdf_id']}")
def test_the_second_reader_has_the_public_shared_secret(vector: dict[str, Any]) -> None:
    """X-Wing gives the shared secret of the public vectors."""
    assert rfc9180.xwing_decapsulate(raw(vector, "skRm"), raw(vector, "enc")) == raw(vector, "shared_secret")


@pytest.mark.parametrize("vector", XWING_VECTORS, ids=lambda v: f"kdf-{v['kdf_id']}")
def test_a_seed_expands_as_xwing_says(vector: dict[str, Any]) -> None:
    """A 32-byte seed gives the public key that the X-Wing draft, and so age, gives it."""
    assert KemPrivateKey(Secret(raw(vector, "skRm"))).public == raw(vector, "pkRm")


@pytest.mark.parametrize("vector", HKDF_XWING_VECTORS, ids=lambda v: f"aead-{v['aead_id']}")
def test_we_open_what_the_public_vectors_encapsulate(vector: dict[str, Any]) -> None:
    """A key sealed under the encapsulation and shared secret of a public vector is opened with its private key.

    No X-Wing vector has AES-256-GCM, so the last step of its key schedule is the second reader's.
    """
    schedule = rfc9180.key_schedule(
        rfc9180.XWING, rfc9180.AES_256_GCM, raw(vector, "shared_secret"), raw(vector, "info")
    )
    wrapped = raw(vector, "enc") + schedule.seal(ROOM_KEY.reveal())
    assert KemPrivateKey(Secret(raw(vector, "skRm"))).unwrap(wrapped, raw(vector, "info")) == ROOM_KEY


@pytest.mark.parametrize("vector", [v for v in RFC_VECTORS if v["kem_id"] == X25519], ids=["x25519"])
def test_public_vectors_of_the_primitive(vector: dict[str, Any]) -> None:
    """RFC 9180 has vectors for our KDF and AEAD with a classical KEM only; the library that we use passes them."""
    schedule = rfc9180.Schedule(raw(vector, "key"), raw(vector, "base_nonce"))
    sealed = raw(vector, "enc") + schedule.seal(raw(vector["encryptions"][0], "pt"))
    suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    private = X25519PrivateKey.from_private_bytes(raw(vector, "skRm"))
    assert suite.decrypt(sealed, private, raw(vector, "info")) == raw(vector["encryptions"][0], "pt")


def test_a_stranger_opens_what_we_wrap(recipient: KemPrivateKey) -> None:
    """A reader written from the RFC and the draft alone opens a key that ipvault wrapped."""
    wrapped = wrap(ROOM_KEY, recipient.public, INFO)
    shared_secret = rfc9180.xwing_decapsulate(b"\x07" * 32, wrapped[:1120])
    schedule = rfc9180.key_schedule(rfc9180.XWING, rfc9180.AES_256_GCM, shared_secret, INFO)
    assert schedule.open(wrapped[1120:]) == ROOM_KEY.reveal()


def test_a_wrapped_key_comes_back(recipient: KemPrivateKey) -> None:
    """The recipient gets the key; sizes are those of the format; wrapping twice gives unrelated bytes."""
    one, two = (wrap(ROOM_KEY, recipient.public, INFO) for _ in range(2))
    assert recipient.unwrap(one, INFO) == recipient.unwrap(two, INFO) == ROOM_KEY
    assert (len(recipient.public), len(one)) == (hpke.PUBLIC_SIZE, hpke.WRAPPED_SIZE)
    assert one[:32] != two[:32]
    assert one[-48:] != two[-48:]


@pytest.mark.parametrize("info", [b"", INFO[:-1], INFO + b"\0", b"vault, room, epocH"])
def test_a_wrapped_key_stays_in_its_place(recipient: KemPrivateKey, info: bytes) -> None:
    """P10: a slot that is moved to another vault, room or epoch does not open."""
    with pytest.raises(AuthenticationFailed):
        recipient.unwrap(wrap(ROOM_KEY, recipient.public, INFO), info)


def test_a_wrapped_key_stays_with_its_recipient(recipient: KemPrivateKey) -> None:
    """P10: a slot does not open for somebody else."""
    somebody = KemPrivateKey(Secret(b"\x08" * 32))
    with pytest.raises(AuthenticationFailed):
        somebody.unwrap(wrap(ROOM_KEY, recipient.public, INFO), INFO)


def test_every_byte_of_a_wrapped_key_counts(recipient: KemPrivateKey) -> None:
    """A slot with a bit changed in any byte does not open."""
    wrapped = wrap(ROOM_KEY, recipient.public, INFO)
    for place in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[place] ^= 1
        with pytest.raises(AuthenticationFailed):
            recipient.unwrap(bytes(changed), INFO)


@pytest.mark.parametrize("length", [0, 1, 1087, 1088, 1119, 1120, 1136, 1167, 1169, 4096])
def test_a_wrapped_key_has_one_length(recipient: KemPrivateKey, length: int) -> None:
    """P10: a slot that is cut or has bytes after it does not open."""
    wrapped = wrap(ROOM_KEY, recipient.public, INFO)
    with pytest.raises(AuthenticationFailed):
        recipient.unwrap((wrapped + bytes(4096))[:length], INFO)


@pytest.mark.parametrize("point", LOW_ORDER, ids=lambda point: point.hex()[:8])
def test_low_order_points_are_refused(recipient: KemPrivateKey, point: bytes) -> None:
    """P10: an X25519 half that would force a known secret is refused, in a card and in a slot."""
    with pytest.raises(ValueError, match=r".*"):
        wrap(ROOM_KEY, recipient.public[:1184] + point, INFO)
    wrapped = wrap(ROOM_KEY, recipient.public, INFO)
    with pytest.raises(AuthenticationFailed):
        recipient.unwrap(wrapped[:1088] + point + wrapped[1120:], INFO)


def test_a_malformed_mlkem_key_is_refused(recipient: KemPrivateKey) -> None:
    """P10: an ML-KEM half with a coefficient that is not below 3329 (FIPS 203, 7.2) is refused."""
    with pytest.raises(ValueError, match=r".*"):
        wrap(ROOM_KEY, b"\xff\xff\xff" + recipient.public[3:], INFO)


@pytest.mark.parametrize("length", [0, 32, 1184, 1215, 1217])
def test_a_public_key_has_one_length(recipient: KemPrivateKey, length: int) -> None:
    """A public key of another length is refused."""
    with pytest.raises(ValueError, match="1216"):
        wrap(ROOM_KEY, (recipient.public + b"\0")[:length], INFO)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_only_keys_of_32_bytes_are_wrapped(recipient: KemPrivateKey, length: int) -> None:
    """HPKE is used around 32-byte keys and nothing else."""
    with pytest.raises(ValueError, match="32 bytes"):
        wrap(Secret(bytes(length)), recipient.public, INFO)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_has_32_bytes(length: int) -> None:
    """A seed of another length is refused: expanding a shorter one would make a weak key."""
    with pytest.raises(ValueError, match="32"):
        KemPrivateKey(Secret(bytes(length)))
