"""Writing a transaction: from what is to be recorded to the signed lines that are appended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import SigningKey
from ipvault.journal.chain import commit_message
from ipvault.journal.head import Head, leaf_hash
from ipvault.journal.leaf import SIGNED, Facts, FileChange, Leaf, encode_leaf, parse_leaf, with_signature
from ipvault.journal.payload import SEED_SIZE, Fields, commitment, payload_context, seal_payload


@dataclass(frozen=True, slots=True)
class Draft:
    """One record before it has a place in the chain."""

    kind: str
    room: str
    epoch: int
    record_key: Secret
    fields: Fields
    files: tuple[FileChange, ...] = ()
    facts: Facts = field(default_factory=dict)


_NO_LINK: Final = "0" * 64
_LINK: Final = b'"p":"%b"'


class Sealed(NamedTuple):
    """A record as it will stand in its line, but for the link to the record before it, and the signature."""

    unlinked: bytes
    payload: bytes

    def after(self, previous: str) -> bytes:
        """The leaf, if it follows the one that has this hash."""
        return self.unlinked.replace(_LINK % _NO_LINK.encode(), _LINK % previous.encode(), 1)


def outline(head: Head, drafts: Sequence[Draft], *, signer: str, time: str) -> list[Leaf]:
    """The leaves of the transaction that follows `head`, as far as they are known before anything is sealed."""
    leaves = [
        Leaf(seq, _NO_LINK, time, draft.kind, draft.room, draft.epoch, "", "", draft.files, draft.facts)
        for seq, draft in enumerate(drafts, head.seq + 1)
    ]
    leaves[-1] = leaves[-1]._replace(signer=signer)
    return leaves


def sealer(
    vault: str, drafts: Sequence[Draft], leaves: Sequence[Leaf], random: Callable[[int], bytes]
) -> Callable[[int], Sealed]:
    """What seals draft 0, 1, … of a transaction, in any order. `leaves` are its outline, `random` gives the seeds."""
    seeds = random(SEED_SIZE * len(drafts))

    def seal(number: int) -> Sealed:
        draft, leaf, seed = drafts[number], leaves[number], seeds[SEED_SIZE * number : SEED_SIZE * (number + 1)]
        context = payload_context(vault, leaf.room, leaf.epoch, leaf.seq)
        payload = seal_payload(draft.record_key, context, draft.fields, seed)
        digest = hashlib.sha256(payload).hexdigest()
        unlinked = encode_leaf(leaf._replace(sealed_hash=digest, commitment=commitment(seed, draft.fields)))
        if not leaf.signer:
            parse_leaf(unlinked)  # nothing is written that no reader would take
        return Sealed(unlinked, payload)

    return seal


def sign_sealed(vault: str, head: Head, sealed: Iterable[Sealed], key: SigningKey) -> tuple[list[bytes], Head]:
    """The lines of a transaction that follows `head`, and the head after it; `sealed` is what `sealer` gives.

    `key` is that of the signer whom the outline names.
    """
    lines: list[bytes] = []
    seq, previous, offset = head
    for one in sealed:
        raw = one.after(previous)
        if raw.startswith(SIGNED):
            raw = with_signature(raw, key.sign(commit_message(vault, raw)).hex())
            parse_leaf(raw)
        lines.append(b"%b\t%b\n" % (raw, one.payload))
        seq, previous, offset = seq + 1, leaf_hash(raw), offset + len(lines[-1])
    return lines, Head(seq, previous, offset)


def sign_transaction(
    vault: str,
    head: Head,
    drafts: Sequence[Draft],
    *,
    signer: str,
    key: SigningKey,
    time: str,
    random: Callable[[int], bytes],
) -> tuple[list[bytes], Head]:
    """Seal the drafts, and sign them as one transaction, at once: its lines, and the head after it.

    `time` is that of the commit, `signer` the fingerprint of whoever holds `key`.
    """
    seal = sealer(vault, drafts, outline(head, drafts, signer=signer, time=time), random)
    return sign_sealed(vault, head, map(seal, range(len(drafts))), key)
