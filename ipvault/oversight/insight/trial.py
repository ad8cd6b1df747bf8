"""Trying rules on the events that their authors made up for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ipvault.oversight.insight.engine import evaluate
from ipvault.oversight.insight.rule import Rule


class Trial(NamedTuple):
    """How often a rule found something in a test, and how often it should have."""

    rule: str
    test: str
    wanted: int
    found: int

    @property
    def passed(self) -> bool:
        return self.wanted == self.found


def try_rules(rules: Iterable[Rule]) -> Iterator[Trial]:
    """Every test of every rule, in order."""
    for rule in rules:
        for test in rule.tests:
            yield Trial(rule.id, test.name, test.finds, len(evaluate(test.events, [rule]).findings))
