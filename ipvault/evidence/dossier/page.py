"""The dossier as a page: one file that asks for nothing from anywhere and runs nothing, to read and to print."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from shlex import quote
from typing import Final

from ipvault import __version__
from ipvault.evidence.dossier.access_chart import Bar, access_charts
from ipvault.evidence.dossier.chronology import LANES
from ipvault.evidence.dossier.closed import CLOSED
from ipvault.evidence.dossier.dealings import KEPT, PACKAGE, READ, RECORDS_ONLY
from ipvault.evidence.dossier.dossier import SHOWS, Dossier
from ipvault.evidence.dossier.markup import RANGE, Markup, element, lines
from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section, Thing, Value
from ipvault.evidence.dossier.proof import HASHES
from ipvault.evidence.dossier.timeline_chart import Event, timeline
from ipvault.evidence.dossier.words import readable
from ipvault.text import _, ngettext

_GROUP: Final = 8
"""Hexadecimal digits between two places where a line may be broken."""

_SHORT: Final = 16
"""Hexadecimal digits of a fingerprint in a table."""

_WIDE: Final = frozenset(("name", "what", "purpose", "note", "reason", "about", "destination"))
"""The columns of sentences."""

_FEW: Final = 7
"""Columns of a table in which there is room for names on one line."""

_CHECKS: Final = (("sh", "verify.sh"), ("sha256sum --check", HASHES))
"""The commands that check what proves a dossier, and the page, each with the file that it takes."""

_BREAK: Final = Markup("<wbr>")
_NEW_LINE: Final = Markup("<br>")


def page(dossier: Dossier) -> str:
    """The whole of it. Nothing that was recorded acts in it, and it allows no script and no connection."""
    style = files(__package__).joinpath("style.css").read_text(encoding="utf-8")
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="referrer" content="no-referrer">'),
        element("title", _("Dossier: {name}").format(name=dossier.name)),
        Markup(f"<style>{style}</style>"),
    )
    sections = [_section(dossier, number, section) for number, section in enumerate(dossier.sections, 1)]
    body = element("body", _cover(dossier), _limits(), _contents(dossier), *sections, _footer(dossier))
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=_('en'))}\n"


def _cover(dossier: Dossier) -> Markup:
    last = dossier.last
    until = dossier.as_of or dossier.made
    rows: list[tuple[str, str]] = [
        (_("Item"), _hex(dossier.item)),
        (_("As of"), _("{time}: what was recorded by then").format(time=_time(until))),
        *_glance(dossier),
        (_("Vault"), _hex(dossier.vault)),
        (_("Journal"), _cells(_("up to record {seq}, with the hash").format(seq=last.seq), _hex(last.hash))),
        (_("Drawn up"), _cells(_time(dossier.made), _person(dossier.maker))),
        (_("On record as"), _("record {seq}").format(seq=dossier.record)),
        (_("Evidence with it"), _proof(dossier.evidence)),
    ]
    if dossier.closed:
        rows.append((_("Not revealed"), ", ".join(_(CLOSED[name]) for name in dossier.closed)))
    if dossier.reason:
        rows.append((_("Reason"), lines(dossier.reason)))
    listed = (part for title, value in rows for part in (element("dt", title), element("dd", value)))
    lead = _("What the journal of a vault says of this item. Each fact names the records that it rests on.")
    return element(
        "header",
        element("p", _("Dossier"), class_="kind"),
        element("h1", dossier.name),
        element("p", _("{lead} All times are UTC.").format(lead=lead), class_="lead"),
        element("dl", *listed, class_="facts"),
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
    return _cells(how.format(folder=folder, hashes=HASHES), *commands)


def _glance(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """What most readers look for first."""
    described, versions = dossier.section("description"), dossier.section("versions")
    if described.facts:
        first = described.facts[0]
        state = described.row(next((one for one in reversed(described.facts) if described.row(one)["name"]), first))
        yield _("Type and label"), f"{readable(str(state['type']))}, {readable(str(state['label']))}"
        since = _("{time}, record {seq}")
        yield _("Recorded since"), since.format(time=_time(str(described.row(first)["since"])), seq=first.records[0])
    count = len(versions.facts)
    if count:
        newest = versions.row(versions.facts[-1])
        text = ngettext("{count} version; SHA-256:", "{count} versions; SHA-256 of the newest:", count)
        yield _("Content"), _cells(text.format(count=count), _hex(str(newest["sha256"])))
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
        parts = [element("p", section.about, class_="about"), *charts, _table(section)]
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


def _table(section: Section) -> Markup:
    """All facts; a column in which nothing stands is left out."""
    rows = [section.row(fact) for fact in section.facts]
    shown = [column for column in section.columns if column.form is not Form.HIDDEN]
    columns = [column for column in shown if any(row[column.key] not in (None, "", ()) for row in rows)]
    titles = (element("th", column.title, scope="col", class_=column.form.name.lower()) for column in columns)
    head = element("thead", element("tr", *titles, element("th", _("Records"), scope="col")))
    body = (_row(section, columns, fact) for fact in section.facts)
    return element("table", head, element("tbody", *body), class_="roomy" if len(columns) <= _FEW else "dense")


def _row(section: Section, columns: list[Column], fact: Fact) -> Markup:
    values = section.row(fact)
    cells = []
    for column in columns:
        value = values[column.key]
        class_ = "person" if isinstance(value, Person) else column.form.name.lower()
        wide = " wide" if column.key in _WIDE else ""
        cells.append(element("td", _cell(value, column.form), class_=f"{class_}{wide}"))
    return element("tr", *cells, element("td", _numbers(fact.records), class_="records"))


def _numbers(records: tuple[int, ...]) -> str:
    """Runs of numbers that follow each other are drawn together."""
    runs: list[list[int]] = []
    for seq in records:
        if runs and seq == runs[-1][-1] + 1:
            runs[-1].append(seq)
        else:
            runs.append([seq])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}{RANGE}{run[-1]}" for run in runs)


def _cell(value: Value, form: Form) -> str:
    match value:
        case None:
            return ""
        case Person():
            return _person(value)
        case Thing():
            return lines(value.name) if value.name else _hex(value.id)
        case tuple():
            return Markup(_NEW_LINE.join(_cell(one, form) for one in value))
        case int():
            return f"{value:,}" if form is Form.SIZE else str(value)
    if form is Form.TIME and value:
        day, _t, hour = value.partition("T")
        return _cells(day, hour[:8])
    if form is Form.CODE:
        return _hex(value)
    return lines(readable(value) if form is Form.WORD else value)


def _person(who: Person) -> Markup:
    mark = element("span", _hex(who.fingerprint[:_SHORT]), class_="mark")
    return _cells(who.name, mark) if who.name else mark


def _hex(digits: str) -> Markup:
    groups = [digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP)]
    return element("span", Markup(_BREAK.join(map(lines, groups))), class_="code")


def _cells(*parts: str) -> Markup:
    """Parts on lines of their own."""
    return Markup(_NEW_LINE.join(part if isinstance(part, Markup) else lines(part) for part in parts))


def _time(time: str) -> str:
    return f"{time[:10]} {time[11:19]}"


def _footer(dossier: Dossier) -> Markup:
    text = _(
        "Made with ipvault {version} on {time}. Fingerprints are shortened in tables; they stand in full under {who}."
    )
    who = dossier.section("people").title
    return element("footer", element("p", text.format(version=__version__, time=_time(dossier.made), who=who)))
