"""A witness signs what continues the last thing he signed, and nothing else, whatever he is shown."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from ipvault.errors import (
    AnotherStart,
    HeadRefused,
    NeedsConfirmation,
    NotExtended,
    OlderRequest,
    PinDamaged,
    StorageFailed,
)
from ipvault.evidence import cosigning
from ipvault.evidence.cosigning import Memory, Witness
from ipvault.journal import tree
from ipvault.journal.checkpoint import Checkpoint, TreeHead, origin_of
from ipvault.journal.proof import Continuation
from ipvault.keys.identity import Identity
from tests.journal.test_tree import leaves, plain_root, stored
from tests.support import outsiders
from tests.support.memory_vault import SeededRandom

BOB, EVE = outsiders.BOB.card, outsiders.EVE.card
IDENTITIES = {"bob": outsiders.BOB.identity, "eve": outsiders.EVE.identity}

ADA = Identity.generate(SeededRandom(b"ada"))
ORIGIN = origin_of("a" * 32, 1)
NOW = 1_800_000_000
HASHES = leaves(20)
OTHER = [bytes(32), *HASHES[1:]]
"""A journal that went another way from its first record on."""


def request(
    old: int, size: int, hashes: list[bytes] = HASHES, origin: str = ORIGIN, by: str = "bob", at: int = NOW
) -> Continuation:
    """What somebody asks a witness to sign."""
    checkpoint = Checkpoint.sign(TreeHead(origin, size, plain_root(hashes[:size])), IDENTITIES[by], at)
    return Continuation(old, tuple(tree.consistency_proof(stored(hashes), old, size)), checkpoint)


class Ada:
    """A witness with a memory of her own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.fork = folder / "witness", folder / "fork"
        self.witness = Witness(ADA, self.fork, NOW + 60)

    def memory(self, asked: Continuation) -> Memory:
        return Memory(self.folder, asked.checkpoint.head)

    def __call__(self, asked: Continuation, incarnation: int | None = None) -> Checkpoint:
        return self.witness.cosign(self.memory(asked), asked, BOB, "request", incarnation)


@pytest.fixture
def ada(tmp_path: Path) -> Ada:
    return Ada(tmp_path)


def test_a_witness_signs_what_continues(ada: Ada) -> None:
    """From nothing, then step by step; what comes back has the sender's signatures and those of the witness."""
    for old, size in ((0, 3), (3, 11), (11, 11), (11, 20)):
        asked = request(old, size)
        cosigned = ada(asked)
        assert cosigned.head == asked.checkpoint.head
        assert cosigned.is_signed_by(BOB.public)
        assert cosigned.cosigned_at(ADA.public) == NOW + 60
        assert ada.memory(asked).read().last == cosigned
    assert not ada.fork.exists()


@pytest.mark.parametrize(
    "asked",
    [request(0, 10), request(4, 11), request(0, 12), request(10, 12, OTHER), request(13, 14)],
    ids=["shorter", "earlier start", "from nothing", "another history from elsewhere", "later start"],
)
def test_what_does_not_show_that_it_continues_is_refused(ada: Ada, asked: Continuation) -> None:
    """Nothing is signed and nothing forgotten; if only the proof begins elsewhere, it is said where it has to."""
    signed = ada(request(0, 11))
    with pytest.raises((AnotherStart, NotExtended)) as caught:
        ada(asked)
    assert caught.value.fields["size"] == 11
    assert isinstance(caught.value, NotExtended) is (asked.checkpoint.head.size < 11)
    assert ada.memory(asked).read().last == signed


@pytest.mark.parametrize(
    "asked",
    [
        request(11, 11, OTHER),
        request(11, 20, OTHER),
        request(3, 9),
        request(11, 20)._replace(path=()),
        request(11, 20)._replace(path=(bytes(32),) * 3),
    ],
    ids=["same size", "longer", "rolled back", "no proof", "wrong proof"],
)
def test_a_contradiction_is_kept(ada: Ada, asked: Continuation) -> None:
    """Exit code 22, with both signed heads in a file and what was signed last in the message."""
    signed = ada(request(0, 11))
    with pytest.raises(NotExtended, match="11 records") as caught:
        ada(asked)
    assert caught.value.exit_code == 22
    document = tomllib.loads(ada.fork.read_text())
    assert document["known"]["checkpoint"] == str(signed)
    assert document["found"]["checkpoint"] == str(asked.checkpoint)
    assert ada.memory(asked).read().last == signed


def test_an_older_request_is_no_contradiction(ada: Ada) -> None:
    """One from before the last, whether it was signed or not, is refused with exit code 14, and nothing is kept."""
    ada(request(0, 5, at=NOW - 2))
    signed = ada(request(5, 11))
    for asked in (request(0, 5, at=NOW - 2), request(5, 8, at=NOW - 1)):
        with pytest.raises(OlderRequest, match="11 of this journal") as caught:
            ada(asked)
        assert caught.value.exit_code == 14
    assert not ada.fork.exists()
    assert ada.memory(request(0, 5)).read().last == signed


@pytest.mark.parametrize(("hashes", "at"), [(OTHER, NOW - 2), (HASHES, NOW + 1)], ids=["another history", "later"])
def test_a_smaller_head_that_contradicts(ada: Ada, hashes: list[bytes], at: int) -> None:
    """Another history, or fewer records than the same sender had before, is not only old: it is kept."""
    ada(request(0, 5, at=NOW - 2))
    ada(request(5, 11))
    with pytest.raises(NotExtended):
        ada(request(0, 5, hashes, at=at))
    assert ada.fork.exists()


def test_whoever_signs_nothing_first_has_to_show_nothing(ada: Ada) -> None:
    """The first request begins at nothing; another start, or hashes that prove nothing, are refused."""
    with pytest.raises(AnotherStart):
        ada(request(3, 11))
    with pytest.raises(HeadRefused):
        ada(request(0, 11)._replace(path=(bytes(32),)))
    assert ada.memory(request(0, 11)).read() == cosigning.Remembered()


def test_only_the_senders_own_head_is_signed(ada: Ada) -> None:
    """A request that somebody else signed, or that was altered on the way, is refused."""
    with pytest.raises(HeadRefused):
        ada(request(0, 11, by="eve"))
    with pytest.raises(HeadRefused):
        ada.witness.cosign(ada.memory(request(0, 11)), request(0, 11), EVE, "request")
    asked = request(0, 11)
    altered = asked.checkpoint._replace(head=asked.checkpoint.head._replace(size=12))
    with pytest.raises(HeadRefused):
        ada(asked._replace(checkpoint=altered))


def test_each_journal_is_remembered_by_itself(ada: Ada) -> None:
    """Another vault begins at nothing."""
    ada(request(0, 11))
    ada(request(0, 5, OTHER, origin_of("b" * 32, 1)))
    ada(request(11, 12))


BACKUP = [*HASHES[:6], *OTHER[:1] * 14]
"""The journal as it went on after it was put back to what it was after its sixth record."""

SECOND = origin_of("a" * 32, 2)


def test_another_incarnation_is_no_way_to_tell_two_stories(ada: Ada) -> None:
    """Nobody signs one without having agreed to it, and after that the one before is signed no more."""
    ada(request(0, 5))
    signed = ada(request(5, 11))
    asked = request(5, 8, BACKUP, SECOND)
    with pytest.raises(NeedsConfirmation):
        ada(asked)
    with pytest.raises(NeedsConfirmation):
        ada(asked, incarnation=3)
    assert ada.memory(asked).read().last == signed
    second = ada(asked, incarnation=2)
    assert ada.memory(asked).read().earlier == (signed,)
    with pytest.raises(NotExtended):
        ada(request(11, 12))
    with pytest.raises(NotExtended):
        ada(request(8, 9, HASHES, SECOND))
    ada(request(8, 9, BACKUP, SECOND))
    assert ada.memory(asked).read().last != second


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        (request(6, 8, BACKUP, SECOND), AnotherStart),
        (request(11, 12, BACKUP, SECOND), HeadRefused),
        (request(5, 8, OTHER, SECOND), HeadRefused),
        (request(0, 8, BACKUP, SECOND)._replace(path=(bytes(32),)), HeadRefused),
    ],
    ids=["a head that was not signed", "what was lost", "another history", "hashes that prove nothing"],
)
def test_what_incarnations_have_in_common_is_proven(ada: Ada, asked: Continuation, problem: type[Exception]) -> None:
    """The proof begins at any head that was signed, not only the last, or at nothing."""
    ada(request(0, 5))
    signed = ada(request(5, 11))
    with pytest.raises(problem):
        ada(asked, incarnation=2)
    assert ada.memory(asked).read().last == signed
    ada(request(0, 8, BACKUP, SECOND), incarnation=2)


def test_what_is_signed_is_remembered_first(ada: Ada, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the memory cannot be written, no signature is given out."""

    def refuse(*_arguments: object) -> None:
        raise StorageFailed(path="memory", reason="full")

    monkeypatch.setattr(cosigning, "replace_file", refuse)
    with pytest.raises(StorageFailed):
        ada(request(0, 11))


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", '{"senders":[],"last":"x"}', '{"senders":["x"],"last":""}']
)
def test_a_damaged_memory_signs_nothing(ada: Ada, content: str) -> None:
    """To begin anew without a word would be no witness."""
    asked = request(0, 11)
    ada(asked)
    ada.memory(asked).path.write_text(content)
    with pytest.raises(PinDamaged):
        ada(request(11, 12))


def test_the_memory_is_the_users_alone(ada: Ada) -> None:
    """It holds cards and heads, and nobody else may change it."""
    asked = request(0, 11)
    ada(asked)
    path = ada.memory(asked).path
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["last"].startswith(ORIGIN)
