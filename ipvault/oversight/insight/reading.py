"""Rules from TOML: those that come with ipvault, and those of a team. `help insight` explains them.

A key that is not known, or that a rule of its type has no use for, is refused: a rule that does less than its author
thinks is worse than none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any, Final

from ipvault.errors import InsightRulesRefused
from ipvault.journal.leaf import CLASSES
from ipvault.oversight.insight.engine import DETECTORS
from ipvault.oversight.insight.event import FIELDS, Event
from ipvault.oversight.insight.rule import LEVELS, Rule, Sample, Selection, in_order
from ipvault.records.domains import MAX_NUMBER
from ipvault.records.families import all_kinds
from ipvault.text import _
from ipvault.toml import parse_limited
from ipvault.vault.calendar import Calendar
from ipvault.vault.clock import seconds_in

FORMAT: Final = 1
MAX_FILE: Final = 1024 * 1024
"""Bytes of a file of rules."""

MAX_RULES: Final = 200
MAX_EVENTS: Final = 10_000
"""Events of a test."""

_SHIPPED: Final = "shipped.toml"
_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_COMMON: Final = frozenset(
    {"id", "title", "titles", "level", "about", "type", "selection", "filter", "group-by", "test"}
)
_ZONE: Final = Calendar()


class BadRule(Exception):
    """What is wrong with a rule; the argument says it."""


def shipped_text() -> str:
    """The file of the rules that come with ipvault."""
    return resources.files(__package__).joinpath(_SHIPPED).read_text(encoding="utf-8")


@cache
def shipped() -> tuple[Rule, ...]:
    """The rules that come with ipvault."""
    return read_rules(shipped_text().encode(), _SHIPPED)


def with_shipped(data: bytes, place: str) -> tuple[Rule, ...]:
    """The shipped rules and those of a file; of two with the same id that of the file. Raises `InsightRulesRefused`."""
    own = read_rules(data, place)
    replaced = {rule.id for rule in own}
    return (*(rule for rule in shipped() if rule.id not in replaced), *own)


def read_rules(data: bytes, place: str) -> tuple[Rule, ...]:
    """The rules of a file. Raises `InsightRulesRefused`, and `FormatTooNew`."""
    try:
        document = parse_limited(data, place, FORMAT, most=MAX_FILE, keys=("rule",))
    except ValueError as error:
        raise InsightRulesRefused(place=place, reason=str(error)) from None
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not 0 < len(tables) <= MAX_RULES:
        reason = _("it has no rule, or more than {count}").format(count=MAX_RULES)
        raise InsightRulesRefused(place=place, reason=reason)
    rules: dict[str, Rule] = {}
    for number, table in enumerate(tables, 1):
        try:
            rule = _Table(table).rule()
            if rule.id in rules:
                raise BadRule(_("another rule has this id"))
        except BadRule as error:
            name = table.get("id", number) if isinstance(table, dict) else number
            reason = _("rule {rule}: {problem}").format(rule=name, problem=error)
            raise InsightRulesRefused(place=place, reason=reason) from None
        rules[rule.id] = rule
    return tuple(rules.values())


class _Table:
    """A table that says what a rule is. Raises `BadRule`."""

    def __init__(self, table: Any) -> None:
        if not isinstance(table, dict):
            raise BadRule(_("it has to be a table"))
        self._table = table

    def rule(self) -> Rule:
        table = self._table
        detector = DETECTORS.get(self._text("type"))
        if detector is None:
            raise BadRule(_("its type is one of: {words}").format(words=", ".join(DETECTORS)))
        if missing := detector.TAKES - table.keys():
            raise BadRule(_("{key} is missing, which {type} needs").format(key=min(missing), type=detector.TYPE))
        if unknown := table.keys() - _COMMON - detector.TAKES - detector.MAY_TAKE:
            raise BadRule(_("{key} means nothing to {type}").format(key=min(unknown), type=detector.TYPE))
        id_, level = self._text("id"), self._text("level")
        if not _ID.fullmatch(id_):
            raise BadRule(_("an id has small letters, digits and hyphens, and begins with a letter"))
        if level not in LEVELS:
            raise BadRule(_("its level is one of: {words}").format(words=", ".join(LEVELS)))
        if "selection" not in table:
            raise BadRule(_("{key} is missing, or is not text").format(key="selection"))
        return Rule(
            id=id_,
            title=self._text("title"),
            titles=self._titles(),
            level=level,
            about=self._text("about", ""),
            type=detector.TYPE,
            selection=self._selection("selection") or Selection(),
            filter=self._selection("filter"),
            then=self._selection("then"),
            group_by=self._group_by(),
            field=self._field(),
            timespan=self._timespan(),
            gte=self._number("gte", 1),
            days=self._number("days", 0),
            events=self._number("events", 0),
            percent=self._fraction("percent", 100),
            sigmas=self._fraction("sigmas", 100),
            tests=self._tests(),
        )

    def _text(self, key: str, default: str | None = None) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise BadRule(_("{key} is missing, or is not text").format(key=key))
        return value

    def _titles(self) -> dict[str, str]:
        titles = self._table.get("titles", {})
        if not isinstance(titles, dict) or not all(
            _LANGUAGE.fullmatch(language) and isinstance(title, str) for language, title in titles.items()
        ):
            raise BadRule(_("titles has a text for each language, such as de"))
        return titles

    def _selection(self, key: str) -> Selection | None:
        if key not in self._table:
            return None
        table = self._table[key]
        if not isinstance(table, dict) or not table:
            raise BadRule(_("{key} is a table of fields, and not empty").format(key=key))
        return in_order({name: _wanted(name, value) for name, value in table.items()})

    def _group_by(self) -> tuple[str, ...]:
        names = self._table.get("group-by", ["who"])
        if not isinstance(names, list) or not all(isinstance(name, str) and name in FIELDS for name in names):
            raise BadRule(_("group-by is a list of these: {words}").format(words=", ".join(FIELDS)))
        return tuple(dict.fromkeys(names))

    def _field(self) -> str:
        if "field" not in self._table:
            return ""
        name = self._text("field")
        if name not in FIELDS:
            raise BadRule(_("field is one of: {words}").format(words=", ".join(FIELDS)))
        return name

    def _timespan(self) -> float:
        if "timespan" not in self._table:
            return 0
        seconds = seconds_in(self._text("timespan"))
        if seconds is None:
            raise BadRule(_("timespan is a length of time, such as 30s, 10m, 8h or 60d"))
        return seconds

    def _number(self, key: str, default: int) -> int:
        value = self._table.get(key, default)
        if type(value) is not int or not default <= value <= MAX_NUMBER:
            raise BadRule(_("{key} is a whole number, {least} or more").format(key=key, least=default))
        return value

    def _fraction(self, key: str, most: int) -> float:
        value = self._table.get(key, most)
        if type(value) not in (int, float) or not 0 < value <= most:
            raise BadRule(_("{key} is a number up to {most}").format(key=key, most=most))
        return float(value)

    def _tests(self) -> tuple[Sample, ...]:
        tables = self._table.get("test", [])
        if not isinstance(tables, list) or not all(
            isinstance(one, dict) and one.keys() == {"name", "finds", "events"} for one in tables
        ):
            raise BadRule(_("each test has name, finds and events"))
        return tuple(_test(one) for one in tables)


def _wanted(name: str, value: object) -> frozenset[str]:
    if name not in FIELDS:
        raise BadRule(_("{key} is no field; there are {words}").format(key=name, words=", ".join(FIELDS)))
    values = [str(one) for one in (value if isinstance(value, list) else [value])]
    known = {"action": all_kinds().keys(), "class": CLASSES}.get(name)
    if not values or (known is not None and not known >= set(values)):
        unknown = ", ".join(sorted(set(values) - set(known or ())))
        raise BadRule(_("there is no {key} called {name}").format(key=name, name=unknown))
    return frozenset(values)


def _test(table: dict[str, Any]) -> Sample:
    """Made-up events: each `at` a time, with an `action` and other fields; `times` of them, one `every` so long.

    The words {n} in a text stand for the number of the repetition.
    """
    name, finds, tables = table["name"], table["finds"], table["events"]
    if not isinstance(name, str) or type(finds) is not int or not isinstance(tables, list):
        raise BadRule(_("each test has name, finds and events"))
    made: list[Event] = []
    for one in tables:
        if not isinstance(one, dict):
            raise BadRule(_("an event of a test is a table"))
        fields = dict(one)
        times, every = fields.pop("times", 1), seconds_in(str(fields.pop("every", "1s")))
        start = _moment(fields.pop("at", None))
        if type(times) is not int or not 0 < times <= MAX_EVENTS - len(made) or every is None:
            raise BadRule(
                _("a test has {count} events at most, and every is a length of time").format(count=MAX_EVENTS)
            )
        made += [_made(fields, len(made) + n, start + n * every, n) for n in range(times)]
    return Sample(name, finds, tuple(made))


def _moment(value: object) -> float:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, datetime):
        raise BadRule(_("at is a time, such as 2026-11-23T09:00:00Z"))
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()


def _made(fields: dict[str, Any], seq: int, time: float, number: int) -> Event:
    told = {
        name: value.replace("{n}", str(number)) if isinstance(value, str) else value for name, value in fields.items()
    }
    if unknown := told.keys() - set(FIELDS):
        raise BadRule(_("{key} is no field; there are {words}").format(key=min(unknown), words=", ".join(FIELDS)))
    action = str(told.get("action"))
    if action not in all_kinds():
        raise BadRule(_("there is no {key} called {name}").format(key="action", name=action))
    who = str(told.get("who", "somebody"))
    told["who"] = who
    return Event(seq, time, all_kinds()[action].CLASS, str(told.get("signer", who)), "", _ZONE, lambda: told)
