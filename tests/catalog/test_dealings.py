"""What an insider could claim of people outside: of recipients, packages and receipts, and who finds it out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ipvault.catalog.address import find_item
from ipvault.catalog.items import Item
from ipvault.catalog.packages import receipts
from ipvault.catalog.recipients import find_recipient
from ipvault.errors import Conflict, Denied, ExitCode
from ipvault.keys.identity import Identity, PublicIdentity
from ipvault.records.base import Record
from ipvault.records.packages import PackageRevoked, PackageShared
from ipvault.records.recipients import (
    RecipientAdded,
    RecipientRemoved,
    RecipientRevoked,
    RecipientUpdated,
    RecipientVerified,
)
from ipvault.records.vocabulary import AUDITOR, EDITOR, MAIN, OWNER, READER, ROOT
from ipvault.sharing.receipt import Receipt, Statement
from ipvault.sharing.receipts import import_receipt
from ipvault.vault.forgetting import forget
from ipvault.vault.items import erase
from ipvault.vault.recipients import add_recipient, remove_recipient, verify_recipient
from ipvault.vault.vault import Vault
from tests.support import outsiders, refusals
from tests.support.mallory import MALLORY, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room, append, draft
from tests.support.people import Person, card_fields, let_in, receipt, received, without_content
from tests.support.refusals import refused
from tests.support.rulings import DECISION, decided
from tests.support.second_opinion import second_opinion

BOB, EVE = outsiders.BOB.card, outsiders.EVE.card
PACKAGE = "a" * 32
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


def with_lab(role: str) -> tuple[MemoryVault, Item, Item]:
    """A vault in which Mallory has a role in `main`, with the item `a`, and none in `lab`, with the item `secret`."""
    memory, vault = with_mallory(role)
    add_room(vault, "lab")
    add_content(vault, {"secret": b"top"}, room="lab")
    return memory, find_item(vault.catalog, "a"), find_item(vault.catalog, "secret")


def grant(item: str, **other: Any) -> PackageShared:
    """That version 1 of an item was sealed to Bob."""
    record = PackageShared(
        package=PACKAGE,
        manifest="1" * 64,
        recipients=(BOB.fingerprint,),
        unverified=(),
        items=(item,),
        versions=(1,),
        expires="",
        purpose="",
        decision=DECISION,
    )
    return replace(record, **other)


def append_grant(vault: Vault, item: Item) -> None:
    """Have the owner say that an item was sealed to Bob, with a decision."""
    key = vault.keys.present(item.room, 1)
    append(vault, draft(decided(), key), draft(grant(item.id), key))


def refused_in(memory: MemoryVault, room: str, *records: Record, by: Identity = MALLORY) -> bool:
    """Whether everybody refuses these records in a room, with a decision that lets them."""
    return refusals.refused_in(memory, room, decided(), *records, by=by)


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


def test_a_grant_names_documents_of_its_room() -> None:
    """Nobody tells from one room what was shared from another, or shares a number of versions of nothing."""
    memory, own, secret = with_lab(EDITOR)
    assert not refused_in(memory, MAIN, grant(own.id))
    for wrong in (grant(secret.id), grant("c" * 32), grant(own.id, items=(own.id, secret.id), versions=(1, 1))):
        assert refused_in(memory, MAIN, wrong)
    assert refused_in(memory, MAIN, grant(own.id, items=(), versions=()))
    assert refused_in(memory, MAIN, grant(own.id, versions=()))
    assert refused_in(memory, ROOT, grant(own.id), by=memory.identity())


def test_what_was_shared_is_said_once() -> None:
    """A second record of a package has the manifest and the recipients of the first, in whichever room it stands."""
    memory, own, secret = with_lab(EDITOR)
    append_grant(memory.open(), secret)
    assert not refused_in(memory, MAIN, grant(own.id))
    assert refused_in(memory, MAIN, grant(own.id, manifest="2" * 64))
    for recipients in ((EVE.fingerprint,), (BOB.fingerprint, EVE.fingerprint), ()):
        assert refused_in(memory, MAIN, grant(own.id, recipients=recipients))


def test_a_package_is_revoked_where_it_came_from() -> None:
    """Nobody revokes from one room what went out of another."""
    memory, own, secret = with_lab(EDITOR)
    revoked = PackageRevoked(package=PACKAGE, reason="")
    append_grant(memory.open(), secret)
    assert refused_in(memory, MAIN, revoked)
    assert not refused_in(memory, "lab", revoked, by=memory.identity())
    assert not refused_in(memory, MAIN, grant(own.id), revoked)


@pytest.mark.parametrize("what", ["package", "manifest", "recipient", "event", "at", "kem", "mldsa44", "signatures"])
def test_nobody_makes_up_a_receipt(what: str) -> None:
    """Whoever imports one cannot change what it says: everybody has the signatures, and checks them."""
    memory, _vault = with_mallory(READER)
    genuine = receipt(outsiders.BOB.identity)
    assert not refused(memory, genuine)
    others = replace(receipt(outsiders.EVE.identity, "b" * 32, "2" * 64, "destroyed"), at="2026-11-22T00:00:00.000Z")
    assert refused(memory, replace(genuine, **{what: getattr(others, what)}))


def test_a_receipt_counts_for_what_was_shared() -> None:
    """One of a stranger, or for other contents, changes nothing, and is not in the way of the genuine one."""
    memory, own, _secret = with_lab(EDITOR)
    append_grant(vault := memory.open(), own)
    strange = [receipt(outsiders.EVE.identity, PACKAGE), receipt(outsiders.BOB.identity, PACKAGE, "2" * 64)]
    append(vault, *(in_root(vault, record) for record in strange), by=MALLORY)
    assert receipts(vault.catalog) == []
    opened = Statement("opened", "2026-11-22T00:00:00.000Z", PACKAGE, "1" * 64)
    import_receipt(vault, Receipt.issue(outsiders.BOB.identity, BOB, opened))
    assert [(one.fingerprint, one.at) for one in receipts(vault.catalog, PACKAGE)] == [(BOB.fingerprint, opened.time)]
    with pytest.raises(Conflict):
        import_receipt(vault, Receipt.issue(outsiders.BOB.identity, BOB, opened))
    assert memory.verified().findings == []
    assert second_opinion(memory) is not None


@pytest.mark.parametrize("what", ["manifest", "sender", "items", "contents", "ed25519", "signatures"])
def test_nobody_makes_up_who_sealed_a_package(what: str) -> None:
    """That something came from outside is believed with the signatures of whoever sealed it."""
    memory, own, _secret = with_lab(EDITOR)
    genuine = received(outsiders.BOB.identity, (own.id,))
    assert not refused_in(memory, MAIN, genuine)
    others = replace(received(outsiders.EVE.identity, (own.id, "c" * 32)), manifest="2" * 64)
    assert refused_in(memory, MAIN, replace(genuine, **{what: getattr(others, what)}))


def test_grants_of_what_was_forgotten() -> None:
    """What was shared, erased and forgotten since, and a grant that was forgotten, make later records no forgeries."""
    memory = MemoryVault.create()
    vault = memory.open()
    added_at = add_content(vault, {"a": b"a"}).head.seq
    item = find_item(vault.catalog, "a")
    key = vault.keys.present(item.room, 1)
    append_grant(vault, item)
    granted_at = vault.catalog.head.seq
    append(vault, draft(PackageRevoked(package=PACKAGE, reason=""), key))
    erase(vault, item, [1], reason="asked")
    forget(vault, [added_at], reason="privacy")
    forget(vault, [granted_at], reason="privacy")
    assert memory.verified().findings == []
    assert memory.replayed().catalog.head == vault.catalog.head
    assert second_opinion(memory) is not None


def test_plain_verify_finds_what_opening_finds() -> None:
    """Records of recipients, which stand in the root room only, are found elsewhere without `--content` too."""
    memory, vault = with_mallory(OWNER)
    assert without_content(memory) is ExitCode.DONE
    assert is_refused(memory, vault, in_main(vault, RecipientRevoked(recipient=FIRST, reason="")))
    assert without_content(memory) is ExitCode.JOURNAL_BROKEN


@pytest.mark.parametrize(("role", "is_allowed"), [(OWNER, True), (EDITOR, True), (READER, False), (AUDITOR, False)])
def test_who_says_who_recipients_are(role: str, is_allowed: bool) -> None:
    """Whoever may share something, in whatever room, takes in cards and compares them; readers and auditors do not."""
    memory, _vault = with_mallory(role)
    bob = id_of_bob(memory)
    for record in (
        taken_in(EVE.public),
        replaced(bob, EVE.public),
        RecipientVerified(recipient=bob, fingerprint=BOB.fingerprint),
    ):
        assert refused(memory, record) != is_allowed


@pytest.mark.parametrize("cls", [RecipientRemoved, RecipientRevoked])
def test_who_lets_recipients_go(cls: type[RecipientRemoved | RecipientRevoked]) -> None:
    """An owner of the vault, and whoever took in the card; not every editor. Of somebody unknown it changes nothing."""
    memory, vault = with_mallory(EDITOR)
    bob = id_of_bob(memory)
    assert refused(memory, cls(recipient=bob, reason=""))
    assert not refused(memory, taken_in(EVE.public), cls(recipient=FIRST, reason=""))
    assert not refused(memory, cls(recipient=SECOND, reason=""))
    assert not refused(memory, cls(recipient=bob, reason=""), by=vault.identity)


def test_a_comparison_counts_for_whoever_made_it() -> None:
    """What an editor compared is no reason for others to share; what an owner of the vault compared is one for all."""
    memory, vault = with_mallory(EDITOR)
    append(vault, in_root(vault, taken_in(BOB.public)), by=MALLORY)
    append(vault, in_root(vault, RecipientVerified(recipient=FIRST, fingerprint=BOB.fingerprint)), by=MALLORY)
    carol = find_recipient(vault.catalog, "Carol")
    assert carol.verified(HERS)
    assert carol.verified(memory.member) is None
    assert [(one.member, one.is_owners) for one in carol.comparisons] == [(HERS, False)]
    _carol, _head = verify_recipient(vault, "Carol", BOB.fingerprint)
    carol = find_recipient(memory.replayed().catalog, "Carol")
    assert carol.verified(HERS) == carol.verified(memory.member) == carol.verified("0" * 64)
    assert [(one.member, one.is_owners) for one in carol.comparisons] == [(HERS, False), (memory.member, True)]


def test_another_card_is_compared_anew() -> None:
    """Nobody brings back an old card with the comparisons that it had. With the same keys they stay."""
    memory, vault = with_mallory(EDITOR)
    bob = id_of_bob(memory)
    vault.follow()
    append(vault, in_root(vault, replaced(bob, BOB.public, organisation="Ltd")), by=MALLORY)
    assert find_recipient(vault.catalog, "Bob").verified(memory.member)
    for public in (EVE.public, BOB.public):
        append(vault, in_root(vault, replaced(bob, public)), by=MALLORY)
        assert find_recipient(vault.catalog, "Bob").verified(memory.member) is None


def test_a_card_is_that_of_one_recipient() -> None:
    """An id is given once, and a card has one holder: else he could be revoked and still be sent something."""
    memory, _vault = with_mallory(EDITOR)
    bob = id_of_bob(memory)
    assert refused(memory, taken_in(EVE.public, bob))
    assert refused(memory, taken_in(BOB.public))
    assert refused(memory, taken_in(EVE.public), replaced(FIRST, BOB.public))
    assert refused(memory, taken_in(EVE.public), RecipientRemoved(recipient=FIRST, reason=""), taken_in(EVE.public))
    gone = (taken_in(EVE.public), RecipientRemoved(recipient=FIRST, reason=""))
    assert not refused(memory, *gone, taken_in(EVE.public, SECOND))


def test_an_owner_lifts_a_revocation() -> None:
    """The card of somebody with whom sharing was revoked, or a former one of his, comes back through an owner only."""
    memory, vault = with_mallory(EDITOR)
    gone = (RecipientRevoked(recipient=FIRST, reason=""), RecipientRemoved(recipient=FIRST, reason=""))
    was_bobs = (taken_in(BOB.public), replaced(FIRST, EVE.public), *gone)
    for public in (BOB.public, EVE.public):
        assert refused(memory, *was_bobs, taken_in(public, SECOND))
        assert refused(memory, *was_bobs, taken_in(MALLORY.public, SECOND), replaced(SECOND, public))
        assert not refused(memory, *was_bobs, taken_in(public, SECOND), by=vault.identity)


def test_forgetting_makes_nobody_guilty() -> None:
    """When a removal is forgotten, the card that came back after it was not taken in twice."""
    memory, _vault = with_mallory(EDITOR)
    vault = memory.open()
    add_recipient(vault, BOB, "Bob")
    remove_recipient(vault, "Bob", "left, for reasons of his own")
    removal = vault.catalog.head.seq
    add_recipient(vault, BOB, "Bob")
    verify_recipient(vault, BOB.fingerprint, BOB.fingerprint)
    forget(vault, [removal], reason="privacy")
    assert memory.verified().findings == []
    assert second_opinion(memory) is not None
    assert memory.replayed().catalog.head == vault.catalog.head


def test_whoever_may_not_is_told_before_anything_is_written() -> None:
    """The commands refuse what every reader would refuse."""
    memory = MemoryVault.create()
    carol, dora = Person.named("Carol"), Person.named("Dora")
    let_in(memory.open(), carol, READER)
    let_in(memory.open(), dora, EDITOR)
    with pytest.raises(Denied):
        add_recipient(carol.open(memory), BOB, "Bob")
    add_recipient(dora.open(memory), BOB, "Bob")
    with pytest.raises(Denied):
        verify_recipient(carol.open(memory), "Bob", BOB.fingerprint)
    id_of_eve = add_recipient(memory.open(), EVE, "Eve")[0].id
    with pytest.raises(Denied):
        remove_recipient(dora.open(memory), "Eve", "")
    assert remove_recipient(memory.open(), "Eve", "")[0].id == id_of_eve
    assert remove_recipient(dora.open(memory), "Bob", "")[0].name == "Bob"
