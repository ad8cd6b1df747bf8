"""A report as a file: Markdown, a page, JSON, or a table for a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ipvault.cells import csv_table
from ipvault.oversight.compliance.page import page
from ipvault.oversight.compliance.report import NOT_A_CERTIFICATE, STANDINGS, Report
from ipvault.oversight.compliance.wording import MEASURES, TITLES, facts, found, measure_row, title_of
from ipvault.pages.markdown import plain, table
from ipvault.text import _

COLUMNS: Final = (
    *("framework", "group", "control", "title", "standing", "measure", "commands", "kinds", "records", "first", "last"),
    *("tests", "note"),
)


def markdown(report: Report) -> str:
    """Nothing that a pack or a record says acts in it."""
    return "\n".join(_markdown(report)) + "\n"


def _markdown(report: Report) -> Iterator[str]:
    yield from (f"# {plain(title_of(report))}", "", _(NOT_A_CERTIFICATE), "", plain(_(report.framework.about)), "")
    yield from (f"- {title}: {plain(value)}" for title, value in facts(report))
    lines = list(report.lines())
    for group in report.framework.groups:
        rows = [
            (line.control.id, _(line.control.title), _(STANDINGS[line.standing]), "; ".join(map(found, line.shown)))
            for line in lines
            if line.group == group.title
        ]
        yield from ("", f"## {plain(_(group.title))}", "", *table([_(title) for title in TITLES], rows))
    if measures := report.framework.measures().values():
        yield from ("", f"## {_('What the evidence is')}", "")
        yield from table([_(title) for title in MEASURES], [measure_row(report, one) for one in measures])


def as_json(report: Report) -> str:
    """One object, indented."""
    return json.dumps(report.to_json(), indent=1) + "\n"


def comma_separated(report: Report) -> str:
    """A line for each measure of each control, and one for a control that has none. No cell of it acts."""
    return csv_table(COLUMNS, _cells(report))


def _cells(report: Report) -> Iterator[tuple[object, ...]]:
    for line in report.lines():
        head = (report.framework.id, _(line.group), line.control.id, _(line.control.title), line.standing)
        if not line.shown:
            yield (*head, "", "", "", 0, "", "", "", _(NOT_A_CERTIFICATE))
        for measure, tally in line.shown:
            words = (_(measure.title), ", ".join(measure.commands), ", ".join(measure.kinds))
            numbers = (tally.count, tally.first_time, tally.last_time)
            yield (*head, *words, *numbers, ", ".join(measure.tests), _(NOT_A_CERTIFICATE))


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = MappingProxyType(
    {"md": markdown, "html": page, "json": as_json, "csv": comma_separated}
)
"""By what the names of their files end with."""
