"""Answers to the questions of an assessment as TOML, one line each.

    format = 1
    diligence = "some"
    note = "Met twice."

Every question has to be answered. What is not known, or is none of the choices, is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ipvault.errors import AnswersRefused, UsageError
from ipvault.governance.risk.questions import ASKED
from ipvault.text import _
from ipvault.toml import parse_versioned
from ipvault.vault.names import free_text

FORMAT: Final = 1
MAX_ANSWERS: Final = 64 * 1024
"""Bytes of a file with answers."""

NOTE: Final = "note"


class Answers(NamedTuple):
    """What somebody answered, by question, and a note, which can be empty."""

    words: Mapping[str, str]
    note: str = ""


def read_answers(data: bytes, place: str) -> Answers:
    """What stands in a file of answers. Raises `AnswersRefused` for what is none, and `FormatTooNew`."""
    if len(data) > MAX_ANSWERS:
        raise AnswersRefused(place=place, reason=_("it is too large"))
    try:
        document = parse_versioned(data, place, FORMAT)
    except ValueError:
        raise AnswersRefused(place=place, reason=_("it is not TOML that begins with format = 1")) from None
    note = _note(document.pop(NOTE, ""), place)
    names = [question.name for question in ASKED]
    for name in document:
        if name not in names:
            text = _("there is no question called {name}; there are {names}")
            raise AnswersRefused(place=place, reason=text.format(name=name, names=", ".join((*names, NOTE))))
    for question in ASKED:
        word = document.get(question.name, "")
        words = [one.word for one in question.choices]
        if type(word) is not str or word not in words:
            text = _("{name} is one of {words}") if word else _("{name} is not answered: it is one of {words}")
            raise AnswersRefused(place=place, reason=text.format(name=question.name, words=", ".join(words)))
    return Answers(document, note)


def blank_answers() -> str:
    """A file to fill in: each question with its choices, and no answer."""
    lines = [f"format = {FORMAT}", ""]
    for question in ASKED:
        words = _(" or ").join([", ".join(one.word for one in question.choices[:-1]), question.choices[-1].word])
        lines += [f"# {_(question.text)}", f"# {words}", f'{question.name} = ""', ""]
    lines += [f"# {_('Whatever else is worth keeping.')}", f'{NOTE} = ""']
    return "\n".join(lines) + "\n"


def _note(value: Any, place: str) -> str:
    if type(value) is not str:
        raise AnswersRefused(place=place, reason=_("{where} has to be a text in quotation marks").format(where=NOTE))
    try:
        return free_text(value)
    except UsageError as error:
        raise AnswersRefused(place=place, reason=f"{NOTE}: {error}") from None
