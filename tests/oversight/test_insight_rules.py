"""What each rule finds, at its thresholds and on both sides of them; and that nobody's findings depend on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.oversight.insight.engine import evaluate
from ipvault.oversight.insight.event import Event
from ipvault.oversight.insight.finding import MAX_CITED, Finding
from ipvault.oversight.insight.reading import read_rules, shipped
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.trial import try_rules
from ipvault.records.families import all_kinds
from ipvault.vault.calendar import Calendar

RULES = {rule.id: rule for rule in shipped()}
NOON = datetime.fromisoformat("2026-11-02T12:00:00Z").timestamp()
MINUTE, HOUR, DAY = 60, 3_600, 86_400
NONE = Calendar()
BERLIN = Calendar(zone="Europe/Berlin", holidays=("2026-12-25",))


def event(seq: int, time: float, action: str, *, calendar: Calendar = NONE, **told: Any) -> Event:
    """An event that somebody (`who`, or Ada) made."""
    fields = {"who": "ada", "action": action, **told}
    return Event(seq, time, all_kinds()[action].CLASS, str(fields["who"]), "main", calendar, lambda: fields)


def row(action: str, *times: float, **told: str) -> list[Event]:
    """Events at these seconds after noon; {n} in a field is the number of each."""
    return [
        event(n, NOON + time, action, calendar=NONE, **{key: text.replace("{n}", str(n)) for key, text in told.items()})
        for n, time in enumerate(times)
    ]


def found(rule: str | Rule, events: Sequence[Event]) -> list[Finding]:
    return evaluate(events, [RULES[rule] if isinstance(rule, str) else rule]).findings


def steps(count: int, seconds: float, start: float = 0) -> list[float]:
    return [start + n * seconds for n in range(count)]


SHARED = row("package.shared", 0, item="a")
AT_THE_THRESHOLD = [
    ("failed-unlocks", row("auth.failed", *steps(5, 150)), 1),
    ("failed-unlocks", row("auth.failed", *steps(4, 10)), 0),
    ("failed-unlocks", row("auth.failed", 0, 100, 200, 300, 600), 1),
    ("failed-unlocks", row("auth.failed", 0, 100, 200, 300, 600.001), 0),
    ("failed-unlocks", row("auth.failed", 0, 100, 200, 300, 601), 0),
    ("failed-unlocks", row("auth.failed", *steps(4, 1), who="ada") + row("auth.failed", 4, who="bob"), 0),
    ("failed-unlocks", row("auth.failed", *steps(50, 10)), 1),
    ("failed-unlocks", row("auth.failed", *steps(5, 1), *steps(5, 1, HOUR)), 2),
    ("failed-unlocks", row("auth.unlocked", *steps(9, 1)), 0),
    ("guessed-unlock", [*row("auth.failed", *steps(5, 1)), event(9, NOON + 604, "auth.unlocked")], 1),
    ("guessed-unlock", [*row("auth.failed", *steps(5, 1)), event(9, NOON + 605, "auth.unlocked")], 0),
    ("guessed-unlock", [*row("auth.failed", *steps(4, 1)), event(9, NOON + 60, "auth.unlocked")], 0),
    ("guessed-unlock", [*row("auth.failed", *steps(5, 1)), event(9, NOON + 60, "auth.unlocked", who="bob")], 0),
    ("many-documents", row("content.released", *steps(20, 300 / 19), item="{n}"), 1),
    ("many-documents", row("content.released", *steps(20, 301 / 19), item="{n}"), 0),
    ("many-documents", row("content.released", *steps(19, 1), item="{n}"), 0),
    ("many-documents", row("content.released", *steps(40, 1), item="same"), 0),
    ("many-documents", [event(0, NOON, "package.shared", item=[str(n) for n in range(20)])], 1),
    ("many-bytes", [event(n, NOON + n * 1_200, "content.released", bytes=2**28) for n in range(4)], 1),
    ("many-bytes", [event(n, NOON + n * 1_201, "content.released", bytes=2**28) for n in range(4)], 0),
    ("many-bytes", [event(0, NOON, "content.released", bytes=2**30 - 1)], 0),
    ("many-bytes", [event(0, NOON, "content.released", bytes=2**30)], 1),
    ("dormant-member", row("item.described", 0, 60 * DAY), 1),
    ("dormant-member", row("item.described", 0, 60 * DAY - 1), 0),
    ("dormant-member", row("item.described", 0, 60 * DAY, who="{n}"), 0),
    ("shared-then-removed", [*SHARED, event(1, NOON + DAY, "item.erased", item="a")], 1),
    (
        "shared-then-removed",
        [*row("package.shared", 0, item="a"), event(1, NOON + DAY + 1, "item.erased", item="a")],
        0,
    ),
    ("shared-then-removed", [*SHARED, event(1, NOON + 1, "item.removed", item="b")], 0),
    (
        "shared-then-removed",
        [event(0, NOON, "item.removed", item="a"), event(1, NOON + 1, "package.shared", item="a")],
        0,
    ),
    ("repeated-denials", row("request.denied", 0, DAY, 7 * DAY, request="{n}"), 1),
    ("repeated-denials", row("request.denied", 0, DAY, 7 * DAY + 1, request="{n}"), 0),
    ("repeated-denials", row("request.denied", *steps(9, 1), request="one"), 0),
    ("repeated-overrides", row("release.decided", 0, 1, 2, decision="{n}", outcome="overridden"), 1),
    ("repeated-overrides", row("release.decided", 0, 1, 2, decision="{n}", outcome="allowed"), 0),
    ("repeated-overrides", row("release.decided", 0, 1, decision="{n}", outcome="overridden"), 0),
    ("new-recipient", row("package.shared", 0, 1, 2, recipient="bob"), 1),
    ("new-recipient", row("package.shared", 0, 1, 2, recipient="{n}"), 3),
    ("clock-went-back", row("item.added", 121, 0), 1),
    ("clock-went-back", row("item.added", 120, 0), 0),
    ("clock-went-back", row("item.added", 600, 550, 500, 450), 1),
    ("clock-went-back", row("auth.failed", 600, 0), 0),
    ("write-interrupted", row("journal.repaired", 0), 1),
    ("write-interrupted", row("vault.repaired", 0), 0),
    ("vault-repaired", row("vault.repaired", 0, 1), 2),
    ("vault-repaired", row("journal.repaired", 0), 0),
    ("rollback-accepted", row("journal.rollback-accepted", 0), 1),
    ("rollback-accepted", row("vault.repaired", 0), 0),
    ("attempts-dropped", row("auth.dropped", 0), 1),
    ("attempts-dropped", row("auth.failed", 0), 0),
    ("recovery-used", row("recovery.used", 0), 1),
    ("recovery-used", row("recovery.split", 0), 0),
]


@pytest.mark.parametrize(("rule", "events", "count"), AT_THE_THRESHOLD)
def test_a_rule_at_its_threshold(rule: str, events: list[Event], count: int) -> None:
    """What reaches it is found, what does not is not, and what goes on belongs to what was found."""
    assert len(found(rule, events)) == count


def test_every_rule_is_tested_on_both_sides() -> None:
    """Each that comes with ipvault has a row that finds something and one that does not, here or below."""
    rows = {(rule, count > 0) for rule, _events, count in AT_THE_THRESHOLD}
    below = {"off-hours", "unusual-volume", "unusual-bytes"}
    both = {rule for rule, positive in rows if positive} & {rule for rule, positive in rows if not positive}
    assert both | below == RULES.keys() - {"new-recipient"}  # whose second share is its negative


def test_what_a_finding_says() -> None:
    """The records that made it one, the time, who it is about, and how much there was in all."""
    (one,) = found("failed-unlocks", row("auth.failed", *steps(8, 10)))
    assert (one.records, one.last, one.count) == ((0, 1, 2, 3, 4), 7, 8)
    assert (one.since, one.until, one.level) == (NOON, NOON + 70, "medium")
    assert one.group == (("who", "ada"),)


def test_the_id_of_a_finding_stays() -> None:
    """It depends on the rule and the records that made it one: not on what goes on, and not on words or levels."""
    five, eight = (found("failed-unlocks", row("auth.failed", *steps(count, 10)))[0] for count in (5, 8))
    worded = replace(RULES["failed-unlocks"], title="x", level="low")
    assert five.id == eight.id == found(worded, row("auth.failed", *steps(5, 10)))[0].id
    other = found(replace(worded, id="other"), row("auth.failed", *steps(5, 10)))[0]
    later = found("failed-unlocks", row("auth.failed", *steps(6, 10))[1:])[0]
    assert len({five.id, other.id, later.id}) == 3


def test_removing_much_of_what_was_shared_is_one_finding() -> None:
    """Whoever removes ten documents that he shared is told of once."""
    items = [str(n) for n in range(10)]
    removed = [event(n, NOON + n, "item.removed", item=items[n]) for n in range(1, 10)]
    (one,) = found("shared-then-removed", [event(0, NOON, "package.shared", item=items), *removed])
    assert (one.records, one.count) == ((0, 1), 10)


def test_documents_shared_one_by_one_are_findings_of_their_own() -> None:
    """Each with its own records and its document, in whatever order they are removed."""
    shared = [event(n, NOON + n, "package.shared", item=item) for n, item in enumerate("ab")]
    removed = [event(n, NOON + n, "item.removed", item=item) for n, item in enumerate("ba", 2)]
    one, other = found("shared-then-removed", [*shared, *removed])
    assert {finding.records: dict(finding.group)["item"] for finding in (one, other)} == {(1, 2): "b", (0, 3): "a"}
    assert (one.count, other.count, one.id != other.id) == (2, 2, True)


def test_what_rests_on_the_same_records_is_one_finding() -> None:
    """A package of two documents counts for both: what anybody acknowledges is still one finding, by its id."""
    rule = replace(RULES["shared-then-removed"], type="event_count", gte=2, then=None)
    packages = [event(n, NOON + n, "package.shared", item=["a", "b"]) for n in range(4)]
    (one,) = found(rule, packages)
    assert (one.records, one.count, one.last) == ((0, 1), 4, 3)


def test_what_follows_can_be_of_the_same_kind() -> None:
    """A rule whose `then` takes what its selection takes finds a second one soon after a first, of the same group."""
    same = replace(RULES["shared-then-removed"], then=RULES["shared-then-removed"].selection)
    assert len(found(same, row("package.shared", 0, 1, item="a"))) == 1
    assert found(same, row("package.shared", 0, 1, item="{n}")) == []
    assert found(same, row("package.shared", 0, DAY + 1, item="a")) == []
    assert (
        len(found(same, [*row("package.shared", 0, 1, item="{n}"), event(2, NOON + 2, "package.shared", item="1")]))
        == 1
    )


def test_what_a_finding_keeps_is_bounded() -> None:
    """A sum of very many small parts cites the last of them, and forgets none of the amount."""
    events = [event(n, NOON + n / 100, "content.released", bytes=2**20) for n in range(1_024)]
    (one,) = found("many-bytes", events)
    assert len(one.records) <= MAX_CITED
    assert one.measure == 2**30


# ---- Habits ---------------------------------------------------------------------------------------------------------


def mornings(count: int, *, calendar: Calendar = NONE) -> list[Event]:
    """One unlocking a day, at about nine."""
    start = NOON - 3 * HOUR - count * DAY
    return [event(n, start + n * DAY + n % 40 * MINUTE, "auth.unlocked", calendar=calendar) for n in range(count)]


@pytest.mark.parametrize(
    ("known", "hour", "count"),
    [(60, 3, 1), (60, 9.2, 0), (60, 10, 0), (60, 11.5, 1), (49, 3, 0), (50, 3, 1), (29, 3, 0)],
)
def test_an_unusual_hour(known: int, hour: float, count: int) -> None:
    """Where there is no calendar: an hour at which a member hardly ever did anything, once enough is known of him."""
    at = event(1_000, NOON + (hour - 12) * HOUR, "auth.unlocked")
    assert len(found("off-hours", [*mornings(known), at])) == count


def test_fifty_events_in_less_than_thirty_days_are_not_enough() -> None:
    """A habit takes time, however much somebody does."""
    busy = [event(n, NOON - 29 * DAY + n * 60, "auth.unlocked") for n in range(100)]
    assert found("off-hours", [*busy, event(1_000, NOON - 9 * HOUR, "auth.unlocked")]) == []


@pytest.mark.parametrize(
    ("time", "count"),
    [
        ("2026-11-02T06:59:59Z", 1),  # Monday, 07:59:59 in Berlin
        ("2026-11-02T07:00:00Z", 0),
        ("2026-11-02T17:59:59Z", 0),
        ("2026-11-02T18:00:00Z", 1),
        ("2026-11-01T10:00:00Z", 1),  # Sunday
        ("2026-12-25T10:00:00Z", 1),  # a holiday
        ("2026-10-23T06:30:00Z", 0),  # summer time: 08:30
        ("2026-10-26T06:30:00Z", 1),  # the Monday after it ended: 07:30
        ("2026-03-27T06:30:00Z", 1),  # winter time: 07:30
        ("2026-03-30T06:30:00Z", 0),  # the Monday after it began: 08:30
    ],
)
def test_the_calendar_of_the_policy(time: str, count: int) -> None:
    """Where there is one it decides, by the clock of its zone, on the days on which that changes too."""
    at = datetime.fromisoformat(time).timestamp()
    assert len(found("off-hours", [event(1, at, "content.released", calendar=BERLIN)])) == count


def days_of(counts: Sequence[int], **told: Any) -> list[Event]:
    """So many documents on each of some days."""
    return [
        event(day * 100 + n, NOON + day * DAY + n, "content.released", item=str(n), **told)
        for day, count in enumerate(counts)
        for n in range(count)
    ]


@pytest.mark.parametrize(
    ("days", "last", "count"),
    [
        ([3, 4] * 7, 10, 0),
        ([3, 4] * 7, 11, 1),
        ([3, 4] * 6 + [3], 90, 0),
        ([3, 40] * 7, 41, 0),
        ([30] * 14, 39, 0),
        ([30] * 14, 40, 1),
    ],
)
def test_an_unusual_day(days: list[int], last: int, count: int) -> None:
    """Three standard deviations above the mean, more than on 99 % of the days, and not few; after fourteen days."""
    assert len(found("unusual-volume", days_of([*days, last]))) == count


@pytest.mark.parametrize(("size", "count"), [(20 * 2**20, 1), (9 * 2**20, 0)])
def test_an_unusual_amount(size: int, count: int) -> None:
    """The same by bytes; what is small is not unusual, however little there was before."""
    last = event(9_999, NOON + 20 * DAY, "content.released", bytes=size)
    assert len(found("unusual-bytes", [*days_of([1] * 14, bytes=1_000), last])) == count


# ---- Independence ---------------------------------------------------------------------------------------------------

PERSONAL = tuple(rule for rule in shipped() if rule.group_by and rule.id != "clock-went-back")
_ACTIONS = ("auth.failed", "auth.unlocked", "package.shared", "item.removed", "content.released", "request.denied")
_PAIRS = {"auth.failed": "auth.unlocked", "package.shared": "item.removed"}


def history(chance: Random, who: str) -> list[Event]:
    """What one member did, by a clock of his own: bursts of something, with pauses of seconds to months between."""
    events: list[Event] = []
    time = NOON + chance.choice((-40 * DAY, 0, 40 * DAY))
    for _burst in range(chance.randrange(8, 20)):
        time += chance.choice((1, 60, HOUR, DAY, 61 * DAY))
        before = events[-1].action if events else ""
        action = _PAIRS.get(before) if before in _PAIRS and chance.random() < 0.7 else chance.choice(_ACTIONS)
        is_same = chance.random() < 0.5
        for _n in range(chance.choice((1, 5, 25))):
            time += chance.choice((1, 20))
            told: dict[str, Any] = {
                "item": "same" if is_same else f"{len(events) % 30}",
                "request": str(len(events)),
                "bytes": 2**27,
            }
            seq = int(time - NOON) * 10 + 10**9 + (who == "bob")
            events.append(event(seq, time, str(action), who=who, **told))
    return events


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_nobodys_findings_depend_on_what_others_do(seed: int) -> None:
    """However the records of another member stand between mine, and how often: what is found of me is the same."""
    chance = Random(seed)  # noqa: S311  # not for secrets
    mine, others = history(chance, "ada"), history(chance, "bob")
    order = [0] * len(mine) + [1] * len(others)
    chance.shuffle(order)
    rows = (iter(mine), iter(others))
    between = [next(rows[which]) for which in order]
    alone = {one.id: (one.count, one.last) for one in evaluate(mine, PERSONAL).findings}
    for events in (between, [twice for one in between for twice in ([one, one] if one.signer == "bob" else [one])]):
        about_me = [one for one in evaluate(events, PERSONAL).findings if one.group[0][1] == "ada"]
        assert {one.id: (one.count, one.last) for one in about_me} == alone


# ---- Files of rules -------------------------------------------------------------------------------------------------

GOOD = """
format = 1
[[rule]]
id = "mine"
title = "Mine"
level = "low"
type = "event_count"
selection.action = "item.added"
timespan = "1h"
gte = 2
"""


def test_the_shipped_rules_pass_their_own_tests() -> None:
    """Each has at least one, and a test that says something else is noticed."""
    trials = list(try_rules(shipped()))
    assert {one.rule for one in trials} == RULES.keys()
    assert all(one.passed for one in trials)
    wrong = (
        GOOD + '[[rule.test]]\nname = "x"\nfinds = 1\nevents = [{ at = 2026-01-01T00:00:00Z, action = "item.added" }]'
    )
    assert [one.passed for one in try_rules(read_rules(wrong.encode(), "x"))] == [False]


def test_a_filter_leaves_out() -> None:
    """What the selection takes and the filter takes as well is not looked at; time of day is a field like others."""
    (rule,) = read_rules((GOOD + 'filter.hour = [12]\nfilter.weekday = "mon"').encode(), "x")
    assert found(rule, row("item.added", 0, 1)) == []
    assert len(found(rule, row("item.added", HOUR, HOUR + 1))) == 1
    assert len(found(rule, row("item.added", DAY, DAY + 1))) == 1
