"""Playbooks: who and what belongs to the answer to an incident, as TOML. One is shipped; a firm writes its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ipvault.errors import PlaybookRefused
from ipvault.oversight.incidents.clocks import KNOWN, Period
from ipvault.records.domains import is_detail, is_name
from ipvault.records.incidents import STEPS, UNITS
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _
from ipvault.toml import parse_versioned

FORMAT: Final = 1
MOST: Final = 200
"""Duties, actions or clocks in one."""

MAX_AMOUNT: Final = 100_000
"""Hours, days or months of a clock."""

_KEY: Final = re.compile("[a-z][a-z0-9-]{0,31}")


class Duty(NamedTuple):
    """A part in the answer; `person` has it unless somebody else is assigned. Without one, the team is not complete."""

    key: str
    title: str
    person: str
    required: bool


class Task(NamedTuple):
    """What has to be done before an incident is closed, by whoever has a duty, within so many hours (0: no matter)."""

    key: str
    step: str
    title: str
    duty: str
    hours: int


class Playbook(NamedTuple):
    """`steps` are those that records have to show before an incident is closed; `clocks` begin when it is opened."""

    name: str
    steps: tuple[str, ...]
    duties: tuple[Duty, ...]
    tasks: tuple[Task, ...]
    clocks: Mapping[str, Period]


def shipped() -> str:
    """The playbook that comes with the program, in the language of the interface where there is one."""
    folder = files(__package__)
    chosen = folder.joinpath(f"playbook.{_('en')}.toml")
    return (chosen if chosen.is_file() else folder.joinpath("playbook.en.toml")).read_text(encoding="utf-8")


@lru_cache(maxsize=16)  # an incident is asked for its own again and again
def parse_playbook(content: str) -> Playbook:
    """What a playbook says. Raises `PlaybookRefused`, or `FormatTooNew`."""
    if len(content.encode()) > MAX_TEXT:
        raise PlaybookRefused(reason=_("it is too long"))
    try:
        document = parse_versioned(content.encode(), _("the playbook"), FORMAT)
    except ValueError as error:
        raise PlaybookRefused(reason=str(error)) from None
    table = _Table(document, _("the playbook"))
    name, steps = table.line("name"), table.words("steps", STEPS)
    duties = tuple(_duty(one) for one in table.tables("duty"))
    tasks = tuple(_task(one, {duty.key for duty in duties}) for one in table.tables("action"))
    named: dict[str, Period] = {}
    for one in table.tables("clock"):
        key, period = _clock(one, named)
        if key in named:
            raise PlaybookRefused(reason=_("{key} is there twice").format(key=key))
        named[key] = period
    table.end()
    for keys in ([duty.key for duty in duties], [task.key for task in tasks]):
        for key in keys:
            if keys.count(key) > 1:
                raise PlaybookRefused(reason=_("{key} is there twice").format(key=key))
    return Playbook(name, steps, duties, tasks, named)


def _duty(table: _Table) -> Duty:
    found = Duty(table.key(), table.line("title"), table.line("person", ""), table.truth("required"))
    table.end()
    return found


def _task(table: _Table, duties: set[str]) -> Task:
    step = table.line("step")
    found = Task(table.key(), step, table.line("title"), table.line("duty", ""), table.number("hours", 0))
    if step not in STEPS:
        raise PlaybookRefused(reason=_("{word} is no step: {known}").format(word=step, known=", ".join(STEPS)))
    if found.duty and found.duty not in duties:
        raise PlaybookRefused(reason=_("nobody has the duty {key}").format(key=found.duty))
    table.end()
    return found


def _clock(table: _Table, before: Mapping[str, Period]) -> tuple[str, Period]:
    """A clock of the program, by its key alone, or one of the firm, with its law and one of the units."""
    key = table.key()
    if key in KNOWN:
        period = KNOWN[key]
    else:
        units = [(unit, table.number(unit, 0)) for unit in UNITS]
        given = [(unit, amount) for unit, amount in units if amount]
        if len(given) != 1:
            raise PlaybookRefused(
                reason=_("the clock {key} needs one of: {units}").format(key=key, units=", ".join(UNITS))
            )
        period = Period(table.line("law", ""), given[0][1], given[0][0], table.line("after", ""))
    if period.after and period.after not in before:
        raise PlaybookRefused(reason=_("the clock {key} comes after one that does not").format(key=key))
    table.end()
    return key, period


class _Table:
    """A table of which every key is to be taken, by somebody who says what it holds."""

    def __init__(self, content: Mapping[str, Any], place: str) -> None:
        self._left = dict(content)
        self._place = place

    def key(self) -> str:
        found = self.line("key")
        if not _KEY.fullmatch(found):
            raise PlaybookRefused(
                reason=_("{key} is no key: write lower-case letters, digits, hyphens").format(key=found)
            )
        return found

    def line(self, name: str, otherwise: str | None = None) -> str:
        """One line of text; one that has to be there is not empty."""
        found = self._left.pop(name, otherwise)
        if not isinstance(found, str) or not (is_name(found) if otherwise is None else is_detail(found)):
            raise self._wrong(name)
        return found

    def truth(self, name: str) -> bool:
        found = self._left.pop(name, False)
        if not isinstance(found, bool):
            raise self._wrong(name)
        return found

    def number(self, name: str, otherwise: int) -> int:
        found = self._left.pop(name, otherwise)
        if type(found) is not int or not 0 <= found <= MAX_AMOUNT:
            raise self._wrong(name)
        return found

    def words(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        found = self._left.pop(name, [])
        if not isinstance(found, list) or len(found) > MOST or not all(word in known for word in found):
            raise self._wrong(name)
        return tuple(dict.fromkeys(found))

    def tables(self, name: str) -> list[_Table]:
        found = self._left.pop(name, [])
        if not isinstance(found, list) or len(found) > MOST or not all(isinstance(one, dict) for one in found):
            raise self._wrong(name)
        return [_Table(one, f"{name} {number}") for number, one in enumerate(found, 1)]

    def end(self) -> None:
        """Raises `PlaybookRefused` if something is left that nobody asked for."""
        for name in self._left:
            raise PlaybookRefused(
                reason=_("{place} has {name}, which means nothing").format(place=self._place, name=name)
            )

    def _wrong(self, name: str) -> PlaybookRefused:
        text = _("in {place}, {name} is missing or not what it should be")
        return PlaybookRefused(reason=text.format(place=self._place, name=name))
