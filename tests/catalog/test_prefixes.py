"""What the beginning of an id means: one thing, none, or several, which are told apart."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from ipvault.catalog.prefixes import beginning_with, the_only
from ipvault.errors import AmbiguousId, NoSuchRequest


class Thing(NamedTuple):
    id: str


THINGS = [Thing(f"abcd{digit}" + "0" * 27) for digit in range(7)]


def test_one_is_meant() -> None:
    """Capitals do not count."""
    assert the_only(beginning_with("ABCD3", THINGS), "ABCD3", NoSuchRequest) is THINGS[3]


@pytest.mark.parametrize("typed", ["ffff", "abc", ""])
def test_none_is_meant(typed: str) -> None:
    """Nor is any by less than four digits."""
    with pytest.raises(NoSuchRequest, match="no request has an id"):
        the_only(beginning_with(typed, THINGS), typed, NoSuchRequest)


def test_several_could_be_meant() -> None:
    """They are named, as many as somebody reads; that is not the same as none."""
    with pytest.raises(AmbiguousId) as refused:
        the_only(beginning_with("abcd", THINGS), "abcd", NoSuchRequest)
    told = str(refused.value)
    assert [one.id in told for one in THINGS] == [True] * 5 + [False] * 2
    assert told.endswith("…")
    with pytest.raises(AmbiguousId) as refused:
        the_only(THINGS[:2], "abcd", NoSuchRequest)
    assert not str(refused.value).endswith("…")
