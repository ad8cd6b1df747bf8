"""A second member, Mallory, whose signature counts and who claims what is not so."""

from __future__ import annotations

import hashlib
from typing import Final

import pytest

from ipvault.catalog.address import find_room, root_room
from ipvault.errors import ExitCode, JournalBroken
from ipvault.journal.commit import Draft
from ipvault.journal.leaf import Facts, FileChange
from ipvault.keys.identity import Identity
from ipvault.records.base import Record
from ipvault.records.items import ItemAdded
from ipvault.records.vocabulary import MAIN
from ipvault.storage.layout import object_path
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, SeededRandom, add_content, append, draft, enrolment, place

MALLORY: Final = Identity.generate(SeededRandom(b"mallory"))


CONTENT = FileChange(True, object_path("f" * 32), 0, hashlib.sha256().hexdigest())
"""An empty file in the place of the content of what Mallory adds."""


def added(name: str) -> ItemAdded:
    """A new item with `CONTENT`."""
    return ItemAdded(
        item="e" * 32,
        name=name,
        label="internal",
        type="other",
        tags=(),
        note="",
        object="f" * 32,
        size=1,
        sha256="0" * 64,
        source="",
    )


def with_mallory(role: str | None) -> tuple[MemoryVault, Vault]:
    """A vault with one item, `a`, and a second member, Mallory, who has a role in the room `main`."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"content"})
    main = find_room(vault.catalog, MAIN).id
    append(vault, *enrolment(vault, MALLORY, {main: role} if role else {}))
    place(vault, CONTENT.path)
    return memory, vault


def in_main(vault: Vault, record: Record, *files: FileChange) -> Draft:
    """A record in the room `main`, whoever may write it."""
    return draft(record, vault.keys.present(find_room(vault.catalog, MAIN).id, 1), files)


def in_root(vault: Vault, record: Record, facts: Facts | None = None) -> Draft:
    """A record in the root room."""
    return draft(record, vault.keys.present(root_room(vault.catalog).id, 1), facts=facts)


def is_refused(memory: MemoryVault, vault: Vault, *drafts: Draft, by: Identity = MALLORY) -> bool:
    """Whether what Mallory has signed is refused by whoever reads it, by those who come later, and by `verify`.

    That is so if all of the journal is, and if the room is closed in which it stands.
    """
    before = vault.catalog.head
    try:
        append(vault, *drafts, by=by)
    except JournalBroken:
        with pytest.raises(JournalBroken):
            memory.open()
        memory.store.cache.clear()
        with pytest.raises(JournalBroken):
            memory.open()
        report = memory.verified()
        assert report.exit_code is ExitCode.JOURNAL_BROKEN
        assert memory.verified(keyless=True).exit_code in (ExitCode.DONE, ExitCode.JOURNAL_BROKEN)
        return True
    if closings := vault.catalog.closings():
        assert all(closing.seq > before.seq for closing in closings.values())
        assert memory.open().catalog.closings() == closings
        memory.store.cache.clear()
        assert memory.open().catalog.closings() == closings
        assert memory.verified().exit_code is ExitCode.JOURNAL_BROKEN
        return True
    assert vault.catalog.head.seq == before.seq + len(drafts)
    memory.open()
    return False
