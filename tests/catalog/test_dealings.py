"""What an insider could claim of people outside: of recipients, packages and receipts. Everybody who reads it judges."""

from __future__ import annotations

import pytest

from ipvault.errors import ExitCode
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.records.base import Record
from ipvault.records.recipients import RecipientAdded, RecipientRevoked, RecipientUpdated
from ipvault.records.vocabulary import EDITOR, OWNER
from ipvault.vault.recipients import add_recipient, verify_recipient
from ipvault.vault.verification.verify import Opener, verify_vault
from tests.support.insiders import card_fields
from tests.support.mallory import MALLORY, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryPins, MemoryVault
from tests.support.outsiders import BOB, EVE
from tests.support.second_opinion import second_opinion

HERS = MALLORY.public.fingerprint
FIRST, SECOND = "1" * 32, "2" * 32
NOBODY = {"organisation": "", "email": "", "jurisdiction": ""}
LOW_ORDER = PublicIdentity(BOB.public.kem[:-32] + bytes(32), BOB.public.ed25519, BOB.public.mldsa44)
MALFORMED = PublicIdentity(b"\xff" * 1216, BOB.public.ed25519, BOB.public.mldsa44)


def taken_in(public: PublicIdentity, recipient: str = FIRST, name: str = "Carol", **other: str) -> RecipientAdded:
    return RecipientAdded(recipient=recipient, name=name, **{**NOBODY, **card_fields(public), **other})


def replaced(recipient: str, public: PublicIdentity, **other: str) -> RecipientUpdated:
    return RecipientUpdated(recipient=recipient, **{**NOBODY, **card_fields(public), **other})


def id_of_bob(memory: MemoryVault) -> str:
    """Take in Bob's card, and compare it as the owner of the vault."""
    vault = memory.open()
    bob, _head = add_recipient(vault, BOB, "Bob")
    verify_recipient(vault, "Bob", BOB.fingerprint)
    return bob.id


def refused(memory: MemoryVault, *records: Record, by: Identity = MALLORY) -> bool:
    """Whether everybody refuses these records of the root room, if `by` signs them; in a copy of the vault.

    Everybody includes whoever has read the format document only.
    """
    there = memory.copied()
    vault = there.open()
    found = is_refused(there, vault, *(in_root(vault, record) for record in records), by=by)
    assert (second_opinion(there) is None) == found
    return found


def verified_without_content(memory: MemoryVault) -> ExitCode:
    """What plain `verify` ends with."""
    opener = Opener(memory.member, memory.identity(), MemoryPins(), memory.replayed)
    return verify_vault(memory.store, lambda _vault: MemoryPins(), lambda: opener).exit_code


@pytest.mark.parametrize("what", ["fingerprint", "kem", "ed25519", "mldsa44"])
def test_a_recipient_has_the_fingerprint_of_his_keys(what: str) -> None:
    """Nobody brings his own keys in under a fingerprint that somebody else compared, with a new card or the first."""
    memory, _vault = with_mallory(EDITOR)
    bob = id_of_bob(memory)
    eves = {what: card_fields(EVE.public)[what]}
    for record in (taken_in(BOB.public, **eves), replaced(bob, BOB.public, **eves)):
        assert refused(memory, record)
    assert not refused(memory, taken_in(EVE.public), replaced(bob, BOB.public))


@pytest.mark.parametrize("public", [LOW_ORDER, MALFORMED])
def test_something_can_be_sealed_to_a_recipient(public: PublicIdentity) -> None:
    """Keys with which `share` would fail later, or that anybody could open, are refused when they are taken in."""
    memory, _vault = with_mallory(EDITOR)
    bob = id_of_bob(memory)
    for record in (taken_in(public), replaced(bob, public)):
        assert refused(memory, record)


def test_plain_verify_finds_what_opening_finds() -> None:
    """Records of recipients, which stand in the root room only, are found elsewhere without `--content` too."""
    memory, vault = with_mallory(OWNER)
    assert verified_without_content(memory) is ExitCode.DONE
    assert is_refused(memory, vault, in_main(vault, RecipientRevoked(recipient=FIRST, reason="")))
    assert verified_without_content(memory) is ExitCode.JOURNAL_BROKEN
