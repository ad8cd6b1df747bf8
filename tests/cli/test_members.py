"""Two people and one directory: the second opens it with an identity file, and what is said when somebody goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ipvault.errors import ExitCode
from tests.cli.homes import Home
from tests.cli.vaults import data, passphrase_file
from tests.support.program import ipvault

SENTENCE = "Revoking stops later versions only."


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    """Ada has a vault with a document in it; Bob, elsewhere, an identity, and is an editor of the room `main`."""
    ada, bob = (Home(tmp_path / name, tmp_path / "vault") for name in ("ada", "bob"))
    ada("init", "--name", "Ada")
    (ada.folder / "a.txt").write_text("content of a")
    ada("add", "a.txt")
    bob("identity", "create", "--name", "Bob", "--organisation", "Widgets Ltd")
    bob("identity", "card", "-o", "card")
    bob.carry("card", ada)
    ada("member", "add", "card", "--role", "editor", "--fingerprint", bob.fingerprint)
    return ada, bob


def test_two_people_and_one_directory(homes: tuple[Home, Home]) -> None:
    """A member opens the directory with the identity that is on his computer, reads what was there before, and adds to
    it; the owner reads that, and the journal says who did what.
    """
    ada, bob = homes
    assert "You are: Bob" in bob("status")[0]
    assert bob("cat", "a.txt")[0] == "content of a"
    (bob.folder / "b.txt").write_text("from Bob")
    bob("add", "b.txt")
    assert ada("cat", "b.txt")[0] == "from Bob"
    added = ada("journal", "list", "--action", "item.added")[0].splitlines()
    assert ["Bob" in line for line in added] == [False, True]
    for home in (ada, bob):
        assert "Nothing was altered" in home("verify", "--content")[0]


def test_what_is_said_when_somebody_goes(homes: tuple[Home, Home]) -> None:
    """Removing says what it cannot reach; documents are written anew if asked for; whoever went opens nothing more."""
    ada, bob = homes
    bob("list")
    _stdout, said = ada("member", "remove", "Bob", "--reencrypt", "--reason", "left")
    assert SENTENCE in said
    assert "New keys for: main, root" in said
    assert "Encrypted 1 version anew." in said
    _stdout, said = bob("cat", "a.txt", exit_code=ExitCode.DENIED)
    assert "not a member of this vault any more" in said
    assert ada("cat", "a.txt")[0] == "content of a"
    assert "Nothing was altered" in ada("verify", "--content")[0]


def test_an_auditor_at_the_command_line(homes: tuple[Home, Home]) -> None:
    """An auditor lists, searches and reads the journal, and opens no document: exit code 15, and it says why."""
    ada, bob = homes
    assert SENTENCE in ada("member", "role", "Bob", "--role", "auditor")[1]
    assert "a.txt" in bob("list")[0]
    assert "a.txt" in bob("search", "a.txt")[0]
    assert "added" in bob("history", "a.txt")[0]
    for command in (("cat", "a.txt"), ("export", "a.txt", "-o", "out")):
        assert "you may read the records of this room, and not its documents" in bob(*command, exit_code=15)[1]
    assert not (bob.folder / "out").exists()
    ada("recipient", "add", "card", "--name", "Somebody")
    sharing = ("share", "a.txt", "--to", "Somebody", "--unverified", "-o", "p")
    said = bob(*sharing, exit_code=15)[1]
    assert "you may read the records of this room, and not its documents" in said
    assert "agreement" not in said
    assert "but for its auditors" in ada("share", "a.txt", "--to", "Bob", "-o", "p", exit_code=13)[1]
    verified = bob("verify", "--content")
    assert "you are an auditor of main" in verified[0] + verified[1]


@pytest.mark.parametrize("goes", [("remove",), ("role", "--role", "auditor")])
def test_who_leaves_by_himself_makes_no_key(homes: tuple[Home, Home], goes: tuple[str, ...]) -> None:
    """An owner who goes, or gives up the documents, by himself is told that others have to make the room's next key;
    until they did, `access` names him with all of the room, and from then on with what is there under older keys.
    """
    ada, bob = homes
    ada("member", "role", "Bob", "--role", "owner")
    verb, *options = goes
    said = bob("member", verb, "Bob", "--room", "main", *options)[1]
    assert "the key of main is still that which Bob had" in said
    assert "New keys for" not in said
    assert "kept by a former member" in ada("access", "a.txt")[0]
    assert "runs ipvault room rotate main" in ada("verify")[1]
    known = "rooms whose key somebody knows who is not in them any more: 1"
    assert known in ada("status")[0]
    assert "What is stored from now on cannot be opened by Bob." in ada("room", "rotate", "main")[1]
    assert known not in ada("status")[0]
    told = ada("access", "a.txt")[0]
    assert "what room main still has under older keys" in told
    assert "all of room main\towner, key 1, kept" not in told


def test_whose_identity_counts(homes: tuple[Home, Home], tmp_path: Path) -> None:
    """`--identity` says who one is; somebody's who is no member opens nothing, and learns that: exit code 12."""
    ada, bob = homes
    own = bob.identity_file
    assert "You are: Bob" in ada("status", "--identity", str(own))[0]
    assert "You are: Bob" in ada("status", "--identity", str(own))[0]
    eve = Home(tmp_path / "eve", tmp_path / "vault")
    eve("identity", "create", "--name", "Eve")
    _stdout, said = eve("list", "--identity", str(eve.identity_file), exit_code=ExitCode.WRONG_KEY)
    assert "does not belong to a member of this vault" in said


@pytest.mark.usefixtures("homes")
def test_somebody_who_is_not_a_member(tmp_path: Path) -> None:
    """Is told so, and that it is not for a mistyped passphrase."""
    eve = Home(tmp_path / "eve", tmp_path / "vault")
    passphrase_file(eve.folder, "another passphrase 18")
    eve("identity", "create", "--name", "Eve")
    said = eve("list", exit_code=ExitCode.WRONG_KEY)[1]
    assert "Eve" in said
    assert "does not belong to a member" in said
    assert "member add" in said
    assert "capital letters" not in said


def test_a_session_of_somebody_else_in_the_same_account(tmp_path: Path) -> None:
    """Another home folder with an identity that is no member's does not use it; the member's own goes on using it."""
    ada = Home(tmp_path / "ada", tmp_path / "vault")
    ada("init", "--name", "Ada")
    ada("identity", "create", "--name", "Ada for packages")
    ada("unlock", "--store", "session")
    ada.has_session = True
    assert "You are: Ada" in ada("status")[0]
    eve = Home(tmp_path / "eve", tmp_path / "vault")
    eve("identity", "create", "--name", "Eve")
    eve.has_session = True
    shared = {**eve.environment, "XDG_RUNTIME_DIR": ada.environment["XDG_RUNTIME_DIR"], "HOME": str(eve.folder)}
    alone = ipvault("status", "--vault", str(tmp_path / "vault"), env=shared, cwd=eve.folder)
    assert alone.exit == ExitCode.NEEDS_PERSON, alone
    assert "Ada" not in alone.stdout + alone.stderr
    eve.identity_file.unlink()  # nobody else is there, as far as that can be told
    assert ipvault("status", "--vault", str(tmp_path / "vault"), env=shared, cwd=eve.folder).exit == 0


def test_whose_identity_a_passphrase_was_tried_on(homes: tuple[Home, Home]) -> None:
    """A wrong passphrase is told with the identity, and how to name another one."""
    ada, bob = homes
    for home, who in ((ada, ""), (bob, f"Bob, {bob.fingerprint[:16]}")):
        passphrase_file(home.folder, "another passphrase 18")
        said = home("list", exit_code=ExitCode.WRONG_KEY)[1]
        assert f"it was tried on the identity {who}" in said
        assert "if that is not you, name yours with --identity FILE" in said
    passphrase_file(bob.folder)
    assert "tried on" not in bob("list")[1]


def test_the_only_owner_of_a_room_that_others_cannot_see(homes: tuple[Home, Home]) -> None:
    """Is taken out of all other rooms: exit code 3, and it says which rooms are left, and what makes it possible to go
    on.
    """
    ada, bob = homes
    ada("member", "role", "Bob", "--role", "owner", "--room", "root")
    bob("room", "create", "lab")
    outcome = ada.run("member", "remove", "Bob", "--json")
    (kept,) = data(outcome)["kept"]
    assert outcome.exit == ExitCode.PARTIAL
    (warning,) = json.loads(outcome.stdout)["warnings"]
    for words in (kept[:8], "only owner", "as reader", "member role NAME --room ROOM --role owner"):
        assert words in warning
    assert f"{kept[:8]} (owner), root (reader)" in ada("member", "list")[0]
    said = ada("member", "remove", "Bob", exit_code=ExitCode.DENIED)[1]
    assert "Bob is the only owner of: room" in said
    assert "exit code is 3" in " ".join(ada("member", "remove", "--help")[0].split())


@pytest.mark.parametrize(
    ("role", "command", "said"),
    [
        ("reader", ("remove", "a.txt"), "removing documents takes an owner or editor of the room main"),
        ("editor", ("room", "rotate", "main"), "making a new key takes an owner of the room main"),
        ("editor", ("room", "create", "lab"), "making rooms takes an owner of the vault"),
        ("editor", ("member", "role", "Bob", "--role", "owner"), "giving somebody a role takes an owner of the room"),
        ("reader", ("recipient", "add", "card"), "saying who recipients are takes an owner or editor of any room"),
    ],
)
def test_a_denial_in_words(homes: tuple[Home, Home], role: str, command: tuple[str, ...], said: str) -> None:
    """Who may not do something is told what that is, whose it is to do, and who they are, and nothing of records."""
    ada, bob = homes
    if role == "reader":
        ada("member", "role", "Bob", "--role", "reader")
    _stdout, denial = bob(*command, exit_code=ExitCode.DENIED)
    assert said in denial
    assert "Ada" in denial
    assert "record" not in denial
    assert "signs" not in denial


def test_a_room_that_one_is_not_in_any_more(homes: tuple[Home, Home]) -> None:
    """It is listed as such, with what was seen of it then, and wherever something of it is shown that is said."""
    ada, bob = homes
    ada("member", "role", "Bob", "--role", "owner", "--room", "root")
    bob("room", "create", "lab")
    assert "any more" not in "".join(bob("list") + bob("room", "list") + bob("status"))
    ada("member", "remove", "Bob", "--room", "main")
    listed, _said = bob("room", "list")
    assert [line.split("\t")[:2] for line in listed.splitlines()] == [["lab", "owner"], ["main", "none any more"]]
    for command in (("list",), ("search", "a.txt"), ("show", "a.txt"), ("room", "show", "main"), ("room", "list")):
        assert "you are not in these rooms any more: main; what is shown" in bob(*command)[1]
    shown = bob("status")[0]
    assert "Rooms: lab\n" in shown
    assert "Not in any more: main\n" in shown
    outcome = bob.run("status", "--json")
    assert (data(outcome)["rooms"], data(outcome)["former_rooms"]) == (["lab"], ["main"])
    (listed,) = (row for row in bob("room", "list")[0].splitlines() if row.startswith("main\t"))
    assert (listed.split("\t")[1], listed.split("\t")[4]) == ("none any more", "")
    assert "Key: number 2, made after you left\n" in bob("room", "show", "main")[0]
    denial = bob("cat", "a.txt", exit_code=ExitCode.DENIED)[1]
    assert "reading documents takes a member of the room main, and you are not in it" in denial
    assert "any more" not in ada("list")[1]


def test_how_a_new_member_opens_the_vault(homes: tuple[Home, Home]) -> None:
    """`member add` names the folder that the new member needs."""
    ada, bob = homes
    bob("identity", "create", "--name", "Cleo", "--no-passphrase", "--identity", "cleo.toml")
    bob("identity", "card", "--identity", "cleo.toml", "-o", "cleo")
    bob.carry("cleo", ada)
    fingerprint = data(bob.run("identity", "show", "--identity", "cleo.toml", "--json"))["fingerprint"]
    assert f"the folder {ada.vault}:" in ada("member", "add", "cleo", "--fingerprint", fingerprint)[1]


def test_what_rooms_that_one_is_not_in_hold_is_not_denied(homes: tuple[Home, Home]) -> None:
    """Who does not see all rooms is told so with every answer about a person, in words and for programs; who does, is
    not. Of a day to come nobody is told anything.
    """
    ada, bob = homes
    ada("room", "create", "lab")
    for command in ("access", "exposure"):
        assert "1 room is not visible to you" in bob(command, "Ada")[1]
        told = json.loads(bob(command, "Ada", "--json")[0])
        assert told["data"]["rooms_not_visible"] == len(told["warnings"]) == 1
        told = json.loads(ada(command, "Bob", "--json")[0])
        assert (told["data"]["rooms_not_visible"], told["warnings"]) == (0, [])
    assert "not visible" not in bob("access", "a.txt")[1]
    bob("member", "remove", "Bob", "--room", "main")
    said = bob("access", "Bob", "--at", "2020-01-01")[1]
    assert "In the rooms that you can see there is nothing" in said
    assert "is yet to come" in ada("access", "Bob", "--at", "2999-01-01", exit_code=2)[1]


def test_a_key_that_was_kept(homes: tuple[Home, Home]) -> None:
    """After the room's next key, `access` tells of whoever left what his key still opens, and no more."""
    ada, bob = homes
    bob("list")
    ada("member", "remove", "Bob")
    assert "what room main still has under older keys" in ada("access", "Bob")[0]
    assert "kept by a former member" in ada("access", "a.txt")[0]
    ada("room", "rotate", "main", "--reencrypt")
    assert "There is nothing that this person can open." in ada("access", "Bob")[1]
    assert "Bob" not in ada("access", "a.txt")[0]


@pytest.mark.parametrize("options", [(), ("--reencrypt",)])
def test_who_is_not_in_the_room_any_more_hears_of_no_damage(homes: tuple[Home, Home], options: tuple[str, ...]) -> None:
    """A former member who asks for a document that is as he remembers it, or was encrypted anew since, is denied it."""
    ada, bob = homes
    bob("list")
    ada("member", "remove", "Bob", "--room", "main")
    ada("room", "rotate", "main", *options)
    for command in (("cat", "a.txt@1"), ("export", "a.txt", "-o", "out")):
        said = bob(*command, exit_code=ExitCode.DENIED)[1]
        assert "reading documents takes" in said
        assert "damaged" not in said


def test_access_before_there_was_anything(homes: tuple[Home, Home]) -> None:
    """An empty answer says why it is empty."""
    ada, _bob = homes
    assert "nobody could open a.txt: it was added on 20" in ada("access", "a.txt", "--at", "2020-01-01")[1]
    assert "there was nothing that this person could open" in ada("access", "Bob", "--at", "2020-01-01")[1]
    assert ada("access", "a.txt", "--at", "2020-01-01", "--jsonl") == ("", "")


def test_roles_in_german(homes: tuple[Home, Home]) -> None:
    """They are said in the language that was chosen; programs and options know them by one word only."""
    ada, _bob = homes
    for command in (("room", "show", "main"), ("member", "list"), ("access", "a.txt"), ("room", "list")):
        shown = ada(*command, "--lang", "de")[0]
        assert "Eigentümer" in shown
        assert "owner" not in shown
    assert '"role":"owner"' in ada("member", "list", "--json", "--lang", "de")[0]
    assert "erhielt im Raum main die Rolle Bearbeiter" in ada("journal", "list", "--lang", "de")[0]
    said = ada("member", "remove", "Bob", "--room", "main", "--lang", "de")[1]
    assert "Bob ist nicht mehr im Raum main." in said
