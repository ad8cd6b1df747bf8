"""Which policy applies, as the records have it."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class PolicyVersion(NamedTuple):
    """A policy as it was set by record `seq`; `content` is TOML."""

    version: int
    seq: int
    time: str
    signer: str
    content: str
    reason: str


def last_version(catalog: Catalog) -> int:
    """The number of the policy that applies; 0 if none was set."""
    (last,) = catalog.view.execute("SELECT coalesce(max(version), 0) FROM policy").fetchone()
    return int(last)


def policy_versions(catalog: Catalog) -> list[PolicyVersion]:
    """All that were set, the oldest first."""
    return [PolicyVersion._make(row) for row in catalog.view.execute("SELECT * FROM policy ORDER BY version")]
