"""What agreements cover, and what runs out: by their records, whatever vault these stand in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.catalog.agreements import Agreement, agreements, covering, due, find_agreement
from ipvault.errors import AmbiguousAgreement, NoSuchAgreement
from ipvault.records.agreements import AgreementSet
from ipvault.records.base import Place
from ipvault.records.vocabulary import LABELS
from tests.governance.agreed import BOB, DOCUMENT, EVE, MAIN_ROOM, OTHER_ROOM, catalog_of, item, terminated, terms

DAY = "2026-06-15"


def only(*records: Any) -> Agreement:
    """The one agreement that these records make."""
    (found,) = agreements(catalog_of(*records))
    return found


@pytest.mark.parametrize(
    ("fields", "covers"),
    [
        ({}, True),
        ({"parties": (EVE,)}, False),
        ({"parties": (), "party_names": ("Bob",)}, False),
        ({"from_day": DAY}, True),
        ({"from_day": "2026-06-16"}, False),
        ({"until_day": DAY}, True),
        ({"until_day": "2026-06-14"}, False),
        ({"until_day": "2026-06-14", "survival_days": 1000}, False),
        ({"from_day": "2026-01-01", "until_day": "2026-12-31"}, True),
        ({"scope_items": ("a" * 32,)}, True),
        ({"scope_items": ("c" * 32,)}, False),
        ({"scope_rooms": (MAIN_ROOM,)}, True),
        ({"scope_rooms": (OTHER_ROOM,)}, False),
        ({"scope_labels": ("secret",)}, False),
        ({"scope_labels": ("secret", "confidential")}, True),
        ({"scope_tags": ("widget",)}, True),
        ({"scope_tags": ("wid",)}, False),
        ({"scope_items": ("c" * 32,), "scope_tags": ("widget",)}, True),
    ],
)
def test_what_is_covered(fields: dict[str, Any], covers: bool) -> None:
    """A party, an item that the scope names in one way or another, and a day on which the agreement is in force."""
    catalog = catalog_of(terms(**fields))
    assert bool(covering(catalog, BOB, item(tags=("widget", "x")), DAY)) == covers


def test_the_kind_matters_if_it_is_asked_for() -> None:
    """Only agreements of the types that are asked for are told, and all of them."""
    catalog = catalog_of(terms("1"), terms("2", type="licence"), terms("3", type="dpa"))
    assert [one.id[0] for one in covering(catalog, BOB, item(), DAY)] == ["1", "2", "3"]
    assert [one.id[0] for one in covering(catalog, BOB, item(), DAY, ("dpa", "licence"))] == ["2", "3"]
    assert covering(catalog, BOB, item(), DAY, ("assignment",)) == []


@pytest.mark.parametrize(
    ("end", "state", "survives"),
    [
        ({"until_day": "2026-06-14"}, "ended", ""),
        ({"until_day": "2026-06-14", "survival_days": 1}, "ended", "2026-06-15"),
        ({"until_day": "2026-06-15"}, "in-force", ""),
        ({"from_day": "2026-06-16"}, "future", ""),
        ({"until_day": "9999-12-31", "survival_days": 36_500}, "in-force", "9999-12-31"),
    ],
)
def test_states(end: dict[str, Any], state: str, survives: str) -> None:
    """An agreement is in force up to its last day, and confidentiality goes on for the days that it says."""
    found = only(terms(**end))
    assert (found.state(DAY), found.survival_end) == (state, survives)


def test_the_first_termination_counts() -> None:
    """It ends on the day that was recorded first, be it in the future; what follows changes nothing."""
    found = only(terms(until_day="2026-12-31"), terminated("1", "2026-06-16", "breach"), terminated("1", "2030-01-01"))
    assert (found.terminated, found.reason, found.state(DAY), found.state("2026-06-16")) == (
        "2026-06-16",
        "breach",
        "in-force",
        "terminated",
    )


def test_records_of_another_room_change_nothing() -> None:
    """Terms and terminations count in the room of the agreement, and older terms do not come back."""
    catalog = catalog_of(terms(title="first"), terms(title="second", version=2))
    for record in (terms(title="third", version=3), terminated("1", "2020-01-01")):
        record.project(catalog.view, Place(9, "", "f" * 64, OTHER_ROOM, 1, 9))
    terms(title="first").project(catalog.view, Place(9, "", "f" * 64, MAIN_ROOM, 1, 9))
    (found,) = agreements(catalog)
    assert (found.terms.title, found.version, found.terminated) == ("second", 2, "")


def test_finding_one() -> None:
    """By the beginning of the id, or by the document; what can mean several is told as such."""
    catalog = catalog_of(terms("1"), terms("2"))
    assert find_agreement(catalog, "1111").id == "1" * 32
    with pytest.raises(NoSuchAgreement):
        find_agreement(catalog, "3333")
    with pytest.raises(AmbiguousAgreement):
        find_agreement(catalog, "contract.pdf", DOCUMENT)


def test_what_is_due() -> None:
    """Ends, survivals and fees within the time, the first first; a fee that has passed stays until it is taken off."""
    fees: dict[str, Any] = {
        "fees": ("a", "b", "c"),
        "fee_amounts": ("1 EUR", "", ""),
        "fee_days": ("2026-06-01", "2026-07-01", ""),
    }
    catalog = catalog_of(
        terms("1", until_day="2026-06-30", **fees),
        terms("2", until_day="2026-06-14", survival_days=20),
        terms("3", until_day="2026-07-20"),
        terms("4", until_day="2026-06-29"),
        terminated("4", "2026-02-01"),
    )
    told = [(one.day, one.what, one.agreement.id[0], one.fee, one.amount) for one in due(catalog, DAY, 30)]
    assert told == [
        ("2026-06-01", "fee", "1", "a", "1 EUR"),
        ("2026-06-30", "ends", "1", "", ""),
        ("2026-07-01", "fee", "1", "b", ""),
        ("2026-07-04", "survival-ends", "2", "", ""),
    ]


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 20)).map(str)
ITEMS = st.builds(
    item,
    st.sampled_from("abc"),
    st.sampled_from([MAIN_ROOM, OTHER_ROOM]),
    st.sampled_from(LABELS),
    st.lists(st.sampled_from(["x", "y"]), unique=True).map(tuple),
)


def some(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True).map(tuple)


SCOPES = st.fixed_dictionaries(
    {
        "scope_items": some("a" * 32, "b" * 32),
        "scope_rooms": some(MAIN_ROOM),
        "scope_labels": some(*LABELS),
        "scope_tags": some("x", "z"),
    }
)
AGREED = st.builds(
    lambda scope, start, end, parties: terms(from_day=start, until_day=end, parties=parties, **scope),
    SCOPES,
    st.just("") | DAYS,
    st.just("") | DAYS,
    some(BOB, EVE),
)


@given(AGREED, ITEMS, DAYS, st.none() | DAYS)
@settings(max_examples=200)
def test_nothing_is_covered_outside(agreed: AgreementSet, thing: Any, day: str, end: str | None) -> None:
    """Never before the first day or after the last, never from the termination on, and never without being a party."""
    catalog = catalog_of(agreed, *([terminated("1", end)] if end else []))
    if covering(catalog, BOB, thing, day):
        assert BOB in agreed.parties
        assert agreed.from_day <= day
        assert not agreed.until_day or day <= agreed.until_day
        assert end is None or day < end


@given(AGREED, SCOPES, ITEMS, DAYS)
@settings(max_examples=200)
def test_more_scope_never_covers_less(agreed: AgreementSet, more: dict[str, Any], thing: Any, day: str) -> None:
    """What an agreement covers it covers with anything added to a scope that names something, and with no scope."""
    names_something = any(getattr(agreed, name) for name in more)
    added: dict[str, Any] = {name: (*getattr(agreed, name), *some) for name, some in more.items()}
    nothing: dict[str, Any] = dict.fromkeys(more, ())
    wider, unlimited = replace(agreed, **added), replace(agreed, **nothing)
    if covering(catalog_of(agreed), BOB, thing, day):
        assert covering(catalog_of(unlimited), BOB, thing, day)
        assert not names_something or covering(catalog_of(wider), BOB, thing, day)


@given(AGREED, ITEMS, DAYS)
@settings(max_examples=100)
def test_the_days_of_an_agreement_have_no_gaps(agreed: AgreementSet, thing: Any, day: str) -> None:
    """Between two days on which something is covered there is none on which it is not."""
    catalog = catalog_of(agreed)
    days = [str(date(2025, 12, 25) + timedelta(days=number)) for number in range(40)]
    covered = "".join("x" if covering(catalog, BOB, thing, one) else " " for one in [*days, max(day, days[-1])])
    assert " " not in covered.strip()
