"""`ipvault risk list|show|accept`: what was assessed, and who takes the risk."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID, find_any
from ipvault.catalog.assessments import assessments, find_assessment
from ipvault.catalog.recipients import find_recipient
from ipvault.cli.choices import Jsonl, Reason, Which
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.risk_assess import TITLES
from ipvault.cli.risk_rendering import Present, assessment_json, row, tell_assessment
from ipvault.errors import UsageError
from ipvault.governance.risk.keep import accept as record_accepted
from ipvault.records.wording import in_words
from ipvault.text import _, program
from ipvault.vault.names import free_text


def list_assessments(
    item: Annotated[str, typer.Option("--item", metavar="ITEM", help=_("Only those of this document."))] = "",
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("Only those for this recipient."))] = "",
    counting: Annotated[bool, typer.Option("--counting", help=_("Only those that still count."))] = False,
    jsonl: Jsonl = False,
) -> None:
    """The oldest first. Of several for the same document and recipient the last counts."""
    output = current().output
    vault = open_to_read()
    document = find_any(vault.catalog, item).id if item else ""
    party = find_recipient(vault.catalog, to).id if to else ""
    found = [
        one
        for one in assessments(vault.catalog)
        if (not document or one.content.item == document) and (not party or one.content.recipient == party)
    ]
    present = Present(vault, found)
    if counting:
        found = [one for one in found if not present.why_stale(one)]
    if jsonl:
        output.jsonl(assessment_json(present, one) for one in found)
        return
    data = [assessment_json(present, one) for one in found] if output.wants_json else []
    output.result("risk-list", {"assessments": data}, journal=vault.catalog.head)
    output.table(TITLES, [row(present, one) for one in found])
    if not found:
        text = _("No risk was assessed. To assess one: {command}")
        output.say(text.format(command=f"{program()} risk assess --item ITEM --to NAME"))


def show(which: Which) -> None:
    """The matrix shows how likely and how grave each risk is; the reasons say by which answers."""
    output = current().output
    vault = open_to_read()
    found = find_assessment(vault.catalog, which)
    present = Present(vault, [found])
    data = {"assessment": assessment_json(present, found)}
    output.result("risk-show", data, journal=vault.catalog.head)
    tell_assessment(vault, present, found)


def accept(
    which: Which,
    reason: Reason,
) -> None:
    """An owner or editor of the room takes the risk, although it is above what the policy allows: it then lets pass
    what `accept` in the policy names, at most. Nobody accepts what they assessed themselves.
    """
    if not reason.strip():
        raise UsageError(problem=_("say why the risk is accepted"))
    output = current().output
    vault = open_current()
    found, head = record_accepted(vault, which, free_text(reason))
    present = Present(vault, [found])
    output.result("risk-accept", {"assessment": assessment_json(present, found)}, journal=head)
    text = _("You accepted the risk of assessment {id}, which is {level}.")
    output.say(text.format(id=found.id[:SHORT_ID], level=in_words(found.content.level)))
    if why := present.why_stale(found):
        output.warn(_("the assessment counts no longer, since {why}").format(why=why))
