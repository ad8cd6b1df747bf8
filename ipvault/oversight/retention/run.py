"""Destroying what is due, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ipvault.catalog.fate import DESTROY
from ipvault.errors import Denied, RoomClosed
from ipvault.journal.head import Head
from ipvault.oversight.retention.due import Judged, due
from ipvault.records.items import VersionErased
from ipvault.records.retention import RetentionApplied
from ipvault.text import _
from ipvault.vault.clock import checked_time
from ipvault.vault.items import erase_versions, unerased
from ipvault.vault.transaction import Transaction, transaction
from ipvault.vault.vault import Vault

_PER_RECORD: Final = 500
"""Documents that one record tells of; more take several."""


class Left(NamedTuple):
    """A document that is due and was left, and why; `is_mine` is false where only somebody else may destroy it."""

    one: Judged
    reason: str
    is_mine: bool


class Run(NamedTuple):
    """What a run destroyed, or would, and what it left. `id` is empty if there was nothing to destroy."""

    id: str
    destroyed: tuple[Judged, ...]
    left: tuple[Left, ...]
    head: Head


def run(vault: Vault, *, reason: str, dry: bool = False) -> Run:
    """Destroy all versions of what is due by a rule that says so, and that nothing holds; with `dry` only tell.

    Raises `ClockBehind`. What it does is done once: what is destroyed is not due any more.
    """
    with transaction(vault) as change:
        day = checked_time(vault)[:10]
        mine: list[Judged] = []
        left: list[Left] = []
        for one in due(vault.catalog, day):
            obstacle = _obstacle(change, one)
            if one.fate.outcome == DESTROY and not obstacle:
                mine.append(one)
            else:
                is_mine = one.fate.outcome != DESTROY
                left.append(Left(one, one.fate.reason if is_mine else obstacle, is_mine))
        id_ = vault.machine.random(16).hex() if mine else ""
        if dry:
            return Run(id_, tuple(mine), tuple(left), vault.catalog.head)
        for one in mine:
            why = f"{one.fate.reason}; {reason}"
            erase_versions(vault, change, one.item, unerased(vault, one.item), why)
        for room in dict.fromkeys(one.item.room for one in mine):
            there = [one for one in mine if one.item.room == room]
            for start in range(0, len(there), _PER_RECORD):
                change.record(_applied(id_, there[start : start + _PER_RECORD], reason), room)
        return Run(id_, tuple(mine), tuple(left), change.commit())


def _applied(run: str, some: Sequence[Judged], reason: str) -> RetentionApplied:
    return RetentionApplied(
        run=run,
        items=tuple(one.item.id for one in some),
        rules=tuple(one.keeping.rule.id for one in some),
        until=tuple(one.keeping.until for one in some),
        reason=reason,
    )


def _obstacle(change: Transaction, one: Judged) -> str:
    """Why this member cannot destroy it, or nothing."""
    try:
        change.check(VersionErased, one.item.room)
    except RoomClosed as closed:
        return str(closed)
    except Denied:
        return _("only an owner of the room {room} can destroy it").format(room=one.item.room_name)
    return ""
