"""The journal as events: read once, through the chain, so that rules see what was signed and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final

from ipvault.catalog.requests import release_requests
from ipvault.journal.leaf import Leaf
from ipvault.oversight.insight.event import Event, Told
from ipvault.text import _
from ipvault.vault.calendar import Calendar, calendars
from ipvault.vault.journal_query import committed, items_in
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.vault import Vault

_KNOWN_SIZES: Final = 100_000


def events(vault: Vault, progress: Progress = unobserved) -> Iterator[Event]:
    """Every committed record, oldest first; `progress` is told records. Raises `JournalBroken`, or `FormatTooNew`.

    A record that was forgotten, or that this member has no key to, is an event of which no more than the class is
    known. An attempt to unlock has the time at which it was made.
    """
    observer = _Observer(vault)
    with closing(committed(vault)) as transactions:
        for transaction in transactions:
            signer = transaction[-1].leaf.signer
            for leaf, sealed, _offset in transaction:
                yield observer.event(leaf, sealed, signer)
            progress(len(transaction))


class _Observer:
    """Makes events; it knows what records refer to: sizes of versions, and who asked for what."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._closings = vault.catalog.closings()
        self._requesters = {one.id: one.requester for one in release_requests(vault.catalog)}
        self._coming = calendars(vault.catalog)
        self._calendar = Calendar()
        self._size = lru_cache(_KNOWN_SIZES)(self._size_of)
        self._time = lru_cache(1)(_seconds)

    def event(self, leaf: Leaf, sealed: bytes, signer: str) -> Event:
        while self._coming and self._coming[0][0] <= leaf.seq:
            self._calendar = self._coming.pop(0)[1]
            if not self._calendar.is_known_zone:
                self._calendar = self._without(self._calendar)
        open_: Callable[[], Told] = partial(self._told, leaf, sealed, signer)
        event = Event(leaf.seq, self._time(leaf.time), leaf.kind, signer, leaf.room, self._calendar, open_)
        if leaf.kind == "auth" and isinstance(at := event.told.get("at"), str):
            event.time = _seconds(at)
        return event

    def _without(self, calendar: Calendar) -> Calendar:
        """No calendar, which is told if it is the one that applies now."""
        if not self._coming:
            text = _(
                "this computer does not know the time zone {zone} of the policy, so its calendar is not used: install "
                "the package tzdata"
            )
            self._vault.machine.warn(text.format(zone=calendar.zone))
        return Calendar()

    def _told(self, leaf: Leaf, sealed: bytes, signer: str) -> Told:
        closed = self._closings.get(leaf.room)
        fields = self._vault.keys.fields(leaf, sealed) if closed is None or leaf.seq < closed.seq else None
        if fields is None:
            return {"action": leaf.kind, "who": signer}
        told: dict[str, Any] = {**fields, "action": fields["kind"], "who": signer, "item": sorted(items_in(fields))}
        match fields:
            case {"kind": "auth.unlocked" | "auth.failed", "member": member}:
                told["who"] = member
            case {"kind": "request.denied" | "request.approved", "request": str(request)}:
                told["who"] = self._requesters.get(request, signer)
            case {"kind": "content.released", "item": str(item), "version": int(version)}:
                told["bytes"] = self._size(item, version)
            case {"kind": "package.shared", "items": list(items), "versions": list(versions)}:
                told["recipient"] = fields["recipients"]
                told["bytes"] = sum(self._size(str(one), int(str(v))) for one, v in zip(items, versions, strict=False))
        return told

    def _size_of(self, item: str, version: int) -> int:
        query = "SELECT size FROM version WHERE item = ? AND number = ?"
        row = self._vault.catalog.view.execute(query, (item, version)).fetchone()
        return int(row[0]) if row else 0


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
