"""Whom this user trusts as a witness: cards in a folder of the user's configuration, one file each.

The list is the verifier's own and no part of any vault: whoever writes to a vault has no say in whom one believes.
"""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

from ipvault.catalog.closeness import suggested
from ipvault.errors import AmbiguousWitness, NoSuchWitness, StorageFailed
from ipvault.keys.card import MAX_SIZE, Card
from ipvault.storage.atomic import replace_file
from ipvault.text import _, program, reason_of

_LEAST_DIGITS = 8
"""Of a fingerprint, to mean a witness."""


class WitnessList:
    """The cards in `folder`, which need not exist."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def cards(self) -> list[Card]:
        """All of them, by name. Raises `CardRefused` for a file that is none, and `StorageFailed`."""
        try:
            cards = [_read(path) for path in sorted(self._folder.glob("*.toml"))]
        except OSError as error:
            raise StorageFailed(path=str(self._folder), reason=reason_of(error)) from error
        return sorted(cards, key=lambda card: (card.details.name, card.fingerprint))

    def find(self, typed: str) -> Card:
        """The one of that name, or whose fingerprint begins so; else the one whose name has a word that begins so.

        Raises `NoSuchWitness` with suggestions, or `AmbiguousWitness`.
        """
        cards, digits, name = self.cards(), "".join(typed.split()).lower(), normalize("NFC", typed)
        found = [
            card
            for card in cards
            if card.details.name == name or (len(digits) >= _LEAST_DIGITS and card.fingerprint.startswith(digits))
        ] or [card for card in cards if name and _has_beginning(card.details.name, name)]
        if not found:
            there = _("`{ipvault} witness list` shows whom you trust").format(ipvault=program())
            raise NoSuchWitness(name=typed, suggestion=suggested(typed, [card.details.name for card in cards]) or there)
        if len(found) > 1:
            candidates = ", ".join(f"{card.details.name} ({card.fingerprint[:16]})" for card in found)
            raise AmbiguousWitness(name=typed, candidates=candidates)
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


def _read(path: Path) -> Card:
    with path.open("rb") as file:
        return Card.from_toml(file.read(MAX_SIZE + 1), str(path))


def _has_beginning(name: str, typed: str) -> bool:
    """Whether a name, from its beginning or from one of its words on, goes as somebody typed it."""
    return f" {typed}".casefold() in f" {name}".casefold()
