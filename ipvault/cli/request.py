"""`ipvault request`: four eyes on what leaves the vault."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID, find_versions
from ipvault.catalog.items import names_by_id
from ipvault.catalog.recipients import find_recipients
from ipvault.catalog.requests import Answer, ReleaseRequest, find_request, release_requests
from ipvault.cli.choices import Basis, Jsonl, Which, deadline
from ipvault.cli.decisions import decision_json, release_command, tell_decision
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.rendering import human_time, shortened
from ipvault.cli.seal import Expires, Purpose
from ipvault.errors import UsageError
from ipvault.governance.gate.checks.approvals import missing_approvals, still_missing
from ipvault.governance.gate.judge import latest_expiry
from ipvault.governance.gate.requests import answer, create_request, is_as_asked, judged
from ipvault.governance.policy.current import current_policy
from ipvault.records.decisions import APPROVED, DENIED
from ipvault.records.vocabulary import EXPORT, PACKAGE
from ipvault.text import N_, _, ngettext, program
from ipvault.vault.gate import REFUSED, Way
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

Why = Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why, for the others and for the journal."))]

OPEN = "open"
RELEASED = "released"
CHANGED = "changed"
_STATES = {
    APPROVED: N_("approved"),
    DENIED: N_("denied"),
    OPEN: N_("open"),
    RELEASED: N_("released"),
    CHANGED: N_("changed since: ask anew"),
}


def create(
    items: Annotated[
        list[str], typer.Argument(metavar="ITEM[@VERSION]|PATTERN", help=_("What is to leave the vault."))
    ],
    to: Annotated[
        list[str] | None, typer.Option("--to", metavar="NAME", help=_("A recipient; may be repeated."))
    ] = None,
    export: Annotated[
        bool, typer.Option("--export", help=_("It is to be exported as files, not sealed to recipients."))
    ] = False,
    expires: Expires = "",
    purpose: Purpose = "",
    basis: Basis = "",
    override: Annotated[
        bool, typer.Option("--override", help=_("It is to leave although the policy says no, for the --reason given."))
    ] = False,
    reason: Why = "",
) -> None:
    """An approval is for exactly these versions with their labels and tags, these recipients and terms, and for one
    release: whatever is changed needs another one, and so does the next time. When it is there: share --request ID.
    """
    if bool(to) == export:
        raise UsageError(problem=_("say with whom: --to NAME, or --export for files"))
    if export and (expires or purpose):
        raise UsageError(problem=_("terms are for packages: --expires and --purpose do not go with --export"))
    why = free_text(reason)
    if override and not why:
        raise UsageError(problem=_("say why the policy is not to count: --reason TEXT"))
    output, now = current().output, time.time()
    vault = open_current()
    people = find_recipients(vault.catalog, to or ())
    wanted = find_versions(vault.catalog, items, lambda _item: None)
    until = deadline(expires, now) if expires else latest_expiry(vault.catalog, wanted, now)
    channel = EXPORT if export else PACKAGE
    terms = ("" if export else until or "", free_text(purpose), why if override else "", free_text(basis))
    request, head = create_request(vault, wanted, Way("", channel, "", tuple(people), *terms), why)
    output.result("request-create", _json(vault, request), journal=head)
    text = _("Asked for approval, as request {id}. Another member answers: {command}")
    command = f"{program()} request approve {request.id[:SHORT_ID]}"
    output.say(text.format(id=request.id[:SHORT_ID], command=command))


def list_requests(
    jsonl: Jsonl = False,
) -> None:
    """The oldest first, with what was answered."""
    output = current().output
    vault = open_to_read()
    found = release_requests(vault.catalog)
    if jsonl:
        output.jsonl(_json(vault, one) for one in found)
        return
    shown = [_json(vault, one) for one in found] if output.wants_json else []
    output.result("request-list", {"requests": shown}, journal=vault.catalog.head)
    titles = (_("Id"), _("Time"), _("Who asks"), _("What"), _("For whom"), _("Answer"))
    names = names_by_id(vault.catalog)
    output.table(titles, (_row(vault, one, names) for one in found))
    if not found:
        output.say(_("Nobody has asked for an approval."))


def show(which: Which) -> None:
    """What is asked for, what the policy says to it now, and what was answered."""
    output = current().output
    vault = open_to_read()
    request = find_request(vault.catalog, which)
    decision = judged(vault, request)
    names = names_by_id(vault.catalog)
    data = {**_json(vault, request), "decision": decision_json(decision, names)}
    standing = data["state"]
    output.result("request-show", data, journal=vault.catalog.head)
    output.fields(
        [
            (_("Id"), request.id),
            (_("Who asks"), member_name(vault, request.requester)),
            (_("Time"), human_time(request.time)),
            (_("What"), ", ".join(_versions(request, names))),
            (_("For whom"), _people(request, names)),
            (_("Expires"), human_time(request.expires) if request.expires else _("never")),
            (_("Purpose"), request.purpose or _("none")),
            *([(_("Basis of export"), request.basis)] if request.basis else []),
            (_("Reason"), request.reason or _("none")),
            *([(_("Answer"), _(_STATES[standing]))] if standing == CHANGED else []),
            *([(_("Override"), _("asked for: the policy is not to count"))] if request.override else []),
            *([(_("Released"), human_time(request.released))] if request.released else []),
            *((_(_STATES[one.answer]), _answered(vault, one)) for one in request.answers),
        ]
    )
    if standing in (RELEASED, CHANGED):
        return
    tell_decision(decision, is_asked=True)
    if vault.member != request.requester:
        text = _("To answer: {approve}, or {deny}")
        command = f"{program()} request {{}} {request.id[:SHORT_ID]}"
        output.say(text.format(approve=command.format("approve"), deny=command.format("deny")))
    if decision.outcome != REFUSED:
        output.say(_("To go on: {command}").format(command=release_command(vault, request)))


def approve(which: Which, reason: Why = "") -> None:
    """Nobody approves a request of their own. The approval is for exactly what `request show` says."""
    _answer(which, reason, approve=True)


def deny(which: Which, reason: Why = "") -> None:
    """It stands until you approve the request."""
    _answer(which, reason, approve=False)


def _answer(which: str, reason: str, *, approve: bool) -> None:
    output = current().output
    vault = open_current()
    before = find_request(vault.catalog, which).answers
    request, head = answer(vault, which, free_text(reason), approve=approve)
    output.result("request-approve" if approve else "request-deny", _json(vault, request), journal=head)
    text = _("Approved request {id}.") if approve else _("Denied request {id}.")
    if any((one.approver, one.answer) == (vault.member, APPROVED if approve else DENIED) for one in before):
        text = _("You gave this answer to request {id} before. It counts once; that you gave it again is recorded.")
    output.say(text.format(id=request.id[:SHORT_ID]))
    missing = _missing(vault, request)
    if approve and missing:
        output.say(_("It is not enough yet: {problem}.").format(problem=missing_approvals(missing)))
    elif approve:
        text = _("Whoever asked can go on, if the policy asks for nothing else: {command}")
        output.say(text.format(command=release_command(vault, request)))


def _state(vault: Vault, request: ReleaseRequest, missing: int) -> str:
    """What came of it: released if it left, denied if anybody says so, changed if it cannot go on, approved if enough
    say so, else open.
    """
    if request.released:
        return RELEASED
    answers = {one.answer for one in request.answers}
    if DENIED in answers:
        return DENIED
    if not is_as_asked(vault, request):
        return CHANGED
    return APPROVED if APPROVED in answers and not missing else OPEN


def _missing(vault: Vault, request: ReleaseRequest) -> int:
    return still_missing(request, current_policy(vault.catalog), vault.catalog)


def _state_in_words(vault: Vault, request: ReleaseRequest) -> str:
    missing = _missing(vault, request)
    answered = _state(vault, request, missing)
    if answered == OPEN and request.answers:
        text = ngettext("open: {count} more approval is needed", "open: {count} more approvals are needed", missing)
        return text.format(count=missing)
    return _(_STATES[answered])


def _row(vault: Vault, request: ReleaseRequest, names: dict[str, str]) -> tuple[str, ...]:
    return (
        request.id[:SHORT_ID],
        human_time(request.time),
        member_name(vault, request.requester),
        shortened(_versions(request, names)),
        _people(request, names),
        _state_in_words(vault, request),
    )


def _versions(request: ReleaseRequest, names: dict[str, str]) -> list[str]:
    return [f"{names.get(item, item)}@{number}" for _room, item, number in request.versions]


def _people(request: ReleaseRequest, names: dict[str, str]) -> str:
    return shortened([names.get(one, one) for one in request.recipients]) if request.recipients else _("an export")


def _answered(vault: Vault, answer: Answer) -> str:
    return ", ".join(filter(None, (member_name(vault, answer.approver), human_time(answer.time), answer.reason)))


def _json(vault: Vault, request: ReleaseRequest) -> dict[str, Any]:
    versions = [{"room": room, "item": item, "version": number} for room, item, number in request.versions]
    answers = [{**one._asdict(), "name": member_name(vault, one.approver)} for one in request.answers]
    times = {"expires": request.expires or None, "released": request.released or None}
    data = {**request._asdict(), **times, "versions": versions, "answers": answers}
    missing = _missing(vault, request)
    return {**data, "state": _state(vault, request, missing), "missing_approvals": missing}
