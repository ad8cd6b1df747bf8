"""Who may lower a label, or take away a tag that protects: what the program refuses, and what every reader does."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_item
from ipvault.catalog.items import Item
from ipvault.catalog.roster import find_member
from ipvault.errors import RoleMissing
from ipvault.records.items import ItemDescribed
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.membership import change_role
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.support.mallory import with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room
from tests.support.people import Person, let_in, room_called
from tests.support.refusals import refused_in

CLEO = Person.named("Cleo")


def described(item: Item, **changes: object) -> ItemDescribed:
    record = ItemDescribed(item=item.id, label=item.label, type=item.type, tags=item.tags, note=item.note)
    return replace(record, **changes)  # type: ignore[arg-type]  # as the fields have them


def with_cleo() -> tuple[MemoryVault, Vault, Vault]:
    """Ada's vault with `a` of hers, tagged, and `c` of the editor Cleo, both confidential; Ada's and Cleo's."""
    memory = MemoryVault.create()
    ada = memory.open()
    add_content(ada, {"a": b"content"})
    let_in(ada, CLEO, EDITOR)
    cleo = CLEO.open(memory)
    add_content(cleo, {"c": b"mine"})
    describe(cleo, ["c"], Changes(label="confidential"))
    ada.follow()
    describe(ada, ["a"], Changes(label="confidential", add_tags=("itar", "personal-data", "project")))
    cleo.follow()
    return memory, ada, cleo


@pytest.mark.parametrize(
    ("changes", "is_taken"),
    [
        ({"label": "internal"}, False),
        ({"label": "secret"}, True),
        ({"tags": ("itar", "personal-data")}, True),
        ({"tags": ("personal-data", "project")}, False),
        ({"tags": ("itar", "project")}, False),
        ({"note": "x"}, True),
    ],
)
def test_every_reader_refuses_an_editor_who_lowers(changes: dict[str, object], is_taken: bool) -> None:
    """With a program of her own she can write it, and that closes the room; what is as strict as before is taken."""
    memory, vault = with_mallory(EDITOR)
    describe(vault, ["a"], Changes(label="confidential", add_tags=("itar", "personal-data", "project")))
    item = find_item(vault.catalog, "a")
    assert refused_in(memory, MAIN, described(item, **changes)) is not is_taken


@pytest.mark.parametrize("tag", ["ear:3E001", "EAR:3e001", "ITAR", "itar:xi", "subject:Jane Doe"])
def test_the_tags_that_protect(tag: str) -> None:
    """Those that the gate and data protection go by, however they are written."""
    memory, vault = with_mallory(EDITOR)
    describe(vault, ["a"], Changes(add_tags=(tag,)))
    assert refused_in(memory, MAIN, described(find_item(vault.catalog, "a"), tags=()))


def test_an_owner_lowers() -> None:
    """Also with a program of another make."""
    memory, vault = with_mallory(OWNER)
    describe(vault, ["a"], Changes(label="secret", add_tags=("itar",)))
    assert not refused_in(memory, MAIN, described(find_item(vault.catalog, "a"), label="public", tags=()))


def test_the_program_says_who_may() -> None:
    """Nothing is recorded, not even for the documents that she may lower; an owner can."""
    memory, ada, cleo = with_cleo()
    for changes in (Changes(label="public"), Changes(drop_tags=("itar",)), Changes(drop_tags=("personal-data",))):
        with pytest.raises(RoleMissing) as refused:
            describe(cleo, ["c", "a"], changes)
        assert "owner of the room" in str(refused.value)
    assert cleo.catalog.head == ada.catalog.head
    describe(cleo, ["a"], Changes(label="secret", drop_tags=("project",)))
    ada.follow()
    describe(ada, ["a"], Changes(label="public", drop_tags=("itar", "personal-data")))
    assert memory.verified().findings == []


def test_a_slip_is_put_right() -> None:
    """By whoever added the document, as long as nobody else has changed it."""
    memory, ada, cleo = with_cleo()
    describe(cleo, ["c"], Changes(label="internal"))
    describe(cleo, ["c"], Changes(label="secret", add_tags=("itar",)))
    describe(cleo, ["c"], Changes(label="confidential", drop_tags=("itar",)))
    ada.follow()
    update(ada, "c", Source("c", pipe=Pipe(io.BytesIO(b"of Ada"))))
    cleo.follow()
    with pytest.raises(RoleMissing):
        describe(cleo, ["c"], Changes(label="internal"))
    assert memory.verified().findings == []


def test_a_label_that_somebody_else_set_stays() -> None:
    """Raising it oneself afterwards gives no right to lower it."""
    _memory, ada, cleo = with_cleo()
    describe(ada, ["c"], Changes(note="seen"))
    cleo.follow()
    describe(cleo, ["c"], Changes(label="secret"))
    with pytest.raises(RoleMissing):
        describe(cleo, ["c"], Changes(label="public"))


def test_another_room_is_no_way_around() -> None:
    """A document arrives as it was, and whoever brought it does not lower it there, if others own the room."""
    memory, ada, cleo = with_cleo()
    add_room(ada, "wall")
    change_role(ada, find_member(ada.catalog, "Cleo"), room_called(ada, "wall"), EDITOR)
    cleo.follow()
    move(cleo, "c", room="wall")
    with pytest.raises(RoleMissing):
        describe(cleo, ["c"], Changes(label="public"))
    assert memory.verified().findings == []
