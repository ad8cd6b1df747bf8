"""Counts for people who want to see at a glance what is there."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Totals(NamedTuple):
    """What the vault holds; `size` in bytes of content, `labels` with the number of items of each."""

    items: int
    removed: int
    versions: int
    size: int
    labels: dict[str, int]


class Login(NamedTuple):
    """A member's unlocking: the last success, the last failure, failures before that success and since."""

    last: str | None
    last_failed: str | None
    failed_before: int
    failed_since: int


class AcceptedRollback(NamedTuple):
    """Another copy that was accepted: in which record, when and by which member, why, and in place of what.

    `pinned_seq` is the last record that the computer had seen of the copy before, `found_seq` the last of this one.
    """

    seq: int
    accepted: str
    member: str
    reason: str
    pinned_seq: int
    found_seq: int
    incarnation: int

    @property
    def is_longer(self) -> bool:
        """Whether the copy had gone another way, so that it is not known to be older."""
        return self.found_seq >= self.pinned_seq


def totals(catalog: Catalog) -> Totals:
    """Counts over everything this member can read."""
    view = catalog.view
    items, removed = view.execute("SELECT count(*) - count(removed), count(removed) FROM item").fetchone()
    versions, size = view.execute(
        "SELECT count(*), coalesce(sum(version.size), 0) FROM version JOIN item ON item.id = version.item "
        "WHERE version.erased IS NULL"
    ).fetchone()
    labels = view.execute("SELECT label, count(*) FROM item WHERE removed IS NULL GROUP BY label ORDER BY label")
    return Totals(items, removed, versions, size, dict(labels))


def logins(catalog: Catalog) -> dict[str, Login]:
    """Fingerprint to what is known of that member's unlocking."""
    rows = catalog.view.execute("SELECT member, last, last_failed, failed_before, failed_since FROM login")
    return {member: Login(*rest) for member, *rest in rows}


def rollbacks(catalog: Catalog) -> list[AcceptedRollback]:
    """The rollbacks that were accepted, oldest first."""
    return [AcceptedRollback(*row) for row in catalog.view.execute("SELECT * FROM rollback ORDER BY seq")]


def incarnation(catalog: Catalog) -> int:
    """In which life the journal is: the first, or a later one for each rollback that was accepted."""
    return 1 + int(catalog.view.execute("SELECT count(*) FROM rollback").fetchone()[0])
