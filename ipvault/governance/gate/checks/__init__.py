"""The checks that the gate makes, one module each: a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.governance.gate.checks import (
    acknowledgements,
    agreements,
    approvals,
    consent,
    dlp,
    egress,
    expiry,
    export_control,
    freeze,
    jurisdictions,
    marks,
    risk,
)
from ipvault.governance.policy.policy import Policy
from ipvault.vault.gate import Request, Verdict

Check = Callable[[Request, Policy, Catalog], Iterator[Verdict]]
"""What is wrong with a request under a policy, by the records. Yields nothing where nothing is."""

CHECKS: Final[dict[str, Check]] = {
    freeze.NAME: freeze.check,
    egress.NAME: egress.check,
    expiry.NAME: expiry.check,
    jurisdictions.NAME: jurisdictions.check,
    export_control.NAME: export_control.check,
    agreements.NAME: agreements.check,
    consent.NAME: consent.check,
    dlp.NAME: dlp.check,
    marks.NAME: marks.check,
    risk.NAME: risk.check,
    acknowledgements.NAME: acknowledgements.check,
    approvals.NAME: approvals.check,
}
