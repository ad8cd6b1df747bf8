"""`ipvault compliance`: what the vault shows of the controls of standards and laws."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import typer

from ipvault.catalog.packs import imported_packs
from ipvault.cli.choices import Jsonl, moment, moment_so_far
from ipvault.cli.commands import all_commands
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.invocation import current
from ipvault.cli.journal_selection import Since, Until
from ipvault.cli.opening import open_current, open_to_read
from ipvault.cli.papers import dotted, form_for
from ipvault.cli.rendering import quoted, shortened
from ipvault.errors import UsageError
from ipvault.oversight.compliance.formats import FORMATS
from ipvault.oversight.compliance.framework import Framework
from ipvault.oversight.compliance.gaps import Gap, find_gaps
from ipvault.oversight.compliance.packs import find_framework, frameworks, import_pack
from ipvault.oversight.compliance.reading import MAX_PACK
from ipvault.oversight.compliance.report import NOT_A_CERTIFICATE, NOTHING_YET, make_report
from ipvault.text import _, program

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]  # members come from the table


def list_frameworks(jsonl: Jsonl = False) -> None:
    """Those that come with ipvault, and those that the vault was given. How many controls there are, and how many of
    them ipvault can show something of.
    """
    output = current().output
    vault = open_to_read() if current().vault_if_any() else None
    found = frameworks(vault.catalog if vault else None, _commands())
    if jsonl:
        output.jsonl(map(_framework_json, found.values()))
        return
    data = {"frameworks": list(map(_framework_json, found.values())), "note": NOT_A_CERTIFICATE}
    output.result("compliance-frameworks", data, journal=vault.catalog.head if vault else None)
    rows = [(one.id, _(one.name), one.version, *_counts(one).values()) for one in found.values()]
    titles = (_("Id"), _("Framework"), _("Version"), _("Controls"), _("With evidence"))
    output.table(titles, rows)
    output.say(_(NOT_A_CERTIFICATE), even_quietly=True)
    for pack in imported_packs(vault.catalog) if vault else ():
        if pack.id not in found:
            output.warn(_("the pack {name} of the vault cannot be read by this ipvault").format(name=pack.id))


def report(
    name: Annotated[str, typer.Argument(metavar="FRAMEWORK", help=_("Its id, as `compliance frameworks` shows it."))],
    form: Annotated[
        Format | None, typer.Option("--format", help=_("By default what the name of the file ends with, else md."))
    ] = None,
    destination: TextOutput = PIPE,
    since: Since = None,
    until: Until = None,
    force: Force = False,
) -> None:
    """Each control with what of ipvault can be evidence of it: the commands, the records that this vault has of them
    (how many, since when, the last), and the tests of ipvault that show it. What ipvault does not touch is listed too.

    It counts what you can read. It is evidence, not a certificate.
    """
    output, wanted = current().output, form_for(destination, form, dotted(FORMATS))
    vault = open_to_read()
    framework = find_framework(vault.catalog, name, _commands())
    with output.progress(_("Reading the journal"), None, "items"):
        made = make_report(vault, framework, *_period(since, until, vault.machine.now()))
    write_text(destination, FORMATS[wanted](made), _("the report"), force=force)
    output.result("compliance-report", {"path": destination, **made.to_json()}, journal=vault.catalog.head)
    if destination != PIPE:
        output.say(_("Wrote the report to {path}. {note}").format(path=destination, note=_(NOT_A_CERTIFICATE)))
    if count := made.numbers()[NOTHING_YET]:
        words = [program(), "compliance gaps", framework.id]
        words += [f"--since {quoted(since)}"] if since else []
        words += [f"--until {quoted(until)}"] if until else []
        text = _("Controls of which there is nothing on record: {count}. To see what could be: {command}")
        output.say(text.format(count=count, command=" ".join(words)))


def gaps(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="FRAMEWORK", help=_("Their ids; without any, all frameworks."))
    ] = None,
    since: Since = None,
    until: Until = None,
    jsonl: Jsonl = False,
) -> None:
    """What the vault could show of these frameworks and has no record of, and the commands that would make one. That
    there is none can also mean that nothing of the kind happened: nobody left, nothing had to be repaired.
    """
    output = current().output
    vault = open_to_read()
    known = frameworks(vault.catalog, _commands())
    chosen = [find_framework(vault.catalog, name, _commands()) for name in names] if names else list(known.values())
    start, end = _period(since, until, vault.machine.now())
    with output.progress(_("Reading the journal"), None, "items"):
        found = find_gaps(vault, chosen, start or None, end or None)
    if jsonl:
        output.jsonl(map(_gap_json, found))
        return
    output.result(
        "compliance-gaps", {"gaps": list(map(_gap_json, found)), "note": NOT_A_CERTIFICATE}, journal=vault.catalog.head
    )
    rows = [
        (_(gap.measure.title), ", ".join(gap.measure.commands), _serves(gap, one=len(chosen) == 1)) for gap in found
    ]
    output.table((_("Nothing on record of"), _("Commands"), _("Evidence for")), rows)
    if not found:
        output.say(_("Of everything that ipvault can show there is something on record."))
    output.say(_(NOT_A_CERTIFICATE), even_quietly=True)


def import_own(path: Annotated[str, typer.Argument(metavar="FILE|-", help=_("A pack as TOML."))]) -> None:
    """Checks a pack of your own and records it, for all members, in place of one of the same id. A key that is not
    known is refused, and so are commands and kinds of records that do not exist. Owners of the vault only.
    """
    output = current().output
    data = read_small(path, MAX_PACK)
    place = _("the standard input") if path == PIPE else path
    pack, head = import_pack(open_current(), data, place, _commands())
    output.result("compliance-import", _framework_json(pack), journal=head)
    text = _("Took in {name} as {id}, version {version}. To see what the vault shows of it: {command}")
    command = f"{program()} compliance report {pack.id}"
    output.say(text.format(name=pack.name, id=pack.id, version=pack.version, command=command))


@cache
def _commands() -> frozenset[str]:
    """The commands that a pack can name."""
    return frozenset(" ".join(words) for words, _command in all_commands())


def _period(since: str | None, until: str | None, now: float) -> tuple[str, str]:
    """From when until when, both empty if not asked. Raises `UsageError` for a time of which nothing can be told."""
    start, end = moment_so_far(since, now) if since else "", moment(until, now) if until else ""
    if start and end and end <= start:
        raise UsageError(problem=_("nothing lies between {since} and {until}").format(since=since, until=until))
    return start, end


def _counts(framework: Framework) -> dict[str, int]:
    controls = list(framework.controls())
    return {"controls": len(controls), "touched": sum(1 for control in controls if control.measures)}


def _framework_json(framework: Framework) -> dict[str, Any]:
    about = {"id": framework.id, "name": framework.name, "version": framework.version, "about": framework.about}
    return {**about, "sha256": framework.sha256, **_counts(framework)}


def _gap_json(gap: Gap) -> dict[str, Any]:
    return {
        "measure": gap.measure.id,
        "title": gap.measure.title,
        "commands": list(gap.measure.commands),
        "kinds": list(gap.measure.kinds),
        "controls": [{"framework": framework, "control": control} for framework, control in gap.controls],
    }


def _serves(gap: Gap, *, one: bool) -> str:
    """The controls of one framework, or how many there are of each of several."""
    if one:
        return shortened([control for _framework, control in gap.controls])
    counts = Counter(framework for framework, _control in gap.controls)
    return ", ".join(f"{framework}: {count}" for framework, count in counts.items())
