"""What every record is: a kind, typed fields, the rights it needs, and what it does to the catalog.

A family is a module with its tables (`SCHEMA`) and its records. `@record` registers a class under its kind, and
`decode` gives back the dataclass, or `Unknown` for a kind that a newer ipvault wrote.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, TypeVar, get_type_hints

OWNER = "owner"
EDITOR = "editor"
READER = "reader"
AUDITOR = "auditor"
ROLES = (OWNER, EDITOR, READER, AUDITOR)
EVERYBODY = frozenset(ROLES)
WRITERS = frozenset((OWNER, EDITOR))
OWNERS = frozenset((OWNER,))


class MalformedRecord(Exception):
    """The fields of a record are not those of its kind; the argument says which."""


class Place(NamedTuple):
    """Where a record stands: what its projection may use beside its own fields."""

    seq: int
    time: str
    signer: str
    room: str
    epoch: int
    offset: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Base of all facts. Fields are text, integers, booleans, or tuples of text."""

    KIND: ClassVar[str]
    CLASS: ClassVar[str]
    WRITTEN_BY: ClassVar[frozenset[str]]
    """The roles, in the record's room, that may write it."""

    def fields(self) -> dict[str, Any]:
        """The record as the journal seals it."""
        values: dict[str, Any] = {"kind": self.KIND}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            values[field.name] = list(value) if isinstance(value, tuple) else value
        return values

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        """Change the catalog accordingly. The default is for facts that only the journal keeps."""

    def items(self) -> tuple[str, ...]:
        """The ids of the items that this fact is about."""
        return ()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Record):
    """A record of a kind that this program does not know. It can be shown and never be written."""

    KIND: ClassVar[str] = "unknown"
    CLASS: ClassVar[str] = ""
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    content: dict[str, Any]

    def fields(self) -> dict[str, Any]:
        return self.content


_KINDS: dict[str, type[Record]] = {}
_TYPES: dict[str, dict[str, Any]] = {}

R = TypeVar("R", bound=type[Record])


def record(cls: R) -> R:
    """Register a record class under its kind."""
    _KINDS[cls.KIND] = cls
    return cls


def _types(cls: type[Record]) -> dict[str, Any]:
    if cls.KIND not in _TYPES:
        hints = get_type_hints(cls)
        _TYPES[cls.KIND] = {f.name: hints[f.name] for f in dataclasses.fields(cls)}
    return _TYPES[cls.KIND]


def decode(public_class: str, fields: Mapping[str, Any]) -> Record:
    """The record that `fields` are, which the journal holds under `public_class`. Raises `MalformedRecord`."""
    kind = fields.get("kind")
    if not isinstance(kind, str):
        raise MalformedRecord("it has no kind")
    cls = _KINDS.get(kind)
    if cls is None:
        return Unknown(content=dict(fields))
    if public_class != cls.CLASS:
        raise MalformedRecord(f"a record of kind {kind} cannot stand in class {public_class}")
    types = _types(cls)
    values: dict[str, Any] = {}
    for name, expected in types.items():
        value = fields.get(name)
        if expected == tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
                raise MalformedRecord(f"its field {name} is not a list of text")
            value = tuple(value)
        elif type(value) is not expected:
            raise MalformedRecord(f"its field {name} is missing or of the wrong type")
        values[name] = value
    if len(fields) != len(values) + 1:
        raise MalformedRecord("it has fields that its kind does not have")
    return cls(**values)
