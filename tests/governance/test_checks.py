"""Every check of the gate, alone and in combination, and what a request is known by."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ipvault import text
from ipvault.catalog.items import versions
from ipvault.governance.agreements.keep import add_about, terminate_agreement
from ipvault.governance.gate.checks import CHECKS
from ipvault.governance.gate.judge import judge, latest_expiry
from ipvault.governance.policy.policy import Policy
from ipvault.records.agreements import Terms
from ipvault.records.decisions import ALLOWED, OVERRIDDEN
from ipvault.records.vocabulary import CAT, EXPORT, LABELS, PACKAGE
from ipvault.vault.clock import timestamp
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, REFUSED, Request, Verdict
from ipvault.vault.items import Changes, describe
from tests.governance.vaults import IN_GERMANY, Office, policy
from tests.support.memory_vault import add_content

NOW = 1_800_000_000.0
DAY = 24 * 60 * 60
WORST = {PASSED: 0, NEEDS: 1, BLOCKED: 2}


@cache
def office() -> Office:
    """One for all tests that only look."""
    return Office.make()


def request(*to: str, channel: str = PACKAGE, days: float | None = None, **other: Any) -> Request:
    """That the plan goes to some, Dora if not said otherwise, and expires after so many days."""
    made, _decision = office().asked(way=office().way(*to))
    expires = "" if days is None else timestamp(NOW + days * DAY)
    return made._replace(channel=channel, expires=expires, at=timestamp(NOW), **other)


def verdicts(asked: Request, rules: Policy) -> list[Verdict]:
    """What all checks say against a request."""
    return [verdict for check in CHECKS.values() for verdict in check(asked, rules, office().ada.catalog)]


def against(asked: Request, rules: Policy) -> list[tuple[str, str]]:
    return [(verdict.check, verdict.outcome) for verdict in verdicts(asked, rules)]


@pytest.mark.parametrize(
    ("egress", "channel", "passes"),
    [
        ("any", PACKAGE, True),
        ("any", EXPORT, True),
        ("any", CAT, True),
        ("any", "fax", True),
        ("package-only", PACKAGE, True),
        ("package-only", EXPORT, False),
        ("package-only", "fax", False),
        ("package-only", CAT, True),
        ("none", PACKAGE, False),
        ("none", EXPORT, False),
        ("none", CAT, True),
    ],
)
def test_egress(egress: str, channel: str, passes: bool) -> None:
    """By which ways documents leave; reading is none."""
    found = verdicts(request(channel=channel), policy(egress=egress))
    assert [(one.check, one.outcome, one.subject) for one in found] == (
        [] if passes else [("egress", BLOCKED, office().item())]
    )


@pytest.mark.parametrize(
    ("limit", "days", "passes"),
    [
        (0, None, True),
        (0, 36_500, True),
        (90, None, False),
        (90, 90, True),
        (90, 89.9, True),
        (90, 90.00001, False),
        (0, 0, False),
        (90, -1, False),
    ],
)
def test_expiry(limit: int, days: float | None, passes: bool) -> None:
    """A package expires in time, and has not expired when it is sealed; exports have no date."""
    found = against(request(days=days), policy(expiry=limit))
    assert found == ([] if passes else [("expiry", BLOCKED)])
    assert against(request(days=days, channel=EXPORT), policy(expiry=limit)) == []


@pytest.mark.parametrize(
    ("allowed", "to", "expected"),
    [
        ((), ("Dora", "Nell", "Fred"), []),
        (("DE",), ("Dora",), []),
        (("FR", "DE"), ("Dora", "Fred"), []),
        (("DE",), ("Fred",), [BLOCKED]),
        (("DE",), ("Nell",), [NEEDS]),
        (("DE",), ("Dora", "Nell", "Fred"), [BLOCKED, NEEDS]),
    ],
)
def test_jurisdictions(allowed: tuple[str, ...], to: tuple[str, ...], expected: list[str]) -> None:
    """Where recipients may be, in any case of letters; a card that does not say so is asked for."""
    found = verdicts(request(*to), policy(jurisdictions=allowed))
    assert sorted(one.outcome for one in found) == expected
    assert {one.subject for one in found}.isdisjoint({IN_GERMANY.fingerprint})
    assert against(request(*to, channel=EXPORT, recipients=()), policy(jurisdictions=allowed)) == []


@pytest.mark.parametrize("needed", [0, 1, 2])
@pytest.mark.parametrize("given", [0, 1, 2])
@pytest.mark.parametrize("channel", [PACKAGE, EXPORT])
def test_approvals(needed: int, given: int, channel: str) -> None:
    """As many others as the policy asks for have to approve exactly this; members who only read ask nobody."""
    made = Office.make()
    made.set(approvals=needed)
    way = made.way(channel=channel)
    asked = made.request(way=way)
    for vault in (made.cleo, made.dave)[:given]:
        made.answer(vault, asked)
    assert made.asked(way=way)[1].outcome == (ALLOWED if given >= needed else REFUSED)
    assert made.asked(way=made.way(channel=CAT))[1].outcome == ALLOWED
    other = made.way(channel=EXPORT if channel == PACKAGE else PACKAGE)
    assert made.asked(way=other)[1].outcome == (REFUSED if needed else ALLOWED)


def test_all_that_is_wrong_is_said() -> None:
    """A request is judged by every check, whatever the others say, and a decision tells of those that passed too."""
    strict = policy(egress="none", expiry=1, approvals=1, jurisdictions=("FR",))
    expected = [("egress", BLOCKED), ("expiry", BLOCKED), ("jurisdictions", BLOCKED), ("approvals", NEEDS)]
    assert against(request(), strict) == expected
    made = Office.make()
    made.set(egress="none", approvals=1)
    _request, decision = made.asked()
    assert [(one.check, one.outcome) for one in decision.verdicts] == [
        ("freeze", PASSED),
        ("egress", BLOCKED),
        ("expiry", PASSED),
        ("jurisdictions", PASSED),
        ("export-control", PASSED),
        ("agreements", PASSED),
        ("consent", PASSED),
        ("dlp", PASSED),
        ("marks", PASSED),
        ("risk", PASSED),
        ("acknowledgements", PASSED),
        ("approvals", NEEDS),
    ]
    assert all(one.reason and one.remedy for one in decision.against())


def test_the_strictest_label_counts() -> None:
    """Of several documents each is judged by its own label, and the package by the strictest."""
    _request, decision = office().asked("claims", "plan", way=office().way(channel=EXPORT))
    assert [one.subject for one in decision.against() if one.check == "egress"] == [office().item("plan")]
    wanted = office().asked("claims", "plan")[0].versions
    assert latest_expiry(office().ada.catalog, wanted, NOW) == timestamp(NOW + 90 * DAY)
    assert latest_expiry(office().ada.catalog, office().asked("claims")[0].versions, NOW) is None


def changes_of(asked: Request) -> Iterator[Request]:
    """A request with one part of what an approval is for changed, each part in turn."""
    item, version = asked.versions[0]
    other = office().asked("claims")[0].versions
    yield asked._replace(channel=EXPORT)
    yield asked._replace(versions=other)
    yield asked._replace(versions=asked.versions + other)
    yield asked._replace(versions=((item, version._replace(number=2)),))
    yield asked._replace(versions=((item, version._replace(sha256="0" * 64)),))
    yield asked._replace(recipients=())
    yield asked._replace(recipients=office().way("Fred").recipients)
    yield asked._replace(recipients=office().way("Dora", "Fred").recipients)
    yield asked._replace(expires=timestamp(NOW))
    yield asked._replace(purpose="another")
    yield asked._replace(basis="NLR")
    yield asked._replace(override="because")
    yield asked._replace(versions=((item._replace(label="internal"), version),))
    yield asked._replace(versions=((item._replace(tag_lines="itar"), version),))
    yield asked._replace(versions=((item._replace(version=2), version),))


def test_an_approval_is_for_exactly_this() -> None:
    """The digest changes with every part of what is asked, and with nothing else; order does not matter."""
    asked = request("Dora")
    digests = [one.digest for one in (asked, *changes_of(asked))]
    assert len(set(digests)) == len(digests)
    assert asked._replace(requester="0" * 64, at="").digest == asked.digest
    both = request("Dora", "Fred", versions=office().asked("claims", "plan")[0].versions)
    turned = both._replace(recipients=both.recipients[::-1], versions=both.versions[::-1])
    assert turned.digest == both.digest


RULES = st.fixed_dictionaries(
    {
        "egress": st.sampled_from(("any", "package-only", "none")),
        "expiry": st.sampled_from((0, 30, 90)),
        "approvals": st.integers(0, 2),
        "jurisdictions": st.sampled_from(((), ("DE",), ("DE", "FR"))),
        "agreement": st.sampled_from(((), ("nda",), ("licence", "dpa"))),
        "risk": st.sampled_from(("", "low", "high")),
        "acknowledgements": st.sampled_from(((), ("secrecy",))),
    }
)


def worst(found: list[Verdict]) -> dict[str, int]:
    """The worst outcome of each check."""
    grades = dict.fromkeys(CHECKS, 0)
    for one in found:
        grades[one.check] = max(grades[one.check], WORST[one.outcome])
    return grades


@given(RULES, st.sampled_from((PACKAGE, EXPORT)), st.sampled_from((30, 90)), st.sets(st.sampled_from(("Dora", "Fred"))))
@settings(max_examples=60, deadline=None)
def test_nothing_improves_without_a_measure(rules: dict[str, Any], channel: str, days: int, to: set[str]) -> None:
    """An expiry date or a jurisdiction that is taken away makes no verdict better."""
    people = sorted(to or {"Dora"})
    asked = request(*people, channel=channel, days=days)
    before = worst(verdicts(asked, policy(**rules)))
    nowhere = tuple(one._replace(jurisdiction="") for one in asked.recipients)
    for weaker, check in (
        (asked._replace(expires=""), "expiry"),
        (asked._replace(recipients=nowhere), "jurisdictions"),
    ):
        after = worst(verdicts(weaker, policy(**rules)))
        assert all(after[name] >= before[name] for name in CHECKS if name != check)
        assert bool(after[check]) >= bool(before[check])


@given(RULES, st.integers(0, 2), st.booleans(), st.integers(0, 2))
@settings(max_examples=12, deadline=None)
def test_no_decision_improves_without_a_measure(
    rules: dict[str, Any], approvals: int, has_reason: bool, override: int
) -> None:
    """An approval or a reason that is taken away makes no decision better."""
    made = Office.make()
    made.set(**rules, override=override)
    way = made.way(override="because" if has_reason else "")
    asked = made.request(way=way)
    grades = {REFUSED: 0, OVERRIDDEN: 1, ALLOWED: 2}
    outcomes = [grades[made.asked(way=way)[1].outcome]]
    for vault in (made.cleo, made.dave)[:approvals]:
        made.answer(vault, asked)
        outcomes.append(grades[made.asked(way=way)[1].outcome])
    assert outcomes == sorted(outcomes)
    assert grades[made.asked(way=way._replace(override=""))[1].outcome] <= outcomes[-1]
    made.answer(made.cleo, asked, approve=False)
    assert grades[made.asked(way=way)[1].outcome] <= outcomes[-1]


@pytest.mark.parametrize("label", LABELS)
def test_the_policy_that_a_vault_begins_with(label: str) -> None:
    """What is secret needs another member and goes in packages only; what is confidential too needs an agreement."""
    made = Office.make()
    add_content(made.ada, {"it": b"it"})
    made.ada.catalog.view.execute("UPDATE item SET label = ? WHERE name = 'it'", (label,))
    way = made.way(expires=timestamp(made.memory.machine.now() + 30 * DAY))
    needs_agreement = label in ("confidential", "secret")
    assert made.asked("it", way=way)[1].outcome == (REFUSED if needs_agreement else ALLOWED)
    add_about(made.ada, Terms(type="nda", title="NDA", parties=(way.recipients[0].id,)), "it")
    assert made.asked("it", way=way)[1].outcome == (REFUSED if label == "secret" else ALLOWED)
    assert made.asked("it", way=made.way(channel=EXPORT))[1].outcome == (REFUSED if label == "secret" else ALLOWED)
    no_date = made.asked("it")[1].against()
    assert ("expiry" in {one.check for one in no_date}) == (label in ("confidential", "secret"))


def test_the_command_that_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hint can be pasted as it stands, whatever the names are; where others are too few it does not send to them."""
    monkeypatch.setattr(text, "_program", lambda: "ipvault --vault '/a b'")
    (found,) = verdicts(request(days=1, purpose="due diligence"), policy(approvals=2))
    command = "ipvault --vault '/a b' request create plan@1 --to Dora --expires 2027-01-16T08:00Z"
    assert found.remedy == f"ask with `{command} --purpose 'due diligence'`"
    (found,) = verdicts(request(channel=EXPORT, recipients=()), policy(approvals=1))
    assert found.remedy.endswith("request create plan@1 --export`")
    (found,) = verdicts(request(), policy(approvals=3))
    assert "too few others" in found.remedy
    many = request()._replace(versions=request().versions * 6)
    (found,) = verdicts(many, policy(approvals=1))
    assert "plan" not in found.remedy


def test_judging_changes_nothing() -> None:
    """The same question has the same answer, and leaves no trace."""
    asked, decision = office().asked()
    head = office().ada.catalog.head
    assert judge(asked, office().ada.catalog) == decision
    assert office().ada.catalog.head == head
    assert len(versions(office().ada.catalog, office().item())) == 1


AGREED = [
    ({}, {}, "passed"),
    ({"type": "licence"}, {}, "passed"),
    ({"type": "dpa"}, {}, "blocked"),
    ({"until_day": "2027-01-14"}, {}, "blocked"),
    ({"from_day": "2027-01-16"}, {}, "blocked"),
    ({"scope_labels": ("public",)}, {}, "blocked"),
    ({"parties": ()}, {}, "blocked"),
    ({}, {"add_tags": ("personal-data",)}, "blocked"),
    ({"type": "dpa"}, {"label": "internal", "add_tags": ("personal-data",)}, "passed"),
    ({}, {"label": "internal", "add_tags": ("personal-data",)}, "blocked"),
    ({"parties": ()}, {"label": "public", "add_tags": ("personal-data",)}, "passed"),
]


@pytest.mark.parametrize(("agreed", "described", "expected"), AGREED)
def test_agreements(agreed: dict[str, Any], described: dict[str, Any], expected: str) -> None:
    """Each document and recipient needs an agreement of a type that the label names; personal data need another one."""
    made = Office.make()
    describe(made.ada, ["claims"], Changes(**{"label": "confidential", **described}))
    whole = {"type": "nda", "title": "T", "parties": (made.way().recipients[0].id,), "party_names": ("x",), **agreed}
    agreement, _head = add_about(made.ada, Terms(**whole), "plan")
    found = [one for one in made.asked("claims")[1].verdicts if one.check == "agreements"]
    assert max(found, key=lambda one: WORST[one.outcome]).outcome == expected
    for one in found:
        assert one.subject in ("", made.item("claims"))
        if one.outcome == BLOCKED:
            assert "ipvault agreement add FILE --type " in one.remedy
            assert one.remedy.endswith(" --party Dora")
        elif one.subject:
            assert one.reason == f"Dora: covered by {agreement.terms.type} {agreement.id[:8]}"
    exported = made.asked("claims", way=made.way(channel=EXPORT))[1]
    assert [one.outcome for one in exported.verdicts if one.check == "agreements"] == [PASSED]


def test_each_recipient_is_judged() -> None:
    """An agreement with one covers nobody else, and what ended says since when."""
    made = Office.make()
    made.set(agreement=("nda",))
    dora, fred = made.way("Dora", "Fred").recipients
    agreement, _head = add_about(made.ada, Terms(type="nda", title="T", parties=(dora.id, fred.id)), "plan")
    assert made.asked(way=made.way("Dora", "Fred"))[1].outcome == ALLOWED
    terminate_agreement(made.ada, agreement, "2027-01-01", "")
    add_about(made.ada, Terms(type="nda", title="T", parties=(fred.id,)), "plan")
    (blocked,) = made.asked(way=made.way("Dora", "Fred"))[1].against()
    assert blocked.reason == f"plan, for Dora: nda {agreement.id[:8]} covers nothing since 2027-01-01"


@pytest.mark.parametrize(
    ("tags", "basis", "channel", "expected"),
    [
        ((), "", PACKAGE, PASSED),
        (("bear:market", "ear", "mitar", "itarx"), "", PACKAGE, PASSED),
        (("itar",), "", PACKAGE, BLOCKED),
        (("ITAR",), "", EXPORT, BLOCKED),
        (("itar:XI(d)",), " ", PACKAGE, BLOCKED),
        (("ear:3E001",), "", PACKAGE, BLOCKED),
        (("ear:3E001",), "", CAT, PASSED),
        (("EAR:EAR99",), "NLR", EXPORT, PASSED),
        (("ear:3E001",), "licence D123456", PACKAGE, PASSED),
    ],
)
def test_export_control(tags: tuple[str, ...], basis: str, channel: str, expected: str) -> None:
    """What is tagged with a class leaves only on a basis, which stands in the decision; reading needs none."""
    made = Office.make()
    made.set()
    describe(made.ada, ["plan"], Changes(add_tags=tags))
    (found,) = [
        one
        for one in made.asked(way=made.way(channel=channel, basis=basis))[1].verdicts
        if one.check == "export-control"
    ]
    assert found.outcome == expected
    if expected == BLOCKED:
        assert found.subject == made.item()
        assert "--basis TEXT" in found.remedy
        assert "counsel" in found.remedy
    elif basis.strip():
        assert found.reason.endswith(f"on this basis: {basis}; whether that is enough, counsel decides")


def test_no_reason_waives_export_control() -> None:
    """An override is no basis; with both it leaves, as far as the rest goes."""
    made = Office.make()
    made.set(egress="none")
    describe(made.ada, ["plan"], Changes(add_tags=("itar",)))
    assert made.asked(way=made.way(override="in a hurry"))[1].outcome == REFUSED
    assert made.asked(way=made.way(override="in a hurry", basis="EAR99"))[1].outcome == OVERRIDDEN
    assert made.asked("claims", way=made.way(override="in a hurry"))[1].outcome == OVERRIDDEN
