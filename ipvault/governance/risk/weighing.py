"""How a policy weighs risks: what each question counts for, and from which score on a risk is of which level."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from ipvault.records.assessments import CRITICAL, HIGH, LEVELS, LOW, MEDIUM

MAX_SCORE: Final = 25
MAX_WEIGHT: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """The table `risk` of a policy. A level begins with its score; a weight is from 1 to MAX_WEIGHT."""

    medium: int = 5
    high: int = 10
    critical: int = 17
    accept: str = HIGH
    """The highest level above the limit of a label that lets something pass once another member has accepted it."""
    label: int = 3
    type: int = 2
    tags: int = 2
    card: int = 2
    agreement: int = 3
    record: int = 1
    place: int = 1
    diligence: int = 2
    enforcement: int = 2
    interests: int = 3
    use: int = 2
    market: int = 2
    lead: int = 3
    regulation: int = 3
    financial: int = 3
    operational: int = 2
    reputational: int = 2

    def level(self, score: int) -> str:
        """The level of a score."""
        begins = {CRITICAL: self.critical, HIGH: self.high, MEDIUM: self.medium}
        return next((level for level, least in begins.items() if score >= least), LOW)

    def weight(self, question: str) -> int:
        """What a question counts for."""
        return int(getattr(self, question))


NOT_WEIGHTS: Final = (MEDIUM, HIGH, CRITICAL, "accept")
WEIGHTS: Final = tuple(field.name for field in fields(Weighing) if field.name not in NOT_WEIGHTS)


def is_above(level: str, limit: str) -> bool:
    """Whether a level is graver than another; one that is not known is graver than all."""
    return level not in LEVELS or LEVELS.index(level) > LEVELS.index(limit)
