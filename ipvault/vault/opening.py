"""From a store and a master key to an open vault."""

from __future__ import annotations

import hashlib
from typing import Final

from ipvault.crypto.secret import Secret
from ipvault.errors import Damaged, JournalBroken
from ipvault.keys.member_file import MAX_SIZE as MEMBER_FILE_LIMIT
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.storage.layout import DESCRIPTOR
from ipvault.storage.store import Store
from ipvault.text import N_, _, program
from ipvault.vault.descriptor import MAX_SIZE as DESCRIPTOR_LIMIT, Descriptor
from ipvault.vault.member_files import member_file_path
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.vault import Machine, Vault

NOT_FOUNDED: Final = N_("the records that found the vault are missing")
NOT_ENROLLED: Final = N_("no record that your keys open enrols you, so this is not the journal that you joined")


def open_vault(
    store: Store,
    descriptor: Descriptor,
    sealed: SealedIdentity,
    master_key: Secret,
    machine: Machine,
    progress: Progress = unobserved,
    *,
    accept_rollback: bool = False,
) -> Vault:
    """The vault up to its last commit, pinned. Raises what `Vault.follow` raises.

    With `accept_rollback` the pin is neither asked nor moved: that is for `vault.rollback` to do.
    """
    identity = sealed.open_identity(master_key)
    vault = Vault(store, descriptor.id, sealed.fingerprint, identity, master_key, machine)
    vault.heeds_pin = not accept_rollback
    vault.follow(progress)
    vault.found = vault.catalog.head
    _check_beginning(vault)
    if sealed.place == vault.id:
        _check_named(vault, member_file_path(store, vault.id, vault.member), MEMBER_FILE_LIMIT)
    vault.pin()
    _warn_of_missing_keys(vault)
    return vault


def _warn_of_missing_keys(vault: Vault) -> None:
    """Say where an owner of a room made keys that shut out this member, or whoever comes later."""
    broken = [(room, epoch) for room, epoch in vault.catalog.broken_links() if vault.catalog.role(vault.member, room)]
    for room, epoch in broken:
        text = _(
            "the key {epoch} of the room {room} does not lead to the keys before: whoever has no older one, as all who "
            "come later, cannot see what the room holds. Make another room, and move the documents there"
        )
        vault.machine.warn(text.format(epoch=epoch, room=vault.catalog.name_of(room) or room))
    for room in vault.catalog.partly_closed(vault.member):
        if room not in {place for place, _epoch in broken}:
            text = _(
                "you are in the room {room}, and an owner made a key of it without you: you do not see what was stored "
                "there since. Ask another owner of the room to run: {ipvault} room rotate {quoted}"
            )
            import shlex

            name = vault.catalog.name_of(room) or room
            vault.machine.warn(text.format(room=name, ipvault=program(), quoted=shlex.quote(name)))


def _check_beginning(vault: Vault) -> None:
    """The journal must have one, must be one that our keys belong to, and must name the VAULT file that is there."""
    if vault.catalog.head.seq < 0:
        raise JournalBroken(seq=0, reason=_(NOT_FOUNDED))
    if not vault.catalog.is_enrolled(vault.member):
        raise JournalBroken(seq=0, reason=_(NOT_ENROLLED))
    _check_named(vault, DESCRIPTOR, DESCRIPTOR_LIMIT)


def _check_named(vault: Vault, path: str, limit: int) -> None:
    digest = hashlib.sha256(vault.store.read(path, limit)).hexdigest()
    if vault.catalog.sha256_of(path) != digest:
        raise Damaged(place=path, reason=_("it is not the file that the journal names"))
