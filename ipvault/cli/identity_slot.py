"""`ipvault identity slot`: the ways to open an identity."""

from __future__ import annotations

import os
import time
from typing import Annotated, Any

import typer

from ipvault.cli.invocation import current
from ipvault.cli.new_factors import (
    NewKeyFile,
    NewPassphraseFd,
    NewPassphraseFile,
    SlotKind,
    WithKeyFile,
    new_factors,
)
from ipvault.cli.own_identity import kind_in_words, own_identity
from ipvault.cli.rendering import human_time
from ipvault.keys.passphrase import PassphraseSources
from ipvault.keys.unlock_slots import RECOVERY, UnlockSlot
from ipvault.records.recovery import RecoveryRevoked
from ipvault.text import _
from ipvault.vault.clock import timestamp


def slot_list() -> None:
    """This takes no passphrase: how an identity opens can be seen by whoever has the file. The set is the number that
    stands on the sheets of recovery shares: `identity slot remove` with the id of that line makes them useless.
    """
    output = current().output
    own = own_identity()
    slots = own.sealed.slots
    output.result("identity-slot-list", {"slots": list(map(_slot_json, slots))})
    if not slots:
        output.say(_("Nothing protects this identity: whoever can read the file can use it."))
        return
    rows = [
        (
            *(slot.id, kind_in_words(slot.kind), human_time(slot.created), _shares_in_words(slot)),
            str(slot.shares.identifier) if slot.shares else "",
        )
        for slot in slots
    ]
    output.table((_("Id"), _("Opened by"), _("Made"), _("Shares"), _("Set")), rows)


def slot_add(
    kind: Annotated[
        SlotKind | None, typer.Option(help=_("What will open it; a passphrase, and the key file if one is named."))
    ] = None,
    new_passphrase_fd: NewPassphraseFd = None,
    new_passphrase_file: NewPassphraseFile = None,
    new_key_file: NewKeyFile = None,
    with_key_file: WithKeyFile = None,
) -> None:
    """First it is opened as it opens now; then the new way is chosen. The ways that there are stay.

    Of a passphrase together with a key file neither opens alone. A key file alone is for machines.
    """
    output = current().output
    own = own_identity()
    opened = own.open()
    sources = PassphraseSources(new_passphrase_fd, new_passphrase_file)
    new = new_factors(kind, new_key_file, with_key_file, sources)
    now = timestamp(time.time())
    slot = UnlockSlot.create(new.kind, new.factors, own.sealed.owner, opened.master_key, now, os.urandom)
    head = own.save(own.sealed.with_slot(slot).slots)
    output.result("identity-slot-add", {"slot": _slot_json(slot)}, journal=head)
    text = _("Added the slot {id}: {kind} opens the identity now.")
    output.say(text.format(id=slot.id, kind=kind_in_words(slot.kind)))


def slot_remove(
    slot_id: Annotated[str, typer.Argument(metavar="ID", help=_("As `ipvault identity slot list` shows it."))],
) -> None:
    """A copy of the file from before still opens that way: this does not reach copies.

    Removing a slot of recovery shares makes all shares of it useless for this file.
    """
    output = current().output
    own = own_identity()
    left = own.sealed.without_slot(slot_id).slots
    own.open()
    revoked = [slot for slot in own.sealed.slots if slot.id == slot_id and slot.kind == RECOVERY]
    head = own.save(left, *(RecoveryRevoked(slot=slot.id) for slot in revoked))
    output.result("identity-slot-remove", {"slot": slot_id}, journal=head)
    output.say(_("Removed the slot {id}.").format(id=slot_id))


def _slot_json(slot: UnlockSlot) -> dict[str, Any]:
    shares = slot.shares
    return {
        "id": slot.id,
        "kind": slot.kind,
        "created": slot.created,
        "set": shares.identifier if shares else None,
        "threshold": shares.threshold if shares else None,
        "custodians": list(shares.custodians) if shares else None,
    }


def _shares_in_words(slot: UnlockSlot) -> str:
    if slot.shares is None:
        return ""
    text = _("any {threshold} of: {custodians}") if slot.shares.custodians else _("any {threshold}")
    return text.format(threshold=slot.shares.threshold, custodians=", ".join(slot.shares.custodians))
