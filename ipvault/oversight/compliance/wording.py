"""What a report says in words, on paper as in text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ipvault.oversight.compliance.framework import Measure
from ipvault.oversight.compliance.report import STANDINGS, Report, Shown
from ipvault.text import N_, _, ngettext

TITLES: Final = (N_("Control"), N_("About"), N_("How it stands"), N_("What is on record"))
"""The columns of a table of controls."""

MEASURES: Final = (N_("Evidence"), N_("Commands"), N_("Records"), N_("What is on record"), N_("Tests of ipvault"))
"""The columns of a table of measures."""


def title_of(report: Report) -> str:
    """What a report is called."""
    return _("What this vault shows of {framework}").format(framework=_(report.framework.name))


def facts(report: Report) -> Iterator[tuple[str, str]]:
    """What the report is about, when it was made, and how many controls stand how."""
    yield _("Vault"), report.vault
    text = _("{time} UTC, up to record {seq} with the hash {hash}")
    yield _("Made"), text.format(time=minute(report.made), seq=report.head.seq, hash=report.head.hash)
    if report.since:
        yield _("Records since"), f"{minute(report.since)} UTC"
    if report.until:
        yield _("Records before"), f"{minute(report.until)} UTC"
    text = _("{id}, version {version}, SHA-256 {hash}")
    framework = report.framework
    yield _("Pack"), text.format(id=framework.id, version=framework.version, hash=framework.sha256)
    for standing, count in report.numbers().items():
        yield _(STANDINGS[standing]), str(count)
    if report.counted.closed:
        text = _("{count}, which you cannot read: in rooms that are not yours, or forgotten. Not counted.")
        yield _("Records left out"), text.format(count=report.counted.closed)


def found(shown: Shown) -> str:
    """A measure, and what is on record of it, in a few words."""
    return f"{_(shown.measure.title)}: {_on_record(shown)}"


def measure_row(report: Report, measure: Measure) -> tuple[str, ...]:
    """What a measure is: its commands, kinds of records and tests."""
    shown = Shown(measure, report.counted.of(measure.kinds))
    kinds = ", ".join(measure.kinds) or _("none")
    return _(measure.title), ", ".join(measure.commands), kinds, _on_record(shown), ", ".join(measure.tests)


def minute(time: str) -> str:
    """A time of the journal, to the minute."""
    return f"{time[:10]} {time[11:16]}"


def _on_record(shown: Shown) -> str:
    measure, tally = shown
    if not measure.kinds:
        return _("held by the program")
    if not tally.count:
        return _("nothing on record")
    text = ngettext(
        "{count} record since {first}, the last on {last} (number {seq})",
        "{count} records since {first}, the last on {last} (number {seq})",
        tally.count,
    )
    return text.format(count=tally.count, first=tally.first_time[:10], last=tally.last_time[:10], seq=tally.last)
