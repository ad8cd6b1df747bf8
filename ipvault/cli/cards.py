"""Cards that somebody names on the command line."""

from __future__ import annotations

from typing import Any, Final

from ipvault.cli.invocation import current
from ipvault.errors import SourceNotFound, StorageFailed
from ipvault.keys.card import MAX_SIZE, Card, in_groups
from ipvault.text import _, reason_of
from ipvault.vault.sources import read_up_to

PIPE: Final = "-"


def read_card(path: str) -> Card:
    """The card in a file, or in a pipe (`-`). Raises `SourceNotFound`, `StorageFailed`, `Damaged` or `FormatTooNew`."""
    if path == PIPE:
        return Card.from_toml(read_up_to(current().environment.stdin, MAX_SIZE + 1), _("the card"))
    try:
        with open(path, "rb") as file:
            return Card.from_toml(file.read(MAX_SIZE + 1), path)
    except FileNotFoundError:
        raise SourceNotFound(path=path) from None
    except OSError as error:
        raise StorageFailed(path=path, reason=reason_of(error)) from error


def card_json(card: Card) -> dict[str, Any]:
    """A card for programs."""
    return {**card.details._asdict(), "fingerprint": card.fingerprint, "created": card.created}


def described(card: Card) -> str:
    """`Ada Lovelace (Analytical Engines), fingerprint 0123 4567 …`."""
    name, organisation = card.details.name, card.details.organisation
    who = f"{name} ({organisation})" if organisation else name
    return _("{who}, fingerprint {fingerprint}").format(who=who, fingerprint=in_groups(card.fingerprint))
