"""Terms as TOML: what is written is read as what it was, and what is not understood is refused with its place."""

from __future__ import annotations

from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings, strategies as st

from ipvault.catalog.address import find_item
from ipvault.catalog.recipients import find_recipient
from ipvault.errors import FormatTooNew, NoSuchRecipient, NoSuchRoom, NotFound, TermsRefused
from ipvault.governance.agreements.names import Names
from ipvault.governance.agreements.terms import MAX_TERMS, from_document, read_toml, to_toml
from ipvault.records.agreements import (
    AGREEMENT_TYPES,
    EXCLUSIVITIES,
    NOTICES,
    RELATIONSHIPS,
    AgreementSet,
    Terms,
)
from ipvault.records.domains import MAX_DAYS
from ipvault.records.families import encode
from ipvault.records.vocabulary import LABELS
from ipvault.vault.items import remove
from ipvault.vault.recipients import add_recipient, remove_recipient
from tests.support.memory_vault import MemoryVault, add_content
from tests.support.outsiders import BOB, EVE

PLACE = "terms.toml"


@pytest.fixture(scope="module")
def names() -> Names:
    """Of a vault with items that are called like ids or were removed, and a recipient who is called like another."""
    vault = MemoryVault.create().open()
    add_content(vault, {"widget/claims": b"1", "1234@2": b"2", "gone": b"3"})
    remove(vault, ["gone"], reason="")
    add_recipient(vault, BOB.card, "Bob")
    add_recipient(vault, EVE.card, BOB.fingerprint[:12])
    KNOWN.update(
        items=[find_item(vault.catalog, name).id for name in ("widget/claims", "1234@2")],
        parties=[find_recipient(vault.catalog, one.fingerprint).id for one in (BOB, EVE)],
        rooms=[find_item(vault.catalog, "widget/claims").room],
    )
    KNOWN["items"].append(find_item(vault.catalog, "gone", removed=True).id)
    return Names(vault.catalog)


KNOWN: dict[str, list[str]] = {}
"""The ids that `names` knows."""

_LINES = st.text("aÄ'\"\\ =#[]{}\u4e00", min_size=1, max_size=8).map(str.strip)
_SOME = st.lists(_LINES.filter(bool), max_size=3, unique=True).map(tuple)
_TEXTS = _LINES | st.just("two\nlines\tand a tab'''\"\"\"")
_DAYS = st.dates().map(str)


def _known(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.integers(0, 2), max_size=3, unique=True).map(
        lambda chosen: tuple(KNOWN[kind][number] for number in chosen if number < len(KNOWN[kind]))
    )


@st.composite
def _terms(draw: st.DrawFn) -> Terms:
    fees = draw(st.lists(st.tuples(_LINES.filter(bool), _LINES, st.just("") | _DAYS), max_size=3))
    first, last = sorted((draw(_DAYS), draw(_DAYS)))
    lists = ("party_names", "inventors", "field_of_use", "territory")
    texts = ("permitted_use", "consequences", "background", "foreground", "restrictions", "audit_rights", "disputes")
    others: dict[str, Any] = {
        **{name: draw(_LINES) for name in ("law", "assignor", "assignee")},
        **{name: draw(_SOME) for name in lists},
        **{name: draw(_TEXTS) for name in texts},
    }
    whats, amounts, days = zip(*fees, strict=True) if fees else ((), (), ())
    return Terms(
        type=draw(st.sampled_from(AGREEMENT_TYPES)),
        title=draw(_LINES.filter(bool)),
        parties=draw(_known("parties").filter(bool)),
        relationship=draw(st.sampled_from(RELATIONSHIPS)),
        scope_items=draw(_known("items")),
        scope_rooms=draw(_known("rooms")),
        scope_labels=draw(st.lists(st.sampled_from(LABELS), unique=True).map(tuple)),
        scope_tags=draw(_SOME.map(lambda tags: tuple(tag for tag in tags if "," not in tag))),
        from_day=draw(st.sampled_from(("", first))),
        until_day=draw(st.sampled_from(("", last))),
        survival_days=draw(st.integers(0, MAX_DAYS)),
        exclusivity=draw(st.sampled_from(("", *EXCLUSIVITIES))),
        dtsa_notice=draw(st.sampled_from(NOTICES)),
        fees=whats,
        fee_amounts=amounts,
        fee_days=days,
        **others,
    )


def read(document: dict[str, Any], names: Names) -> Terms:
    data = tomli_w.dumps({"format": 1, **document}).encode()
    return from_document(read_toml(data, PLACE), PLACE, names)


@given(st.data())
@settings(max_examples=60)
def test_what_is_written_is_read(names: Names, data: st.DataObject) -> None:
    """Terms come back from their file as they were, names that mean several things too, and can be recorded."""
    made = data.draw(_terms())
    back = from_document(read_toml(to_toml(made, names).encode(), PLACE), PLACE, names)
    assert back == made
    encode(AgreementSet(agreement="0" * 32, version=1, document="0" * 32, **{n: getattr(back, n) for n in TERMS}))


TERMS = tuple(name for name in AgreementSet.NAMES if name not in ("agreement", "version", "document"))

LEAST = {"type": "nda", "title": "NDA", "party_names": ["Bob"]}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"type": "treaty"}, "type"),
        ({"type": ["nda"]}, "type"),
        ({"type": ""}, "type"),
        ({"title": ""}, "title"),
        ({"title": "a\nb"}, "title"),
        ({"title": "a" * 1025}, "title"),
        ({"title": 1}, "title"),
        ({"titel": "x"}, "titel"),
        ({"document": "0" * 32}, "document"),
        ({"from_day": "2026-01-01"}, "from_day"),
        ({"from": "2026-01-01"}, "from"),
        ({"until": 2026}, "until"),
        ({"survival_days": -1}, "survival_days"),
        ({"survival_days": True}, "survival_days"),
        ({"survival_days": 36_501}, "survival_days"),
        ({"party_names": "Bob"}, "party_names"),
        ({"party_names": [""]}, "party_names"),
        ({"party_names": [1]}, "party_names"),
        ({"party_names": []}, "parties"),
        ({"territory": ["DE"] * 1001}, "territory"),
        ({"law": "\u202eDE"}, "law"),
        ({"permitted_use": "a\x1b[2J"}, "permitted_use"),
        ({"permitted_use": "a" * 65_537}, "permitted_use"),
        ({"exclusivity": "Exclusive"}, "exclusivity"),
        ({"dtsa_notice": True}, "dtsa_notice"),
        ({"scope": ["a"]}, "scope"),
        ({"scope": {"item": ["a"]}}, "scope.item"),
        ({"scope": {"labels": ["topsecret"]}}, "scope.labels"),
        ({"scope": {"tags": ["a,b"]}}, "tag"),
        ({"fees": {"what": "x"}}, "fees"),
        ({"fees": [{"amount": "1 EUR"}]}, "fees 1"),
        ({"fees": [{"what": "x"}, {"what": "x", "due": "soon"}]}, "fees 2"),
        ({"fees": [{"what": "x", "paid": True}]}, "paid"),
    ],
)
def test_what_is_not_understood_is_refused(names: Names, change: dict[str, Any], place: str) -> None:
    """An unknown key, a value of another kind and a wrong date are refused, and the message says where."""
    assert read(LEAST, names).title == "NDA"
    with pytest.raises(TermsRefused, match=r"terms\.toml") as refused:
        read({**LEAST, **change}, names)
    assert place in str(refused.value.fields["reason"])


def test_an_end_before_the_beginning(names: Names) -> None:
    """Terms that are over before they begin are refused."""
    with pytest.raises(TermsRefused):
        from_document(read_toml(b'format = 1\ntype = "nda"\nfrom = 2026-02-01\nuntil = 2026-01-31', ""), "", names)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"parties": ["Nobody"]}, NoSuchRecipient),
        ({"parties": ["0" * 32]}, NoSuchRecipient),
        ({"scope": {"items": ["nothing"]}}, NotFound),
        ({"scope": {"rooms": ["root"]}}, NoSuchRoom),
        ({"scope": {"rooms": ["nowhere"]}}, NoSuchRoom),
    ],
)
def test_what_is_not_there_is_no_part_of_terms(names: Names, change: dict[str, Any], error: type[Exception]) -> None:
    """Parties and scope name what there is."""
    with pytest.raises(error):
        read({**LEAST, **change}, names)


@pytest.mark.parametrize("data", [b"", b"\xff", b"format = 0", b"a = 1", b"format = 1\na = " + b"[" * 99])
def test_what_is_no_file_of_terms(data: bytes) -> None:
    """Whatever is no TOML of the right format is refused, before anything is made of it."""
    with pytest.raises(TermsRefused):
        read_toml(data, PLACE)


def test_size_and_format() -> None:
    """A file that is too large is not parsed, and one of a newer format is told as such."""
    with pytest.raises(TermsRefused):
        read_toml(b"format = 1\n" + b"#" * MAX_TERMS, PLACE)
    with pytest.raises(FormatTooNew):
        read_toml(b"format = 2", PLACE)


def test_who_was_removed_stays_in_the_terms() -> None:
    """A party that is no recipient any more is written as an id, and taken back as one."""
    vault = MemoryVault.create().open()
    add_recipient(vault, BOB.card, "Bob")
    bob = find_recipient(vault.catalog, "Bob").id
    remove_recipient(vault, "Bob", "")
    names = Names(vault.catalog)
    made = Terms(type="nda", title="NDA", parties=(bob,), scope_items=("7" * 32,))
    document = read_toml(to_toml(made, names).encode(), PLACE)
    assert document["parties"] == [bob]
    with pytest.raises(NotFound):
        from_document(document, PLACE, names)
    assert from_document(document, PLACE, Names(vault.catalog, {"7" * 32})) == made
