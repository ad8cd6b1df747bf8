"""Records of the register of trade secrets: what every reader checks of them before he believes them."""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.register import last_scoring
from ipvault.records.base import Record
from ipvault.records.register import FACTORS, SecretApproved, SecretProposed, SecretRecord, SecretScored
from ipvault.records.vocabulary import ROOT
from ipvault.text import _


def objection_to_registering(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not say in `room` what this record says of a trade secret, or None; of other records None."""
    if not isinstance(record, SecretRecord):
        return None
    query = "SELECT proposer FROM secret WHERE id = ? AND room = ?"
    proposer = catalog.view.execute(query, (record.secret, room)).fetchone()
    if isinstance(record, SecretProposed):
        if catalog.name_of(room) == ROOT:
            return _("it tells every member of the vault of a trade secret")
        return _("it proposes a trade secret under the id of another") if proposer else None
    if proposer is None:
        return _("it is about a trade secret that is not in the register of its room")
    retired = "SELECT 1 FROM secret_retirement WHERE secret = ? AND room = ?"
    if catalog.view.execute(retired, (record.secret, room)).fetchone():
        return _("it is about a trade secret that was retired before")
    match record:
        case SecretScored(factors=factors, scores=scores, reasons=reasons):
            is_whole = factors == FACTORS and len(scores) == len(reasons) == len(FACTORS)
            return None if is_whole else _("it does not say of each of the six factors how it is scored, and why")
        case SecretApproved() if proposer[0] == signer:
            return _("it approves a trade secret that the signer proposed")
        case SecretApproved(scoring=scoring) if scoring != last_scoring(catalog, record.secret, room):
            return _("it approves a trade secret otherwise than it was scored last")
    return None
