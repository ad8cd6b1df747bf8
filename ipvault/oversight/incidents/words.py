"""What codes of incidents are called, for people."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.incidents import Incident
from ipvault.oversight.incidents.clocks import LATE, OVERDUE, RUNNING
from ipvault.records.incidents import (
    AUTHORITY,
    BOTH,
    CONFIDENTIAL,
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    MET,
    OTHER,
    PARTNERS,
    PERSONAL,
    REPORT,
    SECRETS,
    SUBJECTS,
    WAIVED,
    IncidentClosed,
    IncidentNotified,
)
from ipvault.text import N_, _

CATEGORIES: Final = {
    PERSONAL: N_("personal data"),
    SECRETS: N_("secrets"),
    BOTH: N_("secrets and personal data"),
    CONFIDENTIAL: N_("confidential"),
    OTHER: N_("other"),
}
SEVERITIES: Final = {LOW: N_("low"), MEDIUM: N_("medium"), HIGH: N_("high"), CRITICAL: N_("critical")}
PARTIES: Final = {AUTHORITY: N_("the authority"), SUBJECTS: N_("data subjects"), PARTNERS: N_("partners")}
CLOCK_STATES: Final = {
    RUNNING: N_("running"),
    OVERDUE: N_("overdue"),
    MET: N_("met"),
    LATE: N_("met late"),
    WAIVED: N_("waived"),
}

PAPERS: Final = {
    REPORT: N_("a report"),
    AUTHORITY: N_("a draft for the authority"),
    SUBJECTS: N_("a draft for data subjects"),
    PARTNERS: N_("a draft for partners"),
}


def notified(one: Incident) -> str:
    """Who was notified, or why nobody was."""
    if told := one.said(IncidentNotified):
        return ", ".join(dict.fromkeys(_(PARTIES[fact.said["party"]]) for fact in told))
    last = next(iter(one.said(IncidentClosed)), None)
    return _("nobody: {reason}").format(reason=last.said["unnotified"]) if last else ""
