"""`ipvault identity`: an identity of one's own, what opens it, and recovering it with shares."""

from __future__ import annotations

import getpass
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ipvault.errors import ExitCode
from ipvault.keys.card import Card, in_groups
from tests.cli.vaults import OWNER, data, done, error, journal, passphrase_file
from tests.support.program import environment, ipvault
from tests.support.terminal import Terminal

OLD, NEW = "canary crane-quartz 17", "another long passphrase"


@pytest.fixture
def place(home: Path) -> Path:
    """Where the identity of this computer's user is kept by default."""
    return home / "data" / "ipvault" / "identity.toml"


@pytest.fixture
def old(home: Path) -> tuple[str, str]:
    """Options that give its passphrase."""
    return "--passphrase-file", str(passphrase_file(home, OLD))


@pytest.fixture
def new(tmp_path: Path) -> tuple[str, str]:
    """Options that give a new passphrase."""
    return "--new-passphrase-file", str(passphrase_file(tmp_path, NEW))


@pytest.fixture
def ada(place: Path, old: tuple[str, str]) -> Path:
    """An identity with a passphrase."""
    done("identity", "create", "--name", "Ada Lovelace", "--organisation", "Engines", *old)
    return place


def slots(*options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(ipvault("identity", "slot", "list", "--json", *options))["slots"]
    return found


def opens(*options: str) -> int:
    """How a command ends that has to open the identity: it would add a passphrase, and fails later, with 2."""
    return ipvault("identity", "slot", "add", "--kind", "key-file", "--no-input", *options).exit


def test_a_new_identity(ada: Path) -> None:
    """It is a private file in a private folder; its card is signed, and shows the fingerprint that `show` shows."""
    assert stat.S_IMODE(ada.stat().st_mode) == 0o600
    assert stat.S_IMODE(ada.parent.stat().st_mode) == 0o700
    card = Card.from_toml(done("identity", "card").encode(), "card")
    assert card.details == ("Ada Lovelace", "Engines", "", "")
    assert f"Fingerprint: {in_groups(card.fingerprint)}\n" in done("identity", "show")
    assert data(ipvault("identity", "show", "--json"))["fingerprint"] == card.fingerprint
    assert in_groups(card.fingerprint) in ipvault("identity", "card").stderr


def test_an_identity_is_never_overwritten(ada: Path, old: tuple[str, str]) -> None:
    """Not by a second one, and not through a link that leads nowhere: its keys are all that opens what was sealed."""
    before = ada.read_bytes()
    assert error(ipvault("identity", "create", "--json", *old))["id"] == "identity-exists"
    assert ada.read_bytes() == before
    ada.unlink()
    ada.symlink_to(ada.with_name("elsewhere"))
    assert ipvault("identity", "create", *old).exit == 14
    assert not ada.with_name("elsewhere").exists()


def test_which_identity(ada: Path, old: tuple[str, str], tmp_path: Path) -> None:
    """`--identity` comes before IPVAULT_IDENTITY, and that before the one in the data folder."""
    one, other = str(tmp_path / "one.toml"), str(tmp_path / "other.toml")
    done("identity", "create", "--name", "One", "--identity", one, *old)
    done("identity", "create", "--name", "Other", *old, env={"IPVAULT_IDENTITY": other})
    named = {"IPVAULT_IDENTITY": other}
    assert "Name: One\n" in done("identity", "show", "--identity", one, env=named)
    assert "Name: Other\n" in done("identity", "show", env=named)
    assert "Name: Ada Lovelace\n" in done("identity", "show")
    assert ada.exists()
    missing = ipvault("identity", "show", "--identity", str(tmp_path / "missing"), "--json")
    assert (missing.exit, error(missing)["id"]) == (13, "no-identity")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660])
def test_an_identity_that_others_can_read(ada: Path, mode: int) -> None:
    """It is not used until its owner has seen that and taken it back."""
    ada.chmod(mode)
    outcome = ipvault("identity", "show", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (30, "identity-unsafe")


@pytest.mark.parametrize(("what", "code"), [("folder", 2), ("pipe", 30)])
def test_what_is_no_file(place: Path, what: str, code: int) -> None:
    """A folder or a pipe in its place is told as such, and not waited for."""
    place.parent.mkdir()
    place.mkdir(mode=0o700) if what == "folder" else os.mkfifo(place, 0o600)
    outcome = ipvault("identity", "show")
    assert outcome.exit == code
    assert ("is a folder" if what == "folder" else "it is not a file") in outcome.stderr


def test_what_is_no_identity(place: Path) -> None:
    """Another file in its place is told as such, and nobody is sent to the backup of a vault because of it."""
    place.parent.mkdir()
    place.write_text("a letter")
    place.chmod(0o600)
    outcome = ipvault("identity", "show")
    assert (outcome.exit, "is not the file of an identity" in outcome.stderr) == (20, True)
    assert "--from BACKUP" not in outcome.stderr


@pytest.mark.parametrize("name", ["", " ", "Ada\nLovelace", "Ada\x1b[31m", "\u202eadA", "x" * 257])
def test_what_stands_on_no_card(name: str, place: Path, old: tuple[str, str]) -> None:
    """Control and bidirectional characters, more than a line or nothing are refused before anything is made."""
    for option in ("--name", "--organisation", "--email", "--jurisdiction") if name else ("--name",):
        names = () if option == "--name" else ("--name", "Ada")
        outcome = ipvault("identity", "create", option, name, *names, *old)
        assert outcome.exit == 2
        assert not {"\x1b", "\u202e"} & set(outcome.stderr)
    assert not place.exists()


def test_another_passphrase(ada: Path, old: tuple[str, str], new: tuple[str, str]) -> None:
    """The new one opens, the old one does not; with a wrong one nothing changes."""
    before = ada.read_bytes()
    wrong = ipvault("identity", "passphrase", "--passphrase-file", new[1], *new, "--json")
    assert (wrong.exit, error(wrong)["id"]) == (12, "wrong-passphrase")
    assert str(ada) in wrong.stderr
    assert ada.read_bytes() == before
    done("identity", "passphrase", *old, *new)
    assert len(slots()) == 1
    assert opens(*old) == 12
    assert opens("--passphrase-file", new[1]) == 2
    assert stat.S_IMODE(ada.stat().st_mode) == 0o600


def test_a_poor_passphrase(ada: Path, old: tuple[str, str], tmp_path: Path) -> None:
    """What `init` refuses as a passphrase is refused here too."""
    short = str(passphrase_file(tmp_path, "1234567"))
    before = ada.read_bytes()
    assert ipvault("identity", "passphrase", *old, "--new-passphrase-file", short).exit == 2
    assert ipvault("identity", "create", "--identity", str(tmp_path / "x"), "--passphrase-file", short).exit == 2
    assert ada.read_bytes() == before
    assert not (tmp_path / "x").exists()


@pytest.mark.usefixtures("ada")
def test_a_passphrase_with_a_key_file(old: tuple[str, str], new: tuple[str, str], tmp_path: Path) -> None:
    """Neither alone opens the slot; the key file that ipvault makes is private, random, and replaces nothing."""
    stick = tmp_path / "stick"
    done("identity", "slot", "add", "--new-key-file", str(stick), *old, *new)
    assert stat.S_IMODE(stick.stat().st_mode) == 0o600
    assert len(stick.read_bytes()) == 64
    done("identity", "slot", "remove", slots()[0]["id"], *old)
    key, passphrase = ("--key-file", str(stick)), ("--passphrase-file", new[1])
    assert error(ipvault("identity", "passphrase", "--json", *passphrase, *new))["id"] == "key-file-needed"
    assert ipvault("identity", "slot", "add", "--no-input", *key).exit == 16
    assert opens(*key, *old) == 12
    assert opens(*key, *passphrase) == 2
    again = ipvault("identity", "slot", "add", "--new-key-file", str(stick), *key, *passphrase, *new)
    assert again.exit == 14
    done("identity", "passphrase", *key, *passphrase, "--new-passphrase-file", old[1])
    assert [slot["kind"] for slot in slots()] == ["passphrase+key-file"]
    assert opens(*key, *old) == 2


@pytest.mark.usefixtures("ada")
def test_a_key_file_alone(old: tuple[str, str], tmp_path: Path) -> None:
    """It opens without any question; another file does not, nor one that has a byte more."""
    stick = tmp_path / "stick"
    stick.write_bytes(b"any file of at least 32 bytes will do")
    done("identity", "slot", "add", "--kind", "key-file", "--with-key-file", str(stick), *old)
    first, _second = slots()
    done("identity", "slot", "remove", first["id"], "--key-file", str(stick))
    assert opens("--key-file", str(stick)) == 2
    stick.write_bytes(stick.read_bytes() + b"\n")
    wrong = ipvault("identity", "slot", "add", "--key-file", str(stick), "--json")
    assert (wrong.exit, error(wrong)["id"]) == (12, "wrong-key-file")


def test_an_identity_without_slots(home: Path) -> None:
    """Whoever would remove one is told that there is none, and how there would be."""
    machine = ("--identity", str(home / "machine.toml"))
    done("identity", "create", "--name", "Machine", "--no-passphrase", *machine)
    outcome = ipvault("identity", "slot", "remove", "00000000", *machine)
    assert outcome.exit == 13
    assert "its slots are" not in outcome.stderr
    assert "ipvault identity slot add" in outcome.stderr


@pytest.mark.usefixtures("ada")
def test_nobody_to_ask_for_the_passphrase_of_an_identity(home: Path) -> None:
    """What is locked is the identity, so nothing is said of a vault, nor of `unlock`, which opens none of these."""
    (home / "file").write_bytes(b"content")
    done("identity", "card", "-o", str(home / "card"))
    places = ("--to", str(home / "card"), "-o", str(home / "p"))
    for words in (("identity", "card", "--name", "X"), ("seal", str(home / "file"), *places)):
        outcome = ipvault(*words, "--no-input", "--json")
        assert (outcome.exit, error(outcome)["id"]) == (16, "no-passphrase")
        assert str(home / "data") in outcome.stderr
        assert "unlock" not in outcome.stderr


def test_nobody_to_ask_where_a_session_is_of_no_use(vault: Path) -> None:
    """What opens a member's identity is changed with the passphrase only: an open vault is not said to be locked."""
    outcome = ipvault("identity", "slot", "add", "--no-input", "--json")
    assert (outcome.exit, error(outcome)["id"]) == (16, "no-passphrase")
    assert str(vault) in outcome.stderr
    assert "unlock" not in outcome.stderr


@pytest.mark.usefixtures("ada")
def test_the_last_slot_stays(old: tuple[str, str], tmp_path: Path) -> None:
    """With recovery shares beside it as well: they are for emergencies. A slot that is not there is told."""
    (only,) = slots()
    done("identity", "recovery", "split", "-o", str(tmp_path / "sheets"), *old)
    last = ipvault("identity", "slot", "remove", only["id"], *old, "--json")
    assert (last.exit, error(last)["id"]) == (14, "last-slot")
    assert ipvault("identity", "slot", "remove", "00000000", *old).exit == 13
    assert len(slots()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("--kind", "key-file"),
        ("--kind", "passphrase", "--new-key-file", "x"),
        ("--new-key-file", "x", "--with-key-file", "y"),
        ("--kind", "recovery"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_options_that_do_not_fit(
    arguments: tuple[str, ...], old: tuple[str, str], new: tuple[str, str], tmp_path: Path
) -> None:
    """A key file with a slot that takes none, none with one that does, and two are usage errors that make no file."""
    assert ipvault("identity", "slot", "add", *arguments, *old, *new, cwd=tmp_path).exit == 2
    assert not (tmp_path / "x").exists()
    assert len(slots()) == 1


def test_a_machine(place: Path, new: tuple[str, str], tmp_path: Path) -> None:
    """Without a passphrase and a key file the program says that nothing protects the file, and opens it unasked.

    The first slot ends that.
    """
    outcome = ipvault("identity", "create", "--no-passphrase", "--name", "backup robot", "--json")
    assert outcome.exit == 0
    assert "whoever can read it" in outcome.stdout
    assert slots() == []
    assert "nothing: whoever can read the file" in done("identity", "show")
    done("identity", "passphrase", *new)
    assert [slot["kind"] for slot in slots()] == ["passphrase"]
    assert b"master_key" not in place.read_bytes()
    stick = ("--new-key-file", str(tmp_path / "stick"))
    done("identity", "create", "--identity", str(tmp_path / "m"), "--no-passphrase", "--name", "robot", *stick)
    assert [slot["kind"] for slot in slots("--identity", str(tmp_path / "m"))] == ["key-file"]


def test_whose_name_stands_on_the_card_of_a_machine(place: Path) -> None:
    """Where nobody is asked, and none is given, it is that of the account, which is said."""
    said = ipvault("identity", "create", "--no-passphrase")
    assert said.exit == 0, said
    assert f"the name on the card is that of your account, {getpass.getuser()}" in said.stderr
    named = ipvault("identity", "create", "--no-passphrase", "--name", "M", "--identity", str(place.parent / "m"))
    assert named.exit == 0, named
    assert "that of your account" not in named.stderr


def test_at_a_terminal(place: Path) -> None:
    """Name and passphrase are asked for, the passphrase unseen and twice; a change asks for the old one first."""
    with Terminal("identity", "create") as terminal:
        terminal.read_until("Your name")
        terminal.type_line("Ada Lovelace")
        for prompt in ("New passphrase: ", "The same again: "):
            terminal.read_until(prompt)
            terminal.type_line(OLD, silently=True)
        status, shown = terminal.end()
    assert status == 0
    assert OLD not in shown
    with Terminal("identity", "passphrase") as terminal:
        for prompt, answer in (("Passphrase: ", OLD), ("New passphrase: ", NEW), ("The same again: ", NEW)):
            terminal.read_until(prompt)
            terminal.type_line(answer, silently=True)
        assert terminal.end()[0] == 0
    assert place.exists()
    assert "Name: Ada Lovelace\n" in done("identity", "show")


def test_two_changes_at_once(ada: Path, old: tuple[str, str], new: tuple[str, str]) -> None:
    """A change that somebody else's came before is refused: no slot comes back, and none is lost."""
    with Terminal("identity", "slot", "add", *old) as terminal:
        terminal.read_until("New passphrase: ")
        done("identity", "passphrase", *old, *new)
        after = ada.read_bytes()
        terminal.type_line(NEW, silently=True)
        terminal.read_until("The same again: ")
        terminal.type_line(NEW, silently=True)
        assert terminal.end()[0] == 14
    assert ada.read_bytes() == after


def split(folder: Path, *options: str, old: tuple[str, str]) -> list[str]:
    """The files of the sheets."""
    files: list[str] = data(ipvault("identity", "recovery", "split", "-o", str(folder), "--json", *options, *old))[
        "files"
    ]
    return files


@pytest.mark.usefixtures("ada")
def test_recovery(old: tuple[str, str], new: tuple[str, str], tmp_path: Path) -> None:
    """Any two of three sheets, in any order, open the identity; the new passphrase replaces the forgotten one."""
    names = ("Grace Hopper", "Jürgen Müller", "Eve")
    files = split(tmp_path / "sheets", *(word for name in names for word in ("--custodian", name)), old=old)
    for file, name in zip(files, names, strict=True):
        assert stat.S_IMODE(Path(file).stat().st_mode) == 0o600
        text = Path(file).read_text(encoding="utf-8")
        assert f"Custodian: {name}\n" in text
        assert "Identity: Ada Lovelace\n" in text
        assert all(len(line) <= 100 for line in text.splitlines())
    assert slots()[1]["custodians"] == list(names)
    for pair in ((2, 0), (1, 2)):
        outcome = ipvault("identity", "recovery", "combine", *(files[number] for number in pair), *new)
        assert outcome.exit == 0
        assert "make new ones" in outcome.stderr
    assert [slot["kind"] for slot in slots()] == ["recovery", "passphrase"]
    assert opens(*old) == 12
    assert opens("--passphrase-file", new[1]) == 2


def words(path: str) -> list[str]:
    """The words on a sheet, in order."""
    numbered = [
        line.split() for line in Path(path).read_text(encoding="utf-8").splitlines() if line[:4].strip().isdigit()
    ]
    pairs = [(int(row[i].rstrip(".")), row[i + 1]) for row in numbered for i in range(0, len(row), 2)]
    return [word for _number, word in sorted(pairs)]


@pytest.mark.usefixtures("ada")
def test_typed_shares(old: tuple[str, str], tmp_path: Path) -> None:
    """Without files the words are typed, as many shares as it takes, in capitals or not."""
    files = split(tmp_path / "sheets", old=old)
    first, second = (" ".join(words(files[number])).upper() for number in (1, 2))
    slip = " ".join([*second.split()[:-1], "ACADEMIC"])
    with Terminal("identity", "recovery", "combine") as terminal:
        for number, typed, told in (
            (1, first, ""),
            (2, slip, "compare them with the sheet: type that share again"),
            (2, first, "you typed that share already"),
            (2, second, ""),
        ):
            terminal.read_until(f"Words of share {number}: ")
            terminal.type_line(typed)
            if told:
                terminal.read_until(told)
        for prompt in ("New passphrase: ", "The same again: "):
            terminal.read_until(prompt)
            terminal.type_line(NEW, silently=True)
        assert terminal.end()[0] == 0
    assert ipvault("identity", "recovery", "combine").exit == 16


@pytest.mark.usefixtures("ada")
def test_typed_shares_that_do_not_do(old: tuple[str, str], tmp_path: Path) -> None:
    """Nobody is asked for ever, and those of another identity are told at the first share; the set is on the list."""
    files = split(tmp_path / "sheets", old=old)
    done("identity", "create", "--identity", str(tmp_path / "eve.toml"), "--name", "Eve", *old)
    foreign = split(tmp_path / "eve", "--identity", str(tmp_path / "eve.toml"), old=old)
    for typed, times in (("zoo", 4), (" ".join(words(foreign[0])), 1)):
        with Terminal("identity", "recovery", "combine") as terminal:
            for _time in range(times):
                terminal.read_until("Words of share 1: ")
                terminal.type_line(typed)
            assert terminal.end()[0] == 12
    (number,) = {slot["set"] for slot in slots() if slot["kind"] == "recovery"}
    assert f"\nSet: {number}\n" in Path(files[0]).read_text(encoding="utf-8")
    assert done("identity", "slot", "list").splitlines()[-1].endswith(f"\t{number}")
    assert slots()[0]["set"] is None


def test_shares_that_do_not_do(ada: Path, old: tuple[str, str], new: tuple[str, str], tmp_path: Path) -> None:
    """Too few, mixed, misspelled, foreign and revoked shares are each told, and change nothing.

    No words of a share stand in a message.
    """
    files = split(tmp_path / "one", old=old)
    others = split(tmp_path / "two", old=old)
    done("identity", "create", "--identity", str(tmp_path / "eve.toml"), "--name", "Eve", *old)
    foreign = split(tmp_path / "three", "--identity", str(tmp_path / "eve.toml"), old=old)
    good = words(files[0])
    bad = {
        "unknown": " ".join(["zzzz", *good[1:]]),
        "swapped": " ".join([*good[:5], good[6], good[5], *good[7:]]),
        "short": " ".join(good[:-1]),
        "long": " ".join([*good, good[0]]),
    }
    for name, text in bad.items():
        (tmp_path / name).write_text(text)
    before = ada.read_bytes()
    revoked = others[:2]
    for sheets, told in (
        (files[:1], "1 more share is needed"),
        ([files[0], files[0]], "1 more share is needed"),
        ([files[0], others[1]], "another set"),
        (foreign[:2], "do not open this identity"),
        ([str(tmp_path / "unknown")], "word 1 of "),
        ([str(tmp_path / "swapped")], "changed places"),
        ([str(tmp_path / "short")], "32 words"),
        ([str(tmp_path / "long")], "34 words"),
    ):
        outcome = ipvault("identity", "recovery", "combine", *sheets, *new)
        assert outcome.exit == 12, sheets
        assert told in outcome.stderr
        assert " ".join(good[4:6]) not in outcome.stderr
        assert ada.read_bytes() == before
    done("identity", "slot", "remove", slots()[2]["id"], *old)
    assert ipvault("identity", "recovery", "combine", *revoked, *new).exit == 12
    assert ipvault("identity", "recovery", "combine", *files[:2], *new).exit == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("--threshold", "3", "--shares", "2"),
        ("--threshold", "1", "--shares", "2"),
        ("--threshold", "2", "--shares", "17"),
        ("--threshold", "0", "--shares", "2"),
        ("--custodian", "Grace"),
        ("--custodian", "Grace", "--custodian", "", "--custodian", "Eve"),
        ("--custodian", "Grace", "--custodian", "\x1b[31m", "--custodian", "Eve"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_splits_that_make_no_sense(arguments: tuple[str, ...], old: tuple[str, str], tmp_path: Path) -> None:
    """More needed than there are, each enough alone, more than SLIP-39 has, or custodians that do not fit."""
    outcome = ipvault("identity", "recovery", "split", "-o", str(tmp_path / "sheets"), *arguments, *old)
    assert outcome.exit == 2
    assert not (tmp_path / "sheets").exists()
    assert len(slots()) == 1


@pytest.mark.usefixtures("ada")
def test_sheets_replace_nothing(old: tuple[str, str], tmp_path: Path) -> None:
    """Where they cannot be written, nobody is given a slot that no share opens."""
    (tmp_path / "file").touch()
    assert ipvault("identity", "recovery", "split", "-o", str(tmp_path / "file"), *old).exit == 14
    assert len(slots()) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x" * 20_000], ids=["empty", "binary", "long"])
@pytest.mark.usefixtures("ada")
def test_what_is_no_sheet(content: bytes, tmp_path: Path, new: tuple[str, str]) -> None:
    """Another file is told as such; one that is not there too."""
    (tmp_path / "sheet").write_bytes(content)
    assert ipvault("identity", "recovery", "combine", str(tmp_path / "sheet"), *new).exit == 2
    assert ipvault("identity", "recovery", "combine", str(tmp_path / "missing"), *new).exit == 13


@pytest.mark.usefixtures("ada")
def test_without_the_extra(old: tuple[str, str], tmp_path: Path) -> None:
    """Where `ipvault[recovery]` is not installed, the program says what to install, and everything else works."""
    (tmp_path / "shamir_mnemonic.py").write_text("raise ImportError")
    code = "from tests.support.ipvault_cheap import make_cheap; make_cheap(); from ipvault.cli.main import main; main()"
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}", "identity"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*program, *arguments]
        return subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)

    refused = run("recovery", "split", "-o", str(tmp_path / "sheets"), *old)
    assert refused.returncode == 2
    assert "pipx inject ipvault shamir-mnemonic" in refused.stderr
    assert run("show").returncode == 0
    assert run("recovery", "split", "--help").returncode == 0


@pytest.fixture
def member(vault: Path) -> tuple[str, str]:
    """Options that make a command act on Ada's member file in her vault, which is open."""
    return "--vault", str(vault)


def member_files(vault: Path) -> list[str]:
    """The names of the files in the vault that its only member's keys are in."""
    return [path.name for path in (vault / "members").rglob("*.toml")]


def test_a_member_in_a_vault(vault: Path, old: tuple[str, str], new: tuple[str, str], member: tuple[str, str]) -> None:
    """A change is a new generation of the member file, and a record; an open session goes on."""
    done("identity", "passphrase", *member, *old, *new)
    assert member_files(vault) == ["2.toml"]
    assert journal()[-1]["action"] == "member.file"
    assert ipvault("list", *old).exit == 12
    done("list", "--passphrase-file", new[1])
    done("list")
    done("verify")


def test_what_a_change_takes(vault: Path, new: tuple[str, str], member: tuple[str, str]) -> None:
    """An open session is not enough to change how the member unlocks the vault: the passphrase is asked for."""
    assert ipvault("identity", "slot", "add", *member, *new).exit == 16
    assert ipvault("identity", "slot", "add", *member, "--passphrase-file", new[1], *new).exit == 12
    assert member_files(vault) == ["1.toml"]
    assert data(ipvault("status", "--json"))["failed_unlocks"] == 1


def test_which_of_both(ada: Path, member: tuple[str, str], tmp_path: Path) -> None:
    """An identity of one's own comes before the member of a vault that is only found; `--vault` names that one."""
    done("identity", "create", "--identity", str(tmp_path / "x"), "--name", "X", "--no-passphrase")
    own = data(ipvault("identity", "show", "--json"))["path"]
    assert own == str(ada)
    assert data(ipvault("identity", "show", "--json", *member))["path"] == member[1]
    assert data(ipvault("identity", "show", "--json", *member, "--identity", str(tmp_path / "x")))["name"] == "X"
    ada.unlink()
    assert data(ipvault("identity", "show", "--json"))["path"] == member[1]


def test_a_card_with_other_details(ada: Path, old: tuple[str, str]) -> None:
    """Signed anew by the same identity, and kept; what was not named stays as it was."""
    before = Card.from_toml(done("identity", "card").encode(), "card")
    done("identity", "card", "--email", "ada@engines.example", "-o", str(ada.parent / "new"), *old)
    card = Card.from_toml((ada.parent / "new").read_bytes(), "card")
    assert card.details == ("Ada Lovelace", "Engines", "ada@engines.example", "")
    assert card.fingerprint == before.fingerprint
    assert done("identity", "card").encode() == card.to_toml()
    assert opens(*old) == ExitCode.USAGE


def test_a_card_with_other_details_takes_the_passphrase(ada: Path, new: tuple[str, str]) -> None:
    """Whoever cannot open the identity changes nothing about its card; what is no detail is refused."""
    before = ada.read_bytes()
    assert ipvault("identity", "card", "--name", "Eve", "--passphrase-file", new[1]).exit == ExitCode.WRONG_KEY
    for name in ("", "two\nlines"):
        assert ipvault("identity", "card", "--name", name, "--passphrase-file", new[1]).exit == ExitCode.USAGE
    assert ada.read_bytes() == before


def test_a_card_of_a_member_with_other_details(member: tuple[str, str]) -> None:
    """It says what it was made to say; the roster of the vault does not change."""
    before = len(journal())
    card = Card.from_toml(done("identity", "card", "--organisation", "Engines", *member).encode(), "card")
    assert (card.details.name, card.details.organisation) == (OWNER, "Engines")
    assert len(journal()) == before
    assert Card.from_toml(done("identity", "card", *member).encode(), "card").details.organisation == ""


def test_the_card_of_a_member(member: tuple[str, str]) -> None:
    """It says what the roster says, and is signed by the member."""
    card = Card.from_toml(done("identity", "card", *member).encode(), "card")
    assert card.details.name == OWNER
    assert card.fingerprint == journal()[0]["signer"]


def test_a_member_with_a_key_file(
    vault: Path, old: tuple[str, str], new: tuple[str, str], member: tuple[str, str], tmp_path: Path
) -> None:
    """Where the vault opens with a passphrase and a key file together, every command takes both."""
    stick = str(tmp_path / "stick")
    first = slots(*member)[0]["id"]
    done("identity", "slot", "add", "--new-key-file", stick, *member, *old, *new)
    done("identity", "slot", "remove", first, *member, "--key-file", stick, "--passphrase-file", new[1])
    done("lock")
    alone = ipvault("list", "--passphrase-file", new[1], "--json")
    assert error(alone)["id"] == "key-file-needed"
    assert ipvault("list", "--key-file", stick, *old).exit == 12
    done("list", "--key-file", stick, "--passphrase-file", new[1])
    assert member_files(vault) == ["3.toml"]
    done("verify", "--key-file", stick, "--passphrase-file", new[1])


def test_recovery_of_a_member(
    vault: Path, old: tuple[str, str], new: tuple[str, str], member: tuple[str, str], tmp_path: Path
) -> None:
    """Who has the shares, that they were used, and that they are revoked, is in the journal and not in the file."""
    names = ("Grace Hopper", "Jürgen Müller", "Eve")
    custodians = [word for name in names for word in ("--custodian", name)]
    files = split(tmp_path / "sheets", *custodians, *member, old=old)
    assert not any(b"Grace" in path.read_bytes() for path in vault.rglob("*") if path.is_file())
    (made,) = (row for row in journal() if row["action"] == "recovery.split")
    assert made["fields"]["custodians"] == list(names)
    assert (made["fields"]["threshold"], made["fields"]["shares"]) == (2, 3)
    assert "Grace Hopper, Jürgen Müller, Eve" in done("journal", "list")
    done("identity", "recovery", "combine", *files[1:], *member, *new)
    assert journal()[-1]["action"] == "recovery.used"
    assert ipvault("list", *old).exit == 12
    done("list", "--passphrase-file", new[1])
    slot = made["fields"]["slot"]
    done("identity", "slot", "remove", slot, *member, "--passphrase-file", new[1])
    assert journal()[-1]["fields"] == {"kind": "recovery.revoked", "slot": slot}
    assert ipvault("identity", "recovery", "combine", *files[1:], *member, *new).exit == 12
    done("verify")


def test_two_changes_of_a_member_at_once(
    vault: Path, old: tuple[str, str], new: tuple[str, str], member: tuple[str, str]
) -> None:
    """A change that somebody else's came before is refused, and leaves that one as it is."""
    with Terminal("identity", "slot", "add", *member, *old) as terminal:
        terminal.read_until("New passphrase: ")
        done("identity", "passphrase", *member, *old, *new)
        terminal.type_line(NEW, silently=True)
        terminal.read_until("The same again: ")
        terminal.type_line(NEW, silently=True)
        assert terminal.end()[0] == 14
    assert member_files(vault) == ["2.toml"]
    done("verify")
