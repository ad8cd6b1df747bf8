"""Cards: where they are read from, and how they are shown."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer

from ipvault.catalog.recipients import Recipient
from ipvault.cli.rendering import human_time
from ipvault.errors import SourceNotFound, StorageFailed
from ipvault.keys.card import MAX_SIZE, Card, in_groups
from ipvault.text import _, reason_of
from ipvault.vault.sources import Unreadable, open_source, read_up_to

CardPath = Annotated[str, typer.Argument(metavar="CARD|-", help=_("The file that the person sent; - for a pipe."))]
RecipientName = Annotated[
    str, typer.Argument(metavar="NAME", help=_("What the recipient is called here, or the fingerprint's beginning."))
]


def read_card(path: str) -> Card:
    """The card in a file, or in standard input for `-`. Raises `CardRefused`, `FormatTooNew`, `SourceNotFound`."""
    if path == "-":
        return Card.from_toml(read_up_to(sys.stdin.buffer, MAX_SIZE + 1), _("the card"))
    try:
        with open_source(path) as file:
            return Card.from_toml(read_up_to(file, MAX_SIZE + 1), path)
    except Unreadable as error:
        if not os.path.lexists(path):
            raise SourceNotFound(path=path) from None
        raise StorageFailed(path=path, reason=error.skipped.reason) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error


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
