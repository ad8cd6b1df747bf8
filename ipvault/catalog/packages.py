"""Queries about packages: what was shared with whom, and what came back."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with
from ipvault.errors import AmbiguousPackage, NoSuchPackage


class Package(NamedTuple):
    """A package that was shared by record `seq`. Times are RFC 3339; `expires` can be empty, `revoked` None."""

    id: str
    manifest: str
    seq: int
    shared: str
    sharer: str
    expires: str
    purpose: str
    revoked: str | None


class Receipt(NamedTuple):
    """What a recipient (a fingerprint) signed that he did with a package, and when he did it, as he says."""

    package: str
    fingerprint: str
    event: str
    at: str
    imported: str


class SharedVersion(NamedTuple):
    """A version that went out in a package; the item's name is the present one."""

    room: str
    item: str
    name: str
    number: int


class Provenance(NamedTuple):
    """The package that an item came in, received at `time` and sealed at `sealed`, as its sender says who signed it.

    `sender` is a fingerprint, `sender_name` what stood on the card.
    """

    package: str
    sender: str
    sender_name: str
    sealed: str
    time: str
    seq: int


_RECEIVED: Final = (
    "SELECT received.item, package, sender, sender_name, sealed, time, seq FROM received "
    "JOIN version ON version.item = received.item AND number = 1 AND sha256 = content "
)


def provenance(catalog: Catalog, item: str) -> Provenance | None:
    """Where an item came from, if its first version is what a sender sealed; None for what was added by a member."""
    row = catalog.view.execute(_RECEIVED + "WHERE received.item = ? ORDER BY seq LIMIT 1", (item,)).fetchone()
    return Provenance._make(row[1:]) if row else None


def provenances(catalog: Catalog) -> dict[str, Provenance]:
    """The same of all items that came from somebody, by their ids."""
    rows = catalog.view.execute(_RECEIVED + "ORDER BY seq DESC")
    return {item: Provenance._make(row) for item, *row in rows}


def received_items(catalog: Catalog, package: str, sender: str) -> list[str]:
    """The names of the items in their place that came in a package of this sender (a fingerprint), in order."""
    rows = catalog.view.execute(
        "SELECT DISTINCT item.name FROM received JOIN item ON item.id = received.item "
        "WHERE package = ? AND sender = ? AND removed IS NULL ORDER BY item.name",
        (package, sender),
    )
    return [name for (name,) in rows]


def packages(catalog: Catalog, to: Collection[str] = ()) -> list[Package]:
    """All packages, or those to any of these fingerprints, the oldest first."""
    if not to:
        return list(map(Package._make, catalog.view.execute("SELECT * FROM package ORDER BY seq")))
    return _packages_in(catalog, "SELECT package FROM package_recipient WHERE fingerprint", to)


def packages_holding(catalog: Catalog, items: Collection[str]) -> list[Package]:
    """The packages with a version of any of these items (ids), the oldest first."""
    return _packages_in(catalog, "SELECT package FROM package_version WHERE item", items)


def _packages_in(catalog: Catalog, some: str, values: Collection[str]) -> list[Package]:
    """Those whose ids `some` selects, a query that ends with the name of a column, for any of these values of it."""
    query = f"SELECT * FROM package WHERE id IN ({some} IN (SELECT value FROM json_each(?))) ORDER BY seq"  # noqa: S608  # fixed words
    return list(map(Package._make, catalog.view.execute(query, (json.dumps([*values]),))))


def find_package(catalog: Catalog, typed: str) -> Package:
    """The package whose id begins so. Raises `NoSuchPackage`, or `AmbiguousPackage`."""
    found = beginning_with(typed, packages(catalog))
    if not found:
        raise NoSuchPackage(name=typed)
    if len(found) > 1:
        raise AmbiguousPackage(name=typed, candidates=", ".join(one.id for one in found))
    return found[0]


def recipients_of(catalog: Catalog, package: str) -> dict[str, bool]:
    """The fingerprints that a package was sealed to, each with whether it had been compared."""
    query = "SELECT fingerprint, is_verified FROM package_recipient WHERE package = ? ORDER BY fingerprint"
    return {fingerprint: bool(is_verified) for fingerprint, is_verified in catalog.view.execute(query, (package,))}


def versions_in(catalog: Catalog, package: str) -> list[SharedVersion]:
    """What went out in a package, as far as this member may know of it."""
    query = (
        "SELECT package_version.room, package_version.item, coalesce(item.name, package_version.item), number "
        "FROM package_version LEFT JOIN item ON item.id = package_version.item WHERE package = ? ORDER BY 3, 4"
    )
    return [SharedVersion._make(row) for row in catalog.view.execute(query, (package,))]


def receipts(catalog: Catalog, package: str | None = None) -> list[Receipt]:
    """All receipts that count, or those for a package, the oldest first: of its recipients, for what was shared."""
    query = (
        "SELECT receipt.package, fingerprint, event, at, imported "
        "FROM receipt JOIN package ON package.id = receipt.package AND package.manifest = receipt.manifest "
        "JOIN package_recipient USING (package, fingerprint) "
        "WHERE package.id = coalesce(?, package.id) ORDER BY imported, receipt.package, fingerprint, at"
    )
    return [Receipt._make(row) for row in catalog.view.execute(query, (package,))]
