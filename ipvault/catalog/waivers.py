"""Queries about findings that were waived."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Waiver(NamedTuple):
    """Why a finding (its fingerprint) is a false alarm, and who said so when, in record `seq`."""

    finding: str
    seq: int
    time: str
    member: str
    reason: str


def waivers(catalog: Catalog) -> dict[str, Waiver]:
    """All waivers by the finding that each is for, the oldest first."""
    rows = catalog.view.execute("SELECT finding, seq, time, member, reason FROM waiver ORDER BY seq")
    return {row[0]: Waiver._make(row) for row in rows}
