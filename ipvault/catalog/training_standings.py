"""Who is to accept what, and who has."""

from __future__ import annotations

from typing import Final, NamedTuple

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.periods import days_after
from ipvault.catalog.recipients import recipients
from ipvault.catalog.roster import members
from ipvault.catalog.trainings import Training, accepted, assigned, trainings

ACCEPTED: Final = "accepted"
MISSING: Final = "missing"
OVERDUE: Final = "overdue"


class Standing(NamedTuple):
    """Where somebody stands with a text: the time of the acceptance can be empty, and so can the day it is due."""

    training: Training
    person: str
    name: str
    due: str
    accepted: str
    state: str


def standings(catalog: Catalog, day: str) -> list[Standing]:
    """For each text everybody who is to accept it, by name, as long as that is a member or a recipient still."""
    outsiders = recipients(catalog)
    names = {one.fingerprint: one.name for one in members(catalog)} | {one.id: one.name for one in outsiders}
    cards = {one.id: one.fingerprint for one in outsiders}
    found = []
    for training in trainings(catalog):
        for one in assigned(catalog, training.id):
            if one.person not in names:
                continue
            when = accepted(catalog, {one.person, cards.get(one.person, one.person)}, training) or ""
            state = ACCEPTED if when else OVERDUE if one.due and one.due < day else MISSING
            found.append(Standing(training, one.person, names[one.person], one.due, when, state))
    return sorted(found, key=lambda one: (one.training.name, one.name.casefold(), one.person))


def due(catalog: Catalog, day: str, within_days: int) -> list[Standing]:
    """Who has not accepted what is due until so many days after a day, is overdue, or has no day."""
    last = days_after(day, within_days)
    return [one for one in standings(catalog, day) if one.state != ACCEPTED and one.due <= last]
