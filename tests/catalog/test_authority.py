"""Who may write what: every kind of record against every role, as everyone checks it who reads the journal."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ipvault.catalog import authority
from ipvault.catalog.address import find_item, find_room, root_room
from ipvault.catalog.authority import is_as_published, objection, objection_to_role
from ipvault.catalog.catalog import Catalog
from ipvault.errors import Denied, JournalBroken
from ipvault.journal.canonical import JsonValue
from ipvault.journal.commit import Draft
from ipvault.journal.head import empty_head
from ipvault.journal.leaf import Facts, FileChange, Leaf
from ipvault.records.agreements import AgreementSet, AgreementTerminated
from ipvault.records.assessments import AssessmentAccepted, AssessmentMade
from ipvault.records.base import KINDS, Place, Record
from ipvault.records.decisions import RequestApproved, RequestDenied
from ipvault.records.families import all_kinds
from ipvault.records.freezes import FreezeLifted, FreezeSet
from ipvault.records.holds import HoldAcknowledged, HoldNoticed, HoldPlaced, HoldReleased
from ipvault.records.incidents import ClockStarted, IncidentOpened, IncidentRecord
from ipvault.records.items import ItemRemoved, VersionErased
from ipvault.records.members import MemberEnrolled, MemberRemoved, RoleGranted
from ipvault.records.packages import PackageReceived, PackageRevoked, PackageShared, ReceiptImported
from ipvault.records.privacy import (
    ConsentGiven,
    ConsentWithdrawn,
    PrivacyClosed,
    PrivacyDecided,
    PrivacyExtended,
    PrivacyRequested,
)
from ipvault.records.recipients import RecipientRecord
from ipvault.records.register import FACTORS, SecretApproved, SecretProposed, SecretRetired, SecretScored
from ipvault.records.retention import RetentionSet, RetentionWithdrawn
from ipvault.records.reviews import GrantDecided, PersonOffboarded, ReviewClosed, ReviewStarted
from ipvault.records.rooms import RoomCreated, RoomKeyed, RoomShared
from ipvault.records.trainings import TrainingAcknowledged, TrainingAssigned, TrainingConfirmed, TrainingSet
from ipvault.records.upkeep import RecordsForgotten
from ipvault.records.vocabulary import AUDITOR, EDITOR, MAIN, OWNER, READER, ROLES, ROOT
from ipvault.storage.layout import member_path, object_path
from ipvault.vault.transaction import transaction
from tests.records.examples import KINDS_OF_RECORD, example
from tests.support.mallory import CONTENT, MALLORY, added, in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, append, draft, enrolled, place
from tests.support.people import receipt, received
from tests.support.rulings import DIGEST, REQUEST, requested

ROOT_ID, ROOM_ID, SIGNER = "0" * 32, "1" * 32, "5" * 64

OWNERS_ONLY = (
    *("member.enrolled", "room.created", "room.keyed", "room.shared"),
    *("item.erased", "item.reencrypted", "records.forgotten", "policy.set", "pack.imported"),
    *("training.set", "training.assigned"),
    *("hold.placed", "hold.released", "hold.noticed"),
    *("retention.set", "retention.withdrawn", "retention.applied"),
    *("privacy.requested", "privacy.extended", "privacy.decided", "privacy.closed"),
    *("incident.opened", "incident.assigned", "incident.assessed", "incident.contained", "incident.preserved"),
    *("incident.notified", "incident.learned", "incident.closed", "incident.released"),
    *("clock.started", "clock.ended", "action.added", "action.done", "freeze.set", "freeze.lifted"),
    *("secret.approved", "secret.retired"),
    *("review.started", "review.closed"),
)
WRITERS = (
    *("item.added", "item.updated", "item.described", "item.renamed", "item.removed", "item.restored"),
    *("item.left", "item.arrived", "item.version-arrived"),
    *("package.shared", "package.revoked", "package.received"),
    *("request.approved", "request.denied"),
    *("agreement.set", "agreement.terminated"),
    *("assessment.made", "assessment.accepted"),
    "retention.dated",
    *("consent.given", "consent.withdrawn"),
    *("secret.proposed", "secret.scored"),
)
RECIPIENTS = (
    *("recipient.added", "recipient.verified", "recipient.updated"),
    *("recipient.removed", "recipient.revoked"),
)
EVERYBODY = (
    *RECIPIENTS,
    "receipt.imported",
    "member.file",
    *("member.role", "member.removed"),
    "content.released",
    "journal.exported",
    "auth.unlocked",
    "auth.failed",
    "auth.dropped",
    *("recovery.split", "recovery.used", "recovery.revoked"),
    "journal.repaired",
    *("vault.repaired", "backup.drilled"),
    "journal.rollback-accepted",
    *("timestamp.requested", "timestamp.imported"),
    "anchor.witnessed",
    *("custody.started", "custody.transferred", "custody.corrected"),
    *("evidence.released", "dossier.released", "finding.waived", "copy.marked"),
    "insight.acknowledged",
    *("release.decided", "release.requested"),
    *("training.acknowledged", "training.confirmed"),
    "hold.acknowledged",
    *("review.decided", "person.offboarded"),
)
ALLOWED = {
    "vault.created": (),
    **dict.fromkeys(OWNERS_ONLY, (OWNER,)),
    **dict.fromkeys(WRITERS, (OWNER, EDITOR)),
    **dict.fromkeys(EVERYBODY, (OWNER, EDITOR, READER, AUDITOR)),
}
"""Each kind of record, and the roles that may write it after the vault was founded."""

ELSEWHERE = (RoleGranted, MemberRemoved, RecipientRecord, TrainingConfirmed, GrantDecided)
"""Kinds that depend on more than a role there: see test_roster, test_dealings, test_trainings and test_reviewing."""

_SHARED = example(PackageShared)
assert isinstance(_SHARED, PackageShared)
SHARED = replace(_SHARED, package="4" * 32)

_AGREEMENT = example(AgreementSet)
assert isinstance(_AGREEMENT, AgreementSet)
AGREEMENT = replace(_AGREEMENT, agreement="7" * 32)

_ASSESSMENT = example(AssessmentMade)
assert isinstance(_ASSESSMENT, AssessmentMade)
ASSESSMENT = replace(_ASSESSMENT, assessment="7" * 32)

_TRAINING = example(TrainingSet)
assert isinstance(_TRAINING, TrainingSet)
TRAINING = replace(_TRAINING, training="7" * 32)

_HOLD = example(HoldPlaced)
assert isinstance(_HOLD, HoldPlaced)
HOLD = replace(_HOLD, hold="9" * 32, scope_items=("9" * 32,), members=(SIGNER,))

_RULE = example(RetentionSet)
assert isinstance(_RULE, RetentionSet)
RULE = replace(_RULE, rule="9" * 32, unit="days", start="added", then="review")

_DEMAND, _CONSENT = example(PrivacyRequested), example(ConsentGiven)
assert isinstance(_DEMAND, PrivacyRequested)
assert isinstance(_CONSENT, ConsentGiven)
DEMAND, CONSENT = replace(_DEMAND, request="9" * 32, right="access", law="gdpr"), replace(_CONSENT, consent="9" * 32)

_INCIDENT, _CLOCK, _FREEZE = example(IncidentOpened), example(ClockStarted), example(FreezeSet)
assert isinstance(_INCIDENT, IncidentOpened)
assert isinstance(_CLOCK, ClockStarted)
assert isinstance(_FREEZE, FreezeSet)
INCIDENT = replace(_INCIDENT, incident="9" * 32)
CLOCK = replace(_CLOCK, incident=INCIDENT.incident, clock="first", unit="hours", after="")
FREEZE = replace(_FREEZE, freeze="9" * 32, rooms=("a" * 32,))
FREEZES = ("freeze.set", "freeze.lifted")

_PROPOSED = example(SecretProposed)
assert isinstance(_PROPOSED, SecretProposed)
PROPOSED = replace(_PROPOSED, secret="7" * 32)
SCORED = SecretScored(secret=PROPOSED.secret, factors=FACTORS, scores=(3,) * 6, reasons=("why",) * 6)

REVIEW = ReviewStarted(
    review="7" * 32, title="of all", grants=(), types=(), subjects=(), places=(), roles=(), orphans=()
)

IN_ROOT_ONLY = {"genesis", "member", "policy", "forget"}
TRAININGS = ("training.set", "training.assigned", "training.acknowledged", "training.confirmed")
PRIVACY = ("privacy.requested", "privacy.extended", "privacy.decided", "privacy.closed")
HOLDS = ("hold.placed", "hold.released", "hold.noticed", "hold.acknowledged")
RETENTION = ("retention.set", "retention.withdrawn")
REVIEWS = ("review.started", "review.decided", "review.closed", "person.offboarded")
KINDS_IN_ROOT_ONLY = (
    *RECIPIENTS,
    "receipt.imported",
    *TRAININGS,
    *HOLDS,
    *FREEZES,
    *RETENTION,
    *PRIVACY,
    *REVIEWS,
    "insight.acknowledged",
    "journal.rollback-accepted",
)


def catalog_with(role: str | None, room: str) -> Catalog:
    """A vault with the root room and one other, from which a package went out, and a signer with a role in one."""
    catalog = Catalog(empty_head("a" * 32))
    catalog.view.execute("INSERT INTO room VALUES (?, ?, ''), (?, ?, '')", (ROOT_ID, ROOT, ROOM_ID, MAIN))
    catalog.note_files(1, ROOM_ID, [CONTENT])
    catalog.note_item(1, SHARED.items[0], [CONTENT])
    SHARED.project(catalog.view, Place(2, "", SIGNER, ROOM_ID, 1, 2))
    AGREEMENT.project(catalog.view, Place(4, "", SIGNER, ROOM_ID, 1, 4))
    ASSESSMENT.project(catalog.view, Place(5, "", "6" * 64, ROOM_ID, 1, 5))
    TRAINING.project(catalog.view, Place(6, "", "6" * 64, ROOT_ID, 1, 6))
    HOLD.project(catalog.view, Place(5, "", SIGNER, ROOT_ID, 1, 5))
    RULE.project(catalog.view, Place(6, "", SIGNER, ROOT_ID, 1, 6))
    DEMAND.project(catalog.view, Place(7, "", SIGNER, ROOT_ID, 1, 7))
    CONSENT.project(catalog.view, Place(8, "", SIGNER, ROOM_ID, 1, 8))
    INCIDENT.project(catalog.view, Place(9, "", SIGNER, ROOM_ID, 1, 9))
    CLOCK.project(catalog.view, Place(10, "", SIGNER, ROOM_ID, 1, 10))
    FREEZE.project(catalog.view, Place(11, "", SIGNER, ROOT_ID, 1, 11))
    REVIEW.project(catalog.view, Place(9, "", "6" * 64, ROOT_ID, 1, 9))
    PROPOSED.project(catalog.view, Place(7, "", "6" * 64, ROOM_ID, 1, 7))
    SCORED.project(catalog.view, Place(8, "", "6" * 64, ROOM_ID, 1, 8))
    requested().project(catalog.view, Place(3, "", "6" * 64, ROOM_ID, 1, 3))
    if role is not None:
        catalog.view.execute("INSERT INTO role VALUES (?, ?, ?)", (SIGNER, room, role))
    return catalog


def leaf_for(record: Record, room: str, facts: Facts | None = None) -> Leaf:
    time = "2026-11-21T14:30:00.125Z"
    return Leaf(7, "1" * 64, time, record.CLASS, room, 1, "3" * 64, "4" * 64, (), facts or {})


def a_record(cls: type[Record], room: str) -> tuple[Record, Leaf]:
    """A record that nothing but its signer's role speaks against."""
    if cls is MemberEnrolled:
        mallory = enrolled(MALLORY)
        return mallory, leaf_for(mallory, room, {"key": mallory.ed25519, "member": mallory.member})
    record = example(cls)
    if isinstance(record, RoomCreated):
        record = RoomCreated(room="9" * 32, name="new")
        room = record.room
    if isinstance(record, PackageReceived):
        record = received(MALLORY, record.items)
    if isinstance(record, ReceiptImported):
        record = receipt(MALLORY)
    if isinstance(record, RoomKeyed | RoomShared):
        record = replace(record, room=room, epoch=1)
    if isinstance(record, PackageShared | PackageRevoked):
        record = replace(record, package=SHARED.package)
    if isinstance(record, AgreementTerminated):
        record = replace(record, agreement=AGREEMENT.agreement)
    if isinstance(record, AssessmentAccepted):
        record = replace(record, assessment=ASSESSMENT.assessment)
    if isinstance(record, TrainingSet):
        record = replace(record, name="another", content="")
    if isinstance(record, TrainingAssigned | TrainingAcknowledged | TrainingConfirmed):
        record = replace(record, training=TRAINING.training)
    if isinstance(record, HoldReleased | HoldNoticed | HoldAcknowledged):
        record = replace(record, hold=HOLD.hold)
    if isinstance(record, RetentionSet):
        record = replace(RULE, rule="8" * 32)
    if isinstance(record, RetentionWithdrawn):
        record = replace(record, rule=RULE.rule)
    if isinstance(record, PrivacyRequested):
        record = replace(DEMAND, request="8" * 32)
    if isinstance(record, PrivacyExtended | PrivacyDecided | PrivacyClosed):
        record = replace(record, request=DEMAND.request)
    if isinstance(record, PrivacyDecided):
        record = replace(record, answer="granted")
    if isinstance(record, ConsentWithdrawn):
        record = replace(record, consent=CONSENT.consent)
    if isinstance(record, HoldAcknowledged):
        record = replace(record, member=SIGNER)
    if isinstance(record, IncidentRecord):
        record = of_the_incident(record)
    if isinstance(record, FreezeSet):
        record = replace(FREEZE, freeze="8" * 32)
    if isinstance(record, FreezeLifted):
        record = replace(record, freeze=FREEZE.freeze)
    if isinstance(record, ReviewStarted):
        record = replace(record, grants=("8" * 32,), types=("role",), subjects=(SIGNER,), places=(room,))
        record = replace(record, roles=(OWNER,), orphans=("",))
    if isinstance(record, ReviewClosed):
        record = replace(record, review=REVIEW.review)
    if isinstance(record, PersonOffboarded):
        record = replace(record, recipients=())
    if isinstance(record, SecretScored):
        record = SCORED
    if isinstance(record, SecretApproved | SecretRetired):
        record = replace(record, secret=PROPOSED.secret)
    if isinstance(record, SecretApproved):
        record = replace(record, scoring=8)
    if isinstance(record, RequestApproved | RequestDenied):
        record = replace(record, request=REQUEST, digest=DIGEST)
    return record, leaf_for(record, room)


def of_the_incident(record: IncidentRecord) -> IncidentRecord:
    """A record about the incident that the room has, in words that there are."""
    if isinstance(record, IncidentOpened):
        return replace(record, incident="8" * 32)
    words = {
        "category": "other",
        "found_category": "other",
        "severity": "low",
        "found_severity": "low",
        "party": "partners",
        "paper": "report",
        "outcome": "met",
        "unit": "hours",
        "step": "team",
        "clock": CLOCK.clock,
        "after": "",
        "first": 0,
        "last": 0,
        "items": (),
        "versions": (),
        "hashes": (),
    }
    known: dict[str, Any] = {name: value for name, value in words.items() if name in record.NAMES}
    if isinstance(record, ClockStarted):
        known["clock"] = "second"
    made: dict[str, Any] = {name: getattr(record, name) for name in record.NAMES}
    return type(record)(**{**made, **known, "incident": INCIDENT.incident})


def keyed(room: str, epoch: int) -> RoomKeyed:
    return RoomKeyed(room=room, epoch=epoch, commitment="8" * 64, records="7" * 64, slots=("7" * 16,))


def test_the_table_names_every_kind() -> None:
    """A new kind of record needs a line in the table above."""
    assert ALLOWED.keys() == KINDS.keys()


@pytest.mark.parametrize("role", [*ROLES, "contributor", "", None])
@pytest.mark.parametrize(
    "cls", [cls for cls in KINDS_OF_RECORD if not issubclass(cls, ELSEWHERE)], ids=lambda cls: str(cls.KIND)
)
def test_role_and_kind(cls: type[Record], role: str | None) -> None:
    """A record is accepted from the roles in the table only, and from nobody who is not in its room."""
    room = ROOT_ID if cls.CLASS in IN_ROOT_ONLY or cls.KIND in KINDS_IN_ROOT_ONLY else ROOM_ID
    record, leaf = a_record(cls, room)
    is_allowed = role in ALLOWED[cls.KIND]
    assert (objection(catalog_with(role, leaf.room), record, leaf, SIGNER, founding=False) is None) == is_allowed
    if cls.KIND != "vault.created":
        assert (objection_to_role(record, record.CLASS, role) is None) == is_allowed
    elsewhere = ROOM_ID if leaf.room == ROOT_ID else ROOT_ID
    assert objection(catalog_with(role, elsewhere), record, leaf, SIGNER, founding=False) is not None
    assert objection(catalog_with(role, leaf.room), record, leaf, "6" * 64, founding=False) is not None


@pytest.mark.parametrize("cls", KINDS_OF_RECORD, ids=lambda cls: str(cls.KIND))
def test_the_owner_of_a_room_does_not_own_the_vault(cls: type[Record]) -> None:
    """Members, roles and forgetting concern the whole vault: an owner of another room cannot decide them there."""
    record, leaf = a_record(cls, ROOM_ID)
    found = objection(catalog_with(OWNER, leaf.room), record, leaf, SIGNER, founding=False)
    assert (found is not None) == (cls.CLASS in IN_ROOT_ONLY or cls.KIND in KINDS_IN_ROOT_ONLY)


@pytest.mark.parametrize(
    "record",
    [
        RoomCreated(room=ROOT_ID, name="new"),
        RoomCreated(room=ROOM_ID, name="new"),
        RoomCreated(room="9" * 32, name="new"),
        keyed(ROOT_ID, 1),
        keyed(ROOM_ID, 2),
    ],
)
def test_a_room_is_spoken_of_in_itself(record: Record) -> None:
    """From one room nobody can rename or key another, nor create a room a second time."""
    assert objection(catalog_with(OWNER, ROOM_ID), record, leaf_for(record, ROOM_ID), SIGNER, founding=False)


def test_there_is_one_root_room() -> None:
    """A second room that calls itself root is refused."""
    record = RoomCreated(room="9" * 32, name=ROOT)
    assert objection(catalog_with(OWNER, "9" * 32), record, leaf_for(record, "9" * 32), SIGNER, founding=False)


@pytest.mark.parametrize("founding", [True, False])
@pytest.mark.parametrize("what", ["member", "kem", "ed25519", "mldsa44"])
def test_a_member_is_enrolled_under_his_own_keys(what: str, founding: bool) -> None:
    """The fingerprint, all three keys and the public facts of the leaf belong together, in the first commit too."""
    record, leaf = a_record(MemberEnrolled, ROOT_ID)
    catalog = catalog_with(OWNER, ROOT_ID)
    assert is_as_published(record, leaf)
    file = FileChange(True, member_path(MALLORY.public.fingerprint, 1), 1, "0" * 64)
    assert not is_as_published(record, leaf._replace(files=(file,)))
    assert objection(catalog, record, leaf, SIGNER, founding=founding) is None
    others = {name: getattr(record, name) for name in record.NAMES}
    others[what] = "0" * len(others[what])
    assert objection(catalog, MemberEnrolled(**others), leaf, SIGNER, founding=founding)
    for facts in ({}, {**leaf.facts, "key": "0" * 64}, {**leaf.facts, "member": "0" * 64}, {**leaf.facts, "more": "1"}):
        assert not is_as_published(record, leaf._replace(facts=facts))


@pytest.mark.parametrize(("role", "is_allowed"), [(OWNER, True), (EDITOR, True), (READER, False), (AUDITOR, False)])
def test_a_signed_record_needs_its_role(role: str, is_allowed: bool) -> None:
    """A member's valid signature on an item does not help who may not write items."""
    memory, vault = with_mallory(role)
    assert is_refused(memory, vault, in_main(vault, added("b"), CONTENT)) != is_allowed


def test_a_member_of_no_room() -> None:
    """A member who was given no role anywhere can write nothing, and somebody who is no member nothing at all."""
    memory, vault = with_mallory(None)
    assert is_refused(memory, vault, in_main(vault, added("b"), CONTENT))
    memory = MemoryVault.create()
    vault = memory.open()
    place(vault, CONTENT.path)
    assert is_refused(memory, vault, in_main(vault, added("b"), CONTENT))


def test_an_editor_cannot_erase() -> None:
    """An editor removes, and only an owner destroys; one bad record spoils the whole commit."""
    memory, vault = with_mallory(EDITOR)
    item = find_item(vault.catalog, "a").id
    assert not is_refused(memory, vault, in_main(vault, ItemRemoved(item=item, reason="")))
    (object_id,) = vault.catalog.view.execute("SELECT object FROM version WHERE item = ?", (item,)).fetchone()
    erased = VersionErased(item=item, version=1, object=object_id, reason="")
    gone = FileChange(False, object_path(object_id))
    assert is_refused(memory, vault, in_main(vault, added("b"), CONTENT), in_main(vault, erased, gone))


@pytest.mark.parametrize("role", [EDITOR, OWNER])
def test_nobody_makes_himself_an_owner(role: str) -> None:
    """A role that is granted in another room than the root room, or by somebody who has no right there, is refused."""
    for in_room in (in_main, in_root):
        memory, vault = with_mallory(role)
        root = root_room(vault.catalog).id
        grant = RoleGranted(member=MALLORY.public.fingerprint, room=root, role=OWNER)
        assert is_refused(memory, vault, in_room(vault, grant))


def test_nobody_forgets_from_another_room() -> None:
    """That records were forgotten has to be said by an owner of the root room, or their payloads count as lost."""
    memory, vault = with_mallory(OWNER)
    key = vault.keys.present(find_room(vault.catalog, MAIN).id, 1)
    assert is_refused(memory, vault, draft(RecordsForgotten(reason="", records=(3,)), key))


UNKNOWN: dict[str, JsonValue] = {"kind": "item.sung"}


def test_an_unknown_kind_does_nothing() -> None:
    """A record of an unknown kind, which a newer ipvault wrote, is passed over if it changes nothing in public."""
    memory, vault = with_mallory(EDITOR)
    main = vault.keys.present(find_room(vault.catalog, MAIN).id, 1)
    assert not is_refused(memory, vault, Draft("item", main.room, 1, main.record_key, UNKNOWN))
    assert memory.verified().findings == []


@pytest.mark.parametrize("what", ["a file", "a signer", "forgotten records"])
def test_an_unknown_kind_cannot_do_anything(what: str) -> None:
    """One that removes a file, announces a key or excuses a missing payload is not followed: that takes a newer
    ipvault, which knows who may write it.
    """
    _memory, vault = with_mallory(EDITOR)
    main = vault.keys.present(find_room(vault.catalog, MAIN).id, 1)
    (object_id,) = vault.catalog.view.execute("SELECT object FROM version").fetchone()
    gone = FileChange(False, object_path(object_id))
    does: dict[str, tuple[str, tuple[FileChange, ...], Facts]] = {
        "a file": ("item", (gone,), {}),
        "a signer": ("member", (), {"key": "0" * 64, "member": "0" * 64}),
        "forgotten records": ("forget", (), {"records": [3]}),
    }
    kind, files, facts = does[what]
    made = Draft(kind, main.room, 1, main.record_key, UNKNOWN, files, facts)
    if what == "a file":  # which everybody sees, but only members of the room that it is of a newer kind
        append(vault, made, by=MALLORY)
        assert main.room in vault.catalog.closings()
        return
    with pytest.raises(JournalBroken):
        append(vault, made, by=MALLORY)


def test_the_writer_is_checked_before_he_writes() -> None:
    """A transaction refuses a record that its reader would refuse, and nothing is written."""
    memory, vault = with_mallory(EDITOR)
    journal = memory.store.journal
    vault.catalog.view.execute("UPDATE role SET role = ?", (READER,))
    with transaction(vault) as change, pytest.raises(Denied):
        change.record(added("b"), find_room(vault.catalog, MAIN).id)
    assert memory.store.journal == journal


def test_whatever_judges_records_is_asked() -> None:
    """No objection of the catalog's is left out, and each is asked about records that there are."""
    folder = Path(str(authority.__file__)).parent
    written = {
        f"{path.stem}.{function}"
        for path in folder.glob("*.py")
        for function in re.findall(
            r"^def (objection_to_\w+)\(catalog: Catalog, record: Record,", path.read_text(), re.MULTILINE
        )
    }
    asked = authority._OBJECTIONS
    assert {name for names in asked.values() for name in names} == written
    assert asked.keys() <= {*all_kinds(), *(kind.partition(".")[0] for kind in all_kinds())}
