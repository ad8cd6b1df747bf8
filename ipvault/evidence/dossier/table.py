"""The table of a section, on paper of a given width: words stay whole, and what is long stands below its line."""

from __future__ import annotations

import re
from typing import Final

from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section, Thing, Value
from ipvault.evidence.dossier.words import readable
from ipvault.pages.markup import Markup, element, lines, ranges
from ipvault.text import _

_GROUP: Final = 8
"""Hexadecimal digits between two places where a line may be broken."""

_SHORT: Final = 16
"""Hexadecimal digits of a fingerprint in a table."""

_WIDE: Final = frozenset(
    ("name", "what", "title", "covers", "stale", "purpose", "note", "reason", "about", "destination")
)
"""The columns of sentences."""

_WRITTEN: Final = frozenset(("tags", "note", "reason", "purpose"))
"""The columns of what people wrote at any length."""

_FEW: Final = 4
"""Columns of a table in which there is room for codes beside them."""

_ROOMY: Final = 7
"""Columns of a table in which there is room for names on one line, and for what people wrote."""

_LONG_WORD: Final = re.compile(r"[^\s]{25,}")
_PART: Final = 6
"""Letters between two places where a word that is longer than those of any language may be broken."""

_BREAK: Final = Markup("<wbr>")
_NEW_LINE: Final = Markup("<br>")


def table(section: Section) -> Markup:
    """All facts; a column in which nothing stands is left out."""
    rows = [section.row(fact) for fact in section.facts]
    shown = [column for column in section.columns if column.form is not Form.HIDDEN]
    columns = [column for column in shown if any(row[column.key] not in (None, "", ()) for row in rows)]
    below = [column for column in columns if _is_long(column, len(columns))]
    beside = [column for column in columns if column not in below]
    titles = (element("th", column.title, scope="col", class_=column.form.name.lower()) for column in beside)
    head = element("thead", element("tr", *titles, element("th", _("Records"), scope="col")))
    bodies = (element("tbody", *_rows(section, beside, below, fact)) for fact in section.facts)
    return element("table", head, *bodies, class_="roomy" if len(beside) <= _ROOMY else "dense")


def _is_long(column: Column, count: int) -> bool:
    return count > (_FEW if column.form is Form.CODE else _ROOMY if column.key in _WRITTEN else count)


def _rows(section: Section, beside: list[Column], below: list[Column], fact: Fact) -> list[Markup]:
    """The line of a fact, and one for what stands below it, each with the title of its column."""
    values = section.row(fact)
    cells = []
    for column in beside:
        value = values[column.key]
        class_ = "person" if isinstance(value, Person) else column.form.name.lower()
        wide = " wide" if column.key in _WIDE else ""
        cells.append(element("td", _cell(value, column.form), class_=f"{class_}{wide}"))
    found = [element("tr", *cells, element("td", ranges(fact.records), class_="records"))]
    titled = [
        Markup(lines(f"{column.title}: ") + _cell(values[column.key], column.form))
        for column in below
        if values[column.key]
    ]
    if titled:
        found.append(element("tr", element("td", stacked(*titled), colspan=len(beside) + 1, class_="below")))
    return found


def _cell(value: Value, form: Form) -> str:
    match value:
        case None:
            return ""
        case Person():
            return person(value)
        case Thing():
            return _words(value.name) if value.name else code(value.id)
        case tuple():
            return Markup(_NEW_LINE.join(_cell(one, form) for one in value))
        case int():
            return f"{value:,}" if form is Form.SIZE else str(value)
    if form is Form.TIME and value:
        day, _t, hour = value.partition("T")
        return stacked(day, hour[:8])
    if form is Form.CODE:
        return code(value)
    return _words(readable(value) if form is Form.WORD else value)


def _words(text: str) -> Markup:
    """Text in which only what no language has for a word may be broken within."""
    parts: list[str] = []
    end = 0
    for match in _LONG_WORD.finditer(text):
        word = match[0]
        parts.append(lines(text[end : match.start()]))
        parts.append(_BREAK.join(lines(word[start : start + _PART]) for start in range(0, len(word), _PART)))
        end = match.end()
    return Markup("".join((*parts, lines(text[end:]))))


def person(who: Person) -> Markup:
    """Somebody's name over the beginning of the fingerprint."""
    mark = element("span", code(who.fingerprint[:_SHORT]), class_="mark")
    return stacked(_words(who.name), mark) if who.name else mark


def code(digits: str) -> Markup:
    """Digits that are compared, not read."""
    groups = [digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP)]
    return element("span", Markup(_BREAK.join(map(lines, groups))), class_="code")


def stacked(*parts: str) -> Markup:
    """Parts on lines of their own."""
    return Markup(_NEW_LINE.join(part if isinstance(part, Markup) else lines(part) for part in parts))
