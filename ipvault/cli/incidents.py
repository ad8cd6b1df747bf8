"""The commands about incidents."""

from __future__ import annotations

from ipvault.cli.command import INCIDENTS, Command, Noun, Row
from ipvault.text import N_

INCIDENT_ROWS: tuple[Row, ...] = (
    Noun(
        "incident",
        INCIDENTS,
        N_("Answer incidents: from the first report to the lessons."),
        (
            Command("open", "incident:open_", INCIDENTS, N_("Record an incident.")),
            Command("list", "incident:list_incidents", INCIDENTS, N_("List all incidents.")),
            Command("show", "incident:show", INCIDENTS, N_("Show an incident, and what is to be done.")),
            Command("assign", "incident:assign", INCIDENTS, N_("Give somebody a duty in the answer.")),
            Command("assess", "incident_assess:assess", INCIDENTS, N_("Say what it reaches and how severe it is.")),
            Command("contain", "incident_contain:contain", INCIDENTS, N_("Revoke, rotate, hold and freeze, at once.")),
            Command("evidence", "incident_work:evidence", INCIDENTS, N_("Keep evidence, with its custody.")),
            Command("clock", "incident_clock:clock", INCIDENTS, N_("Start, show and end the clocks of the law.")),
            Command("notify", "incident_notify:notify", INCIDENTS, N_("Draft notifications, and record them as sent.")),
            Command("remediate", "incident_work:remediate", INCIDENTS, N_("Say what is to be done, and that it was.")),
            Command("lessons", "incident:lessons", INCIDENTS, N_("Record what is to be done better.")),
            Command("close", "incident:close", INCIDENTS, N_("Close an incident of which nothing is left to do.")),
            Command("export", "incident_export:export", INCIDENTS, N_("Write the report of an incident.")),
        ),
    ),
)
