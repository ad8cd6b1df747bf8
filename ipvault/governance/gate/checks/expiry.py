"""How long a package may be meant to be opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, Version
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import PACKAGE
from ipvault.text import _, ngettext
from ipvault.vault.gate import BLOCKED, Request, Verdict

NAME: Final = "expiry"


def check(request: Request, policy: Policy, _catalog: Catalog) -> Iterator[Verdict]:
    """An expiry date cannot be forced on a copy; it is asked for all the same, because it is on record."""
    if request.channel != PACKAGE:
        return
    if request.expires and request.expires <= request.at:
        yield Verdict(NAME, BLOCKED, "", _("the package would have expired already"), _("ask for it with a later date"))
        return
    days = days_at_most(policy, request.versions)
    if not days:
        return
    latest = datetime.fromisoformat(request.at) + timedelta(days=days)
    if not request.expires or datetime.fromisoformat(request.expires) > latest:
        text = ngettext(
            "a package with these documents expires after {count} day at the latest",
            "a package with these documents expires after {count} days at the latest",
            days,
        )
        yield Verdict(NAME, BLOCKED, "", text.format(count=days), _("say so: --expires {days}d").format(days=days))


def days_at_most(policy: Policy, wanted: Iterable[tuple[Item, Version]]) -> int:
    """Days after which a package with these documents has to expire; 0 for no limit."""
    limits = {policy.labels[item.label].expiry for item, _version in wanted}
    return min(limits - {0}, default=0)
