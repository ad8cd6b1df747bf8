"""What a dossier consists of: sections of facts, each fact with the numbers of the records that say so."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, NamedTuple


class Person(NamedTuple):
    """Somebody, by the fingerprint of an identity, and what records call that person; empty where none does."""

    fingerprint: str
    name: str


class Thing(NamedTuple):
    """A room, by its id, and what it is called; empty where no record that can be read says so."""

    id: str
    name: str


Value = str | int | None | Person | Thing | tuple[str, ...] | tuple[Person, ...]


class Form(Enum):
    """How a column is shown to people; `WORD` is one of a few known ones, `HIDDEN` is for programs only."""

    TEXT = auto()
    WORD = auto()
    TIME = auto()
    SIZE = auto()
    CODE = auto()
    HIDDEN = auto()


class Column(NamedTuple):
    """What a fact has under `key`, which programs know it by; `title` is for people."""

    key: str
    title: str
    form: Form = Form.TEXT


class Fact(NamedTuple):
    """A row: a value for each column of its section."""

    records: tuple[int, ...]
    values: tuple[Value, ...]


class Section(NamedTuple):
    """Facts of one sort. `about` says what they are and what follows; `otherwise` stands where there are none."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    facts: tuple[Fact, ...]
    otherwise: str

    def row(self, fact: Fact) -> dict[str, Value]:
        """The values of a fact by the keys of their columns."""
        return {column.key: value for column, value in zip(self.columns, fact.values, strict=True)}

    def to_json(self) -> dict[str, Any]:
        """The section for programs."""
        facts = [
            {**{key: _plain(value) for key, value in self.row(fact).items()}, "records": list(fact.records)}
            for fact in self.facts
        ]
        return {"section": self.key, "title": self.title, "about": self.about, "facts": facts}


def _plain(value: Value) -> Any:
    match value:
        case Person() | Thing():
            return value._asdict()
        case tuple():
            return [_plain(one) for one in value]
    return value
