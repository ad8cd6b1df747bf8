"""Item addresses: what people type, and which item it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipvault.catalog.address import find_item, find_room, find_version, find_versions, pick_version
from ipvault.errors import Ambiguous, Conflict, Erased, NoSuchRoom, NoSuchVersion, NotFound, VaultError
from ipvault.records.vocabulary import ROOT
from ipvault.vault.items import erase, move, remove
from ipvault.vault.vault import Vault
from tests.support.memory_vault import MemoryVault, add_content, add_room


@pytest.fixture(scope="module")
def filled() -> Vault:
    """Two rooms, with a name that both have, a name with an @, two versions, and items that were removed or erased."""
    vault = MemoryVault.create().open()
    add_room(vault, "lab")
    names = ("widget/claims.docx", "a@2", "both", "lab:odd", "gone", "erased", "Müller.pdf")
    add_content(vault, {name: name.encode() for name in names})
    add_content(vault, {"both": b"lab", "odd": b"odd"}, room="lab")
    remove(vault, ["gone"], reason="")
    erase(vault, find_item(vault.catalog, "erased"), [1], reason="")
    return vault


def test_the_ways_to_name_an_item(filled: Vault) -> None:
    """By name, by room and name, by the whole id and by its beginning."""
    item = find_item(filled.catalog, "widget/claims.docx")
    for address in ("widget/claims.docx", "main:widget/claims.docx", item.id, item.id[:8], item.id[:4]):
        assert find_item(filled.catalog, address) == item
        assert find_version(filled.catalog, f"{address}@1")[1].number == 1


def test_accents_can_be_typed_either_way(filled: Vault) -> None:
    """A name in Unicode's decomposed form means the item that is stored in the composed one."""
    assert find_item(filled.catalog, "Mu\u0308ller.pdf").name == "M\u00fcller.pdf"


def test_a_name_in_two_rooms_is_ambiguous(filled: Vault) -> None:
    """The error names both, and with its room either can be had."""
    with pytest.raises(Ambiguous) as caught:
        find_item(filled.catalog, "both")
    assert "lab:both" in str(caught.value)
    assert "main:both" in str(caught.value)
    assert find_item(filled.catalog, "lab:both").room_name == "lab"


def test_a_name_comes_before_a_room(filled: Vault) -> None:
    """An item whose name looks like a room and a name is found by that name; the other by its id."""
    odd = find_item(filled.catalog, "lab:odd")
    assert (odd.room_name, odd.name) == ("main", "lab:odd")
    assert find_item(filled.catalog, "main:lab:odd") == odd


def test_an_at_sign_in_a_name(filled: Vault) -> None:
    """A name that ends like a version is found whole, and its versions with another @."""
    assert find_version(filled.catalog, "a@2")[0].name == "a@2"
    assert find_version(filled.catalog, "a@2@1")[0].name == "a@2"


@pytest.mark.parametrize("address", ["widget/claims.docx@2", "widget/claims.docx@0", "widget/claims.docx@999999999999"])
def test_a_version_that_there_is_not(filled: Vault, address: str) -> None:
    """An item that is there without that version is told as such."""
    with pytest.raises(NoSuchVersion):
        find_version(filled.catalog, address)


@pytest.mark.parametrize(
    "address",
    [
        *("", "@", "@1", ":", "main:", ":widget/claims.docx", "widget/claims.docx@", "abc", "gone", "ffff", "*"),
        *("widget/claims.docx@-1", "widget/claims.docx@+1", "widget/claims.docx@\u0661", "widget", "root:both"),
    ],
)
def test_an_address_of_nothing(filled: Vault, address: str) -> None:
    """An empty part, a piece of an id that is too short, a removed item or a number that is none: it is not found."""
    with pytest.raises(NotFound):
        find_version(filled.catalog, address)


def test_suggestions(filled: Vault) -> None:
    """A mistyped name gets one that is close, a removed one the way back, and an erased one its history."""
    for address, expected in (
        ("widget/claim.docx", "widget/claims.docx"),
        ("WIDGET", "widget/claims.docx"),
        ("gone", "ipvault restore gone"),
        ("erased", "ipvault history erased"),
        ("nothing like it at all", "ipvault list"),
    ):
        with pytest.raises(NotFound) as caught:
            find_item(filled.catalog, address)
        assert expected in caught.value.advice()


def test_removed_items_are_addressed_apart(filled: Vault) -> None:
    """A removed item is found among the removed only, and one that is in its place is a conflict there."""
    assert find_item(filled.catalog, "gone", removed=True).removed
    with pytest.raises(Conflict):
        find_item(filled.catalog, "widget/claims.docx", removed=True)
    with pytest.raises(NotFound):
        find_item(filled.catalog, "never", removed=True)


def test_an_erased_version_is_told_as_such(filled: Vault) -> None:
    """A version that was erased is not merely missing: the error says when that was."""
    erased = find_item(filled.catalog, "erased", removed=True)
    with pytest.raises(Erased) as caught:
        pick_version(filled.catalog, erased, 1)
    assert (erased.removed or "").startswith(str(caught.value.fields["when"]))


def test_a_removed_item_does_not_stand_in_the_way() -> None:
    """After an item was removed, its name means whatever else it can mean."""
    vault = MemoryVault.create().open()
    add_content(vault, {"main:x": b"1", "x": b"2"})
    assert find_item(vault.catalog, "main:x").name == "main:x"
    remove(vault, ["main:x"], reason="")
    assert find_item(vault.catalog, "main:x").name == "x"
    assert find_item(vault.catalog, "main:x", removed=True).name == "main:x"


def test_a_name_cannot_take_the_place_of_an_id() -> None:
    """A whole id means its item, though another item was given that id for a name; a name comes before a short id."""
    vault = MemoryVault.create().open()
    add_content(vault, {"a": b"1", "b": b"2"})
    a, b = (find_item(vault.catalog, name) for name in "ab")
    move(vault, "b", name=a.id)
    assert find_item(vault.catalog, a.id).id == a.id
    move(vault, b.id, name=a.id[:8])
    assert find_item(vault.catalog, a.id[:8]).id == b.id


def test_rooms(filled: Vault) -> None:
    """A room is found by its name; the root room holds no items and is not offered."""
    assert find_room(filled.catalog, "lab").name == "lab"
    for name in (ROOT, "LAB", "", "none"):
        with pytest.raises(NoSuchRoom) as caught:
            find_room(filled.catalog, name)
        assert "lab, main" in caught.value.advice()


def test_several_addresses(filled: Vault) -> None:
    """Names and patterns give each version once, in the order asked for; what was erased or removed does not match."""
    pairs = find_versions(filled.catalog, ["lab:odd", "*", "lab:odd@1"])
    assert pairs[0][0].name == "lab:odd"
    assert len(pairs) == len({item.id for item, _version in pairs}) == 7
    with pytest.raises(NotFound):
        find_versions(filled.catalog, ["*", "*.none"])
    assert [item.room_name for item, _version in find_versions(filled.catalog, ["lab:*"])] == ["lab", "lab", "main"]


@given(st.text(max_size=20) | st.text(st.sampled_from(r"both:@19af[*?]/ü\ "), max_size=20))
def test_any_address(filled: Vault, address: str) -> None:
    """Whatever is typed means something or ends in an error that can be told."""
    told = []
    for find in (find_item, find_version, lambda catalog, address: find_versions(catalog, [address])):
        try:
            find(filled.catalog, address)
        except VaultError as error:
            told.append(f"{error}: {error.advice()}")
    assert all(told)
