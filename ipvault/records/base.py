"""What every record is: a kind, typed fields, the rights it needs, and what it does to the catalog.

A family is a module with its tables (`SCHEMA`) and its records. `@record` registers a class under its kind, and
`families.decode` gives back the dataclass, or `Unknown` for a kind that a newer ipvault wrote.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

from ipvault.records.vocabulary import EDITOR, OWNER, ROLES

Fields = dict[str, Any]

EVERYBODY = frozenset(ROLES)
WRITERS = frozenset((OWNER, EDITOR))
OWNERS = frozenset((OWNER,))

WRITERS_OF_CLASS: Final = {
    **dict.fromkeys(("genesis", "room", "key", "forget"), OWNERS),
    "item": WRITERS,
    **dict.fromkeys(("access", "member", "auth", "policy", "governance", "anchor", "repair"), EVERYBODY),
}
"""Who may write some record of a class: all that is asked where it cannot be read, or is of a kind of the future."""


class MalformedRecord(Exception):
    """The fields of a record are not those of its kind; the argument says which."""


class Place(NamedTuple):
    """Where a record stands: what its projection may use beside its own fields.

    `commit` is the sequence number of the last record of its transaction.
    """

    seq: int
    time: str
    signer: str
    room: str
    epoch: int
    commit: int


class Public(NamedTuple):
    """What a record's leaf says in clear beside its class: paths of files added and removed, and facts."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    facts: Mapping[str, str | list[int]] = MappingProxyType({})


NOTHING_PUBLIC: Final = Public()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Base of all facts. Fields are text or whole numbers out of `domains`, or tuples of those."""

    KIND: ClassVar[str]
    CLASS: ClassVar[str]
    WRITTEN_BY: ClassVar[frozenset[str]]
    """The roles, in the record's room, that may write it."""
    IN_ROOT_ONLY: ClassVar[bool] = False
    """Whether it concerns the vault as a whole, whatever its class says."""
    IN_ROOMS_ONLY: ClassVar[bool] = False
    """Whether it concerns documents, which the root room does not have."""
    IS_ADDITION: ClassVar[bool] = False
    """Whether it adds to what somebody began, and may therefore count for nothing: `catalog.standing` says when."""
    NAMES: ClassVar[tuple[str, ...]]
    """The names of its fields."""

    def fields(self) -> Fields:
        """The record as the journal seals it."""
        values: Fields = {"kind": self.KIND}
        for name in self.NAMES:
            value = getattr(self, name)
            values[name] = list(value) if isinstance(value, tuple) else value
        return values

    def public(self) -> Public:
        """What its leaf must say, no more and no less."""
        return NOTHING_PUBLIC

    def project(self, view: sqlite3.Connection, at: Place) -> None:
        """Change the catalog accordingly. The default is for facts that only the journal keeps."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(Record):
    """A record of a kind that this program does not know. It can be shown and never be written."""

    KIND: ClassVar[str] = "unknown"
    CLASS: ClassVar[str] = ""
    WRITTEN_BY: ClassVar[frozenset[str]] = EVERYBODY

    content: Fields

    def fields(self) -> Fields:
        return self.content


KINDS: dict[str, type[Record]] = {}

R = TypeVar("R", bound=type[Record])


def record(cls: R) -> R:
    """Register a record class under its kind."""
    KINDS[cls.KIND] = cls
    cls.NAMES = tuple(field.name for field in dataclasses.fields(cls))
    return cls
