"""Legal holds: which there are, what they keep, and what every reader checks of records because of them."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.fate import HELD, fate
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.catalog.scopes import Scope
from ipvault.errors import NoSuchHold
from ipvault.records.base import Record
from ipvault.records.holds import HoldAcknowledged, HoldPlaced, HoldRecord
from ipvault.records.items import ItemLeft, ItemRecord, VersionErased
from ipvault.records.vocabulary import OWNER
from ipvault.text import _

_CERTAIN: Final = ("all", "item", "room")
"""Why an item is in a scope, where that does not depend on descriptions of it, which can be forgotten."""


class Custodian(NamedTuple):
    """Who is to be told of a hold (a fingerprint of a member, or the id of a recipient), and when that was done.

    What was not done yet is empty; `evidence` is the SHA-256 of an outsider's acknowledgement.
    """

    person: str
    noticed: str
    acknowledged: str
    evidence: str
    evidence_name: str


class Hold(NamedTuple):
    """A hold, placed by record `seq`; `released` is when it ended, or empty. `scope` is by ids."""

    id: str
    seq: int
    time: str
    signer: str
    matter: str
    reason: str
    scope: Scope
    custodians: tuple[Custodian, ...]
    released: str
    releaser: str
    release_reason: str

    def waiting(self) -> list[Custodian]:
        """The custodians who have not acknowledged."""
        return [one for one in self.custodians if not one.acknowledged]


def holds(catalog: Catalog) -> list[Hold]:
    """All holds, released ones too, the oldest first."""
    return [_whole(catalog, row) for row in catalog.view.execute("SELECT * FROM hold ORDER BY seq").fetchall()]


def ever_held(catalog: Catalog) -> bool:
    """Whether a hold was ever placed."""
    return catalog.view.execute("SELECT 1 FROM hold").fetchone() is not None


def find_hold(catalog: Catalog, typed: str) -> Hold:
    """The hold whose id begins so, or the only one for a matter of that name; one that is released only if all are.

    Raises `NoSuchHold` or `AmbiguousId`.
    """
    known = holds(catalog)
    named = [one for one in known if one.matter == typed]
    found = beginning_with(typed, known) or [one for one in named if not one.released] or named
    return the_only(found, typed, NoSuchHold)


def holds_over(catalog: Catalog, item: str) -> list[Hold]:
    """The holds that keep an item (an id) from being destroyed."""
    query = "SELECT * FROM hold WHERE id IN (SELECT hold FROM held WHERE item = ?) ORDER BY seq"
    return [_whole(catalog, row) for row in catalog.view.execute(query, (item,)).fetchall()]


def held_items(catalog: Catalog) -> dict[str, list[str]]:
    """The ids of all items that are held, each with the matters that they are held for, the oldest first."""
    found: dict[str, list[str]] = {}
    query = "SELECT DISTINCT item, seq, terms FROM held JOIN hold ON id = hold ORDER BY seq"
    for item, _seq, terms in catalog.view.execute(query):
        found.setdefault(item, []).append(json.loads(terms)["matter"])
    return found


def items_held_by(catalog: Catalog, hold: str) -> list[str]:
    """The ids of the items that a hold keeps."""
    query = "SELECT DISTINCT item FROM held WHERE hold = ? ORDER BY item"
    return [item for (item,) in catalog.view.execute(query, (hold,))]


def objection_to_destroying(catalog: Catalog, item: str) -> str | None:
    """Why an item (an id) must not be destroyed, or None: the one place that says so of holds."""
    found = fate([one.matter for one in holds_over(catalog, item)], None, "", is_asked=True)
    return found.reason if found.outcome == HELD else None


def objection_to_leaving(catalog: Catalog, item: str, to: str) -> str | None:
    """Why an item (an id) must not go to another room (an id), or None: all that holds it has to hold it there."""
    query = (
        "SELECT 1 FROM held WHERE item = ?1 AND hold NOT IN (SELECT hold FROM in_scope WHERE item = ?1 AND "
        "kind <> 'room' UNION SELECT hold FROM hold_scope WHERE kind = 'room' AND value = ?2)"
    )
    if catalog.view.execute(query, (item, to)).fetchone() is None:
        return None
    return _("it takes an item to a room where a hold would not keep it any more")


def objection_to_holding(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not say in `room` what this record says, because of holds, or None.

    Descriptions that were forgotten may have been what put an item in a scope, or took it out, so that readers must
    not hold an old erasure against anybody for them: after that only what is certain counts.
    """
    match record:
        case HoldRecord():
            return _objection_to_record(catalog, record, room, signer)
        case VersionErased(item=item):
            if catalog.has_gap(room, ItemRecord.CLASS) and not _is_certain(catalog, item):
                return None
            return objection_to_destroying(catalog, item)
        case ItemLeft(item=item, to=to) if not catalog.has_gap(room, ItemRecord.CLASS):
            return objection_to_leaving(catalog, item, to)
    return None


def _is_certain(catalog: Catalog, item: str) -> bool:
    marks = ", ".join("?" * len(_CERTAIN))
    query = f"SELECT 1 FROM held WHERE item = ? AND kind IN ({marks})"  # noqa: S608  # marks
    return catalog.view.execute(query, (item, *_CERTAIN)).fetchone() is not None


def _objection_to_record(catalog: Catalog, record: HoldRecord, root: str, signer: str) -> str | None:
    row = catalog.view.execute("SELECT released FROM hold WHERE id = ?", (record.hold,)).fetchone()
    if isinstance(record, HoldPlaced):
        return _("it places a hold a second time") if row else None
    if row is None:
        return _("it is about a hold that nobody placed")
    if row[0]:
        return _("it is about a hold that was released before")
    if not isinstance(record, HoldAcknowledged):
        return None
    query = "SELECT 1 FROM hold_custodian WHERE hold = ? AND person = ?"
    if not catalog.view.execute(query, (record.hold, record.member or record.outsider)).fetchone():
        return _("it acknowledges a hold for somebody who is no custodian of it")
    if record.member:
        return None if record.member == signer else _("it acknowledges a hold for another member")
    is_shown = catalog.role(signer, root) == OWNER and record.evidence
    return (
        None if is_shown else _("for an outsider an owner of the vault acknowledges a hold, by what the outsider wrote")
    )


def _whole(catalog: Catalog, row: tuple[str, ...]) -> Hold:
    id_, seq, time, signer, terms, *release = row
    said = json.loads(terms)
    query = "SELECT person, noticed, acknowledged, evidence, evidence_name FROM hold_custodian WHERE hold = ?"
    custodians = tuple(map(Custodian._make, catalog.view.execute(f"{query} ORDER BY person", (id_,))))
    return Hold(id_, int(seq), time, signer, said["matter"], said["reason"], Scope.of(said), custodians, *release)
