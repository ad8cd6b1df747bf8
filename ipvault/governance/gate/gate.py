"""The gate of a vault: it judges by the policy, and searches what is to leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from ipvault.catalog.catalog import Catalog
from ipvault.governance.gate.judge import judge
from ipvault.governance.policy.current import current_policy
from ipvault.governance.policy.policy import BLOCK, UNMARKED, WITH_TEXT, Policy
from ipvault.records.vocabulary import CAT, LABELS
from ipvault.vault.findings import Scan
from ipvault.vault.gate import Decision, Request, Way
from ipvault.vault.marking import Marking
from ipvault.vault.progress import Progress, unobserved
from ipvault.vault.release import Content
from ipvault.vault.vault import Vault

if TYPE_CHECKING:
    from ipvault.governance.dlp.fingerprints import Fingerprints
    from ipvault.governance.dlp.rules.rule import Rules

Recognise = Callable[[Sequence[str]], "Fingerprints"]
"""Gives what is recognised in documents, of the vault's documents with these labels."""


class PolicyGate:
    """Judges requests by the policy of a vault, and searches and marks documents as far as that asks for it.

    `decision` is the last one that it came to.

    `recognise` can take its time, the first time, and can be given to show that; it is asked only where documents are
    to be searched.
    """

    def __init__(self, vault: Vault, recognise: Recognise | None = None) -> None:
        self._vault: Final = vault
        self._recognise: Final = recognise or self._recognisable
        self.decision: Decision | None = None
        self._known: Final[dict[str, Fingerprints | None]] = {}

    def judge(self, request: Request, catalog: Catalog) -> Decision:
        self.decision = judge(request, catalog)
        return self.decision

    def scan(self, content: Content, way: Way, progress: Progress = unobserved) -> Scan | None:
        asked = self._policy.labels[content.item.label]
        if way.channel == CAT or not (asked.findings or asked.unread == BLOCK):
            return None
        from ipvault.governance.dlp.scan import scan

        name, known = f"{content.item.name}@{content.version.number}", self._above(content.item.label)
        return scan(_told(content, progress), name, self._rules, known.without(content.item.id) if known else None)

    def mark(self, content: Content, way: Way) -> Marking | None:
        asked = self._policy.labels[content.item.label].mark
        if asked == UNMARKED or len(way.recipients) > 1:
            return None
        from ipvault.governance.gate.marking import marking

        return marking(content, way, with_text=asked == WITH_TEXT)

    @cached_property
    def _policy(self) -> Policy:
        return current_policy(self._vault.catalog)

    @cached_property
    def _rules(self) -> Rules:
        from ipvault.governance.policy.rules import rules_of

        return rules_of(self._policy)

    def _recognisable(self, labels: Sequence[str]) -> Fingerprints:
        from ipvault.governance.dlp.index import recognisable

        return recognisable(self._vault, labels).fingerprints

    def _above(self, label: str) -> Fingerprints | None:
        """What is recognised in a document with this label: those with a higher one; None where there is none."""
        if label not in self._known:
            labels = LABELS[LABELS.index(label) + 1 :]
            self._known[label] = self._recognise(labels) if labels else None
        return self._known[label]


def _told(content: Content, progress: Progress) -> Iterator[bytes]:
    for block in content.blocks():
        progress(len(block))
        yield block
