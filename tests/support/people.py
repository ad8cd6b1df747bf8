"""People outside a vault, the same in every run."""

from __future__ import annotations

from ipvault.keys.card import Card, Details
from ipvault.keys.identity import Identity
from tests.support.memory_vault import SeededRandom

CREATED = "2026-11-01T00:00:00.000Z"


def person(seed: str) -> Identity:
    """The private keys of somebody."""
    return Identity.generate(SeededRandom(seed.encode()))


def card_of(seed: str, details: Details) -> Card:
    """The card of that somebody."""
    return Card.issue(person(seed), details, CREATED)


BOB = card_of("bob", Details("Bob Babbage", "Engines Ltd", "b@example.org", "GB"))
EVE = card_of("eve", Details("Bob Babbage", "Engines Ltd", "b@example.org", "GB"))
"""Somebody else, in Bob's name."""
