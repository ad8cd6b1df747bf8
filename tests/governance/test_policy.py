"""The policy as text: what is read is what is kept, and what cannot be enforced is refused."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest
import tomli_w
from hypothesis import given, settings, strategies as st

from ipvault.cli.help import DOCUMENTS
from ipvault.errors import Conflict, Denied, FormatTooNew, PolicyRefused
from ipvault.governance.policy.current import current_policy, set_policy, unmet
from ipvault.governance.policy.policy import (
    DEFAULT,
    EGRESS,
    FORMAT,
    MARK,
    MAX_APPROVALS,
    MAX_DAYS,
    UNREAD,
    Override,
    Policy,
    Rules,
)
from ipvault.governance.risk.weighing import MAX_SCORE, MAX_WEIGHT, WEIGHTS, Weighing
from ipvault.records.agreements import AGREEMENT_TYPES
from ipvault.records.assessments import LEVELS
from ipvault.records.policies import PolicySet
from ipvault.records.vocabulary import LABELS, MAX_TEXT
from ipvault.vault.findings import SEVERITIES
from tests.governance.vaults import Office, policy
from tests.support.mallory import in_root
from tests.support.memory_vault import MemoryVault, append

PLACES = st.text("ABCdeü '\"\\-", min_size=1, max_size=8)
RULES = st.builds(
    Rules,
    egress=st.sampled_from(EGRESS),
    expiry=st.integers(0, MAX_DAYS),
    approvals=st.integers(0, MAX_APPROVALS),
    jurisdictions=st.lists(PLACES, max_size=4).map(tuple),
    agreement=st.lists(st.sampled_from(AGREEMENT_TYPES), max_size=3).map(tuple),
    personal_data=st.lists(st.sampled_from(AGREEMENT_TYPES), max_size=3).map(tuple),
    findings=st.sampled_from(("", *SEVERITIES)),
    unread=st.sampled_from(UNREAD),
    mark=st.sampled_from(MARK),
    risk=st.sampled_from(("", *LEVELS)),
    acknowledgements=st.lists(PLACES.map(lambda name: f"a{name}"), max_size=3).map(tuple),
)
OWN_RULES = st.lists(
    st.fixed_dictionaries(
        {"id": st.just("own"), "title": PLACES.filter(str.strip), "severity": st.sampled_from(SEVERITIES)},
        optional={"expected": st.just(["secret"])},
    ).map(lambda table: {**table, "words": ["project bluebird"]}),
    max_size=1,
).map(tuple)
POLICIES = st.builds(
    Policy,
    st.just(0),
    st.fixed_dictionaries(dict.fromkeys(LABELS, RULES)),
    st.builds(Override, approvals=st.integers(0, MAX_APPROVALS)),
    OWN_RULES,
    st.builds(
        Weighing,
        medium=st.integers(2, 8),
        high=st.integers(9, 15),
        critical=st.integers(16, MAX_SCORE),
        accept=st.sampled_from(LEVELS),
        **dict.fromkeys(WEIGHTS, st.integers(1, MAX_WEIGHT)),
    ),
)


def read(document: dict[str, Any]) -> Policy:
    return Policy.from_toml(tomli_w.dumps(document).encode(), "policy.toml")


@given(POLICIES)
@settings(max_examples=50)
def test_what_is_written_is_read(made: Policy) -> None:
    """A policy comes back from its text as it was."""
    assert Policy.from_toml(made.to_toml().encode(), "") == made


def test_what_is_not_named_asks_for_nothing() -> None:
    """A policy that names nothing is one that lets everything pass."""
    assert read({"format": FORMAT}) == Policy(0, dict.fromkeys(LABELS, Rules()))
    assert read({"format": FORMAT, "label": {"secret": {"approvals": 2}}}).labels["secret"] == Rules(approvals=2)


@pytest.mark.parametrize(
    "document",
    [
        {"label": {}},
        {"format": 0},
        {"format": "1"},
        {"format": True},
        {"format": 1, "labels": {}},
        {"format": 1, "version": 3},
        {"format": 1, "label": []},
        {"format": 1, "override": 1},
        {"format": 1, "label": {"top-secret": {}}},
        {"format": 1, "label": {"secret": []}},
        {"format": 1, "label": {"secret": {"aproval": 1}}},
        {"format": 1, "label": {"secret": {"egress": "fax"}}},
        {"format": 1, "label": {"secret": {"egress": ["any"]}}},
        {"format": 1, "label": {"secret": {"approvals": True}}},
        {"format": 1, "label": {"secret": {"approvals": 1.0}}},
        {"format": 1, "label": {"secret": {"approvals": "1"}}},
        {"format": 1, "label": {"secret": {"approvals": -1}}},
        {"format": 1, "label": {"secret": {"approvals": MAX_APPROVALS + 1}}},
        {"format": 1, "label": {"secret": {"expiry": -1}}},
        {"format": 1, "label": {"secret": {"expiry": MAX_DAYS + 1}}},
        {"format": 1, "label": {"secret": {"expiry": 2**63}}},
        {"format": 1, "label": {"secret": {"jurisdictions": "DE"}}},
        {"format": 1, "label": {"secret": {"agreement": "nda"}}},
        {"format": 1, "label": {"secret": {"agreement": ["treaty"]}}},
        {"format": 1, "label": {"secret": {"personal_data": ["dpa", 1]}}},
        {"format": 1, "label": {"secret": {"jurisdictions": ["DE", 1]}}},
        {"format": 1, "label": {"secret": {"jurisdictions": [""]}}},
        {"format": 1, "label": {"secret": {"jurisdictions": ["D\x1bE"]}}},
        {"format": 1, "label": {"secret": {"jurisdictions": ["DE"] * 301}}},
        {"format": 1, "label": {"secret": {"findings": "grave"}}},
        {"format": 1, "label": {"secret": {"findings": True}}},
        {"format": 1, "label": {"secret": {"unread": ""}}},
        {"format": 1, "label": {"secret": {"mark": "yes"}}},
        {"format": 1, "label": {"secret": {"mark": True}}},
        {"format": 1, "rule": {"id": "x"}},
        {"format": 1, "rule": [{"id": "a-rule"}]},
        {"format": 1, "rule": [{"id": "a-rule", "title": "x", "severity": "high", "pattern": "abc(?=.*)"}]},
        {"format": 1, "rule": [{"id": "a-rule", "title": "x", "severity": "high", "words": ["abc"], "expected": "x"}]},
        {"format": 1, "rule": [{"id": "a-rule", "title": "x", "severity": "high", "words": ["abc"], "expected": [""]}]},
        {"format": 1, "override": {"approvals": MAX_APPROVALS + 1}},
        {"format": 1, "override": {"approvals": [1]}},
        {"format": 1, "override": {"reason": True}},
        {"format": 1, "label": {"secret": {"risk": "grave"}}},
        {"format": 1, "label": {"secret": {"risk": ["low"]}}},
        {"format": 1, "label": {"secret": {"acknowledgements": "secrecy"}}},
        {"format": 1, "label": {"secret": {"acknowledgements": ["a, b"]}}},
        {"format": 1, "label": {"secret": {"acknowledgements": [""]}}},
        {"format": 1, "label": {"secret": {"acknowledgements": [1]}}},
        {"format": 1, "label": {"secret": {"acknowledgements": ["a"] * 101}}},
        {"format": 1, "risk": []},
        {"format": 1, "risk": {"moon": 1}},
        {"format": 1, "risk": {"use": 0}},
        {"format": 1, "risk": {"use": MAX_WEIGHT + 1}},
        {"format": 1, "risk": {"use": "2"}},
        {"format": 1, "risk": {"use": True}},
        {"format": 1, "risk": {"medium": 1}},
        {"format": 1, "risk": {"medium": 10}},
        {"format": 1, "risk": {"high": 17}},
        {"format": 1, "risk": {"critical": MAX_SCORE + 1}},
        {"format": 1, "risk": {"accept": ""}},
        {"format": 1, "risk": {"weights": {"use": 1}}},
    ],
    ids=str,
)
def test_what_cannot_be_enforced_is_refused(document: dict[str, Any]) -> None:
    """A field that is not known, or means nothing here, is never dropped."""
    with pytest.raises(PolicyRefused):
        read(document)


@pytest.mark.parametrize("data", [b"", b"\xff", b"format = 1\nformat = 1", b"format = 1\n[label]\n[label]", b"= 1"])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    """Nor is anything taken that is not TOML at all."""
    with pytest.raises(PolicyRefused):
        Policy.from_toml(data, "policy.toml")


def test_a_newer_policy_says_so() -> None:
    """One of a format to come is for a newer program."""
    with pytest.raises(FormatTooNew):
        read({"format": FORMAT + 1, "label": {"secret": {"colour": "red"}}})


def test_a_large_policy_is_not_parsed() -> None:
    """What no record could hold is refused by its length."""
    with pytest.raises(PolicyRefused, match="too large"):
        Policy.from_toml(b"format = 1\n#" + b"x" * MAX_TEXT, "policy.toml")
    memory = MemoryVault.create()
    places = tuple(f"{number:0300}" for number in range(300))
    with pytest.raises(PolicyRefused, match="too large"):
        set_policy(memory.open(), policy(jurisdictions=places), based_on=0, reason="")


@pytest.mark.parametrize(
    ("label", "name", "typed", "expected"),
    [
        ("secret", "egress", "none", "none"),
        ("secret", "expiry", "30d", 30),
        ("secret", "expiry", "30", 30),
        ("public", "approvals", "2", 2),
        ("public", "jurisdictions", "DE, FR,", ("DE", "FR")),
        ("public", "jurisdictions", "", ()),
        ("public", "agreement", "nda,licence", ("nda", "licence")),
        ("secret", "personal_data", "", ()),
        ("override", "approvals", "1", 1),
    ],
)
def test_a_field_is_set(label: str, name: str, typed: str, expected: object) -> None:
    """As somebody types it; everything else stays."""
    changed = DEFAULT.changed(label, name, typed)
    table = changed.override if label == "override" else changed.labels[label]
    assert getattr(table, name) == expected
    before = DEFAULT.override if label == "override" else DEFAULT.labels[label]
    others = [field.name for field in dataclasses.fields(before) if field.name != name]
    assert all(getattr(table, other) == getattr(before, other) for other in others)
    assert all(changed.labels[other] == DEFAULT.labels[other] for other in LABELS if other != label)


@pytest.mark.parametrize(
    ("label", "name", "typed"),
    [
        ("secret", "colour", "red"),
        ("secret", "egress", ""),
        ("secret", "approvals", "many"),
        ("secret", "approvals", "٣"),
        ("secret", "approvals", "-1"),
        ("secret", "approvals", "1d"),
        ("secret", "expiry", "9" * 5000),
        ("override", "expiry", "1"),
    ],
)
def test_a_field_that_means_nothing(label: str, name: str, typed: str) -> None:
    """A spelling mistake changes nothing."""
    with pytest.raises(PolicyRefused):
        DEFAULT.changed(label, name, typed)


def test_the_policy_of_a_vault() -> None:
    """It begins with the default; what is set applies, and only the last."""
    vault = MemoryVault.create().open()
    assert current_policy(vault.catalog) == DEFAULT
    first, _head = set_policy(vault, policy(approvals=1), based_on=0, reason="why")
    second, _head = set_policy(vault, policy(approvals=2), based_on=1, reason="")
    assert (first.version, second.version) == (1, 2)
    assert current_policy(vault.catalog) == second == policy(2, approvals=2)


def test_nobody_overwrites_what_he_has_not_seen() -> None:
    """Of two who change the policy at once the second is told, and so is whoever changes nothing."""
    memory = MemoryVault.create()
    one, other = memory.open(), memory.open()
    set_policy(one, policy(approvals=1), based_on=0, reason="")
    with pytest.raises(Conflict):
        set_policy(other, policy(expiry=1), based_on=0, reason="")
    with pytest.raises(Conflict):
        set_policy(other, policy(approvals=1), based_on=1, reason="")
    with pytest.raises(Conflict):
        set_policy(MemoryVault.create().open(), DEFAULT, based_on=0, reason="")


def test_who_sets_the_policy() -> None:
    """An editor of a room does not."""
    with pytest.raises(Denied):
        set_policy(Office.make().cleo, policy(approvals=1), based_on=0, reason="")


def test_a_policy_of_the_future_can_be_replaced() -> None:
    """One that this program cannot enforce lets nothing leave; an owner sets another in its place."""
    vault = MemoryVault.create().open()
    append(vault, in_root(vault, PolicySet(version=1, content="format = 1\nmoon = 1\n", reason="")))
    with pytest.raises(PolicyRefused):
        current_policy(vault.catalog)
    set_policy(vault, policy(), based_on=1, reason="")
    assert current_policy(vault.catalog) == policy(2)


def test_the_document_shows_the_default() -> None:
    """The table in the help topic is the policy that a vault begins with, and its example is one."""
    page = (DOCUMENTS / "policy.md").read_text(encoding="utf-8")
    table = page[page.index("\n| Field | public") :].strip().split("\n\n")[0].splitlines()
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    assert tuple(rows[0][1:]) == LABELS
    assert [row[0].strip("`") for row in rows[2:]] == [field.name for field in dataclasses.fields(Rules)]
    for name, *cells in rows[2:]:
        values = [getattr(DEFAULT.labels[label], name.strip("`")) for label in LABELS]
        assert cells == [", ".join(value) if isinstance(value, tuple) else str(value) for value in values]
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert example
    assert Policy.from_toml(example[1].encode(), "").labels["secret"].jurisdictions == ("DE", "FR")
    for value in (*EGRESS, *(field.name for field in dataclasses.fields(Rules))):
        assert f"`{value}`" in page
    assert f"{MAX_DAYS:,}" in page


def test_what_nobody_can_meet_is_told() -> None:
    """A text that there is not, and a place that is on no card and is no code, are perhaps slips; all else is not."""
    made = Office.make()
    slips = policy(jurisdictions=("Deutschland", "de", "FR"), acknowledgements=("secrecy",))
    found = unmet(made.ada.catalog, slips)
    assert len(found) == 2 * len(slips.labels)
    assert all("Deutschland" in one or "secrecy" in one for one in found)
    assert unmet(made.ada.catalog, policy(jurisdictions=("US", "DE"))) == []
