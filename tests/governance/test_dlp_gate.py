"""What is in documents, at the gate: searched before they leave, judged by the policy, and on record."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from ipvault.catalog.address import find_version, find_versions
from ipvault.catalog.roster import find_member
from ipvault.catalog.waivers import waivers
from ipvault.errors import AlreadyWaived, Damaged, GateClosed
from ipvault.governance.dlp.waiving import waive
from ipvault.governance.gate.checks import dlp
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.gate.judge import judge
from ipvault.governance.policy.current import set_policy
from ipvault.governance.policy.policy import DEFAULT, Policy, Rules
from ipvault.records.decisions import ALLOWED
from ipvault.records.vocabulary import CAT, EXPORT, LABELS, MAIN, READER
from ipvault.storage.layout import object_path
from ipvault.vault.findings import SEVERITIES, Finding, Scan
from ipvault.vault.gate import BLOCKED, NEEDS, PASSED, REFUSED, Verdict, Way, examine
from ipvault.vault.items import Changes, describe
from ipvault.vault.membership import change_role
from ipvault.vault.release import Content, release
from ipvault.vault.vault import Vault
from tests.governance.made_documents import CARD, IBAN
from tests.governance.test_fingerprints import CLAIMS, PLAN, store
from tests.governance.vaults import Office, policy
from tests.support.memory_vault import MemoryVault
from tests.support.people import Person, let_in, room_called

FINDING = "f" * 64


def judged(scan: Scan | None, rules: Rules, made: Office | None = None, **item: Any) -> list[Verdict]:
    """What the check says to a document with that scan."""
    made = made or Office.make()
    asked, _decision = made.asked()
    ((it, version),) = asked.versions
    asked = asked._replace(
        versions=((it._replace(**item), version),), scans={} if scan is None else {version.object: scan}
    )
    return list(dlp.check(asked, Policy(0, dict.fromkeys(LABELS, rules)), made.ada.catalog))


def outcomes(found: list[Verdict]) -> list[str]:
    return [one.outcome for one in found]


def found(severity: Any, *expected: str) -> Scan:
    return Scan("x", (Finding("rule", severity, "line 1", "***", FINDING, 1, expected),), "")


@pytest.mark.parametrize("least", ["", *SEVERITIES])
@pytest.mark.parametrize("severity", SEVERITIES)
def test_how_grave_a_finding_may_be(least: str, severity: str) -> None:
    """A finding as grave as the policy says, or graver, keeps a document back; without that nothing is asked."""
    blocks = bool(least) and SEVERITIES.index(severity) >= SEVERITIES.index(least)
    expected = [BLOCKED] if blocks else [PASSED] if least else []
    assert outcomes(judged(found(severity), Rules(findings=least))) == expected


@pytest.mark.parametrize(
    ("expected", "label", "tags", "passes"),
    [
        ((), "secret", "", False),
        (("confidential",), "internal", "", False),
        (("confidential",), "confidential", "", True),
        (("confidential",), "secret", "", True),
        (("secret",), "confidential", "", False),
        (("privileged",), "secret", "", False),
        (("privileged",), "public", "other\nprivileged", True),
        (("privileged",), "public", "privileged-not", False),
        (("ear", "itar"), "secret", "ear:3A001", True),
        (("ear", "itar"), "secret", "itar", True),
        (("ear", "itar"), "secret", "ear99", False),
        (("public",), "public", "", True),
    ],
)
def test_what_is_expected_is_no_finding(expected: tuple[str, ...], label: str, tags: str, passes: bool) -> None:
    """A label at least as high as a finding's, or a tag, says already what is in a document."""
    scan = found("high", *expected)
    assert outcomes(judged(scan, Rules(findings="low"), label=label, tag_lines=tags)) == [PASSED if passes else BLOCKED]


def test_who_can_waive_for_the_gate() -> None:
    """A waiver counts as long as whoever gave it may write where the document is; it stays on record in any case."""
    made = Office.make()
    scan, rules = found("high"), Rules(findings="high")
    assert outcomes(judged(scan, rules, made)) == [BLOCKED]
    waive(made.cleo, FINDING, "a sample")
    (verdict,) = judged(scan, rules, made)
    assert (verdict.outcome, verdict.reason) == (PASSED, "plan@1: 1 finding is waived")
    change_role(made.ada, find_member(made.ada.catalog, "Cleo"), room_called(made.ada, MAIN), READER)
    assert outcomes(judged(scan, rules, made)) == [BLOCKED]


def test_nobody_squats_on_a_finding() -> None:
    """What a reader has waived, which does not count, an owner can waive after him, and that counts."""
    made = Office.make()
    scan, rules = found("high"), Rules(findings="high")
    reader = Person.named("Rita")
    let_in(made.ada, reader, READER)
    waive(reader.open(made.memory), FINDING, "mine")
    made.ada.follow()
    assert outcomes(judged(scan, rules, made)) == [BLOCKED]
    waiver, _head = waive(made.ada, FINDING, "a sample")
    assert (waiver.member, waiver.reason) == (made.ada.member, "a sample")
    assert outcomes(judged(scan, rules, made)) == [PASSED]
    assert [one.reason for one in waivers(made.memory.replayed().catalog)] == ["mine", "a sample"]
    with pytest.raises(AlreadyWaived):
        waive(made.ada, FINDING, "again")


@pytest.mark.parametrize(("unread", "expected"), [("pass", PASSED), ("block", BLOCKED)])
def test_what_could_not_be_read(unread: str, expected: str) -> None:
    """It never counts as clean: it is said, and keeps a document back where the policy says so, searched or not."""
    scan = Scan("x", (), "it is a picture")
    for least in ("", "high"):
        rules = Rules(findings=least, unread=unread)
        if least or unread == "block":
            (verdict,) = judged(scan, rules)
            assert (verdict.outcome, "it is a picture" in verdict.reason) == (expected, True)
        assert judged(scan._replace(unread=""), rules) == []


def test_what_was_not_searched_does_not_leave() -> None:
    """A decision without a search, where one is asked for, lets nothing pass."""
    assert outcomes(judged(None, Rules(findings="low"))) == [NEEDS]
    assert outcomes(judged(None, Rules(unread="block"))) == [NEEDS]
    assert judged(None, Rules()) == []


def test_many_findings_are_told_shortly() -> None:
    """A reason names three and counts the others, and never holds what was found."""
    several = tuple(Finding(f"rule-{n}", "high", f"line {n}", "**1", f"{n:064x}") for n in range(5))
    (verdict,) = judged(Scan("x", several, ""), Rules(findings="high"))
    assert verdict.reason == (
        "plan@1 has something in it: rule-0 (line 0: **1), rule-1 (line 1: **1), rule-2 (line 2: **1), 2 more"
    )
    assert f"dlp waive {0:064x}" in verdict.remedy


def test_how_a_document_is_said_to_hold_it() -> None:
    """Where a label or a tag would say as much, the hint is the command that gives it."""
    findings = tuple(
        Finding(f"rule-{n}", "high", "", "", FINDING, 1, expected)
        for n, expected in enumerate((("ear", "itar"), ("secret",), ("confidential",)))
    )
    (verdict,) = judged(Scan("x", findings, ""), Rules(findings="high"), label="public")
    assert "`ipvault label plan --label secret --tag ear`" in verdict.remedy


LABELLED = st.fixed_dictionaries(
    {"label": st.sampled_from(LABELS), "tag_lines": st.sampled_from(("", "personal-data", "itar"))}
)


@given(st.sampled_from(SEVERITIES), st.sampled_from(SEVERITIES), LABELLED, st.sets(st.sampled_from(("itar", "secret"))))
@settings(max_examples=40, deadline=None)
def test_no_verdict_improves_without_a_measure(severity: Any, least: str, item: dict[str, str], said: set[str]) -> None:
    """A tag that is taken away, a lower label or a graver finding makes no verdict better."""
    rank = {PASSED: 0, BLOCKED: 1}
    made = OFFICE
    scan, rules = found(severity, *sorted(said)), Rules(findings=least)
    before = rank[outcomes(judged(scan, rules, made, **item))[0]]
    lower = LABELS[max(LABELS.index(item["label"]) - 1, 0)]
    assert rank[outcomes(judged(scan, rules, made, **{**item, "tag_lines": ""}))[0]] >= before
    assert rank[outcomes(judged(scan, rules, made, **{**item, "label": lower}))[0]] >= before
    assert rank[outcomes(judged(found("high", *sorted(said)), rules, made, **item))[0]] >= before


OFFICE = Office.make()


@pytest.fixture
def memory() -> MemoryVault:
    """A vault with documents of three labels, of which some have something in them."""
    memory = MemoryVault.create()
    vault = memory.open()
    store(vault, "claims.txt", CLAIMS)
    store(vault, "plan.txt", PLAN, "secret")
    store(vault, "card.txt", f"the card is {CARD}", "internal")
    store(vault, "account.txt", f"the account is {IBAN}", "internal")
    store(vault, "leak.txt", f"dear all, {PLAN[:1500]}", "confidential")
    return memory


@pytest.fixture
def vault(memory: MemoryVault) -> Vault:
    return memory.open()


def leave(vault: Vault, name: str, channel: str = EXPORT) -> bytes:
    """A document leaves through the gate."""
    way = Way("d" * 32, channel, "there")
    ((content,), _head) = release(vault, [find_version(vault.catalog, name)], way, PolicyGate(vault))
    return b"".join(content.blocks())


def test_documents_are_searched_when_they_leave(vault: Vault) -> None:
    """Whatever leaves is searched, by rules and for what is more sensitive than it; reading in the vault is not."""
    assert leave(vault, "claims.txt") == CLAIMS.encode()
    for name, rule in (("card.txt", "payment-card"), ("account.txt", "iban"), ("leak.txt", "vault-passage")):
        head = vault.catalog.head
        with pytest.raises(GateClosed, match=rule) as refused:
            leave(vault, name)
        assert vault.catalog.head == head
        assert CARD not in str(refused.value)
        assert IBAN not in str(refused.value)
        assert leave(vault, name, CAT)
    describe(vault, ["account.txt", "card.txt"], Changes(add_tags=("personal-data",)))
    describe(vault, ["leak.txt"], Changes(label="secret"))
    set_policy(vault, policy(findings="low"), based_on=0, reason="")
    for name in ("card.txt", "account.txt", "leak.txt"):
        assert leave(vault, name)


def test_a_document_that_is_altered_is_found_so(memory: MemoryVault, vault: Vault) -> None:
    """Searching reads all of a document, so nothing leaves of one that is damaged."""
    item, version = find_version(vault.catalog, "claims.txt")
    path = object_path(version.object)
    sealed = memory.store.published[path]
    memory.store.published[path] = sealed[:-20] + bytes([sealed[-20] ^ 1]) + sealed[-19:]
    with pytest.raises(Damaged, match=item.name):
        leave(vault, "claims.txt")


def test_a_policy_has_rules_of_its_own(vault: Vault) -> None:
    """Rules of the policy are searched for besides those of ipvault, and one of the same id replaces that."""
    tables = (
        {"id": "blades", "title": "Blades", "severity": "high", "words": CLAIMS.split()[:1]},
        {"id": "payment-card", "title": "None", "severity": "low", "words": ["none of these"]},
    )
    made = Policy.from_toml(policy(findings="high", own_rules=tables).to_toml().encode(), "", 1)
    set_policy(vault, made, based_on=0, reason="")
    with pytest.raises(GateClosed, match="blades"):
        leave(vault, "claims.txt")
    assert leave(vault, "card.txt")


def test_a_policy_that_asks_for_a_search_meanwhile(vault: Vault) -> None:
    """What was not searched when it began to leave does not leave under a policy that asks for that by now."""
    set_policy(vault, policy(), based_on=0, reason="")
    gate = PolicyGate(vault)
    way = Way("d" * 32, EXPORT, "there")
    wanted = find_versions(vault.catalog, ["claims.txt"])
    assert gate.scan(Content(vault, *wanted[0]), way) is None
    set_policy(vault, policy(findings="high"), based_on=1, reason="")
    _request, decision = examine(vault, wanted, way, judge, {})
    assert (decision.outcome, decision.against()[0].check) == (REFUSED, "dlp")


def test_the_gate_is_asked_without_a_search() -> None:
    """Before anything is read, other checks decide; who is asked to approve need not be able to read the content."""
    made = Office.make()
    assert made.asked()[0].scans is None
    made.set(findings="low", unread="block")
    assert made.asked()[1].outcome == ALLOWED


def test_every_label_is_searched_by_default() -> None:
    """The lower the label, the less may be in a document with it."""
    assert [DEFAULT.labels[label].findings for label in LABELS] == ["low", "medium", "high", "high"]
