"""What people ask about their data: clocks, answers, what is destroyed, what is kept, and consents."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO

import pytest

from ipvault.catalog.address import find_any, find_item, find_room
from ipvault.catalog.consents import consenting, consents, find_consent
from ipvault.catalog.items import versions
from ipvault.catalog.privacy import find_privacy_request, requests_due, subject_tag, to_finish
from ipvault.catalog.recipients import recipients
from ipvault.catalog.scopes import Scope
from ipvault.errors import ClockBehind, Conflict, Denied, Held, NoSuchConsent, NoSuchPrivacyRequest, UsageError
from ipvault.governance.gate.gate import PolicyGate
from ipvault.governance.policy.policy import CONSENT, PERSONAL_DATA
from ipvault.oversight.holds.keep import place_hold, release_hold
from ipvault.oversight.incidents.assess import reach
from ipvault.oversight.papers import FORMS, render
from ipvault.oversight.privacy.account import gather, give_access, paper
from ipvault.oversight.privacy.deadlines import deadline
from ipvault.oversight.privacy.disclosures import accounting, disclosures
from ipvault.oversight.privacy.erasure import cards_to_forget, choose, erase_for, refuse
from ipvault.oversight.privacy.keep import (
    Clock,
    Terms,
    add_consent,
    answers_to,
    close_request,
    create_request,
    extend_request,
    withdraw_consent,
)
from ipvault.oversight.privacy.subject import find_subject, ids_about
from ipvault.records.incidents import IncidentOpened
from ipvault.records.privacy import ConsentGiven, ConsentWithdrawn, PrivacyClosed, PrivacyDecided, PrivacyRequested
from ipvault.records.vocabulary import EDITOR, EXPORT, OWNER
from ipvault.vault.exposure import Exposure, exposure
from ipvault.vault.gate import BLOCKED, PASSED, Way
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, move
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.recipients import add_recipient, remove_recipient
from ipvault.vault.release import release
from ipvault.vault.rooms import create_room, reencrypt, rotate
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.governance.vaults import Office
from tests.support.mallory import in_main, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, add_content, append
from tests.support.people import Person, let_in
from tests.support.refusals import refused
from tests.support.second_opinion import is_refused_by_both, second_opinion

ZOE = Person.named("Zoe")
RECEIVED = "2027-01-15"
"""The day on which the clock of a vault in memory starts."""


@pytest.mark.parametrize(
    ("received", "law", "zone", "extended", "due"),
    [
        ("2026-01-31", "gdpr", "UTC", False, "2026-02-28T23:59:59.999Z"),
        ("2026-01-31", "gdpr", "Europe/Berlin", False, "2026-02-28T22:59:59.999Z"),
        ("2026-02-28", "gdpr", "Europe/Berlin", False, "2026-03-28T22:59:59.999Z"),
        ("2026-03-01", "gdpr", "Europe/Berlin", False, "2026-04-01T21:59:59.999Z"),
        ("2026-11-30", "gdpr", "UTC", True, "2027-02-28T23:59:59.999Z"),
        ("2026-01-01", "ccpa", "America/Los_Angeles", False, "2026-02-16T07:59:59.999Z"),
        ("2026-01-01", "ccpa", "America/Los_Angeles", True, "2026-04-02T06:59:59.999Z"),
        ("2026-01-01", "own", "UTC", False, "2026-01-11T23:59:59.999Z"),
    ],
)
def test_deadlines(received: str, law: str, zone: str, extended: bool, due: str) -> None:
    """Calendar months and days, to the end of the last one, where the clocks were changed in between as well."""
    assert deadline(received, law, zone, own_days=10, is_extended=extended) == due


@pytest.mark.parametrize("zone", ["", "Nowhere", "../etc/passwd", "/etc/passwd", "\0"])
def test_a_time_zone_that_there_is_not(zone: str) -> None:
    """It is a usage error, whatever was typed."""
    with pytest.raises(UsageError):
        deadline(RECEIVED, "gdpr", zone)


def vault_about(*names: str) -> tuple[MemoryVault, Vault]:
    """A vault with documents about Zoe, and one that is not."""
    memory = MemoryVault.create()
    vault = memory.open()
    add_content(vault, {name: name.encode() for name in (*names, "other")})
    describe(vault, list(names), Changes(add_tags=(subject_tag("Zoe"), PERSONAL_DATA), note="lives in Rome"))
    return memory, vault


def ask(vault: Vault, right: str = "erasure", law: str = "gdpr") -> str:
    """Zoe asks for something; the id of the request."""
    return create_request(vault, right, "Zoe", Clock(law, RECEIVED, "UTC", 5 if law == "own" else 0), "please")[0].id


def left(vault: Vault, name: str) -> bool:
    return not find_any(vault.catalog, name).erased


def said(vault: Vault) -> str:
    """All that the records of documents and recipients say."""
    return json.dumps([row.fields for row in read_journal(vault, Query(classes=frozenset(("item", "access"))))])


def test_an_erasure() -> None:
    """What is about her goes, with what the records say of it and on her card; the rest stays, and all verifies."""
    memory, vault = vault_about("letter", "claim")
    add_recipient(vault, ZOE.card, "Zoe")
    id_ = ask(vault)
    objects = [versions(vault.catalog, find_item(vault.catalog, name).id)[0].object for name in ("letter", "claim")]
    assert "Rome" in said(vault)
    done = erase_for(vault, id_, [], "asked")
    assert (done.request.answer, done.chosen.left) == ("granted", ())
    assert not any(text in said(vault) for text in ("Rome", "letter", "Zoe"))
    assert recipients(vault.catalog) == []
    assert not any(object_id in path for path in vault.store.files("objects") for object_id in objects)
    assert left(vault, "other")
    assert memory.verified().findings == []
    assert memory.replayed().catalog.closings() == {}
    assert len(ids_about(vault, "Zoe")) == 2
    again = erase_for(vault, id_, [], "again")
    assert (again.chosen.destroy, again.records) == ((), ())


OPENED = IncidentOpened(
    incident="1" * 32,
    title="lost",
    aware="2027-01-15T08:00:00.000Z",
    zone="UTC",
    occurred="",
    reporter="Zoe",
    text="",
    playbook="",
)


def test_all_her_cards_are_forgotten() -> None:
    """Those of before she was removed, or taken in again with the same keys or others; not that of another Zoe, who
    is here now: that it is kept is said. The account has what is on record of her under any of them.
    """
    memory, vault = vault_about("letter")
    other_keys = Person.named("Zora")
    add_recipient(vault, other_keys.card, "Zoe")
    remove_recipient(vault, "Zoe", "she left")
    add_recipient(vault, ZOE.card, "Zoe of old")
    remove_recipient(vault, "Zoe of old", "she left again")
    add_recipient(vault, ZOE.card, "Zoe")
    append(vault, in_root(vault, OPENED))
    before = gather(vault, find_subject(vault.catalog, "Zoe"))
    kinds = [row.action for row in before.records if row.leaf.kind != "item"]
    assert kinds == [*("recipient.added", "recipient.removed") * 2, "recipient.added", "incident.opened"]
    assert other_keys.card.fingerprint in before.details
    cards = [one.name for one in cards_to_forget(vault, find_subject(vault.catalog, "Zoe"))]
    assert cards == ["Zoe", "Zoe", "Zoe of old"]
    assert erase_for(vault, ask(vault), [], "asked").request.answer == "granted"
    assert "Zoe" not in said(vault)
    assert memory.verified().findings == []


def test_who_could_read_stays_known() -> None:
    """What is forgotten is still told of, by ids, with who could read it in which room, and since and until when; an
    incident that reaches it is as severe as before.
    """
    memory, vault = vault_about("letter", "claim")
    cleo = Person.named("Cleo")
    let_in(vault, cleo, EDITOR)
    create_room(vault, "later")
    move(vault, "claim", room="later")
    update(vault, "letter", Source("letter", pipe=Pipe(BytesIO(b"second"))))
    rotate(vault, find_room(vault.catalog, "main"))
    reencrypt(vault, find_room(vault.catalog, "main"))
    item, before = find_item(vault.catalog, "letter").id, exposure(vault, {cleo.fingerprint})
    found = reach(vault, {cleo.fingerprint}, Scope(), (), "")
    erase_for(vault, ask(vault), [], "asked")
    after = exposure(memory.open(), {cleo.fingerprint})

    def told(lines: list[Exposure]) -> set[tuple[str, int, str, str]]:
        return {(one.item, one.version, one.room, one.since) for one in lines}

    assert told(after) == told(before)
    assert [one.until != "" for one in after if one.item == item] == [True, True]
    again = reach(vault, {cleo.fingerprint}, Scope(), (), "")
    assert (again.category, again.severity) == (found.category, found.severity) == ("personal-data", "high")
    assert {*again.forgotten, *(one.id for one in again.items)} == {one.id for one in found.items}
    assert item in again.forgotten


def test_a_card_that_is_not_hers_is_kept() -> None:
    """Somebody of her name who is a recipient now, with other keys, stays; whom only a name tells of is that name."""
    _memory, vault = vault_about("letter")
    add_recipient(vault, ZOE.card, "Zoe")
    id_ = ask(vault)
    remove_recipient(vault, "Zoe", "she left")
    add_recipient(vault, Person.named("Zora").card, "Zoe")
    done = erase_for(vault, id_, [], "asked")
    assert any("another recipient called Zoe" in kept for kept in done.kept)
    assert [one.fingerprint for one in recipients(vault.catalog)] != [ZOE.card.fingerprint]
    assert recipients(vault.catalog, removed=True) == []


def test_a_removed_recipient_is_forgotten() -> None:
    """Also one who was removed before she asked."""
    _memory, vault = vault_about("letter")
    add_recipient(vault, ZOE.card, "Zoe")
    remove_recipient(vault, "Zoe", "she left")
    erase_for(vault, ask(vault), [], "asked")
    assert "Zoe" not in said(vault)


def test_a_hold_is_in_the_way() -> None:
    """Where all is held it is granted in part and nothing is destroyed; that is said once. After a release what is free
    goes, and the rest after the next. Who is a custodian stays known as long as the hold stands.
    """
    memory, vault = vault_about("letter", "claim")
    add_recipient(vault, ZOE.card, "Zoe")
    all_held, _head = place_hold(vault, "Acme", "a suit", Scope(tags=(PERSONAL_DATA,)), ("Zoe",))
    one_held, _head = place_hold(vault, "Brown", "another", Scope(items=("claim",)), ())
    id_ = ask(vault)
    done = erase_for(vault, id_, [], "asked")
    assert (done.request.answer, done.chosen.destroy, done.records) == ("partly", (), ())
    assert left(vault, "letter")
    assert to_finish(vault.catalog) == []
    before = vault.catalog.head
    with pytest.raises(Held, match="Acme"):
        erase_for(vault, id_, [], "asked")
    assert vault.catalog.head == before
    release_hold(vault, all_held.id, "settled")
    assert [one.id for one in to_finish(vault.catalog)] == [id_]
    done = erase_for(vault, id_, [], "asked")
    assert (done.request.answer, [item.name for item in done.chosen.destroy]) == ("partly", ["letter"])
    assert [(item.name, "Brown" in reason) for item, reason in done.chosen.left] == [("claim", True)]
    assert left(vault, "claim")
    release_hold(vault, one_held.id, "settled")
    assert erase_for(vault, id_, [], "asked").request.answer == "granted"
    assert "claim" not in said(vault)
    assert memory.verified().findings == []


def test_the_rest_is_due_when_the_hold_ends() -> None:
    """A request that was granted in part and closed is due again when what was left is free, named documents too: it is
    decided for them, and closed once more, which is not late since she had an answer in time.
    """
    memory, vault = vault_about("letter")
    one_held, _head = place_hold(vault, "Brown", "a suit", Scope(items=("other",)), ())
    id_ = ask(vault)
    assert erase_for(vault, id_, ["other"], "asked").request.answer == "partly"
    assert close_request(vault, id_, "by letter", "")[0].state == "closed"
    assert requests_due(vault.catalog, "2099-01-01") == []
    with pytest.raises(Held, match="Brown"):
        erase_for(vault, id_, [], "again")
    release_hold(vault, one_held.id, "settled")
    assert [one.id for one in requests_due(vault.catalog, RECEIVED)] == [id_]
    with pytest.raises(Conflict):
        refuse(vault, id_, "never mind")
    memory.machine.now.time += 400 * 86_400  # type: ignore[attr-defined]
    done = erase_for(vault, id_, [], "the hold is over")
    assert (done.request.answer, done.request.state) == ("granted", "decided")
    assert [item.name for item in done.chosen.destroy] == ["other"]
    assert [one.id for one in requests_due(vault.catalog, RECEIVED)] == [id_]
    assert close_request(vault, id_, "by another letter", "")[0].late == ""
    assert requests_due(vault.catalog, "2099-01-01") == []
    with pytest.raises(Conflict):
        erase_for(vault, id_, [], "and again")
    assert memory.verified().findings == []
    assert second_opinion(memory) is not None


@pytest.mark.parametrize(("last", "answer"), [("granted", "granted"), ("refused", "granted"), ("partly", "refused")])
def test_what_was_closed_stays_closed(last: str, answer: str) -> None:
    """Only what was granted in part is answered again after it was closed, and only by granting more."""
    memory, vault = with_mallory(OWNER)
    id_ = ask(vault)
    decided = PrivacyDecided(request=id_, answer=last, items=(), left=(), reason="")
    append(vault, in_root(vault, decided))
    append(vault, in_root(vault, PrivacyClosed(request=id_, told="by letter", late="")))
    assert is_refused_by_both(memory, vault, in_root(vault, replace(decided, answer=answer)), by=vault.identity)


def test_what_was_granted_is_not_refused() -> None:
    """Not in part, either: the rest stays due, and each answer stays on record with what it did. Before that it is."""
    memory, vault = vault_about("letter", "claim")
    one_held, _head = place_hold(vault, "Brown", "a suit", Scope(items=("claim",)), ())
    id_ = ask(vault)
    assert refuse(vault, id_, "who is she")[0].answer == "refused"
    erase_for(vault, id_, [], "she showed her passport")
    with pytest.raises(Conflict, match="was granted"):
        refuse(vault, id_, "never mind")
    release_hold(vault, one_held.id, "settled")
    assert [one.id for one in to_finish(vault.catalog)] == [id_]
    done = erase_for(vault, id_, [], "the hold is over")
    given = [(one.answer, one.documents, one.reason) for one in answers_to(vault, done.request)]
    passport = ("partly", 1, "she showed her passport")
    assert given == [("refused", 0, "who is she"), passport, ("granted", 1, "the hold is over")]
    with pytest.raises(Conflict, match="was granted"):
        refuse(vault, id_, "never mind")
    assert memory.verified().findings == []


def test_a_custodian_stays_known() -> None:
    """As long as the hold stands, so does the card of whom it was told; the answer says so."""
    _memory, vault = vault_about("letter")
    add_recipient(vault, ZOE.card, "Zoe")
    place_hold(vault, "Acme", "a suit", Scope(items=("other",)), ("Zoe",))
    done = erase_for(vault, ask(vault), [], "asked")
    assert any("custodian" in kept for kept in done.kept)
    assert cards_to_forget(vault, find_subject(vault.catalog, "Zoe")) == []
    assert [one.name for one in recipients(vault.catalog)] == ["Zoe"]


def test_by_a_clock_that_went_back() -> None:
    """Nothing is destroyed, and nothing is closed in time, by a clock that is behind the last record."""
    memory, vault = vault_about("letter")
    id_ = ask(vault)
    memory.machine.now.time -= 100_000  # type: ignore[attr-defined]
    with pytest.raises(ClockBehind):
        erase_for(vault, id_, [], "asked")
    with pytest.raises(ClockBehind):
        extend_request(vault, id_, "much")
    assert left(vault, "letter")


def test_from_the_request_to_its_end() -> None:
    """It is extended once and in time, decided before it is closed, and one that is late needs a reason."""
    memory, vault = vault_about("letter")
    id_ = ask(vault)
    assert [one.id for one in requests_due(vault.catalog, "2027-02-16")] == [id_]
    with pytest.raises(Conflict, match="not been decided"):
        close_request(vault, id_, "by letter", "")
    assert extend_request(vault, id_[:6], "much to read")[0].due == "2027-04-15T23:59:59.999Z"
    with pytest.raises(Conflict, match="cannot be extended"):
        extend_request(vault, id_, "more")
    assert refuse(vault, id_, "manifestly unfounded")[0].state == "decided"
    memory.machine.now.time += 100 * 86_400  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match="--late"):
        close_request(vault, id_, "by letter", "")
    closed, _head = close_request(vault, id_, "by letter", "the post")
    assert (closed.state, closed.late) == ("closed", "the post")
    for do in (lambda: refuse(vault, id_, ""), lambda: erase_for(vault, id_, [], "")):
        with pytest.raises(Conflict, match="was closed"):
            do()
    own = ask(vault, law="own")
    with pytest.raises(Conflict):
        extend_request(vault, own, "more")
    with pytest.raises(NoSuchPrivacyRequest):
        find_privacy_request(vault.catalog, "0")
    assert memory.verified().findings == []


def test_access() -> None:
    """She is told which documents and records are about her, in each form, and not what is about others."""
    _memory, vault = vault_about("letter")
    add_recipient(vault, ZOE.card, "Zoe")
    id_ = ask(vault, "access")
    request, account, _head = give_access(vault, id_, "right")
    assert request.answer == "granted"
    assert [item.name for item in account.items] == ["letter"]
    elsewhere = find_item(vault.catalog, "other").id
    assert not any((row.fields or {}).get("item") == elsewhere for row in account.records)
    kinds = {row.action for row in account.records}
    assert {"item.added", "recipient.added", "privacy.requested"} <= kinds
    for form in FORMS:
        text = render(paper(vault, account, day=RECEIVED), form)
        assert "letter" in text
        assert text.count("letter") == 1
    with pytest.raises(Conflict):
        choose(vault, request, [])
    with pytest.raises(Conflict):
        give_access(vault, ask(vault), "right")


def test_only_owners_answer() -> None:
    """An editor records consents, and neither makes nor decides requests."""
    memory, vault = vault_about("letter")
    cleo = Person.named("Cleo")
    let_in(vault, cleo, EDITOR)
    id_ = ask(vault)
    hers = cleo.open(memory)
    for do in (lambda: refuse(hers, id_, ""), lambda: ask(hers), lambda: erase_for(hers, id_, [], "")):
        with pytest.raises(Denied):
            do()
    add_consent(hers, "Zoe", "letter", Scope(), Terms("filing", "", (), "", ""))
    assert left(vault, "letter")


def consent_of(vault: Vault, subject: str, scope: Scope = Scope(), to: tuple[str, ...] = (), until: str = "") -> str:  # noqa: B008
    return add_consent(vault, subject, "claims", scope, Terms("filing", "GDPR Art. 6(1)(a)", to, "", until))[0].id


def test_the_gate_heeds_consents() -> None:
    """What tells of people leaves with a consent of each of them; without, after its end, to somebody else, or when it
    was withdrawn, it stays; an agreement is enough as well, and the record that there was a consent stays.
    """
    office = Office.make()
    office.set(personal_data=("dpa", CONSENT))
    vault = office.ada
    describe(vault, ["plan"], Changes(add_tags=(PERSONAL_DATA, subject_tag("Zoe"), subject_tag("Max"))))

    def outcome() -> str:
        return next(one.outcome for one in office.asked("plan")[1].verdicts if one.check == "consent")

    assert outcome() == BLOCKED
    zoe = consent_of(vault, "Zoe")
    assert outcome() == BLOCKED
    consent_of(vault, "Max", to=("Fred",))
    consent_of(vault, "Max", Scope(items=("claims",)))
    consent_of(vault, "Max", until="2026-01-01")
    assert outcome() == BLOCKED
    consent_of(vault, "Max", to=("Dora",))
    assert outcome() == PASSED
    consented = next(one.reason for one in office.asked("plan")[1].verdicts if one.check == "consent")
    assert consented.count("filing") == 2  # for which purpose, whatever it is shared for
    withdraw_consent(vault, zoe, RECEIVED, "changed her mind")
    assert outcome() == BLOCKED
    with pytest.raises(Conflict):
        withdraw_consent(vault, zoe, RECEIVED, "again")
    assert find_consent(vault.catalog, zoe).withdrawn == RECEIVED
    assert find_consent(vault.catalog, zoe).covers("", find_item(vault.catalog, "plan"), "2027-01-14")
    with pytest.raises(NoSuchConsent):
        find_consent(vault.catalog, "0")
    plan = find_item(vault.catalog, "plan")
    assert consenting(consents(vault.catalog), "", plan, RECEIVED) == []
    office.set(personal_data=("dpa",))
    assert outcome() == PASSED  # then the agreements decide
    assert office.memory.verified().findings == []


def test_disclosures() -> None:
    """Each package with what was in it about her, to whom and what for; also after it was erased."""
    office = Office.make()
    office.set()
    describe(office.ada, ["claims"], Changes(add_tags=(subject_tag("Zoe"),)))
    office.share("claims", "plan")
    found = disclosures(office.ada, ids_about(office.ada, "Zoe"))
    assert [(one.to, one.address, len(one.items)) for one in found] == [("Dora", "GmbH, de", 1)]
    assert "Dora" in render(accounting(office.ada, found, about="Zoe", day=RECEIVED), "text")
    way = Way("d" * 32, EXPORT, "out", override="regulator asked")
    claims = find_item(office.ada.catalog, "claims")
    release(office.ada, [(claims, versions(office.ada.catalog, claims.id)[0])], way, gate=PolicyGate(office.ada))
    done = erase_for(office.ada, ask(office.ada), [], "asked")
    assert {one.kind for one in done.copies} == {"package", "export"}
    package, export = disclosures(office.ada, ids_about(office.ada, "Zoe"))
    assert (package.to, export.purpose) == ("Dora", "regulator asked")
    assert package.items == export.items == (f"{claims.id[:8]}@1",)


REQUESTED = PrivacyRequested(
    request="1" * 32,
    right="access",
    subject="Zoe",
    member="",
    outsider="",
    law="gdpr",
    received=RECEIVED,
    zone="UTC",
    due="2027-02-15T23:59:59.999Z",
    note="",
)
GIVEN = ConsentGiven(
    consent="1" * 32,
    subject="Zoe",
    purpose="filing",
    basis="",
    document="2" * 32,
    scope_items=(),
    scope_tags=("x",),
    parties=(),
    from_day="",
    until_day="",
)


def test_false_records_are_found() -> None:
    """A request that is made twice or that nobody made, an answer after its end, a consent about nothing: tampering."""
    memory, vault = with_mallory(OWNER)
    decided = PrivacyDecided(request="1" * 32, answer="granted", items=(), left=(), reason="")
    assert refused(memory, decided, by=vault.identity)
    for record in (replace(REQUESTED, right="rest"), replace(REQUESTED, law="none")):
        assert refused(memory, record, by=vault.identity)
    assert refused(memory, REQUESTED, REQUESTED, by=vault.identity)
    assert refused(memory, REQUESTED, replace(decided, answer="maybe"), by=vault.identity)
    closed = PrivacyClosed(request="1" * 32, told="", late="")
    assert refused(memory, REQUESTED, closed, decided, by=vault.identity)
    assert not refused(memory, REQUESTED, decided, closed, by=vault.identity)
    append(vault, in_main(vault, GIVEN))
    for consent in (
        *(GIVEN, replace(GIVEN, consent="2" * 32, scope_tags=())),
        ConsentWithdrawn(consent="3" * 32, day=RECEIVED, reason=""),
    ):
        there = memory.copied()
        theirs = there.open()
        assert is_refused(there, theirs, in_main(theirs, consent))
