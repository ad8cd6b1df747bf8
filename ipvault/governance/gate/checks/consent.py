"""Personal data: whether an agreement covers it, or everybody whom it is about has consented."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.consents import consenting, consents
from ipvault.governance.policy.policy import CONSENT, PERSONAL_DATA, Policy
from ipvault.records.vocabulary import PACKAGE
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, PASSED, Request, Verdict

NAME: Final = "consent"


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """Each document that tells of people, where the policy takes consents for them, and each recipient."""
    items = {item.id: item for item, _version in request.versions}.values() if request.channel == PACKAGE else ()
    rules = policy.labels
    wanted = [one for one in items if PERSONAL_DATA in one.tags and CONSENT in rules[one.label].personal_data]
    known, agreed = (consents(catalog), agreements(catalog)) if wanted else ([], [])
    day = request.at[:10]
    for item in wanted:
        by_type = [it for it in agreed if it.terms.type in rules[item.label].personal_data]
        for one in request.recipients:
            fields = {"item": item.name, "name": one.name}
            covering = [it for it in by_type if it.covers(one.id, item, day)]
            shown = covering or consenting(known, one.id, item, day)
            if shown:
                fields["papers"] = ", ".join(paper.id[:SHORT_ID] for paper in shown)
                text = _("{name}: covered by {papers}") if covering else _("{name}: consented to, by {papers}")
                yield Verdict(NAME, PASSED, item.id, text.format(**fields))
                continue
            reason = _("{item}, for {name}: no agreement covers it, and not everybody whom it is about has consented")
            command = f"{program()} privacy consent add SUBJECT --purpose TEXT --evidence ITEM"
            remedy = _("record the consent: {command}").format(command=command)
            yield Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)
