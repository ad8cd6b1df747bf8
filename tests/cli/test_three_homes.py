"""An owner, a second member and an outsider on computers of their own: what passes between them are files, and nothing
of what comes after a removal opens with anything that the ex-member kept.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from ipvault.errors import ExitCode
from ipvault.keys.identity_store import read_identity
from ipvault.keys.sealed_identity import SealedIdentity
from ipvault.keys.unlock_slots import Factors
from ipvault.storage.directory import DirectoryStore
from ipvault.vault.descriptor import read_descriptor
from ipvault.vault.member_files import find_member, read_member_file
from ipvault.vault.opening import open_vault
from ipvault.vault.pins import PinFile
from ipvault.vault.vault import Machine
from tests.cli.homes import Home
from tests.support.kept_keys import KeptKeys
from tests.support.memory_vault import PASSPHRASE, cheap_kdf


class Three(NamedTuple):
    """Ada owns the vault, Bob is an editor in it, Carol has none."""

    ada: Home
    bob: Home
    carol: Home


@pytest.fixture
def three(tmp_path: Path) -> Three:
    """All have each other's cards, whose fingerprints they compared; Ada has a document in her vault."""
    vault = tmp_path / "shared" / "vault"
    vault.parent.mkdir()
    ada, bob = (Home(tmp_path / name, vault) for name in ("ada", "bob"))
    carol = Home(tmp_path / "carol")
    ada("init", "--name", "Ada")
    ada("identity", "card", "-o", "ada.card")
    ada("unlock", "--store", "session")
    ada.has_session = True
    ada.carry("ada.card", carol)
    for home, name in ((bob, "Bob"), (carol, "Carol")):
        home("identity", "create", "--name", name)
        home("identity", "card", "-o", f"{name}.card")
        home.carry(f"{name}.card", ada)
    ada("recipient", "add", "Carol.card")
    ada("recipient", "verify", "Carol", "--fingerprint", carol.fingerprint)
    (ada.folder / "claims.txt").write_text("1. A widget.")
    ada("add", "claims.txt")
    ada("member", "add", "Bob.card", "--role", "editor", "--fingerprint", bob.fingerprint)
    bob("unlock", "--store", "session")
    bob.has_session = True
    (bob.folder / "drawing.txt").write_text("from Bob")
    bob("add", "drawing.txt")
    return Three(ada, bob, carol)


def store(home: Home) -> DirectoryStore:
    assert home.vault
    return DirectoryStore(home.vault)


def keys_of(home: Home) -> KeptKeys:
    """All keys that the member at home can get out of the vault today, on a computer that has not seen it."""
    there = store(home)
    descriptor = read_descriptor(there)
    machine = Machine(PinFile(home.folder / "elsewhere", descriptor.id), time.time)
    with cheap_kdf():
        sealed: SealedIdentity
        if home.identity_file.exists():
            sealed = read_identity(home.identity_file)
        else:
            sealed = read_member_file(there, descriptor.id, find_member(there, descriptor.id, None))
        return KeptKeys.of(open_vault(there, descriptor, sealed, sealed.unlock(Factors(PASSPHRASE)), machine))


def names(home: Home) -> set[str]:
    return {item["name"] for item in map(json.loads, home("list", "--jsonl")[0].splitlines())}


def remove_bob(ada: Home, *options: str) -> None:
    """And go on working."""
    ada("member", "remove", "Bob", "--reason", "left the firm", *options)
    for name in ("claims.txt", "later.txt"):
        (ada.folder / name).write_text(f"{name} is not for Bob")
    ada("update", "claims.txt", "claims.txt")
    ada("add", "later.txt")


def test_documents_go_out_and_come_in(three: Three) -> None:
    """Two documents, one by each member, go to the outsider; her receipt and what she seals in return come back."""
    ada, bob, carol = three
    ada(
        "share",
        "claims.txt",
        "drawing.txt",
        "--to",
        "Carol",
        "-o",
        "package",
        "--purpose",
        "due diligence",
        "--reason",
        "agreed",
    )
    ada.carry("package", carol)
    said = carol("open", "package", "-o", "inbox", "--from", "ada.card")[1]
    assert "due diligence" in said
    assert (carol.folder / "inbox" / "claims.txt").read_text() == "1. A widget."
    assert (carol.folder / "inbox" / "drawing.txt").read_text() == "from Bob"

    assert "Carol" in ada("receipt", "list", "--missing")[0]
    carol("receipt", "create", "package", "--event", "opened", "-o", "receipt")
    carol.carry("receipt", ada)
    ada("receipt", "import", "receipt")
    assert ada("receipt", "list", "--missing")[0] == ""
    exposed = list(map(json.loads, ada("exposure", "Carol", "--jsonl")[0].splitlines()))
    assert [(one["name"], one["version"], one["opened"]) for one in exposed] == [
        ("claims.txt", 1, True),
        ("drawing.txt", 1, True),
    ]

    (carol.folder / "answer.txt").write_text("from Carol")
    carol("seal", "answer.txt", "--to", "ada.card", "-o", "answer")
    carol.carry("answer", ada)
    assert "warning" not in ada("receive", "answer", "--from", "Carol.card")[1]
    assert bob("cat", "Carol/answer.txt")[0] == "from Carol"

    bob.has_session = False
    for package in ("package", "answer"):  # neither is for Bob, member or not
        carol.carry(package, bob)
    bob("open", "package", "--list", exit_code=ExitCode.WRONG_KEY)
    bob("receive", "answer", exit_code=ExitCode.WRONG_KEY)
    for home in (ada, bob):
        assert "Nothing was altered" in home("verify", "--content")[0]


@pytest.mark.parametrize(("options", "new"), [((), 2), (("--reencrypt",), 4)], ids=["as it was", "encrypted anew"])
def test_what_an_ex_member_kept(three: Three, options: tuple[str, ...], new: int) -> None:
    """No key that was ever his opens an object, a slot, a link or a record that came later, or an object that was
    encrypted anew; all that he could open is what `exposure` says.
    """
    ada, bob, _carol = three
    kept = keys_of(bob)
    before = kept.open_among(store(bob))
    assert len([path for path in before if path.startswith("objects/")]) == 2
    remove_bob(ada, *options)
    objects = set(store(ada).files("objects"))
    assert len(objects - before) == new
    assert kept.open_among(store(ada)) == {path for path in before if path in objects or "objects/" not in path}
    assert objects < keys_of(ada).open_among(store(ada))
    exposed = map(json.loads, ada("exposure", "Bob", "--jsonl")[0].splitlines())
    assert {(one["name"], one["version"]) for one in exposed} == {("claims.txt", 1), ("drawing.txt", 1)}
    assert "Nothing was altered" in ada("verify", "--content")[0]


def test_the_program_of_an_ex_member(three: Three) -> None:
    """He puts back all that his computer had when he was a member: identity, open session and what it had seen. It
    refuses the vault as it is now, with the session and with the passphrase, and writes nothing to it. The directory
    as it was then opens as then, and later files in it change nothing.
    """
    ada, bob, _carol = three
    parent = bob.folder.parent
    for name in ("bob", "shared"):
        shutil.copytree(parent / name, parent / "saved" / name)
    remove_bob(ada)
    shutil.rmtree(bob.folder)
    shutil.copytree(parent / "saved" / "bob", bob.folder)
    for session in (True, False):
        bob.has_session = session
        for command in (("list",), ("cat", "claims.txt"), ("cat", "later.txt"), ("verify", "--content")):
            said = bob(*command, exit_code=ExitCode.DENIED)[1]
            assert "not a member of this vault any more" in said
    (bob.folder / "his.txt").write_text("his")
    bob("add", "his.txt", exit_code=ExitCode.DENIED)
    assert names(ada) == {"claims.txt", "drawing.txt", "later.txt"}

    live, bob.vault = bob.vault, parent / "saved" / "shared" / "vault"
    assert live
    assert bob("cat", "claims.txt")[0] == "1. A widget."
    for folder in ("objects", "rooms"):
        shutil.copytree(live / folder, bob.vault / folder, dirs_exist_ok=True)
    assert names(bob) == {"claims.txt", "drawing.txt"}
    assert bob("cat", "claims.txt")[0] == "1. A widget."
    shutil.copy(live / "journal" / "log", bob.vault / "journal" / "log")
    bob("list", exit_code=ExitCode.DENIED)
