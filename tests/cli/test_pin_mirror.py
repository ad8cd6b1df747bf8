"""The pin in the keyring: a second memory that survives whoever can write the user's files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import Outcome, ipvault
from tests.support.secret_service import SecretService, secret_service

PASSPHRASE = b"correct horse battery\n"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[SecretService]:
    """A desktop session with a real, unlocked keyring."""
    home = tmp_path / "desktop"
    home.mkdir()
    with secret_service(home) as service:
        yield service


def run(session: SecretService, vault: Path, *arguments: str, stdin: bytes = b"") -> Outcome:
    """A command on `vault` in the desktop session."""
    return ipvault("--vault", str(vault), *arguments, stdin=stdin, env=session.environment)


@pytest.fixture
def rolled_back(session: SecretService, tmp_path: Path) -> Path:
    """A vault that was open with its key in the keyring and has then been replaced with an older copy of itself."""
    vault, copy = tmp_path / "vault", tmp_path / "copy"
    assert run(session, vault, "init", "--passphrase-fd", "0", stdin=PASSPHRASE).exit == 0
    unlock = run(session, vault, "unlock", "--store", "keyring", "--passphrase-fd", "0", stdin=PASSPHRASE)
    assert unlock.exit == 0, unlock.stderr
    shutil.copytree(vault, copy)
    assert run(session, vault, "add", "-", "--name", "later", stdin=b"text").exit == 0
    shutil.rmtree(vault)
    copy.rename(vault)
    return vault


def test_the_keyring_remembers_what_the_state_directory_forgot(session: SecretService, rolled_back: Path) -> None:
    """A rollback is refused even when the pin in the user's files is gone or as old as the copy."""
    shutil.rmtree(session.environment["XDG_STATE_HOME"])
    assert run(session, rolled_back, "list").exit == 22
    accepted = run(session, rolled_back, "journal", "accept-rollback", "--reason", "restored")
    assert accepted.exit == 0, accepted.stderr
    assert run(session, rolled_back, "list").exit == 0


def test_without_a_session_in_the_keyring_the_state_directory_is_all_there_is(
    session: SecretService, rolled_back: Path
) -> None:
    """What the keyring test shows is the keyring's doing: without it a computer without state sees a new vault."""
    assert run(session, rolled_back, "lock").exit == 0
    shutil.rmtree(session.environment["XDG_STATE_HOME"])
    assert run(session, rolled_back, "list", "--passphrase-fd", "0", stdin=PASSPHRASE).exit == 0
