"""How recipients are named on the command line, and how they look."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.recipients import Recipient
from ipvault.cli.rendering import human_time
from ipvault.keys.card import in_groups
from ipvault.text import _

CardPath = Annotated[str, typer.Argument(metavar="CARD|-", help=_("The file that the person sent; - for a pipe."))]
RecipientName = Annotated[
    str, typer.Argument(metavar="NAME", help=_("What the recipient is called here, or the fingerprint's beginning."))
]


def recipient_json(recipient: Recipient) -> dict[str, Any]:
    """A recipient for programs, without the keys themselves."""
    fields = recipient._asdict()
    return {name: value for name, value in fields.items() if name not in ("kem", "ed25519", "mldsa44")}


def recipient_fields(recipient: Recipient) -> list[tuple[str, str]]:
    """A recipient for people."""
    rows = [
        (_("Name"), recipient.name),
        (_("Organisation"), recipient.organisation or _("none")),
        (_("E-mail"), recipient.email or _("none")),
        (_("Jurisdiction"), recipient.jurisdiction or _("none")),
        (_("Fingerprint"), in_groups(recipient.fingerprint)),
        (_("Taken in"), human_time(recipient.added)),
        (_("Compared"), human_time(recipient.verified) if recipient.verified else _("not yet")),
    ]
    return [*rows, (_("Removed"), human_time(recipient.removed))] if recipient.removed else rows
