"""The system keyring: which one is used, and sessions that live in a real one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.secret_service import REPOSITORY, SecretService, secret_service

VAULT = "0123456789abcdef0123456789abcdef"
MEMBER = "fedcba98" * 8

PRELUDE = f"""
import json, os, sys
from ipvault.crypto.secret import Secret
from ipvault.errors import KeyringNotCleared, KeyringRefused
from ipvault.keys import runtime_folder, sessions, system_keyring

VAULT, MEMBER, KEY, NOW = {VAULT!r}, {MEMBER!r}, Secret(bytes(range(32))), 1_800_000_000.0
NAME = VAULT + "-" + MEMBER

def remember(store, until=NOW + 3600):
    return sessions.remember(VAULT, MEMBER, KEY, until, store, NOW)

def recall(now=NOW):
    found = sessions.recall(VAULT, MEMBER, now)
    assert found is None or found.master_key == KEY
    return found and (found.store, found.expires - NOW)

def refusal(action, *arguments):
    try:
        return action(*arguments)
    except (KeyringRefused, KeyringNotCleared) as error:
        return type(error).__name__ + ": " + str(error)
"""


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[SecretService]:
    """A desktop session with a keyring that its login has opened."""
    home = tmp_path / "desktop"
    home.mkdir()
    with secret_service(home) as service:
        yield service


def headless(script: str, **extra: str) -> str:
    """What `script` prints on a machine without a desktop session."""
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + script],
        env=dict(os.environ) | extra,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def marker(desktop: SecretService) -> Path:
    return Path(desktop.environment["XDG_RUNTIME_DIR"], "ipvault", f"{VAULT}-{MEMBER[:16]}")


class TestRealKeyring:
    def test_an_entry_is_stored_found_and_deleted(self, desktop: SecretService) -> None:
        """The life of an entry, each step by a process of its own."""
        for lifetime in ("", ", until_logout=True"):
            step = PRELUDE + "print(system_keyring."
            assert desktop.run(f"{step}get('pin'{lifetime}))") == "None"
            assert desktop.run(f"{step}put('pin', 'value'{lifetime}))") == "None"
            assert desktop.run(f"{step}get('pin'{lifetime}))") == "value"
            assert desktop.run(f"{step}put('pin', 'other'{lifetime}))") == "None"
            assert desktop.run(f"{step}get('pin'{lifetime}), system_keyring.get('another'{lifetime}))") == "other None"
            assert desktop.run(f"{step}delete('pin'{lifetime}))") == "True"
            assert desktop.run(f"{step}delete('pin'{lifetime}))") == "False"

    def test_a_desktop_session_keeps_the_key_in_the_keyring(self, desktop: SecretService) -> None:
        """Without an option a real keyring is preferred, and the next process finds the key there."""
        assert desktop.run(PRELUDE + "print(system_keyring.backend_name())") == "keyring.backends.SecretService.Keyring"
        assert desktop.run(PRELUDE + "print(remember(None))") == "keyring"
        assert desktop.run(PRELUDE + "print(recall())") == "('keyring', 3600.0)"

    def test_the_file_beside_a_keyring_session_has_no_secret(self, desktop: SecretService) -> None:
        """It says where to look and until when."""
        desktop.run(PRELUDE + "remember('keyring')")
        content = json.loads(marker(desktop).read_text())
        assert content == {
            "v": 1,
            "vault": VAULT,
            "member": MEMBER,
            "store": "keyring",
            "since": 1_800_000_000.0,
            "expires": 1_800_003_600.0,
        }

    def test_the_key_is_not_written_to_the_disk(self, desktop: SecretService) -> None:
        """The collection that ends with the session is used, not the login keyring, which is a file."""
        desktop.run(PRELUDE + "remember('keyring')")
        assert desktop.run(PRELUDE + "print(system_keyring.get(NAME))") == "None"
        folder = Path(desktop.environment["XDG_DATA_HOME"], "keyrings")
        assert not [file for file in folder.iterdir() if b"ipvault" in file.read_bytes()]

    def test_the_key_stays_out_of_the_environment_and_the_arguments(self, desktop: SecretService) -> None:
        """P39: nothing that other processes can list has it."""
        script = "remember('keyring'); key = KEY.reveal().hex().encode()\n"
        script += "print([n for n in ('environ', 'cmdline') if key in open('/proc/self/' + n, 'rb').read()])"
        assert desktop.run(PRELUDE + script) == "[]"

    def test_an_expired_session_leaves_the_keyring(self, desktop: SecretService) -> None:
        """At its end neither the marker nor the entry remains."""
        desktop.run(PRELUDE + "remember('keyring')")
        assert desktop.run(PRELUDE + "print(recall(NOW + 3600))") == "None"
        assert not marker(desktop).exists()
        assert desktop.run(PRELUDE + "print(system_keyring.get(NAME, until_logout=True))") == "None"

    def test_lock_empties_both_stores(self, desktop: SecretService) -> None:
        """And says whether there was anything, even if the marker has gone."""
        forget = PRELUDE + "print(sessions.forget(VAULT, MEMBER), system_keyring.get(NAME, until_logout=True))"
        desktop.run(PRELUDE + "remember('keyring')")
        assert desktop.run(forget) == "True None"
        assert not marker(desktop).exists()
        desktop.run(PRELUDE + "remember('keyring')")
        marker(desktop).unlink()
        assert desktop.run(PRELUDE + "print(recall())") == "None"
        assert desktop.run(forget) == "True None"
        assert desktop.run(forget) == "False None"

    def test_the_session_store_takes_the_key_out_of_the_keyring(self, desktop: SecretService) -> None:
        """`unlock --store session` after `unlock --store keyring` leaves one copy, and the other way round."""
        desktop.run(PRELUDE + "remember('keyring'); remember('session')")
        assert desktop.run(PRELUDE + "print(recall(), system_keyring.get(NAME, until_logout=True))") == (
            "('session', 3600.0) None"
        )
        desktop.run(PRELUDE + "remember('keyring')")
        assert "key" not in json.loads(marker(desktop).read_text())
        assert desktop.run(PRELUDE + "print(recall())") == "('keyring', 3600.0)"

    @pytest.mark.parametrize(
        "change",
        [
            "entry['vault'] = VAULT[::-1]",
            "entry['member'] = MEMBER[::-1]",
            "entry['expires'] = NOW - 1",
            "entry['v'] = 2",
            "del entry['key']",
            "entry['key'] = 'no hexadecimal'",
        ],
    )
    def test_an_entry_of_something_else_is_no_session(self, desktop: SecretService, change: str) -> None:
        """Entries name their vault, member and end; what does not fit is deleted."""
        script = f"""
remember('keyring')
entry = json.loads(system_keyring.get(NAME, until_logout=True))
{change}
system_keyring.put(NAME, json.dumps(entry), until_logout=True)
print(recall(), system_keyring.get(NAME, until_logout=True))
"""
        assert desktop.run(PRELUDE + script) == "None None"
        assert not marker(desktop).exists()

    def test_a_marker_without_an_entry_is_no_session(self, desktop: SecretService) -> None:
        """After a logout the keyring is empty; the marker goes too."""
        desktop.run(PRELUDE + "remember('keyring'); system_keyring.delete(NAME, until_logout=True)")
        assert desktop.run(PRELUDE + "print(recall())") == "None"
        assert not marker(desktop).exists()

    def test_a_chain_is_reduced_to_its_real_keyring(self, desktop: SecretService) -> None:
        """P43: whatever else is chained gets and gives nothing."""
        script = """
import keyring
from tests.keys.weak_keyrings import PlaintextKeyring  # which adds all of them to the chain, one in front
print(type(keyring.get_keyring()).__name__, type(keyring.get_keyring().backends[0]).__module__)
print(system_keyring.backend_name(), remember('keyring'), recall(), PlaintextKeyring.stored)
"""
        assert desktop.run(PRELUDE + script) == (
            "ChainerBackend tests.keys.weak_keyrings\n"
            "keyring.backends.SecretService.Keyring keyring ('keyring', 3600.0) {}"
        )

    def test_a_keyring_out_of_reach_is_no_session(self, desktop: SecretService) -> None:
        """Over SSH the marker is seen but not the keyring: the passphrase is asked for, and `lock` tells."""
        desktop.run(PRELUDE + "remember('keyring')")
        elsewhere = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent"}
        assert desktop.run(PRELUDE + "print(recall(), recall(NOW + 3600))", **elsewhere) == "None None"
        told = desktop.run(PRELUDE + "print(refusal(sessions.forget, VAULT, MEMBER))", **elsewhere)
        assert told.startswith("KeyringNotCleared")
        assert desktop.run(PRELUDE + "print(recall())") == "('keyring', 3600.0)"
        assert desktop.run(PRELUDE + "print(remember('session'), recall())", **elsewhere) == (
            "session ('session', 3600.0)"
        )


def test_a_locked_login_keyring_is_refused_and_not_needed(tmp_path: Path) -> None:
    """Nobody is there to open it: a lasting entry is refused; a session needs only the keyring in memory."""
    with secret_service(tmp_path, unlocked=False) as service:
        refused = service.run(PRELUDE + "print(refusal(system_keyring.put, 'pin', 'value'))")
        assert refused.startswith("KeyringRefused")
        assert "value" not in refused
        assert service.run(PRELUDE + "print(remember(None), recall())") == "keyring ('keyring', 3600.0)"


class TestRefusedKeyrings:
    @pytest.mark.parametrize(
        "backend",
        [
            "keyring.backends.null.Keyring",
            "tests.keys.weak_keyrings.PlaintextKeyring",
            "tests.keys.weak_keyrings.EncryptedKeyring",
            "tests.keys.weak_keyrings.Keyring",
        ],
    )
    def test_a_backend_that_is_not_known_to_be_real_gets_nothing(self, backend: str) -> None:
        """P43: it is named, and the session store is used instead."""
        script = """
from tests.keys.weak_keyrings import PlaintextKeyring
print(refusal(remember, 'keyring'), '|', remember(None), PlaintextKeyring.stored)
"""
        answer, _bar, fallback = headless(script, PYTHON_KEYRING_BACKEND=backend).partition(" | ")
        assert answer.startswith("KeyringRefused")
        assert backend in answer
        assert fallback == "session {}"

    def test_no_keyring_at_all_says_so(self) -> None:
        """P43: on a headless machine keyring chooses its `fail` backend."""
        expected = "session | KeyringRefused: the system keyring cannot keep the key: this login session has none"
        assert headless("print(remember(None), '|', refusal(remember, 'keyring'))") == expected
        configured = headless(
            "print(remember(None), '|', refusal(remember, 'keyring'))",
            PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring",
        )
        assert configured == expected

    @pytest.mark.parametrize("backend", ["tests.keys.weak_keyrings.BrokenKeyring", "no.such.Backend", "", "x"])
    def test_a_backend_that_does_not_load_is_refused(self, backend: str) -> None:
        """A broken configuration of keyring is no reason to fail an `unlock`."""
        script = "print(refusal(remember, 'keyring')); print(remember(None), sessions.forget(VAULT, MEMBER))"
        refused, rest = headless(script, PYTHON_KEYRING_BACKEND=backend).splitlines()
        assert refused.startswith("KeyringRefused")
        assert rest == "session True"

    def test_a_chain_of_weak_backends_is_refused(self) -> None:
        """P43: all of its members are named; of an empty chain, the chain."""
        chainer = "keyring.backends.chainer.ChainerBackend"
        script = """
from tests.keys.weak_keyrings import PlaintextKeyring
print(refusal(remember, 'keyring'), PlaintextKeyring.stored)
"""
        refused = headless(script, PYTHON_KEYRING_BACKEND=chainer)
        assert "PlaintextKeyring" in refused
        assert "EncryptedKeyring" in refused
        assert refused.endswith("{}")
        assert chainer in headless("print(refusal(remember, 'keyring'))", PYTHON_KEYRING_BACKEND=chainer)

    def test_a_chain_that_does_not_load_is_refused(self) -> None:
        """One broken plug-in breaks keyring's chain."""
        script = """
from tests.keys.weak_keyrings import BrokenKeyring
def fail(self):
    raise OSError('no such device')
BrokenKeyring.__init__ = fail
print(refusal(remember, 'keyring'))
"""
        refused = headless(script, PYTHON_KEYRING_BACKEND="keyring.backends.chainer.ChainerBackend")
        assert "does not load (no such device)" in refused

    def test_a_keyring_that_gives_back_something_else_keeps_nothing(self) -> None:
        """What was written is read back; if it differs it is deleted again, and the session store is used."""
        script = """
import keyring
from tests.keys.weak_keyrings import ForgetfulKeyring, disguise
disguise(ForgetfulKeyring)
keyring.set_keyring(ForgetfulKeyring())
print(refusal(remember, 'keyring'), '|', recall(), remember(None), recall(), ForgetfulKeyring.stored)
"""
        refused, _bar, rest = headless(script).partition(" | ")
        assert "gave back something else" in refused
        assert rest == "None session ('session', 3600.0) {}"
