"""How good rules are: what they find and what they should, in samples that somebody has labelled.

A file of samples is TOML: `format = 1`, and any number of `[[sample]]` with `text` and `finds`, the ids of the rules
that have to find something in it. Every other rule that does raises a false alarm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final, NamedTuple

from ipvault.errors import CorpusRefused
from ipvault.governance.dlp.rules.rule import Rules
from ipvault.governance.dlp.scan import scan
from ipvault.text import _
from ipvault.toml import parse_versioned

FORMAT: Final = 1
MAX_FILE: Final = 4 * 1024 * 1024
"""Bytes of a file of samples."""

_KEYS: Final = frozenset(("text", "finds"))


class Sample(NamedTuple):
    """A text, and the ids of the rules that have to find something in it."""

    text: str
    finds: frozenset[str]


class Quality(NamedTuple):
    """A rule's hits, misses and false alarms, counted in samples."""

    rule: str
    hits: int
    misses: int
    alarms: int

    @property
    def recall(self) -> float | None:
        """The part that it finds of what it should; None where there is nothing."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else None

    @property
    def precision(self) -> float | None:
        """The part of what it finds that it should; None where it finds nothing."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else None


class Mistake(NamedTuple):
    """A sample (its number) in which a rule missed something, or raised a false alarm."""

    sample: int
    rule: str
    is_missed: bool


def read_samples(data: bytes, place: str) -> list[Sample]:
    """The samples of a file. Raises `CorpusRefused`, and `FormatTooNew`."""
    try:
        if len(data) > MAX_FILE:
            raise ValueError(_("it is larger than {count} bytes").format(count=MAX_FILE))
        document = parse_versioned(data, place, FORMAT)
        samples = document.pop("sample", None)
        if document or not isinstance(samples, list):
            raise ValueError(_("it has something else than samples"))
        return [_sample(table) for table in samples]
    except ValueError as error:
        raise CorpusRefused(place=place, reason=str(error)) from None


def _sample(table: object) -> Sample:
    if isinstance(table, dict) and table.keys() == _KEYS:
        text, finds = table["text"], table["finds"]
        if isinstance(text, str) and isinstance(finds, list) and all(isinstance(rule, str) for rule in finds):
            return Sample(text, frozenset(finds))
    raise ValueError(_("a sample has a text, and a list of rules in finds"))


def judge(rules: Rules, samples: Iterable[Sample]) -> tuple[list[Quality], list[Mistake]]:
    """How each rule does, in the order of the rules, and each mistake.

    Raises `CorpusRefused` for a sample of a rule that there is not.
    """
    hits, misses, alarms = Counter[str](), Counter[str](), Counter[str]()
    mistakes: list[Mistake] = []
    known = {rule.id for rule in rules.rules}
    for number, sample in enumerate(samples, 1):
        if unknown := sample.finds - known:
            raise CorpusRefused(
                place=_("sample {number}").format(number=number),
                reason=_("there is no rule called {name}").format(name=min(unknown)),
            )
        found = {finding.rule for finding in scan([sample.text.encode()], "sample.txt", rules).findings}
        hits.update(found & sample.finds)
        misses.update(sample.finds - found)
        alarms.update(found - sample.finds)
        mistakes += [Mistake(number, rule, is_missed=True) for rule in sorted(sample.finds - found)]
        mistakes += [Mistake(number, rule, is_missed=False) for rule in sorted(found - sample.finds)]
    return [Quality(rule.id, hits[rule.id], misses[rule.id], alarms[rule.id]) for rule in rules.rules], mistakes
