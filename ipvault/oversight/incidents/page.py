"""The report of an incident as a page: to read, to print, and to hand to whoever has to know all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ipvault import __version__
from ipvault.catalog.incidents import Incident
from ipvault.oversight.incidents.aftermath import Aftermath
from ipvault.oversight.incidents.clocks import clocks
from ipvault.oversight.incidents.report import LANES, Moment
from ipvault.oversight.incidents.sections import Listing, listings
from ipvault.oversight.incidents.state import STEP_NAMES, actions, steps_open, team
from ipvault.oversight.incidents.words import CATEGORIES, CLOCK_STATES, SEVERITIES, notified
from ipvault.oversight.zones import in_zone
from ipvault.pages.markup import Markup, element, is_long, lines
from ipvault.pages.page import facts, page_of, plain_table
from ipvault.pages.timeline_chart import Event, timeline as chart
from ipvault.text import _

_SHORT = 24
"""Characters of a cell whose words stay whole."""


def page(
    incident: Incident,
    moments: Sequence[Moment],
    names: Mapping[str, str],
    after: Aftermath,
    *,
    maker: str,
    now: str,
) -> str:
    """The whole of it. Times are those of the incident's zone; the timeline is in UTC. `names` are those of ids."""
    sections = [
        (_("What is known"), _known(incident)),
        (_("Timeline"), _timeline(moments, incident.closed or now, incident.zone)),
        (_("Assessment"), _assessment(incident)),
        (_("Who does what"), _team(incident)),
        (_("Deadlines"), _clocks(incident, now)),
        (_("Actions"), _actions(incident)),
        *((one.title, _listing(one)) for one in listings(incident, names, after)),
    ]
    shown = (
        element("section", element("h2", f"{number}. {title}"), *parts)
        for number, (title, parts) in enumerate(sections, 1)
    )
    title = _("Incident: {title}").format(title=incident.title)
    return page_of(title, _cover(incident, maker, now), _limits(), *shown, _footer(now, incident.zone))


def _cover(incident: Incident, maker: str, now: str) -> Markup:
    said = incident.assessment
    open_steps = ", ".join(_(STEP_NAMES[step]) for step in steps_open(incident))
    rows = [
        (_("Incident"), incident.id),
        (_("Category"), _(CATEGORIES[said.said["category"]]) if said else ""),
        (_("Severity"), _(SEVERITIES[said.said["severity"]]) if said else _("not assessed")),
        (_("Happened"), in_zone(incident.occurred, incident.zone) if incident.occurred else _("not known")),
        (_("Aware since"), f"{in_zone(incident.aware, incident.zone)} ({incident.zone})"),
        (_("Recorded"), _("{time}, record {seq}").format(time=in_zone(incident.time, incident.zone), seq=incident.seq)),
        (_("Reported by"), incident.reporter),
        (_("Notified"), notified(incident) or _("nobody yet")),
        (_("Closed"), in_zone(incident.closed, incident.zone) if incident.closed else _("no")),
        (_("Steps left"), "" if incident.closed else open_steps),
        (_("Drawn up"), f"{in_zone(now, incident.zone)}, {maker}"),
    ]
    return element(
        "header",
        element("p", _("Report of an incident"), class_="kind"),
        element("h1", incident.title),
        element("p", _("Each line of the timeline names the record of the journal that says so."), class_="lead"),
        facts((name, value) for name, value in rows if value),
        class_="cover",
    )


def _limits() -> Markup:
    points = (
        _("It says what was recorded, by whoever signed it; what nobody recorded is not in it."),
        _("Containment reaches this vault: copies that were opened, exported or backed up before stay readable."),
        _("The clocks count; which law applies, and what follows from it, counsel decides."),
    )
    return element(
        "section",
        element("h2", _("What this shows, and what it does not")),
        element("ul", *(element("li", point) for point in points)),
        class_="limits",
    )


def _known(incident: Incident) -> list[Markup]:
    return [element("p", lines(incident.text)) if incident.text else _nothing(_("Nothing was written down."))]


def _timeline(moments: Sequence[Moment], end: str, zone: str) -> list[Markup]:
    events = [Event(one.seq, one.time, one.lane, one.what) for one in moments]
    drawn = chart(events, [(key, _(title)) for key, title in LANES.items()], end)
    titles = (_("Time"), _("What"), _("Record"))
    rows = [(in_zone(one.time, zone), one.what, str(one.seq)) for one in moments]
    return [element("figure", drawn), _table(titles, rows)]


def _assessment(incident: Incident) -> list[Markup]:
    said = incident.assessment
    if said is None:
        return [_nothing(_("It was not assessed."))]
    points = [*said.said["grounds"], *filter(None, (said.said["reason"],))]
    return [element("ul", *(element("li", point) for point in points))]


def _team(incident: Incident) -> list[Markup]:
    rows = [(one.duty.title, one.person or _("nobody yet")) for one in team(incident)]
    return [_table((_("Duty"), _("Who")), rows)] if rows else [_nothing(_("The playbook names no duties."))]


def _clocks(incident: Incident, now: str) -> list[Markup]:
    rows = [
        (
            one.name,
            one.period.law,
            in_zone(one.due, incident.zone),
            _(CLOCK_STATES[one.state(now)]),
            in_zone(one.ended, incident.zone) if one.ended else "",
            one.reason,
        )
        for one in clocks(incident)
    ]
    titles = (_("Clock"), _("Law"), _("Due by"), _("State"), _("Ended"), _("Reason"))
    return [_table(titles, rows)] if rows else [_nothing(_("No clock was started."))]


def _actions(incident: Incident) -> list[Markup]:
    rows = [
        (
            one.title,
            one.owner,
            in_zone(one.deadline, incident.zone) if one.deadline else "",
            in_zone(one.done, incident.zone) if one.done else _("open"),
            one.note,
        )
        for one in actions(incident)
    ]
    titles = (_("What"), _("Who"), _("By when"), _("Done"), _("Note"))
    return [_table(titles, rows)] if rows else [_nothing(_("There is nothing to be done."))]


def _listing(one: Listing) -> list[Markup]:
    return [_table(one.columns, one.rows)] if one.rows else [_nothing(one.otherwise)]


def _table(titles: Iterable[str], rows: Iterable[Sequence[str]]) -> Markup:
    return plain_table(titles, (map(_cell, row) for row in rows))


def _cell(text: str) -> Markup:
    return element("td", lines(text), class_=_class_of(text))


def _class_of(cell: str) -> str:
    return "word" if len(cell) < _SHORT else "long" if is_long(cell) else ""


def _nothing(sentence: str) -> Markup:
    return element("p", sentence, class_="none")


def _footer(now: str, zone: str) -> Markup:
    text = _("Made with ipvault {version} on {time}.")
    return element("footer", element("p", text.format(version=__version__, time=in_zone(now, zone))))
