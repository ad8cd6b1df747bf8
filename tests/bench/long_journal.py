"""Makes a vault's journal long: `python -m tests.bench.long_journal VAULT RECORDS PER_TRANSACTION`.

It needs an open session and some items, and changes their labels over and over until the journal has RECORDS records.
The lines are what `ipvault label` would write, made and signed by the same code; only the checks before each change,
the sync after it and the catalog are left out, so that a million takes a minute or two.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from ipvault.catalog.items import Item, Selection, select
from ipvault.journal.commit import Draft, sign_transaction
from ipvault.keys.sessions import recall
from ipvault.records.items import ItemDescribed
from ipvault.settings import state_dir
from ipvault.storage.directory import DirectoryStore
from ipvault.vault.clock import timestamp
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.drafting import draft
from ipvault.vault.member_files import find_member, read_member_file
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import PinFile
from ipvault.vault.vault import Machine, Vault

_APPENDED = 16 * 1024 * 1024
"""Bytes that are appended, and synced, at once."""


def lengthen(vault: Vault, records: int, per_transaction: int, drafts: Iterator[Draft]) -> None:
    """Append transactions of these drafts until the journal has so many records."""
    head = vault.catalog.head
    end = head.offset
    waiting: list[bytes] = []
    with vault.store.lock(lambda: None):
        while (left := records - head.seq - 1) > 0:
            lines, head = sign_transaction(
                vault.id,
                head,
                [next(drafts) for _ in range(min(per_transaction, left))],
                signer=vault.member,
                key=vault.identity.signing_key,
                time=timestamp(vault.machine.now()),
                random=vault.machine.random,
            )
            waiting += lines
            if head.offset - end > _APPENDED or head.seq + 1 == records:
                vault.store.append_journal(b"".join(waiting), end)
                end, waiting = head.offset, []


def relabelling(vault: Vault) -> Iterator[Draft]:
    """Drafts that give each item of the vault in turn another label, for ever."""
    items: list[Item] = list(select(vault.catalog, Selection()))
    for label in cycle(("internal", "confidential", "secret")):
        for item in items:
            record = ItemDescribed(item=item.id, label=label, type=item.type, tags=item.tags, note=item.note)
            yield draft(record, vault.keys.present(item.room, vault.catalog.epoch(item.room)))


def open_by_session(path: Path) -> Vault:
    """The vault at `path`, by its session."""
    store = DirectoryStore(path)
    descriptor = read_descriptor(store)
    member = find_member(store, descriptor.id, None)
    session = recall(descriptor.id, member, time.time())
    if session is None:
        raise SystemExit(f"no session of {path} is open")
    member_file = read_member_file(store, descriptor.id, member)
    machine = Machine(PinFile(state_dir(), descriptor.id))
    return open_vault(store, descriptor, member_file, session.master_key, machine)


if __name__ == "__main__":
    opened = open_by_session(Path(sys.argv[1]))
    lengthen(opened, int(sys.argv[2]), int(sys.argv[3]), relabelling(opened))
