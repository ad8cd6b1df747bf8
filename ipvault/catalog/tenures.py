"""Who had which role in which room, from one record to another."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Tenure(NamedTuple):
    """A role that somebody had in a room, from one record to another; `until_seq` is None as long as he has it."""

    member: str
    room: str
    role: str
    from_seq: int
    from_time: str
    until_seq: int | None
    until_time: str | None


def tenures(catalog: Catalog, member: str | None = None) -> list[Tenure]:
    """All roles that anybody, or one member, ever had, in the order in which they began."""
    query = "SELECT * FROM tenure WHERE member = coalesce(?, member) ORDER BY from_seq"
    return [Tenure._make(row) for row in catalog.view.execute(query, (member,))]
