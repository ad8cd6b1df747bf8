"""`ipvault insight digest`: what happened in a week."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from ipvault.cli.choices import moment_so_far
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.insight_rendering import RulesFile, look, wanted_rules
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.papers import dotted, form_for
from ipvault.oversight.insight.digest.formats import FORMATS, to_json
from ipvault.oversight.insight.digest.gathering import Look, gather
from ipvault.oversight.insight.digest.tally import Tally
from ipvault.oversight.insight.observing import events
from ipvault.text import _

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]  # members come from the table


def digest(
    since: Annotated[str, typer.Option(metavar="WHEN", help=_("From a date on, or such as 7d ago."))] = "7d",
    form: Annotated[
        Format | None, typer.Option("--format", help=_("By default what the name of the file ends with, else md."))
    ] = None,
    with_names: Annotated[
        bool, typer.Option("--with-names", help=_("Call documents by their names, and agreements by their titles."))
    ] = False,
    rules: RulesFile = None,
    destination: TextOutput = PIPE,
    force: Force = False,
) -> None:
    """What changed, who shared or exported what, what is due, and what is odd, with small charts. `eml` is a mail that
    any program for mail opens and can send; nothing is sent by ipvault.

    People are named, documents only with --with-names. Whoever gets the file can read it: nothing protects it there.
    """
    output, wanted = current().output, form_for(destination, form, dotted(FORMATS))
    chosen = wanted_rules(rules)
    vault = open_to_read()
    now = vault.machine.now()
    start = datetime.fromisoformat(moment_so_far(since, now)).timestamp()
    tally = Tally(start, now)
    with output.progress(_("Reading the journal"), vault.catalog.head.seq + 1) as bar:
        found = look(tally.counting(events(vault, bar.advance)), chosen)
    made = gather(vault, Look(tally, found.findings, chosen), start, now, with_names=with_names)
    write_text(destination, FORMATS[wanted](made), _("the digest"), force=force)
    output.result("insight-digest", {"path": destination, **to_json(made)}, journal=vault.catalog.head)
