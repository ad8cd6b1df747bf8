"""Files of rules: what is refused, and why."""

from __future__ import annotations

import pytest

from ipvault.errors import FormatTooNew, InsightRulesRefused
from ipvault.oversight.insight.reading import MAX_EVENTS, MAX_FILE, MAX_RULES, read_rules, shipped, with_shipped
from tests.oversight.test_insight_rules import GOOD

_TEST = '[[rule.test]]\nname = "x"\nfinds = 1\n'


def reason(text: str) -> str:
    """Why a file is refused."""
    with pytest.raises(InsightRulesRefused) as refusal:
        read_rules(text.encode(), "rules.toml")
    return str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("format = 1", "", "not the number of a format"),
        ("format = 1", "format = 1\nx = 1", "x is not known here"),
        ('id = "mine"', 'id = "Mine"', "small letters"),
        ('id = "mine"', "", "id is missing"),
        ('title = "Mine"', 'title = " "', "title is missing"),
        ('level = "low"', 'level = "grave"', "its level is one of: informational"),
        ('"event_count"', '"count"', "its type is one of: event"),
        ('timespan = "1h"', "", "timespan is missing, which event_count needs"),
        ('"1h"', '"an hour"', "a length of time"),
        ("gte = 2", "gte = 0", "gte is a whole number"),
        ("gte = 2", "gte = 1.5", "gte is a whole number"),
        ("gte = 2", "gte = 2\nsigmas = 3", "sigmas means nothing to event_count"),
        ("gte = 2", "gte = 2\nnew = 3", "new means nothing"),
        ('selection.action = "item.added"', "", "selection is missing"),
        ('selection.action = "item.added"', "selection = {}", "not empty"),
        ('"item.added"', '"item.add"', "no action called item.add"),
        ("selection.action", "selection.acts", "acts is no field"),
        ('selection.action = "item.added"', 'selection.class = "items"', "no class called items"),
        ("gte = 2", 'gte = 2\ngroup-by = ["where"]', "group-by is a list of these"),
        ("gte = 2", "gte = 2\ntitles = { german = 'x' }", "titles has a text for each language"),
        ("gte = 2", f"gte = 2\n{_TEST}", "each test has name, finds and events"),
        ("gte = 2", f"gte = 2\n{_TEST}events = [{{ action = 'item.added' }}]", "at is a time"),
        ("gte = 2", f"gte = 2\n{_TEST}events = [{{ at = '2026-01-01', action = 'x' }}]", "no action called x"),
        ("gte = 2", f"gte = 2\n{_TEST}events = [{{ at = '2026-01-01', x = 'x' }}]", "x is no field"),
        (
            "gte = 2",
            f"gte = 2\n{_TEST}events = [{{ at = '2026-01-01', action = 'item.added', times = {MAX_EVENTS + 1} }}]",
            "a test has",
        ),
    ],
)
def test_a_rule_that_would_do_less_than_its_author_thinks(old: str, new: str, why: str) -> None:
    """It is refused, and the message names the rule or its number, and what is wrong."""
    assert len(read_rules(GOOD.encode(), "rules.toml")) == 1
    assert why in reason(GOOD.replace(old, new, 1))


def test_files_that_are_no_rules() -> None:
    """Neither what is no TOML, nor too large, nor empty, nor of a later format."""
    assert "no rule" in reason("format = 1")
    assert "larger" in reason("#" * (MAX_FILE + 1))
    assert "another rule" in reason(GOOD + GOOD.replace("format = 1", ""))
    assert "more than" in reason("format = 1\n" + "[[rule]]\n" * (MAX_RULES + 1))
    assert reason("\0")
    with pytest.raises(FormatTooNew):
        read_rules(b"format = 2", "x")


def test_own_rules_beside_the_shipped_ones() -> None:
    """They are added, and one with the id of a shipped rule takes its place."""
    assert len(with_shipped(GOOD.encode(), "x")) == len(shipped()) + 1
    replaced = with_shipped(GOOD.replace('"mine"', '"failed-unlocks"').encode(), "x")
    assert len(replaced) == len(shipped())
    assert [rule.title for rule in replaced if rule.id == "failed-unlocks"] == ["Mine"]
