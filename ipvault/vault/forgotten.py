"""Content of which the records were forgotten: what was in which room is told by what has to stay in the journal.

That content was destroyed, or left its room, stays known by ids; the leaves name the files, whoever forgets what.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import Any

from ipvault.catalog.presences import Presence
from ipvault.records.items import ItemLeft, ItemRecord, VersionErased
from ipvault.storage.layout import object_path
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.vault import Vault


def forgotten_presences(vault: Vault, known: Iterable[Presence]) -> list[Presence]:
    """What was in which room beside what the catalog knows (all presences), without hashes; the oldest end first.

    Nothing is read where nothing was ever forgotten.
    """
    if not vault.catalog.has_forgotten():
        return []
    ended = {(one.item, one.until_seq) for one in known}
    began: dict[str, tuple[int, str]] = {}
    erased: dict[str, set[int]] = {}
    found = []
    for row in read_journal(vault, Query(classes=frozenset((ItemRecord.CLASS,)))):
        here = (row.leaf.seq, row.leaf.time)
        gone = next((began[file.path] for file in row.leaf.files if not file.added and file.path in began), here)
        began.update((file.path, gone) for file in row.leaf.files if file.added)  # one encrypted anew was there before
        fields = row.fields or {}
        item = str(fields.get("item"))
        for number, path in _ended(row.action, fields, erased.setdefault(item, set())):
            if (item, row.leaf.seq) not in ended and path in began:
                found.append(Presence(item, number, "", row.leaf.room, *began[path], *here))
    return found


def forgotten_items(vault: Vault, known: Iterable[Presence]) -> set[str]:
    """The items (ids) of those of which no record says any more what they were."""
    described = {id_ for (id_,) in vault.catalog.view.execute("SELECT id FROM item UNION SELECT item FROM departed")}
    return {one.item for one in forgotten_presences(vault, known)} - described


def _ended(kind: str, fields: dict[str, Any], erased: set[int]) -> list[tuple[int, str]]:
    """Number and path of the versions whose time in a room ended with a record; `erased` is told of those destroyed.

    Whoever moves an item lists the objects of its versions that are left, by their numbers.
    """
    if kind == VersionErased.KIND:
        erased.add(fields["version"])
        return [(fields["version"], object_path(fields["object"]))]
    left = (number for number in count(1) if number not in erased)
    return list(zip(left, map(object_path, fields["objects"]), strict=False)) if kind == ItemLeft.KIND else []
