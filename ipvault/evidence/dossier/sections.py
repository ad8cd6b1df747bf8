"""The sections of a dossier, in their order. Another one is a function from the account of an item, and a line here.

Who is who, and what is missing, follow after them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ipvault.evidence.dossier import agreed, dates, dealings, item, measures
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.chronology import chronology
from ipvault.evidence.dossier.model import Section

SECTIONS: Final[tuple[Callable[[Account], Section], ...]] = (
    item.description,
    item.versions,
    item.provenance,
    chronology,
    dealings.access,
    measures.protection,
    measures.members,
    measures.keys,
    agreed.agreements,
    agreed.assessments,
    dealings.releases,
    dealings.evidence,
    dealings.shares,
    dealings.receipts,
    dealings.custody,
    dates.stamps,
    measures.witnesses,
    measures.upkeep,
    item.erasures,
)
