"""What somebody could have read, as it is told and as it is: with all the keys and files that he ever had."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from ipvault.catalog.address import find_room
from ipvault.catalog.items import Selection, select, versions
from ipvault.catalog.roster import Member, find_member
from ipvault.errors import Damaged, VaultError
from ipvault.keys.room_key import RoomKey
from ipvault.storage.layout import object_path
from ipvault.vault.exposure import Exposure
from ipvault.vault.membership import add_member, remove_member
from ipvault.vault.objects import ObjectReader
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault
from tests.support.people import Person


def told(exposures: list[Exposure]) -> set[tuple[str, int]]:
    return {(one.name, one.version) for one in exposures}


def really_opens(vault: Vault) -> set[tuple[str, int]]:
    """All that this member's keys give, of what is still there."""
    found = set()
    for item in select(vault.catalog, Selection()):
        for version in versions(vault.catalog, item.id):
            try:
                Content(vault, item, version).check()
            except VaultError:
                continue
            found.add((item.name, version.number))
    return found


@dataclass
class Kept:
    """The keys to content that somebody copied, whoever he is now: what they open needs no journal and no right."""

    keys: dict[tuple[str, int], RoomKey] = field(default_factory=dict)

    def copy(self, vault: Vault) -> None:
        """Keep all keys to content that a member has now."""
        for room, epoch in vault.catalog.keyed():
            key = vault.keys.find(room, epoch)
            if isinstance(key, RoomKey):
                self.keys[room, epoch] = key

    def opens(self, vault: Vault) -> set[tuple[str, int]]:
        """What of all that `vault` sees they open, by name and version."""
        found: set[tuple[str, int]] = set()
        for item in select(vault.catalog, Selection()):
            for version in versions(vault.catalog, item.id):
                with vault.store.open(object_path(version.object)) as file, suppress(Damaged):
                    epoch = int.from_bytes(file.read(41)[33:], "little")  # whatever its record says
                    place = vault.id, item.room, epoch, self._find
                    reader = ObjectReader(file, version.object, version.size, *place)
                    found.update((item.name, version.number) for _block in reader.blocks())
        return found

    def _find(self, room: str, epoch: int) -> RoomKey | None:
        return self.keys.get((room, epoch))


def member_called(vault: Vault, fingerprint: str) -> Member:
    return find_member(vault.catalog, fingerprint)


def let_in(memory: MemoryVault, person: Person, role: str, room: str) -> None:
    vault = memory.open()
    add_member(vault, person.card, find_room(vault.catalog, room), role)


def shown_out(memory: MemoryVault, person: Person, room: str) -> None:
    vault = memory.open()
    remove_member(vault, member_called(vault, person.fingerprint), find_room(vault.catalog, room), reason="left")
