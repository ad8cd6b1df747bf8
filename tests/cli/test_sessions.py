"""Sessions through the real command line: how long they last, and who may keep their key."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.cli.vaults import data, done, error, passphrase_file
from tests.support.program import ipvault
from tests.support.secret_service import secret_service
from tests.support.terminal import Terminal


@pytest.mark.usefixtures("vault")
def test_a_session_ends_when_its_time_is_over(home: Path, secret: Path) -> None:
    """After `unlock --for 1s` and a second, a command asks again, and the key is no longer on this computer."""
    done("unlock", "--for", "1s", "--store", "session", "--passphrase-file", str(secret))
    kept = home / "run" / "ipvault"
    assert list(kept.iterdir())
    time.sleep(1.1)
    assert ipvault("list").exit == 16
    assert not list(kept.iterdir())


@pytest.mark.usefixtures("vault")
def test_a_session_is_private_to_its_user(home: Path, secret: Path) -> None:
    """Its file is readable by this user only; one that others can reach is not used, which is told, nor replaced."""
    (kept,) = (home / "run" / "ipvault").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    kept.parent.chmod(0o770)
    outcome = ipvault("list")
    assert outcome.exit == 16
    assert f"the session is not used, because its key cannot be kept in {kept.parent} any more" in outcome.stderr
    failure = error(ipvault("unlock", "--json", "--passphrase-file", str(secret)))
    assert (failure["id"], failure["exit_code"]) == ("session-refused", 30)
    assert str(kept.parent) in failure["message"]
    done("lock")
    assert not kept.exists()


@pytest.mark.usefixtures("vault")
def test_a_folder_that_nothing_clears_is_named(tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a runtime folder, `unlock`, `status` and `doctor` say in which folder the key is kept."""
    if Path(f"/run/user/{os.geteuid()}").exists():
        pytest.skip("this login has a runtime folder in /run/user")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = tmp_path / f"ipvault-{os.geteuid()}"
    outcome = ipvault("unlock", "--store", "session", "--passphrase-file", str(secret))
    assert f"Its key is kept in the folder {folder}; `ipvault lock` closes it sooner." in outcome.stderr
    assert len(list(folder.iterdir())) == 1
    assert f"its key is kept in the folder {folder}" in done("status")
    found = {finding["check"]: finding for finding in data(ipvault("doctor", "--json"))["findings"]}
    assert found["keyring"]["advice"] == f"an unlocked key is kept in the folder {folder} instead"
    assert str(folder) in found["session-folder"]["what"]


@pytest.fixture
def squatted(vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A locked vault, and a folder for temporary files in which somebody else has made ours before us."""
    if Path(f"/run/user/{os.geteuid()}").exists():
        pytest.skip("this login has a runtime folder in /run/user")
    done("lock", "--vault", str(vault))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folder = tmp_path / f"ipvault-{os.geteuid()}"
    folder.mkdir()
    folder.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    return folder


def test_a_squatted_folder_holds_nothing_up(squatted: Path, secret: Path) -> None:
    """Commands go on without a session and without a warning; `unlock` fails with what to do; `lock` has no trouble."""
    for words in (("list",), ("status",), ("verify",)):
        outcome = ipvault(*words, "-q", "--passphrase-file", str(secret))
        assert (outcome.exit, outcome.stderr) == (0, ""), outcome
    assert ipvault("list").exit == 16
    failure = error(ipvault("unlock", "--json", "--passphrase-file", str(secret)))
    assert failure["id"] == "session-refused"
    assert str(squatted) in failure["message"]
    assert "find out who made that folder" in failure["hint"]
    assert "XDG_RUNTIME_DIR or TMPDIR" in failure["hint"]
    assert data(ipvault("lock", "--json")) == {"was_open": False}
    assert list(squatted.iterdir()) == []


@pytest.mark.usefixtures("vault")
def test_lock_finds_a_session_of_another_environment(tmp_path: Path, secret: Path) -> None:
    """A session that was begun with another runtime folder is ended too, by `lock` and by the next `unlock`."""
    elsewhere, later = tmp_path / "elsewhere", tmp_path / "later"
    for folder in (elsewhere, later):
        folder.mkdir(mode=0o700)
    unlock = ("unlock", "--store", "session", "--passphrase-file", str(secret), "-q")
    done("lock")
    done(*unlock, env={"XDG_RUNTIME_DIR": str(elsewhere)})
    assert ipvault("list").exit == 16
    assert data(ipvault("lock", "--json")) == {"was_open": True}
    assert list((elsewhere / "ipvault").iterdir()) == []
    assert ipvault("list", env={"XDG_RUNTIME_DIR": str(elsewhere)}).exit == 16
    assert data(ipvault("lock", "--json")) == {"was_open": False}
    done(*unlock, env={"XDG_RUNTIME_DIR": str(elsewhere)})
    done(*unlock, env={"XDG_RUNTIME_DIR": str(later)})
    assert list((elsewhere / "ipvault").iterdir()) == []
    assert len(list((later / "ipvault").iterdir())) == 1


@pytest.mark.usefixtures("vault")
def test_a_session_is_for_one_vault(home: Path, secret: Path) -> None:
    """The open session of one vault opens no other."""
    done("init", str(home / "second"), "--passphrase-file", str(secret))
    assert ipvault("list", "--vault", str(home / "second")).exit == 16
    assert ipvault("list").exit == 0
    assert ipvault("lock", "--vault", str(home / "second"), "-q").exit == 0
    assert ipvault("list").exit == 0


@pytest.mark.usefixtures("vault")
def test_unlock_asks_although_a_session_is_open() -> None:
    """A session cannot be made longer by somebody who does not know the passphrase."""
    assert ipvault("unlock", "--for", "30d").exit == 16
    with Terminal("unlock", "--store", "session") as terminal:
        terminal.read_until("Passphrase: ")
        terminal.type_line("not this one", silently=True)
        assert terminal.end()[0] == 12


def test_a_session_in_a_real_keyring(home: Path, tmp_path: Path) -> None:
    """On a desktop the key goes to the Secret Service: no file has it, and lock or logging out ends the session."""
    desktop = tmp_path / "desktop"
    desktop.mkdir()
    options = ("--vault", str(home / "vault"))
    secret = passphrase_file(home)
    with secret_service(desktop) as service:
        env = service.environment
        done("init", *options, "--name", "Ada", "--passphrase-file", str(secret), env=env)
        unlock = ("unlock", *options, "--passphrase-file", str(secret), "--json")
        assert data(ipvault(*unlock, env=env))["store"] == "keyring"
        assert '"key"' not in "".join(file.read_text() for file in _files(desktop / "xdg_runtime_dir" / "ipvault"))
        assert data(ipvault("status", *options, "--json", env=env))["session_store"] == "keyring"
        assert "the system keyring" in ipvault("status", *options, env=env).stdout
        assert data(ipvault("lock", *options, "--json", env=env)) == {"was_open": True}
        assert ipvault("list", *options, env=env).exit == 16
        assert ipvault(*unlock, "--store", "keyring", env=env).exit == 0
    assert ipvault("list", *options, env=env).exit == 16


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("vault")
def test_a_keyring_that_does_not_protect_is_refused(secret: Path) -> None:
    """P43: a null, failing or plain-text backend gets no key: 30 with a hint if asked for, else the session is used."""
    done("lock")
    unlock = ("unlock", "--passphrase-file", str(secret), "--json")
    for backend in (
        "keyring.backends.fail.Keyring",
        "keyring.backends.null.Keyring",
        "tests.keys.weak_keyrings.PlaintextKeyring",
        "tests.keys.weak_keyrings.EncryptedKeyring",
        "no.such.Keyring",
    ):
        env = {"PYTHON_KEYRING_BACKEND": backend}
        failure = error(ipvault(*unlock, "--store", "keyring", env=env))
        assert (failure["id"], failure["exit_code"]) == ("keyring-refused", 30)
        assert "--store session" in failure["hint"]
    assert ipvault("list").exit == 16
    assert data(ipvault(*unlock, env={"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}))["store"] == "session"
