"""Answers to the questions of an assessment."""

from __future__ import annotations

from ipvault.governance.risk.questions import ASKED, QUESTIONS

BEST = {question.name: question.choices[0].word for question in ASKED}
WORST = {question.name: question.choices[-1].word for question in ASKED}
BEST_OF_ALL = {question.name: question.choices[0].word for question in QUESTIONS}


def as_toml(answers: dict[str, str]) -> bytes:
    """The file that holds them."""
    return "\n".join(["format = 1", *(f'{name} = "{word}"' for name, word in answers.items())]).encode()
