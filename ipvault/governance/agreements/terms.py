"""The terms of an agreement as TOML, as people write them: names instead of ids, dates, and nothing that is empty.

    format = 1
    type = "nda"
    title = "NDA with Widget Ltd."
    parties = ["Bob"]
    from = 2026-01-01

    [scope]
    items = ["widget/claims.docx"]

What is not known, or has another kind of value, is an error: nobody should believe that it was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import tomli_w

from ipvault.errors import TermsRefused, UsageError
from ipvault.governance.agreements.names import Names
from ipvault.records.agreements import AGREEMENT_TYPES, EXCLUSIVITIES, NOTICES, RELATIONSHIPS, Terms
from ipvault.records.domains import MAX_DAYS, is_detail
from ipvault.records.vocabulary import LABELS
from ipvault.text import _
from ipvault.toml import parse_versioned
from ipvault.vault.names import free_text

FORMAT: Final = 1
MAX_TERMS: Final = 256 * 1024
"""Bytes of a file with terms."""

MAX_ENTRIES: Final = 1_000
"""Of one list."""

Document = dict[str, Any]

_LINES: Final = ("title", "law", "assignor", "assignee")
_TEXTS: Final = (
    *("permitted_use", "consequences", "background", "foreground"),
    *("restrictions", "audit_rights", "disputes"),
)
_LISTS: Final = ("party_names", "inventors", "field_of_use", "territory")
_CHOICES: Final = {
    "type": AGREEMENT_TYPES,
    "relationship": RELATIONSHIPS,
    "exclusivity": EXCLUSIVITIES,
    "dtsa_notice": NOTICES,
}
_DAYS: Final = {"from": "from_day", "until": "until_day"}
_SCOPE: Final = ("items", "rooms", "labels", "tags")
_FEE: Final = ("what", "amount", "due")
KEYS: Final = (*_CHOICES, *_LINES, "parties", *_LISTS, *_DAYS, "survival_days", *_TEXTS, "scope", "fees")
"""What a file of terms can name, besides its format."""


def read_toml(data: bytes, place: str) -> Document:
    """What stands in a file of terms. Raises `TermsRefused` for what is none, and `FormatTooNew`."""
    if len(data) > MAX_TERMS:
        raise TermsRefused(place=place, reason=_("it is too large"))
    try:
        return parse_versioned(data, place, FORMAT)
    except ValueError:
        raise TermsRefused(place=place, reason=_("it is not TOML that begins with format = 1")) from None


def to_toml(terms: Terms, names: Names) -> str:
    """The file that `read_toml` reads."""
    return tomli_w.dumps({"format": FORMAT, **to_document(terms, names)}, multiline_strings=True)


def to_document(terms: Terms, names: Names) -> Document:
    """Terms as people write them, without what is empty."""
    document: Document = {name: getattr(terms, name) for name in (*_CHOICES, *_LINES)}
    document["parties"] = [names.party(one) for one in terms.parties]
    document |= {name: list(getattr(terms, name)) for name in _LISTS}
    for key, name in _DAYS.items():
        document[key] = date.fromisoformat(day) if (day := getattr(terms, name)) else None
    document |= {name: getattr(terms, name) for name in ("survival_days", *_TEXTS)}
    scope = {
        "items": [names.item(one) for one in terms.scope_items],
        "rooms": [names.room(one) for one in terms.scope_rooms],
        "labels": list(terms.scope_labels),
        "tags": list(terms.scope_tags),
    }
    document["scope"] = {name: listed for name, listed in scope.items() if listed}
    document["fees"] = [
        {"what": what, **({"amount": amount} if amount else {}), **({"due": date.fromisoformat(day)} if day else {})}
        for what, amount, day in zip(terms.fees, terms.fee_amounts, terms.fee_days, strict=False)
    ]
    return {name: value for name, value in document.items() if value}


def from_document(document: Mapping[str, Any], place: str, names: Names) -> Terms:
    """The terms that somebody wrote at `place`. Raises `TermsRefused`, and what finding a party or an item raises."""
    reader = _Reader(place)
    reader.only(document, KEYS, "")
    fields: dict[str, Any] = {}
    for name, value in document.items():
        if name in _CHOICES:
            fields[name] = reader.choice(name, value, _CHOICES[name])
        elif name in _LINES:
            fields[name] = reader.line(name, value)
        elif name in _TEXTS:
            fields[name] = reader.text(name, value)
        elif name in _LISTS:
            fields[name] = reader.entries(name, value)
        elif name in _DAYS:
            fields[_DAYS[name]] = reader.day(name, value)
        elif name == "parties":
            fields[name] = reader.entries(name, value, names.find_party)
        elif name == "survival_days":
            fields[name] = reader.days(name, value)
        elif name == "scope":
            fields |= _scope(reader, value, names)
        else:
            fields |= _fees(reader, value)
    return _whole(reader, fields)


def _scope(reader: _Reader, table: Any, names: Names) -> dict[str, Any]:
    reader.only(table, _SCOPE, "scope")
    fields: dict[str, Any] = {}
    ways = {"items": names.find_item, "rooms": names.find_room, "labels": reader.label, "tags": reader.tag}
    for name, value in table.items():
        fields[f"scope_{name}"] = reader.entries(f"scope.{name}", value, ways[name])
    return fields


def _fees(reader: _Reader, tables: Any) -> dict[str, Any]:
    if type(tables) is not list or len(tables) > MAX_ENTRIES:
        raise reader.refusal(_("fees are tables, each headed [[fees]], and {most} at most").format(most=MAX_ENTRIES))
    rows: list[tuple[str, str, str]] = []
    for number, table in enumerate(tables, 1):
        where = f"fees {number}"
        reader.only(table, _FEE, where)
        rows.append(
            (
                reader.named(f"{where}: what", table.get("what", "")),
                reader.line(f"{where}: amount", table.get("amount", "")),
                reader.day(f"{where}: due", table["due"]) if "due" in table else "",
            )
        )
    whats, amounts, days = zip(*rows, strict=True) if rows else ((), (), ())
    return {"fees": whats, "fee_amounts": amounts, "fee_days": days}


def _whole(reader: _Reader, fields: dict[str, Any]) -> Terms:
    for name in ("type", "title"):
        if not fields.get(name):
            raise reader.refusal(_("{where} is missing").format(where=name))
    if not fields.get("parties") and not fields.get("party_names"):
        raise reader.refusal(_("it names nobody: parties are recipients, party_names anybody else"))
    terms = Terms(**fields)
    if terms.until_day and terms.until_day < terms.from_day:
        raise reader.refusal(_("it ends before it begins"))
    return terms


class _Reader:
    """Values as TOML has them, each checked and made what the record holds; errors say where it stands."""

    def __init__(self, place: str) -> None:
        self._place = place

    def refusal(self, reason: str) -> TermsRefused:
        return TermsRefused(place=self._place, reason=reason)

    def only(self, table: Any, known: tuple[str, ...], where: str) -> None:
        """See that this is a table with nothing in it but these."""
        if not isinstance(table, Mapping):
            raise self.refusal(_("{where} has to be a table").format(where=where))
        for name in table:
            if name not in known:
                text = _("there is nothing called {name} in terms; there are {names}")
                raise self.refusal(text.format(name=f"{where}.{name}".lstrip("."), names=", ".join(known)))

    def text(self, where: str, value: Any) -> str:
        if type(value) is not str:
            raise self.refusal(_("{where} has to be a text in quotation marks").format(where=where))
        try:
            return free_text(value)
        except UsageError as error:
            raise self.refusal(f"{where}: {error}") from None

    def line(self, where: str, value: Any) -> str:
        text = self.text(where, value).strip()
        if not is_detail(text):
            raise self.refusal(_("{where} has to be one line of 1,024 bytes at most").format(where=where))
        return text

    def named(self, where: str, value: Any) -> str:
        """A line that says something."""
        if not (line := self.line(where, value)):
            raise self.refusal(_("{where} is empty").format(where=where))
        return line

    def choice(self, where: str, value: Any, words: tuple[str, ...]) -> str:
        if type(value) is not str or value not in words:
            raise self.refusal(_("{where} is one of {words}").format(where=where, words=", ".join(words)))
        return value

    def day(self, where: str, value: Any) -> str:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.refusal(_("{where} has to be a date such as 2026-11-22").format(where=where))
        return value.isoformat()

    def days(self, where: str, value: Any) -> int:
        if type(value) is not int or not 0 <= value <= MAX_DAYS:
            raise self.refusal(_("{where} is a number of days from 0 to {most}").format(where=where, most=MAX_DAYS))
        return value

    def label(self, value: str) -> str:
        return self.choice("scope.labels", value, LABELS)

    def tag(self, value: str) -> str:
        if "," in value:
            raise self.refusal(_("a tag has no comma in it"))
        return value

    def entries(self, where: str, value: Any, find: Callable[[str], str] | None = None) -> tuple[str, ...]:
        """A list of lines, and what they mean, each once."""
        if type(value) is not list or len(value) > MAX_ENTRIES:
            text = _("{where} has to be a list of texts, and of {most} at most")
            raise self.refusal(text.format(where=where, most=MAX_ENTRIES))
        lines = [self.named(where, entry) for entry in value]
        return tuple(dict.fromkeys(map(find, lines) if find else lines))
