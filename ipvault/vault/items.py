"""What can be done to items that are in the vault: describe, rename, move, remove, restore, erase."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import Room, find_item, find_items, find_room, pick_version
from ipvault.catalog.holds import objection_to_destroying, objection_to_leaving
from ipvault.catalog.items import Item, Version, holder, versions
from ipvault.catalog.labelling import objection_to_lowering
from ipvault.errors import Conflict, NameTaken
from ipvault.journal.head import Head
from ipvault.journal.leaf import FileChange
from ipvault.records.items import (
    ItemArrived,
    ItemDescribed,
    ItemLeft,
    ItemRemoved,
    ItemRenamed,
    ItemRestored,
    VersionArrived,
    VersionErased,
)
from ipvault.storage.layout import object_path
from ipvault.text import _
from ipvault.vault.denials import content_denied, held
from ipvault.vault.names import item_name
from ipvault.vault.objects import ObjectWriter
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault


class Changes(NamedTuple):
    """What to change of a description; None and empty leave things as they are."""

    label: str | None = None
    type: str | None = None
    note: str | None = None
    add_tags: tuple[str, ...] = ()
    drop_tags: tuple[str, ...] = ()


def describe(vault: Vault, addresses: list[str], changes: Changes) -> tuple[list[Item], Head]:
    """Change label, type, note or tags of items, in one transaction; the items as they are afterwards."""
    with transaction(vault) as change:
        items = find_items(vault.catalog, addresses)
        for item in items:
            tags = (set(item.tags) | set(changes.add_tags)) - set(changes.drop_tags)
            record = ItemDescribed(
                item=item.id,
                label=item.label if changes.label is None else changes.label,
                type=item.type if changes.type is None else changes.type,
                tags=tuple(sorted(tags)),
                note=item.note if changes.note is None else changes.note,
            )
            if (record.label, record.type, record.tags, record.note) != (item.label, item.type, item.tags, item.note):
                if reason := objection_to_lowering(vault.catalog, record, item.room, vault.member):
                    raise content_denied(vault.catalog, record, reason, vault.member)
                change.record(record, item.room)
        head = change.commit()
    return [find_item(vault.catalog, item.id) for item in items], head


def move(
    vault: Vault,
    address: str,
    *,
    name: str | None = None,
    room: str | None = None,
    progress: Progress = unobserved,
) -> tuple[Item, Head]:
    """Give an item another name, another room, or both. In another room every version is encrypted anew."""
    with transaction(vault) as change:
        item = find_item(vault.catalog, address)
        target = find_room(vault.catalog, room if room is not None else item.room_name)
        new_name = item_name(name) if name is not None else item.name
        if (target.id, new_name) == (item.room, item.name):
            return item, vault.catalog.head
        if holder(vault.catalog, target.id, new_name):
            raise NameTaken(name=new_name, room=target.name)
        if target.id == item.room:
            change.record(ItemRenamed(item=item.id, name=new_name), item.room)
        else:
            _change_room(vault, change, item, new_name, target, progress)
        head = change.commit()
    return find_item(vault.catalog, item.id), head


def _change_room(vault: Vault, change: Transaction, item: Item, name: str, target: Room, progress: Progress) -> None:
    change.check(ItemLeft, item.room)
    change.check(ItemArrived, target.id)
    if objection_to_leaving(vault.catalog, item.id, target.id):
        raise held(vault.catalog, item.id)
    present = versions(vault.catalog, item.id)
    objects = tuple(version.object for version in present if not version.erased)
    gone = tuple(FileChange(False, object_path(object_id)) for object_id in objects)
    change.condemn(gone)
    change.record(ItemLeft(item=item.id, to=target.id, objects=objects), item.room, gone)
    arrived = ItemArrived(
        item=item.id,
        name=name,
        label=item.label,
        type=item.type,
        tags=item.tags,
        note=item.note,
        created=item.created,
        creator=item.creator,
    )
    change.record(arrived, target.id)
    for version in present:
        object_id = version.object
        files: tuple[FileChange, ...] = ()
        if not version.erased:
            object_id, file = stage_anew(vault, change, item, version, target, progress)
            files = (file,)
        record = VersionArrived(
            item=item.id,
            version=version.number,
            object=object_id,
            size=version.size,
            sha256=version.sha256,
            source=version.source,
            added=version.added,
            adder=version.adder,
            erased=version.erased or "",
        )
        change.record(record, target.id, files)


def stage_anew(
    vault: Vault, change: Transaction, item: Item, version: Version, target: Room, progress: Progress
) -> tuple[str, FileChange]:
    """Stage the content of a version as a new object of a room, under its present key."""
    object_id = vault.machine.random(16).hex()
    staged = change.stage(object_path(object_id))
    writer = ObjectWriter(staged, object_id, vault.keys.for_content(target.id, target.epoch), vault.machine.random)
    for block in Content(vault, item, version).blocks():
        writer.write(block)
        progress(len(block))
    file = writer.finish()
    staged.close()
    return object_id, file


def remove(vault: Vault, addresses: list[str], *, reason: str) -> tuple[list[Item], Head]:
    """Take items out of sight, in one transaction; their content stays."""
    with transaction(vault) as change:
        items = find_items(vault.catalog, addresses)
        for item in items:
            change.record(ItemRemoved(item=item.id, reason=reason), item.room)
        head = change.commit()
    return [find_item(vault.catalog, item.id, removed=True) for item in items], head


def restore(vault: Vault, addresses: list[str]) -> tuple[list[Item], Head]:
    """Bring removed items back. Raises `NameTaken` if a name has been taken since."""
    with transaction(vault) as change:
        items = find_items(vault.catalog, addresses, removed=True)
        names: set[tuple[str, str]] = set()
        for item in items:
            if (item.room, item.name) in names:
                problem = _("two removed items are called {name}; restore one of them by its id").format(name=item.name)
                raise Conflict(problem=problem)
            if holder(vault.catalog, item.room, item.name):
                raise NameTaken(name=item.name, room=item.room_name)
            names.add((item.room, item.name))
            if item.erased:
                raise Conflict(problem=_("{name} was erased: there is nothing left to restore").format(name=item.name))
            change.record(ItemRestored(item=item.id), item.room)
        head = change.commit()
    return [find_item(vault.catalog, item.id) for item in items], head


def to_erase(item: Item, vault: Vault, number: int | None) -> list[Version]:
    """The versions that an erasure would destroy: one, or all that are left.

    Raises `NoSuchVersion`, `Erased`, or `Held`.
    """
    if objection_to_destroying(vault.catalog, item.id):
        raise held(vault.catalog, item.id)
    left = unerased(vault, item)
    return left if left and number is None else [pick_version(vault.catalog, item, number)]


def erase(vault: Vault, item: Item, numbers: list[int], *, reason: str) -> Head:
    """Destroy key and content of versions of an item; their records stay. An item with none left is removed as well."""
    with transaction(vault) as change:
        left = unerased(vault, item)
        chosen = [version for version in left if version.number in numbers]
        if len(chosen) != len(numbers):
            raise Conflict(problem=_("{name} was changed meanwhile; nothing was erased").format(name=item.name))
        erase_versions(vault, change, item, chosen, reason)
        return change.commit()


def unerased(vault: Vault, item: Item) -> list[Version]:
    """The versions of an item whose content is still there."""
    return [version for version in versions(vault.catalog, item.id) if not version.erased]


def erase_versions(vault: Vault, change: Transaction, item: Item, chosen: list[Version], reason: str) -> None:
    """Have a transaction destroy key and content of versions, and remove an item of which none is left.

    Raises `Held`, also where a reader of the journal could not tell any more why something is held.
    """
    if objection_to_destroying(vault.catalog, item.id):
        raise held(vault.catalog, item.id)
    for version in chosen:
        gone = FileChange(False, object_path(version.object))
        change.condemn((gone,))
        record = VersionErased(item=item.id, version=version.number, object=version.object, reason=reason)
        change.record(record, item.room, (gone,))
    if len(chosen) == len(unerased(vault, item)) and not item.removed:
        change.record(ItemRemoved(item=item.id, reason=reason), item.room)
