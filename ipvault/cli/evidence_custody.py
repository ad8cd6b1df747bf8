"""`ipvault evidence custody`: who had a piece of evidence, from when on, and that it stayed as it was."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.cli.choices import Jsonl, Reason
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.errors import ExitCode, UsageError
from ipvault.evidence.custody import (
    Custody,
    Step,
    begin,
    correct,
    custodies,
    find_custody,
    sha256_of_thing,
    transfer,
    why,
)
from ipvault.text import _, program
from ipvault.vault.names import free_text, person_name
from ipvault.vault.vault import Vault

TITLES = (
    _("Id"),
    _("Record"),
    _("Evidence"),
    _("When"),
    _("From"),
    _("To"),
    _("SHA-256"),
    _("Recorded by"),
    _("Reason"),
)

_SHA256: Final = re.compile("[0-9A-Fa-f]{64}")

Thing = Annotated[str, typer.Argument(metavar="FILE|DIR", help=_("The piece of evidence: a file, or a folder."))]
Which = Annotated[str, typer.Argument(metavar="ID", help=_("Which piece of evidence, as `custody start` called it."))]


def start(
    thing: Thing,
    holder: Annotated[str, typer.Option("--holder", metavar="NAME", help=_("Who has it."))],
    title: Annotated[str, typer.Option(metavar="TEXT", help=_("What to call it; its file name by default."))] = "",
    reason: Reason = "",
) -> None:
    """The journal keeps its SHA-256: of a folder, that of the list of the hashes and paths of its files, which
    `ipvault help format` explains with a line for the shell. The thing itself stays where it is.
    """
    output = current().output
    digest = digest_of(thing)
    vault = open_current()
    known = [one for one in custodies(vault.catalog) if one.sha256 == digest]
    name = person_name(title or Path(thing).resolve().name)
    custody, head = begin(vault, title=name, sha256=digest, holder=person_name(holder), reason=free_text(reason))
    output.result("evidence-custody-start", _json(vault, custody), journal=head)
    text = _("{holder} has {title} from now on, as {id}. SHA-256: {digest}")
    output.say(text.format(holder=custody.holder, title=custody.title, id=custody.id[:SHORT_ID], digest=digest))
    for one in known:
        text = _(
            "custody of something with this SHA-256 was recorded before: {holder} has {title}, as {id}. If that is the "
            "same thing, go on with that one: `{ipvault} evidence custody transfer {id}`"
        )
        output.warn(text.format(holder=one.holder, title=one.title, id=one.id[:SHORT_ID], ipvault=program()))


def hand_over(
    custody: Which,
    thing: Thing,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("Who gets it."))],
    received: Annotated[
        str,
        typer.Option("--received", metavar="PATH|SHA256", help=_("What arrived: where it is, or the hash of it.")),
    ],
    reason: Reason = "",
) -> int:
    """FILE is what is handed over. What arrived is hashed too, or the receiver reads out its SHA-256. A hand-over after
    which it is not what it was is recorded all the same, and the exit code is 17.
    """
    output = current().output
    before = digest_of(thing)
    after = _hash_of(received)
    vault = open_current()
    receiver = person_name(to)
    moved, head = transfer(vault, custody, receiver=receiver, before=before, after=after, reason=free_text(reason))
    output.result("evidence-custody-transfer", _json(vault, moved), journal=head)
    text = _("{holder} has {title} from now on.")
    output.say(text.format(holder=moved.holder, title=moved.title))
    if moved.steps[-1].seq not in moved.breaks:
        return ExitCode.DONE
    output.warn(_("it is not what it was before: find out where it was altered, and who had it then"))
    return ExitCode.FINDINGS


def correct_hand_over(
    custody: Which,
    record: Annotated[int, typer.Argument(min=0, metavar="N", help=_("The wrong record, as the list shows it."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("What is wrong with it."))],
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("Who has had it since then."))] = "",
    before: Annotated[
        str, typer.Option("--before", metavar="PATH|SHA256", help=_("What it was before: where it is, or the hash."))
    ] = "",
    received: Annotated[
        str, typer.Option("--received", metavar="PATH|SHA256", help=_("What arrived: where it is, or the hash."))
    ] = "",
) -> None:
    """For a slip: a name that was misspelt, a file that was mistaken for another. The wrong record stays and is listed;
    from now on what this one says counts in its place. What you do not give is right as it was.
    """
    if not (to or before or received):
        raise UsageError(problem=_("say what is right: --to, --before or --received"))
    output = current().output
    was, arrived = (_hash_of(given) if given else None for given in (before, received))
    receiver = person_name(to) if to else None
    vault = open_current()
    corrected, head = correct(
        vault, custody, record, receiver=receiver, before=was, after=arrived, reason=free_text(reason)
    )
    output.result("evidence-custody-correct", _json(vault, corrected), journal=head)
    text = _("Record {number} is corrected: {holder} has {title}.")
    output.say(text.format(number=record, holder=corrected.holder, title=corrected.title))


def list_custody(
    custody: Annotated[str, typer.Argument(metavar="[ID]", help=_("Only this piece of evidence."))] = "",
    jsonl: Jsonl = False,
) -> int:
    """A line for each hand-over. The exit code is 17 if something is not what it was before a hand-over.

    In a pipe the columns are separated by tabs, with times in UTC and both hashes in full.
    """
    output = current().output
    vault = open_to_read()
    found = [find_custody(vault.catalog, custody)] if custody else custodies(vault.catalog)
    if jsonl:
        output.jsonl(_json(vault, one) for one in found)
    elif output.wants_json:
        output.result("evidence-custody-list", {"custody": [_json(vault, one) for one in found]})
    else:
        output.table(TITLES, [row for one in found for row in _rows(vault, one)])
    broken = [one for one in found if one.breaks]
    for one in broken:
        output.warn(_("{title} is not what it was before a hand-over").format(title=one.title))
    return ExitCode.FINDINGS if broken else ExitCode.DONE


def _hash_of(given: str) -> str:
    """A hash that was read out, or that of what is at a path."""
    return given.lower() if _SHA256.fullmatch(given) else digest_of(given)


def digest_of(path: str) -> str:
    """The SHA-256 of a file or folder, with progress. Raises `SourceNotFound`, or `StorageFailed`."""
    with current().output.progress(_("Hashing"), None, "bytes") as bar:
        return sha256_of_thing(Path(path), bar.advance)


def _rows(vault: Vault, custody: Custody) -> list[tuple[str, ...]]:
    is_for_programs = not current().environment.stdout.isatty()
    return [
        (
            custody.id[:SHORT_ID],
            str(step.seq),
            custody.title,
            step.time if is_for_programs else human_time(step.time),
            step.giver,
            step.receiver,
            *((step.sha256_before, step.sha256_after) if is_for_programs else (_short(step),)),
            member_name(vault, step.recorder),
            why(step),
        )
        for step in custody.steps
    ]


def _short(step: Step) -> str:
    return f"{step.sha256_before[:16]} {'=' if step.sha256_before == step.sha256_after else '≠'}"


def _json(vault: Vault, custody: Custody) -> dict[str, Any]:
    steps = [{**step._asdict(), "recorded_by": member_name(vault, step.recorder)} for step in custody.steps]
    return {
        "custody": custody.id,
        "title": custody.title,
        "holder": custody.holder,
        "sha256": custody.sha256,
        "breaks": custody.breaks,
        "steps": steps,
    }
