"""A rule, as it is used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ipvault.governance.dlp.rules.checks import Check
from ipvault.governance.dlp.rules.shape import DIGIT_GAP, MIN_LITERAL, Shape
from ipvault.vault.findings import Severity

MIN_DIGITS: Final = 5
"""Digits that a pattern must have close together, if nothing else tells where to look for it."""


class Rule(NamedTuple):
    """What is searched for: a pattern, the check that a match has to pass, and words of which one stands near it.

    `context` is None where no words are asked for; they count within so many characters. `says_itself` means that the
    match is no secret, because the rule says already what it is. `expected` are the labels and tags of documents in
    which a match is no finding at the gate. `titles` are those in other languages. `parts` are
    what to search for instead of a rule of many words: for each anchor one with the few words that have it.
    """

    id: str
    title: str
    titles: Mapping[str, str]
    severity: Severity
    pattern: re.Pattern[str]
    shape: Shape
    check: str
    test: Check
    context: re.Pattern[str] | None
    context_words: tuple[str, ...]
    within: int
    says_itself: bool
    expected: tuple[str, ...] = ()
    parts: tuple[Rule, ...] = ()

    @property
    def anchors(self) -> frozenset[str]:
        """Texts without spaces, in lower case, of which one is in every match, or near it; empty if there are none."""
        if self.shape.literals or self.context is None:
            return self.shape.literals
        return frozenset(max(word.split(), key=len) for word in self.context_words)

    @property
    def is_by_digits(self) -> bool:
        """Whether groups of digits are all that tells where a match can be."""
        return not self.anchors and self.shape.group >= MIN_DIGITS

    @property
    def can_be_found(self) -> bool:
        """Whether anything tells where to look, so that not every place of every text has to be tried."""
        return self.is_by_digits or min(map(len, self.anchors), default=0) >= MIN_LITERAL

    @property
    def reach(self) -> tuple[int, int]:
        """How far before and behind what tells its place a match can go, in characters."""
        shape = self.shape
        if self.is_by_digits:
            return (shape.lead, shape.trail) if shape.gap <= DIGIT_GAP else (shape.longest, shape.longest)
        far = shape.longest if shape.literals else shape.longest + self.within
        return far, far


class Rules(NamedTuple):
    """Rules to be searched for together; `sha256` is that of the files that they are from, one after the other."""

    rules: tuple[Rule, ...]
    sha256: str
