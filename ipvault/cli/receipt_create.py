"""`ipvault receipt create`: what a recipient sends back."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.files import PIPE
from ipvault.cli.invocation import current
from ipvault.cli.open import Packages
from ipvault.cli.own_keys import own_recipient
from ipvault.cli.package_output import Force, Output
from ipvault.errors import UsageError
from ipvault.records.vocabulary import RECEIPT_EVENTS
from ipvault.sharing.header import Header
from ipvault.sharing.incoming import find_package
from ipvault.sharing.package_reader import open_package
from ipvault.sharing.receipt import Receipt, Statement
from ipvault.storage.destination import write_file
from ipvault.text import _
from ipvault.vault.clock import timestamp

Event = StrEnum("Event", {event: event for event in RECEIPT_EVENTS})  # type: ignore[misc]  # members come from the vocabulary


def create(
    packages: Packages,
    event: Annotated[Event, typer.Option("--event", help=_("What you confirm."))],
    destination: Output = "",
    force: Force = False,
) -> None:
    """The package is checked to its end first, so you confirm nothing that you do not have whole. Send the receipt back
    to the sender, by mail or on a stick: it names the package and says nothing of what is in it.

    With `destroyed` you declare that you have deleted the package and all that came out of it; make the receipt before
    you delete the package.
    """
    output = current().output
    if not destination:
        raise UsageError(problem=_("say where to: -o FILE, or -o - for a pipe"))
    sink = output.bytes_out(_("the receipt")) if destination == PIPE else None
    incoming = find_package(packages, current().environment.stdin)
    with incoming.open() as file:
        header = Header.read(file, incoming.place)
        identity, own = own_recipient(header, incoming.place)
        package = open_package(file, identity, incoming.place, incoming.size, header)
        package.check()
    statement = Statement(event.value, timestamp(time.time()), package.manifest.package, package.manifest_hash)
    toml = Receipt.issue(identity, own.card(), statement).to_toml()
    if sink is not None:
        sink.write(toml)
        return
    with write_file(Path(destination), current().vault_if_any(), replace=force) as out:
        out.write(toml)
    output.result("receipt-create", {"path": destination, **statement._asdict()})
    name = package.sender.details.name
    output.say(_("Wrote the receipt to {path}. Send it to {name}.").format(path=destination, name=name))
