"""How holds look, for people and in JSON."""

from __future__ import annotations

from typing import Any

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.holds import Custodian, Hold, items_held_by
from ipvault.cli.rendering import or_null
from ipvault.text import _


def hold_json(catalog: Catalog, hold: Hold, names: dict[str, str]) -> dict[str, Any]:
    """A hold for programs."""
    return {
        "id": hold.id,
        "matter": hold.matter,
        "reason": hold.reason,
        "seq": hold.seq,
        "placed": hold.time,
        "placed_by": hold.signer,
        "scope": hold.scope._asdict(),
        "items": items_held_by(catalog, hold.id),
        "custodians": [_custodian_json(one, names) for one in hold.custodians],
        "released": hold.released or None,
        "released_by": hold.releaser or None,
        "release_reason": hold.release_reason or None,
    }


def waiting(hold: Hold, names: dict[str, str]) -> str:
    """Which custodians have not acknowledged."""
    return ", ".join(called(one, names) for one in hold.waiting())


def called(one: Custodian, names: dict[str, str]) -> str:
    """What a custodian is called."""
    return names.get(one.person, one.person[:SHORT_ID])


def state(hold: Hold) -> str:
    """Whether a hold stands, and if not, since when."""
    return _("released on {day}").format(day=hold.released[:10]) if hold.released else _("in force")


def _custodian_json(one: Custodian, names: dict[str, str]) -> dict[str, Any]:
    data = or_null(one._asdict(), "noticed", "acknowledged", "evidence", "evidence_name")
    return {**data, "name": called(one, names)}
