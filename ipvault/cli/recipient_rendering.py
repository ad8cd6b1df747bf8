"""How recipients are named on the command line, and how they look."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import Recipient
from ipvault.catalog.roster import member
from ipvault.cli.invocation import current
from ipvault.cli.rendering import human_time
from ipvault.keys.card import Card, in_groups
from ipvault.text import _

CardPath = Annotated[str, typer.Argument(metavar="CARD|-", help=_("The file that the person sent; - for a pipe."))]
RecipientName = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help=_("What the recipient is called here, or the first 8 digits or more of the fingerprint.")
    ),
]


def recipient_json(recipient: Recipient, viewer: str) -> dict[str, Any]:
    """A recipient for programs, without the keys themselves; `verified` is what counts for this member."""
    fields = recipient._asdict()
    shown = {name: value for name, value in fields.items() if name not in ("kem", "ed25519", "mldsa44")}
    comparisons = [one._asdict() for one in recipient.comparisons]
    return {**shown, "verified": recipient.verified(viewer), "comparisons": comparisons}


def on_card(card: Card) -> dict[str, str]:
    """What a card that was just taken in says and the vault does not keep, for programs."""
    return {"name_on_card": card.details.name}


def tell_name_on_card(recipient: Recipient, card: Card) -> None:
    """Whose card it says to be that was just taken in, unless the recipient is called so."""
    if card.details.name != recipient.name:
        text = _("the name on this card is {on_card}; here it counts as that of {name}")
        current().output.warn(text.format(on_card=card.details.name, name=recipient.name))


def state(recipient: Recipient) -> str:
    """What stands against sharing with somebody, if anything does."""
    if not recipient.revoked:
        return ""
    return _("revoked on {time}").format(time=human_time(recipient.revoked))


def comparers(catalog: Catalog, recipient: Recipient, viewer: str) -> str:
    """Who compared the fingerprint, and for whom that counts."""
    own_only = _("{name}, which does not count for others")
    told = []
    for one in recipient.comparisons:
        name = _("you") if one.member == viewer else member(catalog, one.member).name
        told.append(name if one.is_owners or one.member == viewer else own_only.format(name=name))
    return "; ".join(told)


def recipient_fields(catalog: Catalog, recipient: Recipient, viewer: str) -> list[tuple[str, str]]:
    """A recipient for people."""
    verified = recipient.verified(viewer)
    rows = [
        (_("Name"), recipient.name),
        (_("Organisation"), recipient.organisation or _("none")),
        (_("E-mail"), recipient.email or _("none")),
        (_("Jurisdiction"), recipient.jurisdiction or _("none")),
        (_("Fingerprint"), in_groups(recipient.fingerprint)),
        (_("Taken in"), human_time(recipient.added)),
        (_("Compared"), human_time(verified) if verified else _("not yet")),
        (_("Compared by"), comparers(catalog, recipient, viewer) or _("nobody")),
    ]
    if recipient.revoked:
        rows.append((_("Sharing revoked"), human_time(recipient.revoked)))
    return [*rows, (_("Removed"), human_time(recipient.removed))] if recipient.removed else rows
