"""Dossiers: what they say is what the records say by then, each fact with its records; what is missing is said."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ipvault.catalog.address import find_item, find_room, find_version
from ipvault.cli.help import DOCUMENTS
from ipvault.crypto.signing import verifies_post_quantum
from ipvault.errors import NothingRecorded
from ipvault.evidence.bundle.verify import FAIL, check_folder
from ipvault.evidence.dossier.account import Account, gather
from ipvault.evidence.dossier.missing import missing
from ipvault.evidence.dossier.words import clock
from ipvault.governance.gate.gate import PolicyGate
from ipvault.records.access import ContentReleased, DossierReleased
from ipvault.records.base import Record
from ipvault.records.custody import CustodyStarted
from ipvault.records.items import ItemDescribed
from ipvault.records.timestamps import TimestampImported, TimestampRequested
from ipvault.records.vocabulary import AUDITOR, CAT, EDITOR, EXPORT, MAIN, READER
from ipvault.sharing.access import access_to
from ipvault.sharing.package_reader import open_package
from ipvault.sharing.receipt import Receipt, Statement
from ipvault.sharing.receipts import import_receipt
from ipvault.sharing.receive import receive
from ipvault.vault.forgetting import forget
from ipvault.vault.gate import Way
from ipvault.vault.ingest import update
from ipvault.vault.items import Changes, describe, erase, move, remove
from ipvault.vault.journal_query import Query, read_journal
from ipvault.vault.release import release
from ipvault.vault.revoking import revoke_package
from ipvault.vault.sources import Pipe, Source
from ipvault.vault.vault import Vault
from tests.evidence.bundles import lay_out
from tests.evidence.dossiers import (
    BOB,
    DORA,
    ITEM,
    REVEALED,
    account_of,
    dossier_of,
    eventful,
    facts,
    last,
    present_method,
    proven,
    record,
    sections,
    sent,
    told,
    with_item,
)
from tests.sharing.reach import let_in, shown_out
from tests.support.memory_vault import PLAIN, append, draft
from tests.support.outsiders import BOB as OUTSIDE, package_from_bob
from tests.support.people import CREATED


def test_how_it_was_called_and_classified() -> None:
    """Names, labels, types, tags and rooms over time, each with the record that made it so; the rest is no change."""
    memory = with_item()
    vault = memory.open()
    (added,) = (
        row.leaf.seq
        for row in read_journal(vault, Query(actions=frozenset(("item.added",))))
        if row.fields and row.fields["name"] == ITEM
    )
    describe(vault, [ITEM], Changes(label="secret", add_tags=("EP",)))
    labelled = last(vault)
    move(vault, ITEM, name="final.txt")
    renamed = last(vault)
    move(vault, "final.txt", room="lab")
    arrived = last(vault) - 1
    remove(vault, ["final.txt"], reason="superseded")
    rows = facts(account_of(vault, "final.txt"), "description")
    keys = ("name", "label", "tags", "state")
    assert told(rows, *keys)[:3] == [
        (ITEM, "internal", [], "", [added]),
        (ITEM, "secret", ["EP"], "", [labelled]),
        ("final.txt", "secret", ["EP"], "", [renamed]),
    ]
    assert told(rows, *keys)[3:] == [
        ("", "", [], "left for this room", [arrived - 1]),
        ("final.txt", "secret", ["EP"], "", [arrived]),
        ("final.txt", "secret", ["EP"], "removed: superseded", [last(vault)]),
    ]
    assert [row["room"]["name"] for row in rows] == [MAIN, MAIN, MAIN, "lab", "lab", "lab"]


def test_versions_and_erasures() -> None:
    """Each content with its hash, size, time, and who stored it, once, also when the item moved; and what is gone."""
    memory = with_item()
    vault = memory.open()
    update(vault, ITEM, Source("new.txt", pipe=Pipe(io.BytesIO(b"claims 2"))))
    move(vault, ITEM, room="lab")
    erase(vault, find_item(vault.catalog, ITEM), [1], reason="asked")
    account = account_of(vault)
    rows = facts(account, "versions")
    assert told(rows, "version", "size")[1][:2] == (2, 8)
    assert [row["version"] for row in rows] == [1, 2]
    assert {row["by"]["name"] for row in rows} == {"Ada Lovelace"}
    assert [bool(row["erased"]) for row in rows] == [True, False]
    assert rows[0]["records"][-1] == last(vault)
    assert told(facts(account, "erasures"), "version", "reason") == [(1, "asked", [last(vault)])]


def test_shares_receipts_and_what_left() -> None:
    """Packages with their recipients, what those signed, revocations, and every content that went out."""
    memory = with_item()
    vault = memory.open()
    package = sent(vault)
    shared = last(vault)
    manifest = vault.catalog.view.execute("SELECT manifest FROM package").fetchone()[0]
    import_receipt(vault, Receipt.issue(DORA.identity, DORA.card, Statement("opened", CREATED, package, manifest)))
    opened = last(vault)
    revoke_package(vault, package, "over")
    release(vault, [find_version(vault.catalog, ITEM)], Way("d" * 32, EXPORT, "/mnt/usb"), PolicyGate(vault))
    account = account_of(vault)
    (share,) = facts(account, "shares")
    assert (share["purpose"], share["versions"], share["package"]) == ("due diligence", ["1"], package)
    assert share["recipients"] == share["unverified"] == [{"fingerprint": DORA.fingerprint, "name": "Dora"}]
    assert share["records"] == [shared, opened + 1]
    assert told(facts(account, "receipts"), "event", "at") == [("opened", CREATED, [opened])]
    released = told(facts(account, "releases"), "channel", "destination")
    assert released == [("package", package, [shared - 1]), ("export", "/mnt/usb", [last(vault)])]
    assert facts(account_of(vault, "other.txt"), "shares") == []


def test_custody_of_its_content() -> None:
    """A file with the content of a version is told of; one with another content is not."""
    vault = with_item().open()
    sha256 = facts(account_of(vault), "versions")[0]["sha256"]
    custody = {"title": "stick", "holder": "Ada", "reason": ""}
    record(vault, CustodyStarted(custody="1" * 32, sha256="0" * 64, **custody))
    seq = record(vault, CustodyStarted(custody="2" * 32, sha256=sha256, **custody))
    assert told(facts(account_of(vault), "custody"), "receiver") == [("Ada", [seq])]


def stamped(vault: Vault, id_: str, accuracy: int = 1000, **target: str | int) -> tuple[int, int]:
    """Have a timestamp requested and imported; the numbers of both records."""
    room = find_room(vault.catalog, MAIN).id if target.get("item") else ""
    fixed: dict[str, Any] = {"algorithm": "sha256", "imprint": "1" * 64, "nonce": "2" * 16, **target}
    request = TimestampRequested(timestamp=id_, **fixed)
    stamp = TimestampImported(
        timestamp=id_,
        token="AA==",
        certificates=(),
        revocations=(),
        authority="TSA",
        at=CREATED,
        accuracy=accuracy,
        until="2030-01-01T00:00:00.000Z",
        serial="7",
        policy="1.2",
        ca="3" * 64,
    )
    return record(vault, request, room=room), record(vault, stamp, room=room)


def test_timestamps() -> None:
    """Those of the item, of a journal that has it already, and renewals of both; not those of anything else."""
    vault = with_item().open()
    item, other = find_item(vault.catalog, ITEM), find_item(vault.catalog, "other.txt")
    mine = stamped(vault, "1" * 32, target="item", item=item.id, version=1)
    stamped(vault, "2" * 32, target="item", item=other.id, version=1)
    stamped(vault, "3" * 32, target="head", origin="x", size=5, root="4" * 64)
    head = stamped(vault, "4" * 32, target="head", origin="x", size=mine[0], root="4" * 64)
    renewed = stamped(vault, "5" * 32, target="timestamp", renews="1" * 32)
    rows = facts(account_of(vault), "timestamps")
    assert told(rows, "authority", "at", "what") == [
        ("TSA", CREATED, "version 1", [*mine]),
        ("TSA", CREATED, f"the journal up to record {mine[0] - 1}", [*head]),
        ("TSA", CREATED, "renewal of: version 1", [*renewed]),
    ]
    proof = [fact["records"] for fact in facts(account_of(vault), "chronology") if fact["lane"] == "proof"]
    assert proof == [[mine[1]], [head[1]], [renewed[1]]]
    what = [fact["what"] for fact in facts(account_of(vault), "chronology") if fact["lane"] == "proof"]
    assert what[0] == f"TSA certified at {clock(CREATED)}: version 1"


def test_an_accuracy_that_the_token_does_not_state_is_not_made_up() -> None:
    """It is nothing, and not 0 milliseconds."""
    vault = with_item().open()
    item = find_item(vault.catalog, ITEM)
    stamped(vault, "1" * 32, accuracy=0, target="item", item=item.id, version=1)
    stamped(vault, "2" * 32, accuracy=1, target="item", item=item.id, version=1)
    assert [row["accuracy_ms"] for row in facts(account_of(vault), "timestamps")] == [None, 1]


def test_where_it_came_from() -> None:
    """A document that came in a package has its sender, with the hash that he signed."""
    vault = with_item().open()
    sealed = io.BytesIO(package_from_bob(vault.identity.public.as_hex(), {"theirs.txt": b"theirs"}))
    opened = open_package(sealed, vault.identity, CREATED)
    receive(vault, opened, room=MAIN, folder="in", description=PLAIN)
    account = account_of(vault, "in/theirs.txt")
    (came,) = facts(account, "provenance")
    assert came["sender"] == {"fingerprint": OUTSIDE.fingerprint, "name": "Bob Babbage"}
    assert came["sha256"] == facts(account, "versions")[0]["sha256"]
    assert came["records"] == [last(vault) - 1]
    assert facts(account_of(vault), "provenance") == []


@pytest.mark.parametrize("seed", range(4))
def test_access_is_what_access_at_tells(seed: int) -> None:
    """On each day, those of whom the dossier says that they could open it are those whom `access --at` names."""
    memory, times = eventful(seed, 14)
    vault = memory.open()
    item = find_item(vault.catalog, ITEM)
    rows = facts(account_of(vault), "access")
    for time in times:
        spoken = {
            (row["who"]["fingerprint"], row["room"]["name"], row["role"], row["package"], row["way"] == "kept-key")
            for row in rows
            if row["since"] <= time and (not row["until"] or time < row["until"])
        }
        found = access_to(vault, item, time)
        assert spoken == {(one.fingerprint, one.room, one.role, one.package, bool(one.until)) for one in found}
        for one in found:
            assert any(
                (row["first_key"] or 0) <= one.epoch <= (row["last_key"] or 0)
                for row in rows
                if row["who"]["fingerprint"] == one.fingerprint and row["since"] <= time
            )


def test_the_events_of_the_access_test_are_worth_it() -> None:
    """Among them are keys that were kept, packages, other rooms, and ends of access."""
    seen = [row for seed in range(4) for row in facts(account_of(eventful(seed, 14)[0].open()), "access")]
    assert {row["way"] for row in seen} == {"room", "records", "kept-key", "package"}
    assert {row["room"]["name"] for row in seen} >= {MAIN, "lab"}
    assert any(row["until"] for row in seen)


def test_as_of_a_day_is_what_was_said_on_that_day() -> None:
    """Nothing of what was recorded later is in it, be it in whichever section."""
    memory = with_item()
    let_in(memory, BOB, READER, MAIN)
    sent(memory.open())
    then, day = memory.copied().open(), memory.open().catalog.time
    vault = memory.open()
    move(vault, ITEM, name="final.txt")
    move(vault, "final.txt", room="lab")
    describe(vault, ["final.txt"], Changes(label="secret"))
    shown_out(memory, BOB, MAIN)
    vault = memory.open()
    revoke_package(vault, vault.catalog.view.execute("SELECT id FROM package").fetchone()[0], "over")
    account = account_of(vault, "final.txt", day)
    assert sections(account) == sections(account_of(then))
    assert account.head == then.catalog.head
    assert sections(account_of(vault, "final.txt")) != sections(account)
    with pytest.raises(NothingRecorded):
        account_of(vault, "final.txt", "2001-01-01T00:00:00.000Z")


def test_every_fact_names_records_of_the_journal() -> None:
    """And each event of the chronology has the time of its record, and whoever signed it."""
    vault = eventful(1, 10)[0].open()
    account = account_of(vault)
    rows = {row.leaf.seq: row for row in read_journal(vault, Query())}
    for section in sections(account):
        for fact in section["facts"]:
            assert fact["records"], section["section"]
            assert rows.keys() >= {*fact["records"]}
            assert fact["records"] == sorted(fact["records"])
    for event in facts(account, "chronology"):
        (seq,) = event["records"]
        assert (event["time"], event["by"]["fingerprint"]) == (rows[seq].leaf.time, rows[seq].signer)


def test_records_elsewhere_that_name_it_do_not_count() -> None:
    """An editor of another room describes, and gives out, what is not there: that is no fact, and it is said."""
    memory = with_item()
    let_in(memory, BOB, EDITOR, "lab")
    vault = memory.open()
    item, lab = find_item(vault.catalog, ITEM), find_room(vault.catalog, "lab")
    theirs = BOB.open(memory)
    key = theirs.keys.present(lab.id, 1)
    described = ItemDescribed(item=item.id, label="public", type="other", tags=(), note="")
    gone = ContentReleased(item=item.id, version=1, sha256="0" * 64, channel="cat", destination="pipe")
    append(theirs, draft(described, key), draft(gone, key))
    vault = memory.open()
    account = account_of(vault)
    assert [row["label"] for row in facts(account, "description")] == ["internal"]
    assert facts(account, "releases") == []
    (gap,) = missing(account).facts
    assert gap.records == (last(vault) - 1, last(vault))
    assert gap.values[0] == "without-effect"


def _gaps(account: Account) -> dict[object, tuple[int, ...]]:
    return {fact.values[0]: fact.records for fact in missing(account).facts}


def test_what_a_reader_cannot_read_is_said_to_be_missing() -> None:
    """A room without a key, the past of an item in it, and what was forgotten: numbers of records, and why."""
    memory = with_item()
    move(memory.open(), ITEM, room="lab")
    move(memory.open(), ITEM, room=MAIN)
    let_in(memory, BOB, READER, MAIN)
    mine, theirs = account_of(memory.open()), account_of(BOB.open(memory))
    assert _gaps(mine) == {}
    closed = {one.seq for one, _record in mine.of(Record) if one.room == find_room(memory.open().catalog, "lab").id}
    assert {*_gaps(theirs)["closed"]} >= closed
    assert len(facts(theirs, "description")) < len(facts(mine, "description"))
    vault = memory.open()
    release(vault, [find_version(vault.catalog, ITEM)], Way("", CAT, "pipe"), PolicyGate(vault))
    seq = last(vault)
    forget(vault, [seq], reason="privacy")
    assert _gaps(account_of(memory.open()))["forgotten"] == (seq,)


def test_an_item_that_went_where_its_maker_cannot_look() -> None:
    """Its past is told, and that the rest is missing."""
    memory = with_item()
    let_in(memory, BOB, READER, MAIN)
    item = find_item(memory.open().catalog, ITEM)
    move(memory.open(), ITEM, room="lab")
    account = gather(BOB.open(memory), item.id, method_in=present_method)
    assert _gaps(account).keys() == {"closed", "moved"}
    assert [row["name"] for row in facts(account, "description")] == [ITEM, ""]


def test_an_auditor_makes_the_same_dossier() -> None:
    """Records are enough: no content is read for it."""
    memory = with_item()
    let_in(memory, BOB, AUDITOR, MAIN)
    let_in(memory, BOB, AUDITOR, "lab")
    theirs = BOB.open(memory)
    assert sections(account_of(theirs)) == sections(account_of(memory.open()))
    named = {fact["name"]: fact["fingerprint"] for fact in dossier_of(theirs).section("people").to_json()["facts"]}
    assert named["Bob"] == BOB.fingerprint


def test_it_is_on_record_before_it_is_there() -> None:
    """In the item's room, with the day, the records, what is shown and the reason."""
    memory = with_item()
    vault = memory.open()
    dossier = dossier_of(vault)
    (row,) = read_journal(vault, Query(actions=frozenset((DossierReleased.KIND,))))
    assert (row.leaf.seq, row.leaf.room) == (dossier.record, find_room(vault.catalog, MAIN).id)
    assert row.fields is not None
    assert (row.fields["reason"], row.fields["as_of"]) == ("Widget v. Gadget", "")
    assert dossier.last.seq == dossier.record - 1
    assert row.fields["shown"] == sorted(REVEALED.shown)


def test_the_bundle_proves_the_facts(tmp_path: Path) -> None:
    """Its checks pass, every record that a fact names is in it, and what the facts say is shown."""
    memory, _times = eventful(2, 8)
    vault = memory.open()
    dossier, files = proven(account_of(vault))
    folder = lay_out(files, tmp_path / "evidence")
    assert FAIL not in {outcome for outcome, _name, _reason in check_folder(str(folder), verifies_post_quantum)}
    described = {one["record"]: one["shown"] for one in json.loads(files["bundle.json"])["records"]}
    assert described.keys() == {*dossier.records, dossier.record}
    for row in dossier.section("description").to_json()["facts"]:
        if row["name"]:
            shown = described[row["records"][0]]
            assert shown.get("name", row["name"]) == row["name"]
            assert shown.get("label", row["label"]) == row["label"]
    for hidden in ("kem", "mldsa44", "object", "email", "contents"):
        assert not any(hidden in shown for shown in described.values() if shown["kind"] != "member.enrolled")


def test_a_wrong_clock_is_told() -> None:
    """Where times contradict the order of the records, whoever makes a dossier as of a day is warned, and told more."""
    warnings: list[str] = []
    memory = with_item()
    day = memory.open().catalog.time
    early = replace(memory.machine, now=lambda: 1_700_000_000.0)
    describe(replace(memory, machine=early).open(), [ITEM], Changes(label="secret"))
    warned = replace(memory, machine=replace(memory.machine, warn=warnings.append)).open()
    account = account_of(warned, as_of=day)
    assert account.last == last(warned)  # a record is never older than one before it
    assert [f"record {last(warned)} is earlier" in warning for warning in warnings] == [True]


def test_sections_are_documented() -> None:
    """`ipvault help json` lists each section with the keys of its facts."""
    page = (DOCUMENTS / "json.md").read_text(encoding="utf-8")
    table = page[page.index("| Section | Keys of a fact |") :].partition("\n\n")[0].splitlines()[2:]
    listed = {row.split("`")[1]: re.findall("`([a-z0-9_]+)`", row)[1:] for row in table}
    dossier = dossier_of(with_item().open())
    assert listed == {section.key: [column.key for column in section.columns] for section in dossier.sections}
    keys = set(
        re.findall(r"^\| `(\w+)` \|", page[page.index("## Dossiers") : page.index("Every fact has")], re.MULTILINE)
    )
    assert keys | {"schema"} == dossier.to_json().keys()
