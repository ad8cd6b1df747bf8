"""What was found in a document that is to leave the vault, told without telling it."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple, get_args

Severity = Literal["low", "medium", "high"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The mildest first."""


class Finding(NamedTuple):
    """A rule's match in a document: `place` is that of the first of `times`, `match` has the secret blotted out.

    `fingerprint` (SHA-256) names it in a waiver. It depends on the rule, on what was found and on the whole document,
    so it is the same on every computer and holds for no other document; without the document nobody can find out from
    it what was found. `expected` are the labels and tags of documents in which it is nothing to be surprised at.
    """

    rule: str
    severity: Severity
    place: str
    match: str
    fingerprint: str
    times: int = 1
    expected: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """How grave it is, to sort by."""
        return SEVERITIES.index(self.severity)


class Scan(NamedTuple):
    """The outcome for a document: what was found, the gravest first, and why some of it could not be read, if so.

    `pictures` is how many pictures are in it; what they show is not read.
    """

    name: str
    findings: tuple[Finding, ...]
    unread: str
    pictures: int = 0
