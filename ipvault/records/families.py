"""All families of records, one line each, and the way from a record to fields and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final, NamedTuple, get_args, get_origin, get_type_hints

from ipvault.records.base import KINDS, Fields, MalformedRecord, Record, Unknown
from ipvault.records.domains import Test
from ipvault.text import _

FAMILIES: Final = {
    "genesis": ("vault",),
    "members": ("member",),
    "rooms": ("room",),
    "items": ("item",),
    "recipients": ("recipient",),
    "packages": ("package", "receipt"),
    "access": ("content", "dossier", "evidence"),
    "authentication": ("auth",),
    "recovery": ("recovery",),
    "upkeep": ("journal", "records"),
    "healing": ("backup", "vault"),
    "anchors": ("anchor",),
    "timestamps": ("timestamp",),
    "exports": ("journal",),
    "custody": ("custody",),
    "policies": ("policy",),
    "packs": ("pack",),
    "decisions": ("release", "request"),
    "agreements": ("agreement",),
    "findings": ("finding",),
    "assessments": ("assessment",),
    "trainings": ("training",),
    "marks": ("copy",),
    "register": ("secret",),
    "reviews": ("person", "review"),
    "holds": ("hold",),
    "retention": ("retention",),
    "privacy": ("consent", "privacy"),
    "insights": ("insight",),
    "incidents": ("action", "clock", "incident"),
    "freezes": ("freeze",),
}
"""The modules of records, in the order of their tables, and how their kinds begin.

A module is imported when one of its kinds is met: classes take time to be made, and most commands need few of them.
"""


def schema() -> str:
    """The tables of all families."""
    return "".join(_import(family).SCHEMA for family in FAMILIES)


@cache
def all_kinds() -> Mapping[str, type[Record]]:
    """Every class of record by its kind."""
    for family in FAMILIES:
        _import(family)
    return KINDS


def _kind(name: str) -> type[Record] | None:
    """The class of a kind, or None for one of the future."""
    if name not in KINDS:
        for family, beginnings in FAMILIES.items():
            if name.partition(".")[0] in beginnings:
                _import(family)
    return KINDS.get(name)


def _import(family: str) -> ModuleType:
    return import_module(f"ipvault.records.{family}")


class _Field(NamedTuple):
    """A field of a kind: what JSON gives for it, and the tests that it, or each part of a list, has to pass."""

    name: str
    value: type[Any]
    part: type[Any] | None
    test: Test


_SHAPES: dict[str, tuple[_Field, ...]] = {}


def _shape(cls: type[Record]) -> tuple[_Field, ...]:
    if cls.KIND not in _SHAPES:
        hints = get_type_hints(cls, include_extras=True)
        _SHAPES[cls.KIND] = tuple(_field(name, hints[name]) for name in cls.NAMES)
    return _SHAPES[cls.KIND]


def _field(name: str, hint: Any) -> _Field:
    if get_origin(hint) is tuple:
        part, test = get_args(get_args(hint)[0])
        return _Field(name, list, part, test)
    plain, test = get_args(hint)
    return _Field(name, plain, None, test)


def encode(record: Record) -> Fields:
    """The fields of a record, for sealing. Raises `MalformedRecord`: nothing is written that no reader would take."""
    fields = record.fields()
    _check(_shape(KINDS[record.KIND]), fields)
    return fields


def decode(public_class: str, fields: Mapping[str, Any]) -> Record:
    """The record that `fields` are, which the journal holds under `public_class`. Raises `MalformedRecord`."""
    kind = fields.get("kind")
    if not isinstance(kind, str):
        raise MalformedRecord(_("it has no kind"))
    cls = _kind(kind)
    if cls is None:
        return Unknown(content=dict(fields))
    if public_class != cls.CLASS:
        text = _("a record of kind {kind} cannot stand in class {class_name}")
        raise MalformedRecord(text.format(kind=kind, class_name=public_class))
    shape = _shape(cls)
    _check(shape, fields)
    if len(fields) != len(shape) + 1:
        raise MalformedRecord(_("it has fields that its kind does not have"))
    values: Fields = {name: fields[name] for name in cls.NAMES}
    values |= {field.name: tuple(values[field.name]) for field in shape if field.part}
    return cls(**values)


def _check(shape: tuple[_Field, ...], fields: Mapping[str, Any]) -> None:
    """Raises `MalformedRecord` unless JSON gave for each field what may be in it."""
    for name, expected, part, test in shape:
        value: Any = fields.get(name)
        if type(value) is not expected:
            raise MalformedRecord(_("its field {name} is missing or of the wrong type").format(name=name))
        is_good = test(value) if part is None else all(type(element) is part and test(element) for element in value)
        if not is_good:
            raise MalformedRecord(_("its field {name} holds what it must not").format(name=name))
