"""`ipvault training list|show|report`: which texts there are, what they say, and who accepted them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.training_standings import ACCEPTED, MISSING, OVERDUE, standings
from ipvault.catalog.trainings import find_training, trainings
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.rendering import human_time, or_null, quoted
from ipvault.cli.training_rendering import training_json
from ipvault.errors import ExitCode
from ipvault.text import N_, _, program
from ipvault.vault.clock import today

_STATES = {ACCEPTED: N_("accepted"), MISSING: N_("missing"), OVERDUE: N_("overdue")}


def list_trainings(jsonl: Jsonl = False) -> None:
    """By name, with how many of those who are to accept each have done so."""
    output = current().output
    vault = open_to_read()
    found = trainings(vault.catalog)
    if jsonl:
        output.jsonl(training_json(one) for one in found)
        return
    data = {"trainings": [training_json(one) for one in found]}
    output.result("training-list", data, journal=vault.catalog.head)
    standing = standings(vault.catalog, today(vault))
    asked = Counter(one.training.id for one in standing)
    done = Counter(one.training.id for one in standing if one.state == ACCEPTED)
    titles = (_("Id"), _("Name"), _("Version"), _("Since"), _("Accepted"))
    rows = [
        (one.id[:SHORT_ID], one.name, one.version, human_time(one.time), f"{done[one.id]}/{asked[one.id]}")
        for one in found
    ]
    output.table(titles, rows)
    if not found:
        text = _("Nobody has to accept anything. To ask somebody: {command}")
        output.say(text.format(command=f"{program()} training assign NAME --text FILE"))


def show(
    which: Annotated[str, typer.Argument(metavar="NAME|ID", help=_("Its name, or the beginning of its id."))],
) -> None:
    """To standard output. Of a document of the vault, says which one it is: `cat` writes that."""
    output = current().output
    vault = open_to_read()
    found = find_training(vault.catalog, which)
    data = {"training": training_json(found), "text": found.content}
    output.result("training-show", data, journal=vault.catalog.head)
    output.text(found.content)
    if found.item:
        name = names_by_id(vault.catalog).get(found.item, found.item)
        text = _("It is the document {name}, SHA-256 {sha256}. To read it: {command}")
        command = f"{program()} cat {quoted(name)}"
        output.say(text.format(name=name, sha256=found.sha256, command=command))


def report(
    missing: Annotated[bool, typer.Option("--missing", help=_("Only those who have not accepted it."))] = False,
    jsonl: Jsonl = False,
) -> int:
    """By text, everybody who is to accept it: in the newest version, which alone counts. With --missing the exit code
    is 17 if somebody has not.
    """
    output = current().output
    vault = open_to_read()
    found = [one for one in standings(vault.catalog, today(vault)) if not missing or one.state != ACCEPTED]
    rows = [
        or_null({**one._asdict(), "training": one.training.id, "text": one.training.name}, "due", "accepted")
        for one in found
    ]
    if jsonl:
        output.jsonl(rows)
    else:
        output.result("training-report", {"people": rows}, journal=vault.catalog.head)
        titles = (_("Text"), _("Who"), _("State"), _("Due"), _("Accepted"))
        output.table(
            titles,
            [(one.training.name, one.name, _(_STATES[one.state]), one.due, human_time(one.accepted)) for one in found],
        )
        if not found:
            output.say(_("Nobody is missing.") if missing else _("Nobody has to accept anything."))
    return ExitCode.FINDINGS if missing and found else ExitCode.DONE
