"""All families of records, one line each, and the way back from fields to a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast, get_args, get_origin, get_type_hints

from ipvault.records import (
    access,
    agreements,
    anchors,
    assessments,
    authentication,
    custody,
    decisions,
    exports,
    findings,
    freezes,
    genesis,
    healing,
    holds,
    incidents,
    insights,
    items,
    marks,
    members,
    packages,
    packs,
    policies,
    privacy,
    recipients,
    recovery,
    register,
    retention,
    reviews,
    rooms,
    timestamps,
    trainings,
    upkeep,
)
from ipvault.records.base import KINDS as KINDS, Fields, MalformedRecord, Record, Unknown
from ipvault.records.domains import Test
from ipvault.text import _

FAMILIES = (
    *(genesis, members, rooms, items, recipients, packages),
    *(access, authentication, recovery, upkeep, healing, anchors, timestamps, exports, custody),
    *(policies, packs, decisions, agreements, findings, assessments, trainings, marks, register, reviews),
    *(holds, retention, privacy, insights),
    *(incidents, freezes),
)

SCHEMA = "".join(family.SCHEMA for family in FAMILIES)


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
    for field in _shape(KINDS[record.KIND]):
        _check(field, fields[field.name])
    return fields


def decode(public_class: str, fields: Mapping[str, Any]) -> Record:
    """The record that `fields` are, which the journal holds under `public_class`. Raises `MalformedRecord`."""
    kind = fields.get("kind")
    if not isinstance(kind, str):
        raise MalformedRecord(_("it has no kind"))
    cls = KINDS.get(kind)
    if cls is None:
        return Unknown(content=dict(fields))
    if public_class != cls.CLASS:
        text = _("a record of kind {kind} cannot stand in class {class_name}")
        raise MalformedRecord(text.format(kind=kind, class_name=public_class))
    values: dict[str, Any] = {}
    for field in _shape(cls):
        value = fields.get(field.name)
        _check(field, value)
        values[field.name] = tuple(cast(list[Any], value)) if field.part else value
    if len(fields) != len(values) + 1:
        raise MalformedRecord(_("it has fields that its kind does not have"))
    return cls(**values)


def _check(field: _Field, value: Any) -> None:
    """Raises `MalformedRecord` unless JSON gave for the field what may be in it."""
    name, expected, part, test = field
    if type(value) is not expected:
        raise MalformedRecord(_("its field {name} is missing or of the wrong type").format(name=name))
    is_good = test(value) if part is None else all(type(element) is part and test(element) for element in value)
    if not is_good:
        raise MalformedRecord(_("its field {name} holds what it must not").format(name=name))
