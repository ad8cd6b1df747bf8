"""The dossier as a page: one file that asks for nothing from anywhere and runs nothing, to read and to print."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Final

from ipvault import __version__
from ipvault.evidence.dossier import HASHES
from ipvault.evidence.dossier.access_chart import Bar, access_charts
from ipvault.evidence.dossier.chronology import LANES
from ipvault.evidence.dossier.closed import CLOSED
from ipvault.evidence.dossier.dealings import KEPT, PACKAGE, READ, RECORDS_ONLY
from ipvault.evidence.dossier.dossier import SHOWS, Dossier
from ipvault.evidence.dossier.model import Person, Section, Thing, Value
from ipvault.evidence.dossier.table import code, person, stacked, table
from ipvault.evidence.dossier.words import clock, readable
from ipvault.pages.markup import Markup, element, lines
from ipvault.pages.page import facts, page_of
from ipvault.pages.timeline_chart import Event, timeline
from ipvault.text import _, ngettext

_CHECKS: Final = (("sh", "verify.sh"), ("sha256sum --check", HASHES))
"""The commands that check what proves a dossier, and the page, each with the file that it takes."""


def page(dossier: Dossier) -> str:
    """The whole of it. Nothing that was recorded acts in it."""
    sections = [_section(dossier, number, section) for number, section in enumerate(dossier.sections, 1)]
    title = _("Dossier: {name}").format(name=dossier.name)
    return page_of(title, _cover(dossier), _limits(), _contents(dossier), *sections, _footer(dossier))


def _cover(dossier: Dossier) -> Markup:
    last = dossier.last
    until = dossier.as_of or dossier.made
    rows: list[tuple[str, str]] = [
        (_("Item"), code(dossier.item)),
        (_("As of"), _("{time}: what was recorded by then").format(time=clock(until))),
        *_glance(dossier),
        (_("Vault"), code(dossier.vault)),
        (_("Journal"), stacked(_("up to record {seq}, with the hash").format(seq=last.seq), code(last.hash))),
        (_("Drawn up"), stacked(clock(dossier.made), person(dossier.maker))),
        (_("On record as"), _("record {seq}").format(seq=dossier.record)),
        (_("Evidence with it"), _proof(dossier.evidence)),
    ]
    if dossier.closed:
        rows.append((_("Not revealed"), ", ".join(_(CLOSED[name]) for name in dossier.closed)))
    if dossier.reason:
        rows.append((_("Reason"), lines(dossier.reason)))
    lead = _("What the journal of a vault says of this item. Each fact names the records that it rests on.")
    return element(
        "header",
        element("p", _("Dossier"), class_="kind"),
        element("h1", dossier.name),
        element("p", _("{lead} All times are UTC.").format(lead=lead), class_="lead"),
        facts(rows),
        class_="cover",
    )


def _proof(folder: str) -> str:
    """How the records and the page itself are checked; `folder` is empty where nothing proves them."""
    if not folder:
        return _("none came with it: nothing proves the records or this page")
    how = _(
        "The folder {folder} beside this page. Whoever drew this up signed it, and it has the SHA-256 of this page, in "
        "{hashes}. To check both, in the folder where this page is:"
    )
    commands = (element("span", f"{command} {quote(folder + file)}", class_="code") for command, file in _CHECKS)
    return stacked(how.format(folder=folder, hashes=HASHES), *commands)


def _glance(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What most readers look for first."""
    described, versions = dossier.section("description"), dossier.section("versions")
    if described.facts:
        first = described.facts[0]
        state = described.row(next((one for one in reversed(described.facts) if described.row(one)["name"]), first))
        yield _("Type and label"), f"{readable(str(state['type']))}, {readable(str(state['label']))}"
        since = _("{time}, record {seq}")
        yield _("Recorded since"), since.format(time=clock(str(described.row(first)["since"])), seq=first.records[0])
    count = len(versions.facts)
    if count:
        newest = versions.row(versions.facts[-1])
        text = ngettext("{count} version; SHA-256:", "{count} versions; SHA-256 of the newest:", count)
        yield _("Content"), stacked(text.format(count=count), code(str(newest["sha256"])))
    access = dossier.section("access")
    rows = [access.row(fact) for fact in access.facts]
    able = {str(row["who"]) for row in rows if not row["until"] and row["way"] != RECORDS_ONLY}
    text = ngettext("{count} person on that day", "{count} people on that day", len(able))
    yield _("Could open it"), text.format(count=len(able))


def _limits() -> Markup:
    points = (element("li", _(sentence)) for sentence in SHOWS)
    return element(
        "section", element("h2", _("What this shows, and what it does not")), element("ul", *points), class_="limits"
    )


def _contents(dossier: Dossier) -> Markup:
    entries = []
    for section in dossier.sections:
        count = element("span", f" ({len(section.facts)})", class_="count")
        entries.append(element("li", element("a", section.title, href=f"#{section.key}"), count))
    return element("nav", element("h2", _("Contents")), element("ol", *entries))


def _section(dossier: Dossier, number: int, section: Section) -> Markup:
    title = element("h2", f"{number}. {section.title}")
    if not section.facts:
        parts: list[str] = [element("p", section.otherwise, class_="none")]
    else:
        charts = (element("figure", chart) for chart in _charts(dossier, section))
        parts = [element("p", section.about, class_="about"), *charts, table(section)]
    return element("section", title, *parts, id=section.key)


def _charts(dossier: Dossier, section: Section) -> list[Markup]:
    end = dossier.as_of or dossier.made
    rows = [(fact, section.row(fact)) for fact in section.facts]
    if section.key == "chronology":
        events = [Event(fact.records[0], *map(str, (row["time"], row["lane"], row["what"]))) for fact, row in rows]
        return [timeline(events, [(key, _(lane)) for key, lane in LANES.items()], end)]
    if section.key == "access":
        kinds = {
            READ: _("member of its room"),
            RECORDS_ONLY: _("auditor: records only"),
            KEPT: _("with a key kept after leaving"),
            PACKAGE: _("was sent it in a package"),
        }
        return access_charts([_bar(row) for _fact, row in rows], kinds, end)
    return []


def _bar(row: dict[str, Value]) -> Bar:
    who, place = row["who"], row["room"]
    if not isinstance(who, Person) or not isinstance(place, Thing):
        raise TypeError(row)
    label = (
        _("{role}, {room}").format(role=readable(str(row["role"])), room=place.name) if place.id else _("in a package")
    )
    name = f"{who.name} {who.fingerprint[:8]}".strip()
    return Bar(who.fingerprint, name, str(row["way"]), label, since=str(row["since"]), until=str(row["until"]))


def _footer(dossier: Dossier) -> Markup:
    text = _(
        "Made with ipvault {version} on {time}. Fingerprints are shortened in tables; they stand in full under {who}."
    )
    who = dossier.section("people").title
    return element("footer", element("p", text.format(version=__version__, time=clock(dossier.made), who=who)))
