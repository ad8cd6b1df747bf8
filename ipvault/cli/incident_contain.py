"""`ipvault incident contain`: stop an incident from going on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import items_of, names_by_id
from ipvault.cli.incident import Which
from ipvault.cli.incident_assess import Lines, lines_from
from ipvault.cli.incident_rendering import incident_json
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import shortened
from ipvault.errors import ExitCode, UsageError
from ipvault.oversight.incidents.contain import Containment, Plan, contain as do_contain, lift as do_lift
from ipvault.text import _, ngettext
from ipvault.vault.names import free_text
from ipvault.vault.vault import Vault

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "dry_run": False,
        **dict.fromkeys(("members", "recipients", "packages", "packages_left"), ()),
        **dict.fromkeys(("rooms_rekeyed", "rooms_outlived", "rooms_kept"), ()),
        **dict.fromkeys(("frozen_items", "frozen_rooms", "copies"), ()),
        **dict.fromkeys(("freeze", "hold")),
    }
)
"""What a containment tells that did nothing of all this."""


def contain(
    which: Which,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("Why; all members can read it."))] = "",
    members: Annotated[
        list[str] | None,
        typer.Option("--member", metavar="NAME", help=_("Take a member out of all rooms, which get new keys.")),
    ] = None,
    recipients: Annotated[
        list[str] | None,
        typer.Option(
            "--recipient", metavar="NAME", help=_("Share nothing more with a recipient, and revoke packages.")
        ),
    ] = None,
    packages: Annotated[list[str] | None, typer.Option("--package", metavar="ID", help=_("Revoke a package."))] = None,
    rotate: Annotated[
        list[str] | None, typer.Option("--rotate", metavar="ROOM", help=_("Give a room a new key."))
    ] = None,
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="ITEM|PATTERN", help=_("Freeze and hold a document."))
    ] = None,
    rooms: Annotated[
        list[str] | None, typer.Option("--room", metavar="ROOM", help=_("Freeze and hold all documents of a room."))
    ] = None,
    source: Lines = "",
    no_hold: Annotated[bool, typer.Option("--no-hold", help=_("Freeze only, and hold nothing."))] = False,
    lift: Annotated[bool, typer.Option("--lift", help=_("End what is frozen because of the incident."))] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))] = False,
) -> int:
    """All of it in one transaction: it happens as a whole, or not at all. Run again, it does nothing twice. What is
    frozen does not leave the vault, by no override, until --lift; what is held cannot be destroyed.

    Copies that are outside already are not reached: they are listed. With exposure lines their documents are frozen
    and held, and their packages revoked.
    """
    output, why, lines = current().output, free_text(reason).strip(), lines_from(source)
    plan = Plan(
        tuple(members or ()),
        tuple(recipients or ()),
        tuple(dict.fromkeys([*(packages or ()), *(line.package for line in lines if line.package)])),
        tuple(dict.fromkeys(rotate or ())),
        tuple(dict.fromkeys(items or ())),
        tuple(dict.fromkeys(rooms or ())),
        not no_hold,
    )
    reached = dict.fromkeys(line.item for line in lines)
    if lift and (reached or any(plan[:-1])):
        problem = _("--lift ends all that is frozen because of the incident: nothing else goes with it")
        raise UsageError(problem=problem)
    if not (lift or reached or any(plan[:-1])):
        raise UsageError(problem=_("say what to contain, or --lift to end what is frozen"))
    if not (why or dry_run) or (lift and dry_run):
        raise UsageError(problem=_("say why: --reason TEXT, or --dry-run to see what would be done"))
    vault = open_current()
    if lift:
        incident, head = do_lift(vault, which, reason=why)
        output.result("incident-contain", {**_NOTHING, "incident": incident_json(vault, incident)}, journal=head)
        output.say(_("Nothing is frozen because of incident {id} any more.").format(id=incident.id[:SHORT_ID]))
        return ExitCode.DONE
    there = items_of(vault.catalog, reached)
    if gone := len(reached) - len(there):
        text = ngettext(
            "{count} document of the exposure is not there any more: nothing of it can be frozen.",
            "{count} documents of the exposure are not there any more: nothing of them can be frozen.",
            gone,
        )
        output.warn(text.format(count=gone))
    plan = plan._replace(items=tuple(dict.fromkeys((*plan.items, *there))))
    done = do_contain(vault, which, plan, reason=why, dry=dry_run)
    names = names_by_id(vault.catalog)
    output.result("incident-contain", _json(vault, done, dry=dry_run), journal=done.head)
    output.table((_("What"), _("Which")), _rows(done, names))
    if done.is_empty():
        output.say(_("All of that was done before; nothing was left to do."))
    elif dry_run:
        output.say(_("That would be done."))
    else:
        output.say(_("Incident {id} is contained as far as this vault goes.").format(id=done.incident.id[:SHORT_ID]))
    for copy in done.copies:
        output.say(_("Not reached: {copy}").format(copy=copy.in_words(names)), even_quietly=True)
    if done.members or done.recipients:
        output.say(_("Whoever had keys can have copied what they opened: revoking stops what comes later."))
    return ExitCode.PARTIAL if _warn_of_left(done, names) else ExitCode.DONE


def _warn_of_left(done: Containment, names: dict[str, str]) -> bool:
    """Say what only others can do; whether there is any."""
    output = current().output
    if done.left:
        text = _(
            "of the packages {ids} something came from rooms in which you may not revoke: an owner there does that"
        )
        output.warn(text.format(ids=shortened([one.id[:SHORT_ID] for one in done.left])))
    if done.leave.kept:
        text = _("without an owner would be, and so nobody was taken out of: {rooms}")
        output.warn(text.format(rooms=shortened([names.get(room, room) for room in done.leave.kept])))
    if done.leave.outlived:
        text = _("an owner has to give a new key to: {rooms}")
        output.warn(text.format(rooms=shortened([names.get(room, room) for room in done.leave.outlived])))
    return bool(done.left or done.leave.kept or done.leave.outlived)


def _rows(done: Containment, names: dict[str, str]) -> list[tuple[str, str]]:
    return [
        *((_("member taken out"), one.name) for one in done.members),
        *((_("recipient revoked"), one.name) for one in done.recipients),
        *((_("package revoked"), one.id[:SHORT_ID]) for one in done.packages),
        *((_("new key for room"), names.get(room, room)) for room in done.leave.rekeyed),
        *((_("document frozen"), one.name) for one in done.items if done.freeze or done.hold),
        *((_("room frozen"), names.get(room, room)) for room in done.rooms if done.freeze or done.hold),
        *((_("hold"), done.hold[:SHORT_ID]) for _one in (1,) if done.hold),
    ]


def _json(vault: Vault, done: Containment, *, dry: bool) -> dict[str, Any]:
    return {
        **_NOTHING,
        "dry_run": dry,
        "members": [one.fingerprint for one in done.members],
        "recipients": [one.id for one in done.recipients],
        "packages": [one.id for one in done.packages],
        "packages_left": [one.id for one in done.left],
        "rooms_rekeyed": done.leave.rekeyed,
        "rooms_outlived": done.leave.outlived,
        "rooms_kept": done.leave.kept,
        "frozen_items": [one.id for one in done.items],
        "frozen_rooms": list(done.rooms),
        "freeze": done.freeze or None,
        "hold": done.hold or None,
        "copies": [one._asdict() for one in done.copies],
        "incident": incident_json(vault, done.incident),
    }
