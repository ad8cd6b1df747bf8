"""`ipvault identity passphrase`: another passphrase."""

from __future__ import annotations

import os
import time

from ipvault.cli.invocation import current
from ipvault.cli.new_factors import NewPassphraseFd, NewPassphraseFile, new_passphrase
from ipvault.cli.own_identity import own_identity
from ipvault.errors import UsageError
from ipvault.keys.passphrase import PassphraseSources
from ipvault.keys.unlock_slots import PASSPHRASE, STRETCHED, UnlockSlot
from ipvault.text import _
from ipvault.vault.clock import timestamp


def passphrase(
    new_passphrase_fd: NewPassphraseFd = None,
    new_passphrase_file: NewPassphraseFile = None,
) -> None:
    """It replaces the passphrase that you give first; other ways to open the identity stay as they are.

    A copy of the file from before still opens with the old one: if somebody may have both, make a new identity.
    """
    output = current().output
    own = own_identity()
    opened = own.open()
    old = opened.slot
    if own.sealed.slots and (old is None or old.kind not in STRETCHED):
        problem = _("what opened this identity is no passphrase; to add one: ipvault identity slot add")
        raise UsageError(problem=problem)
    chosen = new_passphrase(PassphraseSources(new_passphrase_fd, new_passphrase_file))
    kind, factors = old.kind if old else PASSPHRASE, opened.factors._replace(passphrase=chosen)
    slot = UnlockSlot.create(kind, factors, own.sealed.owner, opened.master_key, timestamp(time.time()), os.urandom)
    head = own.save((*(other for other in own.sealed.slots if other != old), slot))
    output.result("identity-passphrase", {"fingerprint": own.sealed.fingerprint, "slot": slot.id}, journal=head)
    sentence = _("The new passphrase opens the identity, and the old one does so no more.")
    output.say(sentence if old else _("The passphrase protects the identity from now on, but no copy from before."))
