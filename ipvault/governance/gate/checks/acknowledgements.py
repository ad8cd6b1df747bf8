"""Whether whoever shares, and each recipient, has accepted the texts that the policy names."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.roster import member as member_of
from ipvault.catalog.trainings import Training, accepted, named
from ipvault.governance.policy.policy import Policy
from ipvault.records.vocabulary import CAT
from ipvault.text import _, program
from ipvault.vault.gate import NEEDS, Request, Verdict

NAME: Final = "acknowledgements"


def check(request: Request, policy: Policy, catalog: Catalog) -> Iterator[Verdict]:
    """The newest version of each text that some label names; members who only read are asked for none."""
    labels = sorted({item.label for item, _version in request.versions}) if request.channel != CAT else ()
    for name in dict.fromkeys(name for label in labels for name in policy.labels[label].acknowledgements):
        text = named(catalog, name)
        if text is None:
            reason = _("{text} is to be accepted first, and there is no such text").format(text=name)
            command = f"{program()} training assign NAME --name {shlex.quote(name)} --text FILE"
            yield Verdict(NAME, NEEDS, "", reason, _("have an owner set it: {command}").format(command=command))
        else:
            yield from _missing(text, request, catalog)


def _missing(text: Training, request: Request, catalog: Catalog) -> Iterator[Verdict]:
    fields = {"text": text.name, "version": text.version}
    command = f"{program()} training acknowledge {shlex.quote(text.name)}"
    missing = _("{name} has not accepted {text}, version {version}")
    if not accepted(catalog, [request.requester], text):
        reason = missing.format(**fields, name=member_of(catalog, request.requester).name)
        remedy = _("read it and accept it: {command}").format(command=command)
        yield Verdict(NAME, NEEDS, request.requester, reason, remedy)
    for one in request.recipients:
        if not accepted(catalog, [one.id, one.fingerprint], text):
            reason = missing.format(**fields, name=one.name)
            signed = f"{command} --for {shlex.quote(one.name)} --evidence FILE"
            remedy = _("have it signed, and record that: {command}").format(command=signed)
            yield Verdict(NAME, NEEDS, one.fingerprint, reason, remedy)
