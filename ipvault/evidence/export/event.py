"""A record as an event for other programs, with names or without.

What counts as a name is decided by the domain of a field, not by its own name: only ids, hashes, numbers, times and
words out of fixed lists are shown. Whatever people can write (names of documents, members and rooms, notes, tags,
reasons, purposes, paths, addresses) is redacted, in kinds to come as well, until somebody says otherwise here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Final, get_args, get_origin, get_type_hints

from ipvault.evidence.export.meanings import MEANINGS, UNREAD, Meaning, Nature
from ipvault.records import domains
from ipvault.records.families import KINDS
from ipvault.vault.journal_query import JournalRow

KEYS: Final = frozenset((domains.KemKey, domains.Ed25519Key, domains.MlDsa44Key))
"""Public keys: no names, and kilobytes in which no monitoring system finds anything."""

SHOWN: Final = KEYS | {
    domains.Id,
    domains.Sha256,
    domains.AttemptId,
    domains.SlotName,
    domains.UnlockSlotId,
    domains.TornName,
    domains.Word,
    domains.Time,
    domains.TimeOrEmpty,
    domains.Label,
    domains.ItemType,
    domains.Role,
    domains.ReceiptEvent,
    domains.Count,
    domains.ShareCount,
    domains.Epoch,
    domains.Generation,
    domains.VersionNumber,
}
"""The domains in which there is no room for a name."""

_WORD: Final = ("content.released", "channel")
"""A field whose domain is any text, and that holds a `Word` all the same: it is shown if it does."""

_is_word: Final[domains.Test] = get_args(domains.Word)[1]

EVERYTHING: Final = "*"
"""What was redacted of a record of an unknown kind."""


@dataclass(frozen=True)
class Event:
    """One record; its `fields` are what may be shown, `redacted` says which others it has.

    `names` tells what items, rooms and people are called now, by their ids; it is empty where names are redacted.
    """

    row: JournalRow
    names: Mapping[str, str]
    redacted: tuple[str, ...] = ()

    @cached_property
    def meaning(self) -> Meaning:
        """As what it is reported."""
        return MEANINGS.get(self.row.action) or UNREAD[self.row.leaf.kind]

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """What may be shown of its fields, and of those what is worth it: no public keys, and not the kind.

        Of a kind of the future none, since nobody here knows what they hold.
        """
        fields, action = self.row.fields, self.row.action
        if fields is None or action not in KINDS:
            return {}
        left_out = _left_out(action)
        return {name: value for name, value in fields.items() if name not in left_out}

    @property
    def outcome(self) -> bool | None:
        """Whether what it tells of succeeded; None where it cannot be read."""
        return self.meaning.succeeded if self.row.action in MEANINGS else None

    @property
    def time(self) -> str:
        """When it happened: an attempt to unlock is recorded later than that."""
        at = self.fields.get("at") if self.meaning.nature is Nature.LOGIN else None
        return at if isinstance(at, str) else self.row.leaf.time

    def name_of(self, id_: str) -> str | None:
        """What an item, a room or somebody is called, if that is known and may be told."""
        return self.names.get(id_)


def events(rows: Iterable[JournalRow], names: Mapping[str, str] | None) -> Iterator[Event]:
    """Records as events; without `names`, all that people wrote is redacted."""
    if names is None:
        return map(_redacted, rows)
    return (Event(row, names) for row in rows)


def _redacted(row: JournalRow) -> Event:
    if row.fields is None:
        return Event(row, {})
    if row.action not in KINDS:
        return Event(replace(row, fields={}), {}, (EVERYTHING,))
    shown = _shown(row.action)
    fields = {
        name: value
        for name, value in row.fields.items()
        if name in shown or ((row.action, name) == _WORD and _is_word(value))
    }
    return Event(replace(row, fields=fields), {}, tuple(sorted(row.fields.keys() - fields.keys())))


@cache
def _domains(kind: str) -> dict[str, Any]:
    """The fields of a kind and their domains; those of a list are those of its parts."""
    hints = get_type_hints(KINDS[kind], include_extras=True)
    fields = {name: hints[name] for name in KINDS[kind].NAMES}
    return {name: get_args(hint)[0] if get_origin(hint) is tuple else hint for name, hint in fields.items()}


@cache
def _shown(kind: str) -> frozenset[str]:
    """The fields of a kind that are never redacted."""
    return frozenset(("kind", *(name for name, domain in _domains(kind).items() if domain in SHOWN)))


@cache
def _left_out(kind: str) -> frozenset[str]:
    """The fields of a kind that events do without."""
    return frozenset(("kind", *(name for name, domain in _domains(kind).items() if domain in KEYS)))
