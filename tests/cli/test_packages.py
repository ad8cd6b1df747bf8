"""`ipvault seal`, `open`, `package inspect` and `receipt create`: two people, and only files carried between them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ipvault.keys.card import Card, in_groups
from ipvault.keys.identity_file import IdentityFile
from ipvault.sharing.manifest import Entry
from ipvault.sharing.receipt import Receipt
from tests.cli.vaults import data, done, error, passphrase_file
from tests.sharing.made_packages import BOB, MALLORY, TERMS, manifest_of, sealed as package_of, with_manifest
from tests.support.program import Outcome, ipvault
from tests.support.terminal import Terminal

EXPIRY = "cannot be forced on a copy already sent"


class User:
    """Somebody with an identity file, which nothing protects, and a card."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        folder.mkdir()
        self.option = f"--identity={folder / 'identity.toml'}"
        self.card = str(folder / f"{name}.card")
        done("identity", "create", "--name", name, "--no-passphrase", self.option)
        self.fingerprint: str = data(self.run("identity", "card", "-o", self.card, "--json"))["fingerprint"]

    def run(self, *arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Outcome:
        return ipvault(*arguments, self.option, stdin=stdin, cwd=self.folder, env=env)

    def file(self, name: str, content: bytes = b"content") -> str:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
        return str(path)


@pytest.fixture
def alice(tmp_path: Path) -> User:
    """Who seals."""
    return User(tmp_path / "alice", "Alice")


@pytest.fixture
def bob(tmp_path: Path) -> User:
    """Who opens."""
    return User(tmp_path / "bob", "Bob")


@pytest.fixture
def package(alice: User, bob: User) -> str:
    """A package of two files for Bob."""
    path = str(bob.folder / "package")
    files = (alice.file("claims.txt", b"A widget."), alice.file("empty", b""))
    assert alice.run("seal", *files, "--to", bob.card, "-o", path).exit == 0
    return path


def of_bob(folder: Path) -> str:
    """The option that names an identity file of `people.BOB`, for packages that no honest program makes."""
    path = folder / "bob.toml"
    file, _key = IdentityFile.create(BOB.identity, BOB.card.details, BOB.card.created, os.urandom)
    path.touch(mode=0o600)
    path.write_bytes(file.to_toml())
    return f"--identity={path}"


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_sealed_opens(alice: User, bob: User, package: str) -> None:
    """The recipient gets the files, private to him, and is told who sent them."""
    outcome = bob.run("open", package, "-o", "out", "--from", alice.card)
    assert outcome.exit == 0, outcome
    assert files_in(bob.folder / "out") == {"claims.txt": b"A widget.", "empty": b""}
    assert stat.S_IMODE((bob.folder / "out" / "claims.txt").stat().st_mode) == 0o600
    assert "by Alice, fingerprint" in outcome.stderr
    assert "is one that you know." in outcome.stderr
    assert outcome.stdout == ""


def test_nobody_else_opens_it(alice: User, package: str) -> None:
    """Somebody else ends with 12, and nothing is written; that includes the sender."""
    outcome = alice.run("open", package, "-o", "out")
    assert outcome.exit == 12
    assert not (alice.folder / "out").exists()


def test_an_unknown_sender_is_a_warning(alice: User, bob: User, package: str) -> None:
    """Without --from there is a warning, and the fingerprint in groups; with the card of another it is refused."""
    groups = " ".join(alice.fingerprint[start : start + 4] for start in range(0, 64, 4))
    outcome = bob.run("open", package, "--list")
    assert outcome.exit == 0
    assert groups in outcome.stderr
    assert "warning: the card is not one that you named" in outcome.stderr
    assert "warning" in bob.run("open", package, "-o", "out", "--quiet").stderr
    refused = bob.run("open", package, "-o", "other", "--from", bob.card)
    assert refused.exit == 12
    assert groups in refused.stderr
    assert not (bob.folder / "other").exists()


def test_a_list_writes_nothing(bob: User, package: str) -> None:
    """`--list` says names and sizes, on standard output."""
    before = files_in(bob.folder)
    outcome = bob.run("open", package, "--list")
    assert outcome.stdout.splitlines() == ["claims.txt\t9 B\t", "empty\t0 B\t"]
    assert files_in(bob.folder) == before


def test_terms_are_shown(alice: User, bob: User) -> None:
    """Purpose, message and date reach the recipient; both are told what a date cannot do."""
    terms = ("--purpose", "due diligence", "--message", "Dear Bob,\nas agreed", "--expires", "30d")
    sealed = alice.run("seal", alice.file("a"), "--to", bob.card, "-o", "p", *terms)
    opened = bob.run("open", str(alice.folder / "p"), "--list")
    assert EXPIRY in sealed.stderr
    for text in ("Purpose: due diligence", "Message: Dear Bob,", "Message: as agreed", EXPIRY):
        assert text in opened.stderr


def test_an_expired_package_is_refused(bob: User) -> None:
    """After its date a package does not open, with 18, and it is said that another program would not refuse."""
    past = TERMS._replace(created="2020-01-01T00:00:00.000Z", expires="2020-02-01T00:00:00.000Z")
    (bob.folder / "p").write_bytes(package_of({"a": b""}, [BOB], terms=past))
    for words in (("-o", "out"), ("-o", "-"), ("--list",)):
        outcome = ipvault("open", str(bob.folder / "p"), *words, of_bob(bob.folder), cwd=bob.folder)
        assert outcome.exit == 18, outcome
        assert "another program would not refuse" in outcome.stderr
        assert outcome.stdout == ""
    assert not (bob.folder / "out").exists()


def test_a_date_is_to_come(alice: User, bob: User) -> None:
    """A date that is past or none is a usage error, and nothing is sealed; a date counts to its end."""
    for date in ("2020-01-01", "soon", "30x"):
        assert alice.run("seal", alice.file("a"), "--to", bob.card, "-o", "p", "--expires", date).exit == 2
    assert not (alice.folder / "p").exists()
    sealed = alice.run("seal", alice.file("a"), "--to", bob.card, "-o", "p", "--expires", "2099-12-31", "--json")
    assert str(data(sealed)["expires"]).startswith(("2099-12-31T", "2100-01-01T"))


def test_pipes(alice: User, bob: User) -> None:
    """A package goes through pipes both ways, armored on the way, and its one file comes out as it was."""
    sealed = alice.run("seal", alice.file("a", b"through a pipe"), "--to", bob.card, "-o", "-", "--armor", "--quiet")
    assert sealed.stdout.startswith("-----BEGIN IPVAULT PACKAGE-----\n")
    opened = bob.run("open", "-", "-o", "-", stdin=sealed.stdout.encode())
    assert (opened.exit, opened.stdout) == (0, "through a pipe")


def test_a_damaged_package_gives_nothing(bob: User, package: str) -> None:
    """Damage at the end is found before a file appears and before a byte reaches a pipe."""
    whole = Path(package).read_bytes()
    for damaged in (whole[:-1], whole[:-1] + bytes([whole[-1] ^ 1])):
        Path(package).write_bytes(damaged)
        for words in (("-o", "out"), ("-o", "-"), ("--list",)):
            outcome = bob.run("open", package, *words)
            assert outcome.exit == 20, outcome
            assert outcome.stdout == ""
        assert bob.run("open", "-", "-o", "-", stdin=damaged).stdout == ""
    assert not (bob.folder / "out").exists()
    assert not [path for path in bob.folder.iterdir() if path.name.startswith(".")]


def test_several_files_do_not_fit_into_a_pipe(bob: User, package: str) -> None:
    """Several files to a pipe are a usage error."""
    outcome = bob.run("open", package, "-o", "-")
    assert (outcome.exit, outcome.stdout) == (2, "")


def test_parts(alice: User, bob: User) -> None:
    """A package cut for a carrier is put together from files in any order, or their folder; a missing one is named."""
    name = alice.file("a", b"x" * 20_000)
    sealed = data(alice.run("seal", name, "--to", bob.card, "-o", "p", "--split", "10K", "--armor", "--json"))
    files = sealed["files"]
    assert [Path(file).name for file in files] == [f"p.{number:03}" for number in range(1, len(files) + 1)]
    assert len(files) > 3
    assert max((alice.folder / file).stat().st_size for file in files) <= 10 * 1024
    (bob.folder / "parts").mkdir()
    for file in files:
        (alice.folder / file).rename(bob.folder / "parts" / file)
    parts = [str(bob.folder / "parts" / file) for file in files]
    assert bob.run("open", *reversed(parts), "-o", "out").exit == 0
    assert files_in(bob.folder / "out") == {"a": b"x" * 20_000}
    assert bob.run("open", "parts", "--list").exit == 0
    inspected = data(bob.run("package", "inspect", parts[1], "--json"))
    assert (inspected["package"], inspected["part"], inspected["parts"]) == (sealed["package"], 2, len(files))
    Path(parts[1]).unlink()
    missing = bob.run("open", "parts", "-o", "again")
    assert missing.exit == 13
    assert "missing: 2" in missing.stderr


def test_folders_are_sealed_with_their_names(alice: User, bob: User) -> None:
    """With -r a folder keeps its structure; links and special files are left out, named, and make the exit code 3."""
    alice.file("matter/a.txt")
    alice.file("matter/inner/b.txt")
    (alice.folder / "matter" / "link").symlink_to("a.txt")
    assert alice.run("seal", "matter", "--to", bob.card, "-o", "p").exit == 2
    outcome = alice.run("seal", "matter", "-r", "--to", bob.card, "-o", "p")
    assert outcome.exit == 3
    assert "skipped matter/link" in outcome.stderr
    assert bob.run("open", str(alice.folder / "p"), "-o", "out").exit == 0
    assert set(files_in(bob.folder / "out")) == {"matter/a.txt", "matter/inner/b.txt"}


def test_existing_files_stay(alice: User, bob: User, package: str) -> None:
    """Neither `seal` nor `open` replaces a file without --force; then nothing at all is written."""
    (bob.folder / "out").mkdir()
    mine = bob.folder / "out" / "empty"
    mine.write_bytes(b"mine")
    assert bob.run("open", package, "-o", "out").exit == 14
    assert files_in(bob.folder / "out") == {"empty": b"mine"}
    assert bob.run("open", package, "-o", "out", "--force").exit == 0
    assert mine.read_bytes() == b""
    before = Path(package).read_bytes()
    assert alice.run("seal", alice.file("a"), "--to", bob.card, "-o", package).exit == 14
    assert Path(package).read_bytes() == before


def test_hostile_names_are_refused(bob: User) -> None:
    """A package whose manifest leads out of the folder ends with 20, and nothing is written anywhere."""
    for name in ("../escaped", "/tmp/escaped", "CON", "a\x1b[31m"):
        (bob.folder / "p").write_bytes(with_manifest(manifest_of(Entry(name, 0)), signer=MALLORY))
        outcome = ipvault("open", str(bob.folder / "p"), "-o", "out", of_bob(bob.folder), cwd=bob.folder)
        assert outcome.exit == 20
        assert "\x1b" not in outcome.stderr
    assert not (bob.folder / "out").exists()
    assert not (bob.folder / "escaped").exists()


def test_hidden_files_are_named(alice: User, bob: User) -> None:
    """Files that a folder does not show, such as settings that programs read, do not come in unseen."""
    alice.file("matter/.config/autostart")
    assert alice.run("seal", "matter", "-r", "--to", bob.card, "-o", "p").exit == 0
    outcome = bob.run("open", str(alice.folder / "p"), "-o", "out", "-q")
    assert outcome.exit == 0
    assert "hidden files came with the package" in outcome.stderr
    assert "matter/.config/autostart" in outcome.stderr


def test_names_that_differ_in_case_only_are_told_apart(bob: User) -> None:
    """Two names that some system takes for one become two files, and that is said."""
    (bob.folder / "p").write_bytes(package_of({"a.txt": b"one", "A.txt": b"two"}, [BOB]))
    outcome = ipvault("open", str(bob.folder / "p"), "-o", "out", of_bob(bob.folder), cwd=bob.folder)
    assert outcome.exit == 0
    assert files_in(bob.folder / "out") == {"a.txt": b"one", "A (2).txt": b"two"}
    assert "A.txt was written as A (2).txt" in outcome.stderr


def test_links_are_not_followed(bob: User, package: str, tmp_path: Path) -> None:
    """A link where a file is to be written is refused, with --force too, and what it leads to stays."""
    (tmp_path / "target").write_bytes(b"mine")
    (bob.folder / "out").mkdir()
    (bob.folder / "out" / "empty").symlink_to(tmp_path / "target")
    assert bob.run("open", package, "-o", "out", "--force").exit == 14
    assert (tmp_path / "target").read_bytes() == b"mine"
    assert {path.name for path in (bob.folder / "out").iterdir()} == {"empty"}


def test_what_an_outsider_sees(bob: User, package: str) -> None:
    """Anybody can see an id, how many recipients there are and the size: neither names nor fingerprints."""
    outcome = ipvault("package", "inspect", package)
    assert outcome.exit == 0
    assert "Recipients: 1; who they are does not show" in outcome.stdout
    for secret in ("Alice", "Bob", bob.fingerprint[:4] + " " + bob.fingerprint[4:8], "claims"):
        assert secret not in outcome.stdout
    assert ipvault("package", "inspect", bob.file("text")).exit == 20


def test_a_receipt_is_signed_by_the_recipient(alice: User, bob: User, package: str) -> None:
    """A receipt names the package by the hash that sealing told, and is signed by the recipient's card."""
    again = data(alice.run("seal", "claims.txt", "--to", bob.card, "-o", "p", "--json"))
    made = data(bob.run("receipt", "create", str(alice.folder / "p"), "--event", "opened", "-o", "r", "--json"))
    receipt = Receipt.from_toml((bob.folder / "r").read_bytes(), "r")
    assert receipt.card.fingerprint == bob.fingerprint
    assert receipt.statement.manifest == again["manifest"] == made["manifest"]
    assert bob.run("receipt", "create", package, "--event", "received", "-o", "-").stdout.startswith("format = 1\n")
    assert alice.run("receipt", "create", package, "--event", "opened", "-o", "r").exit == 12
    Path(package).write_bytes(Path(package).read_bytes()[:-1])
    assert bob.run("receipt", "create", package, "--event", "opened", "-o", "none").exit == 20
    assert not (bob.folder / "none").exists()


def test_what_does_not_go_together(alice: User, bob: User, package: str) -> None:
    """Options that exclude each other, or without which there is nothing to do, are usage errors."""
    name = alice.file("a")
    for words in (
        ("seal", name, "--to", bob.card),
        ("seal", name, "-o", "p"),
        ("seal", name, "--to", bob.card, "-o", "-", "--split", "1M"),
        ("seal", name, "--to", bob.card, "-o", "-", "--json"),
        ("seal", name, "--to", bob.card, "-o", "p", "--split", "1"),
        ("seal", name, "--to", bob.card, "-o", "p", "--split", "many"),
        ("seal", name, "--to", bob.card, "-o", "a:b", "--split", "1M"),
        ("open", package),
        ("open", package, "--list", "-o", "out"),
        ("open", package, "-", "-o", "out"),
        ("receipt", "create", package, "--event", "opened"),
        ("receipt", "create", package, "--event", "read", "-o", "r"),
    ):
        assert alice.run(*words).exit == 2, words


def test_a_list_has_no_place(bob: User, package: str) -> None:
    """With both a list and a place one of them is too many, and that is said; with neither, what is missing."""
    both = bob.run("open", package, "-o", "out", "--list")
    assert (both.exit, "--list writes nothing" in both.stderr) == (2, True)
    neither = bob.run("open", package)
    assert (neither.exit, "say where to" in neither.stderr) == (2, True)
    assert not (bob.folder / "out").exists()


def test_what_is_missing_is_said(alice: User, bob: User) -> None:
    """A file, a card or a package that is not there ends with 13, one that is something else with 20."""
    name = alice.file("a")
    assert alice.run("seal", "missing", "--to", bob.card, "-o", "p").exit == 13
    assert alice.run("seal", name, "--to", "missing", "-o", "p").exit == 13
    assert alice.run("open", "missing", "-o", "out").exit == 13
    assert alice.run("seal", name, "--to", name, "-o", "p").exit == 20
    assert alice.run("open", name, "-o", "out").exit == 20
    assert error(alice.run("open", name, "-o", "out", "--json"))["id"] == "damaged"


def test_no_package_is_written_into_a_vault(alice: User, bob: User, vault: Path, package: str) -> None:
    """Neither a package nor what comes out of one goes into the directory of a vault."""
    name = alice.file("a")
    for words in (
        ("seal", name, "--to", bob.card, "-o", str(vault / "p")),
        ("open", package, "-o", str(vault / "out")),
    ):
        user = alice if words[0] == "seal" else bob
        assert user.run(*words).exit == 14
    assert not {"p", "out"} & set(os.listdir(vault))


def test_a_package_is_no_text_for_a_terminal(alice: User, bob: User) -> None:
    """A package is not written to a terminal unless it is armored."""
    name = alice.file("a")
    with Terminal("seal", name, "--to", bob.card, "-o", "-", alice.option) as terminal:
        assert "a terminal cannot show it" in terminal.end()[1]


def test_nothing_to_seal_is_a_mistake(alice: User, bob: User) -> None:
    """If all that is named is left out, there is no package."""
    os.mkfifo(alice.folder / "pipe")
    assert alice.run("seal", "pipe", "--to", bob.card, "-o", "p").exit == 2
    assert not (alice.folder / "p").exists()


def test_who_else_can_open_it(alice: User, bob: User, tmp_path: Path) -> None:
    """The sender by name, others by fingerprint, since a package holds no names; a vault names whom it knows."""
    carol = User(tmp_path / "carol", "Carol")
    path = str(bob.folder / "package")
    cards = ("--to", alice.card, "--to", bob.card, "--to", carol.card)
    assert alice.run("seal", alice.file("x"), *cards, "-o", path).exit == 0
    said = bob.run("open", path, "--list").stderr
    groups = in_groups(carol.fingerprint[:16])
    assert "2 others can open it too" in said
    assert "Alice" in said.split("2 others can open it too")[1].splitlines()[0]
    assert f"fingerprint {groups}" in said
    assert "no names but the sender's" in said
    assert alice.run("seal", alice.file("y"), "--to", bob.card, "-o", path, "--force").exit == 0
    assert "too" not in bob.run("open", path, "--list").stderr


@pytest.mark.usefixtures("vault")
def test_each_of_several_identities_is_tried(alice: User, bob: User, tmp_path: Path) -> None:
    """Whoever makes an identity file beside that of a vault opens what is for either, and is told which it was; what is
    for neither is said to be so, with both.
    """
    done("identity", "card", "-o", str(tmp_path / "member"))
    done("identity", "create", "--name", "Ada", "--no-passphrase")
    done("identity", "card", "-o", str(tmp_path / "own"))
    for card, place in (("member", "/vault."), ("own", "/identity.toml.")):
        path = str(tmp_path / f"for-{card}")
        assert alice.run("seal", alice.file("x"), "--to", str(tmp_path / card), "-o", path).exit == 0
        for command in (("open", path, "--list"), ("open", path, "-o", "-"), _receipt(path, tmp_path)):
            outcome = ipvault(*command)
            assert outcome.exit == 0, outcome
            assert f"Opened with your identity in {tmp_path.root}" in outcome.stderr
            assert place in outcome.stderr
        signed = Receipt.from_toml((tmp_path / "receipt").read_bytes(), "receipt").card.fingerprint
        assert signed == Card.from_toml((tmp_path / card).read_bytes(), card).fingerprint
    path = str(tmp_path / "for-bob")
    assert alice.run("seal", alice.file("x"), "--to", bob.card, "-o", path).exit == 0
    outcome = ipvault("open", path, "--list")
    assert outcome.exit == 12
    assert "/vault" in outcome.stderr
    assert "/identity.toml" in outcome.stderr
    assert bob.run("open", path, "--list").stderr.count("Opened with") == 0


@pytest.mark.usefixtures("vault")
def test_a_passphrase_of_somebody_who_is_not_in_the_vault(package: str, tmp_path: Path) -> None:
    """Whom it was tried on is said, and how to name somebody else: the package can be for one who is in no vault."""
    done("lock")
    outcome = ipvault("open", package, "--list", "--passphrase-file", str(passphrase_file(tmp_path, "another one 17")))
    assert outcome.exit == 12
    assert "it was tried on the identity" in outcome.stderr
    assert "--identity FILE" in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_an_identity_that_cannot_be_opened_does_not_hide_another(alice: User, secret: Path, tmp_path: Path) -> None:
    """A passphrase that is that of one identity only is enough for what is sealed to that; else it is told."""
    done("identity", "card", "-o", str(tmp_path / "member"))
    (tmp_path / "other").write_text("another passphrase 18")
    (tmp_path / "other").chmod(0o600)
    done("identity", "create", "--name", "Ada", "--passphrase-file", str(tmp_path / "other"))
    done("identity", "card", "-o", str(tmp_path / "own"))
    done("lock")
    for card, passphrase in (("member", secret), ("own", tmp_path / "other")):
        path = str(tmp_path / f"for-{card}")
        assert alice.run("seal", alice.file("x"), "--to", str(tmp_path / card), "-o", path).exit == 0
        assert ipvault("open", path, "--list", "--passphrase-file", str(passphrase)).exit == 0
    outcome = ipvault("open", str(tmp_path / "for-member"), "--list", "--passphrase-file", str(tmp_path / "other"))
    assert outcome.exit == 12
    assert "does not open this vault" in outcome.stderr
    (tmp_path / "wrong").write_text("neither of the two 19")
    (tmp_path / "wrong").chmod(0o600)
    path, wrong = str(tmp_path / "for-own"), ("--passphrase-file", str(tmp_path / "wrong"))
    assert error(ipvault("open", path, "--list", "--json", *wrong))["id"] == "wrong-passphrase"


def _receipt(package: str, folder: Path) -> tuple[str, ...]:
    return ("receipt", "create", package, "--event", "opened", "-o", str(folder / "receipt"), "--force")


@pytest.fixture
def carried(alice: User, bob: User, package: str, tmp_path: Path) -> dict[str, str]:
    """A file of each kind that people carry to each other, by what it is called."""
    parts = ("--to", bob.card, "-o", str(tmp_path / "p"), "--split", "5000")
    assert alice.run("seal", alice.file("claims.txt"), *parts).exit == 0
    receipt = str(tmp_path / "receipt")
    assert bob.run("receipt", "create", package, "--event", "opened", "-o", receipt).exit == 0
    armored = str(tmp_path / "armored")
    assert alice.run("seal", alice.file("claims.txt"), "--to", bob.card, "-o", armored, "--armor").exit == 0
    done("journal", "checkpoint", "-o", str(tmp_path / "checkpoint"))
    return {
        "a card": bob.card,
        "a receipt": receipt,
        "a package": package,
        "a package, armored": armored,
        "a part of a package": str(tmp_path / "p.001"),
        "a checkpoint of a journal": str(tmp_path / "checkpoint"),
        "a file with the private keys of an identity": str(bob.folder / "identity.toml"),
        "a folder": str(tmp_path),
    }


@pytest.mark.usefixtures("vault")
def test_a_file_of_another_kind(alice: User, carried: dict[str, str]) -> None:
    """Whoever takes one file for another is told what it is, and what is needed: exit code 2."""
    commands = {
        "a card": ("recipient", "add", "$"),
        "a receipt": ("receipt", "import", "$"),
        "a package": ("open", "$", "--list"),
        "a checkpoint of a journal": ("verify", "--known-head", "$"),
        "a file with the private keys of an identity": ("identity", "show", "--identity", "$"),
    }
    for wanted, command in commands.items():
        for kind, path in carried.items():
            found = kind.split(",")[0]
            takes_both = wanted == "a package" and found in ("a part of a package", "a folder")
            if found == wanted or takes_both or (found, wanted.startswith("a file")) == ("a folder", True):
                continue
            outcome = ipvault(*(path if word == "$" else word for word in command), cwd=alice.folder)
            needed = "a file" if found == "a folder" else wanted
            assert f"{path} is {found}, and what is needed here is {needed}" in outcome.stderr, command
            assert outcome.exit == 2
    outcome = ipvault("open", carried["a part of a package"], carried["a card"], "--list")
    assert "is a card, and what is needed here is a part of a package" in outcome.stderr


@pytest.mark.usefixtures("vault")
def test_hints_name_options_that_there_are(alice: User, secret: Path, tmp_path: Path) -> None:
    """`--force`, and the option for a new passphrase, only where the command has them."""
    assert "--force" in alice.run("identity", "card", "-o", alice.card).stderr
    outcome = alice.run("identity", "slot", "add", "--kind", "key-file", "--new-key-file", alice.card)
    assert (outcome.exit, "--force" in outcome.stderr) == (14, False)
    said = alice.run("identity", "slot", "add").stderr
    assert "--new-passphrase-file" in said
    own = ("--identity", str(tmp_path / "new.toml"))
    said = ipvault("identity", "create", "--name", "Cleo", *own).stderr
    assert "--passphrase-file" in said
    assert "--new-passphrase-file" not in said
    done("identity", "card", "-o", str(tmp_path / "member"), "--passphrase-file", str(secret))
    path = str(tmp_path / "for-ada")
    assert alice.run("seal", alice.file("x"), "--to", str(tmp_path / "member"), "-o", path).exit == 0
    done("receive", path)
    said = ipvault("receive", path).stderr
    assert "--folder NAME" in said
    assert "--skip-existing" not in said


def test_a_pipe_is_not_sealed(alice: User, bob: User) -> None:
    """Its size would have to be known first; what to do instead is said."""
    outcome = alice.run("seal", "-", "--to", bob.card, "-o", "p", stdin=b"content")
    assert outcome.exit == 2
    assert "ipvault add -" in outcome.stderr
    assert not (alice.folder / "p").exists()
