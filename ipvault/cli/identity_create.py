"""`ipvault identity create`: keys of one's own."""

from __future__ import annotations

import getpass
import os
import time
from typing import Annotated

import typer

from ipvault.cli.cards import Email, Jurisdiction, Organisation, clean_details
from ipvault.cli.invocation import current
from ipvault.cli.new_factors import NewKeyFile, SlotKind, WithKeyFile, new_factors
from ipvault.cli.opening import own_path, passphrase_sources
from ipvault.errors import IdentityExists
from ipvault.keys.card import Details, in_groups
from ipvault.keys.hardening import harden_process
from ipvault.keys.identity import Identity
from ipvault.keys.identity_file import IdentityFile
from ipvault.keys.identity_store import create_identity
from ipvault.keys.passphrase import PassphraseSources
from ipvault.keys.unlock_slots import UnlockSlot
from ipvault.storage.atomic import make_private
from ipvault.text import _
from ipvault.vault.clock import timestamp


def create(
    name: Annotated[str | None, typer.Option(metavar="TEXT", help=_("Your name, as others will see it."))] = None,
    organisation: Organisation = None,
    email: Email = None,
    jurisdiction: Jurisdiction = None,
    no_passphrase: Annotated[
        bool, typer.Option("--no-passphrase", help=_("For a machine: opened by a key file, or by anybody."))
    ] = False,
    new_key_file: NewKeyFile = None,
    with_key_file: WithKeyFile = None,
) -> None:
    """You need one to receive packages, to seal them without a vault, and to join the vault of somebody else.

    What you say of yourself goes on your card. Signatures prove that nobody altered it, not that it is true: whoever
    gets your card compares its fingerprint with you, over the phone for instance.

    Your name is asked for together with the passphrase; where that is not, it is by default that of your account.

    With --no-passphrase and no key file nothing protects the file: whoever can read it, or a backup of it, is this
    identity. With a key file it opens with that alone: keep the two apart.
    """
    invocation = current()
    output = invocation.output
    path = own_path()
    harden_process()
    if os.path.lexists(path):
        raise IdentityExists(path=path)
    sources = passphrase_sources()
    is_asked = name is None and not no_passphrase and sources == PassphraseSources()
    asked = _asked_name() if is_asked else _account_name() if name is None else name
    details = clean_details(Details(asked, organisation or "", email or "", jurisdiction or ""))
    make_private(path.parent)
    slot_is_wanted = not no_passphrase or new_key_file is not None or with_key_file is not None
    kind = SlotKind.key_file if no_passphrase else None
    new = new_factors(kind, new_key_file, with_key_file, sources) if slot_is_wanted else None
    output.say(_("Making keys."))
    created = timestamp(time.time())
    identity_file, master_key = IdentityFile.create(Identity.generate(os.urandom), details, created, os.urandom)
    if new:
        owner = identity_file.owner
        slot = UnlockSlot.create(new.kind, new.factors, owner, master_key, created, os.urandom)
        identity_file = identity_file.with_slot(slot)
    create_identity(path, identity_file)
    data = {"path": str(path), "fingerprint": identity_file.fingerprint, "name": details.name}
    output.result("identity-create", data)
    output.say(_("Created the identity of {name} in {path}.").format(name=details.name, path=path))
    output.say(_("Its fingerprint: {fingerprint}").format(fingerprint=in_groups(identity_file.fingerprint)))
    if name is None and not is_asked:
        text = _("the name on the card is that of your account, {name}; give another with --name")
        output.remark(text.format(name=details.name))
    if not new:
        text = _("nothing protects {path}: whoever can read it, or a backup of it, is this identity")
        output.warn(text.format(path=path))
    output.say(_("Next: hand out your card, which `ipvault identity card -o FILE` writes"))


def _asked_name() -> str:
    return current().prompts.line(_("Your name, as it will stand on your card"), _account_name())


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""
