"""What becomes of documents: a hold beats an erasure, an erasure beats retention, whatever happens in between."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ipvault.catalog.address import find_any, find_item
from ipvault.catalog.fate import DESTROY, HELD, KEEP, LOOK, fate
from ipvault.catalog.items import Selection, all_items, select, versions
from ipvault.catalog.periods import days_after, period_after
from ipvault.catalog.retention import Keeping, Rule, find_rule, keeping, rules
from ipvault.catalog.scopes import Scope
from ipvault.errors import ClockBehind, Denied, Held, NoSuchRetention
from ipvault.journal.commit import Draft
from ipvault.oversight.copies import remaining_copies
from ipvault.oversight.holds.keep import place_hold, release_hold
from ipvault.oversight.papers import FORMS, render
from ipvault.oversight.retention.certificate import certificate, destroyed_of, items_of_run
from ipvault.oversight.retention.due import due
from ipvault.oversight.retention.keep import Period, date_items, set_rule, withdraw_rule
from ipvault.oversight.retention.run import run
from ipvault.records.access import ContentReleased
from ipvault.records.authentication import Unlocked
from ipvault.records.retention import RetentionApplied, RetentionSet, RetentionWithdrawn
from ipvault.records.vocabulary import OWNER, READER
from ipvault.vault.clock import checked_time, timestamp
from ipvault.vault.items import Changes, describe, erase, remove, unerased
from ipvault.vault.vault import Vault
from tests.support.mallory import in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, append
from tests.support.people import Person, let_in
from tests.support.refusals import refused

RULE = Rule("1" * 32, 1, "", "", "ten years", Scope(), 10, "years", "added", "erase", "", "")
REVIEWED = RULE._replace(then="review")
DAY = 24 * 60 * 60
FIRST = datetime.fromtimestamp(1_800_000_000, UTC).date().isoformat()
"""The day on which the clock of a vault in memory starts."""


@pytest.mark.parametrize(
    ("matters", "is_asked", "kept", "outcome"),
    [
        ((), False, None, KEEP),
        ((), False, Keeping(RULE, ""), KEEP),
        ((), False, Keeping(RULE, "2026-11-22"), KEEP),
        ((), False, Keeping(RULE, "2026-11-21"), DESTROY),
        ((), False, Keeping(REVIEWED, "2026-11-21"), LOOK),
        ((), True, None, DESTROY),
        ((), True, Keeping(RULE, ""), DESTROY),
        ((), True, Keeping(REVIEWED, "2030-01-01"), DESTROY),
        (("Acme",), False, None, HELD),
        (("Acme",), True, None, HELD),
        (("Acme",), False, Keeping(RULE, "2026-11-21"), HELD),
        (("Acme", "Brown"), True, Keeping(RULE, "2026-11-21"), HELD),
    ],
)
def test_hold_beats_erasure_beats_retention(
    matters: tuple[str, ...], is_asked: bool, kept: Keeping | None, outcome: str
) -> None:
    """The whole table. The reason names the matters, or the rule; the last day for which something is kept counts."""
    found = fate(matters, kept, "2026-11-22", is_asked=is_asked)
    assert found.outcome == outcome
    assert all(matter in found.reason for matter in matters)
    assert bool(kept and kept.rule.name in found.reason) == bool(kept and not matters and not is_asked)


@pytest.mark.parametrize(
    ("day", "count", "unit", "last"),
    [
        ("2026-01-31", 1, "months", "2026-02-28"),
        ("2028-01-31", 1, "months", "2028-02-29"),
        ("2028-02-29", 1, "years", "2029-02-28"),
        ("2028-02-29", 4, "years", "2032-02-29"),
        ("2026-12-15", 1, "months", "2027-01-15"),
        ("2026-11-22", 45, "days", "2027-01-06"),
        ("2026-11-22", 0, "days", "2026-11-22"),
        ("2026-11-22", 36_500, "years", "9999-12-31"),
        ("9999-12-01", 2, "months", "9999-12-31"),
        ("9999-12-31", 1, "days", "9999-12-31"),
    ],
)
def test_calendar_periods(day: str, count: int, unit: str, last: str) -> None:
    """A period ends on the same date, or on the last day of a month that has no such date; days end somewhere."""
    assert period_after(day, count, unit) == last


def vault_with(*names: str) -> tuple[MemoryVault, Vault]:
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {name: name.encode() for name in names})
    return memory, vault


def rule(
    vault: Vault, name: str, keep: int, then: str = "erase", start: str = "added", **scope: tuple[str, ...]
) -> Rule:
    return set_rule(vault, name, Scope(**scope), Period(keep, "days", start, then), "")[0]


def later(vault: Vault, days: int) -> None:
    """Time goes by; a negative number sets the clock back."""
    vault.machine.now.time += days * DAY  # type: ignore[attr-defined]


def names(vault: Vault) -> set[str]:
    return {item.name for item in select(vault.catalog, Selection())}


def test_the_longest_rule_wins() -> None:
    """Of several the one that keeps it longest decides; to wait for an event is longest; to look at it beats to
    destroy it; and a rule that was withdrawn, or is about something else, does not count.
    """
    _memory, vault = vault_with("a")
    item = find_item(vault.catalog, "a")
    known = [
        rule(vault, "short", 10),
        rule(vault, "long", 20),
        rule(vault, "equal", 20, then="review"),
        rule(vault, "none", 30, tags=("x",)),
        rule(vault, "gone", 40),
    ]
    withdraw_rule(vault, "gone", "")
    found = keeping(item, rules(vault.catalog), item.created, "")
    assert found == Keeping(find_rule(vault.catalog, "equal"), days_after(FIRST, 20))
    assert keeping(item, known[:2], item.created, "") == Keeping(known[1], days_after(FIRST, 20))
    waiting = rule(vault, "event", 1, start="event")
    assert keeping(item, rules(vault.catalog), item.created, "") == Keeping(waiting, "")
    assert keeping(item, [waiting], item.created, "2030-01-01") == Keeping(waiting, "2030-01-02")
    assert keeping(item, [], item.created, "") is None
    with pytest.raises(NoSuchRetention):
        find_rule(vault.catalog, "gone")
    assert rule(vault, "short", 11).id == known[0].id
    assert find_rule(vault.catalog, "short").keep == 11


def test_a_run_destroys_what_is_due_and_nothing_else() -> None:
    """Removed items too; it leaves what is held, to be reviewed, or waits, says why, and does nothing twice."""
    memory, vault = vault_with("a", "b", "c", "d", "e")
    describe(vault, ["b"], Changes(add_tags=("held",)))
    describe(vault, ["c"], Changes(label="secret"))
    describe(vault, ["d"], Changes(type="patent"))
    remove(vault, ["e"], reason="")
    rule(vault, "all", 30)
    rule(vault, "looked at", 40, then="review", labels=("secret",))
    rule(vault, "granted", 5, start="event", types=("patent",))
    hold, _head = place_hold(vault, "Acme", "a suit", Scope(tags=("held",)), ())
    assert due(vault.catalog, days_after(FIRST, 30)) == []
    later(vault, 50)
    dry = run(vault, reason="", dry=True)
    assert names(vault) == {"a", "b", "c", "d"}
    done = run(vault, reason="yearly")
    assert [one.item.name for one in done.destroyed] == [one.item.name for one in dry.destroyed] == ["a", "e"]
    assert {left.one.item.name: left.one.fate.outcome for left in done.left} == {"b": HELD, "c": LOOK}
    assert names(vault) == {"b", "c", "d"}
    assert unerased(vault, find_any(vault.catalog, "e")) == []
    before = vault.catalog.head
    again = run(vault, reason="yearly")
    assert (again.destroyed, again.id, vault.catalog.head) == ((), "", before)
    date_items(vault, ["d"], days_after(FIRST, 1), "granted")
    release_hold(vault, hold.id, "settled")
    assert [one.item.name for one in run(vault, reason="then").destroyed] == ["b", "d"]
    assert memory.verified().findings == []
    assert names(memory.replayed()) == {"c"}


def test_since_the_newest_version() -> None:
    """A rule that counts from the last change starts again with each version; one from the beginning does not."""
    _memory, vault = vault_with("a")
    rule(vault, "changed", 10, start="changed")
    later(vault, 8)
    add_content(vault, {"b": b"b"})
    assert [one.keeping.until for one in due(vault.catalog, days_after(FIRST, 11))] == [days_after(FIRST, 10)]
    assert len(due(vault.catalog, days_after(FIRST, 19))) == 2


def test_a_clock_that_went_back() -> None:
    """Nothing is destroyed by a clock that is behind the last record: what is due cannot be told by it."""
    _memory, vault = vault_with("a")
    rule(vault, "all", 0)
    later(vault, 3)
    add_content(vault, {"b": b"b"})
    later(vault, -2)
    with pytest.raises(ClockBehind):
        run(vault, reason="yearly")
    assert names(vault) == {"a", "b"}


def read(vault: Vault) -> Draft:
    """The record of somebody who reads `a`."""
    read = ContentReleased(
        item=find_item(vault.catalog, "a").id, version=1, sha256="0" * 64, channel="cat", destination=""
    )
    return in_main(vault, read)


def test_a_clock_is_compared_with_what_was_done() -> None:
    """To unlock the vault, or to read, by a clock that went back makes it no better. What was changed by it does: else
    nobody could put right what was written once by a clock that went ahead.
    """
    _memory, vault = vault_with("a")
    rule(vault, "all", 0)
    later(vault, 3)
    add_content(vault, {"b": b"b"})
    later(vault, -2)
    unlocked = Unlocked(attempt="0" * 16, member=vault.member, at=timestamp(vault.machine.now()))
    append(vault, in_root(vault, unlocked))
    append(vault, read(vault))
    with pytest.raises(ClockBehind):
        run(vault, reason="yearly")
    describe(vault, ["b"], Changes(label="public"))
    assert run(vault, reason="yearly").destroyed


def test_readers_cannot_stop_the_clock() -> None:
    """What somebody dates to a year to come who is no owner of the vault hinders nobody but himself."""
    memory, vault = vault_with("a")
    cleo = Person.named("Cleo")
    let_in(vault, cleo, READER)
    later(vault, 30_000)
    append(vault, read(vault), by=cleo.identity)
    later(vault, -29_990)
    rule(vault, "all", 0)
    assert checked_time(vault)
    with pytest.raises(ClockBehind):
        checked_time(cleo.open(memory))


def test_only_owners() -> None:
    """A member who does not own the room is told what was left, and cannot set rules."""
    memory, vault = vault_with("a")
    cleo = Person.named("Cleo")
    let_in(vault, cleo, READER)
    rule(vault, "all", 0)
    later(vault, 2)
    hers = cleo.open(memory)
    done = run(hers, reason="mine")
    assert ([left.is_mine for left in done.left], done.destroyed) == ([False], ())
    with pytest.raises(Denied):
        rule(hers, "mine", 0)
    with pytest.raises(Denied):
        date_items(hers, ["a"], FIRST, "")


def test_a_certificate() -> None:
    """It says what was destroyed, with its hash, by whom and under which rule, in each form; nothing in it acts."""
    memory, vault = vault_with("<b>a</b>")
    rule(vault, "<i>all", 0)
    later(vault, 2)
    done = run(vault, reason="yearly")
    ids = items_of_run(vault, done.id[:6])
    gone = destroyed_of(vault, ids)
    version = versions(vault.catalog, ids[0])[0]
    assert [(one.name, one.sha256, one.rule, one.member) for one in gone] == [
        ("<b>a</b>", version.sha256, "<i>all", "Ada Lovelace")
    ]
    paper = certificate(vault, gone, remaining_copies(vault, ids), day=FIRST)
    for form in FORMS:
        text = render(paper, form)
        assert version.sha256 in text
        assert not (form == "html" and ("<b>" in text or "<i>" in text))
    with pytest.raises(NoSuchRetention):
        items_of_run(vault, "0000")
    assert memory.verified().findings == []


SET = RetentionSet(
    rule="1" * 32,
    name="all",
    scope_items=(),
    scope_rooms=(),
    scope_labels=(),
    scope_types=(),
    scope_tags=(),
    keep=1,
    unit="days",
    start="added",
    then="erase",
    reason="",
)


def test_false_records_are_found() -> None:
    """A rule in words that nobody knows, one withdrawn that there is not, half a destruction."""
    memory, vault = with_mallory(OWNER)
    for record in (
        *(replace(SET, unit="weeks"), replace(SET, start="never"), replace(SET, then="sell")),
        RetentionWithdrawn(rule="1" * 32, reason=""),
    ):
        assert refused(memory, record, by=vault.identity)
    assert not refused(memory, SET, by=vault.identity)
    applied = RetentionApplied(run="1" * 32, items=("2" * 32,), rules=(), until=(), reason="")
    assert is_refused(memory, vault, in_main(vault, applied))


@dataclass
class Standing:
    """A hold as it must be: the names that it keeps, and whether it is for what gets the tag later as well."""

    names: set[str]
    has_tag: bool


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("place", "release", "rule", "run", "erase", "tag", "untag", "clock", "back")),
            st.sampled_from("abc"),
            st.integers(0, 40),
        ),
        min_size=4,
        max_size=14,
    )
)
def test_nothing_held_is_ever_destroyed(steps: list[tuple[str, str, int]]) -> None:
    """Through any history of holds, releases, rules, runs, erasures, tags and clocks that jump: what is held is there,
    a second run does nothing, and what was due before a hold is due when that is released.
    """
    memory, vault = vault_with("a", "b", "c")
    standing: dict[str, Standing] = {}
    ids = {name: find_item(vault.catalog, name).id for name in "abc"}

    def left() -> set[str]:
        return {item.name for item in all_items(vault.catalog) if not item.erased}

    for what, name, number in steps:
        before, held = left(), set[str]().union(*(one.names for one in standing.values()))
        tags = {item.name for item in all_items(vault.catalog) if "x" in item.tags and not item.removed}
        match what:
            case "place":
                scope = Scope(items=(name,)) if number % 2 else Scope(tags=("x",))
                if not number % 2 or name in before:
                    hold, _head = place_hold(vault, "Acme", "", scope, ())
                    standing[hold.id] = Standing({name} if number % 2 else tags & before, not number % 2)
            case "release" if standing:
                id_ = min(standing)
                release_hold(vault, id_, "")
                del standing[id_]
            case "rule":
                rule(vault, name, number)
            case "tag" | "untag" if name in before:
                change = Changes(add_tags=("x",)) if what == "tag" else Changes(drop_tags=("x",))
                describe(vault, [ids[name]], change)
                if what == "tag":
                    for one in standing.values():
                        one.names |= {name} if one.has_tag else set()
            case "clock" | "back":
                later(vault, number if what == "clock" else -number)
            case "erase" if name in before:
                item = find_any(vault.catalog, name)
                if name in held:
                    with pytest.raises(Held):
                        erase(vault, item, [1], reason="")
                else:
                    erase(vault, item, [1], reason="")
            case "run":
                try:
                    was_due = {one.item.name for one in run(vault, reason="", dry=True).destroyed}
                    run(vault, reason="r")
                    assert run(vault, reason="r").destroyed == ()
                    assert before - left() == was_due
                except ClockBehind:
                    assert left() == before
        assert held & before <= left(), (what, name)
    assert memory.replayed().catalog.closings() == {}
