"""Where the rules match in a window of text.

Most of a text is never shown to a pattern. What every match of a rule has in it, or near it, is looked for first: fixed
texts with the plain search of strings, groups of digits with one expression for all rules. Only around those the
patterns are tried, so that a hundred rules cost little more than one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ipvault.governance.dlp.rules.pattern import MAX_BESIDE
from ipvault.governance.dlp.rules.rule import MIN_DIGITS, Rule
from ipvault.governance.dlp.rules.shape import DIGIT_GAP
from ipvault.governance.dlp.windows import Window

Span = tuple[int, int]

_DIGITS: Final = re.compile(f"[0-9](?:[^0-9]{{0,{DIGIT_GAP}}}+[0-9]){{{MIN_DIGITS - 1},1000}}+")
_MOST_WORDS: Final = 200_000
_LONGEST_KNOWN: Final = 64


class Match(NamedTuple):
    """What a rule found: `text` at `start`, out of which only `secret` is what was looked for."""

    rule: Rule
    start: int
    secret: str


class Matcher:
    """Rules, ready to be searched for. It learns which words have nothing to do with any rule: most come again."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        parts = [part for rule in rules for part in rule.parts or (rule,)]
        self._by_digits = [rule for rule in parts if rule.is_by_digits]
        self._by_anchors = [rule for rule in parts if rule.anchors]
        self._anchors = sorted(frozenset().union(*(rule.anchors for rule in self._by_anchors)))
        self._known: set[str] = set()
        self._telling: dict[str, set[str]] = {}

    def find(self, window: Window) -> Iterator[Match]:
        """All matches that count in this window."""
        text = window.text
        low = text.lower()
        if len(low) != len(text):  # one letter has two in lower case
            low = text.replace("\u0130", "i").lower()
        places = {anchor: list(_occurrences(low, anchor)) for anchor in self._anchors_in(low)}
        for rule in self._by_anchors:
            before, behind = rule.reach
            spans = [
                (place - before, place + len(anchor) + behind)
                for anchor in rule.anchors & places.keys()
                for place in places[anchor]
            ]
            yield from _matches(rule, window, low, sorted(spans))
        groups = [group.span() for group in _DIGITS.finditer(text)] if self._by_digits else []
        for rule in self._by_digits:
            before, behind = rule.reach
            spans = [(start - before, end + behind) for start, end in groups if end - start >= rule.shape.group]
            yield from _matches(rule, window, low, spans)

    def _anchors_in(self, low: str) -> frozenset[str]:
        """The anchors that are somewhere in a text."""
        words = set(low.split())
        if len(self._known) > _MOST_WORDS:
            self._known.clear()
            self._telling.clear()
        new = words - self._known
        together = "\n".join(new)
        telling: dict[str, set[str]] = {}
        for anchor in self._anchors:
            if anchor in together:
                for word in new:
                    if anchor in word:
                        telling.setdefault(word, set()).add(anchor)
        self._known.update(word for word in new if len(word) <= _LONGEST_KNOWN)
        self._telling.update((word, found) for word, found in telling.items() if len(word) <= _LONGEST_KNOWN)
        return frozenset().union(*telling.values(), *(found for word, found in self._telling.items() if word in words))


def _occurrences(text: str, anchor: str) -> Iterator[int]:
    place = text.find(anchor)
    while place >= 0:
        yield place
        place = text.find(anchor, place + len(anchor))


def _matches(rule: Rule, window: Window, low: str, spans: Sequence[Span]) -> Iterator[Match]:
    """The matches of a rule in the spans, which are in order and may overlap."""
    done = window.start
    for start, end in _merged(spans):
        for found in rule.pattern.finditer(window.text, max(start, done), end + MAX_BESIDE):
            if found.start() >= window.end:
                return
            done = found.end()
            secret = rule.test(found[rule.pattern.groups])
            if secret and _has_context(rule, low, *found.span()):
                yield Match(rule, found.start(rule.pattern.groups), secret)


def _merged(spans: Sequence[Span]) -> Iterator[Span]:
    """The same places, each once."""
    current: Span | None = None
    for start, end in spans:
        if current is not None and start <= current[1]:
            current = (current[0], max(end, current[1]))
            continue
        if current is not None:
            yield current
        current = (max(start, 0), end)
    if current is not None:
        yield current


def _has_context(rule: Rule, low: str, start: int, end: int) -> bool:
    return rule.context is None or rule.context.search(low, max(0, start - rule.within), end + rule.within) is not None
