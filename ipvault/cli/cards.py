"""Cards that somebody names on the command line."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.cli.files import PIPE, read_small
from ipvault.errors import UsageError
from ipvault.keys.card import MAX_SIZE, Card, Details, in_groups, is_detail
from ipvault.text import _

Organisation = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Your company or firm."))]
Email = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Your e-mail address."))]
Jurisdiction = Annotated[str | None, typer.Option(metavar="TEXT", help=_("Where you practise, such as DE or US-NY."))]


def check_details(details: Details) -> None:
    """See that this can stand on a card. Raises `UsageError`."""
    if not details.name:
        raise UsageError(problem=_("a card has a name on it: give it with --name"))
    for text in details:
        if not is_detail(text):
            raise UsageError(problem=_('"{text}" cannot stand on a card: it has to be one line').format(text=text))


def read_card(path: str) -> Card:
    """The card in a file, or in a pipe (`-`). Raises `SourceNotFound`, `StorageFailed`, `CardRefused`."""
    return Card.from_toml(read_small(path, MAX_SIZE), _("the card") if path == PIPE else path)


def card_json(card: Card) -> dict[str, Any]:
    """A card for programs."""
    return {**card.details._asdict(), "fingerprint": card.fingerprint, "created": card.created}


def described(card: Card) -> str:
    """`Ada Lovelace (Analytical Engines), fingerprint 0123 4567 …`."""
    name, organisation = card.details.name, card.details.organisation
    who = f"{name} ({organisation})" if organisation else name
    return _("{who}, fingerprint {fingerprint}").format(who=who, fingerprint=in_groups(card.fingerprint))
