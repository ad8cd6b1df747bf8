"""Accepting a journal that this computer's pin does not find in it: a restored backup must not lock anybody out."""

from __future__ import annotations

from ipvault.catalog.address import root_room
from ipvault.catalog.statistics import incarnation
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.records.upkeep import RollbackAccepted
from ipvault.text import _
from ipvault.vault.journal_file import holds
from ipvault.vault.pins import Pin
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def accept_rollback(vault: Vault, *, reason: str) -> Head:
    """Record that the journal as it is now is accepted, with both heads, and pin it. A new incarnation begins.

    `vault` was opened with `accept_rollback`. Raises `Conflict` when there is nothing to accept.
    """
    with transaction(vault) as change:
        pin, found = vault.machine.pins.read(), vault.catalog.head
        with vault.store.open_journal() as journal:
            if pin is None or holds(journal, pin.head, found.offset):
                raise Conflict(
                    problem=_("there is nothing to accept: the vault has every record that this computer has seen")
                )
        record = RollbackAccepted(
            reason=reason,
            pinned_seq=pin.head.seq,
            pinned_hash=pin.head.hash,
            found_seq=found.seq,
            found_hash=found.hash,
            incarnation=incarnation(vault.catalog) + 1,
        )
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
        vault.machine.note(Pin(head, vault.member), going_back=True)
    vault.heeds_pin = True
    return head
