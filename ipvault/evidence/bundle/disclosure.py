"""What of the chosen records others get to see: by field, and by rules that withhold whole records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ipvault.catalog.address import find_any, find_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import Item, all_items
from ipvault.errors import UsageError
from ipvault.journal.canonical import JsonValue
from ipvault.journal.payload import Fields
from ipvault.records.families import KINDS
from ipvault.records.members import MemberEnrolled
from ipvault.text import _

ALL: Final = "all"

AT_LEAST: Final = frozenset(("kind", "item", "version", "size", "sha256"))
"""Shown unless others are asked for: that a content was there, and none of the words of whoever stored it."""

OF_SIGNERS: Final = frozenset(("kind", "member", "kem", "ed25519", "mldsa44"))
"""Shown of whoever signed, always: the fingerprint and the public keys."""

FIELDS: Final = frozenset(("kind", *(name for kind in KINDS.values() for name in kind.NAMES)))


class Rule(NamedTuple):
    """Records about which `applies` says so are withheld; `text` is how the rule was given."""

    text: str
    applies: Callable[[int, Fields], bool]


class Disclosure(NamedTuple):
    """The fields that are shown, and what is withheld on which ground."""

    shown: frozenset[str]
    rules: tuple[Rule, ...] = ()
    basis: str = ""

    def shows(self, fields: Fields) -> frozenset[str]:
        """The names of the fields that are shown of a record that no rule withholds."""
        is_enrolment = fields.get("kind") == MemberEnrolled.KIND
        return self.shown | OF_SIGNERS if is_enrolment else self.shown

    def withheld_by(self, seq: int, fields: Fields) -> Rule | None:
        """The first rule that withholds a record."""
        return next((rule for rule in self.rules if rule.applies(seq, fields)), None)


def shown_fields(texts: list[str]) -> frozenset[str]:
    """The fields that `--reveal` names, separated by commas. Raises `UsageError` for one that no record has."""
    names = {name.strip() for text in texts for name in text.split(",") if name.strip()}
    if ALL in names:
        return FIELDS
    if unknown := sorted(names - FIELDS):
        problem = _("no record has a field called {name}; the fields are: {fields}")
        raise UsageError(problem=problem.format(name=unknown[0], fields=", ".join(sorted(FIELDS))))
    return AT_LEAST | names


def parse_rule(catalog: Catalog, text: str) -> Rule:
    """A rule such as `tag=privileged`. Raises `UsageError`, and what looking for an item or a room raises."""
    what, equals, which = text.partition("=")
    makers: dict[str, Callable[[Catalog, str], Callable[[int, Fields], bool]]] = {
        "item": _of_item,
        "room": _of_room,
        "label": lambda catalog, label: _of_items(catalog, lambda item: item.label == label),
        "type": lambda catalog, type_: _of_items(catalog, lambda item: item.type == type_),
        "tag": lambda catalog, tag: _of_items(catalog, lambda item: tag in item.tags),
        "kind": lambda _catalog, kind: lambda _seq, fields: fields.get("kind") == kind,
        "record": lambda _catalog, number: lambda seq, _fields: str(seq) == number,
    }
    if not equals or not which or what not in makers:
        problem = _("{text} is no rule: say what is withheld, such as tag=privileged; it can go by {choices}")
        raise UsageError(problem=problem.format(text=text, choices=", ".join(sorted(makers))))
    return Rule(text, makers[what](catalog, which))


def _of_item(catalog: Catalog, address: str) -> Callable[[int, Fields], bool]:
    wanted = find_any(catalog, address).id
    return lambda _seq, fields: wanted in items_of(fields)


def _of_room(catalog: Catalog, name: str) -> Callable[[int, Fields], bool]:
    wanted = find_room(catalog, name).id
    return _of_items(catalog, lambda item: item.room == wanted)


def _of_items(catalog: Catalog, applies: Callable[[Item], bool]) -> Callable[[int, Fields], bool]:
    known = {item.id: item for item in all_items(catalog)}

    def is_about(_seq: int, fields: Fields) -> bool:
        return any(applies(known[item]) for item in items_of(fields) if item in known)

    return is_about


def items_of(fields: Fields) -> set[str]:
    """The ids of the items that a record is about: one, or those of a package."""
    one, several = fields.get("item"), fields.get("items")
    found: list[JsonValue] = [one, *(several if isinstance(several, list) else ())]
    return {item for item in found if isinstance(item, str)}
