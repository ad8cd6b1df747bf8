"""All families of records, one line each, and the way back from fields to a record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, get_type_hints

from ipvault.records import access, authentication, genesis, items, members, rooms, upkeep
from ipvault.records.base import KINDS, MalformedRecord, Record, Unknown
from ipvault.text import _

FAMILIES = (genesis, members, rooms, items, access, authentication, upkeep)

SCHEMA = "".join(family.SCHEMA for family in FAMILIES)

_TYPES: dict[str, dict[str, Any]] = {}


def _types(cls: type[Record]) -> dict[str, Any]:
    if cls.KIND not in _TYPES:
        hints = get_type_hints(cls)
        _TYPES[cls.KIND] = {f.name: hints[f.name] for f in dataclasses.fields(cls)}
    return _TYPES[cls.KIND]


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
    types = _types(cls)
    values: dict[str, Any] = {}
    for name, expected in types.items():
        value = fields.get(name)
        if expected == tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
                raise MalformedRecord(_("its field {name} is not a list of text").format(name=name))
            value = tuple(value)
        elif type(value) is not expected:
            raise MalformedRecord(_("its field {name} is missing or of the wrong type").format(name=name))
        values[name] = value
    if len(fields) != len(values) + 1:
        raise MalformedRecord(_("it has fields that its kind does not have"))
    return cls(**values)
