"""Answers as TOML: what is answered is read, and what is not understood is refused."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings, strategies as st

from ipvault.errors import AnswersRefused, FormatTooNew
from ipvault.governance.risk.answers import MAX_ANSWERS, Answers, blank_answers, read_answers
from ipvault.governance.risk.questions import ASKED, KNOWN
from tests.governance.answered import BEST, WORST, as_toml

PLACE = "answers.toml"
WHOLE = st.fixed_dictionaries({q.name: st.sampled_from([one.word for one in q.choices]) for q in ASKED})


@given(WHOLE, st.text("aü \n'\"", max_size=10))
@settings(max_examples=50)
def test_what_is_answered_is_read(words: dict[str, str], note: str) -> None:
    """Every answer and the note, however TOML writes them."""
    data = tomli_w.dumps({"format": 1, **words, "note": note}).encode()
    assert read_answers(data, PLACE) == Answers(words, note)


def test_the_questions_are_a_file_to_fill_in() -> None:
    """It names every question and all its answers, is refused as it is, and accepted when each is answered."""
    blank = blank_answers()
    with pytest.raises(AnswersRefused, match="diligence is not answered: it is one of thorough, some"):
        read_answers(blank.encode(), PLACE)
    for question in ASKED:
        assert f"# {question.text}" in blank
        assert all(one.word in blank for one in question.choices)
        blank = blank.replace(f'{question.name} = ""', f'{question.name} = "{WORST[question.name]}"')
    assert read_answers(blank.encode(), PLACE) == Answers(WORST)
    assert tomllib.loads(blank)["note"] == ""


REFUSED: list[dict[str, Any]] = [
    {"use": None},
    {"use": ""},
    {"use": "everything"},
    {"use": 1},
    {"use": ["read"]},
    {"use": True},
    {"useful": "read"},
    {"note": 1},
    {"note": ["x"]},
    {"note": "\u202e"},
    {"note": "a" * MAX_ANSWERS},
    {"format": 0},
    {"format": "1"},
    *({question.name: question.choices[0].word} for question in KNOWN),
]


@pytest.mark.parametrize("changes", REFUSED, ids=lambda changes: str(changes)[:40])
def test_what_is_not_understood_is_refused(changes: dict[str, Any]) -> None:
    """A missing answer, one that is none of the choices, an unknown question; and what the vault knows is not asked."""
    document = {name: value for name, value in {"format": 1, **BEST, **changes}.items() if value is not None}
    with pytest.raises(AnswersRefused):
        read_answers(tomli_w.dumps(document).encode(), PLACE)


@given(st.binary(max_size=200) | st.binary(max_size=50).map(lambda data: as_toml(BEST) + b"\n" + data))
@settings(max_examples=100)
def test_anything_else_is_refused_or_read(data: bytes) -> None:
    """Whatever the bytes are: answers come out, or a refusal."""
    with suppress(AnswersRefused, FormatTooNew):
        assert read_answers(data, PLACE).words.keys() == BEST.keys()


def test_answers_of_a_newer_program() -> None:
    """Say so."""
    with pytest.raises(FormatTooNew):
        read_answers(as_toml(BEST).replace(b"format = 1", b"format = 2"), PLACE)
