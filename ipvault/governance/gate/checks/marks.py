"""Copies that say for whom they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.governance.policy.policy import UNMARKED, Policy
from ipvault.records.vocabulary import PACKAGE
from ipvault.text import _, program
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, Request, Verdict

NAME: Final = "marks"


def check(request: Request, policy: Policy, _catalog: Catalog) -> Iterator[Verdict]:
    """Every copy, read in the vault or taken out of it, where the label asks for that; a copy is for one person."""
    asked = [(item, version) for item, version in request.versions if policy.labels[item.label].mark != UNMARKED]
    if asked and request.channel == PACKAGE and len(request.recipients) > 1:
        reason = _("{name} is marked for whom a copy is, and this package is for several").format(name=asked[0][0].name)
        yield Verdict(NAME, BLOCKED, "", reason, _("share it with one recipient at a time"))
        return
    if request.marks is None:
        if asked:
            yield Verdict(NAME, PASSED, "", _("copies are marked when they leave"))
        return
    for item, version in asked:
        name = f"{item.name}@{version.number}"
        marking = request.marks.get(version.object)
        if marking is None:
            yield Verdict(NAME, NEEDS, item.id, _("{name} was not marked").format(name=name), _("try again"))
        elif marking.problem:
            reason = _("{name} cannot be marked: {reason}").format(name=name, reason=marking.problem)
            bare = _("store it as a PDF; no reason lets it leave bare, only a policy that asks for no mark: {command}")
            command = f"{program()} policy set {item.label} mark={UNMARKED}"
            yield Verdict(NAME, BLOCKED, item.id, reason, marking.remedy or bare.format(command=command))
