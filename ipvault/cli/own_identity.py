"""The identity that an `identity` command is about: a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, Protocol

from ipvault.cli.invocation import current
from ipvault.cli.opening import read_factors
from ipvault.crypto.secret import Secret
from ipvault.errors import WrongIdentityPassphrase, WrongPassphrase
from ipvault.journal.head import Head
from ipvault.keys.card import Card
from ipvault.keys.hardening import harden_process
from ipvault.keys.identity_store import change_identity, read_identity
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.keys.unlock_slots import Factors, UnlockSlot, unlock
from ipvault.settings import identity_path
from ipvault.text import _


class Opened(NamedTuple):
    """The master key, and the slot and factors that gave it; none for a file that nothing protects."""

    master_key: Secret
    slot: UnlockSlot | None = None
    factors: Factors = Factors()


class OwnIdentity(Protocol):
    """What `identity` commands do with either kind of file."""

    @property
    def sealed(self) -> SealedIdentity:
        """The file as it was found."""

    @property
    def place(self) -> str:
        """Where it is, for people."""

    @property
    def keeps_custodians(self) -> bool:
        """Whether the file may say who has the shares; in a vault a record does."""

    def card(self) -> Card:
        """The card of it."""

    def open(self) -> Opened:
        """Open it, asking for what that takes."""

    def save(self, slots: tuple[UnlockSlot, ...]) -> Head | None:
        """Keep it with these slots; where the journal records that."""


class OwnFile:
    """An identity file."""

    keeps_custodians = True

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self.sealed = read_identity(path)
        self._path = path

    def card(self) -> Card:
        return self.sealed.card

    def open(self) -> Opened:
        """Raises `WrongIdentityPassphrase`, and what else `IdentityFile.unlock` and `read_factors` raise."""
        if self.sealed.open_key:
            return Opened(self.sealed.open_key)
        factors = read_factors(self.sealed)
        with naming(self._path):
            slot, master_key = unlock(self.sealed.owner, self.sealed.slots, factors)
        return Opened(master_key, slot, factors)

    def save(self, slots: tuple[UnlockSlot, ...]) -> None:
        change_identity(self._path, self.sealed, replace(self.sealed, slots=slots, open_key=None))


def own_path() -> Path:
    """The file of the user's own identity, which need not exist."""
    invocation = current()
    return identity_path(invocation.options.identity, invocation.environment.variables)


def own_identity() -> OwnIdentity:
    """The identity that the command is about."""
    harden_process()
    return OwnFile(own_path())


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raise `WrongPassphrase`, which speaks of a vault, as an error about the identity file at `path`."""
    try:
        yield
    except WrongPassphrase:
        raise WrongIdentityPassphrase(path=path) from None


def kind_in_words(kind: str) -> str:
    """What opens a slot of this kind."""
    return {
        "passphrase": _("a passphrase"),
        "passphrase+key-file": _("a passphrase together with a key file"),
        "key-file": _("a key file alone"),
        "recovery": _("recovery shares"),
    }[kind]
