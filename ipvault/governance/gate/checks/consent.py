"""Personal data: whether an agreement covers it, or everybody whom it is about has consented."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import shorten
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import agreements
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.consents import Consent, consenting, consents
from ipvault.governance.policy.policy import CONSENT, PERSONAL_DATA, Policy
from ipvault.records.vocabulary import PACKAGE
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, PASSED, Request, Verdict

NAME: Final = "consent"

_TOLD: Final = 5
_WIDTH: Final = 100
"""Consents, and characters of the purpose of each, that a verdict tells."""


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
            if covering := [it for it in by_type if it.covers(one.id, item, day)]:
                papers = ", ".join(it.id[:SHORT_ID] for it in covering)
                yield Verdict(NAME, PASSED, item.id, _("{name}: covered by {papers}").format(**fields, papers=papers))
                continue
            if consented := consenting(known, one.id, item, day):
                text = _("{name}: there is consent for: {purposes}")
                yield Verdict(NAME, PASSED, item.id, text.format(**fields, purposes=_purposes(consented)))
                continue
            reason = _("{item}, for {name}: no agreement covers it, and not everybody whom it is about has consented")
            command = f"{program()} privacy consent add SUBJECT --purpose TEXT --evidence ITEM"
            remedy = _("record the consent: {command}").format(command=command)
            yield Verdict(NAME, BLOCKED, item.id, reason.format(**fields), remedy)


def _purposes(consented: Sequence[Consent]) -> str:
    """What was consented to, which people compare with what it is shared for; long ones are cut."""
    told = [f"{shorten(it.purpose, _WIDTH, placeholder='…')} ({it.id[:SHORT_ID]})" for it in consented[:_TOLD]]
    return "; ".join([*told, *(["…"] if consented[_TOLD:] else [])])
