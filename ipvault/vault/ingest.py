"""Putting content in: one transaction, however many files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ipvault.catalog.address import Room, find_item, find_room
from ipvault.catalog.items import Version, by_content, holder, versions
from ipvault.errors import Conflict, ItemExists, ItemsExist, StorageFailed, VaultError
from ipvault.journal.head import Head
from ipvault.records.base import Record
from ipvault.records.domains import MAX_VERSION
from ipvault.records.items import ItemAdded, VersionAdded
from ipvault.storage.layout import object_path
from ipvault.text import _, reason_of
from ipvault.vault.objects import object_size
from ipvault.vault.processes import spread
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.sources import (
    Skipped,
    Source,
    Unreadable,
    open_source,
    sha256_of,
    sha256_of_file,
)
from ipvault.vault.staging import HeldAlready, Holder, StagedContent, stage_content
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

_NAMED: Final = 5
"""How many of the names that are taken an error tells."""


class Description(NamedTuple):
    """How new items are classified."""

    label: str
    type: str
    tags: tuple[str, ...] = ()
    note: str = ""


class Stored(NamedTuple):
    """A version that was stored. `path` is where it came from, None for a pipe."""

    item: str
    name: str
    version: int
    size: int
    sha256: str
    path: str | None


class Duplicate(NamedTuple):
    """A source whose content the vault has already, as `held_as`."""

    name: str
    held_as: str
    path: str | None


class Existing(NamedTuple):
    """A source that was not stored because its name is an item's."""

    name: str
    path: str | None


@dataclass(slots=True)
class Ingested:
    """What came of an `add` or `update`; `head` is where it stands in the journal.

    `unchanged` are sources that are the newest version of the item of their name, `existing` those that are not and
    were left out as it was asked for.
    """

    head: Head
    stored: list[Stored] = field(default_factory=list)
    duplicates: list[Duplicate] = field(default_factory=list)
    unchanged: list[Existing] = field(default_factory=list)
    existing: list[Existing] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


_Outcome = StagedContent | Skipped | str
"""What became of a source: staged, not to be read, or held by an item already."""


def add(
    vault: Vault,
    sources: Iterable[Source | Skipped],
    *,
    room: str,
    description: Description,
    again: bool = False,
    skip_existing: bool = False,
    also: Callable[[Ingested, Callable[[Record, str], None]], None] | None = None,
    progress: Progress = unobserved,
) -> Ingested:
    """Store each source as a new item of the room. `progress` is told bytes read.

    Content that the vault has already is not stored a second time unless `again`. A name that is taken by other content
    is an error (`ItemExists`, `ItemsExist`), and nothing is stored; with `skip_existing` that source is left out. Two
    sources of one name are a `Conflict`. `also` is given what came of it before it is committed, and a function that
    records what else is true with it, each record in its room (an id).
    """
    sources = list(sources)
    for source in sources:
        if isinstance(source, Source) and source.pipe is not None:
            source.pipe.wait()
    with transaction(vault) as change:
        target = find_room(vault.catalog, room)
        change.check(ItemAdded, target.id)
        result = Ingested(vault.catalog.head)
        refuse_all = again and not skip_existing
        fresh = list(_without_existing(vault, sources, target, result, refuse_all, progress))
        if result.existing and not skip_existing:
            raise _exist(result.existing, target)
        known: dict[str, str] = {}
        names: dict[str, Source] = {}
        with _staging(vault, fresh, target, again, progress) as outcomes:
            for source, content in zip(fresh, outcomes, strict=True):
                if isinstance(content, Skipped):
                    result.skipped.append(content)
                    continue
                if isinstance(content, str):
                    result.duplicates.append(Duplicate(source.name, content, source.path))
                    continue
                if not again and content.sha256 in known:
                    vault.store.discard([vault.store.adopt(content.file.path)])
                    result.duplicates.append(Duplicate(source.name, known[content.sha256], source.path))
                    continue
                change.adopt(content.file.path)
                if (first := names.setdefault(source.name, source)) is not source:
                    raise _same_name(first, source)
                known[content.sha256] = source.name
                item = vault.machine.random(16).hex()
                record = first_version(item, source.name, description, content, _source_name(source))
                change.record(record, target.id, (content.file,))
                result.stored.append(Stored(item, source.name, 1, content.size, content.sha256, source.path))
        if also is not None:
            also(result, change.record)
        result.head = change.commit()
    return result


def first_version(item: str, name: str, description: Description, content: StagedContent, source: str) -> ItemAdded:
    """The record of a new item (an id) with a content that is staged; `source` is the name of the file it came from."""
    return ItemAdded(
        item=item,
        name=name,
        label=description.label,
        type=description.type,
        tags=description.tags,
        note=description.note,
        object=content.object,
        size=content.size,
        sha256=content.sha256,
        source=source,
    )


def _without_existing(
    vault: Vault,
    sources: Iterable[Source | Skipped],
    room: Room,
    result: Ingested,
    refuse_all: bool,
    progress: Progress,
) -> Iterator[Source]:
    """The sources whose names are free. The others are only read, and `result` says what they are."""
    for source in sources:
        if isinstance(source, Skipped):
            result.skipped.append(source)
            continue
        item = holder(vault.catalog, room.id, source.name)
        if item is None:
            yield source
            continue
        this = Existing(source.name, source.path)
        if refuse_all:
            result.existing.append(this)
            continue
        try:
            digest = _digest(source, progress)
        except Unreadable as error:
            result.skipped.append(error.skipped)
            continue
        *older, newest = versions(vault.catalog, item)
        if newest.sha256 == digest and _is_stored(vault, newest):
            result.unchanged.append(this)
        elif same := next((old for old in reversed(older) if old.sha256 == digest and _is_stored(vault, old)), None):
            result.duplicates.append(Duplicate(source.name, f"{source.name}@{same.number}", source.path))
        else:
            result.existing.append(this)


def _digest(source: Source, progress: Progress) -> str:
    """The SHA-256 of a source that is not going to be stored. Raises `Unreadable`, and `StorageFailed`."""
    if source.pipe is not None:
        return sha256_of(source.pipe, progress)
    return sha256_of_file(str(source.path), progress)


def _exist(existing: list[Existing], room: Room) -> ItemExists:
    if len(existing) == 1:
        return ItemExists(name=existing[0].name, room=room.name)
    names = ", ".join(one.name for one in existing[:_NAMED])
    return ItemsExist(name=existing[0].name, names=names, count=len(existing), room=room.name)


def _same_name(first: Source, second: Source) -> Conflict:
    text = _(
        "{first} and {second} would both be called {name}, and nothing was stored: rename one of the files, or add it "
        "by itself with --name (names that look the same may differ in how their accents are stored)"
    )
    return Conflict(problem=text.format(first=first.path, second=second.path, name=first.name))


def _holding(vault: Vault, digest: str, room: Room) -> str | None:
    """The name of an item that holds this content; with its room before it, where that is not `room`."""
    for place, name, version in by_content(vault.catalog, digest, room.id):
        if _is_stored(vault, version):
            return name if place == room.id else f"{vault.catalog.name_of(place)}:{name}"
    return None


def _is_stored(vault: Vault, version: Version) -> bool:
    """Whether a version's file is there, in its length: in a damaged vault it may not be, and then it is no copy."""
    if version.erased:
        return False
    try:
        return vault.store.size(object_path(version.object)) == object_size(version.size)
    except (FileNotFoundError, StorageFailed):
        return False


def update(
    vault: Vault, address: str, source: Source, *, again: bool = False, progress: Progress = unobserved
) -> Ingested:
    """Store a source as the next version of an item.

    The content of its newest version is not stored again, unless `again`; that of an older one is, since going back is
    a step too.
    """
    if source.pipe is not None:
        source.pipe.wait()
    with transaction(vault) as change:
        item = find_item(vault.catalog, address)
        change.check(VersionAdded, item.room)
        result = Ingested(vault.catalog.head)
        room = Room(item.room, item.room_name, vault.catalog.epoch(item.room))
        newest = versions(vault.catalog, item.id)[-1]
        if item.version >= MAX_VERSION:
            text = _("{name} has as many versions as a vault can count; add it under another name")
            raise Conflict(problem=text.format(name=item.name))

        def held_as(digest: str) -> str | None:
            return item.name if digest == newest.sha256 and _is_stored(vault, newest) and not again else None

        content = _stage(vault, source, room, held_as, progress)
        if isinstance(content, Skipped):
            result.skipped.append(content)
            return result
        if isinstance(content, str):
            result.duplicates.append(Duplicate(item.name, content, source.path))
            return result
        change.adopt(content.file.path)
        record: Record = VersionAdded(
            item=item.id,
            version=item.version + 1,
            object=content.object,
            size=content.size,
            sha256=content.sha256,
            source=_source_name(source),
        )
        change.record(record, item.room, (content.file,))
        result.head = change.commit()
        result.stored.append(Stored(item.id, item.name, item.version + 1, content.size, content.sha256, source.path))
    return result


@contextmanager
def _staging(
    vault: Vault, sources: list[Source], room: Room, again: bool, progress: Progress
) -> Iterator[Iterator[_Outcome]]:
    """What `_stage` says to each source; if that or the block fails, nothing stays staged."""

    def held_as(digest: str) -> str | None:
        return None if again else _holding(vault, digest, room)

    try:
        with spread(
            lambda number, told: _stage(vault, sources[number], room, held_as, told), len(sources), progress
        ) as staged:
            yield staged
    except BaseException:
        with suppress(VaultError, OSError):
            vault.store.sweep(vault.catalog.is_referenced)
        raise


def _stage(
    vault: Vault, source: Source, room: Room, held_as: Holder, progress: Progress
) -> StagedContent | Skipped | str:
    """Encrypt a source into a staged object, or name the item that has its content already.

    `held_as` tells by the SHA-256 of a content.
    """
    try:
        if source.pipe is not None:
            return stage_content(vault, source.pipe, room, progress, held_as)
        return _stage_file(vault, str(source.path), room, held_as, progress)
    except Unreadable as error:
        return error.skipped
    except HeldAlready as held:
        return held.holder


def _stage_file(vault: Vault, path: str, room: Room, held_as: Holder, progress: Progress) -> StagedContent:
    with open_source(path) as file:
        before = os.fstat(file.fileno())
        try:
            content = stage_content(vault, file, room, progress, held_as)
        except OSError as error:  # of reading: what the store cannot do is a StorageFailed already
            raise StorageFailed(path=path, reason=reason_of(error)) from error
        after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Conflict(problem=_("{path} was changed while it was being stored; nothing was stored").format(path=path))
    return content


def _source_name(source: Source) -> str:
    """The file name as the record keeps it: where on somebody's disk it was is nobody's business."""
    return os.path.basename(source.path).encode(errors="replace").decode() if source.path else ""
