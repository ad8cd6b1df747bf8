"""People, the same in every run: each with an identity file, a card, and a computer that has seen nothing yet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

from ipvault.catalog.address import Room, rooms
from ipvault.crypto.secret import Secret
from ipvault.errors import ExitCode
from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.keys.identity_file import IdentityFile
from ipvault.keys.statements import contents_message, receipt_message
from ipvault.records.packages import PackageReceived, ReceiptImported
from ipvault.records.vocabulary import MAIN
from ipvault.vault.membership import add_member
from ipvault.vault.opening import open_vault
from ipvault.vault.vault import Vault
from ipvault.vault.verification.report import Report
from ipvault.vault.verification.verify import Opener, verify_vault
from tests.support.memory_vault import MemoryPins, MemoryVault, SeededRandom

CREATED = "2026-11-01T00:00:00.000Z"


@dataclass(frozen=True, eq=False)
class Person:
    """Somebody with an identity file that nothing protects."""

    file: IdentityFile
    key: Secret

    @classmethod
    def named(cls, name: str, details: Details | None = None) -> Person:
        """Whose keys come out of the name, and on whose card is no more than that, or `details`."""
        random = SeededRandom(name.encode())
        return cls.of(Identity.generate(random), details or Details(name), random)

    @classmethod
    def of(
        cls, identity: Identity, details: Details | None = None, random: Callable[[int], bytes] = os.urandom
    ) -> Person:
        """Whose keys are these."""
        return cls(*IdentityFile.create(identity, details or Details("Mallory"), CREATED, random))

    @property
    def card(self) -> Card:
        return self.file.card

    @property
    def fingerprint(self) -> str:
        return self.file.fingerprint

    @cached_property
    def identity(self) -> Identity:
        return self.file.open_identity(self.key)

    def card_with(self, details: Details) -> Card:
        """Another card of the same keys."""
        return Card.issue(self.identity, details, CREATED)

    def open(self, memory: MemoryVault, *, pins: MemoryPins | None = None) -> Vault:
        """The vault as this person sees it, on a computer that has not seen it yet, or on one that has."""
        machine = replace(memory.machine, pins=pins or MemoryPins())
        return open_vault(memory.store, memory.descriptor, self.file, self.key, machine)

    def verified(self, memory: MemoryVault) -> Report:
        """What `verify --content` finds when this person runs it."""
        pins = MemoryPins()

        def unlock() -> Opener:
            return Opener(self.fingerprint, self.identity, pins, lambda: self.open(memory, pins=pins))

        return verify_vault(memory.store, lambda _vault: pins, unlock, content=True)


def card_fields(public: PublicIdentity) -> dict[str, str]:
    """The fields of a record that name somebody's keys."""
    return {"fingerprint": public.fingerprint, **public.as_hex()}


def receipt(
    signer: Identity, package: str = "a" * 32, manifest: str = "1" * 64, event: str = "opened"
) -> ReceiptImported:
    """The record of a receipt that somebody signed."""
    public = signer.public
    signatures = signer.sign(receipt_message(event, CREATED, package, manifest, public.fingerprint))
    return ReceiptImported(
        package=package,
        manifest=manifest,
        recipient=public.fingerprint,
        event=event,
        at=CREATED,
        **public.as_hex(),
        signatures=b"".join(signatures).hex(),
    )


def received(sender: Identity, items: tuple[str, ...]) -> PackageReceived:
    """The record of a package with empty contents that somebody sealed."""
    public, manifest, digest = sender.public, "1" * 64, hashlib.sha256()
    signatures = sender.sign(contents_message(manifest, [digest.digest()] * len(items)))
    return PackageReceived(
        package="a" * 32,
        manifest=manifest,
        sender=public.fingerprint,
        sender_name="Bob",
        sealed=CREATED,
        items=items,
        contents=(digest.hexdigest(),) * len(items),
        **public.as_hex(),
        signatures=b"".join(signatures).hex(),
    )


def room_called(vault: Vault, name: str = MAIN) -> Room:
    """A room that can be seen, the root room too."""
    return next(room for room in rooms(vault.catalog) if room.name == name)


def let_in(vault: Vault, person: Person, role: str, room: str = MAIN) -> None:
    """Make somebody a member of a room."""
    add_member(vault, person.card, room_called(vault, room), role)


def without_content(memory: MemoryVault) -> ExitCode:
    """What plain `verify` ends with."""
    opener = Opener(memory.member, memory.identity(), MemoryPins(), memory.replayed)
    return verify_vault(memory.store, lambda _vault: MemoryPins(), lambda: opener).exit_code
