"""Examples of every kind of record."""

from __future__ import annotations

from typing import Any, get_type_hints

from hypothesis import strategies as st

from ipvault.records.base import KINDS, Record
from ipvault.records.families import FAMILIES

assert FAMILIES  # importing them has registered every kind

KINDS_OF_RECORD: list[type[Record]] = [KINDS[kind] for kind in sorted(KINDS)]
"""Every class of record that can be written."""

_TEXT = st.text(max_size=20)
VALUES_OF_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: st.integers(0, 2**53 - 1),
    bool: st.booleans(),
    tuple[str, ...]: st.lists(_TEXT, max_size=3).map(tuple),
}


def types_of(cls: type[Record]) -> dict[str, Any]:
    """The names of a record's fields and their types."""
    hints = get_type_hints(cls)
    return {name: hints[name] for name in cls.NAMES}


def records(*classes: type[Record]) -> st.SearchStrategy[Record]:
    """Records of these kinds, or of all."""
    return st.sampled_from(classes or KINDS_OF_RECORD).flatmap(
        lambda cls: st.builds(cls, **{name: VALUES_OF_TYPE[type_] for name, type_ in types_of(cls).items()})
    )


def example(cls: type[Record]) -> Record:
    """One record of a kind, always the same."""
    plain: dict[Any, Any] = {str: "text", int: 1, bool: True, tuple[str, ...]: ("a", "b")}
    return cls(**{name: plain[type_] for name, type_ in types_of(cls).items()})
