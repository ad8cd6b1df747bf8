"""`ipvault hold place|release|list|acknowledge`: what must not be destroyed while a matter goes on."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.holds import Hold, holds, items_held_by
from ipvault.catalog.items import names_by_id
from ipvault.cli.choices import Jsonl
from ipvault.cli.files import read_whole
from ipvault.cli.hold_rendering import hold_json, state, waiting
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.rendering import count_of_items, human_time
from ipvault.cli.scope_options import Everything, Items, Labels, Rooms, Tags, Types, scope_of
from ipvault.errors import UsageError
from ipvault.journal.head import Head
from ipvault.oversight.holds.keep import acknowledge_hold, place_hold, release_hold
from ipvault.records.domains import is_name
from ipvault.text import _, program
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

Which = Annotated[str, typer.Argument(metavar="ID|MATTER", help=_("The beginning of its id, or the matter."))]

_MOST_EVIDENCE = 64 * 1024 * 1024
"""Bytes of a file that shows an acknowledgement."""


def place(
    matter: Annotated[str, typer.Argument(metavar="MATTER", help=_("What the matter is called."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What it is about; custodians read it."))],
    items: Items = None,
    rooms: Rooms = None,
    labels: Labels = None,
    types: Types = None,
    tags: Tags = None,
    everything: Everything = False,
    custodians: Annotated[
        list[str] | None,
        typer.Option("--custodian", metavar="NAME", help=_("A member or recipient who is to be told.")),
    ] = None,
) -> None:
    """Until it is released, nothing in its scope can be erased, and records about that cannot be forgotten. What comes
    into the scope later is held too; what was in it stays held, whatever becomes of its label and tags.

    Only owners of the vault place and release holds. What is outside the vault, a hold does not reach: the custodians
    are told to keep that (`hold notice`).
    """
    scope, why, called = (
        scope_of(items, rooms, labels, types, tags, everything),
        _needed(reason),
        free_text(matter).strip(),
    )
    if not is_name(called):
        raise UsageError(problem=_("the matter needs a name, on one line"))
    vault = open_current()
    hold, head = place_hold(vault, called, why, scope, custodians or ())
    _tell(vault, "hold-place", hold, head, _("Hold {id} for {matter} is in force. It holds now: {items}."))
    if hold.custodians:
        text = _("Next, the letters to the custodians: {command}")
        command = f"{program()} hold notice {hold.id[:SHORT_ID]} -o DIR"
        current().output.say(text.format(command=command))


def release(
    which: Which, reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why it is over."))]
) -> None:
    """What was due before is due again: `retention due` shows it. Tell the custodians that the hold is over."""
    why = _needed(reason)
    vault = open_current()
    hold, head = release_hold(vault, which, why)
    _tell(vault, "hold-release", hold, head, _("Hold {id} for {matter} is released."))


def list_holds(jsonl: Jsonl = False) -> None:
    """The oldest first, released ones too, with the custodians who have not acknowledged."""
    output = current().output
    vault = open_to_read()
    found, names = holds(vault.catalog), names_by_id(vault.catalog)
    if jsonl:
        output.jsonl(hold_json(vault.catalog, one, names) for one in found)
        return
    shown = [hold_json(vault.catalog, one, names) for one in found] if output.wants_json else []
    output.result("hold-list", {"holds": shown}, journal=vault.catalog.head)
    titles = (_("Id"), _("Matter"), _("Placed"), _("State"), _("Documents"), _("Not acknowledged"))
    output.table(titles, [_row(vault, one, names) for one in found])
    if not found:
        output.say(_("Nothing is held."))


def acknowledge(
    which: Which,
    outsider: Annotated[
        str, typer.Option("--for", metavar="NAME", help=_("A recipient who has written that; for owners."))
    ] = "",
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="FILE", help=_("What the recipient wrote; its hash is recorded."))
    ] = "",
) -> None:
    """You say that you have read the letter and heed it. For a recipient, an owner records it with what was written:
    keep that file, for instance in the vault, since the journal has only its hash.
    """
    if bool(outsider) != bool(evidence):
        raise UsageError(problem=_("for a recipient give both: --for NAME and --evidence FILE"))
    digest, name = "", ""
    if evidence:
        content = read_whole(evidence, _MOST_EVIDENCE)
        digest, name = hashlib.sha256(content).hexdigest(), Path(evidence).name
    vault = open_current()
    hold, head = acknowledge_hold(vault, which, outsider=outsider, evidence=digest, evidence_name=free_text(name))
    _tell(
        vault, "hold-acknowledge", hold, head, _("Recorded for hold {id}, {matter}. Still to acknowledge: {waiting}.")
    )


def _needed(reason: str) -> str:
    if not reason.strip():
        raise UsageError(problem=_("a hold needs a reason"))
    return free_text(reason)


def _tell(vault: Vault, schema: str, hold: Hold, head: Head, sentence: str) -> None:
    output, names = current().output, names_by_id(vault.catalog)
    output.result(schema, {"hold": hold_json(vault.catalog, hold, names)}, journal=head)
    text = sentence.format(
        id=hold.id[:SHORT_ID],
        matter=hold.matter,
        items=count_of_items(len(items_held_by(vault.catalog, hold.id))),
        waiting=waiting(hold, names) or _("nobody"),
    )
    output.say(text)


def _row(vault: Vault, hold: Hold, names: dict[str, str]) -> tuple[str, ...]:
    count = str(len(items_held_by(vault.catalog, hold.id)))
    not_yet = "" if hold.released else waiting(hold, names)
    return hold.id[:SHORT_ID], hold.matter, human_time(hold.time), state(hold), count, not_yet
