"""Whatever is done to a vault, in whatever order, its catalog is what a plain dictionary says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from ipvault.catalog.items import Item, Selection, select, versions
from ipvault.errors import Conflict, NameTaken, VaultError
from ipvault.records.vocabulary import LABELS, MAIN
from ipvault.vault.forgetting import forget
from ipvault.vault.items import Changes, describe, erase, move, remove, restore
from ipvault.vault.ingest import update
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.release import Content, release
from ipvault.vault.sources import Pipe, Source
from tests.support.memory_vault import MemoryVault, add_content, add_room, tables

LAB = "lab"
NAMES = st.sampled_from(["claims.docx", "widget/claims.docx", "widget/draft é.txt", "main:claims.docx"])
CONTENTS = st.binary(max_size=40)
TAGS = st.lists(st.sampled_from(["red", "blue", "new line?"]), max_size=2, unique=True).map(tuple)


@dataclass
class Model:
    """An item as the model has it; the content of a version that was erased is None."""

    name: str
    room: str
    contents: list[bytes | None]
    label: str = "internal"
    tags: frozenset[str] = frozenset()
    note: str = ""
    removed: bool = False


class VaultMachine(RuleBasedStateMachine):
    """A vault with two rooms, one member, and every operation there is."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.memory = MemoryVault.create()
        self.vault = self.memory.open()
        add_room(self.vault, LAB)
        self.model: dict[str, Model] = {}
        self.forgotten: set[int] = set()

    def is_free(self, room: str, name: str, *, apart_from: str = "") -> bool:
        return not any(
            (item.room, item.name, item.removed) == (room, name, False)
            for id_, item in self.model.items()
            if id_ != apart_from
        )
