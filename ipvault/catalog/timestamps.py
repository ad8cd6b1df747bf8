"""Queries about timestamps: what was sent out to be stamped, and what came back."""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with
from ipvault.errors import AmbiguousTimestamp, NoSuchTimestamp
from ipvault.records.vocabulary import OWNER


class Stamp(NamedTuple):
    """What the token says, by the record `seq` that keeps it, and the member who wrote that; see `TimestampImported`.

    Nothing of it is proven: `timestamp_check` compares it with the token.
    """

    seq: int
    authority: str
    at: str
    accuracy: int
    until: str
    serial: str
    policy: str
    ca: str
    importer: str


class Timestamp(NamedTuple):
    """A request, as `TimestampRequested` has it, with the member and the time of it, and the stamp if there is one.

    `room` is the id of the room in which both are on record.
    """

    id: str
    room: str
    target: str
    item: str
    version: int
    origin: str
    size: int
    root: str
    renews: str
    algorithm: str
    imprint: str
    nonce: str
    requested: str
    requester: str
    stamp: Stamp | None


_REQUEST: Final = len(Timestamp._fields) - 1


def timestamps(catalog: Catalog) -> list[Timestamp]:
    """All timestamps, the oldest request first."""
    rows = catalog.view.execute("SELECT * FROM timestamp ORDER BY requested, rowid")
    return [_timestamp(row) for row in rows]


def find_timestamp(catalog: Catalog, typed: str) -> Timestamp:
    """The timestamp whose id begins so. Raises `NoSuchTimestamp`, or `AmbiguousTimestamp`."""
    found = beginning_with(typed, timestamps(catalog))
    if not found:
        raise NoSuchTimestamp(name=typed)
    if len(found) > 1:
        raise AmbiguousTimestamp(name=typed, candidates=", ".join(one.id for one in found))
    return found[0]


def renewed(catalog: Catalog) -> dict[str, str]:
    """The ids of timestamps that others renew, each with the time of the first stamp that does.

    Those count that the same member imported, or an owner of the room, so that nobody else silences a warning.
    """
    rows = catalog.view.execute(
        "SELECT later.renews, min(later.at) FROM timestamp later JOIN timestamp earlier ON earlier.id = later.renews "
        "WHERE later.seq NOT NULL AND later.at <= earlier.until AND (later.importer = earlier.importer OR EXISTS "
        "(SELECT 1 FROM role WHERE member = later.importer AND room = later.room AND role = ?)) GROUP BY later.renews",
        (OWNER,),
    )
    return dict(rows.fetchall())


def aging(catalog: Catalog, when: str) -> list[tuple[Timestamp, Stamp]]:
    """Timestamps that the certificate of their authority does not outlast until `when`, and that none renews."""
    done = renewed(catalog)
    found = [(one, one.stamp) for one in timestamps(catalog) if one.stamp is not None and one.id not in done]
    return [(one, stamp) for one, stamp in found if stamp.until < when]


def _timestamp(row: tuple[object, ...]) -> Timestamp:
    request, stamped = row[:_REQUEST], row[_REQUEST:]
    return Timestamp._make((*request, None if stamped[0] is None else Stamp._make(stamped)))
