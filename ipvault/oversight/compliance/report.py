"""What a vault shows of a framework: each control with its measures, and what is on record of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ipvault.journal.head import Head
from ipvault.oversight.compliance.counting import Counted, Tally, count_records, kinds_of
from ipvault.oversight.compliance.framework import Control, Framework, Measure
from ipvault.text import N_
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

NOT_A_CERTIFICATE: Final = N_(
    "A compliance report is evidence, not a certificate: it says what the records of this vault and the tests of the "
    "program show. Whether that is enough, auditors, authorities and courts say."
)

RECORDED: Final = "recorded"
BUILT_IN: Final = "built-in"
NOTHING_YET: Final = "nothing-yet"
NOT_TOUCHED: Final = "not-touched"

STANDINGS: Final = {
    RECORDED: N_("on record"),
    BUILT_IN: N_("held by the program"),
    NOTHING_YET: N_("nothing on record"),
    NOT_TOUCHED: N_("yours to show elsewhere"),
}
"""How a control can stand, as programs and as people read it."""


class Shown(NamedTuple):
    """A measure, and what is on record of it."""

    measure: Measure
    tally: Tally


class Line(NamedTuple):
    """A control, how it stands, and what is shown of it."""

    group: str
    control: Control
    standing: str
    shown: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What `vault` showed of `framework` at `made`, up to record `head`, of the time between `since` and `until`.

    Times are RFC 3339; those two are empty where there is no limit.
    """

    framework: Framework
    vault: str
    head: Head
    made: str
    since: str
    until: str
    counted: Counted

    def lines(self) -> Iterator[Line]:
        """Every control of the framework, those too that ipvault does not touch."""
        for group in self.framework.groups:
            for control in group.controls:
                shown = tuple(Shown(one, self.counted.of(one.kinds)) for one in control.measures)
                yield Line(group.title, control, _standing(shown), shown)

    def numbers(self) -> dict[str, int]:
        """How many controls stand how."""
        counts = Counter(line.standing for line in self.lines())
        return {standing: counts[standing] for standing in STANDINGS}

    def to_json(self) -> dict[str, Any]:
        """The report for programs."""
        return {
            "framework": self.framework.id,
            "name": self.framework.name,
            "version": self.framework.version,
            "pack_sha256": self.framework.sha256,
            "vault": self.vault,
            "made": self.made,
            "since": self.since or None,
            "until": self.until or None,
            "head": {"seq": self.head.seq, "hash": self.head.hash},
            "unread": self.counted.closed,
            "numbers": self.numbers(),
            "controls": [_line_json(line) for line in self.lines()],
            "note": NOT_A_CERTIFICATE,
        }


def make_report(vault: Vault, framework: Framework, since: str = "", until: str = "") -> Report:
    """Read the journal once for all controls of a framework. Raises `JournalBroken`, or `FormatTooNew`."""
    counted = count_records(vault, kinds_of(framework.measures().values()), since or None, until or None)
    made = timestamp(vault.machine.now())
    return Report(framework, vault.id, vault.catalog.head, made, since, until, counted)


def _standing(shown: tuple[Shown, ...]) -> str:
    if any(one.tally.count for one in shown):
        return RECORDED
    if not shown:
        return NOT_TOUCHED
    return BUILT_IN if any(not one.measure.kinds for one in shown) else NOTHING_YET


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "id": line.control.id,
        "title": line.control.title,
        "group": line.group,
        "standing": line.standing,
        "evidence": [_shown_json(one) for one in line.shown],
    }


def _shown_json(shown: Shown) -> dict[str, Any]:
    measure, tally = shown
    return {
        "measure": measure.id,
        "title": measure.title,
        "commands": list(measure.commands),
        "kinds": list(measure.kinds),
        "tests": list(measure.tests),
        "records": tally.count,
        "first": tally.first_time or None,
        "last": tally.last_time or None,
        "last_record": tally.last if tally.count else None,
    }
