"""Receiving: the contents of a package become items of a room, with a record of who sealed them."""

from __future__ import annotations

from contextlib import suppress

from ipvault.catalog.address import Room, find_room
from ipvault.catalog.items import holder
from ipvault.errors import FolderTaken, VaultError
from ipvault.records.packages import PackageReceived
from ipvault.sharing.package_reader import OpenedPackage
from ipvault.sharing.streams import BlockReader
from ipvault.storage.safe_names import unique_paths
from ipvault.vault.ingest import Description, Ingested, Stored, first_version
from ipvault.vault.names import name_from_file
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.staging import StagedContent, stage_content
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def receive(
    vault: Vault,
    package: OpenedPackage,
    *,
    room: str,
    folder: str,
    description: Description,
    progress: Progress = unobserved,
) -> Ingested:
    """Store what is in a package as new items of a room, below `folder` if that is not empty.

    They get the names that its files would have, so none hides another that differs in composition or case only.
    Nothing is stored before all of it is proven to be what the sender sealed. Raises `FolderTaken` for a name that is
    taken, and what reading the package raises. `progress` is told bytes.
    """
    with transaction(vault) as change:
        target = find_room(vault.catalog, room)
        result = Ingested(vault.catalog.head)
        paths = unique_paths([entry.name for entry in package.manifest.entries])
        names = [name_from_file(f"{folder}/{path}") for path in paths]
        for name in names:
            if holder(vault.catalog, target.id, name):
                raise FolderTaken(name=name, room=target.name)
        contents = _stage_all(vault, package, target, progress)
        items = [vault.machine.random(16).hex() for _content in contents]
        sender, proof = package.sender, package.proof
        if proof is None:
            raise RuntimeError("the contents were not read to their end")
        received = PackageReceived(
            package=package.manifest.package,
            manifest=package.manifest_hash,
            sender=sender.fingerprint,
            sender_name=sender.details.name,
            sealed=package.manifest.terms.created,
            items=tuple(items),
            contents=proof.contents,
            **sender.public.as_hex(),
            signatures=b"".join(proof.signatures).hex(),
        )
        change.record(received, target.id)
        for item, name, content in zip(items, names, contents, strict=True):
            change.adopt(content.file.path)
            change.record(
                first_version(item, name, description, content, name.rpartition("/")[2]), target.id, (content.file,)
            )
            result.stored.append(Stored(item, name, 1, content.size, content.sha256, None))
        result.head = change.commit()
    return result


def _stage_all(vault: Vault, package: OpenedPackage, room: Room, progress: Progress) -> list[StagedContent]:
    """Every content, encrypted for the room; nothing stays staged if one is not what the sender sealed."""
    staged: list[StagedContent] = []
    try:
        for _entry, blocks in package.contents():
            staged.append(stage_content(vault, BlockReader(blocks), room, progress))
    except BaseException:
        with suppress(VaultError, OSError):
            vault.store.sweep(vault.catalog.is_referenced)
        raise
    return staged
