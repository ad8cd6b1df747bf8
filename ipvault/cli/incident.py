"""`ipvault incident open|list|show|assign|lessons|close`: from the first report to the end."""

from __future__ import annotations

import re
import time
from typing import Annotated, Final

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.closeness import suggested
from ipvault.catalog.freezes import freezes
from ipvault.catalog.incidents import find_incident, incidents
from ipvault.cli.choices import Jsonl, moment_lately
from ipvault.cli.files import read_whole
from ipvault.cli.incident_rendering import action_in_words, by_whom, clock_in_words, incident_json, recorded, tell
from ipvault.cli.invocation import current
from ipvault.cli.namesakes import warn_of_namesakes
from ipvault.cli.opening import open_current, open_to_read
from ipvault.errors import UsageError
from ipvault.oversight.incidents.clocks import clocks, running
from ipvault.oversight.incidents.keep import Report, assign as assign_duty, close_incident, learn, open_incident
from ipvault.oversight.incidents.playbook import shipped
from ipvault.oversight.incidents.state import STEP_NAMES, actions, steps_open, team
from ipvault.oversight.incidents.words import CATEGORIES, SEVERITIES, notified
from ipvault.oversight.zones import in_zone, moment_in
from ipvault.records.domains import is_detail, is_name
from ipvault.records.incidents import IncidentClosed, IncidentLearned
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _, program
from ipvault.vault.clock import timestamp
from ipvault.vault.names import free_text

Which = Annotated[str, typer.Argument(metavar="ID|TITLE", help=_("The beginning of its id, or the title."))]
Zone = Annotated[
    str, typer.Option("--zone", metavar="ZONE", help=_("The time zone in which times are meant and shown."))
]
_AGO: Final = re.compile("[1-9][0-9]{0,5}[smhdw]")


def open_(
    title: Annotated[str, typer.Argument(metavar="TITLE", help=_("What to call it; without names or secrets."))],
    aware: Annotated[
        str,
        typer.Option(
            "--aware", metavar="TIME|2h", help=_("When somebody of yours became aware: deadlines count from it.")
        ),
    ],
    occurred: Annotated[str, typer.Option("--occurred", metavar="TIME|2d", help=_("When it happened."))] = "",
    zone: Zone = "UTC",
    reporter: Annotated[str, typer.Option("--reporter", metavar="NAME", help=_("Who noticed it."))] = "",
    source: Annotated[
        str, typer.Option("--from", metavar="FILE|-", help=_("What is known, as text; sealed like all records."))
    ] = "",
    playbook: Annotated[
        str, typer.Option("--playbook", metavar="FILE", help=_("Who and what belongs to the answer, as TOML."))
    ] = "",
    room: Annotated[
        str, typer.Option("--room", metavar="ROOM", help=_("Only members of this room may read of it; else all may."))
    ] = "",
) -> None:
    """Times are local to --zone unless they say otherwise: 2026-11-22T14:30, or 2026-11-22T14:30+01:00, or 2h for two
    hours ago. A record that is made long after that says so.

    `ipvault help incidents` explains the nine steps, the clocks and the playbook.
    """
    name = _line(title, _("the incident needs a title, on one line"))
    now = time.time()
    report = Report(
        title=name,
        aware=typed_time(aware, zone, now),
        zone=zone,
        occurred=typed_time(occurred, zone, now) if occurred else "",
        reporter=_detail(reporter),
        text=free_text(_read(source)) if source else "",
        playbook=_read(playbook) if playbook else shipped(),
    )
    vault = open_current()
    incident, head = open_incident(vault, report, room)
    sentence = _("Incident {id}, {title}, is open. Next: `{command}`")
    command = f"{program()} incident assess {incident.id[:SHORT_ID]}"
    tell(vault, "incident-open", incident, head, sentence, command=command)
    known = (one for one in incidents(vault.catalog) if one.title == name and not one.closed)
    warn_of_namesakes(name, (one.id[:SHORT_ID] for one in known if one.id != incident.id))


def list_incidents(jsonl: Jsonl = False) -> None:
    """The register of all incidents, the oldest first, also of those of which nobody was notified, with the reason."""
    output = current().output
    vault = open_to_read()
    found, now = incidents(vault.catalog), timestamp(vault.machine.now())
    if jsonl:
        output.jsonl(incident_json(vault, one) for one in found)
        return
    shown = [incident_json(vault, one) for one in found] if output.wants_json else []
    output.result("incident-list", {"incidents": shown}, journal=vault.catalog.head)
    titles = (_("Id"), _("Title"), _("Aware"), _("Severity"), _("State"), _("Next deadline"), _("Notified"))
    rows = []
    for one in found:
        first = next(iter(running(one)), None) if not one.closed else None
        said = one.assessment
        rows.append(
            (
                one.id[:SHORT_ID],
                one.title,
                in_zone(one.aware, one.zone),
                _(SEVERITIES[said.said["severity"]]) if said else "",
                _("closed on {day}").format(day=one.closed[:10]) if one.closed else _("open"),
                f"{first.name}: {clock_in_words(first, now, one.zone)}" if first else "",
                notified(one),
            )
        )
    output.table(titles, rows)
    if not found:
        output.say(_("No incident was recorded."))


def show(which: Which) -> None:
    """What is known, who does what, which deadlines run, and what is still to be done."""
    output = current().output
    vault = open_to_read()
    one, now = find_incident(vault.catalog, which), timestamp(vault.machine.now())
    output.result("incident-show", {"incident": incident_json(vault, one)}, journal=vault.catalog.head)
    said = one.assessment
    last = next(iter(one.said(IncidentClosed)), None)
    pairs = [
        (_("Id"), one.id),
        (_("Title"), one.title),
        (_("Occurred"), in_zone(one.occurred, one.zone) if one.occurred else ""),
        (_("Aware"), f"{in_zone(one.aware, one.zone)} ({one.zone})"),
        (_("Recorded"), recorded(one)),
        (_("Recorded by"), by_whom(vault, one)),
        (_("Room"), vault.catalog.name_of(one.room) or ""),
        *((_("What is known"), line) for line in one.text.splitlines()),
        (_("Category"), _(CATEGORIES[said.said["category"]]) if said else ""),
        (_("Severity"), _(SEVERITIES[said.said["severity"]]) if said else ""),
        *((_("Because"), ground) for ground in (said.said["grounds"] if said else ())),
        *((place.duty.key, f"{place.duty.title}: {place.person or _('nobody yet')}") for place in team(one)),
        *((clock.name, clock_in_words(clock, now, one.zone)) for clock in clocks(one)),
        *((action.key, action_in_words(action, one.zone)) for action in actions(one)),
        (_("Frozen"), _("yes") if any(not each.lifted for each in freezes(vault.catalog, one.id)) else ""),
        *((_("Lesson"), line) for fact in one.said(IncidentLearned) for line in fact.said["text"].splitlines()),
        (_("Notified"), notified(one)),
        (_("Steps left"), ", ".join(_(STEP_NAMES[step]) for step in steps_open(one)) if not one.closed else ""),
        (_("Closed"), f"{in_zone(last.time, one.zone)}: {last.said['reason']}" if last else ""),
    ]
    output.fields([(label, value) for label, value in pairs if value])


def assign(
    which: Which,
    duty: Annotated[str, typer.Argument(metavar="DUTY", help=_("A duty of the playbook, or another one."))],
    person: Annotated[str, typer.Argument(metavar="NAME", help=_("A member, a recipient, or anybody else."))],
) -> None:
    """Whoever had the duty before has it no more."""
    key, name = _line(duty, _("the duty needs a name, on one line")), _line(person, _("say who: a name, on one line"))
    vault = open_current()
    duties = [place.duty.key for place in team(find_incident(vault.catalog, which))]
    incident, head = assign_duty(vault, which, key, name)
    tell(
        vault,
        "incident-assign",
        incident,
        head,
        _("{person} has the duty {duty} in incident {id}."),
        person=name,
        duty=key,
    )
    if key not in duties:
        text = _("{duty} was no duty of this incident until now").format(duty=key)
        current().output.warn("; ".join(filter(None, (text, suggested(key, duties)))))


def lessons(
    which: Which,
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help=_("What is to be done better."))] = "",
    source: Annotated[str, typer.Option("--from", metavar="FILE|-", help=_("A file that says so."))] = "",
) -> None:
    """The minutes of the review after the incident, or single lessons; as many as there are."""
    if bool(text.strip()) == bool(source):
        raise UsageError(problem=_("give the lesson as text, or a file with --from"))
    said = free_text(_read(source) if source else text)
    vault = open_current()
    incident, head = learn(vault, which, said)
    tell(vault, "incident-lessons", incident, head, _("Recorded what incident {id} teaches."))


def close(
    which: Which,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=_("How it ended."))],
    unnotified: Annotated[
        str, typer.Option("--not-notified", metavar="TEXT", help=_("Why nobody was notified, if nobody was."))
    ] = "",
) -> None:
    """When the actions are done, the steps that the playbook names are recorded, and no clock runs any more: each is
    met, or waived for a reason. What is frozen stays frozen until `incident contain --lift`.
    """
    if not reason.strip():
        raise UsageError(problem=_("say with --reason how it ended"))
    vault = open_current()
    incident, head = close_incident(vault, which, free_text(reason), free_text(unnotified).strip())
    tell(vault, "incident-close", incident, head, _("Incident {id}, {title}, is closed."))
    if any(not one.lifted for one in freezes(vault.catalog, incident.id)):
        current().output.remark(_("what was frozen because of it stays frozen"))


def typed_time(text: str, zone: str, now: float) -> str:
    """A time as records write it: local to a zone, with its own distance from UTC, or `2h` ago. Raises `UsageError`."""
    return moment_lately(text, now) if _AGO.fullmatch(text) else moment_in(text, zone)


def _line(text: str, problem: str) -> str:
    line = free_text(text).strip()
    if not is_name(line):
        raise UsageError(problem=problem)
    return line


def _detail(text: str) -> str:
    line = free_text(text).strip()
    if not is_detail(line):
        raise UsageError(problem=_("{text} is more than one line").format(text=text))
    return line


def _read(path: str) -> str:
    try:
        return read_whole(path, MAX_TEXT).decode()
    except UnicodeDecodeError:
        raise UsageError(problem=_("{path} is no text in UTF-8").format(path=path)) from None
