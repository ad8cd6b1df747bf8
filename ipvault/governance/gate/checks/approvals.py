"""Four eyes: how many other members have agreed to exactly this."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.requests import approvers
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import CAT
from ipvault.text import _, ngettext
from ipvault.vault.gate import NEEDS, Request, Verdict

NAME: Final = "approvals"


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """As many as the strictest label asks for; members who read what is in their rooms need none."""
    needed = max((policy.labels[item.label].approvals for item, _version in request.versions), default=0)
    if request.channel != CAT and (missing := needed - approvals(request, catalog)) > 0:
        yield Verdict(NAME, NEEDS, "", missing_approvals(missing), how_to_ask())


def approvals(request: Request, catalog: Catalog) -> int:
    """How many others approved exactly what is asked."""
    rooms = {item.room for item, _version in request.versions}
    return len(approvers(catalog, request.digest, rooms, request.requester))


def missing_approvals(count: int) -> str:
    """The sentence for it."""
    text = ngettext(
        "{count} other member has to approve exactly this", "{count} other members have to approve exactly this", count
    )
    return text.format(count=count)


def how_to_ask() -> str:
    """What to do about it."""
    return _("ask for it: request create, with the same documents, recipients and terms")
