"""Where recipients may be, by what their cards say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.governance.policy.policy import Policy
from ipvault.text import _
from ipvault.vault.gate import BLOCKED, NEEDS, Request, Verdict

NAME: Final = "jurisdictions"


def check(request: Request, policy: Policy, _catalog: Catalog) -> Iterator[Verdict]:
    """Labels can name the jurisdictions that their documents may go to."""
    for label in sorted({item.label for item, _version in request.versions}):
        allowed = policy.labels[label].jurisdictions
        for one in request.recipients if allowed else ():
            where = one.jurisdiction.strip()
            if where.casefold() in {place.casefold() for place in allowed}:
                continue
            fields = {"name": one.name, "label": label, "where": where, "allowed": ", ".join(allowed)}
            if where:
                reason = _("{name} is in {where}, and what is {label} goes to {allowed} only")
                yield Verdict(NAME, BLOCKED, one.fingerprint, reason.format(**fields), _("counsel decides"))
            else:
                reason = _("the card of {name} does not say where that is, and what is {label} goes to {allowed} only")
                remedy = _("ask {name} for a card that says it").format(**fields)
                yield Verdict(NAME, NEEDS, one.fingerprint, reason.format(**fields), remedy)
