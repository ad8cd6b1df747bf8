"""Who can open what, on a day: as a member of a room, with a key of which epoch, or with a package."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, names_by_id
from ipvault.catalog.packages import Package, packages, recipients_of, versions_in
from ipvault.catalog.tenures import Tenure, tenures


class Access(NamedTuple):
    """Somebody (a fingerprint) can open something since then: all of a room in a role, or what is in a package.

    `epoch` is that of the room's key on that day, 0 for a package; `revoked` says that a package should not be used.
    """

    fingerprint: str
    name: str
    room: str
    role: str
    epoch: int
    package: str
    since: str
    revoked: bool


def access_to(catalog: Catalog, item: Item, at: str) -> list[Access]:
    """Who could open versions of an item at that time (RFC 3339): members of its room, and who was sent it."""
    names = names_by_id(catalog)
    members = [_of_member(catalog, one, names, at) for one in _held(catalog, at) if one.room == item.room]
    sent = [
        access
        for package in _shared(catalog, at)
        if any(version.item == item.id for version in versions_in(catalog, package.id))
        for access in _of_package(catalog, package, names, at)
    ]
    return members + sent


def access_of(catalog: Catalog, fingerprints: Collection[str], at: str) -> list[Access]:
    """What the holder of these identities could open at that time: rooms, and packages."""
    names = names_by_id(catalog)
    rooms = [_of_member(catalog, one, names, at) for one in _held(catalog, at) if one.member in fingerprints]
    sent = [
        access
        for package in _shared(catalog, at)
        for access in _of_package(catalog, package, names, at)
        if access.fingerprint in fingerprints
    ]
    return rooms + sent


def _held(catalog: Catalog, at: str) -> Iterator[Tenure]:
    """The roles that were held at that time."""
    for tenure in tenures(catalog):
        if tenure.from_time <= at and (tenure.until_time is None or tenure.until_time > at):
            yield tenure


def _shared(catalog: Catalog, at: str) -> Iterator[Package]:
    return (package for package in packages(catalog) if package.shared <= at)


def _of_member(catalog: Catalog, tenure: Tenure, names: dict[str, str], at: str) -> Access:
    query = "SELECT max(epoch) FROM keyed WHERE room = ? AND time <= ?"
    (epoch,) = catalog.view.execute(query, (tenure.room, at)).fetchone()
    name, room = names.get(tenure.member, tenure.member), names.get(tenure.room, tenure.room)
    return Access(tenure.member, name, room, tenure.role, epoch or 0, "", tenure.from_time, False)


def _of_package(catalog: Catalog, package: Package, names: dict[str, str], at: str) -> Iterator[Access]:
    is_revoked = package.revoked is not None and package.revoked <= at
    for fingerprint in recipients_of(catalog, package.id):
        name = names.get(fingerprint, fingerprint)
        yield Access(fingerprint, name, "", "", 0, package.id, package.shared, is_revoked)
