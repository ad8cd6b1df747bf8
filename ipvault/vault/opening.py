"""From a store and a master key to an open vault."""

from __future__ import annotations

import hashlib

from ipvault.crypto.secret import Secret
from ipvault.errors import Ambiguous, Damaged, NotFound
from ipvault.keys.member_file import MAX_SIZE, MemberFile
from ipvault.storage.store import Store
from ipvault.text import _
from ipvault.vault.descriptor import MAX_SIZE as DESCRIPTOR_LIMIT
from ipvault.vault.descriptor import PATH, Descriptor
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.vault import Machine, Vault


def find_member(store: Store, remembered: str | None) -> str:
    """The fingerprint of the member that this user is: the one remembered on this computer, or the only one there."""
    members = sorted({path.split("/")[1] for path in store.files("members")})
    if remembered in members:
        return str(remembered)
    if not members:
        raise Damaged(place="members", reason=_("it holds no member"))
    if len(members) > 1:
        raise Ambiguous(name=_("the member"), candidates=", ".join(member[:16] for member in members))
    return members[0]


def read_member_file(store: Store, vault: str, member: str) -> MemberFile:
    """The newest generation of a member's file."""
    paths = sorted(store.files(f"members/{member}"), key=lambda path: (len(path), path))
    if not paths:
        raise NotFound(name=member, suggestion="")
    return MemberFile.from_toml(store.read(paths[-1], MAX_SIZE), paths[-1], vault)


def open_vault(
    store: Store,
    descriptor: Descriptor,
    member_file: MemberFile,
    master_key: Secret,
    machine: Machine,
    progress: Progress = unobserved,
    *,
    accept_rollback: bool = False,
) -> Vault:
    """The vault up to its last commit, pinned. Raises what `Vault.follow` raises.

    With `accept_rollback` the pin is neither asked nor moved: that is for `vault.rollback` to do.
    """
    identity = member_file.open_identity(master_key)
    vault = Vault(store, descriptor.id, member_file.fingerprint, identity, master_key, machine)
    vault.heeds_pin = not accept_rollback
    vault.load_snapshot()
    vault.follow(progress)
    _check_descriptor(vault)
    if vault.heeds_pin:
        vault.pin()
    return vault


def _check_descriptor(vault: Vault) -> None:
    """The VAULT file must be the one that the journal begins with."""
    digest = hashlib.sha256(vault.store.read(PATH, DESCRIPTOR_LIMIT)).hexdigest()
    if vault.catalog.sha256_of(PATH) != digest:
        raise Damaged(place=PATH, reason=_("it is not the file that the journal begins with"))
