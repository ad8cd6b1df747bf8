"""Checkpoints (https://c2sp.org/tlog-checkpoint): a signed note of how many records a journal has, and their root.

A member signs as the log, with Ed25519 over the note's text and with ML-DSA-44 as a cosigner of the log's own name; a
witness cosigns with both (https://c2sp.org/tlog-cosignature). Of either, both signatures have to be right. None of
these messages can be a PAE, whose second byte is zero, nor one of the others: they begin with an origin, with
`cosignature/v1` and with `subtree/v1`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ipvault.crypto.signing import ED25519_SIZE, MLDSA44_SIZE, VerifyingKey, verifies_post_quantum
from ipvault.journal.note import MalformedNote, Note, NoteSignature, key_id
from ipvault.journal.tree import HASH_SIZE
from ipvault.keys.canonical_base64 import from_base64, to_base64
from ipvault.keys.identity import Identity, PublicIdentity

ED25519: Final = 0x01
ED25519_COSIGNATURE: Final = 0x04
MLDSA44_COSIGNATURE: Final = 0x06
"""The signature types that C2SP assigned."""

MAX_SIZE: Final = 10**15 - 1
"""Records of a journal: numbers have at most 15 digits, like those of leaves."""

_TIME_SIZE: Final = 8
_ORIGIN: Final = re.compile(r"ipvault\.vault/([0-9a-f]{32})(?:/([2-9]|[1-9][0-9]{1,8}))?")
_TEXT: Final = re.compile(r"(\S+)\n(0|[1-9][0-9]{0,14})\n(\S+)\n")


def origin_of(vault: str, incarnation: int) -> str:
    """What a vault's journal is called among logs; after an accepted rollback it is another log."""
    name = f"ipvault.vault/{vault}"
    return name if incarnation == 1 else f"{name}/{incarnation}"


def witness_name(fingerprint: str) -> str:
    """What an identity is called as a witness."""
    return f"ipvault.witness/{fingerprint}"


class TreeHead(NamedTuple):
    """How many records the journal `origin` has, and the root of the Merkle tree over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text of its note."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> TreeHead:
        """Read the text of a note about a vault's journal; it has no extension lines. Raises `MalformedNote`."""
        match = _TEXT.fullmatch(text)
        if match is None or not _ORIGIN.fullmatch(match[1]):
            raise MalformedNote
        try:
            return cls(match[1], int(match[2]), from_base64(match[3], HASH_SIZE))
        except ValueError:
            raise MalformedNote from None

    @property
    def incarnation(self) -> int:
        """Which log of the vault it is about: another one begins when a rollback is accepted; 0 for no vault's."""
        match = _ORIGIN.fullmatch(self.origin)
        return int(match[2] or 1) if match else 0

    @property
    def vault(self) -> str:
        """The id of the vault; of a head whose origin is that of one."""
        match = _ORIGIN.fullmatch(self.origin)
        return match[1] if match else ""


class Checkpoint(NamedTuple):
    """A head and what was signed of it."""

    head: TreeHead
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return str(Note(self.head.text, self.signatures))

    @classmethod
    def parse(cls, data: bytes) -> Checkpoint:
        """Read one; whose signatures are right is another question. Raises `MalformedNote`."""
        note = Note.parse(data)
        return cls(TreeHead.parse(note.text), note.signatures)

    @classmethod
    def sign(cls, head: TreeHead, identity: Identity, time: int) -> Checkpoint:
        """A member's statement that this is the journal's head, at `time` (seconds since 1970)."""
        name, key = head.origin, identity.signing_key
        classical = key.sign(head.text.encode())
        signature = NoteSignature(name, key_id(name, ED25519, key.public), classical)
        return cls(head, (signature, _post_quantum(head, name, identity, time)))

    def cosign(self, identity: Identity, time: int) -> Checkpoint:
        """The same with the two lines of a witness, who says that this is the largest head seen until `time`."""
        name, key = witness_name(identity.public.fingerprint), identity.signing_key
        classical = time.to_bytes(_TIME_SIZE, "big") + key.sign(_cosigned(self.head, time))
        signature = NoteSignature(name, key_id(name, ED25519_COSIGNATURE, key.public), classical)
        return Checkpoint(self.head, (*self.signatures, signature, _post_quantum(self.head, name, identity, time)))

    def only_of(self, *publics: PublicIdentity) -> Checkpoint:
        """The same without lines of anybody else, be it as log or as witness."""
        known = {
            (name, key_id(name, algorithm, key))
            for public in publics
            for name, algorithm, key in (
                (self.head.origin, ED25519, public.ed25519),
                (self.head.origin, MLDSA44_COSIGNATURE, public.mldsa44),
                (witness_name(public.fingerprint), ED25519_COSIGNATURE, public.ed25519),
                (witness_name(public.fingerprint), MLDSA44_COSIGNATURE, public.mldsa44),
            )
        }
        return Checkpoint(self.head, tuple(line for line in self.signatures if (line.name, line.key_id) in known))

    def is_signed_by(self, public: PublicIdentity) -> bool:
        """Whether this identity signed it as the log, with both keys."""
        return self.is_signed_with(public.ed25519) and bool(self._post_quantum_times(self.head.origin, public))

    def signed_at(self, public: PublicIdentity) -> int:
        """When this identity signed it as the log, by its ML-DSA-44 line, in seconds since 1970; 0 if it did not."""
        return max(self._post_quantum_times(self.head.origin, public), default=0)

    def is_signed_with(self, ed25519: bytes) -> bool:
        """Whether the Ed25519 key signed it as the log: all that can be checked where only that key is known."""
        lines = self._lines(self.head.origin, ED25519, ed25519, ED25519_SIZE)
        text = self.head.text.encode()
        return bool(lines) and all(_is_right(ed25519, line, text) for line in lines)

    def is_half_signed_by(self, public: PublicIdentity) -> bool:
        """Whether one of this identity's keys has a line, as a log's or a witness's, and the other has none."""
        roles = ((self.head.origin, ED25519), (witness_name(public.fingerprint), ED25519_COSIGNATURE))
        return any(
            bool(self._lines(name, algorithm, public.ed25519, 0))
            != bool(self._lines(name, MLDSA44_COSIGNATURE, public.mldsa44, 0))
            for name, algorithm in roles
        )

    @property
    def latest_cosigning(self) -> int:
        """When a witness signed it last, by what its Ed25519 line says and nobody has checked; 0 if none did."""
        size = _TIME_SIZE + ED25519_SIZE
        lines = (line for line in self.signatures if line.name.startswith(witness_name("")))
        return max((_time(line.signature) for line in lines if len(line.signature) == size), default=0)

    def cosigned_at(self, public: PublicIdentity) -> int | None:
        """When this identity signed it as a witness, with both keys, in seconds since 1970; None if it did not."""
        name = witness_name(public.fingerprint)
        size = _TIME_SIZE + ED25519_SIZE
        lines = self._lines(name, ED25519_COSIGNATURE, public.ed25519, size)
        are_right = all(
            _is_right(public.ed25519, line[_TIME_SIZE:], _cosigned(self.head, _time(line))) for line in lines
        )
        times = self._post_quantum_times(name, public)
        return min(max(map(_time, lines)), max(times)) if lines and are_right and times else None

    def _post_quantum_times(self, name: str, public: PublicIdentity) -> list[int]:
        """The times of the ML-DSA-44 cosignatures in this name; none if one of them is wrong."""
        lines = self._lines(name, MLDSA44_COSIGNATURE, public.mldsa44, _TIME_SIZE + MLDSA44_SIZE)
        are_right = all(
            verifies_post_quantum(public.mldsa44, line[_TIME_SIZE:], _subtree(self.head, name, _time(line)))
            for line in lines
        )
        return [_time(line) for line in lines] if are_right else []

    def _lines(self, name: str, algorithm: int, public: bytes, size: int) -> list[bytes]:
        """The signatures of one key, as they stand in its lines; one of another size counts as wrong: it is zeros."""
        known = key_id(name, algorithm, public)
        found = [line.signature for line in self.signatures if (line.name, line.key_id) == (name, known)]
        return [signature if len(signature) == size else bytes(size) for signature in found]


def _post_quantum(head: TreeHead, name: str, identity: Identity, time: int) -> NoteSignature:
    key = identity.post_quantum_key
    signature = time.to_bytes(_TIME_SIZE, "big") + key.sign(_subtree(head, name, time))
    return NoteSignature(name, key_id(name, MLDSA44_COSIGNATURE, key.public), signature)


def _cosigned(head: TreeHead, time: int) -> bytes:
    """What the Ed25519 signature of a witness covers."""
    return f"cosignature/v1\ntime {time}\n{head.text}".encode()


def _subtree(head: TreeHead, name: str, time: int) -> bytes:
    """What an ML-DSA-44 cosignature covers: TLS presentation language, numbers in big-endian order."""
    cosigner, origin = name.encode(), head.origin.encode()
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes((len(cosigner),)) + cosigner,
            time.to_bytes(8, "big"),
            bytes((len(origin),)) + origin,
            (0).to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )


def _time(signature: bytes) -> int:
    return int.from_bytes(signature[:_TIME_SIZE], "big")


def _is_right(ed25519: bytes, signature: bytes, message: bytes) -> bool:
    try:
        return VerifyingKey(ed25519).verifies(signature, message)
    except ValueError:
        return False
