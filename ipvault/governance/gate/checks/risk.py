"""How grave the risk is that was assessed for each document and recipient."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from ipvault.catalog.address import SHORT_ID, address_of
from ipvault.catalog.agreements import Agreement, agreements
from ipvault.catalog.assessments import current, stale
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.recipients import Recipient
from ipvault.catalog.roster import member as member_of
from ipvault.governance.policy.policy import Policy
from ipvault.governance.risk.method import method_digest
from ipvault.governance.risk.weighing import is_above
from ipvault.records.vocabulary import PACKAGE
from ipvault.records.wording import in_words
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, Request, Verdict

NAME: Final = "risk"


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """Each document and each recipient for which the label names a level; an export has no recipients."""
    items = {item.id: item for item, _version in request.versions}.values() if request.channel == PACKAGE else ()
    limited = [item for item in items if policy.labels[item.label].risk]
    known = agreements(catalog) if limited else []
    for item in limited:
        for one in request.recipients:
            yield _judged(item, one, known, policy, catalog, request.at[:10])


def _judged(
    item: Item, one: Recipient, known: Sequence[Agreement], policy: Policy, catalog: Catalog, day: str
) -> Verdict:
    limit = policy.labels[item.label].risk
    fields = {"item": item.name, "name": one.name, "limit": in_words(limit)}
    address = shlex.quote(address_of(catalog, item))
    assess = f"{program()} risk assess --item {address} --to {shlex.quote(one.name)}"
    remedy = _("assess the risk: {command}").format(command=assess)
    found = current(catalog, item, one.id)
    if found is None:
        reason = _("{item}, for {name}: the risk was not assessed")
        return Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
    level = policy.risk.level(found.score)  # what it says of itself is for people
    fields |= {"id": found.id[:SHORT_ID], "level": in_words(level)}
    if why := stale(known, found, item, one, day, method_digest(policy.risk)):
        reason = _("{item}, for {name}: assessment {id} counts no longer, since {why}")
        return Verdict(NAME, BLOCKED, item.id, reason.format(**fields, why=why), remedy)
    if not is_above(level, limit):
        reason = _("{name}: the risk is {level}, by assessment {id}")
        return Verdict(NAME, PASSED, item.id, reason.format(**fields))
    if is_above(level, policy.risk.accept):
        reason = _("{item}, for {name}: the risk is {level}, at most {limit} is allowed, and nobody can accept it")
        remedy = _("take the measures, and assess it anew: {command}").format(command=assess)
        return Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
    if found.accepted:
        reason = _("{name}: the risk is {level}, by assessment {id}, and {who} accepted it")
        return Verdict(NAME, PASSED, item.id, reason.format(**fields, who=member_of(catalog, found.acceptor).name))
    reason = _("{item}, for {name}: the risk is {level}, and at most {limit} is allowed unless somebody accepts it")
    command = f"{program()} risk accept {found.id[:SHORT_ID]} --reason TEXT"
    remedy = _("take the measures, and assess it anew; or have another member accept it: {command}")
    return Verdict(NAME, NEEDS, item.id, reason.format(**fields), remedy.format(command=command))
