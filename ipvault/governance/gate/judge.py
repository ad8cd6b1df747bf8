"""The decision about a request: every check is made, and one that finds something stands against it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Version
from ipvault.governance.gate.checks import CHECKS, approvals, expiry, export_control, freeze, marks
from ipvault.governance.policy.current import current_policy
from ipvault.records.decisions import ALLOWED, OVERRIDDEN
from ipvault.vault.clock import timestamp
from ipvault.vault.gate import NEEDS, OVERRIDE, PASSED, REFUSED, Decision, Request, Verdict

_DAY: Final = 24 * 60 * 60

_FIRM: Final = frozenset((freeze.NAME, export_control.NAME, marks.NAME))
"""The checks that no reason overrides: whoever ends a freeze does it for all to see, export control is not the policy's
to waive, and nothing is sent bare that has to be marked."""


def latest_expiry(catalog: Catalog, wanted: Iterable[tuple[Item, Version]], now: float) -> str | None:
    """When a package with these documents has to expire, if the policy says so; `now` is in seconds since 1970."""
    days = expiry.days_at_most(current_policy(catalog), wanted)
    return timestamp(now + days * _DAY) if days else None


def judge(request: Request, catalog: Catalog) -> Decision:
    """What the policy says to a request; nothing but what is passed in counts. Raises `PolicyRefused`."""
    policy = current_policy(catalog)
    verdicts: list[Verdict] = []
    for name, check in CHECKS.items():
        verdicts += list(check(request, policy, catalog)) or [Verdict(name, PASSED, "", "")]
    outcome = ALLOWED
    if any(verdict.outcome != PASSED for verdict in verdicts):
        outcome = REFUSED
        if request.override and not any(one.check in _FIRM and one.outcome != PASSED for one in verdicts):
            missing = policy.override.approvals - approvals.approvals(request, catalog)
            if missing <= 0:
                outcome = OVERRIDDEN
            else:
                reason = approvals.missing_approvals(missing)
                verdicts.append(Verdict(OVERRIDE, NEEDS, "", reason, approvals.how_to_get(missing, request, catalog)))
    return Decision(policy.version, outcome, tuple(verdicts))
