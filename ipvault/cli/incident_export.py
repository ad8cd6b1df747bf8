"""`ipvault incident export`: the report of an incident."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.incidents import find_incident
from ipvault.catalog.items import names_by_id
from ipvault.cli.files import PIPE
from ipvault.cli.heads import Force, TextOutput, write_text
from ipvault.cli.incident import Which
from ipvault.cli.incident_rendering import incident_json
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_current
from ipvault.cli.papers import dotted, form_for
from ipvault.oversight.incidents.aftermath import aftermath
from ipvault.oversight.incidents.keep import note_released
from ipvault.oversight.incidents.page import page
from ipvault.oversight.incidents.report import timeline
from ipvault.records.incidents import REPORT
from ipvault.text import _, as_json
from ipvault.vault.clock import timestamp

_SCHEMA: Final = "ipvault.incident/1"

ReportForm = StrEnum("ReportForm", {"html": "html", "json": "json"})


def export(
    which: Which,
    destination: TextOutput = PIPE,
    form: Annotated[
        ReportForm | None,
        typer.Option("--format", help=_("By default what the name of the file ends with, else html.")),
    ] = None,
    force: Force = False,
) -> None:
    """All that the records say, with the timeline: also names of documents and people, and what is privileged. The page
    asks for nothing from anywhere and runs nothing. That it was written is recorded.
    """
    output, wanted = current().output, form_for(destination, form, dotted(ReportForm))
    vault = open_current()
    incident, now = find_incident(vault.catalog, which), timestamp(vault.machine.now())
    names = names_by_id(vault.catalog)
    after = aftermath(vault, incident)
    moments = timeline(incident, names, after.ended)
    if wanted == ReportForm.json:
        content = {"schema": _SCHEMA, "made": now, **incident_json(vault, incident)}
        copies = [one.copy._asdict() for one in after.unreached]
        text = as_json({**content, "timeline": [one._asdict() for one in moments], "copies": copies}) + "\n"
    else:
        text = page(incident, moments, names, after, maker=member_name(vault, vault.member), now=now)
    head = note_released(vault, incident, REPORT, text)
    write_text(destination, text, _("the report"), force=force)
    output.result("incident-export", {"path": destination, "incident": incident_json(vault, incident)}, journal=head)
    if destination != PIPE:
        output.say(
            _("Wrote the report of incident {id} to {path}.").format(id=incident.id[:SHORT_ID], path=destination)
        )
