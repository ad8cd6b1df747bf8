"""`ipvault recipient list`: people outside the vault."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.recipients import recipients
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.recipient_rendering import recipient_json
from ipvault.cli.rendering import human_time
from ipvault.text import _

TITLES = (_("Name"), _("Organisation"), _("E-mail"), _("Compared"), _("Fingerprint"))


def recipient_list(
    removed: Annotated[bool, typer.Option("--removed", help=_("Those to whom nothing is sent any more."))] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line."))] = False,
) -> None:
    """By name. In a pipe the columns are separated by tabs."""
    output = current().output
    vault = open_to_read()
    found = recipients(vault.catalog, removed=removed)
    if jsonl:
        output.jsonl(map(recipient_json, found))
    elif output.wants_json:
        output.result("recipient-list", {"recipients": list(map(recipient_json, found))}, journal=vault.catalog.head)
    else:
        time = human_time if current().environment.stdout.isatty() else str
        output.table(
            TITLES,
            (
                (one.name, one.organisation, one.email, time(one.verified) if one.verified else "", one.fingerprint)
                for one in found
            ),
        )
