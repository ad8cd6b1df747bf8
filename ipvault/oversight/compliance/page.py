"""A report as a page, to read and to print."""

from __future__ import annotations

from ipvault import __version__
from ipvault.oversight.compliance.framework import Group
from ipvault.oversight.compliance.report import NOT_A_CERTIFICATE, STANDINGS, Line, Report
from ipvault.oversight.compliance.wording import (
    MEASURES,
    TITLES,
    facts as facts_of,
    found,
    measure_row,
    minute,
    title_of,
)
from ipvault.pages.markup import Markup, element
from ipvault.pages.page import facts, page_of, plain_table
from ipvault.text import _


def page(report: Report) -> str:
    """The whole of it. Nothing that a pack or a record says acts in it."""
    heading = element(
        "header",
        element("p", _("Compliance report"), class_="kind"),
        element("h1", title_of(report)),
        element("p", _(report.framework.about), class_="lead"),
        facts(facts_of(report)),
        class_="cover",
    )
    limits = element(
        "section",
        element("h2", _("What this shows, and what it does not")),
        element("p", _(NOT_A_CERTIFICATE)),
        class_="limits",
    )
    lines = list(report.lines())
    groups = (_group(group, [line for line in lines if line.group == group.title]) for group in report.framework.groups)
    text = _("Made with ipvault {version} on {time}.").format(version=__version__, time=f"{minute(report.made)} UTC")
    footer = element("footer", element("p", text))
    return page_of(title_of(report), heading, limits, *groups, _measures(report), footer)


def _group(group: Group, lines: list[Line]) -> Markup:
    rows = [
        (
            element("td", line.control.id, class_="word"),
            element("td", _(line.control.title)),
            element("td", _(STANDINGS[line.standing])),
            element("td", *_stacked([found(one) for one in line.shown])),
        )
        for line in lines
    ]
    return element("section", element("h2", _(group.title)), plain_table(map(_, TITLES), rows))


def _measures(report: Report) -> Markup:
    rows = []
    for measure in report.framework.measures().values():
        title, *cells, _tests = measure_row(report, measure)
        tests = _stacked([element("span", test, class_="code") for test in measure.tests])
        rows.append((element("td", title), *(element("td", cell) for cell in cells), element("td", *tests)))
    if not rows:
        return Markup("")
    return element("section", element("h2", _("What the evidence is")), plain_table(map(_, MEASURES), rows))


def _stacked(parts: list[str]) -> list[Markup]:
    return [element("div", part) for part in parts]
