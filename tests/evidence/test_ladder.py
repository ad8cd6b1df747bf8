"""How far a verification reaches: one's own witnesses, checkpoints that one brings, this computer, the chain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest

from ipvault.catalog.roster import find_member
from ipvault.errors import Conflict, ExitCode, Forked, HeadRefused, NotWitnessed
from ipvault.evidence.forks import refuse_fork
from ipvault.evidence.heads import sign_head
from ipvault.evidence.journal_tree import JournalTree, open_tree
from ipvault.evidence.ladder import KnownHead, Ladder, climb, furthest
from ipvault.evidence.witnessing import import_witnessed, request_for
from ipvault.journal.checkpoint import Checkpoint, TreeHead
from ipvault.keys.card import Card
from ipvault.records.anchors import HeadWitnessed
from ipvault.records.vocabulary import EDITOR
from ipvault.vault.membership import remove_member
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.vault import Vault
from ipvault.vault.verification.report import Report
from tests.support import outsiders
from tests.support.memory_vault import MemoryVault, add_content, append, draft
from tests.support.people import Person, let_in, room_called

BOB, EVE = outsiders.BOB.card, outsiders.EVE.card
IDENTITIES = {"bob": outsiders.BOB.identity, "eve": outsiders.EVE.identity}

SIGNED_AT = 1_800_000_500


@pytest.fixture
def memory() -> MemoryVault:
    made = MemoryVault.create()
    add_content(made.open(), {"a": b"a"})
    return made


@contextmanager
def tree_of(vault: Vault) -> Iterator[JournalTree]:
    with open_tree(vault.store, vault.id, vault.catalog.head, None) as tree:
        yield tree


def head_of(vault: Vault) -> Checkpoint:
    with tree_of(vault) as tree:
        return sign_head(vault, tree)


def witnessed(vault: Vault, by: str = "bob", trusted: Sequence[Card] = (BOB,)) -> list[HeadWitnessed]:
    """Have somebody sign the head as it is, and record that."""
    return import_witnessed(vault, head_of(vault).cosign(IDENTITIES[by], SIGNED_AT), trusted, "file")


def reach(memory: MemoryVault, report: Report, trusted: Sequence[Card] = (), known: Checkpoint | None = None) -> Ladder:
    with ExitStack() as stack:
        opened = open_tree(memory.store, report.vault, report.head, None)
        tree = cache(lambda: stack.enter_context(opened))
        return climb(report, tree, trusted, KnownHead(known, "known.head") if known else None)


def steps(ladder: Ladder) -> list[tuple[str, int, str]]:
    return [(rung.kind, rung.records, rung.name) for rung in furthest(ladder.rungs)]


def test_without_anything_the_chain_stands_alone(memory: MemoryVault) -> None:
    """A computer that has not seen the vault has nothing to compare it with."""
    memory.pins.pin = None
    assert reach(memory, memory.verified(keyless=True)) == Ladder()


def test_this_computer_vouches_for_what_it_has_seen(memory: MemoryVault) -> None:
    """Up to the record that it pinned; what others wrote since then is attested by the chain alone."""
    pinned = memory.pins.pin
    add_content(memory.open(), {"b": b"b"})
    memory.pins.pin = pinned
    assert pinned
    report = memory.verified(keyless=True)
    assert steps(reach(memory, report)) == [("this-computer", pinned.head.seq + 1, "")]
    assert report.head.seq > pinned.head.seq


def test_a_witness_vouches_for_what_he_signed(memory: MemoryVault) -> None:
    """If he is on the verifier's own list: then up to the last record that he signed."""
    vault = memory.open()
    first, second = witnessed(vault)[0], witnessed(vault)[0]
    assert (first.witness, first.name, first.root) == (BOB.fingerprint, "Bob Babbage", first.root)
    assert second.size > first.size
    report = memory.verified()
    seen = report.pinned
    assert seen
    assert steps(reach(memory, report, [BOB])) == [
        ("witness", second.size, "Bob Babbage"),
        ("this-computer", seen.seq + 1, ""),
    ]
    assert report.exit_code == ExitCode.DONE


def test_nobody_else_is_believed(memory: MemoryVault) -> None:
    """That a member trusts a witness is recorded, and makes nobody else trust him; the report says that he exists."""
    witnessed(memory.open())
    for trusted in ([], [EVE]):
        report = memory.verified()
        assert [rung.kind for rung in reach(memory, report, trusted).rungs] == ["this-computer"]
        assert any("Bob Babbage, who is not on your list" in note for note in report.notes)


def test_a_record_does_not_vouch_for_itself(memory: MemoryVault) -> None:
    """What a member writes into a record that a witness is said to have signed is checked against his signature."""
    vault = memory.open()
    true = witnessed(vault)[0]
    root = vault.keys.present(room_called(vault, "root").id, 1)
    for altered in (
        {"size": true.size - 1},
        {"root": "0" * 64},
        {"time": "2020-01-01T00:00:00.000Z"},
        {"checkpoint": true.checkpoint[:-9]},
    ):
        fields = {name: value for name, value in true.fields().items() if name != "kind"}
        copy = memory.copied()
        append(copy.open(), draft(HeadWitnessed(**{**fields, **altered}), root))
        report = copy.verified()
        ladder = reach(copy, report, [BOB])
        assert report.exit_code == ExitCode.DONE
        assert any("the signature of Bob Babbage in record " in note for note in report.notes)
        assert max(rung.records for rung in ladder.rungs if rung.kind == "witness") == true.size


def test_a_head_that_was_brought(memory: MemoryVault) -> None:
    """It counts if a member or a trusted witness signed it, with the vault's keys or without any."""
    vault = memory.open()
    known = head_of(vault)
    add_content(vault, {"b": b"b"})
    for keyless in (True, False):
        ladder = reach(memory, memory.verified(keyless=keyless), known=known)
        assert ("known-head", known.head.size, "known.head") in steps(ladder)
    only_bob = Checkpoint(known.head, ()).cosign(outsiders.BOB.identity, SIGNED_AT)
    assert steps(reach(memory, memory.verified(keyless=True), [BOB], only_bob))[0][0] == "known-head"
    for keyless in (True, False):
        with pytest.raises(HeadRefused):
            reach(memory, memory.verified(keyless=keyless), [EVE], only_bob)


def test_a_head_of_strangers_or_of_another_vault_is_refused(memory: MemoryVault) -> None:
    """So is one without signatures: anybody could raise a false alarm with it, or a false hope."""
    known = head_of(memory.open()).head
    strange = TreeHead(f"ipvault.vault/{'0' * 32}", known.size, known.root)
    for checkpoint in (
        Checkpoint(known, ()),
        Checkpoint.sign(known, outsiders.EVE.identity, SIGNED_AT),
        Checkpoint.sign(strange, memory.identity(), SIGNED_AT),
    ):
        for keyless in (True, False):
            with pytest.raises(HeadRefused):
                reach(memory, memory.verified(keyless=keyless), known=checkpoint)


def test_a_member_vouches_while_he_is_one(memory: MemoryVault) -> None:
    """Heads of a time at which the signer was not yet a member, or no longer, do not count."""
    vault = memory.open()
    before = vault.catalog.head.seq + 1
    carl = Person.named("Carl")
    let_in(vault, carl, EDITOR)
    during = vault.catalog.head.seq + 1
    remove_member(vault, find_member(vault.catalog, "Carl"), None, reason="left")
    add_content(vault, {"b": b"b"})
    after = vault.catalog.head.seq + 1
    with tree_of(vault) as tree:
        roots = {size: tree.root(size) for size in (before, during, after)}
    for size, root in roots.items():
        head = TreeHead(f"ipvault.vault/{vault.id}", size, root)
        signed = Checkpoint.sign(head, carl.identity, SIGNED_AT)
        if size == during:
            assert ("known-head", size, "known.head") in steps(reach(memory, memory.verified(), known=signed))
        else:
            with pytest.raises(HeadRefused):
                reach(memory, memory.verified(), known=signed)


@pytest.mark.parametrize("keyless", [True, False])
@pytest.mark.parametrize("grown", [False, True])
def test_a_journal_that_does_not_continue_a_known_head_is_a_fork(
    memory: MemoryVault, keyless: bool, grown: bool
) -> None:
    """Rolled back, or grown another way since: exit code 22, and the head that contradicts it is told."""
    backup = memory.copied()
    vault = memory.open()
    add_content(vault, {"b": b"b"})
    known = head_of(vault)
    if grown:
        add_content(backup.open(), {"c": b"c", "d": b"d", "e": b"e"})
    report = backup.verified(keyless=keyless)
    assert not report.findings
    ladder = reach(backup, report, known=known)
    assert report.exit_code == ExitCode.ROLLBACK
    assert ladder.contradicted == {"place": "known.head", "checkpoint": str(known)}
    assert "known-head" not in [rung.kind for rung in ladder.rungs]


def test_what_this_computer_lacks_contradicts_too(memory: MemoryVault) -> None:
    """The pin is a head as well, of which only the last leaf's hash is known."""
    backup = memory.copied()
    add_content(memory.open(), {"b": b"b"})
    backup.pins.pin = memory.pins.pin
    report = backup.verified(keyless=True)
    ladder = reach(backup, report)
    pin = backup.pins.pin
    assert pin
    assert report.exit_code == ExitCode.ROLLBACK
    assert ladder.contradicted == {"place": "this computer", "seq": pin.head.seq, "hash": pin.head.hash}


def test_a_request_begins_where_the_witness_stopped(memory: MemoryVault) -> None:
    """As far as the records know; a number that is given counts instead."""
    vault = memory.open()
    with tree_of(vault) as tree:
        assert request_for(vault, tree, BOB, None).old == 0
    size = witnessed(vault)[0].size
    with tree_of(vault) as tree:
        assert request_for(vault, tree, BOB, None).old == size
        assert request_for(vault, tree, EVE, None).old == 0
        request = request_for(vault, tree, BOB, 3)
        assert request.old == 3
        assert request.continues(tree.root(3))


def test_only_trusted_witnesses_are_recorded(memory: MemoryVault) -> None:
    """Others are ignored, with nobody left nothing is recorded, and nothing is recorded twice."""
    vault = memory.open()
    before = vault.catalog.head
    cosigned = head_of(vault).cosign(outsiders.BOB.identity, SIGNED_AT)
    for trusted in ([], [EVE]):
        with pytest.raises(NotWitnessed):
            import_witnessed(vault, cosigned, trusted, "file")
    assert vault.catalog.head == before
    both = cosigned.cosign(outsiders.EVE.identity, SIGNED_AT)
    assert [one.witness for one in import_witnessed(vault, both, [BOB, EVE], "file")] == [
        BOB.fingerprint,
        EVE.fingerprint,
    ]
    with pytest.raises(Conflict):
        import_witnessed(vault, both, [BOB, EVE], "file")


def test_an_accepted_rollback_begins_a_new_incarnation(memory: MemoryVault, tmp_path: Path) -> None:
    """Its journal is another log, numbered on, and continues what a witness signed before the backup, of which he is
    asked from there; what was signed of the lost records contradicts it.
    """
    vault = memory.open()
    size = witnessed(vault)[0].size
    backup = memory.copied()
    add_content(vault, {"b": b"b"})
    lost = head_of(vault)
    assert lost.head.origin == f"ipvault.vault/{vault.id}"
    backup.pins.pin = memory.pins.pin
    accept_rollback(backup.open(accept_rollback=True), reason="restored")
    restored = backup.open()
    fresh = head_of(restored)
    assert fresh.head.origin == f"ipvault.vault/{vault.id}/2"
    with tree_of(restored) as tree:
        request = request_for(restored, tree, BOB, None)
        assert (request.old, request.continues(tree.root(size))) == (size, True)
        with pytest.raises(Forked, match="lost says that it had 12 records") as caught:
            refuse_fork(tree, lost, "lost", tmp_path / "fork", 0)
    assert caught.value.exit_code == ExitCode.ROLLBACK
    assert lost.head.text in (tmp_path / "fork").read_text()
    report = backup.verified()
    assert [kind for kind, _records, _name in steps(reach(backup, report, [BOB], fresh))] == [
        "witness",
        "this-computer",
        "known-head",
    ]
    assert report.exit_code == ExitCode.DONE
