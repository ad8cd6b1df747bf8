"""Assessments: what the vault knows, what is kept, when it counts no longer, and what the gate asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from ipvault.catalog.agreements import agreements
from ipvault.catalog.assessments import VALID_DAYS, Assessment, assessments, current, find_assessment, stale
from ipvault.catalog.items import items_of
from ipvault.catalog.recipients import Recipient, find_recipient
from ipvault.cli.risk_rendering import matrix
from ipvault.errors import Conflict, Denied, NoSuchAssessment
from ipvault.governance.agreements.keep import add_about, terminate_agreement, update_agreement
from ipvault.governance.gate.checks import risk as risk_check
from ipvault.governance.policy.current import current_policy, set_policy
from ipvault.governance.policy.policy import Policy
from ipvault.governance.risk.answers import Answers
from ipvault.governance.risk.keep import accept, assess
from ipvault.governance.risk.method import method_digest
from ipvault.governance.risk.questions import KNOWN
from ipvault.governance.risk.weighing import Weighing, is_above
from ipvault.keys.card import Details
from ipvault.records.agreements import Terms
from ipvault.records.assessments import LEVELS, AssessmentAccepted, AssessmentMade
from ipvault.records.base import Place
from ipvault.records.vocabulary import CAT, EXPORT, PACKAGE
from ipvault.sharing.share import Shared
from ipvault.vault.clock import timestamp
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, REFUSED
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.recipients import update_recipient, verify_recipient
from tests.governance.answered import BEST, WORST
from tests.governance.vaults import CLEO, IN_GERMANY, Office
from tests.support.mallory import in_main, is_refused, with_mallory
from tests.support.memory_vault import add_room, append
from tests.support.people import Person

DEFAULT = Weighing()


@cache
def office() -> Office:
    """One for all tests that only look, in which sharing the plan with Dora was assessed."""
    made = Office.make()
    _assessed(made)
    return made


def _assessed(made: Office, to: str = "Dora", **answers: str) -> Assessment:
    made.ada.follow()
    recipient = find_recipient(made.ada.catalog, to)
    (found,), _head = assess(made.ada, _items(made, "plan"), recipient, Answers({**BEST, **answers}, "a note"))
    return found


def _items(made: Office, *names: str) -> list[Any]:
    return list(items_of(made.ada.catalog, [made.item(name) for name in names]).values())


def _known(made: Office, to: str = "Dora") -> dict[str, str]:
    content = _assessed(made, to).content
    words = dict(zip(content.questions, content.answers, strict=True))
    return {question.name: words[question.name] for question in KNOWN}


def _agree(made: Office, **terms: Any) -> Any:
    whole = {"type": "nda", "title": "NDA", "parties": (find_recipient(made.ada.catalog, "Dora").id,), **terms}
    return add_about(made.ada, Terms(**whole), "claims")[0]


def test_what_the_vault_knows() -> None:
    """Label, type, tags, card, agreement, what was sent, and the jurisdiction are answered without a question."""
    made = Office.make()
    strange = {"card": "not-compared", "agreement": "none", "record": "new", "place": "named"}
    assert _known(made) == {"label": "secret", "type": "other", "tags": "none", **strange}
    assert _known(made, "Nell")["place"] == "not-named"
    describe(made.ada, ["plan"], Changes(type="invention", add_tags=("personal-data",)))
    verify_recipient(made.ada, "Dora", IN_GERMANY.fingerprint)
    _agree(made)
    known = {"tags": "personal-data", "card": "compared", "agreement": "covered", "record": "new", "place": "named"}
    assert _known(made) == {"label": "secret", "type": "invention", **known}
    describe(made.ada, ["plan"], Changes(add_tags=("EAR:3E001",)))
    assert _known(made)["tags"] == "export-control"


def test_what_the_vault_remembers() -> None:
    """What was sent before counts by its receipts, and by whether it was revoked; what others were sent does not."""
    made = Office.make()
    made.set()
    made.share("claims", to="Fred")
    assert _known(made)["record"] == "new"
    shared = made.share("claims")
    assert _known(made)["record"] == "unconfirmed"
    _receipt(made, shared)
    assert _known(made)["record"] == "confirmed"
    made.share("claims")
    assert _known(made)["record"] == "unconfirmed"
    made.ada.catalog.view.execute("UPDATE package SET revoked = 'x' WHERE id = ?", (shared.package.header.id,))
    assert _known(made)["record"] == "revoked"


def _receipt(made: Office, shared: Shared) -> None:
    row = (shared.package.header.id, shared.package.manifest_hash, IN_GERMANY.fingerprint)
    made.ada.catalog.view.execute("INSERT INTO receipt VALUES (?, ?, ?, 'received', 'x', 'x')", row)


def test_what_is_kept() -> None:
    """An assessment comes back as it was made, from the record, and stands in the room of its item."""
    made = office()
    (found,) = assessments(made.ada.catalog)
    assert found == current(made.ada.catalog, _items(made, "plan")[0], found.content.recipient)
    assert (found.content.item, found.room) == (made.item(), _items(made, "plan")[0].room)
    assert (found.assessor, found.content.note, found.content.level) == (made.ada.member, "a note", "high")
    assert found.score == max(a * b for a, b in zip(found.content.likelihoods, found.content.impacts, strict=True))
    assert find_assessment(made.ada.catalog, found.id[:8]) == found
    assert made.memory.verified().findings == []
    with pytest.raises(NoSuchAssessment):
        find_assessment(made.ada.catalog, "0000")


def test_the_last_one_counts() -> None:
    """Of several, and only of the same item, recipient and room."""
    made = Office.make()
    _assessed(made)
    last = _assessed(made, **WORST)
    plan, claims = _items(made, "plan", "claims")
    plan, claims = (plan, claims) if plan.name == "plan" else (claims, plan)
    dora, fred = (find_recipient(made.ada.catalog, name).id for name in ("Dora", "Fred"))
    assert current(made.ada.catalog, plan, dora) == last
    assert current(made.ada.catalog, plan, fred) is None
    assert current(made.ada.catalog, claims, dora) is None
    add_room(made.ada, "lab")
    move(made.ada, "plan", room="lab")
    assert current(made.ada.catalog, _items(made, "plan")[0], dora) is None


def _why(made: Office, found: Assessment, day: str = "", method: str = "") -> str | None:
    made.ada.follow()
    recipient: Recipient = find_recipient(made.ada.catalog, "Dora")
    today = timestamp(made.memory.machine.now())[:10]
    now = method_digest(current_policy(made.ada.catalog).risk)
    known = agreements(made.ada.catalog)
    return stale(known, found, _items(made, "plan")[0], recipient, day or today, method or now)


def _set_risk(made: Office, **fields: Any) -> None:
    policy = current_policy(made.ada.catalog)
    set_policy(made.ada, replace(policy, risk=Weighing(**fields)), based_on=policy.version, reason="")


def _moved_card() -> Any:
    return Person.of(IN_GERMANY.identity, Details("Dora", "GmbH", "", "FR")).card


def _fingerprint(made: Office, name: str) -> str:
    return find_recipient(made.ada.catalog, name).fingerprint


def _compared_by_cleo(made: Office) -> None:
    made.cleo.follow()
    verify_recipient(made.cleo, "Dora", IN_GERMANY.fingerprint)


STALE: list[tuple[str, Callable[[Office], object]]] = [
    ("the label was", lambda made: describe(made.ada, ["plan"], Changes(label="confidential"))),
    ("another card", lambda made: update_recipient(made.ada, "Dora", Person.named("dora2", Details("Dora")).card)),
    ("another jurisdiction", lambda made: update_recipient(made.ada, "Dora", _moved_card())),
    ("was compared since", lambda made: verify_recipient(made.ada, "Dora", IN_GERMANY.fingerprint)),
    ("other agreements", _agree),
    ("weighs risks", lambda made: _set_risk(made, high=12)),
]

FRESH: list[tuple[str, Callable[[Office], object]]] = [
    ("another tag", lambda made: describe(made.ada, ["plan"], Changes(add_tags=("widget",)))),
    ("another document", lambda made: describe(made.ada, ["claims"], Changes(label="public"))),
    ("another recipient", lambda made: verify_recipient(made.ada, "Fred", _fingerprint(made, "Fred"))),
    ("compared by an editor", _compared_by_cleo),
    ("an agreement with another", lambda made: _agree(made, parties=(), party_names=("Fred",))),
    ("an agreement on another", lambda made: _agree(made, scope_labels=("public",))),
    ("what can be accepted", lambda made: _set_risk(made, accept="critical")),
    ("another policy", lambda made: made.set(approvals=3)),
]


@pytest.mark.parametrize(("reason", "change"), STALE, ids=[reason for reason, _change in STALE])
def test_it_goes_stale(reason: str, change: Callable[[Office], object]) -> None:
    """With label, card, jurisdiction, comparison, agreement and weights; the reason is said, and the gate blocks."""
    made = Office.make()
    found = _assessed(made)
    assert _why(made, found) is None
    change(made)
    why = _why(made, found)
    assert why is not None
    assert reason in why


@pytest.mark.parametrize(("what", "change"), FRESH, ids=[what for what, _change in FRESH])
def test_it_counts_on(what: str, change: Callable[[Office], object]) -> None:
    """Changes of other things leave it as it is."""
    made = Office.make()
    found = _assessed(made)
    change(made)
    assert _why(made, found) is None, what


def test_it_counts_for_a_year() -> None:
    """Through the last day of it, and not the day after."""
    found = assessments(office().ada.catalog)[0]
    assert VALID_DAYS == 365
    assert found.time[:10] == "2027-01-15"
    assert _why(office(), found, "2028-01-15") is None
    assert _why(office(), found, "2028-01-16") == "it is older than a year"


def test_other_terms_and_the_end_of_an_agreement() -> None:
    """An assessment that rests on an agreement counts no longer when that has other terms, or ends."""
    made = Office.make()
    agreement = _agree(made)
    found = _assessed(made)
    assert found.basis.agreements == ((agreement.id, 1),)
    assert _why(made, found) is None
    changed, _head = update_agreement(made.ada, agreement, replace(agreement.terms, title="NDA 2"))
    assert "other terms" in (_why(made, found) or "")
    again = _assessed(made)
    assert _why(made, again) is None
    terminate_agreement(made.ada, changed, timestamp(made.memory.machine.now())[:10], "")
    assert "other agreements" in (_why(made, again) or "")


def _verdicts(made: Office, to: tuple[str, ...] = ("Dora",), channel: str = PACKAGE) -> list[tuple[str, str, str]]:
    made.ada.follow()
    request, _decision = made.asked(way=made.way(*to, channel=channel))
    policy = current_policy(made.ada.catalog)
    found = risk_check.check(request, policy, made.ada.catalog)
    return [(one.outcome, one.reason, one.remedy) for one in found]


def test_the_gate_asks_for_an_assessment() -> None:
    """One for each recipient, that still counts; the remedy is a command. Exports and reading are asked for none."""
    made = Office.make()
    made.set(risk="high")
    ((outcome, reason, remedy),) = _verdicts(made)
    assert (outcome, reason) == (BLOCKED, "plan, for Dora: the risk was not assessed")
    assert remedy == "assess the risk: ipvault risk assess --item plan --to Dora"
    found = _assessed(made)
    ((outcome, reason, remedy),) = _verdicts(made)
    assert (outcome, reason, remedy) == (PASSED, f"Dora: the risk is high, by assessment {found.id[:8]}", "")
    assert [one[0] for one in _verdicts(made, ("Dora", "Fred"))] == [PASSED, BLOCKED]
    assert _verdicts(made, (), CAT) == _verdicts(made, (), EXPORT) == []
    verify_recipient(made.ada, "Dora", IN_GERMANY.fingerprint)
    ((outcome, reason, remedy),) = _verdicts(made)
    assert outcome == BLOCKED
    assert "counts no longer, since the fingerprint of Dora was compared since" in reason
    assert remedy.endswith("risk assess --item plan --to Dora")
    made.set()
    assert _verdicts(made) == []


@pytest.mark.parametrize("limit", LEVELS)
@pytest.mark.parametrize("can", LEVELS)
@pytest.mark.parametrize(("grave", "level"), [(False, "high"), (True, "critical")])
def test_the_level_that_is_allowed(limit: str, can: str, grave: bool, level: str) -> None:
    """At most that level passes; above it another member's acceptance does, as far as the policy lets it."""
    made = _judged(grave)
    policy = current_policy(made.ada.catalog)
    rules = {label: replace(rules, risk=limit) for label, rules in policy.labels.items()}
    request, _decision = made.asked()
    for is_accepted in (False, True):
        if is_accepted:
            _accept_all(made)
        found = risk_check.check(request, Policy(0, rules, risk=replace(DEFAULT, accept=can)), made.ada.catalog)
        passes = not is_above(level, limit)
        acceptable = not is_above(level, can)
        expected = PASSED if passes or (acceptable and is_accepted) else NEEDS if acceptable else BLOCKED
        assert [one.outcome for one in found] == [expected]
    made.ada.catalog.view.execute("DELETE FROM acceptance")


@cache
def _judged(grave: bool) -> Office:
    made = Office.make()
    _assessed(made, **(WORST if grave else {}))
    return made


def _accept_all(made: Office) -> None:
    for one in assessments(made.ada.catalog):
        accepted = AssessmentAccepted(assessment=one.id, reason="we need him")
        accepted.project(
            made.ada.catalog.view, Place(99, "2027-01-15T00:00:00.000Z", made.cleo.member, one.room, 1, 99)
        )


def test_somebody_else_accepts() -> None:
    """An editor of the room takes a risk that somebody else assessed, once; it is recorded with the reason."""
    made = Office.make()
    made.set(risk="low")
    found = _assessed(made)
    assert made.asked()[1].outcome == REFUSED
    with pytest.raises(Denied):
        accept(made.ada, found.id, "mine")
    made.cleo.follow()
    accepted, _head = accept(made.cleo, found.id[:8], "we need him")
    assert (accepted.acceptor, accepted.reason) == (made.cleo.member, "we need him")
    ((outcome, reason, _remedy),) = _verdicts(made)
    assert (outcome, reason) == (
        PASSED,
        f"Dora: the risk is high, by assessment {found.id[:8]}, and {_name()} accepted it",
    )
    made.dave.follow()
    with pytest.raises(Conflict):
        accept(made.dave, found.id, "me too")
    assert made.memory.verified().findings == []


def test_nobody_accepts_what_the_policy_lets_nobody_accept() -> None:
    """A risk above `accept` is refused at once, with the reason, and nothing is recorded."""
    made = Office.make()
    made.set(risk="low")
    found = _assessed(made, **WORST)
    made.cleo.follow()
    before = made.cleo.catalog.head
    with pytest.raises(Denied, match=r"the risk is critical, and the policy lets nobody accept more than high"):
        accept(made.cleo, found.id, "we need him")
    assert made.cleo.catalog.head == before


def _name() -> str:
    return CLEO.card.details.name


def test_the_score_counts() -> None:
    """An assessment that calls itself low, although its scores are not, is judged by its scores."""
    made = Office.make()
    made.set(risk="low")
    found = _assessed(made)
    forged = replace(found.content, assessment="f" * 32, level="low")
    append(made.ada, in_main(made.ada, forged))
    assert find_assessment(made.ada.catalog, "ffff").content.level == "low"
    assert [outcome for outcome, _reason, _remedy in _verdicts(made)] == [NEEDS]


def test_nobody_claims_an_acceptance() -> None:
    """No reader takes one by whoever assessed, of what there is not, or half an assessment."""
    made = assessments(office().ada.catalog)[0].content
    memory, vault = with_mallory("editor")
    (item,) = vault.catalog.view.execute("SELECT id FROM item").fetchone()
    whole = replace(made, item=item)
    assert not is_refused(memory, vault, in_main(vault, whole))
    for change in (
        {"item": "9" * 32},
        {"reasons": ()},
        {"answers": made.answers[1:]},
        {"agreements": ("1" * 32,)},
    ):
        memory, vault = with_mallory("editor")
        (item,) = vault.catalog.view.execute("SELECT id FROM item").fetchone()
        bad = AssessmentMade(**{**{name: getattr(made, name) for name in made.NAMES}, "item": item, **change})
        assert is_refused(memory, vault, in_main(vault, bad)), change
    memory, vault = with_mallory("editor")
    assert is_refused(memory, vault, in_main(vault, AssessmentAccepted(assessment="9" * 32, reason="")))
    memory, vault = with_mallory("editor")
    (item,) = vault.catalog.view.execute("SELECT id FROM item").fetchone()
    own = AssessmentAccepted(assessment=whole.assessment, reason="")
    assert is_refused(memory, vault, in_main(vault, replace(whole, item=item)), in_main(vault, own))


def test_the_matrix_can_be_read_without_colour() -> None:
    """Five rows and columns, each field with the sign of its level, and every risk once, in its field."""
    (found,) = assessments(office().ada.catalog)
    lines = matrix(found, DEFAULT)
    fields = [line for line in lines if re.match("[1-5] ", line)]
    assert [line[0] for line in fields] == list("54321")
    signs = {"low": ".", "medium": "+", "high": "#", "critical": "!"}
    seen: dict[str, tuple[int, int]] = {}
    for line in fields:
        for impact in range(1, 6):
            field = line[4 + 9 * (impact - 1) : 4 + 9 * impact]
            assert field[0] == signs[DEFAULT.level(int(line[0]) * impact)]
            seen |= {number: (int(line[0]), impact) for number in field[1:].strip()}
    pairs = zip(found.content.likelihoods, found.content.impacts, strict=True)
    assert seen == {str(number): pair for number, pair in enumerate(pairs, 1)}
    assert max(map(len, lines)) < 80
    assert all(line.isascii() for line in lines)
