"""What gives an item away in records that do not name it: hashes of its contents, and what was made of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.timestamps import timestamps

_TELLING: Final = (
    "SELECT item, object FROM version",
    "SELECT item, sha256 FROM version",
    "SELECT item, sha256 FROM departed_version",
    "SELECT item, sha256 FROM past_presence",
    "SELECT item, content FROM received",
    "SELECT item, package FROM received",
    "SELECT item, package FROM package_version",
    "SELECT id, manifest FROM package",
    "SELECT item, request FROM request_version",
    "SELECT id, digest FROM release_request",
    "SELECT sha256_before, custody FROM custody_step",
    "SELECT sha256_after, custody FROM custody_step",
)
"""Pairs of what was found and what it leads to, in an order in which nothing has to be asked twice."""


def traces_of(catalog: Catalog, items: Collection[str]) -> frozenset[str]:
    """Ids of objects, packages, requests, timestamps and custodies, and hashes, by which records tell of `items`.

    What is common to several items, such as a package or a content, is a trace of each of them.
    """
    found = {*items}
    for query in _TELLING:
        found |= {trace for known, trace in catalog.view.execute(query) if known in found}
    for one in timestamps(catalog):  # what others renew comes before them
        if not found.isdisjoint((one.item, one.renews, one.imprint)):
            found |= {one.id, one.imprint}
    return frozenset(found - {""})
