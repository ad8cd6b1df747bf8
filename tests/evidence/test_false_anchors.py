"""Records about witnesses, authorities and custody that a member makes up: all may write them, so none must do harm."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ipvault.catalog.standing import disregarded
from ipvault.catalog.statistics import incarnation
from ipvault.catalog.timestamps import aging, renewed, timestamps
from ipvault.errors import Denied, ExitCode
from ipvault.evidence.bundle.verify import FAIL, check_folder
from ipvault.evidence.custody import begin, find_custody, transfer
from ipvault.evidence.ladder import climb
from ipvault.evidence.timestamp_import import import_timestamp
from ipvault.evidence.timestamps import imported, request_for_head, request_for_item, request_renewal
from ipvault.evidence.witnessing import import_witnessed, request_for
from ipvault.journal.checkpoint import TreeHead
from ipvault.keys.canonical_base64 import to_base64
from ipvault.records.anchors import HeadWitnessed
from ipvault.records.base import Record
from ipvault.records.custody import CustodyCorrected, CustodyStarted, CustodyTransferred
from ipvault.records.timestamps import TimestampImported, TimestampRequested
from ipvault.records.upkeep import RollbackAccepted
from ipvault.records.vocabulary import EDITOR, READER
from ipvault.vault.vault import Vault
from tests.evidence.bundles import bundle, lay_out
from tests.evidence.test_ladder import BOB, IDENTITIES, SIGNED_AT, head_of, tree_of, witnessed
from tests.evidence.test_timestamps import CONTENT, head, problems, take, trust
from tests.support.authority import Authority
from tests.support.memory_vault import MemoryVault, add_content, append, draft
from tests.support.people import Person, let_in, room_called

EVE = Person.named("Eve")
CARL = Person.named("Carl")
LATE = "2045-01-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def memory() -> MemoryVault:
    """Ada's vault, of which Eve is a member who reads one room."""
    made = MemoryVault.create()
    memory = replace(made, machine=replace(made.machine, now=time.time))
    vault = memory.open()
    add_content(vault, {"claims.txt": CONTENT})
    let_in(vault, EVE, READER)
    return memory


def plant(vault: Vault, *records: Record, room: str = "root", by: Person = EVE) -> int:
    """What somebody writes past all checks of a program; the number of the last record."""
    key = vault.keys.present(room_called(vault, room).id, 1)
    append(vault, *(draft(record, key) for record in records), by=by.identity)
    return vault.catalog.head.seq


def answer(timestamp: str, **said: Any) -> TimestampImported:
    """A token that is none, of an authority that never saw anything."""
    made_up: dict[str, Any] = {
        "token": to_base64(b"garbage"),
        "certificates": (),
        "revocations": (),
        "authority": "DigiCert Timestamp 2025",
        "at": "2015-01-01T00:00:00.000Z",
        "accuracy": 0,
        "until": LATE,
        "serial": "1",
        "policy": "1.2",
        "ca": "0" * 64,
    }
    return TimestampImported(timestamp=timestamp, **made_up | said)


def asked(head_: TreeHead) -> TimestampRequested:
    """A request for the stamp of a head, as far as the record goes."""
    return TimestampRequested(
        timestamp="e" * 32,
        target="head",
        origin=head_.origin,
        size=head_.size,
        root=head_.root.hex(),
        algorithm="sha256",
        imprint="c" * 64,
        nonce="f" * 16,
    )


def notes(memory: MemoryVault, *, witnesses: tuple[Any, ...] = ()) -> list[str]:
    """What plain `verify` remarks, which finds nothing wrong."""
    report = memory.verified()
    with tree_of(memory.open()) as tree:
        climb(report, lambda: tree, witnesses, None)
    assert report.exit_code == ExitCode.DONE
    return report.notes


# Timestamps


@pytest.mark.parametrize("room", ["root", "main"])
def test_an_answer_by_somebody_else_counts_for_nothing(memory: MemoryVault, authority: Authority, room: str) -> None:
    """The request stays open for its genuine answer, and `verify` says whose record that was and why it is nothing."""
    vault = memory.open()
    made = request_for_head(vault, head(vault)) if room == "root" else request_for_item(vault, "claims.txt")
    seq = plant(vault, answer(made.record.timestamp), room=room)
    assert [one.stamp for one in timestamps(vault.catalog)] == [None]
    assert [(one.seq, one.signer) for one in disregarded(vault.catalog)] == [(seq, EVE.fingerprint)]
    assert any(f"record {seq}, by Eve, counts for nothing: the answer to a request" in one for one in notes(memory))
    take(vault, authority.stamp(made.request), authority)
    assert problems(memory.open()) == [""]


def test_who_records_an_answer(memory: MemoryVault, authority: Authority) -> None:
    """Whoever made the request, and an owner of the room; somebody else is told before anything is written."""
    ada = memory.open()
    let_in(ada, CARL, EDITOR)
    carl = CARL.open(memory)
    own, hers = (request_for_item(vault, "claims.txt") for vault in (carl, ada))
    carl.follow()
    before = carl.catalog.head
    with pytest.raises(Denied, match="whoever made the request"):
        import_timestamp(carl, authority.stamp(hers.request), "answer", trust(authority))
    assert carl.catalog.head == before
    for made in (own, hers):
        take(ada, authority.stamp(made.request), authority)
    assert disregarded(ada.catalog) == []
    assert problems(ada) == ["", ""]


def test_a_false_timestamp_of_the_head_spoils_no_bundle(
    memory: MemoryVault, authority: Authority, tmp_path: Path
) -> None:
    """Neither garbage, nor a head that never was, nor a record that says something else than a right token."""
    vault = memory.open()
    added = vault.catalog.head.seq
    true = head(vault)
    made = request_for_head(vault, true)
    genuine = take(vault, authority.stamp(made.request), authority)
    ids = [made.record.timestamp]
    for number, record in enumerate((asked(true), asked(true._replace(root=b"\1" * 32)), made.record), 1):
        id_ = f"{number:032x}"
        right = {} if number < 3 else genuine.record.fields() | {"authority": "DigiCert", "kind": None}
        said = {name: tuple(v) if isinstance(v, list) else v for name, v in right.items()}
        said = {name: value for name, value in said.items() if name not in ("kind", "timestamp")}
        plant(vault, replace(record, timestamp=id_), answer(id_, **said))
        ids.append(id_)
    assert [bool(problem) for problem in problems(vault)] == [False, True, True, True]
    files = bundle(vault, [added])
    assert {name.split("/")[1] for name in files if name.startswith("timestamps/")} == {ids[0]}
    told = check_folder(str(lay_out(files, tmp_path / "bundle")), None)
    assert FAIL not in {outcome for outcome, *_more in told}
    (garbage, *_more) = [kept for kept in imported(vault).values() if not kept.certificates]
    with pytest.raises(ValueError, match="no certificate"):
        garbage.files()


def test_no_unchecked_authority_or_time_is_told_as_a_fact(memory: MemoryVault) -> None:
    """Plain `verify` names neither, and says how many records claim such a thing."""
    vault = memory.open()
    plant(vault, asked(head(vault)), answer("e" * 32))
    (note,) = [one for one in notes(memory) if "--ca" in one]
    assert "1 record says that an authority for time" in note
    assert not {"DigiCert", "2015"} & {*note.replace(",", " ").split()}


def test_nobody_else_silences_a_warning(memory: MemoryVault, authority: Authority) -> None:
    """A renewal that another member makes up does not count as one."""
    vault = memory.open()
    made = request_for_head(vault, head(vault))
    take(vault, authority.stamp(made.request), authority)
    renewal = replace(asked(head(vault)), target="timestamp", renews=made.record.timestamp, origin="", size=0, root="")
    plant(vault, renewal, answer(renewal.timestamp))
    assert renewed(vault.catalog) == {}
    assert [one.id for one, _stamp in aging(vault.catalog, LATE)] == [made.record.timestamp]
    request_renewal(vault, made.record.timestamp)


# Witnesses


def claimed(vault: Vault, size: int, checkpoint: str) -> HeadWitnessed:
    return HeadWitnessed(
        witness=BOB.fingerprint,
        name="Bob Babbage",
        size=size,
        root="a" * 64,
        time="2026-11-22T09:31:00.000Z",
        checkpoint=checkpoint or f"ipvault.vault/{vault.id}\nbogus",
    )


def test_what_a_witness_never_signed_counts_for_nothing(memory: MemoryVault) -> None:
    """It is no finding; requests begin where he really stopped; what he really signed is taken in, and is a rung."""
    vault = memory.open()
    true = witnessed(vault)[0]
    add_content(vault, {"b": b"b"})
    present = head_of(vault)
    squatting = replace(claimed(vault, present.head.size, ""), root=present.head.root.hex())
    seq = plant(vault, claimed(vault, 999_999, ""), squatting)
    assert any(
        f"the signature of Bob Babbage in record {seq}, by Eve, is wrong" in one
        for one in notes(memory, witnesses=(BOB,))
    )
    with tree_of(vault) as tree:
        assert request_for(vault, tree, BOB, None).old == true.size
    cosigned = present.cosign(IDENTITIES["bob"], SIGNED_AT)
    (new,) = import_witnessed(vault, cosigned, [BOB], "file")
    assert new.size == present.head.size


def test_a_false_witness_spoils_no_bundle(memory: MemoryVault, tmp_path: Path) -> None:
    """What he really signed is in it, and nothing that he did not, although that came first."""
    vault = memory.open()
    added = vault.catalog.head.seq
    squatting = head_of(vault).head
    plant(vault, replace(claimed(vault, squatting.size, ""), root=squatting.root.hex()))
    true = witnessed(vault)[0]
    files = bundle(vault, [added], trusted=[BOB])
    sizes = sorted(int(name.split("/")[1]) for name in files if name.endswith("/checkpoint"))
    assert sizes[0] == true.size
    assert FAIL not in {outcome for outcome, *_more in check_folder(str(lay_out(files, tmp_path / "b")), None)}


# Custody


def test_others_do_not_break_custody(memory: MemoryVault) -> None:
    """A reader neither hands over what others have nor begins it anew; neither a finding nor a break comes of it."""
    vault = memory.open()
    custody, _head = begin(vault, title="disk", sha256="1" * 64, holder="Ada", reason="")
    moved = CustodyTransferred(
        custody=custody.id, giver="Ada", receiver="Eve", sha256_before="1" * 64, sha256_after="2" * 64, reason=""
    )
    anew = CustodyStarted(custody=custody.id, title="disk", sha256="3" * 64, holder="Eve", reason="")
    wrong = CustodyCorrected(
        custody=custody.id, seq=1, receiver="Eve", sha256_before="1" * 64, sha256_after="2" * 64, reason=""
    )
    plant(vault, moved)
    plant(vault, anew)
    plant(vault, wrong)
    seq = plant(vault, replace(wrong, seq=custody.steps[0].seq))
    found = find_custody(vault.catalog, custody.id)
    assert (found.holder, found.breaks, len(found.steps)) == ("Ada", [], 1)
    assert [one.seq for one in disregarded(vault.catalog)] == [seq - 3, seq - 2, seq - 1, seq]
    assert sum("by Eve, counts for nothing" in one for one in notes(memory)) == 4
    with pytest.raises(Denied, match="owner or editor"):
        transfer(EVE.open(memory), custody.id, receiver="Eve", before="1" * 64, after="1" * 64, reason="")


def test_who_records_a_hand_over(memory: MemoryVault) -> None:
    """Whoever recorded the first or the last one, and owners and editors of any room."""
    ada = memory.open()
    let_in(ada, CARL, EDITOR)
    eve = EVE.open(memory)
    custody, _head = begin(eve, title="disk", sha256="1" * 64, holder="Eve", reason="")
    for vault, to in ((CARL.open(memory), "Carl"), (eve, "Dora"), (memory.open(), "Ada")):
        vault.follow()
        moved, _head = transfer(vault, custody.id, receiver=to, before="1" * 64, after="1" * 64, reason="")
        assert moved.holder == to
    assert disregarded(memory.open().catalog) == []


# Rollbacks


@pytest.mark.parametrize("number", [3, 999_999_999])
def test_an_incarnation_that_is_not_the_next_counts_for_nothing(memory: MemoryVault, number: int) -> None:
    """Nobody has the journal's checkpoints speak of a life that it does not have."""
    vault = memory.open()
    seq = plant(
        vault,
        RollbackAccepted(
            reason="", pinned_seq=0, pinned_hash="0" * 64, found_seq=0, found_hash="0" * 64, incarnation=number
        ),
    )
    vault.follow()
    assert incarnation(memory.open().catalog) == 1
    assert [one.seq for one in disregarded(memory.open().catalog)] == [seq]
