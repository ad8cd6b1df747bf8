"""What is found about agreements, and what is not; and what nobody can claim of one."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest

from ipvault.catalog.address import find_item
from ipvault.catalog.agreements import Agreement, agreements
from ipvault.errors import Conflict, Denied
from ipvault.governance.agreements.documents import read_agreement
from ipvault.governance.agreements.findings import Finding, examine_agreements
from ipvault.governance.agreements.keep import (
    add_about,
    add_with_document,
    terminate_agreement,
    update_agreement,
)
from ipvault.records.agreements import AgreementSet, AgreementTerminated, Terms
from ipvault.records.vocabulary import EDITOR, MAIN, OWNER, READER
from ipvault.vault.items import Changes, describe, erase, move, unerased
from ipvault.vault.recipients import remove_recipient
from ipvault.vault.revoking import revoke_package
from ipvault.vault.rooms import create_room
from ipvault.vault.sources import Pipe, Source
from tests.governance.agreed import terms
from tests.governance.made_documents import docx, pdf
from tests.governance.vaults import IN_GERMANY, Office
from tests.support.mallory import MALLORY, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import PLAIN, MemoryVault, add_content, append
from tests.support.people import Person, let_in, received

WITH_NOTICE = '<w:ftr xmlns:w="http://w"><w:p><w:r><w:t>See 18 U.S.C. 1833(b)</w:t></w:r></w:p></w:ftr>'

DAY = "2027-01-15"
"""The day of vaults in memory."""

YESTERDAY, TOMORROW = "2027-01-14", "2027-01-16"


@pytest.fixture
def office() -> Office:
    return Office.make()


def party(office: Office, name: str = "Dora") -> str:
    return office.way(name).recipients[0].id


def agree(office: Office, **fields: Any) -> Agreement:
    """An agreement with Dora, unless it says otherwise, about the document `claims`."""
    whole: dict[str, Any] = {"type": "nda", "title": "T", "parties": (party(office),), **fields}
    return add_about(office.ada, Terms(**whole), "claims")[0]


def kinds(office: Office, day: str = DAY) -> list[str]:
    return [one.kind for one in found(office, day)]


def found(office: Office, day: str = DAY) -> list[Finding]:
    return examine_agreements(office.ada.catalog, day, lambda document: read_agreement(office.ada, document))


EXCLUSIVE = {"type": "licence", "exclusivity": "exclusive"}


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ({}, {}, True),
        ({}, {"exclusivity": "non-exclusive"}, True),
        ({"exclusivity": "sole"}, {"exclusivity": ""}, True),
        ({"exclusivity": "non-exclusive"}, {"exclusivity": "non-exclusive"}, False),
        ({}, {"type": "nda"}, False),
        ({"until_day": "2027-03-31"}, {"from_day": "2027-04-01"}, False),
        ({"until_day": "2027-03-31"}, {"from_day": "2027-03-31"}, True),
        ({"until_day": YESTERDAY}, {}, False),
        ({"territory": ("DE",)}, {"territory": ("FR",)}, False),
        ({"territory": ("DE",)}, {"territory": ("FR", "de")}, True),
        ({"territory": ("DE",)}, {"territory": ("Worldwide",)}, True),
        ({"territory": ("DE",)}, {}, True),
        ({"field_of_use": ("cars",)}, {"field_of_use": ("ships",)}, False),
        ({"scope_labels": ("secret",)}, {"scope_labels": ("public",)}, False),
        ({"scope_labels": ("secret",)}, {}, True),
    ],
)
def test_exclusive_licences_that_overlap(
    office: Office, first: dict[str, Any], second: dict[str, Any], overlaps: bool
) -> None:
    """Licences to two, one of them exclusive or sole, with an item, a day, a place and a field of use in common."""
    agree(office, **{**EXCLUSIVE, **first})
    agree(office, **{**EXCLUSIVE, "parties": (party(office, "Fred"),), **second})
    assert ("exclusive-overlap" in kinds(office)) == overlaps


def test_a_licence_that_is_prolonged_overlaps_with_nothing(office: Office) -> None:
    """Two licences to the same party are no conflict."""
    agree(office, **EXCLUSIVE)
    agree(office, **EXCLUSIVE)
    assert kinds(office) == []


@pytest.mark.parametrize(
    ("agreed", "is_missing"),
    [
        ({}, True),
        ({"type": "assignment"}, False),
        ({"type": "assignment", "until_day": YESTERDAY}, True),
        ({"type": "assignment", "until_day": "2027-06-30"}, False),
        ({"type": "assignment", "scope_labels": ("public",)}, True),
        ({"type": "other", "assignor": "Dora", "assignee": "us"}, False),
        ({"type": "nda"}, False),
        ({"type": "nda", "relationship": "contractor", "dtsa_notice": "yes"}, True),
        ({"type": "assignment", "relationship": "contractor"}, False),
    ],
)
def test_what_came_from_outside(office: Office, agreed: dict[str, Any], is_missing: bool) -> None:
    """A received item needs an assignment by its sender; from one who does not work for us an NDA answers it too."""
    vault = office.ada
    add_content(vault, {"received": b""})
    item = office.item("received")
    append(vault, in_main(vault, received(IN_GERMANY.identity, (item,))))
    if agreed:
        agree(office, **agreed)
    missing = [one for one in found(office) if one.kind == "no-assignment"]
    assert [(one.item, one.who) for one in missing] == ([(item, "Bob")] if is_missing else [])
    describe(vault, ["received"], Changes(type="prior-art"))
    assert "no-assignment" not in kinds(office)


@pytest.mark.parametrize("relationship", ["contractor", "employee"])
def test_results_of_those_who_work_for_us(office: Office, relationship: str) -> None:
    """Where there are results, each item that the scope names needs an assignment; else there has to be one."""
    results = {"type": "other", "relationship": relationship, "foreground": "what is made"}
    general = agree(office, **results)
    named = agree(office, **results, scope_items=(office.item("plan"), office.item("claims")))
    assert {(one.agreements, one.item) for one in found(office)} == {
        ((general.id,), ""),
        ((named.id,), office.item("plan")),
        ((named.id,), office.item("claims")),
    }
    agree(office, type="assignment", scope_items=(office.item("plan"),))
    assert [one.item for one in found(office)] == [office.item("claims")]
    agree(office, type="other", relationship="company", foreground="what is made", parties=(party(office, "Fred"),))
    assert len(found(office)) == 1


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["no-dtsa-notice"]),
        ({"type": "employment", "relationship": "employee"}, ["no-dtsa-notice"]),
        ({"dtsa_notice": "yes"}, []),
        ({"dtsa_notice": "not-needed"}, []),
        ({"dtsa_notice": "no"}, ["no-dtsa-notice"]),
        ({"relationship": "company"}, []),
        ({"type": "licence"}, []),
        ({"until_day": YESTERDAY}, []),
        ({"from_day": TOMORROW}, ["no-dtsa-notice"]),
    ],
)
def test_the_notice_of_the_dtsa(office: Office, fields: dict[str, Any], expected: list[str]) -> None:
    """Secrecy agreed with an employee or contractor gives the notice, as counsel or the text of the document says."""
    agree(office, relationship="contractor", **fields) if "relationship" not in fields else agree(office, **fields)
    assert kinds(office) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"Notice under 18 U.S.C. \xc2\xa7 1833 (b): an individual \xe2\x80\xa6", []),
        (b"Strictly confidential.", ["no-dtsa-notice"]),
        (docx(**{"word/footer1.xml": WITH_NOTICE}), []),
        (docx(), ["no-dtsa-notice"]),
        (pdf("Notice under 18 U.S.C. 1833(b)"), []),
        (b"%PDF-1.7\x00 1833(b)", ["dtsa-notice-unknown"]),
        (pdf("1833(b)", password="x"), ["dtsa-notice-unknown"]),
        ("1833(b)".encode("utf-16"), []),
    ],
)
def test_the_text_of_the_document_is_read(office: Office, text: bytes, expected: list[str]) -> None:
    """If nobody has said, what `dlp scan` can read is looked into; of everything else it is said that it was not."""
    agreed = Terms(type="nda", title="T", parties=(party(office),), relationship="contractor")
    add_with_document(office.ada, Source("nda", pipe=Pipe(io.BytesIO(text))), agreed, room=MAIN, description=PLAIN)
    assert kinds(office) == expected


def test_what_was_shared_under_an_agreement_that_ended(office: Office) -> None:
    """A package that can still be opened is named as soon as nothing covers it any more, and until it is revoked."""
    agreement = agree(office, until_day="2027-06-30")
    shared = office.share("claims", override="as agreed")
    assert kinds(office, "2027-06-30") == []
    (ended,) = found(office, "2027-07-01")
    named = (ended.kind, ended.agreements, ended.item, ended.who)
    assert named == ("ended-but-shared", (agreement.id,), office.item("claims"), "Dora")
    terminate_agreement(office.ada, agreement, DAY, "")
    assert kinds(office) == ["ended-but-shared"]
    agree(office, type="licence")
    assert kinds(office) == []
    remove_recipient(office.ada, "Fred", "")
    revoke_package(office.ada, shared.package.header.id, "")
    assert kinds(office, "2027-07-01") == []


def test_parties_who_are_gone(office: Office) -> None:
    """An agreement that runs and names somebody who is no recipient any more is found; one that ended is not."""
    agreement = agree(office)
    assert kinds(office) == []
    remove_recipient(office.ada, "Dora", "")
    (gone,) = found(office)
    assert (gone.kind, gone.agreements, gone.who) == ("party-gone", (agreement.id,), "Dora")
    terminate_agreement(office.ada, agreement, DAY, "")
    assert kinds(office) == []


def test_signed_documents_that_are_gone(office: Office) -> None:
    """It is found as long as the agreement is in force or to come; not of a document that is in another room."""
    agreed = agree(office)
    create_room(office.ada, "elsewhere")
    move(office.ada, "claims", room="elsewhere")
    assert found(office) == []
    item = find_item(office.ada.catalog, "claims")
    erase(office.ada, item, [one.number for one in unerased(office.ada, item)], reason="")
    assert found(office) == [Finding("document-gone", (agreed.id,))]
    terminate_agreement(office.ada, agreed, YESTERDAY, "over")
    assert "document-gone" not in kinds(office)


def test_document_and_agreement_stand_or_fall_together(office: Office) -> None:
    """A document that the vault has already is not stored again, and then no agreement is recorded either."""
    before = office.ada.catalog.head
    agreed = Terms(type="nda", title="T", party_names=("Bob",))
    source = Source("other", pipe=Pipe(io.BytesIO(b"claims")))
    with pytest.raises(Conflict, match="as claims"):
        add_with_document(office.ada, source, agreed, room=MAIN, description=PLAIN)
    assert (agreements(office.ada.catalog), office.ada.catalog.head) == ([], before)
    source = Source("nda", pipe=Pipe(io.BytesIO(b"signed")))
    agreement, head = add_with_document(office.ada, source, agreed, room=MAIN, description=PLAIN)
    assert agreement.terms.document == find_item(office.ada.catalog, "nda").id
    assert head.seq - before.seq == 2


def test_changes_that_cross(office: Office) -> None:
    """Terms that somebody else changed meanwhile, that are the same, or of an agreement that ended, change nothing."""
    agreement = agree(office)
    changed, _head = update_agreement(office.ada, agreement, replace(agreement.terms, title="U"))
    assert (changed.version, changed.terms.title) == (2, "U")
    with pytest.raises(Conflict):
        update_agreement(office.ada, agreement, replace(agreement.terms, title="V"))
    with pytest.raises(Conflict):
        terminate_agreement(office.ada, agreement, DAY, "")
    with pytest.raises(Conflict):
        update_agreement(office.ada, changed, changed.terms)
    ended, _head = terminate_agreement(office.ada, changed, TOMORROW, "")
    with pytest.raises(Conflict):
        terminate_agreement(office.ada, ended, DAY, "")
    with pytest.raises(Conflict):
        update_agreement(office.ada, ended, agreement.terms)


def test_readers_record_no_agreements() -> None:
    """Only who may write in the room of a document records what was agreed on it."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"a": b"a"})
    reader = Person.named("reader")
    let_in(vault, reader, READER)
    with pytest.raises(Denied):
        add_about(reader.open(memory), Terms(type="nda", title="T", party_names=("x",)), "a")


CLAIMS: dict[str, tuple[AgreementSet | AgreementTerminated, bool]] = {
    "terms": (terms("1"), False),
    "of a version that does not follow": (terms("1", version=2), True),
    "half a fee": (terms("1", fees=("a",)), True),
    "over what is there": (terms("9"), True),
    "in place of what is there": (terms("9", version=2), False),
    "the end of what is there": (AgreementTerminated(agreement="9" * 32, day=DAY, reason=""), False),
    "the end of nothing": (AgreementTerminated(agreement="1" * 32, day=DAY, reason=""), True),
}


@pytest.mark.parametrize(("record", "wrong"), CLAIMS.values(), ids=CLAIMS)
def test_claims_of_an_editor(record: AgreementSet | AgreementTerminated, wrong: bool) -> None:
    """Terms follow those before, and nobody ends what the room does not have; else readers close the room."""
    memory, vault = with_mallory(EDITOR)
    append(vault, in_main(vault, terms("9")))
    assert is_refused(memory, vault, in_main(vault, record)) == wrong


def test_no_agreement_stands_in_the_root_room() -> None:
    """There are no documents there."""
    memory, vault = with_mallory(OWNER)
    append(vault, in_main(vault, terms("9")))
    assert is_refused(memory, vault, in_root(vault, terms("1")))


def test_a_reader_claims_nothing() -> None:
    """What a reader signs of an agreement closes the room."""
    memory, vault = with_mallory(READER)
    assert is_refused(memory, vault, in_main(vault, terms("1")), by=MALLORY)
