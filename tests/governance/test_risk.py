"""The risk of sharing: its method, by which a score has a reason and a worse answer never makes it better."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.cli.help import DOCUMENTS
from ipvault.governance.policy.policy import Policy
from ipvault.governance.risk.measures import MEASURES, in_words, measures
from ipvault.governance.risk.method import RISKS, Scored, gravest, method_digest, score
from ipvault.governance.risk.questions import ASKED, BY_NAME, KNOWN, QUESTIONS
from ipvault.governance.risk.weighing import MAX_SCORE, MAX_WEIGHT, WEIGHTS, Weighing, is_above
from ipvault.records.assessments import LEVELS
from ipvault.records.vocabulary import LABELS, TYPES
from tests.governance.answered import BEST, BEST_OF_ALL

DEFAULT = Weighing()
ANSWERS = st.fixed_dictionaries({q.name: st.sampled_from([one.word for one in q.choices]) for q in QUESTIONS})
WEIGHINGS: st.SearchStrategy[Weighing] = st.builds(Weighing, **dict.fromkeys(WEIGHTS, st.integers(1, MAX_WEIGHT)))


def test_every_risk_asks_what_there_is() -> None:
    """Each question counts for something, has a weight, points from 1 up to 5 in order, and answers of its own."""
    used = {name for risk in RISKS for name in (*risk.likelihood, *risk.impact)}
    assert used == set(BY_NAME) == set(WEIGHTS)
    assert [risk.name for risk in RISKS] == ["control", "theft", "dilution", "interests", "secrecy", "compliance"]
    for question in QUESTIONS:
        points = [one.points for one in question.choices]
        assert points == sorted(points)
        assert points[0] == 1
        assert points[-1] in (4, 5)
        assert len({one.word for one in question.choices}) == len(points)
    assert {one.word for one in BY_NAME["label"].choices} == set(LABELS)
    assert {one.word for one in BY_NAME["type"].choices} == set(TYPES)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, [(1, 1)] * 6),
        ({"agreement": "none"}, [(3, 1), (2, 1), (1, 1), (1, 1), (3, 1), (1, 1)]),
        ({"label": "secret"}, [(1, 3), (1, 3), (1, 1), (1, 1), (1, 3), (1, 1)]),
        ({"interests": "competing"}, [(1, 1), (2, 1), (3, 1), (3, 1), (1, 1), (1, 1)]),
        ({"regulation": "strict"}, [(1, 1)] * 5 + [(3, 1)]),
        ({"financial": "severe"}, [(1, 1), (1, 3), (1, 3), (1, 3), (1, 3), (1, 3)]),
        ({"use": "pass-on", "market": "fierce", "lead": "all"}, [(2, 3), (1, 1), (3, 3), (2, 1), (1, 1), (1, 1)]),
    ],
)
def test_scores(answers: dict[str, str], expected: list[tuple[int, int]]) -> None:
    """Likelihood and impact are weighted means, rounded half up: worked out by hand."""
    found = score({**BEST_OF_ALL, **answers}, DEFAULT)
    assert [(one.likelihood, one.impact) for one in found] == expected
    assert gravest(found) == max(likelihood * impact for likelihood, impact in expected)


@pytest.mark.parametrize(
    ("points", "level"),
    [
        (1, "low"),
        (4, "low"),
        (5, "medium"),
        (9, "medium"),
        (10, "high"),
        (16, "high"),
        (17, "critical"),
        (25, "critical"),
    ],
)
def test_levels(points: int, level: str) -> None:
    """A level begins with its score."""
    assert DEFAULT.level(points) == level


def test_levels_are_in_order() -> None:
    """A level is above those before it; one that is not known is above all."""
    for place, level in enumerate(LEVELS):
        assert [is_above(level, limit) for limit in LEVELS] == [place > other for other in range(len(LEVELS))]
    assert is_above("unheard-of", "critical")


@given(ANSWERS, WEIGHINGS, st.sampled_from(sorted(BY_NAME)), st.data())
@settings(max_examples=150, deadline=None)
def test_a_worse_answer_never_lowers_a_score(
    answers: dict[str, str], weighing: Weighing, name: str, data: st.DataObject
) -> None:
    """Whatever the weights: neither likelihood nor impact of any risk; and all stay within their bounds."""
    before = score(answers, weighing)
    present = BY_NAME[name].choice(answers[name])
    assert present is not None
    worse = data.draw(st.sampled_from([one for one in BY_NAME[name].choices if one.points >= present.points]))
    after = score({**answers, name: worse.word}, weighing)
    for one, other in zip(before, after, strict=True):
        assert 1 <= one.likelihood <= other.likelihood <= 5
        assert 1 <= one.impact <= other.impact <= 5
        assert one.score <= other.score <= MAX_SCORE


@given(ANSWERS)
@settings(max_examples=50, deadline=None)
def test_each_reason_is_a_sentence_of_its_answers(answers: dict[str, str]) -> None:
    """Each tells the numbers, and the answer that counts most on each side."""
    for risk, one in zip(RISKS, score(answers, DEFAULT), strict=True):
        assert one.reason.startswith(f"likelihood {one.likelihood} of 5: ")
        assert f"; impact {one.impact} of 5: " in one.reason
        for side in (risk.likelihood, risk.impact):
            choices = [choice for name in side if (choice := BY_NAME[name].choice(answers[name]))]
            worst = max(one.points for one in choices)
            phrases = [c.phrase.format(word=c.word) for c in choices if c.points == worst]
            assert any(phrase in one.reason for phrase in phrases)
        assert "{" not in one.reason


@pytest.mark.parametrize("answers", [{}, {"label": "top-secret"}])
def test_no_score_without_answers(answers: dict[str, str]) -> None:
    """What is missing, or no answer, is never scored as something."""
    with pytest.raises(KeyError):
        score({**BEST, **answers}, DEFAULT)


@pytest.mark.parametrize("changes", [{"high": 11}, {"label": 4}, {"accept": "low"}])
def test_the_digest_of_the_method(changes: dict[str, Any]) -> None:
    """It changes with each weight and each level, and not with what can be accepted."""
    changed = method_digest(replace(DEFAULT, **changes)) != method_digest(DEFAULT)
    assert changed == ("accept" not in changes)


MEASURED = [
    ("agreement", {"agreement": "none"}),
    ("compare-card", {"card": "not-compared"}),
    ("name-place", {"place": "not-named"}),
    ("due-diligence", {"diligence": "none"}),
    ("receipts", {"record": "unconfirmed"}),
    ("expiry", {"label": "secret", "agreement": "none"}),
    ("four-eyes", {"label": "secret", "agreement": "none", "use": "pass-on", "operational": "severe"}),
    ("share-less", {"lead": "all", "financial": "severe", "market": "fierce", "interests": "competing"}),
    ("clause-use", {"use": "use"}),
    ("clause-results", {"use": "develop"}),
    ("clause-field", {"interests": "competing"}),
    ("clause-penalty", {"label": "secret", "financial": "severe", "interests": "competing", "enforcement": "poorly"}),
    ("clause-law", {"enforcement": "partly"}),
    ("data-processing", {"tags": "personal-data"}),
    ("export-basis", {"tags": "export-control"}),
    ("counsel", {"regulation": "sector"}),
]


@pytest.mark.parametrize(("name", "answers"), MEASURED, ids=[name for name, _answers in MEASURED])
def test_measures(name: str, answers: dict[str, str]) -> None:
    """Each follows from an answer or a level, and not from the best; each is a clause, or a command to be pasted."""
    whole = {**BEST_OF_ALL, **answers}
    assert name in measures(whole, score(whole, DEFAULT), DEFAULT)
    assert measures(BEST_OF_ALL, score(BEST_OF_ALL, DEFAULT), DEFAULT) == ()
    told = in_words(name, "a plan", "Bob B.")
    assert told.startswith("clause: ") or "ipvault " in told or name == "counsel"
    assert "{" not in told
    assert "Bob B." not in told.replace("'Bob B.'", "")
    assert "a plan" not in told.replace("'a plan'", "")


def test_all_measures_are_tested() -> None:
    """The table above is whole; a measure that is not known is told by its name."""
    assert [measure.name for measure in MEASURES] == [name for name, _answers in MEASURED]
    assert in_words("moonshine", "x", "y") == "moonshine"


def test_the_document_describes_the_method() -> None:
    """The help topic has every question, answer, point, weight, risk and level as the program has them."""
    page = (DOCUMENTS / "risk.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z]+)` \| [a-z]+ \| (.+?) \|$", page, re.MULTILINE))
    assert rows == {
        question.name: ", ".join(f"`{one.word}` {one.points}" for one in question.choices)
        + f" | {DEFAULT.weight(question.name)}"
        for question in QUESTIONS
    }
    for risk in RISKS:
        sides = (", ".join(f"`{name}`" for name in side) for side in (risk.likelihood, risk.impact))
        assert f"| `{risk.name}`: {risk.title} | {' | '.join(sides)} |" in page
    assert f"`medium` from {DEFAULT.medium} on, `high` from {DEFAULT.high}, `critical` from {DEFAULT.critical}" in page
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert Policy.from_toml(example[1].encode(), "").risk == DEFAULT
    assert len(ASKED) + len(KNOWN) == len(QUESTIONS) == len(asdict(DEFAULT)) - 4
    assert Scored("control", 2, 3, "").score == 6
