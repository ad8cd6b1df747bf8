"""`ipvault init`: a new vault."""

from __future__ import annotations

import getpass
import os
import time
from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.default_vault import remember_default_vault
from ipvault.cli.invocation import current
from ipvault.cli.new_factors import new_passphrase
from ipvault.cli.opening import machine_for, passphrase_sources
from ipvault.errors import UsageError, VaultError
from ipvault.keys.card import Details
from ipvault.keys.hardening import harden_process
from ipvault.keys.passphrase import PassphraseSources
from ipvault.storage.directory import DirectoryStore
from ipvault.text import _, program
from ipvault.vault.creation import create_vault
from ipvault.vault.names import person_name
from ipvault.vault.pins import Pin


def init(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help=_("Where to make it. By default --vault, IPVAULT_VAULT, or here.")),
    ] = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help=_("Your name, as the journal and other members will show it."))
    ] = None,
) -> None:
    """The directory must be new or empty. You become the vault's owner, and the room `main` is ready for documents.

    Your name is asked for together with the passphrase; where that is not, it is by default that of your account.

    The passphrase is asked for twice. Nobody can open the vault without it: keep a copy where you keep deeds.
    """
    invocation = current()
    output, options = invocation.output, invocation.options
    if directory is not None and options.vault is not None:
        raise UsageError(problem=_("the directory was named twice, as DIR and with --vault"))
    place = directory or options.vault or Path(invocation.environment.variables.get("IPVAULT_VAULT") or ".")
    owner = None if name is None else person_name(name)
    sources = passphrase_sources()
    harden_process()
    with DirectoryStore.create(place) as store:
        if owner is None:
            owner = person_name(_asked_name() if sources == PassphraseSources() else _account_name())
        passphrase = new_passphrase(sources)
        output.say(_("Making keys. This takes a moment on purpose: it slows down anybody who guesses passphrases."))
        descriptor, member, _key, head = create_vault(
            store, details=Details(owner), passphrase=passphrase, now=time.time(), random=os.urandom
        )
    machine_for(descriptor.id).note(Pin(head, member))
    is_default = False
    try:
        is_default = remember_default_vault(place)
    except VaultError as error:
        output.warn(_("the vault could not be made your default: {reason}").format(reason=error))
    data = {"path": str(place.absolute()), "vault": descriptor.id, "member": member, "default": is_default}
    output.result("init", data, journal=head)
    output.say(_("Created a vault in {place}. Its owner is {owner}.").format(place=place.absolute(), owner=owner))
    if is_default:
        output.say(_("It is now your default vault, so you need not name it."))
    invocation.options = options._replace(vault=place.absolute())  # the one that the next command is about
    output.say(_("Next: {ipvault} unlock, then {ipvault} add FILE").format(ipvault=program()))


def _asked_name() -> str:
    """Who somebody is who will be asked for the passphrase too: the journal keeps the name for good."""
    return current().prompts.line(_("Your name, as it will stand in the journal"), _account_name())


def _account_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return _("Owner")
