"""Records of reviews and leavers as members with changed programs could write them: all who read them refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipvault.catalog.address import find_room, root_room
from ipvault.catalog.reviews import Grant, population
from ipvault.records.members import RoleGranted
from ipvault.records.reviews import (
    GrantDecided,
    PersonOffboarded,
    ReviewClosed,
    ReviewStarted,
)
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER
from ipvault.vault.vault import Vault
from tests.support.mallory import MALLORY, in_root, with_mallory
from tests.support.memory_vault import MemoryVault, append
from tests.support.second_opinion import is_refused_by_both

REVIEW = "5" * 32
HIS = MALLORY.public.fingerprint
OFFBOARDED = PersonOffboarded(name="Mallory", identities=(), recipients=(), packages=(), reason="")


def started(vault: Vault, *more: Grant, without: int = 0) -> ReviewStarted:
    """A review of all that there is, with more or less than that."""
    grants = [*population(vault.catalog, "2027-01-15"), *more][without:]
    ids = tuple(f"{number:032x}" for number in range(1, len(grants) + 1))
    _none, types, subjects, places, roles, orphans = zip(*grants, strict=True)
    return ReviewStarted(
        review=REVIEW,
        title="January",
        grants=ids,
        types=types,
        subjects=subjects,
        places=places,
        roles=roles,
        orphans=orphans,
    )


def grant_of(record: ReviewStarted, subject: str, place: str) -> str:
    """The id of what somebody has in a room."""
    return next(row[0] for row in record.rows() if row[2:4] == (subject, place))


def decided(grant: str, answer: str = "keep") -> GrantDecided:
    return GrantDecided(review=REVIEW, grant=grant, answer=answer, reason="")


def reviewed(role: str = OWNER) -> tuple[MemoryVault, Vault, ReviewStarted]:
    """Ada owns the vault and started a review; Mallory has a role in `main`."""
    memory, vault = with_mallory(role)
    record = started(vault)
    append(vault, in_root(vault, record))
    return memory, vault, record


def rooms_of(vault: Vault) -> tuple[str, str]:
    """The ids of the root room and of `main`."""
    return root_room(vault.catalog).id, find_room(vault.catalog, MAIN).id


def test_the_owner_of_a_room_decides_there() -> None:
    """On what others have in it; and whoever owns the vault, on everything that others have."""
    memory, vault, record = reviewed()
    root, main = rooms_of(vault)
    assert not is_refused_by_both(memory, vault, in_root(vault, decided(grant_of(record, vault.member, main))))
    for place in (root, main):
        mine = in_root(vault, decided(grant_of(record, HIS, place), "revoke"))
        assert not is_refused_by_both(memory, vault, mine, by=vault.identity)


@pytest.mark.parametrize("place", [0, 1])
def test_nobody_certifies_their_own(place: int) -> None:
    """Neither an owner of a room nor an owner of the vault decides on what they have themselves."""
    memory, vault, record = reviewed()
    own = grant_of(record, vault.member, rooms_of(vault)[place])
    assert is_refused_by_both(memory, vault, in_root(vault, decided(own)), by=vault.identity)
    memory, vault, record = reviewed()
    own = grant_of(record, HIS, rooms_of(vault)[1])
    assert is_refused_by_both(memory, vault, in_root(vault, decided(own)))


def test_who_does_not_decide() -> None:
    """An owner of a room decides on nothing in the root room, and an editor on nothing at all."""
    memory, vault, record = reviewed()
    assert is_refused_by_both(
        memory, vault, in_root(vault, decided(grant_of(record, vault.member, rooms_of(vault)[0])))
    )
    memory, vault, record = reviewed(EDITOR)
    assert is_refused_by_both(
        memory, vault, in_root(vault, decided(grant_of(record, vault.member, rooms_of(vault)[1])))
    )


@pytest.mark.parametrize("record", [decided("f" * 32), decided("1".rjust(32, "0"), "perhaps")])
def test_what_is_not_in_the_review(record: GrantDecided) -> None:
    """Nobody decides on what was not there at the start, or otherwise than to keep or to revoke."""
    memory, vault, _review = reviewed()
    assert is_refused_by_both(memory, vault, in_root(vault, record), by=vault.identity)


def test_undecided_blocks_closing() -> None:
    """A review in which something is undecided cannot be closed by anybody."""
    memory, vault, _review = reviewed()
    closed = ReviewClosed(review=REVIEW, reason="")
    assert is_refused_by_both(memory, vault, in_root(vault, closed), by=vault.identity)


def test_closed_is_closed() -> None:
    """A review in which all is decided is closed once, and nothing is decided after that."""
    memory, vault = with_mallory(OWNER)
    root, main = rooms_of(vault)
    append(vault, in_root(vault, RoleGranted(member=HIS, room=root, role=OWNER)))
    record = started(vault)
    append(vault, in_root(vault, record))
    mine, his = ([grant_of(record, who, place) for place in (root, main)] for who in (vault.member, HIS))
    append(vault, *(in_root(vault, decided(grant)) for grant in his))
    append(vault, *(in_root(vault, decided(grant)) for grant in mine), by=MALLORY)
    closed = in_root(vault, ReviewClosed(review=REVIEW, reason=""))
    assert not is_refused_by_both(memory, vault, closed)
    assert is_refused_by_both(memory, vault, in_root(vault, decided(his[0], "revoke")), by=vault.identity)


@pytest.mark.parametrize("change", ["less", "more", "twice", "again"])
def test_the_population_is_whole(change: str) -> None:
    """A review that leaves a role out, invents one, or has a grant or an id twice is none."""
    memory, vault = with_mallory(OWNER)
    main = rooms_of(vault)[1]
    record = started(vault)
    if change == "less":
        record = started(vault, without=1)
    elif change == "more":
        record = started(vault, Grant("", "role", "a" * 64, main, "owner", ""))
    elif change == "twice":
        record = replace(record, grants=record.grants[:1] * len(record.grants))
    else:
        append(vault, in_root(vault, record))
    assert is_refused_by_both(memory, vault, in_root(vault, record), by=vault.identity)


def test_a_leaver_has_left() -> None:
    """Somebody has left: no member, not oneself, and not nobody; and sharing ended with all recipients named."""
    for record in (
        OFFBOARDED,
        replace(OFFBOARDED, identities=(HIS,)),
        replace(OFFBOARDED, identities=("a" * 64,), recipients=("a" * 32,)),
    ):
        memory, vault = with_mallory(OWNER)
        assert is_refused_by_both(memory, vault, in_root(vault, record), by=vault.identity)
    memory, vault = with_mallory(OWNER)
    assert is_refused_by_both(memory, vault, in_root(vault, replace(OFFBOARDED, identities=(HIS,))))
    assert not is_refused_by_both(*with_mallory(OWNER), in_root(vault, replace(OFFBOARDED, identities=("a" * 64,))))
