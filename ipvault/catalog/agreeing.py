"""Records of agreements: what every reader checks of them before he believes them."""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.records.agreements import AgreementSet, AgreementTerminated
from ipvault.records.base import Record
from ipvault.records.vocabulary import ROOT
from ipvault.text import _


def objection_to_agreement(catalog: Catalog, record: Record, room: str, _signer: str) -> str | None:
    """Why nobody may say in `room` what this record says of an agreement, or None; for other records None."""
    match record:
        case AgreementSet(agreement=agreement, version=version):
            if catalog.name_of(room) == ROOT:
                return _("it stands in a room that has no documents")
            if len({len(record.fees), len(record.fee_amounts), len(record.fee_days)}) > 1:
                return _("it does not say of every fee how much it is, and when it is due")
            follows = version == _version(catalog, agreement, room) + 1
            return None if follows else _("it sets terms that do not follow from those before, in the same room")
        case AgreementTerminated(agreement=agreement) if _version(catalog, agreement, room) < 1:
            return _("it terminates an agreement that its room does not have")
    return None


def _version(catalog: Catalog, agreement: str, room: str) -> int:
    """The version of an agreement's terms; 0 where there is none yet, and -1 if it stands in another room."""
    row = catalog.view.execute("SELECT version, room FROM agreement WHERE id = ?", (agreement,)).fetchone()
    if row is None:
        return 0
    return int(row[0]) if row[1] == room else -1
