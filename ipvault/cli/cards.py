"""Cards that somebody names on the command line."""

from __future__ import annotations

from typing import Any

from ipvault.cli.files import PIPE, read_small
from ipvault.keys.card import MAX_SIZE, Card, in_groups
from ipvault.text import _


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
