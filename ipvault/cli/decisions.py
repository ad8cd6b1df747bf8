"""How a decision of the gate is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ipvault.catalog.items import Item, Version, names_by_id
from ipvault.catalog.recipients import Recipient
from ipvault.cli.invocation import current
from ipvault.errors import ExitCode
from ipvault.governance.gate.judge import judge
from ipvault.records.vocabulary import PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.text import N_, _
from ipvault.vault.gate import ALLOWED, BLOCKED, NEEDS, OVERRIDDEN, PASSED, REFUSED, Decision, Way, examine
from ipvault.vault.vault import Vault

_OUTCOMES = {PASSED: N_("passed"), NEEDS: N_("needs"), BLOCKED: N_("blocked")}
_DECISIONS = {
    ALLOWED: N_("The policy lets this pass."),
    OVERRIDDEN: N_(
        "The policy does not let this pass; with the reason given it may leave all the same, and that is recorded."
    ),
    REFUSED: N_("The policy does not let this pass."),
}


def explain_decision(
    vault: Vault, wanted: Sequence[tuple[Item, Version]], people: Sequence[Recipient], terms: Terms, reason: str
) -> ExitCode:
    """Say what the gate would say to sharing; the exit code is the one that it would end with."""
    output = current().output
    way = Way("", PACKAGE, "", tuple(people), terms.expires or "", terms.purpose, reason)
    _request, decision = examine(vault, wanted, way, judge)
    names = names_by_id(vault.catalog)
    output.result("share-explain", decision_json(decision, names), journal=vault.catalog.head)
    output.table(decision_titles(), decision_rows(decision, names))
    output.say(decision_sentence(decision))
    if decision.outcome != REFUSED:
        return ExitCode.DONE
    blocked = any(verdict.outcome == BLOCKED for verdict in decision.against())
    return ExitCode.DENIED if blocked else ExitCode.NEEDS_PERSON


def decision_json(decision: Decision, names: dict[str, str]) -> dict[str, Any]:
    """A decision for programs."""
    verdicts = [{**one._asdict(), "name": names.get(one.subject, "")} for one in decision.verdicts]
    return {"outcome": decision.outcome, "policy": decision.policy, "verdicts": verdicts}


def decision_titles() -> tuple[str, ...]:
    """The columns of `decision_rows`."""
    return (_("Check"), _("Outcome"), _("About"), _("Reason"), _("What would change it"))


def decision_rows(decision: Decision, names: dict[str, str]) -> list[tuple[str, ...]]:
    """A row for each verdict; `names` are those of items and people by their ids."""
    return [
        (one.check, _(_OUTCOMES[one.outcome]), names.get(one.subject, one.subject), one.reason, one.remedy)
        for one in decision.verdicts
    ]


def decision_sentence(decision: Decision) -> str:
    """What follows from the verdicts."""
    return _(_DECISIONS[decision.outcome])
