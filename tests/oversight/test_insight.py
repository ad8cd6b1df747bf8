"""Rules on real journals: what they are shown, what stays of a finding, and how good they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ipvault.catalog.acknowledgements import acknowledgements
from ipvault.catalog.address import find_versions, root_room
from ipvault.catalog.items import names_by_id
from ipvault.catalog.roster import find_member
from ipvault.errors import AlreadyAcknowledged, Denied, JournalBroken, NoSuchFinding
from ipvault.governance.gate.gate import PolicyGate
from ipvault.oversight.insight.acknowledging import Answers, acknowledge
from ipvault.oversight.insight.engine import evaluate
from ipvault.oversight.insight.finding import Finding
from ipvault.oversight.insight.observing import events
from ipvault.oversight.insight.reading import shipped
from ipvault.oversight.insight.wording import told
from ipvault.records.insights import InsightAcknowledged
from ipvault.records.vocabulary import CAT, OWNER, READER
from ipvault.vault.forgetting import forget
from ipvault.vault.items import remove
from ipvault.vault.membership import change_role
from ipvault.vault.release import release
from ipvault.vault.vault import Vault
from tests.governance.vaults import CLEO, Office
from tests.oversight.seeded_journal import scores, seeded
from tests.support.mallory import in_root
from tests.support.memory_vault import MemoryVault, add_content, add_room, append
from tests.support.people import Person, let_in, room_called

NAMES = [f"n{number:02}" for number in range(25)]


def findings(vault: Vault, rule: str = "") -> list[Finding]:
    vault.follow()
    found = evaluate(events(vault), shipped()).findings
    return [one for one in found if not rule or one.rule == rule]


def office_that_reads(count: int = 20) -> Office:
    """Ada has read so many documents one after the other."""
    made = Office.make()
    add_content(made.ada, dict.fromkeys(NAMES, b"x" * 100))
    read(made, NAMES[:count])
    return made


def read(made: Office, names: list[str]) -> None:
    wanted = find_versions(made.ada.catalog, names)
    release(made.ada, wanted, made.way(channel=CAT)._replace(recipients=()), PolicyGate(made.ada))


def test_an_event_tells_what_follows_from_its_record() -> None:
    """Sizes of what left, items, recipients, and for an answer to a request who had asked."""
    made = office_that_reads(1)
    made.set(approvals=1)
    made.answer(made.cleo, made.request(), approve=False)
    made.answer(made.cleo, made.request())
    made.share()
    made.ada.follow()
    seen = {one.action: one for one in events(made.ada)}
    assert seen["content.released"].amount("bytes") == 4  # of what the share released last
    shared = seen["package.shared"]
    assert (shared.amount("bytes"), shared.values("item")) == (4, (made.item(),))
    assert len(tuple(shared.values("recipient"))) == 1
    assert (seen["request.denied"].who, seen["request.denied"].signer) == (made.ada.member, CLEO.fingerprint)
    read_first = next(one for one in events(made.ada) if one.action == "content.released")
    assert read_first.amount("bytes") == 100
    assert [*read_first.values("weekday")] == ["fri"]
    assert read_first.values("label") == ()


def test_a_finding_rests_until_it_goes_on() -> None:
    """Whoever acknowledges it answers for what there was by then; more of it is found again, under the same id."""
    made = office_that_reads()
    (finding,) = findings(made.ada, "many-documents")
    answer, _head = acknowledge(made.ada, findings(made.ada), finding.id[:8], "a backup")
    assert (answer.reason, answer.member, answer.last) == ("a backup", made.ada.member, finding.last)
    (same,) = findings(made.memory.replayed(), "many-documents")
    assert same.id == finding.id
    assert Answers(made.memory.replayed().catalog).to(same)
    with pytest.raises(AlreadyAcknowledged):
        acknowledge(made.ada, findings(made.ada), finding.id, "again")
    read(made, NAMES[20:])
    (grown,) = findings(made.ada, "many-documents")
    assert (grown.id, grown.records, grown.count) == (finding.id, finding.records, 25)
    assert Answers(made.ada.catalog).to(grown) is None
    acknowledge(made.ada, findings(made.ada), finding.id, "still the backup")
    assert acknowledgements(made.ada.catalog)[finding.id][0].reason == "still the backup"
    assert made.memory.verified().findings == []


def test_nobody_answers_for_himself() -> None:
    """Of what she did herself a member says nothing that counts, nor takes back what another said; the only owner of a
    vault does, since nobody else could. What claims to know of records to come counts for nothing.
    """
    made = office_that_reads()
    (finding,) = findings(made.ada, "many-documents")
    made.cleo.follow()
    first, _head = acknowledge(made.cleo, findings(made.cleo), finding.id, "a backup")
    made.ada.follow()
    change_role(made.ada, find_member(made.ada.catalog, "Cleo"), root_room(made.ada.catalog), OWNER)
    own = InsightAcknowledged(finding=finding.id, rule=finding.rule, records=(), last=finding.last, reason="mine")
    append(made.ada, in_root(made.ada, own))
    assert Answers(made.ada.catalog).to(finding) == first
    read(made, NAMES[20:])
    (grown,) = findings(made.ada, "many-documents")
    with pytest.raises(Denied):
        acknowledge(made.ada, findings(made.ada), finding.id, "still mine")
    for last in (grown.last, 10**8):
        append(made.ada, in_root(made.ada, replace(own, last=last)))
        assert Answers(made.ada.catalog).to(grown) is None
    append(made.ada, in_root(made.ada, replace(own, last=10**8)), by=CLEO.identity)
    assert Answers(made.ada.catalog).to(grown) is None
    made.cleo.follow()
    acknowledge(made.cleo, findings(made.cleo), finding.id, "still the backup")
    made.ada.follow()
    assert Answers(made.ada.catalog).to(grown)


def test_a_finding_that_names_nobody_is_about_who_wrote_its_records() -> None:
    """Who first sent something to somebody does not answer for that; somebody else does."""
    made = Office.make()
    made.set()
    change_role(made.ada, find_member(made.ada.catalog, "Cleo"), root_room(made.ada.catalog), OWNER)
    made.share()
    (finding,) = findings(made.ada, "new-recipient")
    assert [name for name, _value in finding.group] == ["recipient"]
    with pytest.raises(Denied):
        acknowledge(made.ada, [finding], finding.id, "mine")
    own = InsightAcknowledged(finding=finding.id, rule=finding.rule, records=(), last=finding.last, reason="mine")
    append(made.ada, in_root(made.ada, own))
    assert Answers(made.ada.catalog).to(finding) is None
    made.cleo.follow()
    answer, _head = acknowledge(made.cleo, findings(made.cleo), finding.id, "a new customer")
    made.ada.follow()
    assert Answers(made.ada.catalog).to(finding) == answer


@pytest.mark.parametrize("typed", ["", "abc", "ffffffff", "zzzz"])
def test_only_what_was_found_can_be_acknowledged(typed: str) -> None:
    """An id that no finding has, or too little of one, means none."""
    made = office_that_reads()
    with pytest.raises(NoSuchFinding):
        acknowledge(made.ada, findings(made.ada), typed, "x")


def test_what_was_forgotten_is_not_seen() -> None:
    """The journal verifies, and rules see no more of such a record than its class and who signed it."""
    made = office_that_reads()
    numbers = [*findings(made.ada, "many-documents")[0].records]
    forget(made.ada, numbers, reason="data protection")
    assert findings(made.ada, "many-documents") == []
    seen = next(one for one in events(made.ada) if one.seq == numbers[0])
    assert (seen.action, seen.who, seen.values("item")) == ("access", made.ada.member, ())


def test_each_member_sees_what_his_keys_open() -> None:
    """Of a room that somebody is not in, rules tell nothing that is in its records."""
    made = office_that_reads()
    outsider = Person.named("Olga")
    add_room(made.ada, "other")
    let_in(made.ada, outsider, READER, "other")
    vault = outsider.open(made.memory)
    assert findings(vault, "many-documents") == []
    assert len(findings(made.dave, "many-documents")) == 1


def test_a_broken_journal_is_no_journal() -> None:
    """Nothing is said of records that were altered: the chain is checked as they are read."""
    made = office_that_reads()
    whole = made.memory.store.journal or b""
    middle = len(whole) // 2
    made.memory.store.journal = whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    with pytest.raises(JournalBroken):
        list(events(made.ada))


def test_a_document_shared_and_removed() -> None:
    """The two records that make it, and the name of the document."""
    made = Office.make()
    made.set()
    made.share("claims")
    remove(made.ada, ["claims"], reason="")
    (one,) = findings(made.ada, "shared-then-removed")
    (words,) = told([one], shipped(), names_by_id(made.ada.catalog))
    assert words.about == "Ada Lovelace, claims"
    assert words.records == f"{one.records[0]}\N{EN DASH}{one.records[1]}"


def test_how_good_the_rules_are() -> None:
    """In a journal of five months in which incidents are hidden: all that can be found, and few false alarms.

    An hour back between two records that are further apart cannot be seen, so that rule is not asked for.
    """
    judged = [one for one in scores(*seeded(1), shipped()) if one.rule != "clock-went-back"]
    assert [one.rule for one in judged if one.misses] == []
    assert [one.rule for one in judged if one.alarms and one.rule not in ("off-hours", "unusual-volume")] == []
    assert sum(one.hits for one in judged) > 20
    assert sum(one.alarms for one in judged) < 20


def test_a_quiet_vault_has_no_findings() -> None:
    """Making a vault and putting something into it is nothing that anybody has to look at."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {"claims": b"claims"})
    assert room_called(vault).name == "main"
    assert findings(vault) == []
