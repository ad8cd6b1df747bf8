"""`ipvault dlp waive` and `waivers`: findings that are false alarms."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.waivers import Waiver, waivers
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.errors import UsageError
from ipvault.text import _, program
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault


def waive_finding(
    finding: Annotated[str, typer.Argument(metavar="FINDING", help=_("Its fingerprint, as `dlp scan` shows it."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why it is a false alarm."))],
) -> None:
    """The journal records who waived it, and why. It holds for this match in this document as it is now: when anything
    in the document changes, the finding is there again.
    """
    from ipvault.governance.dlp.waiving import waive

    output = current().output
    if not reason.strip():
        raise UsageError(problem=_("a waiver needs a reason"))
    vault = open_current()
    waiver, head = waive(vault, finding.lower(), free_text(reason))
    output.result("dlp-waive", _json(vault, waiver), journal=head)
    output.say(
        _(
            "A finding with this fingerprint counts as a false alarm, as long as the document stays as it is and you "
            "may write where it is. Whether there is one, `{ipvault} dlp scan` shows."
        ).format(ipvault=program())
    )


def list_waivers(jsonl: Jsonl = False) -> None:
    """Who waived which finding, when, and why."""
    output = current().output
    vault = open_to_read()
    found = waivers(vault.catalog)
    if jsonl:
        output.jsonl(_json(vault, one) for one in found)
        return
    output.result("dlp-waivers", {"waivers": [_json(vault, one) for one in found]}, journal=vault.catalog.head)
    if not found:
        output.say(_("No finding is waived."))
        return
    rows = [(one.finding, human_time(one.time), member_name(vault, one.member), one.reason) for one in found]
    output.table((_("Finding"), _("When"), _("Waived by"), _("Reason")), rows)


def _json(vault: Vault, waiver: Waiver) -> dict[str, Any]:
    return {
        "finding": waiver.finding,
        "reason": waiver.reason,
        "time": waiver.time,
        "waived_by": member_name(vault, waiver.member),
        "seq": waiver.seq,
    }
