"""How a decision of the gate is told."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import Item, Version, names_by_id
from ipvault.catalog.recipients import Recipient
from ipvault.catalog.requests import ReleaseRequest
from ipvault.cli.invocation import current
from ipvault.errors import ExitCode, GateClosed, VaultError
from ipvault.governance.gate.checks import approvals, consent, dlp
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.gate.judge import judge
from ipvault.records.decisions import ALLOWED, OVERRIDDEN
from ipvault.records.vocabulary import PACKAGE
from ipvault.sharing.manifest import Terms
from ipvault.text import N_, _, ngettext, program
from ipvault.vault.gate import BLOCKED, NEEDS, OVERRIDE, PASSED, REFUSED, Decision, Way, examine, let_pass
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault

if TYPE_CHECKING:
    from ipvault.governance.dlp.fingerprints import Fingerprints

_OUTCOMES = {PASSED: N_("passed"), NEEDS: N_("needs"), BLOCKED: N_("blocked")}
_ASKED = ((approvals.NAME, NEEDS), (OVERRIDE, NEEDS))
"""Verdicts whose remedy is to ask others for their approval."""

_TOLD = 5
"""Documents of which it is said what was found in them, though they left."""

_DECISIONS = {
    ALLOWED: N_("The policy lets this pass."),
    OVERRIDDEN: N_(
        "The policy does not let this pass; with the reason given it may leave all the same, and that is recorded."
    ),
    REFUSED: N_("The policy does not let this pass."),
}


def policy_gate(vault: Vault) -> PolicyGate:
    """The gate of the vault; where it has to read documents first, that is shown."""

    def recognise(labels: Sequence[str]) -> Fingerprints:
        from ipvault.cli.recognising import recognised

        return recognised(vault, labels)

    return PolicyGate(vault, recognise)


def explain_decision(
    vault: Vault,
    wanted: Sequence[tuple[Item, Version]],
    people: Sequence[Recipient],
    terms: Terms,
    reason: str,
    basis: str,
    refusal: VaultError | None,
) -> ExitCode:
    """Say what the gate would say to sharing; the exit code is the one that it would end with.

    `refusal` is why it would be refused whatever the gate says, if it would.
    """
    output, gate = current().output, policy_gate(vault)
    way = Way("", PACKAGE, "", tuple(people), terms.expires or "", terms.purpose, reason, basis)
    with output.progress(_("Checking"), sum(version.size for _item, version in wanted), "bytes") as bar:
        contents = [Content(vault, item, version) for item, version in wanted]
        scans = {one.version.object: scan for one in contents if (scan := gate.scan(one, way, bar.advance))}
        marks = {one.version.object: marking for one in contents if (marking := gate.mark(one, way)) is not None}
    _request, decision = examine(vault, wanted, way, judge, scans, marks)
    data = {
        **decision_json(decision, names_by_id(vault.catalog)),
        "refusal": {"id": refusal.id, "problem": str(refusal)} if refusal else None,
    }
    output.result("share-explain", data, journal=vault.catalog.head)
    tell_decision(decision)
    if refusal:
        text = _("It is not shared, whatever the policy says: {problem}")
        output.say(text.format(problem="; ".join(filter(None, (str(refusal), refusal.advice())))))
        return refusal.exit_code
    try:
        let_pass(decision)
    except GateClosed as refused:
        return refused.exit_code
    return ExitCode.DONE


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


def tell_what_passed(gate: PolicyGate) -> None:
    """Which papers let documents leave that tell of people, and what was found in those that left all the same."""
    verdicts = gate.decision.verdicts if gate.decision else ()
    passed = [(one.check, one.reason) for one in verdicts if one.outcome == PASSED and one.reason]
    for agreed in dict.fromkeys(reason for check, reason in passed if check == consent.NAME):
        current().output.say(agreed)
    found = [reason for check, reason in passed if check == dlp.NAME]
    for reason in found[:_TOLD]:
        current().output.remark(reason)
    if more := len(found[_TOLD:]):
        text = ngettext(
            "what was found in {count} more document is in the journal, with the decision",
            "what was found in {count} more documents is in the journal, with the decision",
            more,
        )
        current().output.remark(text.format(count=more))


def tell_marks(contents: Sequence[Content], name: str) -> None:
    """That copies are marked for somebody, if any is, and which of them are not."""
    if any(one.copy for one in contents):
        text = _("Copies are marked for {name}. A mark names a copy, not a culprit, and can be removed.")
        current().output.say(text.format(name=name))
        if bare := [one.item.name for one in contents if one.copy is None]:
            text = _("Without a mark, since their labels ask for none on such files: {names}.")
            current().output.say(text.format(names=", ".join(bare)))


def tell_unread(gate: PolicyGate) -> None:
    """Which documents left that could not be searched, and why, as far as a person can take it in."""
    verdicts = gate.decision.verdicts if gate.decision else ()
    unread = [one.reason for one in verdicts if one.check == dlp.UNREAD]
    for reason in unread[:_TOLD]:
        current().output.remark(_("not searched: {reason}").format(reason=reason))
    if more := len(unread[_TOLD:]):
        text = ngettext(
            "{count} more document could not be searched, or not all of it: `{ipvault} dlp scan` says why",
            "{count} more documents could not be searched, or not all of them: `{ipvault} dlp scan` says why",
            more,
        )
        current().output.remark(text.format(count=more, ipvault=program()))


def release_command(vault: Vault, request: ReleaseRequest) -> str:
    """What somebody types to do what a request was for."""
    if request.channel == PACKAGE:
        return f"{program()} share --request {request.id[:SHORT_ID]}"
    names = names_by_id(vault.catalog)
    addresses = [f"{names.get(item, item)}@{number}" for _room, item, number in request.versions]
    words = ["--basis", request.basis] if request.basis else []
    words += ["--reason", request.override] if request.override else []
    return " ".join([program(), "export", shlex.join(addresses), "-o PLACE", *([shlex.join(words)] if words else [])])
