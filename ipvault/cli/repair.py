"""`ipvault repair`: bring back from other copies what is missing or altered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.cli.copies import copy_in
from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, machine_for, open_only, unlock_closed
from ipvault.errors import (
    ExitCode,
    JournalBroken,
    JournalUnhealed,
    NoCopy,
    Rollback,
    RollbackUnhealed,
    UsageError,
)
from ipvault.journal.head import Head
from ipvault.settings import patience
from ipvault.storage.copying import CopyStore
from ipvault.text import _, ngettext
from ipvault.vault.repair import Repair, carry_out, plan_repair


def repair(
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="DIR", help=_("Another copy of the vault; can be given several times.")),
    ] = None,
) -> int:
    """Takes files and records that are missing or altered from other copies of the vault.

    A copy may be old, or damaged in other places: everything in it is checked against the journal, and only what is
    exactly as it was recorded is taken. The copies are only read. What was healed is recorded. Nothing is changed if
    the journal would not continue what this computer has seen. The exit code is 20 if something could not be healed.
    """
    if not sources:
        raise UsageError(problem=_("--from is missing: name another copy of the vault, such as a backup"))
    output = current().output
    store = CopyStore(current().vault_path(), patience(current().environment.variables))
    copies = [copy_in(path, NoCopy) for path in sources]
    try:
        plan = plan_repair(store, copies, lambda vault: machine_for(vault).pins, output.stage)
        head = None
        if plan.is_needed:
            closed = find_closed(store)
            head = carry_out(open_only(closed, unlock_closed(closed)), store, plan, copies)
    except Rollback as error:
        raise RollbackUnhealed(pinned_seq=error.fields["pinned_seq"]) from None
    except JournalBroken as error:
        raise JournalUnhealed(seq=error.fields["seq"], reason=error.fields["reason"]) from None
    finally:
        store.drop_draft()
    _tell(plan, head)
    return ExitCode.DONE if plan.healed == plan.losses else ExitCode.DAMAGED


def _tell(plan: Repair, head: Head | None) -> None:
    output = current().output
    files = [
        {"path": loss.change.path, "problem": loss.problem, "from": loss.source.place if loss.source else None}
        for loss in plan.losses
    ]
    data = {"files": files, "records": plan.records, "first_record": plan.first if plan.records else None}
    output.result("repair", data, journal=head)
    if files:
        rows = [(file["path"], file["problem"], file["from"] or _("no copy has it")) for file in files]
        output.table((_("Place"), _("Problem"), _("Taken from")), rows)
    if plan.is_needed:
        output.text(_healed(plan))
    elif not files:
        output.text(_("Nothing to repair: every record and every file is as it was written."))
    if lost := len(plan.losses) - len(plan.healed):
        text = ngettext(
            "{count} file could not be healed: no copy that you gave has it as the journal names it.",
            "{count} files could not be healed: no copy that you gave has them as the journal names them.",
            lost,
        )
        output.text(text.format(count=lost))


def _healed(plan: Repair) -> str:
    files = ngettext("{count} file", "{count} files", len(plan.healed)).format(count=len(plan.healed))
    records = ngettext("{count} record", "{count} records", plan.records).format(count=plan.records)
    text = _("Healed {files} and {records}. The journal says so.").format(files=files, records=records)
    if plan.garbage:
        more = _("{count} bytes at the end of the journal were no records and were dropped.")
        text = f"{text}\n{more.format(count=plan.garbage)}"
    return text
