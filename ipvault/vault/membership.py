"""Who belongs to the vault, in which room, in which role; and how members unlock it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ipvault.catalog.address import Room, root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.roster import Member, rooms_and_roles
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.keys.card import Card
from ipvault.keys.member_file import MemberFile
from ipvault.records.base import Record
from ipvault.records.members import MemberEnrolled, MemberFileReplaced, MemberRemoved, RoleGranted
from ipvault.records.vocabulary import AUDITOR, OWNER, READER
from ipvault.records.wording import in_words
from ipvault.storage.layout import member_path
from ipvault.text import _
from ipvault.vault.denials import last_owner
from ipvault.vault.member_files import generations, read_member_file
from ipvault.vault.rekeying import Holder, holders, next_key, share_key
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Leave(NamedTuple):
    """The rooms (ids) that have a new key by a removal, those whose owners have yet to make one, and those in which the
    member stays because they would have no owner without him. As long as there are any, he stays in the vault too,
    where an owner of it makes him a reader.
    """

    rekeyed: list[str]
    outlived: list[str]
    kept: list[str]


def replace_member_file(
    vault: Vault, member_file: MemberFile, *others: Record, instead_of: MemberFile | None = None
) -> Head:
    """Put `member_file` in place of the one by which this member unlocked the vault so far, if there is one.

    `others` are recorded with it, in the root room. Raises ValueError for the file of another vault or member, and
    `Conflict` if the file is not `instead_of` any more.
    """
    if member_file.owner != (vault.id, vault.member):
        raise ValueError(member_file.owner)
    with transaction(vault) as change:
        if instead_of is not None and read_member_file(vault.store, vault.id, vault.member) != instead_of:
            raise Conflict(problem=_("how you unlock this vault was changed meanwhile; try again"))
        before = max(generations(vault.catalog, vault.member), default=0)
        files = [change.file(member_path(vault.member, before + 1), member_file.to_toml())]
        if before:
            files.append(FileChange(False, member_path(vault.member, before)))
            change.condemn(files[1:])
        record = MemberFileReplaced(member=vault.member, generation=before + 1)
        root = root_room(vault.catalog).id
        change.record(record, root, tuple(files))
        for other in others:
            change.record(other, root)
        return change.commit()


def add_member(vault: Vault, card: Card, room: Room, role: str) -> Head:
    """Let the owner of a card into a room: one slot, however much the room holds.

    Whoever is new to the vault gets the root room's key too, where the roster is. Raises `Denied`, or `Conflict` for
    somebody who is in the room.
    """
    with transaction(vault) as change:
        catalog, root, member = vault.catalog, root_room(vault.catalog).id, card.fingerprint
        if there := catalog.role(member, room.id):
            problem = _("{name} is in the room {room} already, as {role}")
            raise Conflict(problem=problem.format(name=card.details.name, room=room.name, role=in_words(there)))
        if not catalog.is_enrolled(member):
            change.record(_enrolment(card), root)
        if catalog.role(member, root) is None:
            change.record(RoleGranted(member=member, room=root, role=READER), root)
            share_key(vault, change, root, [Holder(member, card.public.kem, READER)])
        change.record(RoleGranted(member=member, room=room.id, role=role), root)
        share_key(vault, change, room.id, [Holder(member, card.public.kem, role)])
        return change.commit()


def change_role(vault: Vault, member: Member, room: Room, role: str) -> Head:
    """Give a member another role in a room, or a first one. Less to read means a new key for all the others.

    Whoever makes himself an auditor leaves that key to another owner, since he would know the one that he makes.
    Raises `Denied`, or `Conflict` where nothing would change.
    """
    with transaction(vault) as change:
        catalog, root = vault.catalog, root_room(vault.catalog).id
        before = catalog.role(member.fingerprint, room.id)
        if before == role:
            problem = _("{name} is {role} of the room {room} already")
            raise Conflict(problem=problem.format(name=member.name, room=room.name, role=in_words(role)))
        if role == AUDITOR and before is not None and member.fingerprint != vault.member:
            roles = {**catalog.members(room.id), member.fingerprint: role}
            next_key(vault, change, room.id, holders(catalog, roles))
        change.record(RoleGranted(member=member.fingerprint, room=room.id, role=role), root)
        if before in (None, AUDITOR):
            share_key(vault, change, room.id, holders(catalog, {member.fingerprint: role}))
        return change.commit()


def remove_member(vault: Vault, member: Member, room: Room | None, *, reason: str) -> Leave:
    """Take a member out of a room, or of the vault, and give the others new keys wherever this user owns the room.

    Whoever leaves by himself makes no keys, since he would know them. A room that would have no owner then is not left,
    nor the vault as long as somebody is in one of its rooms. Raises `Denied`, `LastOwner` if that holds for all of
    them, or `Conflict` for somebody who is not in the room.
    """
    with transaction(vault) as change:
        leave = take_out(vault, change, member, room, reason=reason)
        change.commit()
    return leave


def take_out(vault: Vault, change: Transaction, member: Member, room: Room | None, *, reason: str) -> Leave:
    """The same within a change."""
    leave = take_out_together(vault, change, [member], room, reason=reason)
    if not leave.rekeyed and not leave.outlived:
        raise last_owner(vault.catalog, member.fingerprint, leave.kept)
    return leave


def take_out_together(
    vault: Vault,
    change: Transaction,
    leaving: Sequence[Member],
    room: Room | None = None,
    *,
    reason: str,
    rotate: Iterable[str] = (),
) -> Leave:
    """The same for several members at once; those of `rotate` are rooms (ids) that get a new key whoever leaves them.

    Nobody is taken out of a room that would have no owner then. Raises `Denied`, or `Conflict` for somebody who is not
    in the room.
    """
    catalog, root = vault.catalog, root_room(vault.catalog).id
    people = {one.fingerprint: one for one in leaving}
    wanted = {who: _rooms_to_leave(catalog, one, room, root) for who, one in people.items()}
    leavers = {id_: {who for who in wanted if id_ in wanted[who]} for ids in wanted.values() for id_ in ids}
    kept = {id_ for id_, some in leavers.items() if not catalog.has_owner_besides(some, id_)}
    closed = catalog.closings()
    rekeyed: list[str] = []
    outlived: list[str] = []
    left: list[tuple[str, str]] = []
    for id_ in sorted({*leavers, *rotate}, key=lambda one: (one == root, one)):
        gone = set() if id_ in kept else leavers.get(id_, set())
        if id_ == root:
            staying = {who for who in gone if kept & set(wanted[who])}
            for who in sorted(staying):
                _demote_in_root(vault, change, people[who], root)
            gone -= staying
        if not gone and id_ not in rotate:
            continue
        is_mine = catalog.role(vault.member, id_) == OWNER and id_ not in closed and vault.member not in gone
        if is_mine or id_ in rotate:
            next_key(vault, change, id_, holders(catalog, _without(catalog.members(id_), gone)))
        (rekeyed if is_mine else outlived).append(id_)
        left += [(who, id_) for who in sorted(gone)]
    for who, id_ in left:
        change.record(MemberRemoved(member=who, room=id_, reason=reason), root)
    return Leave(rekeyed, outlived, sorted(kept))


def _without(roles: Mapping[str, str], gone: Collection[str]) -> dict[str, str]:
    return {who: role for who, role in roles.items() if who not in gone}


def rooms_without_owner(catalog: Catalog, member: Member, rooms: Iterable[str]) -> list[str]:
    """Those of some rooms (ids) that would have no owner without a member."""
    return [id_ for id_ in rooms if catalog.has_no_owner_without(member.fingerprint, id_)]


def _demote_in_root(vault: Vault, change: Transaction, member: Member, root: str) -> None:
    """Leave somebody who has to stay in the vault no say in it, if this user may decide that."""
    if OWNER == vault.catalog.role(member.fingerprint, root) == vault.catalog.role(vault.member, root):
        change.record(RoleGranted(member=member.fingerprint, room=root, role=READER), root)


def _rooms_to_leave(catalog: Catalog, member: Member, room: Room | None, root: str) -> list[str]:
    """The ids of the rooms, the root room last: nobody leaves the vault who is in one of its rooms."""
    if room is not None and catalog.role(member.fingerprint, room.id) is None:
        raise Conflict(problem=_("{name} is not in the room {room}").format(name=member.name, room=room.name))
    if room is not None and room.id != root:
        return [room.id]
    return sorted(rooms_and_roles(catalog, member.fingerprint), key=lambda id_: (id_ == root, id_))


def _enrolment(card: Card) -> MemberEnrolled:
    keys = {name: key.hex() for name, key in card.public._asdict().items()}
    return MemberEnrolled(member=card.fingerprint, **card.details._asdict(), **keys)
