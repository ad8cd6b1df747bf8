"""Whom and what an event is about, as its fields tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ipvault.evidence.export.event import Event

USER = "User"


class Subject(NamedTuple):
    """Something with an id, and with a name where that is known and may be told."""

    kind: str
    id: str
    name: str | None


_ENTITIES: Mapping[str, str] = {
    "member": USER,
    "recipient": "Recipient",
    "slot": "Recovery shares",
    "room": "Room",
    "vault": "Vault",
    "agreement": "Agreement",
    "training": "Training",
    "hold": "Legal hold",
    "rule": "Retention rule",
    "consent": "Consent",
    "freeze": "Freeze",
    "incident": "Incident",
    "secret": "Trade secret",
}
"""The fields that name whom or what an event is about, the most telling first."""

_FILES: Mapping[str, str] = {"item": "Document", "package": "Package", "decision": "Decision", "request": "Request"}


def entity(event: Event) -> Subject:
    """Whom or what an event changed; its room, if that cannot be read."""
    return _first(event, _ENTITIES) or Subject("Room", event.row.leaf.room, event.name_of(event.row.leaf.room))


def file(event: Event) -> Subject:
    """The document or the package that an event is about; without an id if that cannot be read."""
    return _first(event, _FILES) or Subject("Document", "", None)


def _first(event: Event, kinds: Mapping[str, str]) -> Subject | None:
    for field, kind in kinds.items():
        id_ = event.fields.get(field)
        if isinstance(id_, str):
            return Subject(kind, id_, event.fields.get("name") or event.name_of(id_))
    return None


def actor(event: Event) -> Subject:
    """Who did it: the signer of the record."""
    return Subject(USER, event.row.signer, event.name_of(event.row.signer))


def target(event: Event) -> Subject:
    """The member as whom somebody opened the vault, or tried to."""
    member = event.fields.get("member")
    return Subject(USER, member, event.name_of(member)) if isinstance(member, str) else actor(event)
