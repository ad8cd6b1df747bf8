"""P24: vaults in unusual places. Case-insensitive file systems: names that clash there are in test_export.py."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.vaults import OWNER, add, data, done, passphrase_file
from tests.support.program import Outcome, command, environment, ipvault


def test_a_vault_behind_a_link(vault: Path, home: Path) -> None:
    """The vault's directory may be reached through a link: the user chose it. A link inside the vault is refused."""
    link = home / "link"
    link.symlink_to(vault)
    env = {"IPVAULT_VAULT": str(link)}
    done("add", "-", "--name", "a", "-q", stdin=b"content", env=env)
    assert done("cat", "a", env=env) == done("cat", "a") == "content"
    done("verify", env=env)
    objects = vault / "objects"
    objects.rename(home / "moved")
    objects.symlink_to(home / "moved")
    for words in (("cat", "a"), ("add", "-", "--name", "b"), ("verify",)):
        assert ipvault(*words, stdin=b"x").exit == 20


def test_a_long_path(vault: Path, home: Path) -> None:
    """Neither the path of the vault, nor that of a source, nor that of an export is limited to 260 characters."""
    deep = home / "/".join(["a folder with a long name"] * 12)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 300
    moved = deep / "vault"
    vault.rename(moved)
    env = {"IPVAULT_VAULT": str(moved)}
    source = deep / ("n" * 200)
    source.write_bytes(b"content")
    done("add", str(source), "-q", env=env)
    done("export", "--all", "-o", str(deep / "out"), env=env)
    assert (deep / "out" / source.name).read_bytes() == b"content"
    done("verify", "--content", env=env)


def test_the_vault_around_the_current_directory(vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside the vault's directory no vault need be named."""
    monkeypatch.delenv("IPVAULT_VAULT")
    assert ipvault("list").exit == 10
    assert data(ipvault("status", "--json", cwd=vault / "journal"))["path"] == str(vault)


def test_a_copy_elsewhere(vault: Path, home: Path, secret: Path) -> None:
    """A copy of the directory is a vault; on a computer that never saw it, status says what that means."""
    add("a")
    shutil.copytree(vault, home / "copy")
    other = {"XDG_STATE_HOME": str(home / "other state"), "XDG_RUNTIME_DIR": str(home / "other run")}
    options = ("--vault", str(home / "copy"), "--passphrase-file", str(secret))
    assert "sees this vault for the first time" in done("status", *options, env=other)
    assert done("cat", "a", *options, env=other) == "a"


def test_a_read_only_medium(vault: Path, secret: Path) -> None:
    """Listing, showing and verifying work on one, with a warning; whatever needs a record is refused with 30."""
    add("a")

    def on_read_only_medium(*words: str) -> Outcome:
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        process = subprocess.run(
            [*namespace, "sh", "-c", mount, str(vault), *words],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return Outcome(process.returncode, process.stdout, process.stderr)

    if shutil.which("unshare") is None or on_read_only_medium("true").exit:
        pytest.skip("this machine lets nobody mount")
    for line in ("list", "show a", "history a", "journal list", "verify --content", "status"):
        outcome = on_read_only_medium(*command(line.split()))
        assert outcome.exit == 0, outcome
    outcome = on_read_only_medium(*command(["list", "--passphrase-file", str(secret)]))
    assert outcome.exit == 0
    assert "ipvault: warning: the vault is on a read-only medium" in outcome.stderr
    for line in ("cat a", "remove a", f"export a -o {vault.parent}/out"):
        outcome = on_read_only_medium(*command(line.split()))
        assert (outcome.exit, outcome.stdout) == (30, ""), outcome
        assert "read-only medium" in outcome.stderr
        assert "ipvault: hint: copy the vault to a writable disk" in outcome.stderr
    assert not (vault.parent / "out").exists()


@pytest.mark.no_cover
@pytest.mark.usefixtures("vault")
def test_a_disk_without_room() -> None:
    """When an object cannot be written, add fails with 30, nothing is in the vault, and later it works."""
    script = 'ulimit -f 100; trap "" XFSZ; exec "$@"'
    words = ["bash", "-c", script, "bash", *command(["add", "-", "--name", "large"])]
    process = subprocess.run(words, input=os.urandom(300_000), env=environment(), capture_output=True, check=False)
    assert process.returncode == 30, process
    assert b"ipvault: error: " in process.stderr
    assert data(ipvault("list", "--json"))["items"] == []
    done("add", "-", "--name", "large", "-q", stdin=b"content")
    done("verify")


def test_a_copy_that_was_used_is_explained_and_an_acceptance_shows_in_status(vault: Path, home: Path) -> None:
    """After `cp -a` and work in one of the two, the error at the other speaks of copies; who accepts it is named."""
    copy = home / "copy"
    shutil.copytree(vault, copy)
    add("a")
    outcome = ipvault("list", "--vault", str(copy))
    assert outcome.exit == 22
    assert "if you have used a copy of this vault, the two have gone different ways" in outcome.stderr
    assert "XDG_STATE_HOME=NEW_FOLDER" in outcome.stderr
    outcome = ipvault("verify", "--vault", str(copy))
    assert outcome.exit == 22
    assert "to be expected of a backup, or of one of two copies" in outcome.stdout
    before = data(ipvault("status", "--json"))
    assert before["accepted_rollbacks"] == []
    assert "Rollback" not in done("status")
    done("journal", "accept-rollback", "--reason", "disk replaced", "--vault", str(copy))
    (accepted,) = data(ipvault("status", "--json", "--vault", str(copy)))["accepted_rollbacks"]
    assert (accepted["reason"], accepted["member_name"]) == ("disk replaced", OWNER)
    assert accepted["pinned_seq"] == before["last_record"]["seq"]
    assert accepted["seq"] == accepted["found_seq"] + 1 <= accepted["pinned_seq"]
    (line,) = (line for line in done("status", "--vault", str(copy)).splitlines() if line.startswith("Rollback: "))
    assert f"accepted on {accepted['accepted'][:10]}" in line
    assert line.endswith(
        f"by {OWNER} in record {accepted['seq']}, with which incarnation 2 of the journal began: disk replaced"
    )


def test_an_accepted_copy_that_is_longer_is_no_step_back(vault: Path, home: Path) -> None:
    """Status says that it is another copy, and up to which record both went."""
    copy = home / "copy"
    shutil.copytree(vault, copy)
    add("a")
    seen = data(ipvault("status", "--json"))["last_record"]["seq"]
    elsewhere = {"XDG_STATE_HOME": str(home / "elsewhere")}
    where = ("--vault", str(copy), "--passphrase-file", str(passphrase_file(home)))
    for name in ("b", "c"):
        done("add", "-", "--name", name, *where, stdin=name.encode(), env=elsewhere)
    done("journal", "accept-rollback", "--reason", "the other one", "--vault", str(copy))
    (line,) = (line for line in done("status", "--vault", str(copy)).splitlines() if line.startswith("Another copy: "))
    found = data(ipvault("status", "--json", "--vault", str(copy)))["accepted_rollbacks"][0]["found_seq"]
    assert found > seen
    assert f"up to record {found} in place of the one up to record {seen}, accepted on" in line
