"""Records of assessments: what every reader checks of them before he believes them."""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.records.assessments import AssessmentAccepted, AssessmentMade
from ipvault.records.base import Record
from ipvault.records.items import ItemRecord
from ipvault.text import _


def objection_to_assessment(catalog: Catalog, record: Record, room: str, signer: str) -> str | None:
    """Why `signer` must not say in `room` what this record says of an assessment, or None; for other records None."""
    match record:
        case AssessmentMade():
            for lists in (
                (record.agreements, record.agreement_versions),
                (record.questions, record.answers),
                (record.risks, record.likelihoods, record.impacts, record.reasons),
            ):
                if len(set(map(len, lists))) > 1:
                    return _("it does not say of every risk how it was assessed, and why")
            if not catalog.has_gap(room, ItemRecord.CLASS) and not catalog.has_had(room, [record.item]):
                return _("it assesses an item that its room does not have")
        case AssessmentAccepted(assessment=assessment):
            query = "SELECT assessor FROM assessment WHERE id = ? AND room = ?"
            made = catalog.view.execute(query, (assessment, room)).fetchone()
            if made is None:
                return _("it accepts an assessment that its room does not have")
            return _("it accepts an assessment of the signer's own") if made[0] == signer else None
    return None
