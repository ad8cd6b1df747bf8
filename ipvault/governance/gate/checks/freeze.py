"""Incidents: what is frozen does not leave, and nothing goes to recipients who are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.freezes import freezing_item, freezing_recipient
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import CAT
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, Request, Verdict

NAME: Final = "freeze"


def check(request: Request, _policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """Whatever the policy says. Members read what is in their rooms, as ever: that does not leave the vault."""
    if request.channel == CAT:
        return
    items = {item.id: item for item, _version in request.versions}.values()
    subjects = [
        *((item.id, item.name, freezing_item(catalog, item)) for item in items),
        *((one.fingerprint, one.name, freezing_recipient(catalog, one.id)) for one in request.recipients),
    ]
    for subject, name, incident in subjects:
        if incident:
            id_ = incident[:SHORT_ID]
            reason = _("{name} is frozen because of incident {id}").format(name=name, id=id_)
            command = f"{program()} incident contain {id_} --lift --reason TEXT"
            yield Verdict(
                NAME, BLOCKED, subject, reason, _("an owner of the vault ends that: {command}").format(command=command)
            )
