"""A record as an event for other programs, with names or without.

What counts as a name is decided by the domain of a field, not by its own name: only ids, hashes, numbers, times and
words out of fixed lists are shown. Whatever people can write (names of documents, members and rooms, notes, tags,
reasons, purposes, paths, addresses) is redacted, in kinds to come as well, until somebody says otherwise here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, get_args, get_origin, get_type_hints

from ipvault.evidence.export.meanings import MEANINGS, UNREAD, Meaning, Nature
from ipvault.records import domains
from ipvault.records.families import all_kinds
from ipvault.vault.journal_query import JournalRow

KEYS: Final = frozenset((domains.KemKey, domains.Ed25519Key, domains.MlDsa44Key))
"""Public keys: no names, and kilobytes in which no monitoring system finds anything."""

LEFT_OUT: Final = KEYS | {domains.Der, domains.SignaturePair}
"""With signatures, and with tokens and certificates, which may hold names of authorities as well."""

SHOWN: Final = KEYS | {
    domains.Id,
    domains.Sha256,
    domains.AttemptId,
    domains.CopyId,
    domains.SlotName,
    domains.UnlockSlotId,
    domains.TornName,
    domains.Word,
    domains.WordOrEmpty,
    domains.Day,
    domains.DayOrEmpty,
    domains.DayCount,
    domains.Rating,
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
    domains.Incarnation,
    domains.IdOrEmpty,
    domains.Sha256OrEmpty,
    domains.SignaturePair,
    domains.Imprint,
    domains.Nonce,
    domains.HashName,
    domains.StampTarget,
    domains.VersionNumber,
}
"""The domains in which there is no room for a name."""

_WORD: Final = ("content.released", "channel")
"""A field whose domain is any text, and that holds a `Word` all the same: it is shown if it does."""

_is_word: Final[domains.Test] = get_args(domains.Word)[1]

EVERYTHING: Final = "*"
"""What was redacted of a record of an unknown kind."""


@dataclass(frozen=True, slots=True)
class Event:
    """One record, reported as its `meaning`.

    `fields` are what may be shown of it and is worth it: no public keys, and not the kind; of a kind of the future
    none, since nobody here knows what they hold. `redacted` names the fields of the record that may not be shown.
    `names` tells what items, rooms and people are called now, by their ids; it is empty where names are redacted.
    """

    row: JournalRow
    action: str
    meaning: Meaning
    fields: Mapping[str, Any]
    names: Mapping[str, str]
    redacted: tuple[str, ...] = ()

    @property
    def outcome(self) -> bool | None:
        """Whether what it tells of succeeded; None where it cannot be read."""
        return self.meaning.succeeded if self.action in MEANINGS else None

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
    return map(_redacted, rows) if names is None else (_event(row, names) for row in rows)


def _event(row: JournalRow, names: Mapping[str, str], redacted: tuple[str, ...] = ()) -> Event:
    action = row.action
    left_out = _left_out(action)
    if row.fields is None or left_out is None:
        fields = {}
    else:
        fields = {name: value for name, value in row.fields.items() if name not in left_out}
    return Event(row, action, MEANINGS.get(action) or UNREAD[row.leaf.kind], fields, names, redacted)


def _redacted(row: JournalRow) -> Event:
    if row.fields is None:
        return _event(row, {})
    action = row.action
    if action not in all_kinds():
        return _event(replace(row, fields={}), {}, (EVERYTHING,))
    shown = _shown(action)
    fields = {
        name: value
        for name, value in row.fields.items()
        if name in shown or ((action, name) == _WORD and _is_word(value))
    }
    redacted = tuple(sorted(row.fields.keys() - fields.keys()))
    return _event(JournalRow(row.leaf, row.hash, row.signer, fields), {}, redacted)


@cache
def _domains(kind: str) -> dict[str, Any]:
    """The fields of a kind and their domains; those of a list are those of its parts."""
    hints = get_type_hints(all_kinds()[kind], include_extras=True)
    fields = {name: hints[name] for name in all_kinds()[kind].NAMES}
    return {name: get_args(hint)[0] if get_origin(hint) is tuple else hint for name, hint in fields.items()}


@cache
def _shown(kind: str) -> frozenset[str]:
    """The fields of a kind that are never redacted."""
    return frozenset(("kind", *(name for name, domain in _domains(kind).items() if domain in SHOWN)))


@cache
def _left_out(kind: str) -> frozenset[str] | None:
    """The fields of a kind that events do without; None for all of them."""
    if kind not in all_kinds():
        return None
    return frozenset(("kind", *(name for name, domain in _domains(kind).items() if domain in LEFT_OUT)))
