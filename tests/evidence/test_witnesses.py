"""The list of witnesses whom somebody trusts."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipvault.errors import AmbiguousWitness, NoSuchWitness
from ipvault.evidence.witnesses import WitnessList
from ipvault.keys.card import Card
from tests.support.people import Person


def someone(name: str) -> Card:
    """The card of somebody of that name."""
    return Person.named(name).card


@pytest.fixture
def witnesses(tmp_path: Path) -> WitnessList:
    """Bob Babbage, Bobbie and Zoë Müller."""
    known = WitnessList(tmp_path)
    for name in ("Bob Babbage", "Bobbie", "Zoë Müller"):
        known.trust(someone(name))
    return known


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Bob Babbage", "Bob Babbage"),
        ("babb", "Bob Babbage"),
        ("Bob B", "Bob Babbage"),
        ("Bobbie", "Bobbie"),
        ("Zoe\u0308", "Zoë Müller"),
        ("müll", "Zoë Müller"),
    ],
)
def test_a_witness_is_found_by_a_word_of_the_name(witnesses: WitnessList, typed: str, name: str) -> None:
    """By the name, or else by how one of its words begins; and by the beginning of the fingerprint."""
    card = witnesses.find(typed)
    assert card.details.name == name
    assert witnesses.find(card.fingerprint[:8]) == card


def test_nobody_is_guessed(witnesses: WitnessList) -> None:
    """What several begin with is refused with their fingerprints; what nobody does, with who is called much like it."""
    with pytest.raises(AmbiguousWitness) as ambiguous:
        witnesses.find("Bob")
    for name in ("Bob Babbage", "Bobbie"):
        assert f"{name} ({someone(name).fingerprint[:16]})" in str(ambiguous.value)
    with pytest.raises(NoSuchWitness) as nobody:
        witnesses.find("Babage")
    assert "Bob Babbage" in str(nobody.value.fields["suggestion"])
    with pytest.raises(NoSuchWitness) as nobody:
        witnesses.find("Zoe")  # without her dots: she is meant, and still not guessed
    assert "Zoë Müller" in str(nobody.value.fields["suggestion"])
    for typed in ("abbage", "", "Eve"):
        with pytest.raises(NoSuchWitness):
            witnesses.find(typed)
