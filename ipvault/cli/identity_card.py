"""`ipvault identity card`: what one hands out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.cards import Email, Jurisdiction, Organisation
from ipvault.cli.invocation import current
from ipvault.cli.own_identity import own_identity
from ipvault.keys.card import in_groups
from ipvault.storage.destination import write_file
from ipvault.text import _


def card(
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help=_("A file, or - for a pipe."))
    ] = "-",
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if there is one."))] = False,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help=_("Another name than so far."))] = None,
    organisation: Organisation = None,
    email: Email = None,
    jurisdiction: Jurisdiction = None,
) -> None:
    """There is nothing secret on it: send it by mail, or put it where people find it.

    They then compare the fingerprint with you over another channel, since anybody can make a card in your name.

    With --name, --organisation, --email or --jurisdiction a new card is signed that says so. Whoever has the one before
    is told of the difference when taking it.
    """
    output = current().output
    given = {"name": name, "organisation": organisation, "email": email, "jurisdiction": jurisdiction}
    changes = {detail: text for detail, text in given.items() if text is not None}
    own = own_identity().card(changes)
    if destination == "-":
        output.bytes_out(_("the card")).write(own.to_toml())
    else:
        with write_file(Path(destination), None, replace=force) as out:
            out.write(own.to_toml())
        output.result("identity-card", {"path": destination, "fingerprint": own.fingerprint})
        output.say(_("Wrote the card of {name} to {path}.").format(name=own.details.name, path=destination))
    output.say(_("Its fingerprint: {fingerprint}").format(fingerprint=in_groups(own.fingerprint)))
