"""Nothing leaves but through the gate, and with its decision in the journal."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ipvault.catalog.address import find_room, find_versions
from ipvault.catalog.packages import packages
from ipvault.errors import ApprovalNeeded, Conflict, Denied, ExitCode, GateClosed, VaultError
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.access import ContentReleased
from ipvault.records.decisions import ALLOWED, OVERRIDDEN, ReleaseDecided
from ipvault.records.families import decode
from ipvault.records.packages import PackageShared
from ipvault.records.vocabulary import CAT, EXPORT
from ipvault.vault.gate import Verdict
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.release import release
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault
from tests.governance.vaults import Office
from tests.support.memory_vault import MemoryVault, add_content, add_room
from tests.support.second_opinion import second_opinion


def decisions(vault: Vault, since: int = 0) -> list[tuple[str, ReleaseDecided]]:
    """Room and record of every decision."""
    rows = read_journal(vault, Query(from_seq=since))
    found = (
        (row.leaf.room, decode(row.leaf.kind, row.fields or {})) for row in rows if row.action == ReleaseDecided.KIND
    )
    return [(room, record) for room, record in found if isinstance(record, ReleaseDecided)]


def kinds(memory: MemoryVault, since: int) -> list[str]:
    return [row.action for row in read_journal(memory.open(), Query(from_seq=since))]


def test_a_share_carries_its_decision() -> None:
    """Decision, releases and grant are one commit, and the package names the decision."""
    made = Office.make()
    made.ada.follow()
    before = made.ada.catalog.head.seq
    shared = made.share("claims")
    (found,) = decisions(made.ada)
    assert found[1].decision == shared.package.manifest.decision
    assert (found[1].outcome, found[1].policy, found[1].channel) == (ALLOWED, 0, "package")
    assert kinds(made.memory, before + 1) == [ReleaseDecided.KIND, ContentReleased.KIND, PackageShared.KIND]
    assert made.memory.verified().findings == []
    reader = second_opinion(made.memory)
    assert reader is not None
    assert reader.closed == {}


def refused(made: Office, action: Callable[[], object], error: type[VaultError], code: ExitCode) -> None:
    made.ada.follow()
    before = made.ada.catalog.head
    with pytest.raises(error) as caught:
        action()
    assert type(caught.value) is error
    assert caught.value.exit_code is code
    made.ada.follow()
    assert made.ada.catalog.head == before


def export(made: Office, override: str = "") -> None:
    way = made.way(channel=EXPORT, override=override)._replace(recipients=())
    release(made.ada, find_versions(made.ada.catalog, ["plan"]), way, PolicyGate(made.ada))


def test_what_is_refused_leaves_no_trace() -> None:
    """Neither a package nor a record; what people can put right ends with another code than what the policy forbids."""
    made = Office.make()
    made.set(approvals=1)
    refused(made, made.share, ApprovalNeeded, ExitCode.NEEDS_PERSON)
    refused(made, lambda: export(made), ApprovalNeeded, ExitCode.NEEDS_PERSON)
    made.set(egress="none")
    refused(made, made.share, GateClosed, ExitCode.DENIED)
    refused(made, lambda: export(made), GateClosed, ExitCode.DENIED)
    made.set(egress="none", approvals=1)
    refused(made, made.share, GateClosed, ExitCode.DENIED)
    assert packages(made.ada.catalog) == []
    assert decisions(made.ada) == []


def test_reading_needs_no_decision() -> None:
    """A member reads what is in his rooms, whatever the policy says of leaving."""
    made = Office.make()
    made.set(egress="none", approvals=2)
    wanted = find_versions(made.ada.catalog, ["plan"])
    ((content,), _head) = release(made.ada, wanted, made.way(channel=CAT), PolicyGate(made.ada))
    assert b"".join(content.blocks()) == b"plan"
    assert decisions(made.ada) == []
    assert made.memory.verified().findings == []


def test_an_override_is_recorded_as_one() -> None:
    """With its reason, and with every verdict that was against it."""
    made = Office.make()
    made.set(egress="none", approvals=1)
    made.share(override="the court orders it")
    ((_room, found),) = decisions(made.ada)
    assert (found.outcome, found.reason, found.policy) == (OVERRIDDEN, "the court orders it", 1)
    assert dict(zip(found.checks, found.outcomes, strict=True)) == {
        "freeze": "passed",
        "egress": "blocked",
        "expiry": "passed",
        "jurisdictions": "passed",
        "export-control": "passed",
        "agreements": "passed",
        "consent": "passed",
        "dlp": "passed",
        "marks": "passed",
        "risk": "passed",
        "acknowledgements": "passed",
        "approvals": "needs",
    }
    export(made, "and this")
    assert [record.outcome for _room, record in decisions(made.ada)] == [OVERRIDDEN, OVERRIDDEN]


def test_an_override_takes_the_approvals_that_it_needs() -> None:
    """As the policy asks, of exactly what leaves; without a reason approvals alone override nothing."""
    made = Office.make()
    made.set(egress="none", override=2)
    refused(made, lambda: made.share(override="because"), GateClosed, ExitCode.DENIED)
    with pytest.raises(GateClosed) as error:
        made.share(override="because")
    assert "request create plan@1 --to Dora --override --reason because" in error.value.advice()
    asked = made.request(way=made.way(override="because"))
    made.answer(made.cleo, asked)
    refused(made, lambda: made.share(override="because"), GateClosed, ExitCode.DENIED)
    made.answer(made.dave, asked)
    refused(made, made.share, GateClosed, ExitCode.DENIED)
    refused(made, lambda: made.share("claims", override="because"), GateClosed, ExitCode.DENIED)
    made.share(override="because")
    assert [record.outcome for _room, record in decisions(made.ada)] == [OVERRIDDEN]


def test_a_reason_makes_no_override_where_none_is_needed() -> None:
    """What the policy lets pass is allowed, with a reason or without."""
    made = Office.make()
    made.share("claims", override="because")
    assert [record.outcome for _room, record in decisions(made.ada)] == [ALLOWED]


@pytest.mark.parametrize("what", ["policy", "label", "denial", "moved"])
def test_it_is_judged_under_the_lock(what: str) -> None:
    """While documents are checked others go on: what is true then counts, and is what is recorded."""
    made = Office.make()
    if what == "denial":
        made.set(approvals=1)
    asked = made.request("claims", way=made.way())
    made.answer(made.cleo, asked)
    other = made.memory.open()
    add_room(other, "lab")

    def meanwhile(_size: int) -> None:
        if what == "policy":
            made.set(egress="none")
        elif what == "label":
            describe(other, ["claims"], Changes(label="secret"))
        elif what == "denial":
            made.answer(made.cleo, asked, approve=False)
        elif what == "moved":
            other.follow()
            move(other, "claims", room="lab")

    made.ada.follow()
    wanted = find_versions(made.ada.catalog, ["claims"])
    vault = made.memory.open()
    with pytest.raises((GateClosed, Conflict)):
        release(vault, wanted, made.way(), PolicyGate(vault), progress=meanwhile)
    made.ada.follow()
    assert decisions(made.ada) == []


@pytest.mark.parametrize("channel", [EXPORT, CAT])
def test_the_writer_is_checked_before_he_writes(channel: str) -> None:
    """A part of the program that forgot the gate writes nothing, but for what a member reads."""
    made = Office.make()
    item, version = find_versions(made.ada.catalog, ["plan"])[0]
    gone = ContentReleased(item=item.id, version=1, sha256=version.sha256, channel=channel, destination="-")
    journal = made.memory.store.journal
    with transaction(made.ada) as change:
        change.record(gone, item.room)
        if channel == CAT:
            change.commit()
            return
        with pytest.raises(Denied):
            change.commit()
    assert made.memory.store.journal == journal


def test_each_room_has_its_own_decision() -> None:
    """Of several rooms each tells of its own documents, and of what is about all; nothing of another's."""
    made = Office.make()
    lab = add_room(made.ada, "lab")
    add_content(made.ada, {"hers": b"hers"}, room="lab")
    describe(made.ada, ["hers"], Changes(label="secret"))
    made.ada.follow()
    wanted = find_versions(made.ada.catalog, ["plan", "hers"])
    release(made.ada, wanted, made.way(channel=EXPORT, override="because"), PolicyGate(made.ada))
    found = dict(decisions(made.ada))
    main = find_room(made.ada.catalog, "main").id
    assert found.keys() == {lab, main}
    assert len({record.decision for record in found.values()}) == 1
    for room, name in ((lab, "hers"), (main, "plan")):
        blocked = [subject for subject in found[room].subjects if subject]
        assert blocked == [made.item(name)]
    assert made.memory.verified().findings == []


def test_decisions_tell_no_names() -> None:
    """Whoever is refused is told which document it is about; what the journal keeps calls it by its id."""
    made = Office.make()
    describe(made.ada, ["plan"], Changes(label="secret"))
    made.ada.follow()
    wanted = find_versions(made.ada.catalog, ["plan"])
    with pytest.raises(GateClosed, match="plan"):
        release(made.ada, wanted, made.way(channel=EXPORT), PolicyGate(made.ada))
    release(made.ada, wanted, made.way(channel=EXPORT, override="because"), PolicyGate(made.ada))
    ((_room, record),) = decisions(made.ada)
    short = made.item("plan")[:8]
    assert any(reason.startswith(f"{short} ") for reason in record.reasons)
    assert not any("plan" in reason for reason in record.reasons)


def test_a_decision_about_many_documents() -> None:
    """More verdicts than one record holds take several, which all belong to one decision."""
    asked, decision = Office.make().asked()
    verdicts = tuple(Verdict("egress", "blocked", asked.versions[0][0].id, str(number)) for number in range(1001))
    found = [record for record, _room in decision._replace(verdicts=verdicts).records("d" * 32, asked)]
    assert [len(record.checks) for record in found] == [500, 500, 1]
    assert [reason for record in found for reason in record.reasons] == [str(number) for number in range(1001)]
    assert {(record.decision, record.request) for record in found} == {("d" * 32, asked.digest)}
