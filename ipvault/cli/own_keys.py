"""The private keys of whoever runs the command, for what needs no vault."""

from __future__ import annotations

from ipvault.cli.own_identity import own_identity
from ipvault.keys.card import Card
from ipvault.keys.identity import Identity


def open_own() -> tuple[Identity, Card]:
    """One's own identity, opened, and its card. Asks for what that takes."""
    own = own_identity()
    return own.sealed.open_identity(own.open().master_key), own.card()
