"""Which fields of records a dossier tells of; what people wrote freely stays closed unless its maker reveals it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Final

from ipvault.evidence.bundle.disclosure import Disclosure, shown_fields
from ipvault.records.base import Record
from ipvault.text import N_

CLOSED: Final = {
    "note": N_("notes"),
    "tags": N_("tags"),
    "reason": N_("reasons"),
    "purpose": N_("purposes"),
    "destination": N_("where something was written to"),
    "source": N_("names of the files that something was stored from"),
}
"""The fields in which counsel may have written what the other side is not to read, with words for all of them."""

_OF_ITEMS: Final = ("name", "label", "type", "erased", "added", "adder", "created", "creator")
_OF_PEOPLE: Final = ("member", "role", "room", "epoch", "slots", "to", "vault", "software")
_OF_DEALINGS: Final = (
    *("channel", "package", "manifest", "recipients", "unverified", "items", "versions", "expires", "recipient"),
    *("event", "at", "sender", "sender_name", "sealed", "records", "as_of"),
    *("custody", "title", "holder", "giver", "receiver", "sha256_before", "sha256_after"),
)
_OF_TERMS: Final = (
    *("agreement", "document", "parties", "party_names", "scope_items", "scope_rooms", "scope_labels", "from_day"),
    *("until_day", "survival_days", "day", "assessment", "level", "policy", "method", "fingerprint", "card"),
    *("agreements", "agreement_versions"),
)
_OF_PROOFS: Final = (
    *("timestamp", "target", "origin", "root", "renews", "algorithm", "imprint", "authority", "accuracy", "until"),
    *("serial", "witness", "time", "seq", "findings", "files", "pinned_seq", "found_seq", "length", "format"),
    *("first", "last"),
)

TOLD: Final = (*_OF_ITEMS, *_OF_PEOPLE, *_OF_DEALINGS, *_OF_TERMS, *_OF_PROOFS)
"""The fields that a dossier always tells of. Keys, tokens, signatures, members' addresses and hashes of other documents
are not among them."""


def shown_in_dossier(reveal: Iterable[str] = ()) -> frozenset[str]:
    """Those fields, and the ones that `--reveal` names; with the tags of items, those that agreements name.

    Raises `UsageError` for one that no record has.
    """
    shown = shown_fields([*TOLD, *reveal])
    return shown | {"scope_tags"} if "tags" in shown else shown


BY_DEFAULT: Final = Disclosure(shown_in_dossier())


def still_closed(shown: Collection[str]) -> list[str]:
    """The fields of free words that are not revealed."""
    return [name for name in CLOSED if name not in shown]


def as_told(record: Record, shown: Collection[str]) -> Record:
    """A record as if nobody had written anything into the fields that stay closed."""
    empty = {name: type(getattr(record, name))() for name in still_closed(shown) if hasattr(record, name)}
    return replace(record, **empty) if empty else record
