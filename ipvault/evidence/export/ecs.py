"""Events in the Elastic Common Schema 9.0, one JSON object a line.

What ECS has no field for stands under `ipvault`, a namespace of its own, as ECS asks of custom fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from ipvault.evidence.export.event import Event
from ipvault.evidence.export.meanings import Act, Nature
from ipvault.evidence.export.origin import PRODUCT, VERSION, Origin
from ipvault.evidence.export.subjects import USER, Subject, actor, entity, file, target
from ipvault.text import as_json

SCHEMA_VERSION: Final = "9.0.0"
DATASET: Final = "ipvault.journal"

Json = dict[str, Any]


class Category(NamedTuple):
    """How ECS categorises a nature: `event.kind`, `event.category`, and `event.type` by act."""

    kind: str
    name: str
    types: dict[Act, str]


_CHANGES: Final = dict.fromkeys((Act.UPDATE, Act.RENAME, Act.MOVE, Act.RESTORE, Act.DISABLE), "change")
_FILE_TYPES: Final = {
    **_CHANGES,
    Act.CREATE: "creation",
    Act.DELETE: "deletion",
    **dict.fromkeys((Act.READ, Act.SHARE, Act.UNSHARE), "access"),
}
_IAM_TYPES: Final = {
    **_CHANGES,
    **dict.fromkeys((Act.CREATE, Act.ENROLL), "creation"),
    **dict.fromkeys((Act.DELETE, Act.UNENROLL), "deletion"),
}

CATEGORIES: Final = {
    Nature.DOCUMENT: Category("event", "file", _FILE_TYPES),
    Nature.LOGIN: Category("event", "authentication", {Act.LOGON: "start"}),
    Nature.ENTITY: Category("event", "iam", _IAM_TYPES),
    Nature.LOG: Category("event", "configuration", {Act.DELETE: "deletion", Act.EXPORT: "access"}),
    Nature.FINDING: Category("alert", "intrusion_detection", {Act.CREATE: "info"}),
}

_OUTCOMES: Final = {True: "success", False: "failure", None: "unknown"}


def ecs(events: Iterable[Event], origin: Origin) -> Iterator[str]:
    """Each event as a line of JSON."""
    return (as_json(_document(event, origin)) + "\n" for event in events)


def _document(event: Event, origin: Origin) -> Json:
    meaning, leaf = event.meaning, event.row.leaf
    category = CATEGORIES[meaning.nature]
    user = target(event) if meaning.nature is Nature.LOGIN else actor(event)
    written: Json = {
        "@timestamp": event.time,
        "ecs": {"version": SCHEMA_VERSION},
        "message": meaning.title,
        "event": {
            "kind": category.kind,
            "category": [category.name],
            "type": [category.types.get(meaning.act, "info")],
            "action": event.action,
            "outcome": _OUTCOMES[event.outcome],
            "severity": int(meaning.severity),
            "sequence": leaf.seq,
            "id": event.row.hash,
            "created": leaf.time,
            "module": PRODUCT,
            "dataset": DATASET,
            "provider": PRODUCT,
        },
        "service": {"name": PRODUCT, "type": PRODUCT, "id": origin.vault, "version": VERSION},
        "user": _user(user),
        "related": {"user": [user.id]},
        "ipvault": {"class": leaf.kind, "room": leaf.room, "epoch": leaf.epoch, "fields": event.fields},
    }
    if meaning.nature is Nature.DOCUMENT:
        _add_file(written, event)
    elif meaning.nature is Nature.ENTITY and (subject := entity(event)).kind == USER:
        written["user"]["target"] = _user(subject)
        written["related"]["user"].append(subject.id)
    return written


def _user(subject: Subject) -> Json:
    return {"id": subject.id, "name": subject.name} if subject.name else {"id": subject.id}


def _add_file(written: Json, event: Event) -> None:
    """The document or package; where its name is not told, its id stands for it."""
    subject, fields = file(event), event.fields
    document: Json = {}
    if subject.name:
        document |= {"name": subject.name.rpartition("/")[2], "path": subject.name}
    elif subject.id:
        document["name"] = subject.id
    if "size" in fields:
        document["size"] = fields["size"]
    if "sha256" in fields:
        document["hash"] = {"sha256": fields["sha256"]}
        written["related"]["hash"] = [fields["sha256"]]
    if document:
        written["file"] = document
