"""What of the chosen records others get to see: by field, and by rules that withhold whole records."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from ipvault.catalog.address import find_any, find_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.closeness import suggested
from ipvault.catalog.items import Item, all_items
from ipvault.catalog.traces import traces_of
from ipvault.errors import UsageError
from ipvault.journal.leaf import Leaf
from ipvault.journal.payload import Fields
from ipvault.records.families import all_kinds
from ipvault.records.members import MemberEnrolled
from ipvault.records.vocabulary import LABELS, TYPES
from ipvault.text import _
from ipvault.vault.journal_query import texts_in

ALL: Final = "all"

AT_LEAST: Final = frozenset(("kind", "item", "version", "size", "sha256"))
"""Shown unless others are asked for: that a content was there, and none of the words of whoever stored it."""

OF_SIGNERS: Final = frozenset(("kind", "member", "kem", "ed25519", "mldsa44"))
"""Shown of whoever signed, always: the fingerprint and the public keys."""

FIELDS: Final = frozenset(("kind", *(name for kind in all_kinds().values() for name in kind.NAMES)))


_NUMBER: Final = re.compile("0|[1-9][0-9]{0,14}")

Test = Callable[[Leaf, Fields], bool]


class Rule(NamedTuple):
    """Records about which `applies` says so are withheld; `text` is how the rule was given."""

    text: str
    applies: Test


class Disclosure(NamedTuple):
    """The fields that are shown, and what is withheld on which ground."""

    shown: frozenset[str]
    rules: tuple[Rule, ...] = ()
    basis: str = ""

    def shows(self, fields: Fields) -> frozenset[str]:
        """The names of the fields that are shown of a record that no rule withholds."""
        is_enrolment = fields.get("kind") == MemberEnrolled.KIND
        return self.shown | OF_SIGNERS if is_enrolment else self.shown

    def withheld_by(self, leaf: Leaf, fields: Fields) -> Rule | None:
        """The first rule that withholds a record."""
        return next((rule for rule in self.rules if rule.applies(leaf, fields)), None)


def shown_fields(texts: list[str]) -> frozenset[str]:
    """The fields that `--reveal` names, separated by commas. Raises `UsageError` for one that no record has."""
    names = {name.strip() for text in texts for name in text.split(",") if name.strip()}
    if ALL in names:
        return FIELDS
    if unknown := sorted(names - FIELDS):
        if close := suggested(unknown[0], sorted(FIELDS)):
            problem = _("no record has a field called {name}: {question}")
            raise UsageError(problem=problem.format(name=unknown[0], question=close))
        problem = _("no record has a field called {name}; the fields are: {fields}")
        raise UsageError(problem=problem.format(name=unknown[0], fields=", ".join(sorted(FIELDS))))
    return AT_LEAST | names


def parse_rule(catalog: Catalog, text: str) -> Rule:
    """A rule such as `tag=privileged`. Raises `UsageError`, and what looking for an item or a room raises."""
    what, equals, which = text.partition("=")
    makers: dict[str, Callable[[Catalog, str], Test]] = {
        "item": lambda catalog, address: _of_items(catalog, {find_any(catalog, address).id}),
        "room": _of_room,
        "label": lambda catalog, label: _of_those(catalog, lambda item: item.label == label),
        "type": lambda catalog, type_: _of_those(catalog, lambda item: item.type == type_),
        "tag": lambda catalog, tag: _of_those(catalog, lambda item: tag in item.tags),
        "kind": lambda _catalog, kind: lambda _leaf, fields: fields.get("kind") == kind,
        "record": lambda _catalog, number: lambda leaf, _fields: str(leaf.seq) == number,
    }
    if not equals or not which or what not in makers:
        problem = _("{text} is no rule: say what is withheld, such as tag=privileged; it can go by {choices}")
        raise UsageError(problem=problem.format(text=text, choices=", ".join(sorted(makers))))
    if not _is_there(catalog, what, which):
        problem = _("{text} withholds nothing, because there is no such {what}: see that it is written as it is meant")
        raise UsageError(problem=problem.format(text=text, what=what))
    return Rule(text, makers[what](catalog, which))


def _is_there(catalog: Catalog, what: str, which: str) -> bool:
    """Whether the word of a rule means anything: a mistyped one would show what it was to withhold.

    Items and rooms are looked for by those that make the rules.
    """
    match what:
        case "label":
            return which in LABELS
        case "type":
            return which in TYPES
        case "tag":
            return any(which in item.tags for item in all_items(catalog))
        case "kind":
            return which in all_kinds()
        case "record":
            return bool(_NUMBER.fullmatch(which)) and int(which) <= catalog.head.seq
    return True


def _of_room(catalog: Catalog, name: str) -> Test:
    """Of what stands in a room, names it, or tells of one of its items."""
    room = find_room(catalog, name).id
    is_about = _of_items(catalog, {room, *(item.id for item in all_items(catalog) if item.room == room)})
    return lambda leaf, fields: leaf.room == room or is_about(leaf, fields)


def _of_those(catalog: Catalog, applies: Callable[[Item], bool]) -> Test:
    return _of_items(catalog, {item.id for item in all_items(catalog) if applies(item)})


def _of_items(catalog: Catalog, items: Collection[str]) -> Test:
    """Of records that tell of these items by any id or hash, be it that of a timestamp, package, receipt or custody."""
    traces = traces_of(catalog, items)
    return lambda _leaf, fields: not traces.isdisjoint(texts_in(fields))
