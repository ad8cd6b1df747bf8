"""The bundle that proves what a dossier says: the records that it cites, with the fields that it tells of."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ipvault.evidence.bundle.disclosure import Disclosure, shown_fields
from ipvault.evidence.bundle.make import OpenTree, make_bundle
from ipvault.journal.head import Head
from ipvault.keys.card import Card
from ipvault.vault.vault import Vault

SUMS: Final = "SHA256SUMS"

_OF_ITEMS: Final = ("name", "label", "type", "tags", "note", "source", "erased", "added", "adder", "created", "creator")
_OF_PEOPLE: Final = ("member", "role", "room", "epoch", "slots", "to", "vault", "software")
_OF_DEALINGS: Final = (
    *("channel", "destination", "package", "manifest", "recipients", "unverified", "items", "versions", "expires"),
    *("purpose", "recipient", "event", "at", "sender", "sender_name", "sealed", "records", "as_of"),
    *("custody", "title", "holder", "giver", "receiver", "sha256_before", "sha256_after", "reason"),
)
_OF_PROOFS: Final = (
    *("timestamp", "target", "origin", "root", "renews", "algorithm", "imprint", "authority", "accuracy", "until"),
    *("serial", "witness", "time", "seq", "findings", "files", "pinned_seq", "found_seq", "length", "format"),
    *("first", "last"),
)

SHOWN: Final = shown_fields([",".join((*_OF_ITEMS, *_OF_PEOPLE, *_OF_DEALINGS, *_OF_PROOFS))])
"""The fields that a dossier tells of. Keys, tokens, signatures, members' addresses and hashes of other documents
are not among them."""


def prove(
    vault: Vault,
    records: Iterable[int],
    open_tree: OpenTree,
    put: Callable[[str, bytes], None],
    *,
    trusted: Sequence[Card],
    destination: str,
    reason: str,
) -> tuple[str, Head]:
    """Make the bundle, which is recorded before; the SHA-256 of its list of hashes, and the head after the record.

    What witnesses signed is in it as far as they are among the `trusted`. Raises what `make_bundle` raises.
    """
    sums = ""

    def put_and_note(path: str, data: bytes) -> None:
        nonlocal sums
        put(path, data)
        if path == SUMS:
            sums = hashlib.sha256(data).hexdigest()

    bundle = make_bundle(
        vault,
        records,
        Disclosure(SHOWN),
        open_tree,
        put_and_note,
        trusted=trusted,
        destination=destination,
        reason=reason,
    )
    return sums, bundle.head
