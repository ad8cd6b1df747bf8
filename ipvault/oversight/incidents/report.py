"""The report of an incident: what happened when, with the records that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.incidents import Fact, Incident
from ipvault.oversight.incidents.state import actions
from ipvault.oversight.incidents.words import CATEGORIES, PAPERS, SEVERITIES
from ipvault.records.incidents import (
    MET,
    ActionAdded,
    ActionDone,
    ClockEnded,
    ClockStarted,
    IncidentAssessed,
    IncidentAssigned,
    IncidentClosed,
    IncidentContained,
    IncidentLearned,
    IncidentNotified,
    IncidentOpened,
    IncidentPreserved,
    IncidentReleased,
)
from ipvault.text import N_, _

LANES: Final = {
    "report": N_("Report"),
    "answer": N_("Response"),
    "contain": N_("Containment"),
    "evidence": N_("Evidence"),
    "clocks": N_("Clocks"),
    "notices": N_("Notifications"),
    "remedies": N_("Remedies"),
}

_LANE_OF: Final = {
    IncidentOpened.KIND: "report",
    IncidentClosed.KIND: "report",
    IncidentReleased.KIND: "report",
    IncidentAssigned.KIND: "answer",
    IncidentAssessed.KIND: "answer",
    IncidentContained.KIND: "contain",
    IncidentPreserved.KIND: "evidence",
    ClockStarted.KIND: "clocks",
    ClockEnded.KIND: "clocks",
    IncidentNotified.KIND: "notices",
    ActionAdded.KIND: "remedies",
    ActionDone.KIND: "remedies",
    IncidentLearned.KIND: "remedies",
}


class Moment(NamedTuple):
    """Something that happened at a time, in a lane of the timeline, as record `seq` says."""

    seq: int
    time: str
    lane: str
    what: str


def timeline(incident: Incident, names: Mapping[str, str], ended: Iterable[Moment]) -> list[Moment]:
    """All that is known of an incident, in the order in which it happened; `names` are those of ids, `ended` are the
    ends of its freezes and holds.
    """
    titles = {action.key: action.title for action in actions(incident)}
    found = [Moment(incident.seq, incident.aware, "report", _("somebody became aware"))]
    if incident.occurred:
        found.append(Moment(incident.seq, incident.occurred, "report", _("it happened")))
    for fact in incident.facts:
        time = str(fact.said.get("sent") or fact.said.get("at") or fact.time)
        if fact.kind in _LANE_OF:
            found.append(Moment(fact.seq, time, _LANE_OF[fact.kind], in_words(fact, titles, names)))
    return sorted([*found, *ended], key=lambda one: (one.time, one.seq))


def in_words(fact: Fact, titles: Mapping[str, str], names: Mapping[str, str]) -> str:
    """What a record says of an incident, as a line of the timeline; `titles` are those of actions by their keys."""
    said = fact.said
    match fact.kind:
        case IncidentOpened.KIND:
            return _("the incident is recorded: {title}").format(title=said["title"])
        case IncidentAssigned.KIND:
            return _("{person} has the duty {duty}").format(person=said["person"], duty=said["duty"])
        case IncidentAssessed.KIND:
            grounds = "; ".join(filter(None, (*said["grounds"], said["reason"])))
            text = _("assessed: {category}, {severity}: {grounds}")
            return text.format(
                category=_(CATEGORIES[said["category"]]), severity=_(SEVERITIES[said["severity"]]), grounds=grounds
            )
        case IncidentContained.KIND:
            return _("contained: {what}").format(what="; ".join(contained(fact, names)))
        case IncidentPreserved.KIND:
            return _("evidence: {what}").format(what="; ".join(filter(None, (preserved(fact, names), said["reason"]))))
        case ClockStarted.KIND:
            return _("clock {name} started: {law}").format(name=said["clock"], law=said["law"])
        case ClockEnded.KIND:
            text = _("clock {name} met") if said["outcome"] == MET else _("clock {name} waived")
            return "; ".join(filter(None, (text.format(name=said["clock"]), said["reason"])))
        case IncidentNotified.KIND:
            text = _("{person} notified; SHA-256 {digest}").format(person=said["person"], digest=said["sha256"])
            return "; ".join(filter(None, (text, said["late"])))
        case ActionAdded.KIND:
            return _("to be done: {title}").format(title=said["title"])
        case ActionDone.KIND:
            text = _("done: {title}").format(title=titles.get(said["action"], said["action"]))
            return "; ".join(filter(None, (text, said["note"])))
        case IncidentLearned.KIND:
            return _("lesson: {text}").format(text=said["text"])
        case IncidentClosed.KIND:
            return _("closed: {reason}").format(reason="; ".join(filter(None, (said["reason"], said["unnotified"]))))
        case _:
            return _("a paper was written: {paper}").format(paper=_(PAPERS[said["paper"]]))


def contained(fact: Fact, names: Mapping[str, str]) -> list[str]:
    """What was done at once, as a record of it says."""
    texts = {
        "members": _("taken out: {names}"),
        "outsiders": _("revoked: {names}"),
        "packages": _("packages revoked: {names}"),
        "rooms": _("new keys: {names}"),
        "unreached": _("packages that are out: {names}"),
    }
    found = [
        text.format(names=", ".join(names.get(id_, id_[:SHORT_ID]) for id_ in fact.said[field]))
        for field, text in texts.items()
        if fact.said[field]
    ]
    if fact.said["freeze"]:
        found.append(_("frozen"))
    if fact.said["hold"]:
        found.append(_("held"))
    return [*found, *filter(None, (fact.said["reason"],))]


def preserved(fact: Fact, names: Mapping[str, str]) -> str:
    """What a record says is evidence."""
    said = fact.said
    if said["custody"]:
        return _("chain of custody {id}").format(id=said["custody"][:SHORT_ID])
    if said["items"]:
        pairs = zip(said["items"], said["versions"], strict=True)
        return ", ".join(f"{names.get(item, item[:SHORT_ID])}@{version}" for item, version in pairs)
    return _("records {first} to {last}").format(first=said["first"], last=said["last"])
