"""Records of the register as a member with a changed program could write them: everybody who reads them refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipvault.records.register import FACTORS, SecretApproved, SecretProposed, SecretRetired, SecretScored
from ipvault.records.vocabulary import OWNER
from ipvault.vault.vault import Vault
from tests.support.mallory import MALLORY, in_main, in_root, with_mallory
from tests.support.memory_vault import MemoryVault, append
from tests.support.second_opinion import is_refused_by_both

SECRET = "5" * 32
PROPOSED = SecretProposed(
    secret=SECRET,
    title="Coating B",
    description="Cured at 181 C.",
    type="process",
    owner="Ada",
    custodian="Ben",
    items=(),
    value="",
    until_day="",
)
SCORED = SecretScored(secret=SECRET, factors=FACTORS, scores=(3,) * 6, reasons=("so",) * 6)


@pytest.fixture
def registered() -> tuple[MemoryVault, Vault, int]:
    """Ada proposed a secret, and it was scored, by a record of this number; Mallory is an owner of the room too."""
    memory, vault = with_mallory(OWNER)
    append(vault, in_main(vault, PROPOSED), in_main(vault, SCORED))
    return memory, vault, vault.catalog.head.seq


def test_what_is_right(registered: tuple[MemoryVault, Vault, int]) -> None:
    """Another owner approves what was scored last, and it can be scored again, and retired."""
    memory, vault, scoring = registered
    approved = SecretApproved(secret=SECRET, scoring=scoring, reason="")
    for record in (approved, SCORED, SecretRetired(secret=SECRET, reason="")):
        assert not is_refused_by_both(memory, vault, in_main(vault, record))


def test_nobody_approves_their_own(registered: tuple[MemoryVault, Vault, int]) -> None:
    """An approval by whoever proposed is no approval, whatever program wrote it."""
    memory, vault, scoring = registered
    approved = SecretApproved(secret=SECRET, scoring=scoring, reason="")
    assert is_refused_by_both(memory, vault, in_main(vault, approved), by=vault.identity)


@pytest.mark.parametrize("seq", [0, 1])
def test_an_approval_is_of_the_last_scoring(registered: tuple[MemoryVault, Vault, int], seq: int) -> None:
    """An approval of what was scored otherwise since, or never, is refused."""
    memory, vault, _scoring = registered
    assert is_refused_by_both(memory, vault, in_main(vault, SecretApproved(secret=SECRET, scoring=seq, reason="")))


@pytest.mark.parametrize(
    "scored",
    [
        replace(SCORED, factors=FACTORS[:5]),
        replace(SCORED, factors=FACTORS[::-1]),
        replace(SCORED, scores=(3,) * 5),
        replace(SCORED, reasons=("so",) * 7),
    ],
)
def test_half_a_score(registered: tuple[MemoryVault, Vault, int], scored: SecretScored) -> None:
    """A scoring is of all six factors, in their order, each with a reason."""
    memory, vault, _scoring = registered
    assert is_refused_by_both(memory, vault, in_main(vault, scored))


@pytest.mark.parametrize("record", [SCORED, SecretRetired(secret=SECRET, reason="again")])
def test_retired_is_retired(registered: tuple[MemoryVault, Vault, int], record: SecretScored | SecretRetired) -> None:
    """Nothing is said any more of an entry that was retired."""
    memory, vault, _scoring = registered
    append(vault, in_main(vault, SecretRetired(secret=SECRET, reason="published")))
    assert is_refused_by_both(memory, vault, in_main(vault, record))


def test_an_entry_is_proposed_once_and_in_a_room(registered: tuple[MemoryVault, Vault, int]) -> None:
    """A second entry under the same id would change what was committed to; in the root room every member could read."""
    memory, vault, _scoring = registered
    assert is_refused_by_both(memory, vault, in_main(vault, replace(PROPOSED, description="Cured at 200 C.")))
    memory, vault = with_mallory(OWNER)
    assert is_refused_by_both(memory, vault, in_root(vault, PROPOSED), by=MALLORY)


def test_what_is_not_in_the_register() -> None:
    """Nothing is said of an entry that nobody proposed."""
    memory, vault = with_mallory(OWNER)
    assert is_refused_by_both(memory, vault, in_main(vault, SCORED))
