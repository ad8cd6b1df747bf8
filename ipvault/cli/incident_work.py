"""`ipvault incident evidence|remediate`: what is kept of an incident, and what is done about it."""

from __future__ import annotations

import re
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from ipvault.catalog.incidents import find_incident
from ipvault.cli.choices import deadline
from ipvault.cli.evidence_custody import digest_of
from ipvault.cli.incident import Which
from ipvault.cli.incident_rendering import tell
from ipvault.cli.namesakes import warn_of_namesakes
from ipvault.cli.opening import open_current
from ipvault.errors import UsageError
from ipvault.evidence.custody import begin
from ipvault.oversight.incidents.keep import (
    add_action,
    finish_action,
    preserve_items,
    preserve_records,
    preserve_thing,
    standing,
)
from ipvault.oversight.incidents.state import actions
from ipvault.oversight.zones import moment_in
from ipvault.records.domains import is_day, is_detail, is_name
from ipvault.records.incidents import STEPS
from ipvault.text import _
from ipvault.vault.names import free_text, person_name

Step = StrEnum("Step", {word: word for word in STEPS})  # type: ignore[misc]  # see choices

_RANGE: Final = re.compile("([0-9]{1,15})-([0-9]{1,15})")


def evidence(
    which: Which,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What it shows."))],
    items: Annotated[
        list[str] | None, typer.Option("--item", metavar="ITEM[@VERSION]", help=_("A document of the vault."))
    ] = None,
    file: Annotated[
        str, typer.Option("--file", metavar="FILE|DIR", help=_("A file or folder; a chain of custody begins."))
    ] = "",
    holder: Annotated[str, typer.Option("--holder", metavar="NAME", help=_("With --file: who has it."))] = "",
    records: Annotated[
        str, typer.Option("--records", metavar="FROM-TO", help=_("Records of the journal, by their numbers."))
    ] = "",
) -> None:
    """Documents and files are recorded with their SHA-256, so that it shows later if they were altered. A file stays
    where it is; `evidence custody transfer` records who gets it. To keep documents from being destroyed, hold them.
    """
    if sum(map(bool, (items, file, records))) != 1 or bool(file) != bool(holder):
        raise UsageError(problem=_("give one of --item, --file with --holder, and --records"))
    why, span = free_text(reason), _RANGE.fullmatch(records)
    if records and span is None:
        raise UsageError(problem=_("write records as FROM-TO, such as 12-40"))
    digest = digest_of(file) if file else ""
    vault = open_current()
    if items:
        incident, head = preserve_items(vault, which, items, why)
    elif span is not None:
        incident, head = preserve_records(vault, which, int(span[1]), int(span[2]), why)
    else:
        standing(vault, which)
        name = person_name(Path(file).resolve().name)
        custody, _head = begin(vault, title=name, sha256=digest, holder=person_name(holder), reason=why)
        incident, head = preserve_thing(vault, which, custody.id, why)
    tell(vault, "incident-evidence", incident, head, _("Recorded as evidence of incident {id}."))


def remediate(
    which: Which,
    title: Annotated[str, typer.Argument(metavar="[TITLE]", help=_("What is to be done."))] = "",
    step: Annotated[Step, typer.Option("--step", help=_("To which of the nine steps it belongs."))] = Step["remediate"],
    owner: Annotated[str, typer.Option("--owner", metavar="NAME", help=_("Who does it."))] = "",
    due: Annotated[str, typer.Option("--due", metavar="DATE|7d", help=_("By when."))] = "",
    done: Annotated[str, typer.Option("--done", metavar="KEY", help=_("Record that this was done."))] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help=_("With --done: how, or where that shows."))] = "",
) -> None:
    """What you add has to be done before the incident is closed, like the actions of the playbook. `incident show`
    lists all of them with their keys.
    """
    name, who = free_text(title).strip(), free_text(owner).strip()
    if bool(name) == bool(done) or (done and (who or due)) or (note and not done):
        raise UsageError(problem=_("say what is to be done, with --owner and --due, or --done KEY with --note"))
    if (name and not is_name(name)) or not is_detail(who):
        raise UsageError(problem=_("what is to be done, and who does it, is one line"))
    text = free_text(note)
    until = deadline(due, time.time()) if due else ""
    vault = open_current()
    if is_day(due):  # to its end, where the incident is
        until = moment_in(f"{due}T23:59:59", find_incident(vault.catalog, which).zone)
    if done:
        incident, head = finish_action(vault, which, done, text)
        tell(vault, "incident-remediate", incident, head, _("{key} is done."), key=done)
    else:
        known = actions(find_incident(vault.catalog, which))
        incident, head = add_action(vault, which, str(step), name, who, until)
        tell(
            vault,
            "incident-remediate",
            incident,
            head,
            _("To be done before incident {id} is closed: {what}."),
            what=name,
        )
        warn_of_namesakes(name, (one.key for one in known if one.title == name and not one.done))
