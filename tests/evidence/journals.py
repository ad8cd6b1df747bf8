"""Records as the journal gives them back, of every kind and every class, to be exported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args, get_origin

from ipvault.evidence.export.event import events
from ipvault.evidence.export.formats import FORMATS
from ipvault.evidence.export.origin import Origin
from ipvault.journal.leaf import CLASSES, Leaf
from ipvault.records.base import Record
from ipvault.vault.journal_query import JournalRow
from tests.records.examples import KINDS_OF_RECORD, example, types_of

CANARY = "Canary Crane, Esq. <crane@example.org>"
"""What a person could write anywhere, and no form that ipvault has for its own words allows."""

_SIGNER = "5" * 64


def row(public_class: str, fields: Mapping[str, Any] | None, seq: int = 7) -> JournalRow:
    """A record with these fields, or with none that can be read."""
    leaf = Leaf(seq, "1" * 64, "2026-11-21T14:30:00.125Z", public_class, "2" * 32, 3, "4" * 64, "6" * 64, (), {})
    return JournalRow(leaf, "7" * 64, _SIGNER, None if fields is None else dict(fields))


def examples() -> list[JournalRow]:
    """One record of every kind."""
    return [row(cls.CLASS, example(cls).fields()) for cls in KINDS_OF_RECORD]


def unread() -> list[JournalRow]:
    """Of every class one record that cannot be read, and one of a kind of the future, which says anything."""
    fields = {"kind": CANARY, "item": CANARY, "label": [CANARY], "size": CANARY, "member": {"name": CANARY}, "at": 1}
    return [made for name in sorted(CLASSES) for made in (row(name, None), row(name, fields))]


def revealing() -> list[JournalRow]:
    """One record of every kind, with the canary in every field that takes one."""
    return [row(cls.CLASS, _with_canaries(cls)) for cls in KINDS_OF_RECORD]


def _with_canaries(cls: type[Record]) -> dict[str, Any]:
    fields = example(cls).fields()
    for name, domain in types_of(cls).items():
        is_list = get_origin(domain) is tuple
        plain, test = get_args(get_args(domain)[0] if is_list else domain)
        if plain is str and test(CANARY):
            fields[name] = [CANARY] if is_list else CANARY
    return fields


NAMES = dict.fromkeys(("0" * 32, "0" * 64, "2" * 32, _SIGNER), f"{CANARY}/{CANARY}")
"""The names of everything that the examples mention by its id."""


def written(form: str, rows: Iterable[JournalRow], names: Mapping[str, str] | None = None) -> str:
    """What leaves in a form."""
    describe: Callable[[JournalRow], str] = lambda row: f"{row.action} {CANARY}"  # noqa: E731  # the type is the point
    return "".join(FORMATS[form](events(rows, names), Origin("a" * 32, describe)))
