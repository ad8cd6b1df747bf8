"""Whatever is done to a vault, in whatever order, its catalog is what a plain dictionary says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from ipvault.catalog.items import Item, Selection, select, versions
from ipvault.errors import Conflict, ExitCode, ItemExists, NotFound
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.items import ItemLeft, ItemRemoved, VersionErased
from ipvault.records.vocabulary import CAT, LABELS, MAIN, TYPES
from ipvault.vault.forgetting import forget
from ipvault.vault.gate import Way
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, erase, move, remove, restore
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.release import release
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content, add_room, tables

LAB: Final = "lab"
ROOMS = st.sampled_from([MAIN, LAB])
NAMES = st.sampled_from(["claims.docx", "widget/claims.docx", "widget/Zeichnung ü.txt", "main:claims.docx"])
CONTENTS = st.binary(max_size=40)
TAGS = st.sets(st.sampled_from(["red", "blue", "with space"])).map(lambda tags: tuple(sorted(tags)))
STAYING = frozenset((VersionErased.KIND, ItemRemoved.KIND, ItemLeft.KIND))


@dataclass
class Modelled:
    """An item as the model has it; the content of a version that was erased is None."""

    name: str
    room: str
    contents: list[bytes | None]
    label: str = "internal"
    type: str = "other"
    tags: tuple[str, ...] = ()
    note: str = ""
    is_removed: bool = False

    @property
    def is_erased(self) -> bool:
        return all(content is None for content in self.contents)


class VaultMachine(RuleBasedStateMachine):
    """A vault with two rooms and one member, and everything that can be done to it."""

    items = Bundle("items")
    """Ids, also of items that are gone: those must be refused."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Modelled] = {}

    @initialize()
    def begin(self) -> None:
        self.memory = MemoryVault.create()
        self.vault = self.memory.open()
        add_room(self.vault, LAB)

    @rule(target=items, room=ROOMS, name=NAMES, content=CONTENTS)
    def add(self, room: str, name: str, content: bytes) -> MultipleResults[str]:
        if self._is_taken(room, name):
            with pytest.raises(ItemExists):
                add_content(self.vault, {name: content}, room=room)
            return multiple()
        (stored,) = add_content(self.vault, {name: content}, room=room).stored
        self.model[stored.item] = Modelled(name, room, [content])
        return multiple(stored.item)

    @rule(item=items, content=CONTENTS)
    def update(self, item: str, content: bytes) -> None:
        if self._is_there(item):
            update(self.vault, item, Source("", pipe=Pipe(io.BytesIO(content))), again=True)
            self.model[item].contents.append(content)
        else:
            with pytest.raises(NotFound):
                update(self.vault, item, Source("", pipe=Pipe(io.BytesIO(content))), again=True)

    @rule(item=items, label=st.sampled_from(LABELS), type_=st.sampled_from(TYPES), tags=TAGS, note=st.text(max_size=9))
    def describe(self, item: str, label: str, type_: str, tags: tuple[str, ...], note: str) -> None:
        if not self._is_there(item):
            with pytest.raises(NotFound):
                describe(self.vault, [item], Changes(label=label))
            return
        dropped = tuple(set(self.model[item].tags) - set(tags))
        changes = Changes(label=label, type=type_, note=note, add_tags=tags, drop_tags=dropped)
        ((described,), _head) = describe(self.vault, [item], changes)
        assert described.id == item
        modelled = self.model[item]
        modelled.label, modelled.type, modelled.tags, modelled.note = label, type_, tags, note

    @rule(item=items, room=ROOMS | st.none(), name=NAMES | st.none())
    def move(self, item: str, room: str | None, name: str | None) -> None:
        if not self._is_there(item):
            with pytest.raises(NotFound):
                move(self.vault, item, room=room, name=name)
            return
        modelled = self.model[item]
        target = (room or modelled.room, name or modelled.name)
        if target != (modelled.room, modelled.name) and self._is_taken(*target):
            with pytest.raises(ItemExists):
                move(self.vault, item, room=room, name=name)
        else:
            move(self.vault, item, room=room, name=name)
            modelled.room, modelled.name = target

    @rule(chosen=st.lists(items, min_size=1, max_size=2))
    def remove(self, chosen: list[str]) -> None:
        if all(map(self._is_there, chosen)):
            remove(self.vault, chosen, reason="")
            for item in chosen:
                self.model[item].is_removed = True
        else:
            with pytest.raises(NotFound):
                remove(self.vault, chosen, reason="")

    @rule(chosen=st.lists(items, min_size=1, max_size=2, unique=True))
    def restore(self, chosen: list[str]) -> None:
        wanted = [self.model[item] for item in chosen if item in self.model]
        places = {(item.room, item.name) for item in wanted}
        can_be = len(places) == len(chosen) and all(item.is_removed and not item.is_erased for item in wanted)
        if can_be and not any(self._is_taken(*place) for place in places):
            restore(self.vault, chosen)
            for item in wanted:
                item.is_removed = False
        else:
            with pytest.raises((Conflict, ItemExists, NotFound)):
                restore(self.vault, chosen)

    @rule(item=items, data=st.data())
    def erase(self, item: str, data: st.DataObject) -> None:
        if not self._has_content(item):
            return
        modelled = self.model[item]
        left = [number for number, content in enumerate(modelled.contents, 1) if content is not None]
        numbers = data.draw(st.lists(st.sampled_from(left), min_size=1, unique=True))
        objects = {version.number: version.object for version in versions(self.vault.catalog, item)}
        erase(self.vault, self._in_catalog()[item], numbers, reason="")
        for number in numbers:
            modelled.contents[number - 1] = None
            assert not any(objects[number] in path for path in self.memory.store.published)
        modelled.is_removed |= modelled.is_erased

    @rule(item=items)
    def forget(self, item: str) -> None:
        records = [
            row for row in read_journal(self.vault, Query(items=frozenset((item,)))) if row.action not in STAYING
        ]
        if not records:
            return
        if self.model[item].is_erased:
            forget(self.vault, [row.leaf.seq for row in records], reason="")
            del self.model[item]
        else:
            with pytest.raises(Conflict):
                forget(self.vault, [row.leaf.seq for row in records], reason="")

    @rule(item=items, data=st.data())
    def release(self, item: str, data: st.DataObject) -> None:
        if not self._has_content(item):
            return
        held = [version for version in versions(self.vault.catalog, item) if not version.erased]
        version = data.draw(st.sampled_from(held))
        ((content,), _head) = release(
            self.vault, [(self._in_catalog()[item], version)], Way("", CAT, "-"), PolicyGate(self.vault)
        )
        assert b"".join(content.blocks()) == self.model[item].contents[version.number - 1]

    @rule(is_without_snapshot=st.booleans())
    def reopen(self, is_without_snapshot: bool) -> None:
        if is_without_snapshot:
            self.memory.store.cache.clear()
        self.vault = self.memory.open()

    @rule()
    def snapshot(self) -> None:
        self.vault.save_snapshot()

    @invariant()
    def is_as_modelled(self) -> None:
        """The live catalog, the one that the next command makes of snapshot and tail, and the one that the whole
        journal gives, are the same, and are what the model says.
        """
        expected = tables(self.vault.catalog)
        assert tables(self.memory.open().catalog) == expected
        assert tables(self.memory.replayed().catalog) == expected
        for item in self._in_catalog().values():
            modelled = self.model[item.id]
            assert (item.name, item.room_name, item.label, item.type, item.tags, item.note, bool(item.removed)) == (
                modelled.name,
                modelled.room,
                modelled.label,
                modelled.type,
                modelled.tags,
                modelled.note,
                modelled.is_removed,
            )
            held = versions(self.vault.catalog, item.id)
            assert [version.number for version in held] == list(range(1, len(modelled.contents) + 1))
            assert [version.erased is None for version in held] == [c is not None for c in modelled.contents]
            assert [v.size for v in held if not v.erased] == [len(c) for c in modelled.contents if c is not None]
        assert self._in_catalog().keys() == self.model.keys()

    def teardown(self) -> None:
        """At the end nothing is amiss, with keys and without, and nothing lies about that no record names."""
        if not hasattr(self, "vault"):
            return
        for keyless in (False, True):
            report = self.memory.verified(keyless=keyless)
            assert (report.findings, report.notes, report.exit_code) == ([], [], ExitCode.DONE)
        contents = [content for item in self.model.values() for content in item.contents if content is not None]
        assert len([path for path in self.memory.store.published if path.startswith("objects/")]) == len(contents)
        assert not self.memory.store.tmp

    def _in_catalog(self) -> dict[str, Item]:
        return {item.id: item for item in _all_items(self.vault)}

    def _is_there(self, item: str) -> bool:
        return item in self.model and not self.model[item].is_removed

    def _has_content(self, item: str) -> bool:
        return item in self.model and not self.model[item].is_erased

    def _is_taken(self, room: str, name: str) -> bool:
        return any((item.room, item.name, item.is_removed) == (room, name, False) for item in self.model.values())


def _all_items(vault: Vault) -> Iterator[Item]:
    for removed in (False, True):
        yield from select(vault.catalog, Selection(removed=removed))


TestVault = pytest.mark.no_cover(VaultMachine.TestCase)
TestVault.settings = settings(max_examples=20, stateful_step_count=15, deadline=None)
