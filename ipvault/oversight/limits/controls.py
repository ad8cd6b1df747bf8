"""The controls, as the file beside this module has them."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

from ipvault.text import N_
from ipvault.toml import parse_versioned

FORMAT: Final = 1

GRADES: Final = {
    "E": N_("enforced by cryptography"),
    "L": N_("held by this program only"),
    "R": N_("recorded"),
    "X": N_("not to be had offline, or not in this version"),
}

_FILE: Final = "controls.toml"


class Claim(NamedTuple):
    """What is claimed with one grade. `says` is English, for `_`; `shown_by` are tests, as pytest names them."""

    grade: str
    says: str
    shown_by: tuple[str, ...]


class Control(NamedTuple):
    """One thing that is expected; `title` is English, for `_`, and `commands` are words after `ipvault`."""

    id: str
    title: str
    commands: tuple[str, ...]
    claims: tuple[Claim, ...]


class Register(NamedTuple):
    """All controls: those that such software offers, and those that it usually does not have."""

    offered: tuple[str, ...]
    beyond: tuple[str, ...]
    controls: tuple[Control, ...]


@cache
def register() -> Register:
    """What is claimed. Raises KeyError or ValueError for a file that is not as it should be."""
    document = parse_versioned(resources.files(__package__).joinpath(_FILE).read_bytes(), _FILE, FORMAT)
    controls = tuple(map(_control, document["control"]))
    return Register(tuple(document["offered"]), tuple(document["beyond"]), controls)


def _control(table: dict[str, Any]) -> Control:
    if unknown := table.keys() - {"id", "title", "commands", *GRADES}:
        raise ValueError(f"{table['id']}: {min(unknown)}")
    claims = [
        Claim(grade, table[grade]["says"], tuple(table[grade].get("shown-by", ())))
        for grade in GRADES
        if grade in table
    ]
    return Control(table["id"], table["title"], tuple(table["commands"]), tuple(claims))
