"""Whether records that somebody signed are refused: by the program, by its checks, and by the other reader."""

from __future__ import annotations

from ipvault.errors import ExitCode
from ipvault.keys.identity import Identity
from ipvault.records.base import Record
from tests.support.mallory import MALLORY, in_root, is_refused
from tests.support.memory_vault import MemoryVault, draft
from tests.support.people import room_called, without_content
from tests.support.second_opinion import second_opinion


def refused(memory: MemoryVault, *records: Record, by: Identity = MALLORY) -> bool:
    """Whether everybody refuses these records of the root room, if `by` signs them; in a copy of the vault.

    Everybody includes whoever has read the format document only.
    """
    there = memory.copied()
    vault = there.open()
    found = is_refused(there, vault, *(in_root(vault, record) for record in records), by=by)
    assert (second_opinion(there) is None) == found
    return found


def refused_in(memory: MemoryVault, room: str, *records: Record, by: Identity = MALLORY) -> bool:
    """Whether everybody who reads this room refuses these records in it; in a copy of the vault."""
    there = memory.copied()
    vault = there.open()
    key = vault.keys.present(room_called(vault, room).id, 1)
    found = is_refused(there, vault, *(draft(record, key) for record in records), by=by)
    reader = second_opinion(there)
    assert (reader is None or reader.closed.keys() == vault.catalog.closings().keys() != set()) == found
    assert (without_content(there) is ExitCode.JOURNAL_BROKEN) == found
    return found
