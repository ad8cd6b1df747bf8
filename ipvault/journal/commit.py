"""Writing a transaction: from what is to be recorded to the signed lines that are appended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import SigningKey
from ipvault.journal.chain import Entry, commit_message
from ipvault.journal.head import Head
from ipvault.journal.leaf import Facts, FileChange, Leaf, encode_leaf, parse_leaf
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


class Sealed(NamedTuple):
    """The secret half of a record, as it stands in the line, and the commitment to it."""

    text: bytes
    commitment: str


def sealer(vault: str, head: Head, drafts: Sequence[Draft], random: Callable[[int], bytes]) -> Callable[[int], Sealed]:
    """What seals draft 0, 1, … of the transaction that follows `head`, in any order. `random` gives the seeds."""
    seeds = [random(SEED_SIZE) for _draft in drafts]

    def seal(number: int) -> Sealed:
        draft, seed = drafts[number], seeds[number]
        context = payload_context(vault, draft.room, draft.epoch, head.seq + 1 + number)
        return Sealed(seal_payload(draft.record_key, context, draft.fields, seed), commitment(seed, draft.fields))

    return seal


def outline(head: Head, drafts: Sequence[Draft], *, signer: str, time: str) -> list[Leaf]:
    """The leaves of the transaction that follows `head`, as far as they are known before anything is sealed."""
    leaves = [
        Leaf(seq, "", time, draft.kind, draft.room, draft.epoch, "", "", draft.files, draft.facts)
        for seq, draft in enumerate(drafts, head.seq + 1)
    ]
    leaves[-1] = leaves[-1]._replace(signer=signer)
    return leaves


def sign_sealed(
    vault: str,
    head: Head,
    drafts: Sequence[Draft],
    sealed: Iterable[Sealed],
    *,
    signer: str,
    key: SigningKey,
    time: str,
) -> tuple[list[Entry], Head]:
    """The entries of a transaction that follows `head`, and the head after it; `sealed` is what `sealer` gives.

    `time` is that of the commit, `signer` the fingerprint of whoever holds `key`.
    """
    entries: list[Entry] = []
    seq, previous, offset = head
    for draft, (text, committed) in zip(drafts, sealed, strict=True):
        seq += 1
        leaf = Leaf(
            seq,
            previous,
            time,
            draft.kind,
            draft.room,
            draft.epoch,
            hashlib.sha256(text).hexdigest(),
            committed,
            draft.files,
            draft.facts,
        )
        if len(entries) + 1 == len(drafts):
            leaf = leaf._replace(signer=signer)
            leaf = leaf._replace(signature=key.sign(commit_message(vault, encode_leaf(leaf))).hex())
        entry = Entry(parse_leaf(encode_leaf(leaf)), text, offset)  # nothing is written that no reader would take
        entries.append(entry)
        previous = entry.leaf.hash
        offset += len(entry.line)
    return entries, Head(seq, previous, offset)


def sign_transaction(
    vault: str,
    head: Head,
    drafts: Sequence[Draft],
    *,
    signer: str,
    key: SigningKey,
    time: str,
    random: Callable[[int], bytes],
) -> tuple[list[Entry], Head]:
    """Seal the drafts, and sign them as one transaction, at once."""
    sealed = map(sealer(vault, head, drafts, random), range(len(drafts)))
    return sign_sealed(vault, head, drafts, sealed, signer=signer, key=key, time=time)
