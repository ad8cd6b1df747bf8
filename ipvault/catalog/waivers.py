"""Queries about findings that were waived."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.records.base import WRITERS


class Waiver(NamedTuple):
    """Why a finding (its fingerprint) is a false alarm, and who said so when, in record `seq`."""

    finding: str
    seq: int
    time: str
    member: str
    reason: str


def waivers(catalog: Catalog) -> list[Waiver]:
    """All waivers, the oldest first: of each member the first for a finding."""
    rows = catalog.view.execute("SELECT finding, seq, time, member, reason FROM waiver ORDER BY seq")
    return list(map(Waiver._make, rows))


def counting(catalog: Catalog, room: str | None = None) -> dict[str, Waiver]:
    """Those that count for documents in a room (an id), or for files, by the finding.

    Whoever waived it may write there, or anywhere; of several for one finding the first that counts.
    """
    roles = catalog.members(room) if room is not None else {}
    found: dict[str, Waiver] = {}
    for one in waivers(catalog):
        if roles.get(one.member) in WRITERS if room is not None else catalog.is_writer(one.member):
            found.setdefault(one.finding, one)
    return found
