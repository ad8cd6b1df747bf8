"""Incidents: the nine steps, what containment really does, and what nobody gets away with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ipvault.catalog.address import find_item, find_room, root_room
from ipvault.catalog.freezes import freezes
from ipvault.catalog.holds import holds, objection_to_destroying
from ipvault.catalog.incidents import find_incident, incidents
from ipvault.catalog.items import Item, names_by_id
from ipvault.catalog.packages import packages
from ipvault.catalog.recipients import find_recipient, fingerprints_of
from ipvault.catalog.roster import rooms_and_roles
from ipvault.catalog.scopes import Scope
from ipvault.errors import (
    ClockBehind,
    Conflict,
    Denied,
    GateClosed,
    IncidentUnfinished,
    NoSuchIncident,
    PlaybookRefused,
    UsageError,
)
from ipvault.oversight.holds.keep import release_hold
from ipvault.oversight.incidents.aftermath import aftermath
from ipvault.oversight.incidents.assess import Opinion, assess, judged, reach
from ipvault.oversight.incidents.clocks import KNOWN, Period, clocks, end_of
from ipvault.oversight.incidents.contain import Plan, contain, lift
from ipvault.oversight.incidents.due import due
from ipvault.oversight.incidents.keep import (
    Sent,
    add_action,
    assign,
    close_incident,
    end_clock,
    finish_action,
    learn,
    note_sent,
    open_incident,
    preserve_items,
    preserve_records,
    start_clock,
)
from ipvault.oversight.incidents.notices import draft, gaps
from ipvault.oversight.incidents.page import page
from ipvault.oversight.incidents.playbook import parse_playbook, shipped
from ipvault.oversight.incidents.report import timeline
from ipvault.oversight.incidents.sections import listings
from ipvault.oversight.incidents.state import actions, missing, steps_open
from ipvault.oversight.papers import FORMS, render
from ipvault.records.access import ContentReleased
from ipvault.records.base import Record
from ipvault.records.freezes import FreezeLifted, FreezeSet
from ipvault.records.incidents import (
    AUTHORITY,
    MET,
    PARTIES,
    WAIVED,
    ActionAdded,
    ActionDone,
    ClockEnded,
    ClockStarted,
    IncidentAssessed,
    IncidentClosed,
    IncidentLearned,
    IncidentNotified,
    IncidentOpened,
    IncidentPreserved,
    IncidentReleased,
)
from ipvault.records.vocabulary import CAT, EDITOR, EXPORT, MAIN, OWNER, READER
from ipvault.vault.exposure import exposure
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.recipients import add_recipient, remove_recipient
from ipvault.vault.vault import Vault
from tests.governance.vaults import IN_GERMANY, Office
from tests.oversight.incidents import HOUR, SHORT, ago, noticed, report
from tests.support.mallory import in_main, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, add_room, append
from tests.support.people import Person, let_in
from tests.support.refusals import refused
from tests.support.rulings import decided

EVE = Person.named("Eve")


def vault_with(*names: str) -> tuple[MemoryVault, Vault]:
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {name: name.encode() for name in names})
    return memory, vault


def later(memory: MemoryVault, hours: float) -> None:
    memory.machine.now.time += hours * HOUR  # type: ignore[attr-defined]


def test_all_nine_steps() -> None:
    """From the report to the end: nothing is closed as long as something is left, and everybody who reads the journal
    comes to the same register.
    """
    office = Office.make()
    vault, memory = office.ada, office.memory
    office.set()
    describe(vault, ["plan"], Changes(add_tags=("personal-data", "subject:Zoe")))
    office.share("plan")
    incident = open_incident(vault, report(vault, playbook=shipped()))[0].id
    with pytest.raises(IncidentUnfinished, match="nobody has the duty lead"):
        close_incident(vault, incident, "over", "")
    for duty, person in (("lead", "Cleo"), ("legal", "Grace"), ("data-protection", "Dora")):
        assign(vault, incident, duty, person)
    dora = fingerprints_of(vault.catalog, find_recipient(vault.catalog, "Dora"))
    found = reach(vault, dora, Scope(), (), "")
    assert assess(vault, incident, found, dora, Opinion())[0].assessment
    assert (found.category, found.severity) == ("secrets-and-personal-data", "critical")
    done = contain(vault, incident, Plan(recipients=("Dora",), items=("plan",)), reason="stolen")
    assert [copy.kind for copy in done.copies] == ["package"]
    preserve_items(vault, incident, ["plan"], "it was in the package")
    preserve_records(vault, incident, 1, 3, "how it began")
    start_clock(vault, incident, "gdpr", KNOWN["gdpr"])
    start_clock(vault, incident, "nis2", KNOWN["nis2"])
    end_clock(vault, incident, "nis2", WAIVED, "", "no such entity")
    note_sent(vault, incident, Sent(AUTHORITY, "ICO", "gdpr", ago(vault, 0), "a" * 64, ""))
    add_action(vault, incident, "remediate", "New keys for Dora", "Dora", "")
    with pytest.raises(IncidentUnfinished, match="New keys"):
        close_incident(vault, incident, "over", "")
    for action in actions(find_incident(vault.catalog, incident)):
        finish_action(vault, incident, action.key, "")
    assert steps_open(find_incident(vault.catalog, incident)) == ["lessons"]
    learn(vault, incident, "keys belong on hardware")
    closed, _head = close_incident(vault, incident[:6], "over", "")
    assert (bool(closed.closed), missing(closed), steps_open(closed)) == (True, [], [])
    with pytest.raises(Conflict, match="was closed"):
        learn(vault, incident, "one more")
    assert incidents(memory.replayed().catalog) == [closed]
    assert memory.verified().findings == []


def test_the_time_of_awareness_counts() -> None:
    """Not that of the record, which can be late; and nobody is aware of what is yet to come, or before it happened."""
    _memory, vault = vault_with("a")
    incident = noticed(vault, hours=30)
    start_clock(vault, incident.id, "nis2-early", KNOWN["nis2-early"])
    (clock,) = clocks(find_incident(vault.catalog, incident.id))
    assert clock.due == end_of(incident.aware, KNOWN["nis2-early"], "UTC") < incident.time
    assert clock.state(ago(vault, 0)) == "overdue"
    for wrong in ({"aware": ago(vault, -1)}, {"occurred": ago(vault, 1)}, {"zone": "Nowhere"}):
        with pytest.raises(UsageError):
            open_incident(vault, report(vault, hours=2)._replace(**wrong))


def test_clocks_run_once_and_late_ones_have_a_reason() -> None:
    """The final report counts from the notification; a clock that went back ends nothing."""
    memory, vault = vault_with("a")
    incident = noticed(vault).id
    with pytest.raises(Conflict, match="start that first"):
        start_clock(vault, incident, "nis2-final", KNOWN["nis2-final"])
    start_clock(vault, incident, "nis2", KNOWN["nis2"])
    start_clock(vault, incident, "nis2-final", KNOWN["nis2-final"])
    start_clock(vault, incident, "ours", Period("contract 7", 2, "hours"))
    with pytest.raises(Conflict, match="started already"):
        start_clock(vault, incident, "nis2", KNOWN["nis2"])
    assert [one.clock for one in due(vault.catalog, ago(vault, 0))] == ["ours", "nis2", "nis2-final"]
    assert [clock.is_estimate for clock in clocks(find_incident(vault.catalog, incident))] == [False, True, False]
    later(memory, 3)
    first = due(vault.catalog, ago(vault, 0))[0]
    assert (first.clock, first.is_late(ago(vault, 0))) == ("ours", True)
    with pytest.raises(UsageError, match="--late"):
        end_clock(vault, incident, "ours", MET, "", "")
    for at in (ago(vault, 10), ago(vault, -1)):
        with pytest.raises(UsageError, match="before anybody"):
            end_clock(vault, incident, "ours", MET, at, "")
    end_clock(vault, incident, "ours", MET, "", "the post was slow")
    end_clock(vault, incident, "nis2", MET, ago(vault, 1), "")
    found = {clock.name: clock for clock in clocks(find_incident(vault.catalog, incident))}
    assert (found["ours"].state(""), found["nis2"].state("")) == ("late", "met")
    assert found["nis2-final"].due[:7] == "2027-02"
    assert not found["nis2-final"].is_estimate
    for name in ("ours", "none"):
        with pytest.raises(Conflict):
            end_clock(vault, incident, name, WAIVED, "", "why")
    with pytest.raises(UsageError, match="say why"):
        end_clock(vault, incident, "nis2-final", WAIVED, "", "")
    with pytest.raises(IncidentUnfinished, match="nis2-final"):
        close_incident(vault, incident, "over", "nobody")
    later(memory, -100)
    for act in (
        lambda: end_clock(vault, incident, "nis2-final", WAIVED, "", "why"),
        lambda: noticed(vault),
        lambda: close_incident(vault, incident, "over", "nobody"),
        lambda: note_sent(vault, incident, Sent(AUTHORITY, "ICO", "", ago(vault, 0), "a" * 64, "")),
    ):
        with pytest.raises(ClockBehind):
            act()


def item(name: str, **fields: Any) -> Item:
    """An item for an assessment, internal unless it is said."""
    described = {"label": "internal", "type": "other", "tag_lines": "", **fields}
    empty = dict.fromkeys(Item._fields, "")
    return Item(**{**empty, **described, "id": name, "name": name, "version": 1, "size": 1, "removed": None})


SECRET = item("s", label="secret")
PERSONAL = item("p", tag_lines="subject:Zoe")


@pytest.mark.parametrize(
    ("items", "outside", "opened", "category", "severity"),
    [
        ((), (), (), "other", "low"),
        ((item("a"),), ("a",), ("a",), "other", "low"),
        ((item("c", label="confidential"),), (), (), "confidential", "medium"),
        ((SECRET,), (), (), "secrets", "high"),
        ((item("t", type="trade-secret"),), (), (), "secrets", "high"),
        ((SECRET,), ("s",), (), "secrets", "critical"),
        ((SECRET, item("a")), ("a",), ("a",), "secrets", "high"),
        ((PERSONAL,), (), (), "personal-data", "high"),
        ((item("p", tag_lines="personal-data"),), (), ("p",), "personal-data", "critical"),
        ((PERSONAL, SECRET), (), (), "secrets-and-personal-data", "critical"),
    ],
)
def test_category_and_severity(
    items: tuple[Item, ...], outside: tuple[str, ...], opened: tuple[str, ...], category: str, severity: str
) -> None:
    """Secrets and personal data are severe, more so together, or outside; and there are always grounds."""
    found = judged(items, outside, opened)
    assert (found.category, found.severity) == (category, severity)
    assert found.grounds


def test_a_person_decides_otherwise_for_a_reason() -> None:
    """Both stay on record: what was found, and what was decided."""
    _memory, vault = vault_with("a")
    incident = noticed(vault).id
    found = reach(vault, (), Scope(items=("a",)), (), "")
    with pytest.raises(UsageError, match="--reason"):
        assess(vault, incident, found, (), Opinion(severity="high"))
    assess(vault, incident, found, (), Opinion())
    said = assess(vault, incident, found, (), Opinion(severity="high", reason="it was on the news"))[0].assessment
    assert said
    assert (said.said["found_severity"], said.said["severity"], said.said["reason"]) == (
        "low",
        "high",
        "it was on the news",
    )


def test_containment_is_one_transaction() -> None:
    """A member leaves all rooms, which get new keys, a recipient and the packages are revoked, documents are held and
    frozen: all in one commit. What was shared before stays exposed, and is told; nothing is done twice.
    """
    office = Office.make()
    vault, memory = office.ada, office.memory
    office.share("claims", to="Dora")
    let_in(vault, EVE, OWNER)
    incident = noticed(vault).id
    plan = Plan(members=("Eve", "Cleo"), recipients=("Dora",), items=("claims", "plan"))
    before, epoch = vault.catalog.head, vault.catalog.epoch(find_room(vault.catalog, MAIN).id)
    would = contain(vault, incident, plan, reason="", dry=True)
    assert vault.catalog.head == before
    assert not freezes(vault.catalog)
    assert len(rooms_and_roles(vault.catalog, EVE.fingerprint)) > 0
    done = contain(vault, incident, plan, reason="stolen")
    commits = [row.leaf.signature for row in read_journal(vault, Query(from_seq=before.seq + 1)) if row.leaf.signature]
    assert len(commits) == 1
    assert (done.members, done.packages, done.leave) == (would.members, would.packages, would.leave)
    assert {one.name for one in done.members} == {"Eve", "Cleo"}
    assert not rooms_and_roles(vault.catalog, EVE.fingerprint)
    assert vault.catalog.epoch(find_room(vault.catalog, MAIN).id) == epoch + 1
    assert all(package.revoked for package in packages(vault.catalog))
    assert find_recipient(vault.catalog, "Dora").revoked
    for name in ("claims", "plan"):
        assert objection_to_destroying(vault.catalog, find_item(vault.catalog, name).id)
    for line in exposure(vault, (EVE.fingerprint,)):
        assert line.until
    again = contain(vault, incident, plan._replace(members=()), reason="stolen")
    assert again.is_empty()
    assert again.head == done.head
    assert memory.verified().findings == []
    assert memory.replayed().catalog.closings() == {}
    add_content(vault, {"new": b"new"})
    with pytest.raises(Conflict, match="himself"):
        contain(vault, incident, Plan(members=(vault.member,)), reason="x")


def test_rooms_get_new_keys_once_and_keep_an_owner() -> None:
    """A room that is to be rotated and that somebody leaves gets one key; the only owner of a room stays in it."""
    memory, vault = vault_with("a")
    let_in(vault, EVE, EDITOR)
    add_room(vault, "lab")
    main, lab = (find_room(vault.catalog, name).id for name in (MAIN, "lab"))
    incident = noticed(vault).id
    done = contain(vault, incident, Plan(members=("Eve",), rotate=(MAIN, "lab")), reason="x")
    assert set(done.leave.rekeyed) == {main, lab, root_room(vault.catalog).id}
    assert [vault.catalog.epoch(room) for room in (main, lab)] == [2, 2]
    assert memory.verified().findings == []


def test_what_is_frozen_does_not_leave() -> None:
    """By its name, its room or its recipient, whoever asks and for whatever reason; until it is lifted, also after the
    end of the incident. Members read it as before.
    """
    office = Office.make()
    vault = office.ada
    office.set(override=0)
    incident = noticed(vault).id

    def leaves(name: str, channel: str, to: str = "Dora", override: str = "why") -> bool:
        people = (to,) if channel == "package" else ("Dora",)
        way = office.way(*people, channel=channel, override=override)
        return office.asked(name, way=way)[1].outcome != "refused"

    contain(vault, incident, Plan(items=("plan",), recipients=("Nell",), hold=False), reason="x")
    assert not leaves("plan", EXPORT)
    assert not leaves("plan", "package")
    assert leaves("plan", CAT)
    assert leaves("claims", EXPORT)
    assert leaves("claims", "package")
    assert not leaves("claims", "package", to="Nell")
    with pytest.raises(GateClosed, match="frozen"):
        office.share("plan", override="an emergency")
    contain(vault, incident, Plan(rooms=(MAIN,), hold=False), reason="x")
    assert not leaves("claims", EXPORT)
    add_room(vault, "lab")
    with pytest.raises(Denied, match="frozen"):
        move(vault, "claims", room="lab")
    close_incident(vault, incident, "over", "nobody outside")
    assert not leaves("claims", EXPORT)
    lift(vault, incident, reason="found")
    assert leaves("claims", EXPORT)
    assert leaves("plan", "package")
    with pytest.raises(Conflict, match="nothing is frozen"):
        lift(vault, incident, reason="again")
    assert office.memory.verified().findings == []


def test_who_may() -> None:
    """Owners answer incidents; of one in a room only its members know."""
    office = Office.make()
    vault = office.ada
    add_room(vault, "board")
    hidden = noticed(vault, room="board")
    office.cleo.follow()
    assert incidents(office.cleo.catalog) == []
    with pytest.raises(NoSuchIncident):
        find_incident(office.cleo.catalog, hidden.id)
    seen = noticed(vault)
    office.cleo.follow()
    assert [one.id for one in incidents(office.cleo.catalog)] == [seen.id]
    contain(vault, seen.id, Plan(items=("claims",)), reason="x")
    office.cleo.follow()
    for act in (
        lambda: noticed(office.cleo),
        lambda: learn(office.cleo, seen.id, "x"),
        lambda: contain(office.cleo, seen.id, Plan(items=("plan",)), reason="x"),
        lambda: lift(office.cleo, seen.id, reason="x"),
    ):
        with pytest.raises(Denied):
            act()


def test_a_notice_says_what_is_known_and_marks_the_rest() -> None:
    """With the fields of GDPR Art. 33(3); it names nobody and no document, and what was written only if asked to."""
    office = Office.make()
    vault = office.ada
    describe(vault, ["plan"], Changes(add_tags=("personal-data", "subject:Zoe Miller")))
    incident = noticed(vault, playbook=shipped(), hours=80).id
    found = reach(vault, (), Scope(items=("plan",)), (), "")
    assess(vault, incident, found, (), Opinion())
    contain(vault, incident, Plan(recipients=("Dora",), items=("plan",)), reason="x")
    start_clock(vault, incident, "gdpr", KNOWN["gdpr"])
    blank: dict[str, int] = {}
    for party in PARTIES:
        for form in FORMS:
            one = find_incident(vault.catalog, incident)
            text = render(draft(vault, one, party, now=ago(vault, 0), with_text=False), form)
            assert not any(word in text for word in ("plan", "Dora", "Zoe", "a laptop"))
            assert gaps(text) == blank.setdefault(party, gaps(text)) > 3
    assign(vault, incident, "data-protection", "Mary")
    one = find_incident(vault.catalog, incident)
    text = render(draft(vault, one, AUTHORITY, now=ago(vault, 0), with_text=True), "text")
    for part in (
        "Mary",
        "a laptop",
        "at least 1",
        "1 document",
        "33(3)(a)",
        "33(3)(b)",
        "33(3)(c)",
        "33(3)(d)",
        "delay",
    ):
        assert part in text
    assert gaps(text) == blank[AUTHORITY] - 2


def test_a_notice_tells_no_measure_as_if_it_held_that_was_lifted() -> None:
    """What is frozen and held is told as such; what was, with its times; who gets documents again is not counted."""
    office = Office.make()
    vault = office.ada
    incident = noticed(vault).id
    contain(vault, incident, Plan(recipients=("Dora",), items=("plan",)), reason="x")

    def told(party: str) -> str:
        one = find_incident(vault.catalog, incident)
        return render(draft(vault, one, party, now=ago(vault, 0), with_text=False), "text")

    present = ("cannot leave our vault", "is kept as evidence", "shared with 1 recipient")
    assert all(part in told(party) for part in present for party in PARTIES)
    lift(vault, incident, reason="looked into")
    release_hold(vault, holds(vault.catalog)[0].id, "over")
    remove_recipient(vault, "Dora", "mistaken")
    add_recipient(vault, IN_GERMANY.card, "Dora")
    for party in PARTIES:
        assert not any(part in told(party) for part in present)
        assert told(party).count(" from ") >= 2
        assert "could not leave our vault from" in told(party)
        assert "were kept as evidence from" in told(party)
    contain(vault, incident, Plan(items=("claims",)), reason="y")
    assert "Part of what is concerned cannot leave" in told(AUTHORITY)
    contain(vault, incident, Plan(items=("plan",)), reason="y")
    assert "Part of" not in told(AUTHORITY)


def test_the_report() -> None:
    """All that happened, in its order, with its records; nothing that was recorded acts in it."""
    _memory, vault = vault_with("<b>a</b>")
    incident = noticed(vault, playbook=shipped()).id
    contain(vault, incident, Plan(items=("<b>a</b>",)), reason="<script>alert(1)</script>")
    key = add_action(vault, incident, "remediate", "Change locks", "", ago(vault, -1))[0]
    finish_action(vault, incident, actions(key)[-1].key, "")
    preserve_items(vault, incident, ["<b>a</b>"], "")
    one = find_incident(vault.catalog, incident)
    after = aftermath(vault, one)
    moments = timeline(one, {find_item(vault.catalog, "<b>a</b>").id: "<b>a</b>"}, after.ended)
    assert [moment.time for moment in moments] == sorted(moment.time for moment in moments)
    assert [moment.what for moment in moments[:2]] == ["it happened", "somebody became aware"]
    assert any(moment.what == "done: Change locks" for moment in moments)
    text = page(one, moments, {}, after, maker="Ada", now=ago(vault, 0))
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "<b>" not in text
    assert text.count("<svg") == 1


def test_the_report_lists_what_there_is() -> None:
    """The documents by name, what was contained and what that did not reach, evidence, notices and lessons: each with
    its record; and what there is none of says so.
    """
    office = Office.make()
    vault = office.ada
    office.set(agreement=())
    office.share("claims", "plan")
    incident = noticed(vault).id
    one = find_incident(vault.catalog, incident)
    after = aftermath(vault, one)
    empty = {one.title: one for one in listings(one, {}, after)}
    assert not any(one.rows for one in empty.values())
    text = page(one, timeline(one, {}, ()), {}, after, maker="Ada", now=ago(vault, 0))
    assert all(one.otherwise in text for one in empty.values())
    assess(vault, incident, reach(vault, (), Scope(items=("plan",)), (), ""), (), Opinion())
    contain(vault, incident, Plan(items=("plan",)), reason="at once")
    preserve_items(vault, incident, ["claims"], "as found")
    note_sent(vault, incident, Sent(AUTHORITY, "ICO", "", ago(vault, 0), "a" * 64, ""))
    learn(vault, incident, "encrypt laptops")
    one = find_incident(vault.catalog, incident)
    found = {each.title: each.rows for each in listings(one, names_by_id(vault.catalog), aftermath(vault, one))}
    assert {row[0]: row[1] for row in found["Documents"]} == {
        "plan": "the incident reaches it",
        "claims": "it is evidence",
    }
    assert "at once" in found["Containment"][0][1]
    ((copy, _seq),) = found["Not reached"]
    assert f"package {packages(vault.catalog)[0].id[:8]}, " in copy
    assert "for Dora: plan; not revoked" in copy
    assert found["Evidence"][0][1] == "claims@1"
    assert found["Notifications"][0][1] == "the authority: ICO"
    assert found["Lessons"][0][0] == "encrypt laptops"
    assert all(row[-1].isdigit() for rows in found.values() for row in rows)


def test_the_report_tells_how_containment_ended_and_what_is_out() -> None:
    """That it is frozen and held no more, in timeline and list, with the records that say so; and every copy that is
    known to be out, files too.
    """
    office = Office.make()
    vault = office.ada
    left = ContentReleased(
        item=office.item(), version=1, sha256="0" * 64, channel="export", destination="out.txt", decision="d" * 32
    )
    append(vault, in_main(vault, decided(channel="export", decision="d" * 32)), in_main(vault, left))
    incident = noticed(vault).id
    contain(vault, incident, Plan(items=("plan",)), reason="at once")
    lift(vault, incident, reason="found again")
    release_hold(vault, holds(vault.catalog)[0].id, "settled")
    one = find_incident(vault.catalog, incident)
    after, names = aftermath(vault, one), names_by_id(vault.catalog)
    last = vault.catalog.head.seq
    for told in (
        [(moment.what, moment.seq) for moment in timeline(one, names, after.ended)][-2:],
        [
            (what, int(seq))
            for each in listings(one, names, after)
            if each.title == "Containment"
            for _time, what, seq in each.rows
        ][-2:],
    ):
        assert [what for what, _seq in told] == ["not frozen any more: found again", "not held any more: settled"]
        assert told[0][1] < told[1][1] <= last
    (unreached,) = (each.rows for each in listings(one, names, after) if each.title == "Not reached")
    assert [row[0].partition(" on ")[0] for row in unreached] == ["written to out.txt"]


OPENED = IncidentOpened(
    incident="1" * 32,
    title="x",
    aware="2026-11-22T10:00:00.000Z",
    zone="UTC",
    occurred="",
    reporter="",
    text="",
    playbook=SHORT,
)
STARTED = ClockStarted(incident="1" * 32, clock="a", law="", amount=1, unit="hours", after="")
ENDED = ClockEnded(incident="1" * 32, clock="a", outcome=MET, at=OPENED.aware, reason="")
NOTIFIED = IncidentNotified(
    incident="1" * 32, party=AUTHORITY, person="x", clock="a", sent=OPENED.aware, sha256="a" * 64, late=""
)
ADDED = ActionAdded(incident="1" * 32, action="a", title="x", step="team", owner="", deadline="")
DONE = ActionDone(incident="1" * 32, action="a", note="")
LEARNED = IncidentLearned(incident="1" * 32, text="")
CLOSED = IncidentClosed(incident="1" * 32, unnotified="", reason="")
RELEASED = IncidentReleased(incident="1" * 32, paper="report", sha256="a" * 64)
ASSESSED = IncidentAssessed(
    incident="1" * 32,
    category="other",
    severity="low",
    found_category="other",
    found_severity="low",
    items=(),
    members=(),
    outsiders=(),
    grounds=(),
    reason="",
)
PRESERVED = IncidentPreserved(
    incident="1" * 32, custody="", items=(), versions=(), hashes=(), first=1, last=2, reason=""
)
FROZEN = FreezeSet(freeze="2" * 32, incident="1" * 32, items=("3" * 32,), rooms=(), outsiders=())
THAWED = FreezeLifted(freeze="2" * 32, reason="")

FALSE: list[tuple[Record, ...]] = [
    (OPENED, OPENED),
    (LEARNED,),
    (OPENED, CLOSED, LEARNED),
    (OPENED, STARTED, STARTED),
    (OPENED, replace(STARTED, after="b")),
    (OPENED, replace(STARTED, unit="weeks")),
    (OPENED, ENDED),
    (OPENED, STARTED, ENDED, ENDED),
    (OPENED, STARTED, NOTIFIED, ENDED),
    (OPENED, STARTED, replace(ENDED, outcome="lost")),
    (OPENED, replace(NOTIFIED, clock="", party="press")),
    (OPENED, ADDED, ADDED),
    (OPENED, replace(ADDED, step="wait")),
    (OPENED, DONE, DONE),
    (OPENED, replace(RELEASED, paper="book")),
    (OPENED, replace(ASSESSED, category="bad")),
    (OPENED, replace(ASSESSED, found_severity="bad")),
    (OPENED, replace(PRESERVED, items=("3" * 32,))),
    (OPENED, replace(PRESERVED, first=3)),
    (FROZEN, FROZEN),
    (THAWED,),
    (FROZEN, THAWED, THAWED),
    (replace(FROZEN, items=()),),
]


@pytest.mark.parametrize("records", FALSE, ids=lambda records: " ".join(one.KIND for one in records))
def test_false_records_are_found(records: tuple[Record, ...]) -> None:
    """What cannot be is tampering to whoever reads the journal, whoever signed it, and to the other reader as well."""
    memory, vault = with_mallory(None)
    assert refused(memory, *records, by=vault.identity)


def test_true_records_are_taken() -> None:
    """All of that in the right order, and a report after the end."""
    memory, vault = with_mallory(READER)
    right = (OPENED, STARTED, NOTIFIED, ADDED, DONE, ASSESSED, PRESERVED, LEARNED, CLOSED, RELEASED, FROZEN, THAWED)
    assert not refused(memory, *right, by=vault.identity)
    assert is_refused(memory, vault, in_main(vault, FROZEN), by=vault.identity)
    append(vault, in_main(vault, OPENED))
    assert refused(memory, LEARNED, by=vault.identity)


PLAYBOOK = """
format = 1
name = "ours"
steps = ["assess"]
[[duty]]
key = "lead"
title = "Leads"
person = "Ada"
required = true
[[action]]
key = "call"
step = "legal"
title = "Call counsel"
duty = "lead"
hours = 4
[[clock]]
key = "gdpr"
[[clock]]
key = "bank"
law = "contract"
days = 2
after = "gdpr"
"""


def test_a_playbook_of_the_firm() -> None:
    """Its clocks begin when the incident is opened, its people have their duties, its actions their deadlines."""
    _memory, vault = vault_with("a")
    incident = noticed(vault, playbook=PLAYBOOK)
    assert [clock.name for clock in clocks(incident)] == ["gdpr", "bank"]
    (action,) = actions(incident)
    assert (action.owner, action.deadline) == ("Ada", end_of(incident.aware, Period("", 4, "hours"), "UTC"))
    assert steps_open(incident) == ["assess", "legal", "notify"]
    assert parse_playbook(PLAYBOOK).steps == ("assess",)
    assert [one.action for one in due(vault.catalog, ago(vault, 0)) if one.action] == ["Call counsel"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", ""),
        ("format = 1", "format = 0"),
        ('name = "ours"', ""),
        ('name = "ours"', 'name = ""'),
        ('name = "ours"', 'name = "ours"\nextra = 1'),
        ('"assess"', '"asses"'),
        ('["assess"]', '"assess"'),
        ('key = "lead"', 'key = "Lead!"'),
        ('key = "lead"', 'key = "other"'),
        ("required = true", 'required = "yes"'),
        ("hours = 4", "hours = -4"),
        ("hours = 4", "hours = true"),
        ("hours = 4", "hours = 100001"),
        ("hours = 4", "minutes = 4"),
        ('step = "legal"', 'step = "wait"'),
        ('step = "legal"', ""),
        ("days = 2", ""),
        ("days = 2", "days = 2\nhours = 2"),
        ('after = "gdpr"', 'after = "none"'),
        ('key = "bank"', 'key = "gdpr"'),
        ("[[duty]]", "[duty]"),
        ("days = 2", "days = 2\n[[action]]\nkey = 'call'\nstep = 'legal'\ntitle = 'x'"),
        ("format = 1", "format = 1\n="),
        ("format = 1", "format = 1\n# " + "x" * 70_000),
    ],
)
def test_a_playbook_is_read_strictly(old: str, new: str) -> None:
    """What is not known, missing, or of another kind is refused: what nobody follows must not look as if it were."""
    assert old in PLAYBOOK
    with pytest.raises(PlaybookRefused):
        parse_playbook(PLAYBOOK.replace(old, new, 1))


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_shipped_playbooks(language: str) -> None:
    """There is one in each language of the interface, and they say the same."""
    from importlib.resources import files

    folder = files("ipvault.oversight.incidents")
    english, other = (
        parse_playbook(folder.joinpath(f"playbook.{one}.toml").read_text(encoding="utf-8")) for one in ("en", language)
    )
    assert [task._replace(title="") for task in english.tasks] == [task._replace(title="") for task in other.tasks]
    assert [duty._replace(title="") for duty in english.duties] == [duty._replace(title="") for duty in other.duties]
    assert english.steps == other.steps
