"""By which ways documents of a label may leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.governance.policy.policy import ANY, PACKAGE_ONLY, Policy
from ipvault.records.vocabulary import CAT, PACKAGE
from ipvault.text import _
from ipvault.vault.gate import BLOCKED, Request, Verdict

NAME: Final = "egress"


def check(request: Request, policy: Policy, _catalog: Catalog) -> Iterator[Verdict]:
    """Members read what is in their rooms whatever the policy says: that is no egress, and their role decides it."""
    for item, _version in request.versions:
        egress = policy.labels[item.label].egress
        if request.channel == CAT or egress == ANY or (egress == PACKAGE_ONLY and request.channel == PACKAGE):
            continue
        if egress == PACKAGE_ONLY:
            reason = _("{name} is {label}: it leaves the vault in sealed packages only")
            remedy = _("share it with a named recipient")
        else:
            reason = _("{name} is {label}: it does not leave the vault")
            remedy = _("give it another label, if that is right")
        yield Verdict(NAME, BLOCKED, item.id, reason.format(name=item.name, label=item.label), remedy)
