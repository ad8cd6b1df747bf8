"""What ipvault writes is checked by code that is not ours: `sumdb/note` and `sumdb/tlog` of the Go project."""

from __future__ import annotations

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from ipvault.journal.checkpoint import ED25519
from ipvault.journal.note import key_id
from tests.cli.vaults import add, done, journal
from tests.support.peers import need

SOURCE = Path(__file__).parents[1] / "evidence" / "peer" / "main.go"
GOPATH = Path("/usr/share/gocode")

Peer = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def peer(tmp_path_factory: pytest.TempPathFactory) -> Peer:
    """The program of `peer/main.go`, built by Go from Debian's packages without a network."""
    folder = tmp_path_factory.mktemp("go")
    environment = {"GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": str(folder / "cache"), "HOME": str(folder)}
    go = need("go")
    if not (GOPATH / "src/golang.org/x/mod/sumdb/tlog").exists():
        need("golang-x-mod")
    built = folder / "peer"
    subprocess.run([go, "build", "-o", built, SOURCE], env={**os.environ, **environment}, check=True)

    def run(*arguments: str, stdin: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([built, *arguments], input=stdin, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def vkey(vault: Path) -> str:
    """The owner's key as Go writes it."""
    assert vault.exists()
    (enrolled,) = journal("--action", "member.enrolled")
    origin = json.loads(done("journal", "checkpoint", "--json"))["data"]["origin"]
    public = bytes.fromhex(enrolled["fields"]["ed25519"])
    encoded = b64encode(bytes((ED25519,)) + public).decode()
    return f"{origin}+{key_id(origin, ED25519, public).hex()}+{encoded}"


def flipped(text: str) -> str:
    """With one character of the third line, which holds a hash, replaced."""
    lines = text.split("\n")
    lines[2] = ("B" if lines[2][0] == "A" else "A") + lines[2][1:]
    return "\n".join(lines)


@pytest.mark.usefixtures("vault")
def test_go_reads_our_checkpoint(peer: Peer, vkey: str) -> None:
    """Go verifies the Ed25519 signature, ignores the other, and finds the same root from the leaf hashes alone."""
    add("a")
    checkpoint = done("journal", "checkpoint")
    hashes = [record["hash"] for record in journal()]
    root = peer("tree", stdin="\n".join(hashes)).stdout.strip()
    read = peer("note", vkey, stdin=checkpoint)
    assert (read.returncode, read.stdout) == (0, f"{len(hashes)} {root}\n"), read.stderr
    assert peer("note", vkey, stdin=flipped(checkpoint)).returncode == 1


@pytest.mark.usefixtures("vault")
def test_go_checks_our_proof_of_every_record(peer: Peer, vkey: str) -> None:
    """Each record's proof leads from its leaf hash to the signed root; another record's does not."""
    add("a")
    hashes = [record["hash"] for record in journal()]
    for number, leaf in enumerate(hashes):
        proof = done("journal", "proof", str(number))
        assert peer("inclusion", vkey, leaf, stdin=proof).returncode == 0
        assert peer("inclusion", vkey, hashes[number - 1], stdin=proof).returncode == 1
        assert peer("inclusion", vkey, leaf, stdin=flipped(proof)).returncode == 1


@pytest.mark.usefixtures("vault")
def test_go_checks_that_a_journal_continues(peer: Peer, vkey: str, tmp_path: Path) -> None:
    """The proof leads from an earlier root to that of now, and from no other."""
    for number in range(4):
        earlier = json.loads(done("journal", "checkpoint", "--json"))["data"]
        (tmp_path / "earlier").write_text(earlier["checkpoint"])
        add(f"{number}")
        proof = done("journal", "proof", "--since", str(tmp_path / "earlier"))
        assert peer("consistency", vkey, earlier["root"], stdin=proof).returncode == 0
        assert peer("consistency", vkey, "00" * 32, stdin=proof).returncode == 1
        assert peer("consistency", vkey, earlier["root"], stdin=flipped(proof)).returncode == 1
