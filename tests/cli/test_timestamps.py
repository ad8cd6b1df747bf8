"""`ipvault timestamp` as it is used: files go to an authority and come back, and nothing else does."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.vaults import add, data, done, error, journal
from tests.support.authority import Authority, openssl, rejected
from tests.support.peers import need
from tests.support.program import ROOT, command, environment, ipvault
from tests.support.terminal import Terminal

CONTENT = b"1. A widget.\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def folder(vault: Path, tmp_path: Path) -> Path:
    """Somewhere to put files; the open vault has a document."""
    assert vault.is_dir()
    add("claims.txt", CONTENT)
    return tmp_path


def answered(folder: Path, authority: Authority, *what: str) -> tuple[str, Path]:
    """The id of a request, and the file with the answer."""
    sent = folder / "request.tsq"
    made = data(ipvault("timestamp", "request", *what, "-o", str(sent), "--force", "--json"))["timestamp"]["id"]
    answer = folder / f"{made}.tsr"
    answer.write_bytes(authority.stamp(sent.read_bytes()))
    return made, answer


def stamped(folder: Path, authority: Authority, *what: str) -> tuple[str, Path]:
    """The same, after the answer was imported."""
    made, answer = answered(folder, authority, *what)
    done("timestamp", "import", str(answer), "--ca", str(authority.root))
    return made, answer


def test_one_for_other_programs(folder: Path, authority: Authority) -> None:
    """An export is all that `openssl` needs beside the document; where nothing came back there is nothing to export,
    and what is there already is not replaced.
    """
    made, _answer = stamped(folder, authority, "claims.txt")
    out = folder / "stamp"
    done("timestamp", "export", made[:8], "-o", str(out))
    (folder / "claims.txt").write_bytes(CONTENT)
    how = ("-token_in", "-in", out / "token.der", "-CAfile", out / "authority.pem")
    verified = openssl("ts", "-verify", "-data", "claims.txt", *how, "-untrusted", out / "certificates.pem", cwd=folder)
    assert "Verification: OK" in verified
    again = error(ipvault("timestamp", "export", made, "-o", str(out), "--json"))
    assert (again["id"], again["exit_code"]) == ("destination-exists", 14)
    data(ipvault("timestamp", "request", "--head", "-o", str(folder / "head.tsq"), "--json"))
    *_first, asked = map(json.loads, done("timestamp", "list", "--jsonl").splitlines())
    early = error(ipvault("timestamp", "export", asked["id"], "-o", str(out), "--json"))
    assert "nothing has come back" in early["message"]


def test_a_document(folder: Path, authority: Authority) -> None:
    """What comes back proves itself to the vault, and to `openssl` with nothing of ours but the document."""
    made, answer = stamped(folder, authority, "claims.txt")
    (row,) = map(json.loads, done("timestamp", "list", "--jsonl").splitlines())
    assert (row["id"], row["name"], row["version"], row["authority"]) == (made, "claims.txt", 1, "Local stamps")
    assert row["imprint"] == hashlib.sha256(CONTENT).hexdigest()
    checked = data(ipvault("timestamp", "verify", made[:8], "--ca", str(authority.root), "--json"))
    assert checked["timestamps"] == [{"id": made, "target": "item", "name": "claims.txt", "problem": "", "lists": 0}]
    (folder / "claims.txt").write_bytes(CONTENT)
    how = ("-data", "claims.txt", "-in", answer, "-CAfile", authority.root)
    assert "OK" in openssl("ts", "-verify", *how, cwd=folder)
    assert [record["action"] for record in journal()[-2:]] == ["timestamp.requested", "timestamp.imported"]


def test_a_revocation_list_of_a_later_day(folder: Path, tmp_path: Path) -> None:
    """`timestamp verify --crl` finds out what was revoked since; a list of another authority counts for nothing, and it
    is told how many timestamps were checked against none.
    """
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    one, other = Authority.make(tmp_path / "one"), Authority.make(tmp_path / "other")
    stamped(folder, one, "claims.txt")
    right = ipvault("timestamp", "verify", "--crl", str(other.revoke()))
    assert (right.exit, right.stdout) == (0, "Checked 1 timestamp: 1 right.\n")
    assert "1 of them was checked against no revocation list" in right.stderr
    wrong = ipvault("timestamp", "verify", "--crl", str(one.revoke("keyCompromise")))
    assert wrong.exit == 17
    assert "was revoked" in wrong.stdout
    assert ipvault("timestamp", "verify", "--crl", str(one.root)).exit == 20


def test_the_journal(folder: Path, authority: Authority) -> None:
    """By a checkpoint that `openssl` takes too; `verify --ca` says how far that reaches."""
    done("journal", "checkpoint", "-o", str(folder / "checkpoint"))
    _made, answer = stamped(folder, authority, "--head")
    text = (folder / "checkpoint").read_text().partition("\n\n")[0] + "\n"
    (folder / "head").write_text(text)
    assert "OK" in openssl("ts", "-verify", "-data", "head", "-in", answer, "-CAfile", authority.root, cwd=folder)
    told = done("verify", "--ca", str(authority.root))
    assert f"Up to record {int(text.splitlines()[1]) - 1}: dated by Local stamps on " in told
    assert "dated by" not in done("verify")
    assert ipvault("verify", "--keyless", "--ca", str(authority.root)).exit == 2


def test_a_renewal(folder: Path, authority: Authority) -> None:
    """A certificate that ends within a year is warned of until the timestamp is renewed, by the hash of the token."""
    short = authority.signed_by("stamps", name="short", days="300")
    made, _answer = stamped(folder, short, "claims.txt")
    assert f"ipvault timestamp request --renew {made[:8]} -o FILE" in ipvault("timestamp", "list").stderr
    stamped(folder, authority, "--renew", made[:8])
    outcome = ipvault("timestamp", "list", "--json")
    assert json.loads(outcome.stdout)["warnings"] == []
    assert [bool(row["renewed"]) for row in data(outcome)["timestamps"]] == [True, False]
    assert "Checked 2 timestamps: 2 right." in done("timestamp", "verify")


@pytest.mark.usefixtures("folder")
def test_by_pipes(authority: Authority) -> None:
    """The request goes to standard output, not to a terminal, and the answer comes from standard input."""
    words = command(["timestamp", "request", "claims.txt", "-o", "-"])
    outcome = subprocess.run(words, env=environment(), capture_output=True, check=True)
    answer = authority.stamp(outcome.stdout)
    done("timestamp", "import", "-", "--ca", str(authority.root), "--crl", str(authority.revoke()), stdin=answer)
    before = journal()
    with Terminal("timestamp", "request", "claims.txt", "-o", "-") as terminal:
        assert terminal.end()[0] == 2
    assert ipvault("timestamp", "request", "claims.txt", "-o", "-", "--json").exit == 2
    assert journal() == before


def test_the_authority_of_readme(folder: Path) -> None:
    """The commands that README shows for one of one's own make one whose stamps are taken."""
    need("openssl")
    _before, _section, after = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Timestamps")
    (block,) = [block for block in after.split("```sh\n")[1:3] if block.startswith("openssl")]
    done("timestamp", "request", "claims.txt", "-o", str(folder / "claims.tsq"))
    subprocess.run(["sh", "-e", "-c", block.partition("```")[0]], cwd=folder, check=True, capture_output=True)
    done("timestamp", "import", str(folder / "claims.tsr"), "--ca", str(folder / "ca.pem"))
    assert ipvault("timestamp", "list").stderr == ""
    assert "1 right" in done("timestamp", "verify")


def test_what_is_refused(folder: Path, authority: Authority) -> None:
    """Each refusal has a code and an id, and leaves the journal as it was."""
    made, answer = answered(folder, authority, "claims.txt")
    other = Authority.make(folder / "other")
    before = journal()
    (folder / "no").write_bytes(rejected("too busy"))
    trusted = ("--ca", str(authority.root))
    for arguments, code, id_ in (
        ((str(answer), "--ca", str(other.root)), 12, "timestamp-refused"),
        ((str(answer), *trusted, "--crl", str(other.revoke())), 12, "timestamp-refused"),
        ((str(folder / "no"), *trusted), 15, "request-rejected"),
        ((str(authority.root), *trusted), 20, "damaged"),
        ((str(answer), "--ca", str(answer)), 20, "damaged"),
        ((str(answer), *trusted, "--crl", str(answer)), 20, "damaged"),
        ((str(folder / "missing"), *trusted), 13, "source-not-found"),
        ((str(answer), "--ca", str(folder / "missing")), 13, "source-not-found"),
    ):
        outcome = ipvault("timestamp", "import", *arguments, "--json")
        assert (outcome.exit, error(outcome)["id"]) == (code, id_), arguments
    assert journal() == before
    assert data(ipvault("timestamp", "verify", "--json"))["unanswered"] == [made]
    done("timestamp", "import", str(answer), *trusted)
    assert ipvault("timestamp", "import", str(answer), *trusted).exit == 14
    assert ipvault("timestamp", "verify", "--ca", str(other.root)).exit == 17
    for words in (("verify", "ffffffff"), ("request", "--renew", "ffffffff", "-o", str(folder / "x"))):
        assert ipvault("timestamp", *words).exit == 13
    (folder / "x").touch()
    assert ipvault("timestamp", "request", "claims.txt", "-o", str(folder / "x")).exit == 14


def test_without_the_extra(folder: Path, authority: Authority) -> None:
    """Where `ipvault[timestamps]` is not installed, the program says what to install, and requests all the same."""
    (folder / "modules").mkdir()
    (folder / "modules" / "rfc3161_client.py").write_text("raise ImportError")
    path = str(folder / "modules")
    cheap = (
        "from tests.support.ipvault_cheap import make_cheap; make_cheap(); from ipvault.cli.main import main; main()"
    )
    program = [sys.executable, "-c", f"import sys; sys.path.insert(0, {path!r}); {cheap}"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        words = [*program, "timestamp", *arguments]
        return subprocess.run(words, env=environment(), capture_output=True, text=True, check=False)

    assert run("request", "claims.txt", "-o", str(folder / "x")).returncode == 0
    for words in (("import", "x", "--ca", str(authority.root)), ("verify",)):
        refused = run(*words)
        assert refused.returncode == 2
        assert "pipx inject ipvault 'rfc3161-client>=1.0.9'" in refused.stderr
    assert run("list").returncode == 0
    assert run("import", "--help").returncode == 0
