"""A document searched by rules, and for what the vault has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ipvault.governance.dlp.extraction.document import read_document
from ipvault.governance.dlp.extraction.limits import Budget, CannotRead
from ipvault.governance.dlp.finding import Seal, redacted
from ipvault.governance.dlp.matching import Match, Matcher
from ipvault.governance.dlp.rules.checks import RANDOM
from ipvault.governance.dlp.rules.rule import Rule, Rules
from ipvault.governance.dlp.windows import Window, windows
from ipvault.text import _
from ipvault.vault.findings import Finding, Scan

if TYPE_CHECKING:
    from ipvault.governance.dlp.fingerprints import Fingerprints

MAX_FINDINGS: Final = 1000
"""Different findings in one document."""


class _Hit:
    """A match that was found, as often as it was."""

    def __init__(self, rule: Rule, place: str, shown: str) -> None:
        self.rule = rule
        self.place = place
        self.shown = shown
        self.count = 0


def scan(blocks: Iterable[bytes], name: str, rules: Rules, known: Fingerprints | None = None) -> Scan:
    """What the rules find in the document `name`, and what of the vault, as far as `known`, is in it.

    Plain text is read as it comes, everything else at once. A document that would cost more than it may is searched as
    far as that, and said to be unread, like one whose text cannot be had.
    """
    return _Scanning(name, rules, known).scan(blocks)


class _Scanning:
    """The search of one document."""

    def __init__(self, name: str, rules: Rules, known: Fingerprints | None) -> None:
        self._name = name
        self._matcher = Matcher(rules.rules)
        self._traces = known.traces() if known else None
        self._seal = Seal()
        self._budget = Budget()
        self._hits: dict[tuple[str, str], _Hit] = {}

    def scan(self, blocks: Iterable[bytes]) -> Scan:
        rest = self._sealed(blocks)
        try:
            for window in windows(read_document(rest, self._name, self._budget)):
                self._search(window)
        except CannotRead as problem:
            self._budget.note("", str(problem))
        for _block in rest:  # a finding is named after the whole document
            pass
        return Scan(self._name, tuple(self._findings()), "; ".join(self._budget.unread), self._budget.pictures)

    def _sealed(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            self._seal.update(block)
            yield block

    def _search(self, window: Window) -> None:
        for match in self._matcher.find(window):
            self._note(match, window)
        if self._traces is not None:
            self._traces.follow(window)

    def _note(self, match: Match, window: Window) -> None:
        key = (match.rule.id, match.secret)
        hit = self._hits.get(key)
        if hit is None:
            if len(self._hits) >= MAX_FINDINGS:
                text = _("it has more than {count} different findings, so the rest was not searched")
                raise CannotRead(text.format(count=MAX_FINDINGS))
            hit = self._hits[key] = _Hit(match.rule, window.place_at(match.start), _shown(match))
        hit.count += 1

    def _findings(self) -> list[Finding]:
        found = [
            Finding(
                rule,
                hit.rule.severity,
                hit.place,
                hit.shown,
                self._seal.fingerprint(rule, secret),
                hit.count,
                hit.rule.expected,
            )
            for (rule, secret), hit in self._hits.items()
        ]
        if self._traces is not None:
            found[:0] = [  # the vault's own text first among what is equally grave
                Finding(
                    trace.rule,
                    trace.severity,
                    trace.place,
                    str(trace),
                    self._seal.fingerprint(trace.rule, trace.key),
                    expected=(trace.origin.label,),
                )
                for trace in self._traces.found([(self._seal.sha256, ""), *self._budget.files])
            ]
        return sorted(found, key=lambda finding: -finding.rank)


def _shown(match: Match) -> str:
    """What people see of a match. Of a number the last digits tell which it is; of a password they tell too much."""
    if match.rule.says_itself:
        return " ".join(match.secret.split())
    return redacted(match.secret, whole=match.rule.check in ("", RANDOM))
