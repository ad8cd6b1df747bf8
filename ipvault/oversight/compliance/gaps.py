"""What a vault could show of frameworks and has no record of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ipvault.oversight.compliance.counting import count_records, kinds_of
from ipvault.oversight.compliance.framework import Framework, Measure
from ipvault.vault.vault import Vault


class Gap(NamedTuple):
    """A measure of which nothing is on record, and the controls (framework and id) that it would be evidence of."""

    measure: Measure
    controls: tuple[tuple[str, str], ...]


def find_gaps(vault: Vault, frameworks: Iterable[Framework], since: str | None, until: str | None) -> list[Gap]:
    """The gaps, that first which would serve most controls. Raises `JournalBroken`, or `FormatTooNew`."""
    wanted: dict[Measure, list[tuple[str, str]]] = {}
    for framework in frameworks:
        for control in framework.controls():
            for measure in control.measures:
                if measure.kinds:
                    wanted.setdefault(measure, []).append((framework.id, control.id))
    counted = count_records(vault, kinds_of(wanted), since, until)
    gaps = [Gap(one, tuple(controls)) for one, controls in wanted.items() if not counted.of(one.kinds).count]
    return sorted(gaps, key=lambda gap: -len(gap.controls))
