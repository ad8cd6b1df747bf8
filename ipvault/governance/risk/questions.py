"""The questions of an assessment, each with its answers, from what speaks least for a risk to what speaks most for it.

What the vault knows it answers itself; the rest is asked. Every answer has points from 1 to 5 and a phrase that gives
it as a reason.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.text import N_


class Choice(NamedTuple):
    """An answer: the word for it, its points, and how it reads as a reason."""

    word: str
    points: int
    phrase: str


class Question(NamedTuple):
    """A question; `text` is empty where the vault knows the answer."""

    name: str
    text: str
    choices: tuple[Choice, ...]

    def choice(self, word: str) -> Choice | None:
        """The answer of that word."""
        return next((one for one in self.choices if one.word == word), None)


_LABEL = N_("its label is {word}")
_TYPE = N_("its type is {word}")
_MONEY = N_("the damage in money would be {word}")
_WORK = N_("the damage to the work would be {word}")
_NAME = N_("the damage to the reputation would be {word}")


def _grades(phrase: str) -> tuple[Choice, ...]:
    words = ("negligible", "minor", "moderate", "major", "severe")
    return tuple(Choice(word, points, phrase) for points, word in enumerate(words, 1))


QUESTIONS: Final = (
    Question(
        "label",
        "",
        (
            Choice("public", 1, _LABEL),
            Choice("internal", 2, _LABEL),
            Choice("confidential", 4, _LABEL),
            Choice("secret", 5, _LABEL),
        ),
    ),
    Question(
        "type",
        "",
        (
            Choice("prior-art", 1, _TYPE),
            Choice("trademark", 1, _TYPE),
            Choice("patent", 2, _TYPE),
            Choice("copyright", 3, _TYPE),
            Choice("design", 3, _TYPE),
            Choice("contract", 3, _TYPE),
            Choice("other", 3, _TYPE),
            Choice("know-how", 4, _TYPE),
            Choice("invention", 5, _TYPE),
            Choice("trade-secret", 5, _TYPE),
        ),
    ),
    Question(
        "tags",
        "",
        (
            Choice("none", 1, N_("no tag says that special rules apply")),
            Choice("personal-data", 4, N_("it tells something of people")),
            Choice("export-control", 5, N_("it is tagged as export-controlled")),
        ),
    ),
    Question(
        "card",
        "",
        (
            Choice("compared", 1, N_("the fingerprint of the card was compared")),
            Choice("not-compared", 4, N_("nobody has compared the fingerprint of the card")),
        ),
    ),
    Question(
        "agreement",
        "",
        (
            Choice("covered", 1, N_("an agreement covers it")),
            Choice("none", 5, N_("no agreement covers it")),
        ),
    ),
    Question(
        "record",
        "",
        (
            Choice("confirmed", 1, N_("receipts confirm what was sent before")),
            Choice("new", 3, N_("nothing was sent there before")),
            Choice("unconfirmed", 4, N_("receipts are missing for what was sent before")),
            Choice("revoked", 5, N_("what was sent there before was revoked")),
        ),
    ),
    Question(
        "place",
        "",
        (
            Choice("named", 1, N_("the card names the jurisdiction")),
            Choice("not-named", 4, N_("the card names no jurisdiction")),
        ),
    ),
    Question(
        "diligence",
        N_("What due diligence was done on the recipient?"),
        (
            Choice("thorough", 1, N_("due diligence was thorough")),
            Choice("some", 3, N_("due diligence was done in part")),
            Choice("none", 4, N_("no due diligence was done")),
            Choice("concerns", 5, N_("due diligence raised concerns")),
        ),
    ),
    Question(
        "enforcement",
        N_("How well can rights be enforced where the recipient is?"),
        (
            Choice("well", 1, N_("rights can be enforced there")),
            Choice("partly", 3, N_("rights can be enforced there only in part")),
            Choice("unknown", 4, N_("nobody knows how well rights can be enforced there")),
            Choice("poorly", 5, N_("rights can hardly be enforced there")),
        ),
    ),
    Question(
        "interests",
        N_("How do the recipient's interests stand to yours?"),
        (
            Choice("aligned", 1, N_("the interests are the same")),
            Choice("independent", 2, N_("the interests are independent of yours")),
            Choice("partly-competing", 4, N_("the recipient competes with you in part")),
            Choice("competing", 5, N_("the recipient is a competitor")),
        ),
    ),
    Question(
        "use",
        N_("What is the recipient to do with it?"),
        (
            Choice("read", 1, N_("it is only to be read")),
            Choice("evaluate", 2, N_("it is to be evaluated")),
            Choice("use", 3, N_("it is to be used")),
            Choice("develop", 4, N_("it is to be developed further")),
            Choice("pass-on", 5, N_("it is to be passed on")),
        ),
    ),
    Question(
        "market",
        N_("How contested is the market that it is for?"),
        (
            Choice("calm", 1, N_("the market is calm")),
            Choice("ordinary", 2, N_("the market has ordinary competition")),
            Choice("contested", 4, N_("the market is contested")),
            Choice("fierce", 5, N_("the market is fiercely contested")),
        ),
    ),
    Question(
        "lead",
        N_("How much of your lead depends on nobody else having it?"),
        (
            Choice("nothing", 1, N_("no lead depends on it")),
            Choice("little", 2, N_("little of the lead depends on it")),
            Choice("much", 4, N_("much of the lead depends on it")),
            Choice("all", 5, N_("the lead depends on it")),
        ),
    ),
    Question(
        "regulation",
        N_("Which rules apply to sharing it?"),
        (
            Choice("none", 1, N_("no rules apply besides what is agreed")),
            Choice("ordinary", 2, N_("ordinary rules apply")),
            Choice("sector", 4, N_("rules of the sector or on personal data apply")),
            Choice("strict", 5, N_("export control, or the order of a court or an authority, applies")),
        ),
    ),
    Question("financial", N_("How much money would it cost you if it went wrong?"), _grades(_MONEY)),
    Question("operational", N_("How much would it disturb your work?"), _grades(_WORK)),
    Question("reputational", N_("How much would it harm your reputation?"), _grades(_NAME)),
)

BY_NAME: Final = {question.name: question for question in QUESTIONS}
ASKED: Final = tuple(question for question in QUESTIONS if question.text)
KNOWN: Final = tuple(question for question in QUESTIONS if not question.text)
