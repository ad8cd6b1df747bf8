"""What the records of the journal mean to a security team, whatever the form that it takes them in.

One row a kind. The forms translate `Nature` and `Act` into their own classes, so that a new kind is a row here. Titles
are English in every language, since rules of monitoring systems match on them.
"""

from __future__ import annotations

from enum import Enum, IntEnum, auto
from typing import Final, NamedTuple


class Nature(Enum):
    """What an event is about."""

    DOCUMENT = auto()
    LOGIN = auto()
    ENTITY = auto()
    LOG = auto()
    FINDING = auto()


class Act(Enum):
    """What was done. Not every nature knows every act; `OTHER` is known to all."""

    CREATE = auto()
    READ = auto()
    UPDATE = auto()
    DELETE = auto()
    RENAME = auto()
    MOVE = auto()
    RESTORE = auto()
    SHARE = auto()
    UNSHARE = auto()
    LOGON = auto()
    ENROLL = auto()
    UNENROLL = auto()
    DISABLE = auto()
    EXPORT = auto()
    OTHER = auto()


class Severity(IntEnum):
    """How urgent an event is; the numbers are those of OCSF."""

    INFORMATIONAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4


class Meaning(NamedTuple):
    """A kind of record as an event."""

    title: str
    nature: Nature
    act: Act
    severity: Severity = Severity.INFORMATIONAL
    succeeded: bool = True


_DOCUMENT, _LOGIN, _ENTITY, _LOG, _FINDING = Nature

MEANINGS: Final = {
    "vault.created": Meaning("Vault created", _ENTITY, Act.CREATE),
    "member.enrolled": Meaning("Member enrolled", _ENTITY, Act.ENROLL, Severity.LOW),
    "member.file": Meaning("Sealed keys of a member stored", _ENTITY, Act.UPDATE, Severity.LOW),
    "member.role": Meaning("Role granted", _ENTITY, Act.UPDATE, Severity.LOW),
    "member.removed": Meaning("Member removed from a room", _ENTITY, Act.UNENROLL, Severity.LOW),
    "room.created": Meaning("Room created", _ENTITY, Act.CREATE),
    "room.keyed": Meaning("Room key made", _ENTITY, Act.UPDATE),
    "room.shared": Meaning("Room key given to more members", _ENTITY, Act.UPDATE, Severity.LOW),
    "item.added": Meaning("Document added", _DOCUMENT, Act.CREATE),
    "item.updated": Meaning("Document version added", _DOCUMENT, Act.UPDATE),
    "item.described": Meaning("Document classified", _DOCUMENT, Act.UPDATE, Severity.LOW),
    "item.renamed": Meaning("Document renamed", _DOCUMENT, Act.RENAME),
    "item.left": Meaning("Document left for another room", _DOCUMENT, Act.MOVE, Severity.LOW),
    "item.arrived": Meaning("Document arrived from another room", _DOCUMENT, Act.MOVE),
    "item.version-arrived": Meaning("Document version arrived from another room", _DOCUMENT, Act.MOVE),
    "item.removed": Meaning("Document removed from the list", _DOCUMENT, Act.DELETE, Severity.LOW),
    "item.restored": Meaning("Document restored", _DOCUMENT, Act.RESTORE),
    "item.erased": Meaning("Document version erased", _DOCUMENT, Act.DELETE, Severity.MEDIUM),
    "item.reencrypted": Meaning("Document version encrypted anew", _DOCUMENT, Act.OTHER),
    "content.released": Meaning("Document version released", _DOCUMENT, Act.READ, Severity.LOW),
    "package.shared": Meaning("Package shared", _DOCUMENT, Act.SHARE, Severity.MEDIUM),
    "package.revoked": Meaning("Package revoked", _DOCUMENT, Act.UNSHARE, Severity.LOW),
    "package.received": Meaning("Package received", _DOCUMENT, Act.CREATE, Severity.LOW),
    "receipt.imported": Meaning("Receipt of a package recorded", _DOCUMENT, Act.OTHER),
    "recipient.added": Meaning("Recipient added", _ENTITY, Act.CREATE),
    "recipient.verified": Meaning("Card of a recipient verified", _ENTITY, Act.UPDATE),
    "recipient.updated": Meaning("Card of a recipient replaced", _ENTITY, Act.UPDATE, Severity.LOW),
    "recipient.removed": Meaning("Recipient removed", _ENTITY, Act.DELETE),
    "recipient.revoked": Meaning("Sharing with a recipient revoked", _ENTITY, Act.DISABLE, Severity.LOW),
    "auth.unlocked": Meaning("Vault unlocked", _LOGIN, Act.LOGON),
    "auth.failed": Meaning("Unlocking failed", _LOGIN, Act.LOGON, Severity.MEDIUM, succeeded=False),
    "auth.dropped": Meaning("Too many unlock attempts to record", _FINDING, Act.CREATE, Severity.HIGH),
    "recovery.split": Meaning("Recovery shares made", _ENTITY, Act.CREATE, Severity.MEDIUM),
    "recovery.used": Meaning("Opened with recovery shares", _LOGIN, Act.LOGON, Severity.HIGH),
    "recovery.revoked": Meaning("Recovery shares revoked", _ENTITY, Act.DELETE, Severity.LOW),
    "journal.repaired": Meaning("Interrupted write set aside", _LOG, Act.OTHER, Severity.LOW),
    "journal.rollback-accepted": Meaning("Rollback of the vault accepted", _FINDING, Act.CREATE, Severity.HIGH),
    "anchor.witnessed": Meaning("Journal countersigned by a witness", _LOG, Act.OTHER),
    "timestamp.requested": Meaning("Timestamp requested", _LOG, Act.OTHER),
    "timestamp.imported": Meaning("Timestamp taken in", _LOG, Act.OTHER),
    "evidence.released": Meaning("Evidence about records released", _LOG, Act.EXPORT, Severity.MEDIUM),
    "dossier.released": Meaning("Dossier about a document released", _DOCUMENT, Act.SHARE, Severity.MEDIUM),
    "custody.started": Meaning("Chain of custody started", _LOG, Act.OTHER),
    "custody.transferred": Meaning("Custody handed over", _LOG, Act.OTHER, Severity.LOW),
    "custody.corrected": Meaning("Custody record corrected", _LOG, Act.OTHER, Severity.LOW),
    "vault.repaired": Meaning("Vault healed from another copy", _LOG, Act.OTHER, Severity.MEDIUM),
    "backup.drilled": Meaning("Backup restored for a drill", _LOG, Act.OTHER),
    "finding.waived": Meaning("Finding in a document waived", _FINDING, Act.OTHER, Severity.LOW),
    "copy.marked": Meaning("Copy marked for its recipient", _DOCUMENT, Act.OTHER, Severity.LOW),
    "insight.acknowledged": Meaning("Finding in the journal acknowledged", _FINDING, Act.OTHER, Severity.LOW),
    "journal.exported": Meaning("Journal exported", _LOG, Act.EXPORT, Severity.LOW),
    "policy.set": Meaning("Policy set", _ENTITY, Act.UPDATE, Severity.MEDIUM),
    "pack.imported": Meaning("Pack of controls imported", _ENTITY, Act.UPDATE),
    "release.decided": Meaning("Release of documents decided", _DOCUMENT, Act.OTHER),
    "release.requested": Meaning("Approval of a release requested", _DOCUMENT, Act.OTHER),
    "request.approved": Meaning("Release approved by another member", _DOCUMENT, Act.OTHER, Severity.LOW),
    "request.denied": Meaning("Release denied by another member", _DOCUMENT, Act.OTHER, Severity.LOW),
    "agreement.set": Meaning("Agreement recorded", _ENTITY, Act.UPDATE, Severity.LOW),
    "agreement.terminated": Meaning("Agreement terminated", _ENTITY, Act.DISABLE, Severity.LOW),
    "assessment.made": Meaning("Risk of sharing assessed", _DOCUMENT, Act.OTHER, Severity.LOW),
    "assessment.accepted": Meaning("Risk of sharing accepted", _DOCUMENT, Act.OTHER, Severity.MEDIUM),
    "training.set": Meaning("Text to be accepted set", _ENTITY, Act.UPDATE, Severity.LOW),
    "training.assigned": Meaning("People asked to accept a text", _ENTITY, Act.UPDATE),
    "training.acknowledged": Meaning("Text accepted by a member", _ENTITY, Act.OTHER),
    "training.confirmed": Meaning("Text accepted by a recipient", _ENTITY, Act.OTHER, Severity.LOW),
    "hold.placed": Meaning("Legal hold placed", _ENTITY, Act.CREATE, Severity.MEDIUM),
    "hold.released": Meaning("Legal hold released", _ENTITY, Act.DELETE, Severity.MEDIUM),
    "hold.noticed": Meaning("Custodians of a legal hold told", _ENTITY, Act.OTHER),
    "hold.acknowledged": Meaning("Legal hold acknowledged", _ENTITY, Act.OTHER),
    "retention.set": Meaning("Retention rule set", _ENTITY, Act.UPDATE, Severity.LOW),
    "retention.withdrawn": Meaning("Retention rule withdrawn", _ENTITY, Act.DISABLE, Severity.LOW),
    "retention.dated": Meaning("Event for retention recorded", _ENTITY, Act.OTHER),
    "retention.applied": Meaning("Documents destroyed by retention", _ENTITY, Act.OTHER, Severity.MEDIUM),
    "privacy.requested": Meaning("Request of a data subject recorded", _ENTITY, Act.CREATE, Severity.LOW),
    "privacy.extended": Meaning("Request of a data subject extended", _ENTITY, Act.UPDATE, Severity.LOW),
    "privacy.decided": Meaning("Request of a data subject decided", _ENTITY, Act.UPDATE, Severity.LOW),
    "privacy.closed": Meaning("Request of a data subject closed", _ENTITY, Act.OTHER),
    "consent.given": Meaning("Consent recorded", _ENTITY, Act.CREATE),
    "consent.withdrawn": Meaning("Consent withdrawn", _ENTITY, Act.DISABLE, Severity.LOW),
    "incident.opened": Meaning("Incident recorded", _FINDING, Act.CREATE, Severity.HIGH),
    "incident.assigned": Meaning("Duty in the answer to an incident assigned", _ENTITY, Act.UPDATE),
    "incident.assessed": Meaning("Incident assessed", _FINDING, Act.OTHER, Severity.MEDIUM),
    "incident.contained": Meaning("Incident contained", _FINDING, Act.OTHER, Severity.HIGH),
    "incident.preserved": Meaning("Evidence of an incident recorded", _LOG, Act.OTHER),
    "incident.notified": Meaning("Somebody notified of an incident", _ENTITY, Act.OTHER, Severity.MEDIUM),
    "incident.learned": Meaning("Lesson of an incident recorded", _ENTITY, Act.OTHER),
    "incident.closed": Meaning("Incident closed", _FINDING, Act.OTHER, Severity.LOW),
    "incident.released": Meaning("Paper about an incident written", _LOG, Act.EXPORT, Severity.LOW),
    "clock.started": Meaning("Deadline of an incident started", _ENTITY, Act.CREATE),
    "clock.ended": Meaning("Deadline of an incident met or waived", _ENTITY, Act.OTHER),
    "action.added": Meaning("Action for an incident added", _ENTITY, Act.CREATE),
    "action.done": Meaning("Action for an incident done", _ENTITY, Act.UPDATE),
    "freeze.set": Meaning("Documents or recipients frozen", _ENTITY, Act.CREATE, Severity.MEDIUM),
    "freeze.lifted": Meaning("Freeze lifted", _ENTITY, Act.DELETE, Severity.MEDIUM),
    "secret.proposed": Meaning("Trade secret proposed for the register", _ENTITY, Act.CREATE, Severity.LOW),
    "secret.scored": Meaning("Trade secret scored", _ENTITY, Act.UPDATE),
    "secret.approved": Meaning("Trade secret approved by another owner", _ENTITY, Act.UPDATE, Severity.LOW),
    "secret.retired": Meaning("Trade secret retired", _ENTITY, Act.DISABLE, Severity.LOW),
    "review.started": Meaning("Review of access started", _LOG, Act.OTHER, Severity.LOW),
    "review.decided": Meaning("Access certified, or to be revoked", _LOG, Act.OTHER),
    "review.closed": Meaning("Review of access closed", _LOG, Act.OTHER, Severity.LOW),
    "person.offboarded": Meaning("Somebody left, and all access ended", _LOG, Act.OTHER, Severity.MEDIUM),
    "records.forgotten": Meaning("Content of records forgotten", _LOG, Act.DELETE, Severity.MEDIUM),
}
"""Every kind of record that this ipvault writes."""

_CLOSED: Final = "Record of class {} that cannot be read here"

UNREAD: Final = {
    **{name: Meaning(_CLOSED.format(name), _DOCUMENT, Act.OTHER) for name in ("item", "access")},
    **{
        name: Meaning(_CLOSED.format(name), _ENTITY, Act.OTHER)
        for name in ("genesis", "member", "room", "key", "policy", "governance")
    },
    "auth": Meaning(_CLOSED.format("auth"), _LOGIN, Act.OTHER),
    **{name: Meaning(_CLOSED.format(name), _LOG, Act.OTHER) for name in ("anchor", "repair", "forget")},
}
"""Every public class, for records that were forgotten, are closed to the member, or are of a kind of the future."""
