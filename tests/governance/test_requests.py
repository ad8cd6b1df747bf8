"""Four eyes: who asks, who answers, and when an approval dies."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest

from ipvault.catalog.address import find_versions
from ipvault.catalog.requests import find_request, release_requests
from ipvault.catalog.roster import find_member
from ipvault.errors import ApprovalNeeded, Conflict, Denied, NoSuchRequest
from ipvault.governance.gate.checks.approvals import still_missing
from ipvault.governance.gate.requests import answer, create_request, still_asked
from ipvault.governance.policy.current import current_policy
from ipvault.records.decisions import ALLOWED, OVERRIDDEN
from ipvault.records.vocabulary import AUDITOR, EDITOR, EXPORT, READER
from ipvault.vault.clock import timestamp
from ipvault.vault.gate import BLOCKED, REFUSED
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe
from ipvault.vault.membership import change_role, remove_member
from ipvault.vault.recipients import remove_recipient, update_recipient
from ipvault.vault.sources import Pipe, Source
from tests.governance.vaults import CLEO, DAVE, Office
from tests.support.memory_vault import add_content, add_room, append, draft
from tests.support.people import Person, let_in, room_called


@pytest.fixture
def office() -> Office:
    """One approval is asked for whatever leaves."""
    made = Office.make()
    made.set(approvals=1)
    return made


def outcome(made: Office, *items: str) -> str:
    return made.asked(*items)[1].outcome


def test_a_request_is_kept(office: Office) -> None:
    """With what is asked, by whom and why, and with what others answered."""
    way = office.way("Dora", "Fred", purpose="filing")
    office.ada.follow()
    wanted = find_versions(office.ada.catalog, ["plan", "claims"])
    made, _head = create_request(office.ada, wanted, way, "please")
    assert (made.requester, made.purpose, made.reason, made.answers) == (office.ada.member, "filing", "please", ())
    assert {item for _room, item, _number in made.versions} == {item.id for item, _version in wanted}
    assert set(made.recipients) == {one.fingerprint for one in way.recipients}
    office.answer(office.cleo, made.id[:8])
    office.answer(office.dave, made.id, approve=False)
    found = find_request(office.memory.replayed().catalog, made.id)
    assert [(one.approver, one.answer) for one in found.answers] == [
        (CLEO.fingerprint, "approved"),
        (DAVE.fingerprint, "denied"),
    ]
    assert office.memory.verified().findings == []


def test_another_member_lets_it_pass(office: Office) -> None:
    """Blocked, asked, approved, shared."""
    assert outcome(office) == REFUSED
    office.answer(office.cleo, office.request())
    assert outcome(office) == ALLOWED
    office.share()


def test_two_have_to_approve(office: Office) -> None:
    """Of two approvals one is not enough, however often it is given; who may still answer is said, and not to ask
    again.
    """
    office.set(approvals=2)
    assert "request create" in remedy(office)
    asked = office.request()
    assert missing(office, asked) == 2
    for _again in range(2):
        office.answer(office.cleo, asked)
        assert missing(office, asked) == 1
        assert f"which Dave can still approve: `ipvault request approve {asked[:8]}`" in remedy(office)
        assert outcome(office) == REFUSED
    office.answer(office.dave, asked)
    assert missing(office, asked) == 0
    assert outcome(office) == ALLOWED
    office.set(approvals=3)
    assert "there are too few others" in remedy(office)


def remedy(made: Office) -> str:
    (verdict,) = (one for one in made.asked()[1].against() if one.check == "approvals")
    return verdict.remedy


def missing(made: Office, asked: str) -> int:
    made.ada.follow()
    catalog = made.ada.catalog
    return still_missing(find_request(catalog, asked), current_policy(catalog), catalog)


def test_nobody_approves_his_own(office: Office) -> None:
    """Neither the request that he made, nor what he shares himself after somebody else asked for it."""
    with pytest.raises(Denied):
        answer(office.ada, office.request(), "", approve=True)
    office.answer(office.ada, office.request(by=office.cleo))
    assert outcome(office) == REFUSED
    assert office.asked(by=office.cleo)[1].outcome == ALLOWED


def test_who_may_not_write_does_not_approve(office: Office) -> None:
    """An approval is for owners and editors of the room."""
    asked = office.request()
    change_role(office.ada, find_member(office.ada.catalog, "Cleo"), room_called(office.ada), READER)
    with pytest.raises(Denied):
        office.answer(office.cleo, asked)


@pytest.mark.parametrize("role", [READER, AUDITOR, None])
def test_an_approver_who_lost_the_role(office: Office, role: str | None) -> None:
    """His approval does not count any more."""
    office.answer(office.cleo, office.request())
    office.ada.follow()
    cleo, main = find_member(office.ada.catalog, "Cleo"), room_called(office.ada)
    if role is None:
        remove_member(office.ada, cleo, main, reason="left")
    else:
        change_role(office.ada, cleo, main, role)
    assert outcome(office) == REFUSED


@pytest.mark.parametrize("again", [True, False])
def test_a_denial_withdraws_an_approval(office: Office, again: bool) -> None:
    """The last answer of each counts, also if it is to another request for the same."""
    first = office.request()
    office.answer(office.cleo, first)
    office.answer(office.cleo, office.request() if again else first, approve=False)
    assert outcome(office) == REFUSED
    office.answer(office.cleo, first)
    assert outcome(office) == ALLOWED


def test_a_denial_stands(office: Office) -> None:
    """Where somebody approves and somebody else denies, nothing leaves until he approves as well."""
    asked = office.request()
    office.answer(office.cleo, asked)
    office.answer(office.dave, asked, approve=False)
    against = office.asked()[1].against()
    assert [(one.check, one.outcome, one.subject) for one in against] == [("approvals", BLOCKED, DAVE.fingerprint)]
    office.answer(office.dave, asked)
    assert outcome(office) == ALLOWED


def new_version(made: Office) -> None:
    update(made.ada, "plan", Source("plan", pipe=Pipe(io.BytesIO(b"new"))))


def relabelled(made: Office) -> None:
    describe(made.ada, ["plan"], Changes(label="confidential"))


def tagged(made: Office) -> None:
    describe(made.ada, ["plan"], Changes(add_tags=("project",)))


def another_expiry(made: Office) -> None:
    made.share(expires=timestamp(made.memory.machine.now() + 30))


@pytest.mark.parametrize(
    "change",
    [
        new_version,
        relabelled,
        tagged,
        lambda made: made.share(basis="EAR99"),
        lambda made: made.share(override="I want it"),
        lambda made: update_recipient(made.ada, "Dora", Person.named("New").card),
        lambda made: made.share(to="Fred"),
        lambda made: made.share("plan", "claims"),
        another_expiry,
    ],
    ids=["version", "label", "tag", "basis", "override", "card", "recipient", "document", "date"],
)
def test_an_approval_dies_with_any_change(office: Office, change: Callable[[Office], object]) -> None:
    """It lets nothing pass but what was asked for."""
    office.answer(office.cleo, office.request())
    assert outcome(office) == ALLOWED
    office.set(approvals=1, override=1)
    with suppress(ApprovalNeeded):
        change(office)
        office.share()
        pytest.fail("something else left with that approval")


def test_an_approval_is_for_one_release(office: Office) -> None:
    """What left with it is shown as released; the next time needs another request, and another approval."""
    asked = office.request()
    office.answer(office.cleo, asked)
    office.share()
    assert outcome(office) == REFUSED
    assert find_request(office.memory.replayed().catalog, asked).released
    for approve in (True, False):
        with pytest.raises(Conflict):
            office.answer(office.cleo, asked, approve=approve)
    with pytest.raises(Conflict):
        still_asked(office.ada, find_request(office.ada.catalog, asked))
    again = office.request()
    assert not find_request(office.ada.catalog, again).released
    assert outcome(office) == REFUSED
    office.answer(office.cleo, again)
    office.share()
    assert office.memory.verified().findings == []


def test_a_decision_alone_uses_up_no_approval(office: Office) -> None:
    """Nobody takes others' approvals from them by recording a decision by which nothing leaves."""
    asked = office.request()
    office.answer(office.cleo, asked)
    request, decision = office.asked()
    ((record, room),) = decision.records("d" * 32, request)
    for forged in (ALLOWED, REFUSED):
        append(office.ada, draft(replace(record, outcome=forged), office.ada.keys.present(room, 1)))
    assert outcome(office) == ALLOWED
    assert not find_request(office.memory.replayed().catalog, asked).released
    office.share()


def test_an_approval_before_the_release_of_a_twin(office: Office) -> None:
    """Of two requests for the same one release ends both."""
    first, second = office.request(), office.request()
    office.answer(office.cleo, first)
    office.answer(office.dave, second)
    office.share()
    assert outcome(office) == REFUSED


def test_a_denial_outlives_a_release(office: Office) -> None:
    """What left when the policy asked for nothing has not made whoever denied it agree."""
    office.answer(office.cleo, office.request(), approve=False)
    office.set()
    office.share()
    office.set(approvals=1)
    office.answer(office.dave, office.request())
    assert outcome(office) == REFUSED


def test_an_override_is_approved_as_one(office: Office) -> None:
    """For its reason; what was approved under the policy overrides nothing."""
    office.set(egress="none", override=1)
    office.answer(office.cleo, office.request())
    way = office.way(override="the court")
    assert office.asked(way=way)[1].outcome == REFUSED
    office.answer(office.cleo, office.request(way=way))
    assert office.asked(way=way)[1].outcome == OVERRIDDEN
    assert office.asked(way=office.way(override="I want it"))[1].outcome == REFUSED
    assert outcome(office) == REFUSED


def test_a_request_that_cannot_be_kept(office: Office) -> None:
    """When a recipient is gone nobody approves the rest, nor shares it by the request; denying is possible still."""
    asked = office.request(way=office.way("Dora", "Fred"))
    remove_recipient(office.ada, "Fred", "")
    with pytest.raises(Conflict):
        office.answer(office.cleo, asked)
    with pytest.raises(Conflict):
        still_asked(office.ada, find_request(office.ada.catalog, asked))
    office.answer(office.cleo, asked, approve=False)


def test_what_an_approver_cannot_see(office: Office) -> None:
    """Of several rooms only who may write in all approves, and an approval in some is none."""
    add_room(office.ada, "lab")
    add_content(office.ada, {"hers": b"hers"}, room="lab")
    asked = office.request("plan", "hers")
    with pytest.raises(Conflict):
        office.answer(office.cleo, asked)
    let_in(office.ada, CLEO, READER, "lab")
    with pytest.raises(Denied):
        office.answer(CLEO.open(office.memory), asked)
    office.ada.follow()
    change_role(office.ada, find_member(office.ada.catalog, "Cleo"), room_called(office.ada, "lab"), EDITOR)
    office.answer(CLEO.open(office.memory), asked)
    assert outcome(office, "plan", "hers") == ALLOWED
    assert outcome(office, "plan") == outcome(office, "hers") == REFUSED


def test_a_request_is_found_by_the_beginning_of_its_id(office: Office) -> None:
    """As people type it; too little, or what fits none, is said."""
    asked = office.request()
    assert find_request(office.ada.catalog, asked[:6].upper()).id == asked
    for typed in ("", asked[:2], "0" * 32):
        with pytest.raises(NoSuchRequest):
            find_request(office.ada.catalog, typed)


def test_asking_is_for_every_member(office: Office) -> None:
    """Also who may only read asks, and he does not answer."""
    reader = Person.named("Rita")
    let_in(office.ada, reader, READER)
    rita = reader.open(office.memory)
    asked = office.request(by=rita, way=office.way(channel=EXPORT)._replace(recipients=()))
    office.answer(office.cleo, asked)
    with pytest.raises(Denied):
        office.answer(rita, office.request())
    assert len(release_requests(rita.catalog)) == 2
    assert office.memory.verified().findings == []
