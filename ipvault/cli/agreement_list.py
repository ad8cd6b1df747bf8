"""`ipvault agreement list|show|due`: what was agreed, with whom, and what comes next."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.agreements import ENDS, FEE, IN_FORCE, SURVIVAL_ENDS, Agreement, Due, agreements, due as due_in
from ipvault.catalog.items import names_by_id
from ipvault.catalog.recipients import find_recipient
from ipvault.cli.agreement_options import AgreementType, Which
from ipvault.cli.agreement_rendering import STATES, agreement_json, find_typed, party_list, warn_of_lost
from ipvault.cli.choices import Jsonl, chosen_day, days_ahead
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import human_time, shortened
from ipvault.governance.agreements.findings import needs_notice
from ipvault.governance.agreements.names import Names
from ipvault.governance.agreements.terms import to_toml
from ipvault.text import N_, _, ngettext, program
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault

TITLES = (_("Id"), _("Type"), _("Title"), _("Parties"), _("From"), _("Until"), _("State"))

_WHATS = {ENDS: N_("ends"), SURVIVAL_ENDS: N_("confidentiality ends"), FEE: N_("fee")}


def list_agreements(
    kind: Annotated[AgreementType | None, typer.Option("--type", help=_("Only this kind."))] = None,
    party: Annotated[str, typer.Option("--party", metavar="NAME", help=_("Only those with this recipient."))] = "",
    only_in_force: Annotated[bool, typer.Option("--in-force", help=_("Only those that are in force today."))] = False,
    jsonl: Jsonl = False,
) -> None:
    """In the order in which their terms were recorded. In a pipe the columns are separated by tabs."""
    output = current().output
    vault = open_to_read()
    day, names = today(vault), names_by_id(vault.catalog)
    wanted = find_recipient(vault.catalog, party).id if party else ""
    found = [
        one
        for one in agreements(vault.catalog)
        if (kind is None or one.terms.type == kind)
        and (not wanted or wanted in one.terms.parties)
        and (not only_in_force or one.state(day) == IN_FORCE)
    ]
    if jsonl:
        output.jsonl(agreement_json(one, day, names) for one in found)
        return
    data = [agreement_json(one, day, names) for one in found] if output.wants_json else []
    output.result("agreement-list", {"agreements": data}, journal=vault.catalog.head)
    output.table(TITLES, (_row(one, day, names) for one in found))
    if not found:
        text = _("No agreement is recorded. To record one: {command}")
        output.say(text.format(command=f"{program()} agreement add FILE --type nda --party NAME"))


def show(
    which: Which,
    toml: Annotated[bool, typer.Option("--toml", help=_("Write the terms as `--terms` reads them."))] = False,
    destination: TextOutput = PIPE,
    force: Force = False,
) -> None:
    """What does not apply is left out. With --toml the terms can be changed in a file and recorded with `agreement
    update ID --terms FILE`.
    """
    output = current().output
    vault = open_to_read()
    found = find_typed(vault, which)
    text = to_toml(found.terms, Names(vault.catalog)) if toml else ""
    names = names_by_id(vault.catalog)
    data = {"agreement": agreement_json(found, today(vault), names), "toml": text}
    output.result("agreement-show", data, journal=vault.catalog.head)
    warn_of_lost(vault.catalog, [found])
    if toml:
        write_text(destination, text, found.terms.title, force=force)
        return
    output.fields([row for row in _fields(vault, found, names) if row[1]])


def due(
    within: Annotated[
        str, typer.Option("--within", metavar="DURATION", help=_("How far to look ahead, such as 30d or 26w."))
    ] = "90d",
    at: Annotated[str, typer.Option("--at", metavar="DATE", help=_("From this day on; today by default."))] = "",
) -> None:
    """What runs out and which fees are to be paid, the first first, with what to do about each. A fee that is overdue
    is listed until it is taken off the terms: nothing else tells that it was paid.
    """
    output, days = current().output, days_ahead(within)
    vault = open_to_read()
    day, names = chosen_day(vault, at), names_by_id(vault.catalog)
    found = due_in(vault.catalog, day, days)
    output.result("agreement-due", {"due": [_due_json(one, day) for one in found]}, journal=vault.catalog.head)
    titles = (_("Day"), _("What"), _("Agreement"), _("Parties"), _("What to do"))
    output.table(titles, (_due_row(one, day, names) for one in found))
    if not found:
        output.say(_("Nothing runs out or falls due in that time."))


def _row(agreement: Agreement, day: str, names: dict[str, str]) -> tuple[str, ...]:
    terms = agreement.terms
    parties = shortened(party_list(agreement, names))
    state = _(STATES[agreement.state(day)])
    return agreement.id[:SHORT_ID], terms.type, terms.title, parties, terms.from_day, terms.until_day, state


def _fields(vault: Vault, agreement: Agreement, names: dict[str, str]) -> list[tuple[str, str]]:
    """All that is known of an agreement, with empty values for what does not apply."""
    terms = agreement.terms
    state = _(STATES[agreement.state(today(vault))])
    if agreement.terminated:
        why = agreement.reason or _("no reason given")
        state = _("{state} (as of {day}: {reason})").format(state=state, day=agreement.terminated, reason=why)
    recorded = _("version {version}, by {name} on {time}").format(
        version=agreement.version, name=member_name(vault, agreement.signer), time=human_time(agreement.time)
    )
    survival = ngettext("{count} day", "{count} days", terms.survival_days).format(count=terms.survival_days)
    return [
        (_("Id"), agreement.id),
        (_("Type"), terms.type),
        (_("Title"), terms.title),
        (_("State"), state),
        (_("Document"), names.get(terms.document, terms.document)),
        (_("Parties"), ", ".join(party_list(agreement, names))),
        (_("Relationship"), terms.relationship),
        (_("Scope"), _scope(agreement, names)),
        (_("From"), terms.from_day),
        (_("Until"), terms.until_day),
        (_("Confidential after the end"), survival if terms.survival_days else ""),
        (_("Permitted use"), terms.permitted_use),
        (_("Law"), terms.law),
        (_("Consequences"), terms.consequences),
        (_("Assignor"), terms.assignor),
        (_("Assignee"), terms.assignee),
        (_("Background IP"), terms.background),
        (_("Foreground IP"), terms.foreground),
        (_("Inventors"), ", ".join(terms.inventors)),
        (_("Exclusivity"), terms.exclusivity),
        (_("Field of use"), ", ".join(terms.field_of_use)),
        (_("Territory"), ", ".join(terms.territory)),
        (_("Restrictions"), terms.restrictions),
        (_("Fees"), "; ".join(_fee(*one) for one in zip(terms.fees, terms.fee_amounts, terms.fee_days, strict=False))),
        (_("Audit rights"), terms.audit_rights),
        (_("Disputes"), terms.disputes),
        (_("Notice of 18 U.S.C. 1833(b)"), terms.dtsa_notice if needs_notice(terms) else ""),
        (_("Recorded"), recorded),
    ]


def _fee(what: str, amount: str, day: str) -> str:
    return " ".join(filter(None, (what, amount, day)))


def _scope(agreement: Agreement, names: dict[str, str]) -> str:
    terms = agreement.terms
    told = [
        *(names.get(one, one[:SHORT_ID]) for one in terms.scope_items),
        *(_("the room {name}").format(name=names.get(one, one[:SHORT_ID])) for one in terms.scope_rooms),
        *(_("the label {name}").format(name=one) for one in terms.scope_labels),
        *(_("the tag {name}").format(name=one) for one in terms.scope_tags),
    ]
    return ", ".join(told) or _("all documents")


def _due_row(one: Due, day: str, names: dict[str, str]) -> tuple[str, ...]:
    terms = one.agreement.terms
    what = _(_WHATS[one.what])
    if one.what == FEE:
        what = (
            _("{what} (overdue)").format(what=_fee(one.fee, one.amount, ""))
            if one.day < day
            else _fee(one.fee, one.amount, "")
        )
    about = f"{terms.title} ({terms.type}, {one.agreement.id[:SHORT_ID]})"
    return one.day, what, about, shortened(party_list(one.agreement, names)), _to_do(one)


def _to_do(one: Due) -> str:
    command = f"{program()} agreement update {one.agreement.id[:SHORT_ID]}"
    match one.what:
        case "fee":
            return _("pay it, or ask for it; then take it off the terms: {command}").format(
                command=f"{command} --terms FILE"
            )
        case "ends":
            return _("prolong it, or stop sharing: {command}").format(command=f"{command} --until DATE")
    return _("find out what may still be used from then on; counsel decides")


def _due_json(one: Due, day: str) -> dict[str, Any]:
    return {
        "day": one.day,
        "what": one.what,
        "agreement": one.agreement.id,
        "title": one.agreement.terms.title,
        "fee": one.fee,
        "amount": one.amount,
        "overdue": one.day < day,
        "to_do": _to_do(one),
    }
