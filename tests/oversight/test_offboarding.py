"""Leavers: all that somebody may ends in one transaction, and the papers say what is on record of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

import pytest

from ipvault.catalog.address import find_room, root_room
from ipvault.catalog.packages import packages
from ipvault.catalog.recipients import find_recipient
from ipvault.catalog.reviews import offboardings
from ipvault.catalog.roster import find_member, outlived
from ipvault.catalog.scopes import Scope
from ipvault.errors import AmbiguousMember, Denied, LastOwner, NoLongerMember
from ipvault.keys.card import Details
from ipvault.oversight.holds.keep import place_hold, release_hold
from ipvault.oversight.offboarding.account import account_of
from ipvault.oversight.offboarding.offboard import Offboarded, offboard
from ipvault.oversight.offboarding.papers import file_names, papers
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER, READER
from ipvault.vault.journal_query import Query, committed, read_journal
from ipvault.vault.membership import add_member, change_role, remove_member
from ipvault.vault.recipients import add_recipient
from ipvault.vault.rooms import create_room
from ipvault.vault.vault import Vault
from tests.governance.vaults import CLEO, DAVE, IN_GERMANY, Office
from tests.support.memory_vault import add_content, tables
from tests.support.people import Person, let_in

HOSTILE = Person.named("hostile", Details("=<b>&Co"))


def office() -> Office:
    """Cleo is an editor, and a recipient too, who was sent a document alone and another one with Dora."""
    made = Office.make()
    made.set()
    add_recipient(made.ada, CLEO.card, "Cleo")
    made.share("plan", to="Cleo")
    made.share("claims", to="Dora")
    return made


def leave(vault: Vault, *people: Person, dry_run: bool = False) -> Offboarded:
    vault.follow()
    return offboard(vault, "Cleo", {one.fingerprint for one in people or (CLEO,)}, "resigned", dry_run=dry_run)


def transactions(vault: Vault) -> int:
    return sum(1 for _transaction in committed(vault))


def text_of(vault: Vault, identities: Collection[str], agreements: Collection[str] = ()) -> dict[str, str]:
    account = account_of(vault, "Cleo", identities)
    return papers(account, list(agreements), vault.id, "2027-01-15")


def test_everything_ends_in_one_transaction() -> None:
    """Roles, keys, sharing and packages of one person, and of nobody else. A record says what belongs together."""
    here = office()
    before, main = transactions(here.ada), find_room(here.ada.catalog, MAIN)
    done = leave(here.ada)
    catalog = here.ada.catalog
    assert transactions(here.ada) == before + 1
    assert catalog.rooms_of(CLEO.fingerprint) == set()
    assert catalog.rooms_of(DAVE.fingerprint) == {main.id, root_room(catalog).id}
    assert catalog.epoch(main.id) == main.epoch + 1
    assert outlived(catalog, main.id) == outlived(catalog, root_room(catalog).id) == []
    assert find_recipient(catalog, "Cleo").revoked
    assert not find_recipient(catalog, "Dora").revoked
    assert [bool(package.revoked) for package in packages(catalog)] == [True, False]
    (together,) = offboardings(catalog, {CLEO.fingerprint})
    assert (together.seq, together.packages) == (catalog.head.seq, (done.packages[0].id,))
    assert (together.reason, together.name) == ("resigned", "Cleo")
    assert here.memory.verified().exit_code == 0


def test_what_is_new_does_not_open() -> None:
    """Whoever left is in no room any more, and has no key to what is stored from then on."""
    here = office()
    leave(here.ada)
    add_content(here.ada, {"new": b"new"})
    with pytest.raises(NoLongerMember):
        here.cleo.follow()
    assert here.cleo.keys.find_content(find_room(here.ada.catalog, MAIN).id, 2) is None


def test_a_rehearsal_changes_nothing() -> None:
    """It says the same as what is done, and no byte of the vault is another."""
    here = office()
    here.ada.follow()
    store = here.memory.store
    before = dict(store.published), store.journal, here.ada.catalog.head, tables(here.ada.catalog)
    rehearsed = leave(here.ada, dry_run=True)
    assert (dict(store.published), store.journal, here.ada.catalog.head, tables(here.ada.catalog)) == before
    done = leave(here.ada)
    assert rehearsed._replace(head=done.head) == done


def test_again() -> None:
    """What was done is not done again: nothing is recorded."""
    here = office()
    leave(here.ada)
    head = here.ada.catalog.head
    again = leave(here.ada)
    assert (again.is_new, again.rooms, again.packages, again.head) == (False, [], [], head)


def test_a_recipient_alone_and_a_former_member() -> None:
    """Somebody who is no member has a leaver's record too; so does one who was taken out before."""
    here = office()
    done = leave(here.ada, IN_GERMANY)
    assert (done.rooms, [one.name for one in done.recipients]) == ([], ["Dora"])
    remove_member(here.ada, find_member(here.ada.catalog, "Dave"), None, reason="")
    done = leave(here.ada, DAVE)
    assert (done.is_new, done.rooms) == (True, [])
    assert not leave(here.ada, DAVE).is_new


def test_who_cannot_leave_so() -> None:
    """Neither oneself, nor the only owner of a room; nor does anybody but an owner of the vault offboard others.
    Nothing is recorded, and a rehearsal says the same.
    """
    here = office()
    main, root = find_room(here.ada.catalog, MAIN), root_room(here.ada.catalog)
    head = here.ada.catalog.head
    for dry_run in (True, False):
        with pytest.raises(Denied, match="nobody offboards themselves"):
            offboard(here.ada, "Ada", {here.ada.member}, "", dry_run=dry_run)
        with pytest.raises(Denied):
            leave(here.cleo, DAVE, dry_run=dry_run)
    for room in (main, root):
        change_role(here.ada, find_member(here.ada.catalog, "Cleo"), room, OWNER)
    room, _head = create_room(here.ada, "mine")
    head = here.ada.catalog.head
    for dry_run in (True, False):
        here.cleo.follow()
        with pytest.raises(LastOwner, match=room.id[:8]):
            offboard(here.cleo, "Ada", {here.ada.member}, "", dry_run=dry_run)
    assert here.cleo.catalog.head == head


def test_two_members_of_one_name() -> None:
    """They are told apart by their fingerprints, so that nobody is taken out by mistake."""
    here = office()
    other = Person.named("another Cleo", Details("Cleo"))
    let_in(here.ada, other, READER)
    with pytest.raises(AmbiguousMember):
        leave(here.ada, CLEO, other)


def test_rooms_of_others() -> None:
    """Where another is the owner, the key is still known; he runs it again, and that is done too."""
    here = office()
    change_role(here.ada, find_member(here.ada.catalog, "Dave"), root_room(here.ada.catalog), OWNER)
    here.dave.follow()
    room, _head = create_room(here.dave, "daves")
    add_member(here.dave, CLEO.card, room, EDITOR)
    done = leave(here.ada)
    assert room.id in done.rooms
    assert done.outlived == [room.id]
    finished = leave(here.dave)
    assert (finished.renewed, finished.outlived, finished.rooms) == ([room.id], [], [])
    assert not leave(here.dave).is_new


def test_the_papers_say_what_is_on_record() -> None:
    """The numbers in the certificate are those of the records that ended something; the letter lists what the person
    could have, and what was agreed; the list has a line for each exposure.
    """
    here = office()
    leave(here.ada)
    account = account_of(here.ada, "Cleo", {CLEO.fingerprint})
    first = next(deed.seq for deed in account.deeds)
    rows = read_journal(here.ada, Query(from_seq=first))
    kinds = [row.action for row in rows]
    assert [deed.seq for deed in account.deeds] == list(range(first, first + len(kinds)))
    assert kinds[-1] == "person.offboarded"
    assert set(kinds) == {"room.keyed", "member.removed", "recipient.revoked", "package.revoked", "person.offboarded"}
    written = text_of(here.ada, {CLEO.fingerprint}, ["NDA of 2024"])
    assert sorted(written) == sorted(file_names())
    for deed in account.deeds:
        assert f"Record: {deed.seq}\n" in written["certificate.txt"]
    for words in ("plan", "claims", "NDA of 2024", "destroy", "counsel decides", "1833(b)"):
        assert words in written["letter.txt"]
        assert words in written["letter.html"]
    titles, *lines = csv.reader(io.StringIO(written["exposure.csv"]))
    assert len(lines) == len(account.exposures) == 3
    assert lines[0][titles.index("name")] == "claims"


def test_nothing_acts_in_the_papers() -> None:
    """A name that would be a formula or markup is text, in all forms."""
    here = office()
    let_in(here.ada, HOSTILE, READER)
    add_content(here.ada, {"=cmd()": b"x"})
    here.ada.follow()
    offboard(here.ada, "=<b>&Co", {HOSTILE.fingerprint}, "<i>")
    account = account_of(here.ada, "=<b>&Co", {HOSTILE.fingerprint})
    written = papers(account, [], here.ada.id, "2027-01-15")
    assert "<b>" not in written["letter.html"] + written["certificate.html"]
    assert "&lt;b&gt;&amp;Co" in written["letter.html"]
    assert any(row[1] == "'=cmd()" for row in csv.reader(io.StringIO(written["exposure.csv"])))


@pytest.mark.parametrize("custodian", ["Cleo", "Dora"])
def test_a_custodian_of_a_hold_is_told_to_keep_everything(custodian: str) -> None:
    """The letter of a member or outsider who is a custodian orders no destruction, and names the matter, and so does
    the certificate; when the hold is released, the letter is that of anybody.
    """
    here = office()
    whose = {(CLEO if custodian == "Cleo" else IN_GERMANY).fingerprint}
    assert "Destroy nothing" not in text_of(here.ada, whose)["letter.txt"]
    hold, _head = place_hold(here.ada, "Acme v. Us", "a suit", Scope(tags=("none",)), [custodian])
    written = text_of(here.ada, whose)
    for name in ("letter.txt", "letter.html", "certificate.txt"):
        assert "Acme v. Us" in written[name]
    assert "Destroy nothing" in written["letter.txt"]
    assert "destroyed" not in written["letter.txt"]
    assert "Acme" not in text_of(here.ada, {DAVE.fingerprint})["letter.txt"]
    release_hold(here.ada, hold.id, "settled")
    assert "Acme" not in "".join(text_of(here.ada, whose).values())


def test_documents_under_a_hold_are_not_to_be_destroyed() -> None:
    """Who is no custodian is told which documents to keep, and not for what."""
    here = office()
    place_hold(here.ada, "Acme v. Us", "a suit", Scope(items=("plan",)), [])
    letter = text_of(here.ada, {CLEO.fingerprint})["letter.txt"]
    assert "until we tell you that you may destroy them: plan\n" in letter
    assert "Destroy the rest" in letter
    assert "Acme" not in letter
