"""Records that add to what somebody began: what others add to it counts for nothing, and breaks nothing either.

All members may write them, so that a journal whose readers took fright at one would be at the mercy of each of them.
"""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.statistics import incarnation
from ipvault.records.base import Record
from ipvault.records.custody import CustodyCorrected, CustodyStarted, CustodyTransferred
from ipvault.records.timestamps import TimestampImported
from ipvault.records.upkeep import RollbackAccepted
from ipvault.records.vocabulary import OWNER
from ipvault.text import _


class Disregarded(NamedTuple):
    """A record that counts for nothing: its number, who signed it, and why."""

    seq: int
    signer: str
    reason: str


def why_disregarded(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why what `signer` adds with `record` in `room` counts for nothing, or None; for records of other kinds None."""
    match record:
        case TimestampImported(timestamp=timestamp):
            return _objection_to_answer(catalog, timestamp, room, signer)
        case RollbackAccepted(incarnation=number) if number != incarnation(catalog) + 1:
            return _("it begins another incarnation of the journal than the next")
        case CustodyStarted(custody=custody) if _recorders(catalog, custody):
            return _("custody of this piece of evidence was recorded before")
        case CustodyCorrected(custody=custody, seq=seq) if not _is_correctable(catalog, custody, seq):
            return _("a correction names the record of a hand-over, or of the beginning, of that piece of evidence")
        case CustodyTransferred(custody=custody) | CustodyCorrected(custody=custody):
            recorders = _recorders(catalog, custody)
            if recorders and signer not in (recorders[0], recorders[-1]) and not catalog.is_writer(signer):
                return _(
                    "a hand-over is recorded, or corrected, by whoever recorded the first or the last one, or by an "
                    "owner or editor of a room"
                )
    return None


def disregarded(catalog: Catalog) -> list[Disregarded]:
    """The records that count for nothing."""
    return [Disregarded._make(row) for row in catalog.view.execute("SELECT * FROM disregarded ORDER BY seq")]


def _objection_to_answer(catalog: Catalog, timestamp: str, room: str, signer: str) -> str | None:
    query = "SELECT requester FROM timestamp WHERE id = ? AND room = ?"
    requester = catalog.view.execute(query, (timestamp, room)).fetchone()
    if requester is None or signer == requester[0] or catalog.role(signer, room) == OWNER:
        return None
    return _("the answer to a request is recorded by whoever made the request, or by an owner of the room")


def _is_correctable(catalog: Catalog, custody: str, seq: int) -> bool:
    query = "SELECT 1 FROM custody_step WHERE custody = ? AND seq = ? AND corrects IS NULL"
    return catalog.view.execute(query, (custody, seq)).fetchone() is not None


def _recorders(catalog: Catalog, custody: str) -> list[str]:
    """Who recorded what happened to a piece of evidence, the first first."""
    query = "SELECT recorder FROM custody_step JOIN custody ON custody = id WHERE id = ? ORDER BY seq"
    return [recorder for (recorder,) in catalog.view.execute(query, (custody,))]
