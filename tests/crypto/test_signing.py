"""Signatures, against the public vectors of Ed25519 and ML-DSA-44."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import PostQuantumSigningKey, SigningKey, VerifyingKey
from tests.crypto.vectors import ed25519, load_blocks

MLDSA_VECTORS = load_blocks("asymmetric/MLDSA/kat_MLDSA_44_det_pure.rsp", first="count")
MLDSA_SIGNATURE_SIZE = 2420
# The order of the base point: RFC 8032, section 5.1.
ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
MESSAGE = b"a commit"


@pytest.fixture(scope="module")
def signer() -> SigningKey:
    return SigningKey(Secret(b"\x07" * 32))


def test_public_vectors_of_ed25519() -> None:
    """Each of the 1024 seeds gives the public key and signature of the reference, and the signature verifies."""
    count = 0
    for vector in ed25519():
        key = SigningKey(Secret(vector.seed))
        assert key.public == vector.public
        assert key.sign(vector.message) == vector.signature
        assert VerifyingKey(vector.public).verifies(vector.signature, vector.message)
        assert not VerifyingKey(vector.public).verifies(vector.signature, vector.message + b"\0")
        count += 1
    assert count == 1024


def test_every_bit_of_a_signature_counts(signer: SigningKey) -> None:
    """A signature with one bit changed does not verify."""
    signature, verifier = signer.sign(MESSAGE), VerifyingKey(signer.public)
    assert verifier.verifies(signature, MESSAGE)
    for bit in range(8 * len(signature)):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not verifier.verifies(bytes(changed), MESSAGE), f"bit {bit}"


def test_a_signature_has_one_form(signer: SigningKey) -> None:
    """Adding the group's order to S gives a second form of a signature in careless verifiers; ours refuses it."""
    signature = signer.sign(MESSAGE)
    second = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    assert not VerifyingKey(signer.public).verifies(signature[:32] + second.to_bytes(32, "little"), MESSAGE)


@pytest.mark.parametrize("length", [0, 32, 63, 65, 128])
def test_a_signature_has_one_length(signer: SigningKey, length: int) -> None:
    """A signature that is cut or has bytes after it does not verify, and is no accident either."""
    signature = (signer.sign(MESSAGE) + bytes(64))[:length]
    assert not VerifyingKey(signer.public).verifies(signature, MESSAGE)


def test_a_signature_is_its_signers(signer: SigningKey) -> None:
    """A signature does not verify under somebody else's key or over another message."""
    other = SigningKey(Secret(b"\x08" * 32))
    assert not VerifyingKey(other.public).verifies(signer.sign(MESSAGE), MESSAGE)
    assert not VerifyingKey(signer.public).verifies(signer.sign(MESSAGE), MESSAGE[:-1])


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_keys_have_32_bytes(length: int) -> None:
    """Seeds and public keys of another length are refused."""
    with pytest.raises(ValueError, match="32 bytes"):
        SigningKey(Secret(bytes(length)))
    with pytest.raises(ValueError, match="32 bytes"):
        VerifyingKey(bytes(length))


def test_public_keys_of_mldsa() -> None:
    """Each seed of the known-answer tests of ML-DSA-44 gives its public key."""
    assert len(MLDSA_VECTORS) >= 100
    for vector in MLDSA_VECTORS:
        assert PostQuantumSigningKey(Secret(bytes.fromhex(vector["xi"]))).public == bytes.fromhex(vector["pk"])


def test_public_vectors_of_mldsa() -> None:
    """The primitive that cards and packages will be signed with verifies the known answers, and not altered ones."""
    for vector in MLDSA_VECTORS[:20]:
        public = MLDSA44PublicKey.from_public_bytes(bytes.fromhex(vector["pk"]))
        signed, context = bytes.fromhex(vector["sm"]), bytes.fromhex(vector["ctx"])
        signature, message = signed[:MLDSA_SIGNATURE_SIZE], signed[MLDSA_SIGNATURE_SIZE:]
        public.verify(signature, message, context)
        with pytest.raises(InvalidSignature):
            public.verify(signature, message + b"\0", context)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_of_mldsa_has_32_bytes(length: int) -> None:
    """A seed of another length is refused."""
    with pytest.raises(ValueError, match="32"):
        PostQuantumSigningKey(Secret(bytes(length)))
