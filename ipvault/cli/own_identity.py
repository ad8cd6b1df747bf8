"""The identity that an `identity` command is about: a file of one's own, or that of a member in the vault."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from ipvault.cli.cards import clean_details
from ipvault.cli.invocation import current
from ipvault.cli.opening import (
    Closed,
    Unlocked,
    find_closed,
    open_unlocked,
    own_path,
    read_factors,
    trying,
    unlock_closed,
)
from ipvault.crypto.secret import Secret
from ipvault.errors import (
    NoIdentityPassphrase,
    NoPassphrase,
    NoVaultChosen,
    VaultError,
    VaultOfAnother,
    WrongIdentityPassphrase,
    WrongPassphrase,
)
from ipvault.journal.head import Head
from ipvault.keys.card import Card, Details
from ipvault.keys.hardening import harden_process
from ipvault.keys.identity import Identity
from ipvault.keys.identity_store import change_identity, read_identity
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.keys.unlock_slots import Factors, UnlockSlot
from ipvault.records.base import Record
from ipvault.text import _
from ipvault.vault.clock import timestamp
from ipvault.vault.member_files import read_member_file
from ipvault.vault.membership import replace_member_file
from ipvault.vault.unlocking import unlock
from ipvault.vault.vault import Vault

NO_CHANGES: Final[Mapping[str, str]] = MappingProxyType({})


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

    def card(self, changes: Mapping[str, str] = NO_CHANGES) -> Card:
        """The card of it; with changes of its details a new one. Raises `UsageError` for details that no card has."""

    def open(self, factors: Factors | None = None) -> Opened:
        """Open it with these factors, or asking for what it takes."""

    def identity(self) -> Identity:
        """The private keys, asking for what they take; those of a member out of an open session, if there is one."""

    def asks(self) -> bool:
        """Whether a person or a source is asked before the private keys can be used."""

    def save(self, slots: tuple[UnlockSlot, ...], *records: Record) -> Head | None:
        """Keep it with these slots; in a vault with these records too, and then where the journal has them."""


class OwnFile:
    """An identity file."""

    keeps_custodians = True

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self.sealed = read_identity(path)
        self._path = path

    def card(self, changes: Mapping[str, str] = NO_CHANGES) -> Card:
        if not changes:
            return self.sealed.card
        details = clean_details(self.sealed.card.details._replace(**changes))
        identity = self.sealed.open_identity(self.open().master_key)
        card = Card.issue(identity, details, timestamp(time.time()))
        change_identity(self._path, self.sealed, replace(self.sealed, card=card))
        return card

    def open(self, factors: Factors | None = None) -> Opened:
        """Raises `WrongIdentityPassphrase`, and what else `IdentityFile.open_slot` and `read_factors` raise."""
        with naming(self._path):
            factors = factors or read_factors(self.sealed)
            slot, master_key = self.sealed.open_slot(factors)
        return Opened(master_key, slot, factors)

    def identity(self) -> Identity:
        return self.sealed.open_identity(self.open().master_key)

    def asks(self) -> bool:
        return bool(self.sealed.slots)

    def save(self, slots: tuple[UnlockSlot, ...], *_records: Record) -> None:
        change_identity(self._path, self.sealed, replace(self.sealed, slots=slots, open_key=None))


class OwnMember:
    """The member file of this user in the vault. Changing it takes its factors, whether or not a session is open."""

    keeps_custodians = False

    def __init__(self, closed: Closed) -> None:
        self.place = str(closed.path)
        self.sealed = read_member_file(closed.store, closed.descriptor.id, closed.member)
        self._closed = closed
        self._vault: Vault | None = None

    def card(self, changes: Mapping[str, str] = NO_CHANGES) -> Card:
        """A card with what the vault's roster says of this member, signed anew; the roster keeps to what it says."""
        vault = self._vault or open_unlocked(self._closed, unlock_closed(self._closed))
        columns = ", ".join(Details._fields)
        row = vault.catalog.view.execute(f"SELECT {columns} FROM member WHERE fingerprint = ?", (vault.member,))  # noqa: S608
        details = clean_details(Details(*row.fetchone())._replace(**changes))
        return Card.issue(vault.identity, details, timestamp(vault.machine.now()))

    def open(self, factors: Factors | None = None) -> Opened:
        """Raises `NoIdentityPassphrase`, and what `vault.unlocking.unlock` and opening the vault raise."""
        closed = self._closed
        try:
            factors = factors or read_factors(self.sealed)
        except NoPassphrase:
            raise NoIdentityPassphrase(path=self.place) from None
        with trying(closed):
            sealed, slot, master_key = unlock(closed.store, closed.descriptor, closed.member, factors, closed.machine)
        self._vault = open_unlocked(closed, Unlocked(sealed, master_key, by_passphrase=True))
        return Opened(master_key, slot, factors)

    def identity(self) -> Identity:
        session = self._closed.session()
        key = session.master_key if session else self.open(read_factors(self.sealed)).master_key
        return self.sealed.open_identity(key)

    def asks(self) -> bool:
        return self._closed.session() is None

    def save(self, slots: tuple[UnlockSlot, ...], *records: Record) -> Head:
        assert self._vault is not None  # noqa: S101 - `open` comes first
        changed = replace(self.sealed, slots=slots)
        return replace_member_file(self._vault, changed, *records, instead_of=self.sealed)


def own_identity() -> OwnIdentity:
    """The identity that the command is about: what `--identity` or `--vault` names.

    Else the user's own if there is one, else that of the member in the vault.
    """
    harden_process()
    options, path = current().options, own_path()
    if options.identity is None and (options.vault is not None or not _has_own(path)):
        with suppress(NoVaultChosen, VaultOfAnother):
            closed = find_closed()
            return OwnMember(closed) if closed.own is None else OwnFile(path)
    return OwnFile(path)


def own_identities() -> list[OwnIdentity]:
    """All identities that packages can be for: only that which `--identity` or IPVAULT_IDENTITY names, else the user's
    own and that of the member in the vault in use. Those that can be used without asking come first.
    """
    options, path = current().options, own_path()
    if options.identity is not None or not os.path.lexists(path) or _is_named():
        return [own_identity()]
    found: list[OwnIdentity] = [OwnFile(path)]
    try:
        closed = find_closed()
    except VaultError:
        if options.vault is not None:
            raise
    else:
        found += [OwnMember(closed)] if closed.own is None else []
    return sorted(found, key=lambda own: own.asks())


def _is_named() -> bool:
    return bool(current().environment.variables.get("IPVAULT_IDENTITY"))


def _has_own(path: Path) -> bool:
    """Whether an identity of one's own is named, or lies where it does by default."""
    return _is_named() or os.path.lexists(path)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Raise `WrongPassphrase` and `NoPassphrase`, which speak of a vault, as errors about the file at `path`."""
    try:
        yield
    except WrongPassphrase:
        raise WrongIdentityPassphrase(path=path) from None
    except NoPassphrase:
        raise NoIdentityPassphrase(path=path) from None


def kind_in_words(kind: str) -> str:
    """What opens a slot of this kind."""
    return {
        "passphrase": _("a passphrase"),
        "passphrase+key-file": _("a passphrase together with a key file"),
        "key-file": _("a key file alone"),
        "recovery": _("recovery shares"),
    }[kind]
