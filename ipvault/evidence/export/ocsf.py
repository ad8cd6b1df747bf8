"""Events as OCSF 1.8, one JSON object a line (https://schema.ocsf.io/1.8.0).

Documents are File Hosting Activity, unlocking is Authentication, members, rooms, keys and recipients are Entity
Management, the journal itself is Event Log Activity, and what somebody should look at is a Detection Finding. There is
no network: the endpoint of an activity is the vault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ipvault.evidence.export.event import Event
from ipvault.evidence.export.meanings import Act, Nature
from ipvault.evidence.export.origin import PRODUCT, VERSION, Origin
from ipvault.evidence.export.subjects import USER, Subject, actor, entity, file, target
from ipvault.text import as_json

SCHEMA_VERSION: Final = "1.8.0"
OTHER: Final = 99

Json = dict[str, Any]


class Class(NamedTuple):
    """A class of OCSF, with the activities that the acts of a nature are."""

    uid: int
    name: str
    category: int
    category_name: str
    activities: Mapping[Act, tuple[int, str]]


CLASSES: Final = {
    Nature.DOCUMENT: Class(
        6006,
        "File Hosting Activity",
        6,
        "Application Activity",
        {
            Act.CREATE: (1, "Upload"),
            Act.READ: (2, "Download"),
            Act.UPDATE: (3, "Update"),
            Act.DELETE: (4, "Delete"),
            Act.RENAME: (5, "Rename"),
            Act.MOVE: (7, "Move"),
            Act.RESTORE: (8, "Restore"),
            Act.SHARE: (12, "Share"),
            Act.UNSHARE: (13, "Unshare"),
        },
    ),
    Nature.LOGIN: Class(3002, "Authentication", 3, "Identity & Access Management", {Act.LOGON: (1, "Logon")}),
    Nature.ENTITY: Class(
        3004,
        "Entity Management",
        3,
        "Identity & Access Management",
        {
            Act.CREATE: (1, "Create"),
            Act.UPDATE: (3, "Update"),
            Act.DELETE: (4, "Delete"),
            Act.ENROLL: (6, "Enroll"),
            Act.UNENROLL: (7, "Unenroll"),
            Act.DISABLE: (9, "Disable"),
        },
    ),
    Nature.LOG: Class(
        1008, "Event Log Activity", 1, "System Activity", {Act.DELETE: (2, "Delete"), Act.EXPORT: (3, "Export")}
    ),
    Nature.FINDING: Class(2004, "Detection Finding", 2, "Findings", {Act.CREATE: (1, "Create")}),
}

_PRODUCT: Final = {"name": PRODUCT, "vendor_name": PRODUCT, "version": VERSION}
_SEVERITIES: Final = {1: "Informational", 2: "Low", 3: "Medium", 4: "High"}
_STATUS: Final[Mapping[bool | None, Json]] = {
    True: {"status_id": 1, "status": "Success"},
    False: {"status_id": 2, "status": "Failure"},
    None: {"status_id": 0, "status": "Unknown"},
}
_CONFIDENTIALITY: Final = {"public": 1, "internal": OTHER, "confidential": 2, "secret": 3}
_ENTITY_TYPES: Final = {USER: 2}
_UNKNOWN: Final = "unknown"


def ocsf(events: Iterable[Event], origin: Origin) -> Iterator[str]:
    """Each event as a line of JSON."""
    return (as_json(_event(event, origin)) + "\n" for event in events)


def _event(event: Event, origin: Origin) -> Json:
    meaning, leaf = event.meaning, event.row.leaf
    kind = CLASSES[meaning.nature]
    activity, activity_name = kind.activities.get(meaning.act, (OTHER, meaning.title))
    time = _milliseconds(event.time)
    return {
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": kind.category,
        "category_name": kind.category_name,
        "class_uid": kind.uid,
        "class_name": kind.name,
        "type_uid": kind.uid * 100 + activity,
        "type_name": f"{kind.name}: {activity_name}",
        "severity_id": int(meaning.severity),
        "severity": _SEVERITIES[meaning.severity],
        "time": time,
        "message": meaning.title,
        **_PARTS[meaning.nature](event, origin),
        "metadata": {
            "version": SCHEMA_VERSION,
            "product": _PRODUCT,
            "log_name": "journal",
            "tenant_uid": origin.vault,
            "uid": event.row.hash,
            "sequence": leaf.seq,
            "event_code": event.action,
            "original_time": event.time,
            "logged_time": _milliseconds(leaf.time),
        },
        "unmapped": {"class": leaf.kind, "room": leaf.room, "epoch": leaf.epoch, "fields": event.fields},
    }


def _document(event: Event, origin: Origin) -> Json:
    return {
        "actor": {"user": _user(actor(event))},
        "file": _file(event),
        "src_endpoint": {"svc_name": PRODUCT, "uid": origin.vault},
        **_STATUS[event.outcome],
    }


def _login(event: Event, origin: Origin) -> Json:
    return {
        "user": _user(target(event)),
        "service": {"name": PRODUCT, "uid": origin.vault, "version": VERSION},
        "is_remote": False,
        **_STATUS[event.outcome],
    }


def _entity(event: Event, _origin: Origin) -> Json:
    subject = entity(event)
    managed: Json = {"uid": subject.id, "type_id": _ENTITY_TYPES.get(subject.kind, OTHER), "type": subject.kind}
    if subject.name:
        managed["name"] = subject.name
    if subject.kind == USER:
        managed["user"] = _user(subject)
    return {"actor": {"user": _user(actor(event))}, "entity": managed, **_STATUS[event.outcome]}


def _log(event: Event, _origin: Origin) -> Json:
    return {
        "actor": {"user": _user(actor(event))},
        "log_name": "journal",
        "log_provider": PRODUCT,
        **_STATUS[event.outcome],
    }


def _finding(event: Event, _origin: Origin) -> Json:
    return {
        "finding_info": {"uid": event.row.hash, "title": event.meaning.title},
        "evidences": [{"actor": {"user": _user(actor(event))}}],
        "is_alert": True,
        "status_id": 1,
        "status": "New",
    }


_PARTS: Final[Mapping[Nature, Callable[[Event, Origin], Json]]] = {
    Nature.DOCUMENT: _document,
    Nature.LOGIN: _login,
    Nature.ENTITY: _entity,
    Nature.LOG: _log,
    Nature.FINDING: _finding,
}
"""What an event has beside that which all have."""


def _user(subject: Subject) -> Json:
    user: Json = {"uid": subject.id, "type_id": 1, "type": USER}
    if subject.name:
        user["name"] = subject.name
    return user


def _file(event: Event) -> Json:
    """The document or package; the required name is its id where the name is not told."""
    subject, fields = file(event), event.fields
    document: Json = {"name": subject.id or _UNKNOWN, "type_id": 1, "type": "Regular File"}
    if subject.id:
        document["uid"] = subject.id
    if subject.name:
        document |= {"name": subject.name.rpartition("/")[2], "path": subject.name}
    if "version" in fields:
        document["version"] = str(fields["version"])
    if "size" in fields:
        document["size"] = fields["size"]
    if "sha256" in fields:
        document["hashes"] = [{"algorithm_id": 3, "algorithm": "SHA-256", "value": fields["sha256"]}]
    if label := fields.get("label"):
        document |= {"confidentiality_id": _CONFIDENTIALITY[label], "confidentiality": label}
    return document


def _milliseconds(time: str) -> int:
    """A time of the journal since the epoch."""
    return round(datetime.fromisoformat(time).timestamp() * 1000)
