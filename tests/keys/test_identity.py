"""An identity: what its fingerprint covers, and what its sealed form gives back."""

from __future__ import annotations

import hashlib
import pickle
import struct

import pytest

from ipvault.crypto import aead
from ipvault.crypto.hpke import PUBLIC_SIZE
from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import VerifyingKey
from ipvault.keys.identity import Identity, PublicIdentity
from tests.support.memory_vault import SeededRandom

MASTER_KEY, CONTEXT = Secret(bytes(range(32))), b"context"
ADA, BOB = (Identity.generate(SeededRandom(name)) for name in (b"ada", b"bob"))


def test_the_public_half() -> None:
    """Three public keys of the sizes that their algorithms have, of which each identity has its own."""
    public = ADA.public
    assert (len(public.kem), len(public.ed25519), len(public.mldsa44)) == (PUBLIC_SIZE, 32, 1312)
    assert not {public.kem, public.ed25519, public.mldsa44} & {BOB.public.kem, BOB.public.ed25519, BOB.public.mldsa44}
    assert VerifyingKey(public.ed25519).verifies(ADA.signing_key.sign(b"message"), b"message")


def test_the_fingerprint_is_the_documented_hash() -> None:
    """SHA-256 over the pre-authentication encoding of the three keys, put together here by hand."""
    public = ADA.public
    parts = [b"ipvault/v1/fingerprint", public.kem, public.ed25519, public.mldsa44]
    encoded = struct.pack("<Q", len(parts)) + b"".join(struct.pack("<Q", len(part)) + part for part in parts)
    assert public.fingerprint == hashlib.sha256(encoded).hexdigest()


def test_the_fingerprint_covers_every_key() -> None:
    """With any one key changed it is another."""
    ada, bob = ADA.public, BOB.public
    others = [
        PublicIdentity(bob.kem, ada.ed25519, ada.mldsa44),
        PublicIdentity(ada.kem, bob.ed25519, ada.mldsa44),
        PublicIdentity(ada.kem, ada.ed25519, bob.mldsa44),
        PublicIdentity(ada.kem + ada.ed25519[:1], ada.ed25519[1:], ada.mldsa44),
    ]
    assert len({ada.fingerprint, bob.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_three_seeds_of_their_own() -> None:
    """The private keys are drawn one by one, 32 bytes each: none can be computed from another."""
    drawn: list[int] = []

    def random(size: int) -> bytes:
        drawn.append(size)
        return bytes([len(drawn)]) * size

    assert Identity.generate(random).public != ADA.public
    assert drawn == [32, 32, 32]


def test_sealed_and_opened() -> None:
    """The sealed identity gives the same keys back, under its master key and in its place only."""
    sealed = ADA.seal(MASTER_KEY, CONTEXT)
    assert Identity.unseal(MASTER_KEY, CONTEXT, sealed).public == ADA.public
    for key, context, data in (
        (Secret(bytes(32)), CONTEXT, sealed),
        (MASTER_KEY, b"contexts", sealed),
        (MASTER_KEY, CONTEXT, sealed[:-1]),
        (MASTER_KEY, CONTEXT, b""),
        *((MASTER_KEY, CONTEXT, sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]) for at in range(len(sealed))),
    ):
        with pytest.raises(aead.AuthenticationFailed):
            Identity.unseal(key, context, data)


@pytest.mark.parametrize("size", [0, 32, 95, 97, 128])
def test_what_is_sealed_has_its_size(size: int) -> None:
    """Something else that is sealed under the same key in the same place is not an identity."""
    with pytest.raises(aead.AuthenticationFailed):
        Identity.unseal(MASTER_KEY, CONTEXT, aead.seal(MASTER_KEY, CONTEXT, bytes(size)))


def test_an_identity_does_not_show_itself() -> None:
    """Neither its representation nor a pickle carries a private key."""
    identity = Identity(*(Secret(bytes([n]) * 32) for n in (0xA1, 0xB2, 0xC3)))
    assert not any(mark in repr(identity) for mark in ("a1a1", "b2b2", "c3c3", "\\x"))
    with pytest.raises(TypeError):
        pickle.dumps(identity)
