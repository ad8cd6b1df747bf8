"""What became of a containment: the ends of freezes and holds, and the copies that it did not reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.incidents import Fact, Incident
from ipvault.catalog.items import all_items
from ipvault.catalog.packages import packages, versions_in
from ipvault.catalog.recipients import by_id, fingerprints_of
from ipvault.oversight.copies import Copy, remaining_copies
from ipvault.oversight.incidents.report import Moment
from ipvault.oversight.incidents.restraints import FREEZE, HOLD, endings, restraints
from ipvault.records.incidents import IncidentContained
from ipvault.vault.vault import Vault


class Unreached(NamedTuple):
    """A copy that may still be opened, of something that the containment by record `seq` is about."""

    copy: Copy
    seq: int


class Aftermath(NamedTuple):
    """When freezes and holds ended, and what is out; both as the records say it now."""

    ended: list[Moment]
    unreached: list[Unreached]


def aftermath(vault: Vault, incident: Incident) -> Aftermath:
    """That of all containments of an incident. Raises `JournalBroken`, or `FormatTooNew`."""
    some = restraints(vault, incident)
    scopes = {one.id: one.of for one in some}
    reached = {fact.seq: _reached(vault.catalog, fact, scopes) for fact in incident.said(IncidentContained)}
    return Aftermath(endings(some), list(_unreached(vault, reached)))


def _unreached(vault: Vault, reached: dict[int, set[str]]) -> Iterator[Unreached]:
    """Each with the first containment that is about something of it; a backup has everything."""
    if not reached:
        return
    for copy in remaining_copies(vault, set().union(*reached.values())):
        seqs = (seq for seq, items in reached.items() if not copy.items or not items.isdisjoint(copy.items))
        yield Unreached(copy, next(seqs))


def _reached(catalog: Catalog, fact: Fact, scopes: dict[str, frozenset[str]]) -> set[str]:
    """The items (ids) that a containment is about: frozen or held, in rooms that are, and in packages."""
    of = scopes.get(fact.said[FREEZE], frozenset()) | scopes.get(fact.said[HOLD], frozenset())
    people = (one for id_ in fact.said["outsiders"] if (one := by_id(catalog, id_)))
    cards = {card for one in people for card in fingerprints_of(catalog, one)}
    sent = {*fact.said["packages"], *(one.id for one in (packages(catalog, cards) if cards else ()))}
    there = {item.id for item in all_items(catalog) if item.id in of or item.room in of}
    return there | {version.item for package in sent for version in versions_in(catalog, package)}
