"""What an insider could claim of policies, decisions and approvals, and who finds it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ipvault.catalog.address import find_item
from ipvault.catalog.policies import policy_versions
from ipvault.catalog.requests import release_requests
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.decisions import RequestApproved, RequestDenied
from ipvault.records.packages import PackageShared
from ipvault.records.policies import PolicySet
from ipvault.records.vocabulary import AUDITOR, CAT, EDITOR, EXPORT, MAIN, OWNER, READER
from ipvault.vault.vault import Vault
from tests.support import outsiders
from tests.support.mallory import MALLORY, in_main, in_root, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room, append, draft
from tests.support.refusals import refused, refused_in
from tests.support.rulings import DECISION, DIGEST, REQUEST, decided, requested


def policy(version: int) -> PolicySet:
    return PolicySet(version=version, content="format = 1\n", reason="")


def released(channel: str, decision: str = DECISION) -> ContentReleased:
    return ContentReleased(
        item="c" * 32, version=1, sha256="0" * 64, channel=channel, destination="-", decision=decision
    )


def shared(item: str) -> PackageShared:
    return PackageShared(
        package="a" * 32,
        manifest="1" * 64,
        recipients=(outsiders.BOB.card.fingerprint,),
        unverified=(),
        items=(item,),
        versions=(1,),
        expires="",
        purpose="",
        decision=DECISION,
    )


def answered(approve: bool = True, **other: Any) -> Record:
    kind = RequestApproved if approve else RequestDenied
    return replace(kind(request=REQUEST, digest=DIGEST, reason=""), **other)


def vault_with(role: str) -> tuple[MemoryVault, str]:
    """A vault in which Mallory has a role in `main`, and the id of its item there."""
    memory, vault = with_mallory(role)
    return memory, find_item(vault.catalog, "a").id


@pytest.mark.parametrize("version", [0, 1, 3])
def test_policies_follow_each_other(version: int) -> None:
    """Nobody puts a policy in place of one that was set, and none is left out: the second is number 2."""
    memory, vault = with_mallory(EDITOR)
    first = policy(1)
    assert not refused(memory, first, by=vault.identity)
    append(vault, in_root(vault, first))
    if version:
        assert refused(memory, policy(version), by=vault.identity)
    else:
        assert not refused(memory, policy(2), policy(3), by=vault.identity)
        assert [one.version for one in policy_versions(vault.catalog)] == [1]


@pytest.mark.parametrize("role", [OWNER, EDITOR, READER, AUDITOR])
def test_an_owner_of_the_vault_sets_the_policy(role: str) -> None:
    """To own another room is not enough, neither there nor in the root room: the policy is that of the whole vault."""
    memory, vault = with_mallory(role)
    assert refused(memory, policy(1))
    assert refused_in(memory, MAIN, policy(1))
    assert refused_in(memory, MAIN, policy(1), by=vault.identity)
    assert not refused(memory, policy(1), by=vault.identity)


@pytest.mark.parametrize("what", ["checks", "outcomes", "subjects", "reasons"])
@pytest.mark.parametrize("values", [(), ("passed", "passed")])
def test_a_decision_is_whole(what: str, values: tuple[str, ...]) -> None:
    """Every verdict has its check, outcome, subject and reason."""
    memory, _item = vault_with(READER)
    assert not refused_in(memory, MAIN, decided())
    other: dict[str, Any] = {what: values}
    assert refused_in(memory, MAIN, replace(decided(), **other))


def test_nothing_leaves_without_a_decision() -> None:
    """An export, a grant or a way out of the future needs a decision that stands before it; reading needs none."""
    memory, item = vault_with(EDITOR)
    assert not refused_in(memory, MAIN, released(CAT, ""))
    for gone, channel in ((released(EXPORT), EXPORT), (shared(item), "package"), (released("fax"), "fax")):
        assert not refused_in(memory, MAIN, decided(channel), gone)
        assert not refused_in(memory, MAIN, decided(channel, "overridden"), gone)
        assert refused_in(memory, MAIN, gone)
        assert refused_in(memory, MAIN, gone, decided(channel))
        assert refused_in(memory, MAIN, decided(channel, "refused"), gone)
        assert refused_in(memory, MAIN, decided(CAT), gone)
        assert refused_in(memory, MAIN, decided(channel, decision="b" * 32), gone)
    assert refused_in(memory, MAIN, decided(EXPORT), released(EXPORT, ""))


def test_a_decision_is_used_once() -> None:
    """What was decided before lets nothing else leave, and what is decided in one room nothing in another."""
    memory, vault = with_mallory(EDITOR)
    append(vault, in_main(vault, decided(EXPORT)), in_main(vault, released(EXPORT)), by=MALLORY)
    assert refused_in(memory, MAIN, released(EXPORT))
    lab = vault.keys.present(add_room(vault, "lab"), 1)
    append(vault, in_main(vault, decided(EXPORT)), draft(released(EXPORT), lab))
    assert vault.catalog.closings().keys() == {lab.room}


@pytest.mark.parametrize("other", [{"items": ()}, {"versions": ()}, {"versions": (1, 2)}])
def test_a_request_says_what_it_is_for(other: dict[str, Any]) -> None:
    """It names versions of items, as many as items, at least one."""
    memory, item = vault_with(READER)
    assert not refused_in(memory, MAIN, requested(item))
    assert refused_in(memory, MAIN, replace(requested(item), **other))


def test_a_request_is_made_once() -> None:
    """Nobody puts something else under the id of a request that others may have approved, in its room or elsewhere."""
    memory, vault = with_mallory(EDITOR)
    lab = add_room(vault, "lab")
    add_content(vault, {"b": b"b"}, room="lab")
    append(vault, in_main(vault, requested()), by=MALLORY)
    assert refused_in(memory, MAIN, requested())
    assert refused_in(memory, "lab", requested(), by=vault.identity)
    assert len(release_requests(vault.catalog)) == 1
    assert lab not in vault.catalog.closings()


def ask(vault: Vault, *, by_mallory: bool) -> None:
    append(vault, in_main(vault, requested()), by=MALLORY if by_mallory else vault.identity)


@pytest.mark.parametrize("approve", [True, False])
@pytest.mark.parametrize(("role", "is_allowed"), [(OWNER, True), (EDITOR, True), (READER, False), (AUDITOR, False)])
def test_who_answers(role: str, is_allowed: bool, approve: bool) -> None:
    """Whoever may write in the room answers what somebody else asked there, and nobody answers what he asked."""
    memory, vault = with_mallory(role)
    ask(vault, by_mallory=False)
    assert refused_in(memory, MAIN, answered(approve)) != is_allowed
    assert refused_in(memory, MAIN, answered(approve), by=vault.identity)
    memory, vault = with_mallory(role)
    ask(vault, by_mallory=True)
    assert refused_in(memory, MAIN, answered(approve))
    assert not refused_in(memory, MAIN, answered(approve), by=vault.identity)


@pytest.mark.parametrize("other", [{"request": "b" * 32}, {"digest": "8" * 64}])
def test_answers_are_to_requests(other: dict[str, Any]) -> None:
    """An answer to what nobody asked in the room, or to something else than was asked there, is made up."""
    memory, vault = with_mallory(EDITOR)
    ask(vault, by_mallory=False)
    assert refused_in(memory, MAIN, answered(**other))
    memory, vault = with_mallory(EDITOR)
    assert refused_in(memory, MAIN, answered())
