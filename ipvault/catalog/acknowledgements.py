"""Queries about findings of insight that somebody acknowledged."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Acknowledgement(NamedTuple):
    """What was found (an id) by a rule up to record `last`, and who said so when, in record `seq`, and why."""

    finding: str
    rule: str
    last: int
    seq: int
    time: str
    member: str
    reason: str


def acknowledgements(catalog: Catalog) -> dict[str, list[Acknowledgement]]:
    """The last acknowledgement of each finding (an id) by each member, the newest first."""
    found: dict[str, list[Acknowledgement]] = {}
    for row in catalog.view.execute("SELECT * FROM insight_acknowledgement ORDER BY seq DESC"):
        found.setdefault(row[0], []).append(Acknowledgement._make(row))
    return found
