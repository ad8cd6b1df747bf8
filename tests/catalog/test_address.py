"""Item addresses: what people type, and which item it means."""

from __future__ import annotations

import io
import shlex

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.catalog.address import (
    find_any,
    find_item,
    find_items,
    find_room,
    find_version,
    find_versions,
    new_address,
    newest_versions,
    pick_version,
)
from ipvault.catalog.items import Selection, select
from ipvault.errors import Ambiguous, Conflict, Erased, NoSuchRoom, NoSuchVersion, NotFound, VaultError
from ipvault.records.vocabulary import ROOT
from ipvault.vault.ingest import update
from ipvault.vault.items import erase, move, remove
from ipvault.vault.sources import Pipe, Source
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


def test_a_name_that_looks_like_a_room_and_a_name(filled: Vault) -> None:
    """What could be an item of another room as well is ambiguous; the error says how to write each of the two."""
    with pytest.raises(Ambiguous) as caught:
        find_item(filled.catalog, "lab:odd")
    odd = find_item(filled.catalog, "main:lab:odd")
    assert (odd.room_name, odd.name) == ("main", "lab:odd")
    assert "main:lab:odd" in caught.value.advice()
    meant = {find_item(filled.catalog, way) for way in _ways(caught.value)}
    assert {(item.room_name, item.name) for item in meant} == {("main", "lab:odd"), ("lab", "odd")}


def _ways(error: Ambiguous) -> list[str]:
    """What an error says to write."""
    return shlex.split(str(error.fields["ways"]).replace(",", ""))


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
    assert find_any(filled.catalog, "gone").removed
    assert not find_any(filled.catalog, "widget/claims.docx").removed
    with pytest.raises(NotFound):
        find_any(filled.catalog, "never")


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
    with pytest.raises(Ambiguous):
        find_item(vault.catalog, "main:x")
    remove(vault, ["main:main:x"], reason="")
    assert find_item(vault.catalog, "main:x").name == "x"
    assert find_item(vault.catalog, "main:x", removed=True).name == "main:x"


def test_a_name_cannot_take_the_place_of_an_id() -> None:
    """A whole id means its item, and one of its versions, whatever another item is called, and even when it is gone; a
    short id that is a name as well is ambiguous.
    """
    vault = MemoryVault.create().open()
    add_content(vault, {"a": b"1", "b": b"2"})
    a, b = (find_item(vault.catalog, name) for name in "ab")
    move(vault, "b", name=f"{a.id}@1")
    assert find_version(vault.catalog, f"{a.id}@1")[0].id == a.id
    move(vault, b.id, name=a.id)
    assert find_item(vault.catalog, a.id).id == a.id
    move(vault, b.id, name=a.id[:8])
    with pytest.raises(Ambiguous) as caught:
        find_item(vault.catalog, a.id[:8])
    assert {find_item(vault.catalog, way).id for way in _ways(caught.value)} == {a.id, b.id}
    move(vault, b.id, name=a.id)
    remove(vault, ["a"], reason="")
    with pytest.raises(NotFound):
        find_item(vault.catalog, a.id)


def test_a_name_cannot_take_the_place_of_a_version() -> None:
    """Where a document and a version of another are written alike, nothing is chosen; the error says how to write
    either. That the version was erased changes nothing.
    """
    vault = MemoryVault.create().open()
    add_content(vault, {"claims.txt": b"first", "claims.txt@1": b"other", "claims.txt@7": b"7"})
    item = find_item(vault.catalog, "claims.txt")
    for address in ("claims.txt@1", "main:claims.txt@1"):
        with pytest.raises(Ambiguous) as caught:
            find_version(vault.catalog, address)
        found = [find_version(vault.catalog, way) for way in _ways(caught.value)]
        assert [(item.name, version.number) for item, version in found] == [("claims.txt@1", 1), ("claims.txt", 1)]
        with pytest.raises(Ambiguous):
            find_versions(vault.catalog, [address])
    assert find_item(vault.catalog, "claims.txt@1").name == "claims.txt@1"  # where no version can be meant
    assert find_version(vault.catalog, "claims.txt@7")[0].name == "claims.txt@7"  # there is no such version
    update(vault, item.id, Source("", pipe=Pipe(io.BytesIO(b"second"))))
    erase(vault, item, [1], reason="")
    with pytest.raises(Ambiguous):
        find_version(vault.catalog, "claims.txt@1")
    with pytest.raises(Erased):
        find_version(vault.catalog, f"{item.id}@1")


def test_a_name_cannot_take_the_place_of_a_pattern() -> None:
    """A pattern that is also what one item is called is ambiguous where it matches others."""
    vault = MemoryVault.create().open()
    add_content(vault, {"report[1].pdf": b"1", "plan?": b"2"})
    assert [item.name for item in find_items(vault.catalog, ["report[1].pdf", "plan?"])] == ["report[1].pdf", "plan?"]
    add_content(vault, {"report1.pdf": b"3"})
    for find in (find_items, find_versions):
        with pytest.raises(Ambiguous) as caught:
            find(vault.catalog, ["report[1].pdf"])
        assert {item.name for item in find_items(vault.catalog, _ways(caught.value))} == {
            "report[1].pdf",
            "report1.pdf",
        }
    add_content(vault, {"**": b"4"})
    assert len(newest_versions(vault.catalog, select(vault.catalog, Selection()))) == 4


def test_patterns_for_several_items() -> None:
    """A pattern means all that it matches, once; among removed items those that can be brought back."""
    vault = MemoryVault.create().open()
    add_content(vault, {name: name.encode() for name in ("a.txt", "b.txt", "c/d/e.txt", "f")})
    assert [item.name for item in find_items(vault.catalog, ["b.txt", "?.txt", "f"])] == [
        *("b.txt", "a.txt", "c/d/e.txt", "f")
    ]
    erase(vault, find_item(vault.catalog, "a.txt"), [1], reason="")
    remove(vault, ["b.txt"], reason="")
    assert [item.name for item in find_items(vault.catalog, ["*.txt"], removed=True)] == ["b.txt"]
    assert [item.name for item in find_items(vault.catalog, ["*.txt"])] == ["c/d/e.txt"]


@pytest.mark.parametrize(
    ("pattern", "advice"),
    [
        ("widget/drawings/*", "ipvault list"),
        ("wid*claims.docx", "did you mean 'wid**claims.docx'?"),
        ("go*", "ipvault list --removed 'go*'"),
        ("nothing*", "`ipvault list` shows"),
    ],
)
def test_a_pattern_that_matches_nothing(filled: Vault, pattern: str, advice: str) -> None:
    """It is not found, and the error says what may have been meant."""
    for find in (find_items, find_versions):
        with pytest.raises(NotFound) as caught:
            find(filled.catalog, [pattern])
        assert f"matches {pattern}" in str(caught.value)
        assert advice in caught.value.advice()


def test_a_pattern_where_one_item_is_wanted(filled: Vault) -> None:
    """It is told apart from a name that nothing has, whether the pattern matches something or not."""
    with pytest.raises(NotFound) as caught:
        find_item(filled.catalog, "widget/*")
    assert "one item is wanted here" in caught.value.advice()
    with pytest.raises(NotFound) as caught:
        find_item(filled.catalog, "gadget/*")
    assert "one item is wanted here" not in caught.value.advice()


def test_the_place_of_a_new_name(filled: Vault) -> None:
    """What is typed for a new name may begin with a room; what looks like one and is none is refused, and told so."""
    assert new_address(filled.catalog, "plan") == (None, "plan")
    assert new_address(filled.catalog, "lab:plan") == ("lab", "plan")
    assert new_address(filled.catalog, "main:Re: plan") == ("main", "Re: plan")
    assert new_address(filled.catalog, "letters/Re: plan") == (None, "letters/Re: plan")
    for typed in ("labs:plan", "Re: plan", ":plan", "root:plan", "Lab:plan"):
        with pytest.raises(NoSuchRoom) as caught:
            new_address(filled.catalog, typed)
        assert "lab, main" in caught.value.advice()
        assert "--room" in caught.value.advice()


def test_rooms(filled: Vault) -> None:
    """A room is found by its name; the root room holds no items and is not offered."""
    assert find_room(filled.catalog, "lab").name == "lab"
    for name in (ROOT, "LAB", "", "none"):
        with pytest.raises(NoSuchRoom) as caught:
            find_room(filled.catalog, name)
        assert "lab, main" in caught.value.advice()


def test_several_addresses(filled: Vault) -> None:
    """Names and patterns give each version once, in the order asked for; what was erased or removed does not match."""
    pairs = find_versions(filled.catalog, ["main:lab:odd", "*", "main:lab:odd@1"])
    assert pairs[0][0].name == "lab:odd"
    assert len(pairs) == len({item.id for item, _version in pairs}) == 7
    with pytest.raises(NotFound):
        find_versions(filled.catalog, ["*", "*.none"])
    assert [item.room_name for item, _version in find_versions(filled.catalog, ["lab:*"])] == ["lab", "lab"]
    assert {item.name for item, _version in find_versions(filled.catalog, ["main:lab:*", "la?:*"])} == {
        *("lab:odd", "odd", "both")
    }


@settings(deadline=None)
@given(st.text(max_size=20) | st.text(st.sampled_from(r"both:@19af[*?]/ü\ "), max_size=20))
def test_any_address(filled: Vault, address: str) -> None:
    """Whatever is typed means something or ends in an error that can be told."""
    told = []
    for find in (
        find_item,
        find_version,
        new_address,
        lambda catalog, address: find_items(catalog, [address]),
        lambda catalog, address: find_versions(catalog, [address]),
    ):
        try:
            find(filled.catalog, address)
        except VaultError as error:
            told.append(f"{error}: {error.advice()}")
    assert all(told)
