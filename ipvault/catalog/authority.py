"""Who may write what: checked for every commit by everyone who replays the journal, not only by whoever writes it."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.journal.leaf import Leaf
from ipvault.keys.identity import PublicIdentity
from ipvault.records.base import Record
from ipvault.records.genesis import VaultCreated
from ipvault.records.members import MemberEnrolled

NOT_IN_ROOM: Final = "whoever signs it is not in the room"


def objection(catalog: Catalog, record: Record, leaf: Leaf, signer: str, founding: bool) -> str | None:
    """Why `signer` had no right to this record, by the roster as of that record, or None.

    `founding` is true in the journal's first transaction, which enrols its own signer.
    """
    if isinstance(record, MemberEnrolled) and not _is_bound(record, leaf):
        return "it enrols a member under keys that are not his"
    if founding:
        return None
    if isinstance(record, VaultCreated):
        return "it creates the vault a second time"
    return objection_to_role(record, catalog.role(signer, leaf.room))


def objection_to_role(record: Record | type[Record], role: str | None) -> str | None:
    """Why somebody with this role in the record's room must not write it, or None."""
    if role is None:
        return NOT_IN_ROOM
    if role not in record.WRITTEN_BY:
        return f"the role {role} does not allow a record of the kind {record.KIND}"
    return None


def _is_bound(record: MemberEnrolled, leaf: Leaf) -> bool:
    """Whether the keys in the record, the fingerprint and the public facts of its leaf belong together."""
    try:
        public = PublicIdentity(bytes.fromhex(record.kem), bytes.fromhex(record.ed25519), bytes.fromhex(record.mldsa44))
    except ValueError:
        return False
    return leaf.facts == {"key": record.ed25519, "member": record.member} and public.fingerprint == record.member
