"""`ipvault recipient list`: people outside the vault."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.recipients import Recipient, recipients
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.recipient_rendering import comparers, recipient_json, state
from ipvault.cli.rendering import human_time
from ipvault.text import _
from ipvault.vault.vault import Vault

TITLES = (_("Name"), _("Organisation"), _("E-mail"), _("Compared"), _("Fingerprint"), _("Compared by"), _("State"))


def recipient_list(
    removed: Annotated[bool, typer.Option("--removed", help=_("Those to whom nothing is sent any more."))] = False,
    jsonl: Jsonl = False,
) -> None:
    """By name; the last column says if sharing with somebody was revoked, and since when. In a pipe the columns are
    separated by tabs.
    """
    output = current().output
    vault = open_to_read()
    found = recipients(vault.catalog, removed=removed)
    if jsonl:
        output.jsonl(recipient_json(one, vault.member) for one in found)
    elif output.wants_json:
        shown = [recipient_json(one, vault.member) for one in found]
        output.result("recipient-list", {"recipients": shown}, journal=vault.catalog.head)
    else:
        output.table(TITLES, (_row(vault, one) for one in found))


def _row(vault: Vault, one: Recipient) -> tuple[str, ...]:
    time = human_time if current().environment.stdout.isatty() else str
    verified = one.verified(vault.member)
    who = comparers(vault.catalog, one, vault.member)
    return one.name, one.organisation, one.email, time(verified) if verified else "", one.fingerprint, who, state(one)
