"""Who may write what: checked for every commit by everyone who replays the journal, not only by whoever writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.moves import objection_to_moves
from ipvault.journal.leaf import Leaf
from ipvault.keys.identity import PublicIdentity
from ipvault.records.base import NOTHING_PUBLIC, WRITERS_OF_CLASS, Record, Unknown
from ipvault.records.genesis import VaultCreated
from ipvault.records.members import MemberEnrolled, MemberRemoved, RoleGranted
from ipvault.records.rooms import RoomCreated, RoomKeyed, RoomShared
from ipvault.records.vocabulary import OWNER, READER, ROOT
from ipvault.text import N_, _

NOT_IN_ROOM: Final = N_("whoever signs it is not in the room")

NOT_AN_OWNER: Final = N_("whoever signs it is no owner of the room that it is about")

NO_OWNER_LEFT: Final = N_("the room would be left without an owner")

_IN_ROOT_ONLY: Final = frozenset(("genesis", "member", "policy", "forget"))
"""Classes that concern the whole vault: being an owner of another room gives no right to write them there."""


_OBJECTIONS: Final = {
    "agreement": ("agreeing.objection_to_agreement",),
    "assessment": ("assessing.objection_to_assessment",),
    "training": ("acknowledging.objection_to_training",),
    **dict.fromkeys(("recipient", "package", "receipt"), ("dealings.objection_to_dealings",)),
    **dict.fromkeys(("policy", "release", "request"), ("rulings.objection_to_rulings",)),
    **dict.fromkeys(("item.described", "item.arrived"), ("labelling.objection_to_labelling",)),
    "item.left": ("holds.objection_to_holding", "freezes.objection_to_freezing"),
    "item.version-arrived": ("moves.objection_to_arrival",),
    "item.erased": ("holds.objection_to_holding",),
    "hold": ("holds.objection_to_holding",),
    "retention": ("retention.objection_to_retention",),
    **dict.fromkeys(("privacy", "consent"), ("privacy.objection_to_privacy",)),
    **dict.fromkeys(("incident", "clock", "action"), ("incidents.objection_to_incident",)),
    "freeze": ("freezes.objection_to_freezing",),
    "secret": ("registering.objection_to_registering",),
    **dict.fromkeys(("review", "person"), ("reviewing.objection_to_reviewing",)),
}
"""What judges the content of records, by their kinds or how those begin; imported when it is needed."""

_RELEASES: Final = "access"
"""The class of records that say what left the vault."""


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
    role = catalog.role(signer, leaf.room)
    return objection_to_role(record, leaf.kind, role) or objection_to_content(catalog, record, leaf.room, signer)


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


def objection_to_content(catalog: Catalog, record: Record | None, room: str, signer: str) -> str | None:
    """Why `signer`, whose role in the record's room is enough, must not say in it what this record says, or None.

    Others have a role in the root room, its owners or not, because all members read the roster.
    """
    match record:
        case RoleGranted(member=member, room=about, role=role):
            return _objection_to_grant(catalog, member, about, role, room, signer)
        case MemberRemoved(member=member, room=about):
            return _objection_to_removal(catalog, member, about, room, signer)
    if record is not None:
        for objection_of in _judges(record.KIND):
            if reason := objection_of(catalog, record, room, signer):
                return reason
    return None


@cache
def _judges(kind: str) -> tuple[Callable[[Catalog, Record, str, str], str | None], ...]:
    names = (name.split(".") for key in (kind, kind.partition(".")[0]) for name in _OBJECTIONS.get(key, ()))
    return tuple(getattr(import_module(f"ipvault.catalog.{module}"), function) for module, function in names)


def _objection_to_grant(catalog: Catalog, member: str, room: str, role: str, root: str, signer: str) -> str | None:
    if not catalog.is_enrolled(member) or (room != root and catalog.role(member, root) is None):
        return _("it gives a role to somebody who is not a member of the vault")
    if room == root and role not in (OWNER, READER):
        return _("in the root room a member is an owner or a reader")
    decides_in = room if catalog.members(room) else root
    if catalog.role(signer, decides_in) != OWNER:
        return _(NOT_AN_OWNER)
    if role != OWNER and catalog.has_no_owner_without(member, room):
        return _(NO_OWNER_LEFT)
    return None


def _objection_to_removal(catalog: Catalog, member: str, room: str, root: str, signer: str) -> str | None:
    if catalog.role(member, room) is None:
        return _("it removes somebody who is not in the room")
    if signer != member and OWNER not in (catalog.role(signer, room), catalog.role(signer, root)):
        return _(NOT_AN_OWNER)
    if room == root and catalog.rooms_of(member) != {root}:
        return _("it removes somebody from the vault who still is in one of its rooms")
    if catalog.has_no_owner_without(member, room):
        return _(NO_OWNER_LEFT)
    return None


def objection_to_transaction(transaction: Sequence[tuple[Record | None, Leaf]]) -> tuple[int, str] | None:
    """Where and why records do not stand together as they must, or None; a record that cannot be read is None."""
    if moved := objection_to_moves(transaction):
        return moved
    if any(leaf.kind == _RELEASES for _record, leaf in transaction):
        from ipvault.catalog.rulings import objection_to_releases  # most transactions need none of its records

        return objection_to_releases(transaction)
    return None


def is_as_published(record: Record, leaf: Leaf) -> bool:
    """Whether the leaf says in clear what follows from its record, no more and no less."""
    if not leaf.files and not leaf.facts:
        return record.public() == NOTHING_PUBLIC
    added, removed, facts = record.public()
    files = [(True, path) for path in added] + [(False, path) for path in removed]
    return facts == leaf.facts and files == [(change.added, change.path) for change in leaf.files]


def _is_misplaced(catalog: Catalog, record: Record | None, leaf: Leaf) -> bool:
    """Whether a record, by the room that it stands in, would change another room or the vault as a whole."""
    match record:
        case RoomCreated(room=room, name=name):
            return room != leaf.room or name == ROOT or catalog.name_of(room) is not None
        case RoomKeyed(room=room, epoch=epoch) | RoomShared(room=room, epoch=epoch):
            return (room, epoch) != (leaf.room, leaf.epoch)
    if record is not None and record.IN_ROOMS_ONLY:
        return catalog.name_of(leaf.room) == ROOT
    concerns_the_vault = leaf.kind in _IN_ROOT_ONLY or (record is not None and record.IN_ROOT_ONLY)
    return concerns_the_vault and catalog.name_of(leaf.room) != ROOT


def _is_bound(record: MemberEnrolled) -> bool:
    """Whether the fingerprint is that of the keys."""
    return PublicIdentity.from_hex(record.kem, record.ed25519, record.mldsa44).fingerprint == record.member
