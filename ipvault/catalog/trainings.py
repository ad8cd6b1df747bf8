"""Queries about trainings: the texts that people have to have accepted, who is to, and who has."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import NoSuchTraining


class Training(NamedTuple):
    """A text in its newest version. It is `content`, or the content of the item (an id) whose digest it has."""

    id: str
    version: int
    name: str
    sha256: str
    item: str
    content: str
    seq: int
    time: str


class Assigned(NamedTuple):
    """Somebody (the fingerprint of a member or the id of a recipient) who is to accept a text, by a day or empty."""

    training: str
    person: str
    due: str
    seq: int


def trainings(catalog: Catalog) -> list[Training]:
    """All texts, by name."""
    query = "SELECT * FROM training WHERE version = (SELECT max(version) FROM training AS other WHERE id = training.id)"
    return sorted(map(Training._make, catalog.view.execute(query)), key=lambda one: (one.name, one.id))


def named(catalog: Catalog, name: str) -> Training | None:
    """The text of that name, if there is one: no two have the same."""
    return next((one for one in trainings(catalog) if one.name == name), None)


def find_training(catalog: Catalog, typed: str) -> Training:
    """The one text of that name, or else whose id begins so. Raises `NoSuchTraining`."""
    found = named(catalog, typed)
    if found is not None:
        return found
    return the_only(beginning_with(typed, trainings(catalog)), typed, NoSuchTraining)


def assigned(catalog: Catalog, training: str) -> list[Assigned]:
    """Who is to accept a text (an id), in the order in which they were asked."""
    query = "SELECT * FROM training_person WHERE training = ? ORDER BY seq, person"
    return [Assigned._make(row) for row in catalog.view.execute(query, (training,))]


def accepted(catalog: Catalog, people: Collection[str], training: Training) -> str | None:
    """When somebody, by any of these fingerprints and ids, accepted the newest version of a text; None if not."""
    query = (
        "SELECT time FROM acknowledgement WHERE training = ? AND version = ? "
        "AND person IN (SELECT value FROM json_each(?)) ORDER BY seq LIMIT 1"
    )
    row = catalog.view.execute(query, (training.id, training.version, json.dumps([*people]))).fetchone()
    return row[0] if row else None
