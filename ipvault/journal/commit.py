"""Writing a transaction: from what is to be recorded to the signed lines that are appended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ipvault.crypto.secret import Secret
from ipvault.crypto.signing import SigningKey
from ipvault.journal.canonical import JsonValue
from ipvault.journal.chain import commit_message
from ipvault.journal.head import Head, leaf_hash
from ipvault.journal.leaf import FileChange, encode_leaf
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
    facts: dict[str, JsonValue] | None = None


def signed_lines(
    vault: str,
    head: Head,
    drafts: Sequence[Draft],
    *,
    signer: str,
    key: SigningKey,
    time: str,
    random: Callable[[int], bytes],
) -> tuple[list[bytes], Head]:
    """The lines of a transaction that follows `head`, and the head after it.

    `time` is that of the commit, `signer` the fingerprint of whoever holds `key`; `random` gives the seeds.
    """
    lines: list[bytes] = []
    seq, previous, offset = head
    for draft in drafts:
        seq += 1
        seed = random(SEED_SIZE)
        context = payload_context(vault, draft.room, draft.epoch, seq)
        sealed = seal_payload(draft.record_key, context, draft.fields, seed)
        encode = partial(
            encode_leaf,
            seq=seq,
            previous=previous,
            time=time,
            kind=draft.kind,
            room=draft.room,
            epoch=draft.epoch,
            sealed_hash=hashlib.sha256(sealed).hexdigest(),
            commitment=commitment(seed, draft.fields),
            files=draft.files,
            facts=draft.facts,
        )
        if len(lines) + 1 < len(drafts):
            raw = encode()
        else:
            signature = key.sign(commit_message(vault, encode(signer=signer)))
            raw = encode(signer=signer, signature=signature.hex())
        line = raw + b"\t" + sealed + b"\n"
        lines.append(line)
        previous = leaf_hash(raw)
        offset += len(line)
    return lines, Head(seq, previous, offset)
