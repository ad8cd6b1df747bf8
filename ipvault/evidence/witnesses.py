"""Whom this user trusts as a witness: cards in a folder of the user's configuration, one file each.

The list is the verifier's own and no part of any vault: whoever writes to a vault has no say in whom one believes.
"""

from __future__ import annotations

from pathlib import Path

from ipvault.errors import NoSuchWitness, StorageFailed
from ipvault.keys.card import MAX_SIZE, Card
from ipvault.storage.atomic import replace_file
from ipvault.text import reason_of

_LEAST_DIGITS = 8
"""Of a fingerprint, to mean a witness."""


class WitnessList:
    """The cards in `folder`, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cards(self) -> list[Card]:
        """All of them, by name. Raises `CardRefused` for a file that is none, and `StorageFailed`."""
        try:
            paths = sorted(self._folder.glob("*.toml"))
            cards = [Card.from_toml(path.open("rb").read(MAX_SIZE + 1), str(path)) for path in paths]
        except OSError as error:
            raise StorageFailed(path=str(self._folder), reason=reason_of(error)) from error
        return sorted(cards, key=lambda card: (card.details.name, card.fingerprint))

    def find(self, typed: str) -> Card:
        """The one of that name, or whose fingerprint begins so. Raises `NoSuchWitness` for none and for several."""
        digits = "".join(typed.split()).lower()
        found = [
            card
            for card in self.cards()
            if card.details.name == typed or (len(digits) >= _LEAST_DIGITS and card.fingerprint.startswith(digits))
        ]
        if len(found) != 1:
            raise NoSuchWitness(name=typed)
        return found[0]

    def trust(self, card: Card) -> None:
        """Take a card in, durably; whose it is has been compared. Raises `StorageFailed`."""
        replace_file(self._path(card), card.to_toml())

    def distrust(self, card: Card) -> None:
        """Strike somebody off. Raises `StorageFailed`."""
        try:
            self._path(card).unlink()
        except OSError as error:
            raise StorageFailed(path=str(self._path(card)), reason=reason_of(error)) from error

    def _path(self, card: Card) -> Path:
        return self._folder / f"{card.fingerprint}.toml"
