"""How a decision of the gate is told."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import Item, Version, names_by_id
from ipvault.catalog.recipients import Recipient
from ipvault.catalog.requests import ReleaseRequest
from ipvault.cli.invocation import current
from ipvault.errors import ExitCode
from ipvault.governance.gate.checks import approvals
from ipvault.governance.gate.judge import OVERRIDE, judge
from ipvault.records.decisions import ALLOWED, OVERRIDDEN
from ipvault.records.vocabulary import PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.text import N_, _, program
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, REFUSED, Decision, Way, examine
from ipvault.vault.vault import Vault

_OUTCOMES = {PASSED: N_("passed"), NEEDS: N_("needs"), BLOCKED: N_("blocked")}
_ASKED = ((approvals.NAME, NEEDS), (OVERRIDE, NEEDS))
"""Verdicts whose remedy is to ask others for their approval."""

_DECISIONS = {
    ALLOWED: N_("The policy lets this pass."),
    OVERRIDDEN: N_(
        "The policy does not let this pass; with the reason given it may leave all the same, and that is recorded."
    ),
    REFUSED: N_("The policy does not let this pass."),
}


def explain_decision(
    vault: Vault,
    wanted: Sequence[tuple[Item, Version]],
    people: Sequence[Recipient],
    terms: Terms,
    reason: str,
    basis: str,
) -> ExitCode:
    """Say what the gate would say to sharing; the exit code is the one that it would end with."""
    output = current().output
    way = Way("", PACKAGE, "", tuple(people), terms.expires or "", terms.purpose, reason, basis)
    _request, decision = examine(vault, wanted, way, judge)
    data = decision_json(decision, names_by_id(vault.catalog))
    output.result("share-explain", data, journal=vault.catalog.head)
    tell_decision(decision)
    if decision.outcome != REFUSED:
        return ExitCode.DONE
    needs_person = all(verdict.outcome == NEEDS for verdict in decision.first())
    return ExitCode.NEEDS_PERSON if needs_person else ExitCode.DENIED


def decision_json(decision: Decision, names: dict[str, str]) -> dict[str, Any]:
    """A decision for programs."""
    verdicts = [
        {**one._asdict(), "subject": one.subject or None, "name": names.get(one.subject)} for one in decision.verdicts
    ]
    return {"outcome": decision.outcome, "policy": decision.policy, "verdicts": verdicts}


def tell_decision(decision: Decision, *, is_asked: bool = False) -> None:
    """A row for each verdict, what follows from them, and what would change it; not asking, where that `is_asked`."""
    output = current().output
    rows = [(one.check, _(_OUTCOMES[one.outcome]), one.reason) for one in decision.verdicts]
    output.table((_("Check"), _("Outcome"), _("Reason")), rows)
    output.say(_(_DECISIONS[decision.outcome]))
    settled = _ASKED if is_asked else ()
    remedies = [one.remedy for one in decision.first() if (one.check, one.outcome) not in settled]
    for remedy in dict.fromkeys(remedies):
        output.say(_("What would change that: {remedy}").format(remedy=remedy))


def release_command(vault: Vault, request: ReleaseRequest) -> str:
    """What somebody types to do what a request was for."""
    if request.channel == PACKAGE:
        return f"{program()} share --request {request.id[:SHORT_ID]}"
    names = names_by_id(vault.catalog)
    addresses = [f"{names.get(item, item)}@{number}" for _room, item, number in request.versions]
    return f"{program()} export {shlex.join(addresses)} -o PLACE"
