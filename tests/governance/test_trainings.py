"""Texts that people have to have accepted: who is asked, who accepted which version, and what the gate asks for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import pytest

from ipvault.catalog.recipients import find_recipient
from ipvault.catalog.training_standings import ACCEPTED, MISSING, OVERDUE, standings
from ipvault.catalog.trainings import Training, accepted, find_training, named, trainings
from ipvault.errors import Conflict, Denied, JournalBroken, NoSuchTraining, UsageError
from ipvault.governance.gate.checks import acknowledgements
from ipvault.governance.policy.current import current_policy
from ipvault.governance.trainings.keep import (
    MAX_EVIDENCE,
    People,
    acknowledge,
    assign,
    confirm,
    text_in,
    text_of,
)
from ipvault.records.trainings import TrainingAcknowledged, TrainingAssigned, TrainingConfirmed, TrainingSet
from ipvault.records.vocabulary import CAT, EDITOR, EXPORT, MAX_TEXT, PACKAGE, READER
from ipvault.vault.gate import NEEDS
from ipvault.vault.recipients import remove_recipient, update_recipient
from ipvault.vault.vault import Vault
from tests.governance.vaults import IN_FRANCE, Office
from tests.support.mallory import MALLORY, in_root, is_refused, with_mallory
from tests.support.memory_vault import MemoryVault, append
from tests.support.people import Person, let_in

TEXT = text_of(b"Keep secrets.\n", "x")
OTHER = text_of(b"Keep all secrets.\n", "x")


def whom(made: Office, *names: str, members: Sequence[Vault] = ()) -> People:
    made.ada.follow()
    ids = tuple(find_recipient(made.ada.catalog, name).id for name in names)
    return People(tuple(vault.member for vault in members), ids)


def asked(made: Office, *to: str, name: str = "secrecy", text: Any = TEXT, due: str = "") -> Training:
    """That Ada and these recipients are to accept a text."""
    return assign(made.ada, name, text, whom(made, *to, members=[made.ada]), due)[0]


def test_what_is_accepted_is_a_version() -> None:
    """Another text under the name is a new version, which nobody has accepted; the same text is none."""
    made = Office.make()
    first = asked(made)
    assert (first.version, first.content, first.sha256) == (1, "Keep secrets.\n", TEXT.sha256)
    assert accepted(made.ada.catalog, [made.ada.member], first) is None
    acknowledge(made.ada, [first])
    assert accepted(made.ada.catalog, [made.ada.member], first)
    assert asked(made) == first
    assert accepted(made.ada.catalog, [made.cleo.member], first) is None
    second = asked(made, text=OTHER)
    assert (second.id, second.version) == (first.id, 2)
    assert accepted(made.ada.catalog, [made.ada.member], second) is None
    assert accepted(made.ada.catalog, [made.ada.member], first)
    assert trainings(made.ada.catalog) == [second]
    assert named(made.ada.catalog, "secrecy") == find_training(made.ada.catalog, first.id[:8]) == second
    assert made.memory.verified().findings == []


def test_a_text_can_be_a_document() -> None:
    """It is accepted by the digest of its content, and is not copied into the journal."""
    made = Office.make()
    found = asked(made, text=text_in(made.ada.catalog, "claims"))
    assert (found.item, found.content) == (made.item("claims"), "")
    assert found.sha256 == hashlib.sha256(b"claims").hexdigest()


@pytest.mark.parametrize("data", [b"", b" \n", b"\xff\xfe", b"a\0b", b"a" * (MAX_TEXT + 1)])
def test_what_is_no_text(data: bytes) -> None:
    """What the journal cannot keep as text goes into the vault instead."""
    with pytest.raises(UsageError, match="--item"):
        text_of(data, "x")


def test_what_there_is_to_record() -> None:
    """A name without a text, nobody and nothing new, twice the same, a text that changed meanwhile, empty evidence."""
    made = Office.make()
    with pytest.raises(NoSuchTraining):
        asked(made, text=None)
    first = asked(made)
    with pytest.raises(Conflict):
        assign(made.ada, "secrecy", TEXT, People((), ()), "")
    assign(made.ada, "secrecy", OTHER, People((), ()), "")
    with pytest.raises(Conflict, match="changed a moment ago"):
        acknowledge(made.ada, [first])
    second = find_training(made.ada.catalog, "secrecy")
    acknowledge(made.ada, [second])
    with pytest.raises(Conflict, match="accepted already"):
        acknowledge(made.ada, [second])
    dora = find_recipient(made.ada.catalog, "Dora")
    for evidence in (b"", b"x" * (MAX_EVIDENCE + 1)):
        with pytest.raises(UsageError):
            confirm(made.ada, second, dora, evidence)
    with pytest.raises(NoSuchTraining):
        find_training(made.ada.catalog, "secre")


def test_who_records_what() -> None:
    """Owners of the vault set texts, every member accepts for himself, and editors keep what recipients signed."""
    made = Office.make()
    found = asked(made)
    made.cleo.follow()
    with pytest.raises(Denied):
        assign(made.cleo, "mine", TEXT, People((), ()), "")
    acknowledge(made.cleo, [found])
    reader = Person.named("Rita")
    let_in(made.ada, reader, READER)
    rita = reader.open(made.memory)
    acknowledge(rita, [found])
    dora = find_recipient(rita.catalog, "Dora")
    with pytest.raises(Denied):
        confirm(rita, found, dora, b"signed")
    made.cleo.follow()
    confirm(made.cleo, found, dora, b"signed")
    made.ada.follow()
    for person in (made.cleo.member, rita.member, dora.id):
        assert accepted(made.ada.catalog, [person], found)


def test_the_report() -> None:
    """Everybody who was asked and is still there, by text: accepted, missing, or overdue from the day after."""
    made = Office.make()
    found = asked(made, "Dora", "Fred", due="2027-01-15")
    dora = find_recipient(made.ada.catalog, "Dora")
    confirm(made.ada, found, dora, b"signed")

    def states(day: str) -> dict[str, str]:
        return {one.name: one.state for one in standings(made.ada.catalog, day)}

    ada = "Ada Lovelace"
    assert states("2027-01-15") == {ada: MISSING, "Dora": ACCEPTED, "Fred": MISSING}
    assert states("2027-01-16") == {ada: OVERDUE, "Dora": ACCEPTED, "Fred": OVERDUE}
    update_recipient(made.ada, "Dora", Person.named("dora3").card)
    remove_recipient(made.ada, "Fred", reason="")
    acknowledge(made.ada, [found])
    assert states("2027-01-16") == {ada: ACCEPTED, "Dora": ACCEPTED}
    assign(made.ada, "secrecy", OTHER, whom(made), "")
    assert states("2027-01-15") == {ada: MISSING, "Dora": MISSING}
    assign(made.ada, "secrecy", None, whom(made, members=[made.ada]), "2030-01-01")
    assert states("2027-01-16") == {ada: MISSING, "Dora": OVERDUE}


def verdicts(made: Office, *to: str, channel: str = PACKAGE) -> list[tuple[str, str]]:
    request, _decision = made.asked(way=made.way(*to, channel=channel))
    request = request if channel == PACKAGE else request._replace(recipients=())
    found = list(acknowledgements.check(request, current_policy(made.ada.catalog), made.ada.catalog))
    assert all(one.outcome == NEEDS for one in found)
    return [(one.reason, one.remedy.partition(": ")[2]) for one in found]


def test_the_gate() -> None:
    """Whoever shares and each recipient has accepted the newest version of each text; else it says who, and how."""
    made = Office.make()
    made.set(acknowledgements=("secrecy",))
    command = "ipvault training acknowledge secrecy"
    assert verdicts(made) == [
        (
            "secrecy is to be accepted first, and there is no such text",
            "ipvault training assign NAME --name secrecy --text FILE",
        )
    ]
    found = asked(made)
    mine = ("Ada Lovelace has not accepted secrecy, version 1", command)
    doras = ("Dora has not accepted secrecy, version 1", f"{command} --for Dora --evidence FILE")
    freds = ("Fred has not accepted secrecy, version 1", f"{command} --for Fred --evidence FILE")
    assert verdicts(made, "Dora", "Fred") == [mine, doras, freds]
    assert verdicts(made, channel=EXPORT) == [mine]
    assert verdicts(made, channel=CAT) == []
    acknowledge(made.ada, [found])
    confirm(made.ada, found, find_recipient(made.ada.catalog, "Dora"), b"signed")
    assert verdicts(made, "Dora", "Fred") == [freds]
    assert verdicts(made, "Dora") == verdicts(made, channel=EXPORT) == []
    asked(made, text=OTHER)
    assert [reason for reason, _remedy in verdicts(made)] == [
        "Ada Lovelace has not accepted secrecy, version 2",
        "Dora has not accepted secrecy, version 2",
    ]
    made.set()
    assert verdicts(made, "Dora", "Fred") == []


def test_a_member_who_is_a_recipient_too() -> None:
    """Has accepted what he accepted as a member, by the same card."""
    made = Office.make()
    made.set(acknowledgements=("secrecy",))
    found = asked(made)
    acknowledge(made.ada, [found])
    let_in(made.ada, IN_FRANCE, EDITOR)
    assert [reason for reason, _remedy in verdicts(made, "Fred")] == ["Fred has not accepted secrecy, version 1"]
    acknowledge(IN_FRANCE.open(made.memory), [found])
    assert verdicts(made, "Fred") == []


def training(version: int = 1, id_: str = "1", name: str = "secrecy", **changes: Any) -> TrainingSet:
    whole = {"sha256": TEXT.sha256, "item": "", "content": TEXT.content, **changes}
    return TrainingSet(training=id_ * 32, version=version, name=name, **whole)


def acknowledged(version: int = 1, sha256: str = TEXT.sha256, id_: str = "1") -> TrainingAcknowledged:
    return TrainingAcknowledged(training=id_ * 32, version=version, sha256=sha256)


def confirmed(**changes: Any) -> TrainingConfirmed:
    whole = {"training": "1" * 32, "version": 1, "sha256": TEXT.sha256, "recipient": "2" * 32, "evidence": "AAAA"}
    return TrainingConfirmed(**{**whole, **changes})


@pytest.mark.parametrize(
    ("record", "is_taken"),
    [
        (training(2), True),
        (training(2, name="other"), False),
        (training(3), False),
        (training(1), False),
        (training(1, "2"), False),
        (training(1, "2", name="other"), True),
        (training(2, "2", name="other"), False),
        (training(2, content="Keep none."), False),
        (training(2, sha256="0" * 64), False),
        (training(2, sha256="0" * 64, content="", item="3" * 32), True),
        (acknowledged(), True),
        (acknowledged(version=2), False),
        (acknowledged(sha256="0" * 64), False),
        (acknowledged(id_="2"), False),
        (confirmed(), True),
        (confirmed(version=2), False),
        (confirmed(training="2" * 32), False),
        (TrainingAssigned(training="1" * 32, members=(), recipients=(), due=""), True),
        (TrainingAssigned(training="2" * 32, members=(), recipients=(), due=""), False),
    ],
)
def test_what_readers_take(record: Any, is_taken: bool) -> None:
    """Versions that follow, under a name of their own, with the right digest; and nothing about what there is not."""
    memory = MemoryVault.create()
    vault = memory.open()
    append(vault, in_root(vault, training()))
    if is_taken:
        append(vault, in_root(vault, record))
        assert memory.verified().findings == []
    else:
        with pytest.raises(JournalBroken):
            append(vault, in_root(vault, record))


@pytest.mark.parametrize(("role", "is_taken"), [(EDITOR, True), (READER, False), (None, False)])
def test_who_speaks_for_recipients(role: str | None, is_taken: bool) -> None:
    """An owner or editor of some room; and no editor sets a text, or accepts for another member."""
    memory, vault = with_mallory(role)
    append(vault, in_root(vault, training()))
    assert not is_refused(memory, vault, in_root(vault, acknowledged()))
    (found,) = trainings(vault.catalog)
    assert accepted(vault.catalog, [vault.member], found) is None
    assert accepted(vault.catalog, [MALLORY.public.fingerprint], found)
    assert is_refused(memory, vault, in_root(vault, confirmed())) != is_taken


def test_an_editor_sets_no_text() -> None:
    """Whoever could set texts could set one that says nothing."""
    for record in (training(), TrainingAssigned(training="1" * 32, members=(), recipients=(), due="")):
        memory, vault = with_mallory(EDITOR)
        assert is_refused(memory, vault, in_root(vault, record))
