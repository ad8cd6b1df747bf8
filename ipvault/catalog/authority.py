"""Who may write what: checked for every commit by everyone who replays the journal, not only by whoever writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.journal.leaf import Leaf
from ipvault.keys.identity import PublicIdentity
from ipvault.records.base import NOTHING_PUBLIC, WRITERS_OF_CLASS, Record, Unknown
from ipvault.records.genesis import VaultCreated
from ipvault.records.items import ItemLeft
from ipvault.records.members import MemberEnrolled
from ipvault.records.packages import ReceiptImported
from ipvault.records.recipients import RecipientRecord
from ipvault.records.rooms import RoomCreated, RoomKeyed
from ipvault.records.vocabulary import ROOT
from ipvault.text import N_, _

NOT_IN_ROOM: Final = N_("whoever signs it is not in the room")

_IN_ROOT_ONLY: Final = frozenset(("genesis", "member", "forget"))
"""Classes that concern the whole vault: being an owner of another room gives no right to write them there."""


def objection(catalog: Catalog, record: Record | None, leaf: Leaf, signer: str, founding: bool) -> str | None:
    """Why `signer` had no right to this record, by the roster as of that record, or None.

    `record` is None where it was forgotten or is not ours to read; `founding` is true in the journal's first
    transaction, which enrols its own signer.
    """
    if isinstance(record, MemberEnrolled) and not _is_bound(record):
        return _("it enrols a member under keys that are not his")
    if founding:
        return None
    if isinstance(record, VaultCreated):
        return _("it creates the vault a second time")
    if _is_misplaced(catalog, record, leaf):
        return _("it does not stand in the room that it is about")
    return objection_to_role(record, leaf.kind, catalog.role(signer, leaf.room))


def objection_to_role(record: Record | type[Record] | None, public_class: str, role: str | None) -> str | None:
    """Why somebody with this role in the record's room must not write it, or None.

    Of a record that cannot be read, or is of an unknown kind, its class tells who may write it.
    """
    if role is None:
        return _(NOT_IN_ROOM)
    if record is None or record.KIND == Unknown.KIND:
        kind, writers = public_class, WRITERS_OF_CLASS[public_class]
    else:
        kind, writers = record.KIND, record.WRITTEN_BY
    if role not in writers:
        return _("the role {role} does not allow a record of the kind {kind}").format(role=role, kind=kind)
    return None


def objection_to_moves(transaction: Sequence[tuple[Record | None, Leaf]]) -> tuple[int, str] | None:
    """Where and why an item leaves without arriving, or None: only who may erase destroys what he does not bring.

    Of what arrives, perhaps in a room that is closed to the reader, the number of objects is known to all.
    """
    taken: Counter[str] = Counter()
    for record, leaf in transaction:
        if isinstance(record, ItemLeft):
            taken[record.to] += len(record.objects)
            brought = sum(
                change.added
                for _record, other in transaction
                if (other.kind, other.room) == ("item", record.to)
                for change in other.files
            )
            if record.to == leaf.room or taken[record.to] > brought:
                return leaf.seq, _("it takes an item out of its room that arrives in no other")
    return None


def is_as_published(record: Record, leaf: Leaf) -> bool:
    """Whether the leaf says in clear what follows from its record, no more and no less."""
    if not leaf.files and not leaf.facts:
        return record.public() == NOTHING_PUBLIC
    added = tuple(change.path for change in leaf.files if change.added)
    removed = tuple(change.path for change in leaf.files if not change.added)
    return record.public() == (added, removed, leaf.facts)


def _is_misplaced(catalog: Catalog, record: Record | None, leaf: Leaf) -> bool:
    """Whether a record, by the room that it stands in, would change another room or the vault as a whole."""
    match record:
        case RoomCreated(room=room, name=name):
            return room != leaf.room or name == ROOT or _name_of(catalog, room) is not None
        case RoomKeyed(room=room, epoch=epoch):
            return (room, epoch) != (leaf.room, leaf.epoch)
    concerns_the_vault = leaf.kind in _IN_ROOT_ONLY or isinstance(record, RecipientRecord | ReceiptImported)
    return concerns_the_vault and _name_of(catalog, leaf.room) != ROOT


def _name_of(catalog: Catalog, room: str) -> str | None:
    row = catalog.view.execute("SELECT name FROM room WHERE id = ?", (room,)).fetchone()
    return row[0] if row else None


def _is_bound(record: MemberEnrolled) -> bool:
    """Whether the fingerprint is that of the keys."""
    public = PublicIdentity(bytes.fromhex(record.kem), bytes.fromhex(record.ed25519), bytes.fromhex(record.mldsa44))
    return public.fingerprint == record.member
