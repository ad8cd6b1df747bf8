"""How records of the journal look for people."""

from __future__ import annotations

from collections.abc import Mapping

from ipvault.catalog.address import ID_LENGTH, SHORT_ID
from ipvault.cli.rendering import human_size, human_time
from ipvault.journal.canonical import JsonValue
from ipvault.keys.card import in_groups
from ipvault.records.wording import in_words
from ipvault.text import N_, _
from ipvault.vault.journal_query import JournalRow

_SENTENCES = {
    "vault.created": N_("vault created by {software}"),
    "member.enrolled": N_("{name} became a member"),
    "member.file": N_("file number {generation} with the sealed keys of {member} stored"),
    "member.removed": N_("{member} was taken out of the room {room}"),
    "member.role": N_("{member} was made {role} of the room {room}"),
    "room.created": N_("room {name} created"),
    "room.keyed": N_("key {epoch} of the room {room} made"),
    "room.shared": N_("key {epoch} of the room {room} given to more members"),
    "item.reencrypted": N_("version {version} encrypted anew under key {epoch}"),
    "item.added": N_("added {name} ({label}, {type}, {size})"),
    "item.updated": N_("version {version} stored ({size})"),
    "item.described": N_("described as {label}, {type}; tags: {tags}; note: {note}"),
    "item.renamed": N_("renamed to {name}"),
    "item.left": N_("left for the room {to}"),
    "item.arrived": N_("arrived in the room {room} as {name} ({label}, {type})"),
    "item.version-arrived": N_("version {version} arrived in the room {room} ({size})"),
    "item.removed": N_("removed"),
    "item.restored": N_("restored"),
    "item.erased": N_("content of version {version} erased"),
    "content.released": N_("version {version} released by {channel} to {destination}"),
    "custody.started": N_("{holder} has {title}; SHA-256 {sha256}"),
    "custody.transferred": N_("handed over by {giver} to {receiver}; SHA-256 {sha256_before}, then {sha256_after}"),
    "custody.corrected": N_("record {seq} corrected: {receiver}; SHA-256 {sha256_before}, then {sha256_after}"),
    "finding.waived": N_("finding {finding} waived: {reason}"),
    "copy.marked": N_("copy {copy} marked for {name}, by {channel}"),
    "insight.acknowledged": N_("finding {finding} of the rule {rule} acknowledged: {reason}"),
    "evidence.released": N_("evidence of records {records} released to {destination}"),
    "dossier.released": N_("dossier released to {destination}, from records {records}"),
    "recipient.added": N_("card of {name} taken in; nobody has compared its fingerprint yet"),
    "recipient.verified": N_("fingerprint of the card of {recipient} compared"),
    "recipient.updated": N_("new card of {recipient} taken in"),
    "recipient.removed": N_("nothing is sent to {recipient} any more"),
    "recipient.revoked": N_("sharing with {recipient} revoked"),
    "package.shared": N_("package {package} sealed to {recipients}; expires: {expires}; purpose: {purpose}"),
    "package.revoked": N_("package {package} revoked"),
    "package.received": N_("package {package} of {sender_name} received, fingerprint {sender}; sealed on {sealed}"),
    "receipt.imported": N_("package {package} {event} by {recipient} on {at}, as the receipt says"),
    "anchor.witnessed": N_("records up to number {size} signed by the witness {name} on {time}"),
    "journal.exported": N_("records {first} to {last} exported as {format} to {destination}; names: {names}"),
    "auth.unlocked": N_("unlocked by {member} on {at}"),
    "auth.failed": N_("failed attempt to unlock as {member} on {at}"),
    "auth.dropped": N_("unlock attempts dropped, since there were too many: {length} bytes"),
    "recovery.split": N_("{shares} recovery shares made, of which {threshold} are enough; custodians: {custodians}"),
    "recovery.used": N_("recovered with shares, and a new passphrase chosen"),
    "recovery.revoked": N_("recovery shares revoked"),
    "journal.repaired": N_("interrupted write of {length} bytes set aside"),
    "journal.rollback-accepted": N_(
        "copy up to record {found_seq} accepted in place of one up to record {pinned_seq}, with which incarnation "
        "{incarnation} began: "
        "{reason}"
    ),
    "vault.repaired": N_("healed from {sources}; records: {records}; files: {files}"),
    "backup.drilled": N_("backup in {source} up to record {seq} restored and compared; findings: {findings}"),
    "timestamp.requested": N_("hash handed out to be stamped, for the timestamp {timestamp}"),
    "timestamp.imported": N_("timestamp {timestamp} imported: {authority} certifies {at}"),
    "policy.set": N_("version {version} of the policy set"),
    "pack.imported": N_("version {version} of the pack {pack} taken in"),
    "release.decided": N_("decision on leaving by {channel}: {outcome}, under version {policy} of the policy"),
    "release.requested": N_(
        "approval asked, as request {request}: {items} to {recipients}; expires: {expires}; purpose: {purpose}"
    ),
    "request.approved": N_("request {request} approved"),
    "request.denied": N_("request {request} denied"),
    "agreement.set": N_("version {version} of the agreement {agreement} ({type}): {title}"),
    "agreement.terminated": N_("agreement {agreement} terminated as of {day}"),
    "assessment.made": N_("risk of sharing with {recipient} assessed as {level}, as assessment {assessment}"),
    "assessment.accepted": N_("risk of the assessment {assessment} accepted"),
    "training.set": N_("version {version} of {name}, a text to be accepted; SHA-256 {sha256}"),
    "training.assigned": N_("{members} and {recipients} are to accept the text {training}; due: {due}"),
    "training.acknowledged": N_("version {version} of the text {training} accepted"),
    "training.confirmed": N_("version {version} of the text {training} accepted by {recipient}, as the evidence says"),
    "hold.placed": N_("hold {hold} placed for {matter}"),
    "hold.released": N_("hold {hold} released"),
    "hold.noticed": N_("letters about the hold {hold} written to {members}, {outsiders}"),
    "hold.acknowledged": N_("hold {hold} acknowledged by {member}, {outsider}"),
    "retention.set": N_("retention rule {name} set: {keep} {unit} since {start}, then {then}"),
    "retention.withdrawn": N_("retention rule {rule} withdrawn"),
    "retention.dated": N_("event of {items} on {day}"),
    "retention.applied": N_("destroyed by retention, as run {run}: {items}"),
    "privacy.requested": N_("request {request} of {subject} for {right}, due by {due}"),
    "privacy.extended": N_("answer to request {request} extended until {due}"),
    "privacy.decided": N_("answer to request {request}: {answer}"),
    "privacy.closed": N_("request {request} closed: {told}"),
    "consent.given": N_("consent {consent} of {subject}: {purpose}"),
    "consent.withdrawn": N_("consent {consent} withdrawn as of {day}"),
    "incident.opened": N_("incident {incident} recorded: {title}, known since {aware}"),
    "incident.assigned": N_("incident {incident}: {person} has the duty {duty}"),
    "incident.assessed": N_("incident {incident} assessed: {category}, {severity}"),
    "incident.contained": N_("incident {incident} contained"),
    "incident.preserved": N_("evidence of incident {incident} recorded"),
    "incident.notified": N_("incident {incident}: {person} notified; SHA-256 {sha256}"),
    "incident.learned": N_("incident {incident} teaches: {text}"),
    "incident.closed": N_("incident {incident} closed"),
    "incident.released": N_("paper about incident {incident} written: {paper}"),
    "clock.started": N_("incident {incident}: clock {clock} started"),
    "clock.ended": N_("incident {incident}: clock {clock} {outcome}"),
    "action.added": N_("incident {incident}: to be done: {title}"),
    "action.done": N_("incident {incident}: {action} is done"),
    "freeze.set": N_("frozen because of incident {incident}: {items}, {rooms}, {outsiders}"),
    "freeze.lifted": N_("freeze {freeze} lifted"),
    "secret.proposed": N_("trade secret {secret} proposed ({type}): {title}"),
    "secret.scored": N_("trade secret {secret} scored {scores}"),
    "secret.approved": N_("trade secret {secret} approved as scored by record {scoring}"),
    "secret.retired": N_("trade secret {secret} retired"),
    "review.started": N_("review of access started: {title}, as {review}"),
    "review.decided": N_("review {review}: {grant} is decided: {answer}"),
    "review.closed": N_("review {review} closed"),
    "person.offboarded": N_("{name} left; identities: {identities}; recipients: {recipients}; packages: {packages}"),
    "records.forgotten": N_("content of records {records} forgotten"),
}


def summary(row: JournalRow, names: Mapping[str, str]) -> str:
    """A record in a few words; `names` tells what items, rooms and members are called now, by their ids."""
    if row.fields is None:
        return _("{kind} (its content is forgotten or closed to you)").format(kind=row.leaf.kind)
    sentence = _SENTENCES.get(row.action)
    if sentence is None:
        return _("{action} (this ipvault does not know what that is)").format(action=row.action)
    stated = {"room": row.leaf.room, "epoch": row.leaf.epoch, **row.fields}
    text = _(sentence).format(**{name: _worded(name, value, names) for name, value in stated.items()})
    name = names.get(str(row.fields.get("item")))
    if name is not None and "{name}" not in sentence:
        text = f"{name}: {text}"
    reason = row.fields.get("reason")
    return f"{text}: {reason}" if reason and "{reason}" not in sentence else text


def _worded(field: str, value: JsonValue, names: Mapping[str, str]) -> str:
    """The value of a record's field, as a person reads it."""
    match field, value:
        case (("room" | "to" | "member" | "recipient" | "outsider"), str()) if value:
            return names.get(value, value[:SHORT_ID])
        case (
            (
                "package"
                | "timestamp"
                | "request"
                | "agreement"
                | "assessment"
                | "training"
                | "hold"
                | "secret"
                | "review"
                | "grant"
            ),
            str(),
        ):
            return value[:SHORT_ID]
        case (("rule" | "run" | "consent" | "incident" | "freeze"), str()) if len(value) == ID_LENGTH:
            return value[:SHORT_ID]
        case (("recipients" | "items" | "members" | "outsiders" | "identities" | "packages" | "rooms"), list()) if (
            value
        ):
            return ", ".join(names.get(str(one), str(one)[:SHORT_ID]) for one in value)
        case "size", int():
            return human_size(value)
        case (("role" | "event" | "outcome" | "level"), str()):
            return in_words(value)
        case "sender", str():
            return in_groups(value[:16])
        case (("at" | "expires" | "sealed" | "aware"), str()) if value:
            return human_time(value)
        case _, list():
            return ", ".join(map(str, value)) or _("none")
    return _("none") if value == "" else str(value)
