"""A colleague who vouches for a journal, by files that are carried to and fro; and what a known head finds out."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from ipvault.journal.checkpoint import Checkpoint, TreeHead
from ipvault.journal.proof import Continuation
from tests.cli.homes import Home
from tests.support.outsiders import EVE


def fingerprint_of(home: Home) -> str:
    """What somebody reads out over the telephone."""
    told: str = json.loads(home("identity", "show", "--json")[0])["data"]["fingerprint"]
    return told


def vault_of(home: Home) -> Path:
    """The vault that somebody works with."""
    assert home.vault is not None
    return home.vault


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    """Ada has a vault, Bob an identity and nothing of the vault; each has the other's card, and Ada trusts Bob."""
    ada, bob = Home(tmp_path / "ada", tmp_path / "vault"), Home(tmp_path / "bob", tmp_path / "nowhere")
    ada("init", "--name", "Ada")
    bob("identity", "create", "--name", "Bob")
    for home in (ada, bob):
        home("identity", "card", "-o", str(tmp_path / f"{home.folder.name}.card"))
    ada("witness", "trust", str(tmp_path / "bob.card"), "--fingerprint", fingerprint_of(bob))
    return ada, bob


def asked(ada: Home, name: str, *options: str) -> str:
    """A request in a file, which lies where both can reach it."""
    path = str(vault_of(ada).parent / name)
    ada("journal", "witness-request", "--witness", "Bob", "-o", path, *options)
    return path


def introduced(homes: tuple[Home, Home]) -> tuple[str, ...]:
    """How Bob says, the first time, whose request it is."""
    ada, _bob = homes
    return ("--from", str(vault_of(ada).parent / "ada.card"), "--fingerprint", fingerprint_of(ada))


def test_a_witness_by_courier(homes: tuple[Home, Home]) -> None:
    """Bob signs, without the vault; Ada records it; verify says how far it reaches. The second time nobody is asked,
    and the proof begins where Bob stopped.
    """
    ada, bob = homes
    back = str(vault_of(ada).parent / "back")
    bob("witness", "cosign", asked(ada, "one"), "-o", back, *introduced(homes))
    assert "Recorded that Bob signed records 0 to 10 as a witness on " in ada("journal", "witness-import", back)[1]
    assert "Up to record 10: signed by the witness Bob on " in ada("verify")[0]
    said = json.loads(ada("verify", "--json")[0])["data"]
    assert {rung["kind"]: rung["records"] for rung in said["reach"]} == {
        "this-computer": said["records"],
        "witness": 11,
    }
    request = asked(ada, "two")
    assert Path(request).read_text().startswith("old 11\n")
    last = int(Path(request).read_text().partition("ipvault.vault/")[2].split("\n")[1]) - 1
    answer, _told = bob("witness", "cosign", request)
    assert answer.count(f"— ipvault.witness/{fingerprint_of(bob)} ") == 2
    (ada.folder / "answer").write_text(answer)
    ada("journal", "witness-import", str(ada.folder / "answer"))
    assert f"Up to record {last}: signed by the witness Bob on " in ada("verify")[0]
    keyless = ada("verify", "--keyless", "--known-head", str(ada.folder / "answer"))[0]
    assert f"Up to record {last}: as the checkpoint " in keyless
    ada("witness", "distrust", "Bob")
    told = ada("verify")
    assert "signed by the witness" not in told[0]
    assert f"by Ada, says that Bob, who is not on your list of witnesses, has signed up to record {last}" in told[1]


def test_whose_request_it_is_has_to_be_compared(homes: tuple[Home, Home]) -> None:
    """Without a card, without an answer, or with another fingerprint nothing is signed."""
    ada, bob = homes
    request, card = asked(ada, "one"), str(vault_of(ada).parent / "ada.card")
    _out, told = bob("witness", "cosign", request, exit_code=ExitCode.USAGE)
    assert "name that person's card with --from CARD" in told
    _out, told = bob("witness", "cosign", card, exit_code=ExitCode.USAGE)
    assert "is a card, and what is needed here is a request to a witness" in told
    assert "said to come from Ada" in bob("witness", "cosign", request, "--from", card, exit_code=16)[1]
    wrong = fingerprint_of(bob)
    bob("witness", "cosign", request, "--from", card, "--fingerprint", wrong, exit_code=ExitCode.WRONG_KEY)
    other = str(vault_of(ada).parent / "bob.card")
    bob("witness", "cosign", request, "--from", other, "--fingerprint", wrong, exit_code=ExitCode.DAMAGED)
    assert not (bob.folder / "state" / "ipvault" / "witness").exists()


def test_a_witness_finds_a_rollback_out(homes: tuple[Home, Home]) -> None:
    """A vault that was put back, on a computer that never saw the newer one, is signed no more: exit code 22, and a
    file with both heads. A lost answer is had again with --old-size.
    """
    ada, bob = homes
    backup = vault_of(ada).parent / "backup"
    shutil.copytree(vault_of(ada), backup)
    ada("room", "create", "patents")
    bob("witness", "cosign", asked(ada, "one"), *introduced(homes))
    _out, told = bob("witness", "cosign", asked(ada, "again"), exit_code=ExitCode.CONFLICT)
    size = told.rpartition("--old-size ")[2].rstrip("\n")
    signed = json.loads(bob("witness", "cosign", asked(ada, "anew", "--old-size", size), "--json")[0])["data"]["size"]
    assert signed >= int(size)
    shutil.rmtree(vault_of(ada))
    backup.rename(vault_of(ada))
    shutil.rmtree(ada.folder / "state")
    _out, told = bob("witness", "cosign", asked(ada, "two"), exit_code=ExitCode.ROLLBACK)
    assert f"you have signed {signed} records" in told
    (fork,) = (bob.folder / "state" / "ipvault" / "forks").iterdir()
    document = tomllib.loads(fork.read_text())
    assert document["known"]["checkpoint"].split("\n")[1] == str(signed)
    assert int(document["found"]["checkpoint"].split("\n")[1]) < signed


def test_another_incarnation_is_signed_only_by_agreement(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """The witness sees what he signed before and how much of it is the same, and says yes in so many words."""
    ada, bob = homes
    back = str(tmp_path / "back")
    bob("witness", "cosign", asked(ada, "one"), "-o", back, *introduced(homes))
    ada("journal", "witness-import", back)
    shutil.copytree(vault_of(ada), tmp_path / "backup")
    bob("witness", "cosign", asked(ada, "two"))
    shutil.rmtree(vault_of(ada))
    (tmp_path / "backup").rename(vault_of(ada))
    ada("journal", "accept-rollback", "--reason", "restored")
    request = asked(ada, "three")
    assert Path(request).read_text().startswith("old 11\n")
    _out, told = bob("witness", "cosign", request, exit_code=ExitCode.NEEDS_PERSON)
    assert "this is its incarnation 2" in told
    assert "Of these the first 11 have to be the same" in told
    bob("witness", "cosign", request, "--incarnation", "2")
    bob("witness", "cosign", str(tmp_path / "two"), exit_code=ExitCode.ROLLBACK)


def test_a_further_sender_is_not_believed_by_a_card_alone(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """Anybody can make up a head of a vault whose id he knows: who sent the journal before is told, and asked for."""
    ada, bob = homes
    first = asked(ada, "one")
    assert "member of the vault does not show here" in bob("witness", "cosign", first, *introduced(homes))[1]
    vault = Path(first).read_text().partition("ipvault.vault/")[2][:32]
    head = TreeHead(f"ipvault.vault/{vault}/2", 999_999, bytes(32))
    made_up = tmp_path / "made-up"
    made_up.write_text(str(Continuation(0, (), Checkpoint.sign(head, EVE.identity, 1))))
    card = tmp_path / "eve.card"
    card.write_bytes(EVE.card.to_toml())
    known = ("--from", str(card), "--fingerprint", EVE.card.fingerprint)
    _out, told = bob("witness", "cosign", str(made_up), *known, exit_code=ExitCode.NEEDS_PERSON)
    assert "So far this journal came from: Ada" in told
    _out, told = bob("witness", "cosign", str(made_up), *known, "--another-sender", exit_code=ExitCode.NEEDS_PERSON)
    assert "this is its incarnation 2" in told


def test_a_known_head_finds_a_rollback_out(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """With keys and without: exit code 22, and both heads in a file, which is not written over another."""
    ada, _bob = homes
    backup = tmp_path / "backup"
    shutil.copytree(vault_of(ada), backup)
    ada("room", "create", "patents")
    ada("journal", "checkpoint", "-o", str(tmp_path / "known"))
    shutil.rmtree(vault_of(ada))
    backup.rename(vault_of(ada))
    shutil.rmtree(ada.folder / "state")
    for options in ((), ("--keyless",)):
        fork = tmp_path / f"fork{len(options)}"
        known = ("verify", *options, "--known-head", str(tmp_path / "known"), "--fork-file", str(fork))
        told, _err = ada(*known, exit_code=ExitCode.ROLLBACK)
        assert f"Both heads of the journal are in {fork}: keep that file." in told
        document = tomllib.loads(fork.read_text())
        assert document["known"]["checkpoint"] == (tmp_path / "known").read_text()
        assert document["found"]["head"].startswith("ipvault.vault/")
        assert json.loads(document["found"]["leaf"])["n"] == document["found"]["seq"]
        ada(*known, exit_code=ExitCode.CONFLICT)
    nowhere = ("--known-head", str(tmp_path / "known"), "--fork-file", str(tmp_path / "known" / "fork"))
    assert "warning" in ada("verify", "--keyless", *nowhere, exit_code=ExitCode.ROLLBACK)[1]
    ada("journal", "proof", "--since", str(tmp_path / "known"), exit_code=ExitCode.ROLLBACK)
    bad = tmp_path / "bad"
    bad.write_text((tmp_path / "known").read_text().replace("ipvault.vault", "example.com"))
    ada("verify", "--known-head", str(bad), exit_code=ExitCode.DAMAGED)


def test_a_rollback_that_this_computer_sees_leaves_both_heads(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """verify names the file; an accepted rollback is told as a new incarnation from then on."""
    ada, _bob = homes
    shutil.copytree(vault_of(ada), tmp_path / "backup")
    ada("room", "create", "patents")
    shutil.rmtree(vault_of(ada))
    (tmp_path / "backup").rename(vault_of(ada))
    data = json.loads(ada("verify", "--keyless", "--json", exit_code=ExitCode.ROLLBACK)[0])["data"]
    document = tomllib.loads(Path(data["fork_file"]).read_text())
    assert document["known"]["seq"] > document["found"]["seq"]
    assert data["reach"] == []
    told = ada("verify", exit_code=ExitCode.ROLLBACK)[0]
    assert f"Both heads of the journal are in {data['fork_file']}" in told, "another file with the same heads"
    assert list(Path(data["fork_file"]).parent.iterdir()) == [Path(data["fork_file"])]
    ada("journal", "accept-rollback", "--reason", "restored")
    assert "This is incarnation 2 of the journal" in ada("verify")[0]
    assert "incarnation 2 of the journal began: restored" in ada("status")[0]
    assert json.loads(ada("status", "--json")[0])["data"]["incarnation"] == 2
    assert "/2\n" in ada("journal", "checkpoint")[0]


def test_half_a_signature_is_none(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """A request, an answer or a known head without the long line is refused, and it is said which line is missing."""
    ada, bob = homes
    request, back = asked(ada, "one"), str(tmp_path / "back")
    bob("witness", "cosign", request, "-o", back, *introduced(homes))
    for home, name, *command in (
        (bob, request, "witness", "cosign"),
        (ada, back, "journal", "witness-import"),
        (ada, back, "verify", "--known-head"),
    ):
        lines = Path(name).read_text().splitlines(keepends=True)
        (tmp_path / "half").write_text("".join(line for line in lines if len(line) < 1000))
        _out, told = home(*command, str(tmp_path / "half"), exit_code=ExitCode.DAMAGED)
        assert "one of the two signature lines of " in told
        assert "the long one (ML-DSA-44)" in told


def test_a_witness_lists_what_was_signed(homes: tuple[Home, Home]) -> None:
    """Of each journal the largest head, with when and for whom, from the witness's own memory; without any, nothing."""
    ada, bob = homes
    assert bob("witness", "history")[0] == ""
    bob("witness", "cosign", asked(ada, "one"), *introduced(homes))
    ada("room", "create", "patents")
    bob("witness", "cosign", asked(ada, "two", "--old-size", "11"))
    (row,) = map(json.loads, bob("witness", "history", "--jsonl")[0].splitlines())
    assert row["origin"] == f"ipvault.vault/{row['vault']}"
    assert row["sizes"] == [11, row["size"]]
    assert [card["name"] for card in row["senders"]] == ["Ada"]
    line = f"{row['time']}\t{row['vault']}\t1\t0-{row['size'] - 1}\tAda\n"
    assert bob("witness", "history")[0] == line
    assert json.loads(bob("witness", "history", "--json")[0])["data"]["signed"] == [row]


def test_the_list_of_witnesses(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """It is shown, somebody is taken off it by name or fingerprint, and a card that was altered is refused."""
    ada, bob = homes
    told = fingerprint_of(bob)
    assert ada("witness", "list")[0] == f"Bob\t\t{told[:16]}\n"
    ada("witness", "distrust", "Eve", exit_code=ExitCode.NOT_FOUND)
    ada("witness", "distrust", told[:8])
    assert ada("witness", "list")[0] == ""
    card = tmp_path / "bob.card"
    ada("witness", "trust", str(card), exit_code=ExitCode.NEEDS_PERSON)
    card.write_text(card.read_text().replace("Bob", "Eve"))
    ada("witness", "trust", str(card), "--fingerprint", told, exit_code=ExitCode.DAMAGED)
