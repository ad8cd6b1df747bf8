"""Writing a transaction: from what is to be recorded to the signed lines that are appended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

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
    """The entries of a transaction that follows `head`, and the head after it.

    `time` is that of the commit, `signer` the fingerprint of whoever holds `key`; `random` gives the seeds.
    """
    entries: list[Entry] = []
    seq, previous, offset = head
    for draft in drafts:
        seq += 1
        seed = random(SEED_SIZE)
        context = payload_context(vault, draft.room, draft.epoch, seq)
        sealed = seal_payload(draft.record_key, context, draft.fields, seed)
        leaf = Leaf(
            seq,
            previous,
            time,
            draft.kind,
            draft.room,
            draft.epoch,
            hashlib.sha256(sealed).hexdigest(),
            commitment(seed, draft.fields),
            draft.files,
            draft.facts,
        )
        if len(entries) + 1 == len(drafts):
            leaf = leaf._replace(signer=signer)
            leaf = leaf._replace(signature=key.sign(commit_message(vault, encode_leaf(leaf))).hex())
        entry = Entry(parse_leaf(encode_leaf(leaf)), sealed, offset)  # nothing is written that no reader would take
        entries.append(entry)
        previous = entry.leaf.hash
        offset += len(entry.line)
    return entries, Head(seq, previous, offset)
