"""What is due of incidents: clocks that run, and actions with a deadline."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.incidents import Incident, open_incidents
from ipvault.oversight.incidents.clocks import running
from ipvault.oversight.incidents.state import actions


class Due(NamedTuple):
    """Something that is to be done about an incident by a time; `clock` and `action` are what it is called."""

    incident: Incident
    time: str
    clock: str
    action: str

    def is_late(self, now: str) -> bool:
        """Whether it should have been done by now (RFC 3339)."""
        return self.time < now


def due(catalog: Catalog, now: str) -> list[Due]:
    """What is to be done about open incidents, what should have been done by `now` first, then by time."""
    found = [
        Due(incident, time, clock, action)
        for incident in open_incidents(catalog)
        for time, clock, action in (
            *((clock.due, clock.name, "") for clock in running(incident)),
            *((one.deadline, "", one.title) for one in actions(incident) if one.deadline and not one.done),
        )
    ]
    return sorted(found, key=lambda one: (not one.is_late(now), one.time))
