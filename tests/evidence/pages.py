"""Dossiers in which every column of every section is as full as can be, and what a page consists of."""

from __future__ import annotations

from html.parser import HTMLParser

from ipvault.evidence.dossier.dossier import Dossier
from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section, Thing, Value
from tests.evidence.dossiers import dossier_of, with_item

VOID = frozenset(("meta", "br", "wbr"))
"""Elements without an end."""

_PEOPLE = frozenset(("by", "member", "who", "sender", "recipient"))
_SEVERAL = frozenset(("recipients", "unverified"))
_COUNTS = frozenset(("version", "epoch", "slots", "count", "accuracy_ms", "first_key", "last_key"))
_WAYS = ("room", "records", "kept-key", "package")
_LANES = ("content", "description", "access", "released", "shared", "proof")


class Page(HTMLParser):
    """A page taken apart. Raises AssertionError where an element ends that did not begin."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text.append(data)


def full(words: str, rows: int) -> Dossier:
    """A dossier of so many facts a section, with `words` wherever somebody could have written something."""
    made = dossier_of(with_item().open())
    sections = tuple(_filled(section, words, rows) for section in made.sections)
    return made._replace(name=words, reason=words, maker=Person("a" * 64, words), sections=sections)


def _filled(section: Section, words: str, rows: int) -> Section:
    facts = [
        Fact((1000 + n, 2000 + n, 2001 + n), tuple(_value(column, words, n) for column in section.columns))
        for n in range(rows)
    ]
    return section._replace(facts=tuple(facts))


def _value(column: Column, words: str, number: int) -> Value:
    who = Person(f"{number:064x}", words)
    moment = f"2026-{1 + number % 12:02}-{1 + number % 28:02}T{number % 24:02}:59:59.999Z"
    match column:
        case Column("way"):
            return _WAYS[number % len(_WAYS)]
        case Column("lane"):
            return _LANES[number % len(_LANES)]
        case Column("until"):
            return moment.replace("2026", "2027") if number % 2 else ""
        case Column(form=Form.TIME):
            return moment
        case Column(form=Form.SIZE):
            return 10**12
        case Column(form=Form.CODE):
            return "f" * 64
        case Column(form=Form.WORD):
            return "confidential"
        case Column("room"):
            return Thing("1" * 32, words)
        case Column(key) if key in _PEOPLE:
            return who
        case Column(key) if key in _SEVERAL:
            return who, who
        case Column(key) if key in _COUNTS:
            return 12345
        case Column("tags"):
            return words, words
    return words
