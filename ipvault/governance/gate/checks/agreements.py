"""Whether something was agreed with each recipient that covers each document."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import IN_FORCE, Agreement, agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item
from ipvault.catalog.recipients import Recipient
from ipvault.governance.agreements.taken_in_again import naming_before, naming_him_now
from ipvault.governance.policy.policy import CONSENT, PERSONAL_DATA, Policy, Rules
from ipvault.records.vocabulary import PACKAGE
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, PASSED, Request, Verdict

NAME: Final = "agreements"


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """Each document and each recipient, by the agreements that whoever asks can see; an export has no recipients."""
    items = {item.id: item for item, _version in request.versions}.values() if request.channel == PACKAGE else ()
    wanted = [(item, types) for item in items for types in _needed(policy.labels[item.label], item)]
    known = agreements(catalog) if wanted else []
    for item, types in wanted:
        for one in request.recipients:
            yield _judged(catalog, item, types, one, known, request.at[:10])


def _needed(rules: Rules, item: Item) -> Iterator[tuple[str, ...]]:
    """Of which types one agreement has to cover an item, for each reason to ask for one."""
    if rules.agreement:
        yield rules.agreement
    if rules.personal_data and PERSONAL_DATA in item.tags and CONSENT not in rules.personal_data:
        yield rules.personal_data


def _judged(
    catalog: Catalog, item: Item, types: Sequence[str], one: Recipient, known: Sequence[Agreement], day: str
) -> Verdict:
    concerned = [it for it in known if it.terms.type in types and it.concerns(one.id, item)]
    covering = [it for it in concerned if it.state(day) == IN_FORCE]
    fields = {"item": item.name, "label": item.label, "name": one.name, "types": _(" or ").join(types)}
    if covering:
        fields["agreements"] = ", ".join(f"{it.terms.type} {it.id[:SHORT_ID]}" for it in covering)
        return Verdict(NAME, PASSED, item.id, _("{name}: covered by {agreements}").format(**fields))
    before = [it for it in naming_before(catalog, one, day) if it.terms.type in types and it.scope.includes(item)]
    if before:
        fields["agreement"] = f"{before[0].terms.type} {before[0].id[:SHORT_ID]}"
        reason = _("{item}, for {name}: {agreement} is with {name} as he was before he was removed and taken in again")
        remedy = _("if it is to go on, name him as he is now: {command}")
        remedy = remedy.format(command=naming_him_now(catalog, before[0], one))
        return Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
    command = f"{program()} agreement add FILE --type {types[0]} --party {shlex.quote(one.name)}"
    remedy = _("record what was agreed: {command}").format(command=command)
    if over := [it for it in concerned if it.end and it.end <= day]:
        last = max(over, key=lambda it: it.end)
        fields |= {"agreement": f"{last.terms.type} {last.id[:SHORT_ID]}", "day": last.end}
        reason = _("{item}, for {name}: {agreement} covers nothing since {day}")
    else:
        reason = _("{item}, for {name}: no agreement is recorded that covers it ({types})")
    return Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
