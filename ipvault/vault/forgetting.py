"""Forgetting: the sealed part of records is destroyed, the chain still verifies, and a record says so.

The journal is rewritten with those parts left out and the record of it appended, and put in place with one rename:
the only change to a vault whose commit point is not an append.
"""

from __future__ import annotations

from collections.abc import Iterator

from ipvault.catalog.address import root_room
from ipvault.catalog.holds import objection_to_destroying
from ipvault.catalog.items import versions
from ipvault.errors import Conflict, NoSuchRecord
from ipvault.journal.head import Head
from ipvault.journal.payload import FORGETTABLE, FORGOTTEN
from ipvault.records.items import ItemLeft, ItemRemoved, VersionErased
from ipvault.records.upkeep import RecordsForgotten
from ipvault.storage.layout import SNAPSHOT
from ipvault.storage.store import CACHE
from ipvault.text import _
from ipvault.vault.denials import held
from ipvault.vault.journal_file import lines_from
from ipvault.vault.journal_query import JournalRow, Query, items_in, read_journal
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


def to_forget(vault: Vault, numbers: list[int]) -> list[JournalRow]:
    """The records of these sequence numbers, checked.

    Raises `NoSuchRecord`, `Conflict` for one that has to stay, or `Held` for one about an item that a hold keeps.
    """
    wanted = set(numbers)
    rows = [row for row in read_journal(vault, Query(from_seq=min(wanted))) if row.leaf.seq in wanted]
    for seq in sorted(wanted - {row.leaf.seq for row in rows}):
        raise NoSuchRecord(seq=seq, last=vault.catalog.head.seq)
    for row in rows:
        if held_item := _held(vault, row):
            raise held(vault.catalog, held_item)
        if reason := _objection(vault, row):
            raise Conflict(
                problem=_("record {seq} cannot be forgotten: {reason}").format(seq=row.leaf.seq, reason=reason)
            )
    return rows


def can_forget(vault: Vault, row: JournalRow) -> bool:
    """Whether `to_forget` would take a record."""
    return not _held(vault, row) and not _objection(vault, row)


def _held(vault: Vault, row: JournalRow) -> str:
    """An item (an id) that a record is about and that a hold keeps, or nothing."""
    return next((item for item in items_in(row.fields or {}) if objection_to_destroying(vault.catalog, item)), "")


def _objection(vault: Vault, row: JournalRow) -> str | None:
    if row.leaf.kind not in FORGETTABLE:
        return _("records of members, rooms and keys are what the others are checked against")
    if row.fields is None:
        return _("it was forgotten already, or you cannot read it")
    if row.action in (VersionErased.KIND, ItemRemoved.KIND, ItemLeft.KIND):
        return _("that content was moved, removed or destroyed has to stay known")
    item = row.fields.get("item")
    if row.leaf.kind == "item" and isinstance(item, str) and any(not v.erased for v in versions(vault.catalog, item)):
        return _("it describes an item that is still there; erase the item first")
    return None


def forget(vault: Vault, numbers: list[int], *, reason: str, progress: Progress = unobserved) -> Head:
    """Destroy the sealed part of records, and every snapshot, which might hold what they said."""
    with transaction(vault) as change:
        wanted = {row.leaf.seq for row in to_forget(vault, numbers)}
        change.record(RecordsForgotten(reason=reason, records=tuple(sorted(wanted))), root_room(vault.catalog).id)

        def rewritten() -> Iterator[bytes]:
            with vault.store.open_journal() as journal:
                for seq, line in enumerate(lines_from(journal, 0)):
                    progress(len(line))
                    yield line.partition(b"\t")[0] + b"\t" + FORGOTTEN + b"\n" if seq in wanted else line

        vault.store.remove(path for path in vault.store.files(CACHE) if SNAPSHOT.fullmatch(path))
        return change.commit_rewriting(rewritten())
