"""Sharing out of a vault and receiving into one, in memory: grants first, and nothing unproven."""

from __future__ import annotations

import io

import pytest

from ipvault.catalog.address import find_items, find_versions
from ipvault.catalog.packages import find_package, packages, recipients_of, versions_in
from ipvault.catalog.recipients import find_recipient, recipients
from ipvault.catalog.roster import find_member
from ipvault.errors import (
    AmbiguousPackage,
    CardRefused,
    Conflict,
    Damaged,
    Denied,
    ItemExists,
    NoSuchPackage,
    PackageDamaged,
    ReceiptRefused,
    RecipientIsRevoked,
    RecipientUnverified,
)
from ipvault.governance.gate.gate import PolicyGate
from ipvault.keys.card import Card, Details
from ipvault.records.packages import PackageReceived, PackageShared
from ipvault.records.vocabulary import MAIN, OWNER, READER
from ipvault.sharing.manifest import Terms
from ipvault.sharing.package_reader import open_package
from ipvault.sharing.receipt import Receipt, Statement
from ipvault.sharing.receipts import answers, import_receipt
from ipvault.sharing.receive import receive
from ipvault.sharing.share import Shared, share
from ipvault.vault.ingest import Ingested
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.membership import change_role
from ipvault.vault.recipients import add_recipient, remove_recipient, update_recipient, verify_recipient
from ipvault.vault.release import Content
from ipvault.vault.revoking import revoke_package, revoke_recipient
from ipvault.vault.vault import Vault
from tests.support.memory_vault import PLAIN, MemoryVault, add_content, add_room, tables
from tests.support.outsiders import BOB, EVE
from tests.support.people import CREATED, Person, let_in, room_called

CONTENTS = {"widget/claims.txt": b"claims" * 5000, "widget/empty.txt": b"", "notes.txt": b"notes"}
TERMS = Terms(CREATED, expires="2028-01-01T00:00:00.000Z", purpose="due diligence")


@pytest.fixture
def memory() -> MemoryVault:
    """A vault with documents, and Bob as a recipient whose card was compared."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, CONTENTS)
    add_recipient(vault, BOB.card, "Bob")
    verify_recipient(vault, "Bob", BOB.fingerprint)
    return memory


def card_of(vault: Vault) -> Card:
    return Card.issue(vault.identity, Details("Ada Lovelace"), CREATED)


def shared(vault: Vault, *items: str, to: tuple[str, ...] = ("Bob",), unverified: bool = False) -> Shared:
    people = [find_recipient(vault.catalog, name) for name in to]
    return share(
        vault,
        find_versions(vault.catalog, list(items)),
        people,
        TERMS,
        card_of(vault),
        PolicyGate(vault),
        unverified=unverified,
    )


def sealed(grant: Shared) -> bytes:
    out = io.BytesIO()
    grant.write(out)
    return out.getvalue()


def bring_in(vault: Vault, package: bytes) -> Ingested:
    opened = open_package(io.BytesIO(package), BOB.identity, "package")
    return receive(vault, opened, room=MAIN, folder="from Ada", description=PLAIN)


def actions(vault: Vault) -> list[str]:
    return [row.action for row in read_journal(vault, Query())]


def test_a_recipient_opens_what_was_shared(memory: MemoryVault) -> None:
    """Names, contents and terms come out as they went in, each with its label and the item's id, from the sharer."""
    vault = memory.open()
    package = open_package(io.BytesIO(sealed(shared(vault, "**"))), BOB.identity, "package")
    assert {entry.name: b"".join(blocks) for entry, blocks in package.contents()} == CONTENTS
    assert package.manifest.terms == TERMS
    assert package.sender.fingerprint == vault.member
    ids = {item.name: item.id for item in find_items(vault.catalog, ["**"])}
    assert {entry.name: (entry.item, entry.label) for entry in package.manifest.entries} == {
        name: (ids[name], PLAIN.label) for name in CONTENTS
    }


def test_the_grant_is_recorded_before_the_package_is_written(memory: MemoryVault) -> None:
    """Who, what, until when and what for is in the journal when nothing of the file exists yet."""
    vault = memory.open()
    grant = shared(vault, "widget/*")
    other = memory.replayed()
    package = find_package(other.catalog, grant.package.header.id)
    assert (package.manifest, package.expires, package.purpose) == (
        grant.package.manifest_hash,
        TERMS.expires,
        TERMS.purpose,
    )
    assert recipients_of(other.catalog, package.id) == {BOB.fingerprint: True}
    assert [(one.name, one.number) for one in versions_in(other.catalog, package.id)] == [
        ("widget/claims.txt", 1),
        ("widget/empty.txt", 1),
    ]
    assert actions(other)[-3:] == ["content.released", "content.released", "package.shared"]
    assert memory.verified().findings == []


def test_a_card_that_nobody_compared(memory: MemoryVault) -> None:
    """It takes a word to share with its owner, and that is on record."""
    vault = memory.open()
    add_recipient(vault, EVE.card, "Eve")
    before = vault.catalog.head
    with pytest.raises(RecipientUnverified):
        shared(vault, "notes.txt", to=("Bob", "Eve"))
    assert vault.catalog.head == before
    grant = shared(vault, "notes.txt", to=("Bob", "Eve"), unverified=True)
    assert recipients_of(vault.catalog, grant.package.header.id) == {BOB.fingerprint: True, EVE.fingerprint: False}


@pytest.mark.parametrize("what", ["kem", "fingerprint"])
def test_keys_that_are_not_those_of_the_fingerprint(memory: MemoryVault, what: str) -> None:
    """Whatever the catalog says: nothing is sealed to keys that nobody compared under this fingerprint."""
    vault = memory.open()
    bob = find_recipient(vault.catalog, "Bob")
    other = bob._replace(kem=EVE.card.public.kem.hex()) if what == "kem" else bob._replace(fingerprint=EVE.fingerprint)
    before = vault.catalog.head
    with pytest.raises(CardRefused):
        share(vault, find_versions(vault.catalog, ["notes.txt"]), [other], TERMS, card_of(vault), PolicyGate(vault))
    assert vault.catalog.head == before


def test_a_reader_shares_nothing(memory: MemoryVault) -> None:
    """Reading is one right, handing out another."""
    carol = Person.named("Carol")
    let_in(memory.open(), carol, READER)
    vault = carol.open(memory)
    before = vault.catalog.head
    with pytest.raises(Denied):
        shared(vault, "notes.txt")
    assert vault.catalog.head == before


def test_damaged_content_is_not_granted(memory: MemoryVault) -> None:
    """It is found before anything is recorded; what is altered after that is found when the package is written."""
    vault = memory.open()
    ((_item, version),) = find_versions(vault.catalog, ["widget/claims.txt"])
    grant = shared(vault, "widget/claims.txt")
    path = f"objects/{version.object[:2]}/{version.object}"
    memory.store.published[path] = memory.store.published[path][:-1] + b"\x00"
    before = vault.catalog.head
    with pytest.raises(Damaged):
        sealed(grant)
    with pytest.raises(Damaged):
        shared(vault, "widget/claims.txt")
    assert vault.catalog.head == before


def test_items_of_one_name_in_two_rooms(memory: MemoryVault) -> None:
    """Both are in the package, and each room has its record of its own item only."""
    vault = memory.open()
    add_room(vault, "lab")
    add_content(vault, {"notes.txt": b"of the lab"}, room="lab")
    grant = shared(vault, f"{MAIN}:notes.txt", "lab:notes.txt")
    package = open_package(io.BytesIO(sealed(grant)), BOB.identity, "package")
    assert [entry.name for entry in package.manifest.entries] == ["notes.txt", "notes (2).txt"]
    rows = [row for row in read_journal(vault, Query()) if row.action == PackageShared.KIND]
    ids = [row.fields["items"] for row in rows if row.fields]
    assert ids == [[item.id] for item in find_items(vault.catalog, [f"{MAIN}:notes.txt", "lab:notes.txt"])]
    assert len({row.leaf.room for row in rows}) == 2


def test_what_is_received_has_its_provenance(memory: MemoryVault) -> None:
    """Items of the room, and a record of who sealed them, in one transaction."""
    grant = shared(memory.open(), "**")
    other = MemoryVault.create()
    vault = other.open()
    add_recipient(vault, BOB.card, "Bob")
    received = bring_in(vault, sealed(grant))
    names = [stored.name for stored in received.stored]
    assert names == [f"from Ada/{name}" for name in sorted(CONTENTS)]
    held = find_versions(vault.catalog, names)
    assert [b"".join(Content(vault, *one).blocks()) for one in held] == [CONTENTS[name] for name in sorted(CONTENTS)]
    row = next(row for row in read_journal(vault, Query()) if row.action == PackageReceived.KIND)
    assert row.fields is not None
    assert (row.fields["sender"], row.fields["sender_name"]) == (memory.member, "Ada Lovelace")
    assert row.fields["manifest"] == grant.package.manifest_hash
    assert other.verified().findings == []
    with pytest.raises(ItemExists):
        bring_in(vault, sealed(grant))


@pytest.mark.parametrize("place", [0.5, 0.9, 0.999])
def test_nothing_unproven_is_stored(memory: MemoryVault, place: float) -> None:
    """A package that breaks off, or is altered, leaves the vault as it was, with nothing lying about."""
    whole = sealed(shared(memory.open(), "**"))
    vault = memory.open()
    before = vault.catalog.head
    at = int(len(whole) * place)
    for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :]):
        with pytest.raises(PackageDamaged):
            bring_in(vault, data)
        assert vault.catalog.head == before
        assert memory.store.tmp == {}


@pytest.mark.parametrize("how", ["revoked", "removed", "replaced"])
def test_what_happens_to_a_recipient_meanwhile(memory: MemoryVault, how: str) -> None:
    """Between the moment in which somebody is named and that of the record lies the check of all documents: whoever was
    revoked, removed or given another card in it is sent nothing.
    """
    vault = memory.open()
    before_that = find_recipient(vault.catalog, "Bob")
    other = memory.open()
    if how == "revoked":
        revoke_recipient(other, "Bob", "stolen laptop")
    elif how == "removed":
        remove_recipient(other, "Bob", "")
    else:
        update_recipient(other, "Bob", EVE.card)
    with pytest.raises(RecipientIsRevoked if how == "revoked" else Conflict):
        share(
            vault,
            find_versions(vault.catalog, ["notes.txt"]),
            [before_that],
            TERMS,
            card_of(vault),
            PolicyGate(vault),
            unverified=True,
        )
    assert packages(memory.open().catalog) == []
    assert memory.verified().findings == []


def test_a_package_is_revoked(memory: MemoryVault) -> None:
    """It stays on record, with the day on which it was revoked; it is found by the beginning of its id."""
    vault = memory.open()
    first, second = (shared(vault, "notes.txt").package.header.id for _ in range(2))
    revoked, _head = revoke_package(vault, first[:8], "sent by mistake")
    assert revoked.revoked
    assert [bool(one.revoked) for one in packages(vault.catalog)] == [True, False]
    assert find_package(vault.catalog, second).revoked is None
    with pytest.raises(NoSuchPackage):
        revoke_package(vault, "0000000", "none such")
    with pytest.raises(NoSuchPackage):
        find_package(vault.catalog, first[:3])


def test_ambiguous_packages(memory: MemoryVault) -> None:
    """Two ids that begin alike are told apart by more of them."""
    vault = memory.open()
    vault.catalog.view.executemany(
        "INSERT INTO package VALUES (?, '', 0, '', '', '', '', NULL)", [("abcdef" + "0" * 26,), ("abcdef" + "1" * 26,)]
    )
    with pytest.raises(AmbiguousPackage):
        find_package(vault.catalog, "abcdef")
    assert find_package(vault.catalog, "abcdef0").id == "abcdef" + "0" * 26


def test_a_recipient_is_revoked(memory: MemoryVault) -> None:
    """Later shares are refused; packages that went to him alone are revoked, also under a card that he had before."""
    vault = memory.open()
    alone = shared(vault, "notes.txt").package.header.id
    update_recipient(vault, "Bob", EVE.card)
    with_another_card = shared(vault, "notes.txt", unverified=True).package.header.id
    revocation = revoke_recipient(vault, "Bob", "left the firm")
    assert revocation.left == []
    assert {one.id for one in revocation.packages} == {alone, with_another_card}
    before = vault.catalog.head
    with pytest.raises(RecipientIsRevoked):
        shared(vault, "notes.txt", unverified=True)
    assert vault.catalog.head == before
    remove_recipient(vault, "Bob", "")
    assert recipients(vault.catalog) == []
    assert len(packages(vault.catalog)) == 2
    assert memory.verified().findings == []


def test_a_recipient_is_revoked_by_somebody_who_may_not_all(memory: MemoryVault) -> None:
    """What others shared from rooms of theirs keeps no owner of the vault from revoking, and the rest is named."""
    vault = memory.open()
    add_room(vault, "lab")
    add_content(vault, {"plan": b"plan"}, room="lab")
    own, both = shared(vault, "notes.txt").package.header.id, shared(vault, "notes.txt", "plan").package.header.id
    theirs = shared(vault, "plan").package.header.id
    carol = Person.named("Carol")
    let_in(vault, carol, OWNER, "lab")
    there = carol.open(memory)
    change_role(there, find_member(there.catalog, "Ada Lovelace"), room_called(there, "lab"), READER)
    revocation = revoke_recipient(memory.open(), "Bob", "left the firm")
    assert [one.id for one in revocation.packages] == [own]
    assert [one.id for one in revocation.left] == [both, theirs]
    vault = memory.open()
    assert find_recipient(vault.catalog, "Bob").revoked
    assert [bool(find_package(vault.catalog, one).revoked) for one in (own, both, theirs)] == [True, True, False]
    assert memory.verified().findings == []
    with pytest.raises(Denied):
        revoke_recipient(carol.open(memory), "Bob", "again")


def receipt_for(grant: Shared, signer: Person = BOB, event: str = "opened") -> Receipt:
    statement = Statement(event, CREATED, grant.package.header.id, grant.package.manifest_hash)
    return Receipt.issue(signer.identity, signer.card, statement)


def test_receipts_come_back(memory: MemoryVault) -> None:
    """Who answered what is on record, and who has not answered can be asked again."""
    vault = memory.open()
    first, second = shared(vault, "notes.txt"), shared(vault, "widget/*")
    import_receipt(vault, receipt_for(first))
    import_receipt(vault, receipt_for(first, event="destroyed"))
    assert [(one.package.id, one.events) for one in answers(vault.catalog)] == [
        (first.package.header.id, {"opened": CREATED, "destroyed": CREATED}),
        (second.package.header.id, {}),
    ]
    assert [one.package.id for one in answers(vault.catalog, missing=True)] == [second.package.header.id]
    with pytest.raises(Conflict):
        import_receipt(vault, receipt_for(first))
    assert memory.verified().findings == []


def test_receipts_that_prove_nothing(memory: MemoryVault) -> None:
    """Of a stranger, for other contents, or for a package that is not ours: nothing is recorded."""
    vault = memory.open()
    grant = shared(vault, "notes.txt")
    before = vault.catalog.head
    good = receipt_for(grant)
    other = Receipt.issue(BOB.identity, good.card, good.statement._replace(manifest="0" * 64))
    foreign = Receipt.issue(BOB.identity, good.card, good.statement._replace(package="0" * 32))
    for receipt, refusal in (
        (receipt_for(grant, EVE), ReceiptRefused),
        (other, ReceiptRefused),
        (foreign, NoSuchPackage),
    ):
        with pytest.raises(refusal):
            import_receipt(vault, receipt)
    assert vault.catalog.head == before


def test_replaying_gives_the_same(memory: MemoryVault) -> None:
    """All of it follows from the journal."""
    vault = memory.open()
    shared(vault, "**")
    revoke_recipient(vault, "Bob", "left")
    assert tables(memory.replayed().catalog) == tables(vault.catalog)
