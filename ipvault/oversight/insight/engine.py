"""Rules at work: every event is shown to those that may care for it, once and in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from ipvault.journal.leaf import CLASSES
from ipvault.oversight.insight.counting import EventCount, Ordered, Single, ValueCount, ValueSum
from ipvault.oversight.insight.detector import Detector
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.finding import Finding
from ipvault.oversight.insight.habits import ClockBack, Dormant, FirstSeen, OffHours, UnusualVolume
from ipvault.oversight.insight.rule import Rule

_ALL: Final[tuple[type[Detector], ...]] = (
    *(Single, EventCount, ValueCount, ValueSum, Ordered),
    *(FirstSeen, Dormant, OffHours, UnusualVolume, ClockBack),
)
DETECTORS: Final = MappingProxyType({detector.TYPE: detector for detector in _ALL})
"""What a rule's type can be."""


class Found(NamedTuple):
    """All findings, in the order of their last records, and the rules (ids) of which there were more than are kept."""

    findings: list[Finding]
    full: list[str]


def evaluate(events: Iterable[Event], rules: Sequence[Rule]) -> Found:
    """What rules find in events, which come in the order of the journal. Takes memory for groups and findings only."""
    detectors = [DETECTORS[rule.type](rule) for rule in rules]
    by_class = {name: [one.take for one in detectors if one.classes is None or name in one.classes] for name in CLASSES}
    for event in events:
        for take in by_class[event.cls]:
            take(event)
    findings = [finding for detector in detectors for finding in detector.found]
    findings.sort(key=lambda finding: (finding.last, finding.rule, finding.records))
    return Found(findings, [one.rule.id for one in detectors if one.is_full])
