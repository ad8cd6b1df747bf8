"""`ipvault agreement check`: what is wrong with agreements, and whether one covers what is to be shared."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID, find_item
from ipvault.catalog.agreements import agreements, covering
from ipvault.catalog.items import names_by_id
from ipvault.catalog.recipients import find_recipient
from ipvault.cli.agreement_options import AgreementType
from ipvault.cli.agreement_rendering import agreement_json, tell_naming_before, warn_of_lost
from ipvault.cli.choices import chosen_day
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.errors import ExitCode, UsageError
from ipvault.governance.agreements.documents import read_agreement
from ipvault.governance.agreements.findings import (
    DOCUMENT_GONE,
    ENDED_BUT_SHARED,
    NO_ASSIGNMENT,
    NO_NOTICE,
    NOTICE_UNKNOWN,
    OVERLAP,
    PARTY_GONE,
    Finding,
    examine_agreements,
)
from ipvault.governance.agreements.taken_in_again import naming_before
from ipvault.text import N_, _, program
from ipvault.vault.clock import today
from ipvault.vault.vault import Vault

_SENTENCES = {
    OVERLAP: N_("an exclusive or sole licence overlaps with another one: {agreements}"),
    NO_ASSIGNMENT: N_("nothing recorded assigns the rights in it to you"),
    NO_NOTICE: N_("it does not give the notice of 18 U.S.C. 1833(b), without which some remedies are lost"),
    NOTICE_UNKNOWN: N_(
        "nobody has said whether it gives the notice of 18 U.S.C. 1833(b), and not all of it can be read"
    ),
    ENDED_BUT_SHARED: N_("{who} has it in package {package}, which has not expired, and {agreements} ended"),
    PARTY_GONE: N_("its party {who} is no recipient any more"),
    DOCUMENT_GONE: N_("its signed document was erased: nothing here proves it any more"),
}
_REMEDIES = {
    OVERLAP: N_("restrict or end one of them: {ipvault} agreement update {first} --territory PLACE"),
    NO_ASSIGNMENT: N_("record the assignment: {ipvault} agreement add FILE --type assignment --scope-item {item}"),
    NO_NOTICE: N_("if it does, or need not: {ipvault} agreement update {first} --dtsa-notice yes|not-needed"),
    NOTICE_UNKNOWN: N_("read it, then: {ipvault} agreement update {first} --dtsa-notice yes|no|not-needed"),
    ENDED_BUT_SHARED: N_("ask for it back: {ipvault} revoke {package}; or record what replaces the agreement"),
    PARTY_GONE: N_("name who took the place: {ipvault} agreement update {first} --party NAME; or terminate it"),
    DOCUMENT_GONE: N_("record it anew with the document, if you have it elsewhere: {ipvault} agreement add FILE"),
}


def check(
    item: Annotated[str, typer.Option("--item", metavar="ITEM", help=_("Is sharing this covered? With --to."))] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("With this recipient."))] = "",
    types: Annotated[
        list[AgreementType] | None, typer.Option("--type", help=_("By an agreement of this kind; may be repeated."))
    ] = None,
    at: Annotated[str, typer.Option("--at", metavar="DATE", help=_("On this day; today by default."))] = "",
) -> int:
    """Without --item, looks for exclusive licences that overlap, documents by others without an assignment, employees'
    and contractors' agreements without the notice of 18 U.S.C. 1833(b), agreements that ended while packages are still
    out, parties who are no recipients any more, and signed documents that were erased. With --item and --to, says which
    agreements cover that.

    The exit code is 17 if something was found, or if nothing covers it. These are hints from what was recorded: what
    they mean, counsel decides.
    """
    if bool(item) != bool(to) or (types and not item):
        raise UsageError(problem=_("to ask about one document: --item ITEM --to NAME, if you like with --type"))
    vault = open_to_read()
    day = chosen_day(vault, at)
    return _coverage(vault, item, to, day, types or []) if item else _findings(vault, day)


def _coverage(vault: Vault, address: str, name: str, day: str, types: list[AgreementType]) -> int:
    output, catalog = current().output, vault.catalog
    item, recipient = find_item(catalog, address), find_recipient(catalog, name)
    found = covering(catalog, recipient.id, item, day, [str(one) for one in types])
    names = names_by_id(catalog)
    data = {
        "item": item.id,
        "recipient": recipient.id,
        "day": day,
        "covered": bool(found),
        "agreements": [agreement_json(one, today(vault), names) for one in found],
        "findings": [],
    }
    output.result("agreement-check", data, journal=catalog.head)
    warn_of_lost(catalog, found)
    if found:
        named = ", ".join(f"{one.terms.title} ({one.terms.type}, {one.id[:SHORT_ID]})" for one in found)
        text = _("Sharing {item} with {name} on {day} is covered by: {agreements}")
        output.say(text.format(item=item.name, name=recipient.name, day=day, agreements=named))
        return ExitCode.DONE
    text = _("Nothing recorded covers sharing {item} with {name} on {day}.")
    output.say(text.format(item=item.name, name=recipient.name, day=day))
    for one in naming_before(catalog, recipient, day):
        if one.scope.includes(item):
            tell_naming_before(vault, one, recipient)
    return ExitCode.FINDINGS


def _findings(vault: Vault, day: str) -> int:
    output = current().output
    found = examine_agreements(vault.catalog, day, lambda document: read_agreement(vault, document))
    names = {
        **names_by_id(vault.catalog),
        **{one.id: f"{one.terms.title} ({one.id[:SHORT_ID]})" for one in agreements(vault.catalog)},
    }
    data = [{**_json(one), **_told(one, names)} for one in found]
    nothing: dict[str, Any] = {"item": None, "recipient": None, "covered": None, "agreements": []}
    output.result("agreement-check", {"day": day, **nothing, "findings": data}, journal=vault.catalog.head)
    titles = (_("About"), _("What was found"), _("What to do"))
    output.table(titles, ((_about(one, names), *_told(one, names).values()) for one in found))
    if found:
        output.say(_("These are hints from what was recorded; what they mean, counsel decides."))
        return ExitCode.FINDINGS
    output.say(_("Nothing was found. Whether the agreements are valid and enough, counsel decides."))
    return ExitCode.DONE


def _about(finding: Finding, names: dict[str, str]) -> str:
    """The document, or the agreement where there is none."""
    return ", ".join(names.get(one, one) for one in ([finding.item] if finding.item else finding.agreements))


def _told(finding: Finding, names: dict[str, str]) -> dict[str, str]:
    fields = {
        "agreements": ", ".join(names.get(one, one) for one in finding.agreements),
        "first": finding.agreements[0][:SHORT_ID] if finding.agreements else "",
        "item": shlex.quote(names.get(finding.item, finding.item)) if finding.item else "ITEM",
        "package": finding.package[:SHORT_ID],
        "who": finding.who,
        "ipvault": program(),
    }
    return {
        "problem": _(_SENTENCES[finding.kind]).format(**fields),
        "remedy": _(_REMEDIES[finding.kind]).format(**fields),
    }


def _json(finding: Finding) -> dict[str, Any]:
    return {**finding._asdict(), "agreements": list(finding.agreements)}
