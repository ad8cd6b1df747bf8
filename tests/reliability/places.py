"""A user's home, a vault and some documents in one folder, which is copied for every run."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipvault.keys.unlock_slots import Factors
from ipvault.storage.directory import DirectoryStore
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.member_files import find_member, read_member_file
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import PinFile
from ipvault.vault.vault import Machine
from tests.support.memory_vault import PASSPHRASE, add_room, cheap_kdf
from tests.support.people import Person
from tests.support.program import Outcome

KEY = ("--passphrase-file", "passphrase")
INIT = ("init", "vault", "--name", "Ada Lovelace", *KEY)
UNLOCK = ("unlock", "--store", "session", *KEY)
OTHER_ROOM = "patents"

BOB, CAROL, DORA = map(Person.named, ("Bob", "Carol", "Dora"))
OF_BOB = ("--identity", "bob.toml")
"""Bob has no vault, and his identity file is there; of the others there are cards."""

LARGE = 1024 * 1024
"""Bytes of a document that a second thread hashes."""

_FOLDERS = {
    "XDG_CACHE_HOME": "cache",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_RUNTIME_DIR": "run",
}
_PASSING = frozenset({"auth", "repair"})  # records of how it was opened and mended, not of what is in it
_NAMES = frozenset({"name", "label", "type", "tags", "note", "reason", "version", "size", "sha256", "source", "role"})


@dataclass(frozen=True)
class Place:
    """That folder. Commands run in it, where the vault is called `vault`."""

    root: Path

    @classmethod
    def new(cls, root: Path) -> Place:
        """One with documents, and no vault yet."""
        for folder in (*_FOLDERS.values(), "many"):
            (root / folder).mkdir(mode=0o700, parents=True)
        for name in ("first", "second", "third", "later", *(f"many/{number}" for number in range(5))):
            (root / f"{name}.txt").write_text(f"content of {name}\n", encoding="utf-8")
        (root / "many" / "large.txt").write_bytes(bytes(LARGE))
        (root / "passphrase").write_bytes(PASSPHRASE.reveal())
        (root / "passphrase").chmod(0o600)
        return cls(root)

    def copy(self, root: Path) -> Place:
        """The same again elsewhere."""
        shutil.copytree(self.root, root)
        return Place(root)

    @property
    def journal(self) -> Path:
        return self.root / "vault" / "journal" / "log"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LC_ALL") if name in os.environ}
        folders = {variable: str(self.root / folder) for variable, folder in _FOLDERS.items()}
        return {**kept, **folders, "HOME": str(self.root), "IPVAULT_VAULT": str(self.root / "vault")}

    def add_people(self) -> None:
        """Hand their cards over, and let Bob work here."""
        for person in (BOB, CAROL, DORA):
            (self.root / f"{person.card.details.name.lower()}.card").write_bytes(person.card.to_toml())
        own = self.root / "bob.toml"
        own.touch(mode=0o600)
        own.write_bytes(BOB.file.to_toml())

    def add_room(self) -> None:
        """Make a second room without unlocking the vault, which would be on record."""
        store = DirectoryStore(self.root / "vault")
        descriptor = read_descriptor(store)
        machine = Machine(PinFile(self.root / "state" / "ipvault", descriptor.id), time.time)
        with cheap_kdf():
            member_file = read_member_file(store, descriptor.id, find_member(store, descriptor.id, None))
            vault = open_vault(store, descriptor, member_file, member_file.unlock(Factors(PASSPHRASE)), machine)
        add_room(vault, OTHER_ROOM)

    def has_session(self) -> bool:
        """Whether a key is kept for the next command."""
        return any(not path.name.startswith(".") for path in (self.root / "run").glob("ipvault/*"))

    def leftovers(self) -> list[str]:
        """Files that nothing will ever read again: staged ones, and scratch files."""
        left = [*(self.root / "vault" / "tmp").iterdir(), *self._scratch_files()]
        return [str(path.relative_to(self.root)) for path in left]

    def grow_old(self) -> None:
        """An hour goes by for the scratch files of whoever was killed."""
        an_hour_ago = time.time() - 3600
        for path in self._scratch_files():
            os.utime(path, (an_hour_ago, an_hour_ago))

    def _scratch_files(self) -> list[Path]:
        """Those outside the vault, but for the configuration, which is written once in a lifetime."""
        return [path for folder in ("state", "run") for path in (self.root / folder).rglob(".*")]


LOOK = (("list", "--json"), ("journal", "list", "--json"))
"""The commands that show what is in a vault."""


def what_it_holds(look: Sequence[Outcome]) -> str:
    """What the commands of LOOK showed, without what differs between two vaults of the same history."""
    items, journal = (json.loads(outcome.stdout)["data"] for outcome in look)
    records = [record for record in journal["records"] if record["class"] not in _PASSING]
    return json.dumps(
        {
            "items": [_lasting(item) | {"room": item["room"]} for item in items["items"]],
            "journal": [[record["action"], len(record["files"]), _lasting(record["fields"])] for record in records],
        },
        indent=1,
    )


def _lasting(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(fields.items()) if name in _NAMES}
