"""Where an incident stands: who is in the team, what is to be done, and what is still in the way of closing it."""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.catalog.incidents import Incident
from ipvault.oversight.incidents.clocks import Period, end_of, running
from ipvault.oversight.incidents.playbook import Duty, Playbook, parse_playbook
from ipvault.records.incidents import (
    ActionAdded,
    ActionDone,
    IncidentAssessed,
    IncidentAssigned,
    IncidentContained,
    IncidentLearned,
    IncidentNotified,
    IncidentPreserved,
    IncidentRecord,
)
from ipvault.text import N_, _

STEP_NAMES: Final = {
    "identify": N_("identification and reporting"),
    "team": N_("team and responsibilities"),
    "assess": N_("assessment and classification"),
    "contain": N_("containment and mitigation"),
    "investigate": N_("forensic investigation"),
    "legal": N_("legal and regulatory duties"),
    "notify": N_("communication and notification"),
    "remediate": N_("remediation and recovery"),
    "lessons": N_("lessons learned"),
}

_SHOWN_BY: Final[dict[str, type[IncidentRecord]]] = {
    "assess": IncidentAssessed,
    "contain": IncidentContained,
    "investigate": IncidentPreserved,
    "notify": IncidentNotified,
    "lessons": IncidentLearned,
}
"""The records that show that a step was taken; the others are shown by the team, the actions and the clocks."""


class Place(NamedTuple):
    """A duty with whoever has it; `person` is empty as long as nobody does."""

    duty: Duty
    person: str


class Action(NamedTuple):
    """Something that has to be done before the incident is closed; `done` is when that was recorded, or empty."""

    key: str
    step: str
    title: str
    owner: str
    deadline: str
    done: str
    note: str


def playbook_of(incident: Incident) -> Playbook:
    """The playbook that an incident was opened with. Raises `PlaybookRefused` for one of another program."""
    return parse_playbook(incident.playbook)


def team(incident: Incident) -> list[Place]:
    """The duties of the playbook, then others to which somebody was assigned, each with whoever has it now."""
    assigned = {fact.said["duty"]: str(fact.said["person"]) for fact in incident.said(IncidentAssigned)}
    known = playbook_of(incident).duties
    others = [Duty(key, key, "", required=False) for key in assigned if key not in {duty.key for duty in known}]
    return [Place(duty, assigned.get(duty.key, duty.person)) for duty in (*known, *others)]


def actions(incident: Incident) -> list[Action]:
    """What has to be done: by the playbook, and what was added."""
    done = {fact.said["action"]: (fact.time, str(fact.said["note"])) for fact in incident.said(ActionDone)}
    people = {place.duty.key: place.person for place in team(incident)}
    found = [
        Action(
            task.key,
            task.step,
            task.title,
            people.get(task.duty, "") or task.duty,
            end_of(incident.aware, Period("", task.hours, "hours"), incident.zone) if task.hours else "",
            *done.get(task.key, ("", "")),
        )
        for task in playbook_of(incident).tasks
    ]
    for fact in incident.said(ActionAdded):
        key, step, title, owner, deadline = (
            str(fact.said[name]) for name in ("action", "step", "title", "owner", "deadline")
        )
        found.append(Action(key, step, title, owner, deadline, *done.get(key, ("", ""))))
    return found


def steps_open(incident: Incident) -> list[str]:
    """The steps of which something is still to be done: what the playbook wants recorded, actions, clocks, the team."""
    wanted = {step for step in playbook_of(incident).steps if step in _SHOWN_BY and not incident.said(_SHOWN_BY[step])}
    wanted |= {action.step for action in actions(incident) if not action.done}
    wanted |= {"team" for place in team(incident) if place.duty.required and not place.person}
    wanted |= {"notify" for _clock in running(incident)}
    return [step for step in STEP_NAMES if step in wanted]


def missing(incident: Incident) -> list[str]:
    """What is in the way of closing it, in words."""
    found = [
        _("nobody has the duty {key}").format(key=place.duty.key)
        for place in team(incident)
        if place.duty.required and not place.person
    ]
    found += [
        _("the step {step} was not recorded").format(step=_(STEP_NAMES[step]))
        for step in playbook_of(incident).steps
        if step in _SHOWN_BY and not incident.said(_SHOWN_BY[step])
    ]
    found += [_("{title} ({key}) is not done").format(**one._asdict()) for one in actions(incident) if not one.done]
    found += [_("the clock {name} is neither met nor waived").format(name=one.name) for one in running(incident)]
    return found
