"""Frameworks: the controls of a standard or law, and what of ipvault can be evidence of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple


class Measure(NamedTuple):
    """Something that ipvault does. `title` is English, for `_`.

    `commands` are words after `ipvault`; `kinds` are of the records that they leave, none where the program itself
    holds it, whatever is recorded; `tests` are those of ipvault that show it, as pytest names them.
    """

    id: str
    title: str
    commands: tuple[str, ...]
    kinds: tuple[str, ...]
    tests: tuple[str, ...]


class Control(NamedTuple):
    """A control by its id in the standard, with a title of our own. Without measures ipvault does not touch it."""

    id: str
    title: str
    measures: tuple[Measure, ...]


class Group(NamedTuple):
    """Controls that belong together."""

    title: str
    controls: tuple[Control, ...]


@dataclass(frozen=True, slots=True)
class Framework:
    """A standard or law, as version `version` of a pack has it; `sha256` is of the file of the pack.

    `name`, `about` and titles are English, for `_`, or whatever somebody wrote into a pack of their own.
    """

    id: str
    name: str
    version: int
    about: str
    groups: tuple[Group, ...]
    sha256: str

    def controls(self) -> Iterator[Control]:
        """All controls, in order."""
        return (control for group in self.groups for control in group.controls)

    def measures(self) -> dict[str, Measure]:
        """By their ids all measures that a control names."""
        return {measure.id: measure for control in self.controls() for measure in control.measures}
