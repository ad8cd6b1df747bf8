"""Errors: wherever one is raised, it has the fields that its words need."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import ipvault.errors
from ipvault.errors import ExitCode, VaultError

PACKAGE = Path(str(ipvault.__file__)).parent
ERRORS = {
    name: value
    for name, value in vars(ipvault.errors).items()
    if isinstance(value, type) and issubclass(value, VaultError)
}
ALWAYS_THERE = {"quoted", "ipvault"}


class Use(NamedTuple):
    """A place where an error is made: its class, and the fields that it is given."""

    place: str
    error: type[VaultError]
    fields: frozenset[str]


def needed(error: type[VaultError]) -> set[str]:
    """The fields of an error's templates."""
    parts = [part for text in (error.message, error.hint) for part in string.Formatter().parse(text)]
    return {name.partition(".")[0] for _text, name, _spec, _conversion in parts if name} - ALWAYS_THERE


def uses(source: str, place: str) -> Iterator[Use]:
    """Every call of an error class in a module, and every `raise` of one without a call."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in ERRORS:
                if all(keyword.arg is not None for keyword in keywords):
                    fields = frozenset(str(keyword.arg) for keyword in keywords)
                    yield Use(f"{place}:{node.lineno}", ERRORS[name], fields)
            case ast.Raise(exc=ast.Name(id=name)) if name in ERRORS:
                yield Use(f"{place}:{node.lineno}", ERRORS[name], frozenset())


ALL_USES = [
    use
    for path in sorted(PACKAGE.rglob("*.py"))
    for use in uses(path.read_text(encoding="utf-8"), str(path.relative_to(PACKAGE)))
]


def lacking(found: list[Use]) -> list[str]:
    return [
        f"{use.place}: {use.error.__name__} lacks {', '.join(sorted(missing))}"
        for use in found
        if (missing := needed(use.error) - use.fields)
    ]


def test_every_error_gets_its_fields() -> None:
    """Each place that makes an error gives every field that its message and hint are made of."""
    assert len(ALL_USES) > 100
    assert lacking(ALL_USES) == []


@pytest.mark.parametrize(
    "source",
    ["raise NotFound(name='x')", "raise NotFound", "error = StorageFailed(path='x')", "raise Damaged() from None"],
)
def test_a_missing_field_is_found(source: str) -> None:
    """The check above complains where a field is missing."""
    assert lacking(list(uses(source, "x.py")))


@pytest.mark.parametrize("error", ERRORS.values(), ids=list(ERRORS))
def test_every_error_can_be_told(error: type[VaultError]) -> None:
    """Message and hint can be put together from their fields, are one line, shout at nobody, and have an id and a
    documented exit code; the program's `repr` of an error does not show its fields.
    """
    made = error(**dict.fromkeys(needed(error), "a {value} [b]"))
    for text in (str(made), made.advice()):
        assert "\n" not in text
        assert "!" not in text
    assert bool(str(made)) != (error is VaultError)
    assert made.id
    assert made.exit_code in ExitCode
    assert "value" not in repr(made)
