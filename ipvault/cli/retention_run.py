"""`ipvault retention due|run|certificate`: what was kept for long enough, and destroying it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.fate import DESTROY, HELD, LOOK
from ipvault.cli.choices import Jsonl, typed_day
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.losses import warn_of_proofs
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.papers import PaperForm, form_for
from ipvault.cli.rendering import count_of_items
from ipvault.cli.retention_rendering import judged_json
from ipvault.errors import Conflict, ExitCode, UsageError
from ipvault.oversight.copies import remaining_copies
from ipvault.oversight.papers import FORMS, render
from ipvault.oversight.retention.certificate import certificate as drawn_up, destroyed_of, items_of_run
from ipvault.oversight.retention.due import Judged, due as due_on
from ipvault.oversight.retention.run import run as run_rules
from ipvault.text import N_, _, program
from ipvault.vault.clock import today
from ipvault.vault.journal_query import known_item
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

_OUTCOMES = {DESTROY: N_("destroy it"), LOOK: N_("review it"), HELD: N_("held")}


def due(
    by: Annotated[str, typer.Option("--by", metavar="DATE", help=_("What is due on that day; today by default."))] = "",
    jsonl: Jsonl = False,
) -> None:
    """With the rule that decides, the last day for which it was kept, and what keeps it from being destroyed."""
    output = current().output
    day = str(typed_day(by)) if by else ""
    vault = open_to_read()
    found = due_on(vault.catalog, day or today(vault))
    _warn(vault, found)
    if jsonl:
        output.jsonl(map(judged_json, found))
        return
    output.result("retention-due", {"due": [judged_json(one) for one in found]}, journal=vault.catalog.head)
    titles = (_("Document"), _("Room"), _("Next"), _("Why"))
    rows = [(one.item.name, one.item.room_name, _(_OUTCOMES[one.fate.outcome]), one.fate.reason) for one in found]
    output.table(titles, rows)
    if not found:
        output.say(_("Nothing is due."))


def run(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why now, for the journal."))] = "",
) -> int:
    """Destroys all versions of what is due by rules that say so, in one transaction. What is held or to be reviewed is
    left, and so is what only owners of other rooms can destroy. Run again, it does nothing twice. A warning says if an
    agreement or a consent in force is shown by what is due: a hold keeps that.

    The reason stays in the journal for good and cannot be forgotten: write no personal data into it.
    """
    if not dry_run and not reason.strip():
        raise UsageError(problem=_("say why: --reason TEXT, or --dry-run to see what would be done"))
    output, why = current().output, free_text(reason)
    vault = open_current()
    done = run_rules(vault, reason=why, dry=dry_run)
    _warn(vault, done.destroyed)
    data = {
        "run": done.id or None,
        "dry_run": dry_run,
        "destroyed": [judged_json(one) for one in done.destroyed],
        "left": [{**judged_json(one.one), "reason": one.reason} for one in done.left],
    }
    output.result("retention-run", data, journal=done.head)
    gone = _(_OUTCOMES[DESTROY]) if dry_run else _("destroyed")
    output.table(
        (_("Document"), _("Room"), _("Next"), _("Why")),
        [
            *((one.item.name, one.item.room_name, gone, one.fate.reason) for one in done.destroyed),
            *((one.one.item.name, one.one.item.room_name, _("left"), one.reason) for one in done.left),
        ],
    )
    count = len(done.destroyed)
    text = _("This would destroy {items} and leave {left}.") if dry_run else _("Destroyed {items} and left {left}.")
    output.say(text.format(items=count_of_items(count), left=count_of_items(len(done.left))))
    if done.destroyed and not dry_run:
        command = f"{program()} retention certificate {done.id[:SHORT_ID]}"
        output.say(_("To have it in writing: {command}").format(command=command))
    return ExitCode.DONE if all(one.is_mine for one in done.left) else ExitCode.PARTIAL


def _warn(vault: Vault, found: Sequence[Judged]) -> None:
    warn_of_proofs(vault, [one.item for one in found if one.fate.outcome == DESTROY])


def certificate(
    which: Annotated[str, typer.Argument(metavar="RUN", help=_("The run, by the beginning of its id."))] = "",
    item: Annotated[
        list[str] | None, typer.Option("--item", metavar="ITEM", help=_("A document that was erased in any way."))
    ] = None,
    destination: TextOutput = PIPE,
    form: PaperForm = None,
    force: Force = False,
) -> None:
    """What was destroyed, with its hash, when, by whom and under which rule, and which packages, exports and backups
    the journal knows of that this does not reach. It is what the journal says, and no promise about the disk.
    """
    if bool(which) == bool(item):
        raise UsageError(problem=_("name the run, or documents with --item"))
    wanted = form_for(destination, form, FORMS)
    output = current().output
    vault = open_to_read()
    items = items_of_run(vault, which) if which else [known_item(vault, typed)[0] for typed in item or ()]
    gone = destroyed_of(vault, items)
    if not gone:
        raise Conflict(problem=_("nothing of it was destroyed"))
    copies = remaining_copies(vault, items)
    text = render(drawn_up(vault, gone, copies, day=today(vault)), wanted)
    write_text(destination, text, _("the certificate"), force=force)
    data = {
        "path": destination,
        "destroyed": [one._asdict() for one in gone],
        "copies": [one._asdict() for one in copies],
    }
    output.result("retention-certificate", data)
