"""How six risks are scored from answers: pure arithmetic, in which a worse answer never makes a score better.

The likelihood of a risk, and its impact, is the mean of the points of its questions, by the weights of the policy, and
rounded to a whole number, half up. The score is likelihood times impact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Final, NamedTuple

from ipvault.governance.risk.questions import BY_NAME, QUESTIONS, Choice
from ipvault.governance.risk.weighing import Weighing
from ipvault.journal.canonical import JsonValue, canonical
from ipvault.text import N_, _

_TOLD: Final = 2
"""Answers that a reason tells of each side, the gravest first."""


class Risk(NamedTuple):
    """A risk, and the questions that say how likely it is, and how grave."""

    name: str
    title: str
    likelihood: tuple[str, ...]
    impact: tuple[str, ...]


RISKS: Final = (
    Risk("control", N_("loss of control"), ("use", "agreement", "card", "record"), ("label", "operational", "lead")),
    Risk(
        "theft",
        N_("theft and infringement"),
        ("diligence", "enforcement", "interests", "agreement"),
        ("label", "type", "financial"),
    ),
    Risk("dilution", N_("dilution of advantage"), ("market", "interests", "use"), ("lead", "type", "financial")),
    Risk(
        "interests",
        N_("misaligned interests"),
        ("interests", "diligence", "use"),
        ("operational", "financial", "reputational"),
    ),
    Risk(
        "secrecy",
        N_("lack of confidentiality"),
        ("agreement", "card", "diligence", "record"),
        ("label", "reputational", "financial"),
    ),
    Risk(
        "compliance",
        N_("compliance"),
        ("regulation", "tags", "place", "enforcement"),
        ("tags", "reputational", "financial"),
    ),
)

TITLES: Final = {risk.name: risk.title for risk in RISKS}


class Scored(NamedTuple):
    """A risk as it was scored, with the reason in a sentence."""

    risk: str
    likelihood: int
    impact: int
    reason: str

    @property
    def score(self) -> int:
        return self.likelihood * self.impact


def score(answers: Mapping[str, str], weighing: Weighing) -> tuple[Scored, ...]:
    """All risks, in their order. Raises KeyError unless every question is answered with one of its choices."""
    return tuple(_scored(risk, answers, weighing) for risk in RISKS)


def gravest(scored: tuple[Scored, ...]) -> int:
    """The score that the whole assessment has."""
    return max(one.score for one in scored)


def method_digest(weighing: Weighing) -> str:
    """SHA-256 over all that a score depends on besides the answers: what changes it makes old scores stale."""
    method: dict[str, JsonValue] = {
        "weights": {name: value for name, value in asdict(weighing).items() if name != "accept"},
        "points": {question.name: {one.word: one.points for one in question.choices} for question in QUESTIONS},
        "risks": {risk.name: [[*risk.likelihood], [*risk.impact]] for risk in RISKS},
    }
    return hashlib.sha256(canonical(method)).hexdigest()


def _scored(risk: Risk, answers: Mapping[str, str], weighing: Weighing) -> Scored:
    likelihood, causes = _mean(risk.likelihood, answers, weighing)
    impact, effects = _mean(risk.impact, answers, weighing)
    text = _("likelihood {likelihood} of 5: {causes}; impact {impact} of 5: {effects}")
    return Scored(
        risk.name,
        likelihood,
        impact,
        text.format(likelihood=likelihood, causes=causes, impact=impact, effects=effects),
    )


def _mean(questions: tuple[str, ...], answers: Mapping[str, str], weighing: Weighing) -> tuple[int, str]:
    """The rounded mean of the points, and the answers that count most for it."""
    choices = [(weighing.weight(name), _choice(name, answers)) for name in questions]
    total = sum(weight for weight, _one in choices)
    points = sum(weight * one.points for weight, one in choices)
    told = sorted(choices, key=lambda choice: (-choice[1].points, -choice[0]))[:_TOLD]
    phrases = (_(one.phrase).format(word=one.word) for _weight, one in told)
    return (2 * points + total) // (2 * total), ", ".join(phrases)


def _choice(name: str, answers: Mapping[str, str]) -> Choice:
    found = BY_NAME[name].choice(answers[name])
    if found is None:
        raise KeyError(name)
    return found
