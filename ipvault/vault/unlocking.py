"""From a passphrase, a key file or both to the master key, with the attempt noted before it is made."""

from __future__ import annotations

from ipvault.crypto.secret import Secret
from ipvault.errors import ReadOnly
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.keys.unlock_slots import Factors, UnlockSlot
from ipvault.storage.store import Store
from ipvault.text import _
from ipvault.vault.attempts import Attempt
from ipvault.vault.descriptor import Descriptor, altered_descriptor
from ipvault.vault.member_files import altered_member_file, read_member_file
from ipvault.vault.vault import Machine


def unlock(
    store: Store,
    descriptor: Descriptor,
    member: str,
    factors: Factors,
    machine: Machine,
    own: SealedIdentity | None = None,
) -> tuple[SealedIdentity, UnlockSlot | None, Secret]:
    """Try them on the member's file in the vault, or on `own`, an identity file; the attempt is on disk before.

    The file, what opened it, and the master key. Raises what `SealedIdentity.open_slot` does, or `Damaged`.

    On a read-only medium the attempt cannot be noted; the user is told, and what needs no record still works.
    """
    damaged = altered_descriptor(store)
    if own is None:
        damaged = damaged or altered_member_file(store, descriptor.id, member)
    if damaged:
        raise damaged  # before anything is computed with its numbers
    sealed = own or read_member_file(store, descriptor.id, member)
    attempt: Attempt | None = None
    try:
        attempt = Attempt(store, member, now=machine.now(), random=machine.random)
    except ReadOnly:
        machine.remark(_("the vault is on a read-only medium, so this unlock cannot be noted in it"))
    opened = False
    try:
        slot, master_key = sealed.open_slot(factors)
        opened = True
    finally:
        if attempt is not None:
            attempt.close(opened)
    return sealed, slot, master_key
