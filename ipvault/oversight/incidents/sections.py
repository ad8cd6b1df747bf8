"""What the report of an incident lists beside its timeline: documents, containment, evidence, notices, lessons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ipvault.catalog.incidents import Incident
from ipvault.oversight.incidents.aftermath import Aftermath
from ipvault.oversight.incidents.report import contained, preserved
from ipvault.oversight.incidents.words import PARTIES
from ipvault.oversight.zones import in_zone
from ipvault.records.incidents import IncidentContained, IncidentLearned, IncidentNotified, IncidentPreserved
from ipvault.text import _

Rows = list[tuple[str, ...]]


class Listing(NamedTuple):
    """A titled table with what is said where it has no rows."""

    title: str
    columns: tuple[str, ...]
    rows: Rows
    otherwise: str


def listings(incident: Incident, names: Mapping[str, str], after: Aftermath) -> Iterator[Listing]:
    """All of them, with the records that say so; `names` are those of ids."""
    done = [(one.time, one.seq, "; ".join(contained(one, names))) for one in incident.said(IncidentContained)]
    done += [(one.time, one.seq, one.what) for one in after.ended]
    when, who = _("Time"), _("Record")
    yield Listing(
        _("Documents"),
        (_("Document"), _("Why it is named"), who),
        _documents(incident, names),
        _("No document is named in what was recorded."),
    )
    yield Listing(
        _("Containment"),
        (when, _("What"), who),
        [(in_zone(time, incident.zone), what, str(seq)) for time, seq, what in sorted(done)],
        _("Nothing was contained."),
    )
    yield Listing(
        _("Not reached"),
        (_("Copy"), who),
        [(one.copy.in_words(names), str(one.seq)) for one in after.unreached],
        _("No copy is known to be out. What was opened, exported or backed up before stays readable."),
    )
    yield Listing(
        _("Evidence"),
        (when, _("What"), "SHA-256", _("Reason"), who),
        [
            (
                in_zone(one.time, incident.zone),
                preserved(one, names),
                "\n".join(one.said["hashes"]),
                one.said["reason"],
                str(one.seq),
            )
            for one in incident.said(IncidentPreserved)
        ],
        _("Nothing was recorded as evidence."),
    )
    yield Listing(
        _("Notifications"),
        (_("Sent"), _("To"), _("Clock"), _("SHA-256 of the text"), _("Late because"), who),
        [
            (
                in_zone(one.said["sent"], incident.zone),
                f"{_(PARTIES[one.said['party']])}: {one.said['person']}",
                one.said["clock"],
                one.said["sha256"],
                one.said["late"],
                str(one.seq),
            )
            for one in incident.said(IncidentNotified)
        ],
        _("Nobody was notified."),
    )
    yield Listing(
        _("Lessons"),
        (_("Lesson"), who),
        [(one.said["text"], str(one.seq)) for one in incident.said(IncidentLearned)],
        _("No lesson was recorded."),
    )


def _documents(incident: Incident, names: Mapping[str, str]) -> Rows:
    """Those that the assessment reaches, and those that are evidence."""
    rows: Rows = []
    if said := incident.assessment:
        rows += [(names.get(item, item), _("the incident reaches it"), str(said.seq)) for item in said.said["items"]]
    for one in incident.said(IncidentPreserved):
        items = dict.fromkeys(one.said["items"])
        rows += [(names.get(item, item), _("it is evidence"), str(one.seq)) for item in items]
    return rows
