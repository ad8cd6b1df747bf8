"""Encrypting one content into a staged object, which becomes part of the vault when a transaction adopts it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import NamedTuple

from ipvault.catalog.address import Room
from ipvault.journal.leaf import FileChange
from ipvault.storage.layout import object_path
from ipvault.vault.hashing import StreamHash
from ipvault.vault.objects import BLOCK, ObjectWriter
from ipvault.vault.progress import Progress
from ipvault.vault.sources import SMALL, Readable, read_up_to
from ipvault.vault.vault import Vault

Holder = Callable[[str], str | None]
"""What has a content already, by its SHA-256: the name of an item, with the version if it is an older one."""


class HeldAlready(Exception):
    """Some item has this content; the argument is what `Holder` says."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class StagedContent(NamedTuple):
    """A content that is staged as an object."""

    object: str
    file: FileChange
    size: int
    sha256: str


def stage_content(
    vault: Vault, file: Readable, room: Room, progress: Progress, held_as: Holder = lambda _digest: None
) -> StagedContent:
    """Stage all that `file` has, for `room`. Raises `HeldAlready` if `held_as` says so; then nothing is staged."""
    first = read_up_to(file, SMALL)
    is_small = len(first) < SMALL
    content_hash = StreamHash()
    content_hash.update(first)
    if is_small and (holder := held_as(content_hash.hexdigest())):
        raise HeldAlready(holder)
    size = 0
    object_id = vault.machine.random(16).hex()
    staged = vault.store.stage(object_path(object_id))
    try:
        writer = ObjectWriter(staged, object_id, vault.keys.for_content(room.id, room.epoch), vault.machine.random)
        for block in (first,) if is_small else chain((first,), iter(partial(file.read, BLOCK), b"")):
            if block is not first:
                content_hash.update(block)
            writer.write(block)
            size += len(block)
            progress(len(block))
        written = writer.finish()
    finally:
        staged.close()
    digest = content_hash.hexdigest()
    if not is_small and (holder := held_as(digest)):
        vault.store.discard([staged])
        raise HeldAlready(holder)
    return StagedContent(object_id, written, size, digest)
