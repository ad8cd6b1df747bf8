"""Sessions in the user's runtime folder. Those in a keyring are in test_keyring.py."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from ipvault.crypto.secret import Secret
from ipvault.errors import KeyringNotCleared, KeyringRefused, SessionStoreRefused
from ipvault.keys import sessions

VAULT = "0123456789abcdef0123456789abcdef"
MEMBER = "fedcba98" * 8
KEY = Secret(bytes(range(32)))
NOW = 1_800_000_000.0
HOUR = 3600.0

only_root_gives_files_away = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")


@pytest.fixture
def file() -> Path:
    """An open session's file."""
    assert sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW) == "session"
    return session_file()


def session_file() -> Path:
    return Path(os.environ["XDG_RUNTIME_DIR"], "ipvault", f"{VAULT}-{MEMBER[:16]}")


def recall(now: float = NOW) -> sessions.Session | None:
    return sessions.recall(VAULT, MEMBER, now)


class TestRememberAndRecall:
    @pytest.mark.usefixtures("file")
    def test_a_session_gives_the_key_back(self) -> None:
        """What `unlock` kept, the next command finds."""
        assert recall() == sessions.Session(KEY, NOW + HOUR, "session")

    def test_without_unlock_there_is_no_session(self) -> None:
        """And looking for one leaves nothing behind."""
        assert recall() is None
        assert not session_file().parent.exists()

    @pytest.mark.usefixtures("file")
    def test_another_vault_or_member_has_no_session(self) -> None:
        """A session belongs to one member of one vault."""
        assert sessions.recall(VAULT[::-1], MEMBER, NOW) is None
        assert sessions.recall(VAULT, MEMBER[::-1], NOW) is None

    @pytest.mark.parametrize("field", ["vault", "member"])
    def test_a_file_of_another_vault_or_member_is_no_session(self, file: Path, field: str) -> None:
        """Copying a session file under another name gives nobody a key."""
        content = json.loads(file.read_text())
        file.write_text(json.dumps(content | {field: content[field][::-1]}))
        assert recall() is None

    @pytest.mark.usefixtures("file")
    def test_unlocking_again_replaces_the_session(self) -> None:
        """The later of two unlocks counts, and only one file remains."""
        sessions.remember(VAULT, MEMBER, KEY, NOW + 2 * HOUR, "session", NOW)
        found = recall()
        assert found is not None
        assert found.expires == NOW + 2 * HOUR
        assert os.listdir(session_file().parent) == [session_file().name]

    def test_without_a_keyring_the_session_store_is_used(self) -> None:
        """A headless machine needs no option."""
        assert sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW) == "session"
        assert recall() == sessions.Session(KEY, NOW + HOUR, "session")

    def test_a_keyring_that_was_asked_for_must_be_there(self, file: Path) -> None:
        """`--store keyring` does not fall back, and the session that was open stays open."""
        before = file.read_bytes()
        with pytest.raises(KeyringRefused):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "keyring", NOW)
        assert file.read_bytes() == before

    def test_no_key_shows_in_representations(self, file: Path) -> None:
        """P40: a session can be logged by mistake."""
        key = KEY.reveal().hex()
        assert key in file.read_text()
        assert key not in repr(recall())

    @pytest.mark.parametrize("name", ["../evil", "a/b", "", "a\0b", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"])
    def test_a_name_cannot_lead_out_of_the_folder(self, name: str) -> None:
        """The vault's own file says what its id is, so an attacker may have written it."""
        with pytest.raises(ValueError, match="letters"):
            sessions.recall(f"{name}/", MEMBER, NOW)


class TestTimeLimit:
    @pytest.mark.parametrize("late", [0, 1, 10 * HOUR])
    def test_an_expired_session_is_deleted(self, file: Path, late: float) -> None:
        """At the moment of its end the key is gone from the disk, too."""
        assert recall(NOW + HOUR + late) is None
        assert not file.exists()

    @pytest.mark.usefixtures("file")
    def test_a_session_lasts_until_its_end(self) -> None:
        """One second before, it is still there."""
        assert recall(NOW + HOUR - 1) is not None

    def test_putting_the_clock_back_ends_the_session(self, file: Path) -> None:
        """Else the time limit could be stretched at will. A minute is let pass: clocks are corrected."""
        assert recall(NOW - 30) is not None
        assert recall(NOW - HOUR) is None
        assert not file.exists()


class TestForget:
    def test_lock_deletes_the_session(self, file: Path) -> None:
        """After `lock` there is no key, and a second `lock` says that there was none."""
        assert sessions.forget(VAULT, MEMBER)
        assert not file.exists()
        assert recall() is None
        assert not sessions.forget(VAULT, MEMBER)

    def test_what_an_interrupted_unlock_left_is_deleted(self, file: Path) -> None:
        """A killed `unlock` may leave a half-written file with the key in it."""
        leftover = file.with_name(f".{file.name}.0123456789abcdef")
        leftover.write_bytes(file.read_bytes())
        file.unlink()
        assert sessions.forget(VAULT, MEMBER)
        assert not leftover.exists()

    def test_other_sessions_stay(self, file: Path) -> None:
        """Locking one vault locks no other."""
        other = VAULT[::-1]
        sessions.remember(other, MEMBER, KEY, NOW + HOUR, "session", NOW)
        sessions.forget(other, MEMBER)
        assert file.exists()

    def test_a_keyring_out_of_reach_is_not_called_locked(self, file: Path) -> None:
        """If the key is in a keyring that does not answer, `lock` must not say that all is well."""
        write_marker(file)
        with pytest.raises(KeyringNotCleared):
            sessions.forget(VAULT, MEMBER)
        assert file.exists()


def write_marker(file: Path) -> None:
    """Turn the session file into the marker of a keyring session."""
    content = json.loads(file.read_text())
    del content["key"]
    file.write_text(json.dumps(content | {"store": "keyring"}))


class TestPermissions:
    def test_folder_and_file_are_private(self) -> None:
        """P34: whatever the umask is."""
        for mask in (0o000, 0o077):
            before = os.umask(mask)
            try:
                sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)
            finally:
                os.umask(before)
            assert stat.S_IMODE(session_file().stat().st_mode) == 0o600
            assert stat.S_IMODE(session_file().parent.stat().st_mode) == 0o700
            session_file().unlink()
            session_file().parent.rmdir()

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660, 0o666, 0o601])
    def test_a_wider_file_is_refused(self, file: Path, mode: int) -> None:
        """P44: others may have read or written it."""
        file.chmod(mode)
        with pytest.raises(SessionStoreRefused):
            recall()

    @pytest.mark.parametrize("mode", [0o750, 0o701, 0o777, 0o1777])
    def test_a_wider_folder_is_refused(self, file: Path, mode: int) -> None:
        """P44: neither read from nor written to."""
        file.parent.chmod(mode)
        with pytest.raises(SessionStoreRefused):
            recall()
        with pytest.raises(SessionStoreRefused):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)

    @only_root_gives_files_away
    @pytest.mark.parametrize("part", ["file", "folder"])
    def test_what_belongs_to_somebody_else_is_refused(self, file: Path, part: str) -> None:
        """P44: whoever made it may have put a key of his choice there."""
        os.chown(file if part == "file" else file.parent, 65534, 65534)
        with pytest.raises(SessionStoreRefused) as error:
            recall()
        assert "another user" in str(error.value)

    def test_a_linked_file_is_refused(self, file: Path, tmp_path: Path) -> None:
        """P30: `lock` removes the link, and what it points to is left alone."""
        target = tmp_path / "target"
        file.rename(target)
        file.symlink_to(target)
        with pytest.raises(SessionStoreRefused, match="link"):
            recall()
        with pytest.raises(SessionStoreRefused, match="link"):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)
        assert sessions.forget(VAULT, MEMBER)
        assert not file.is_symlink()
        assert KEY.reveal().hex() in target.read_text()

    def test_a_linked_folder_is_refused(self, file: Path, tmp_path: Path) -> None:
        """P30: even where it points to a private folder of the same user."""
        target = tmp_path / "target"
        file.parent.rename(target)
        file.parent.symlink_to(target)
        with pytest.raises(SessionStoreRefused, match="link"):
            recall()
        with pytest.raises(SessionStoreRefused, match="link"):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)

    @pytest.mark.parametrize("kind", ["fifo", "folder"])
    def test_special_files_are_refused(self, file: Path, kind: str) -> None:
        """A pipe must not make every command wait."""
        file.unlink()
        os.mkfifo(file, 0o600) if kind == "fifo" else file.mkdir(0o700)
        with pytest.raises(SessionStoreRefused):
            recall()

    def test_a_file_in_place_of_the_folder_is_refused(self) -> None:
        """It was not made by ipvault."""
        session_file().parent.write_text("")
        with pytest.raises(SessionStoreRefused):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)


class TestRuntimeFolder:
    @pytest.fixture(autouse=True)
    def _only_a_temporary_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if Path(f"/run/user/{os.geteuid()}").exists():
            pytest.skip("this login has a runtime folder in /run/user")
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        monkeypatch.setenv("TMPDIR", str(tmp_path))

    def test_without_one_a_private_temporary_folder_is_used(self, tmp_path: Path) -> None:
        """Containers and cron jobs have no login session."""
        sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW)
        folder = tmp_path / f"ipvault-{os.geteuid()}"
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert recall() is not None

    @pytest.mark.parametrize("value", ["relative/folder", "/no/such/folder", "", "/etc/passwd"])
    def test_a_runtime_folder_that_is_none_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
    ) -> None:
        """The specification wants an absolute path of a folder."""
        monkeypatch.setenv("XDG_RUNTIME_DIR", value)
        sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW)
        assert (tmp_path / f"ipvault-{os.geteuid()}").is_dir()

    def test_a_runtime_folder_that_others_write_to_is_passed_over(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever may rename our folder there could put another in its place."""
        shared = tmp_path / "shared"
        shared.mkdir()
        shared.chmod(0o777)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(shared))
        sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW)
        assert not list(shared.iterdir())

    @only_root_gives_files_away
    def test_a_folder_that_somebody_else_put_there_is_refused(self, tmp_path: Path) -> None:
        """T4: in a shared temporary folder anybody can be first."""
        folder = tmp_path / f"ipvault-{os.geteuid()}"
        folder.mkdir(0o700)
        os.chown(folder, 65534, 65534)
        with pytest.raises(SessionStoreRefused):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW)

    def test_a_place_that_cannot_be_written_is_reported(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The message names the folder."""
        monkeypatch.setenv("TMPDIR", "/no/such/folder")
        with pytest.raises(SessionStoreRefused, match="/no/such/folder"):
            sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, None, NOW)


class TestWriting:
    @pytest.mark.no_cover
    def test_a_full_disk_keeps_the_session_that_was_open(self, file: Path) -> None:
        """P19: the new file appears whole or not at all, and no part of a key stays behind."""
        before = file.read_bytes()
        script = f"""
import resource
from ipvault.crypto.secret import Secret
from ipvault.errors import SessionStoreRefused
from ipvault.keys import sessions
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
try:
    sessions.remember({VAULT!r}, {MEMBER!r}, Secret(bytes(32)), {NOW + HOUR}, "session", {NOW})
except SessionStoreRefused as error:
    print(error.id)
"""
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert done.stdout == "session-refused\n"
        assert file.read_bytes() == before
        assert os.listdir(file.parent) == [file.name]

    def test_what_cannot_be_removed_is_reported(self, file: Path) -> None:
        """`lock` does not claim what it could not do."""
        file.unlink()
        file.mkdir()
        with pytest.raises(SessionStoreRefused):
            sessions.forget(VAULT, MEMBER)


class TestDamagedFiles:
    def test_every_truncation_is_no_session(self, file: Path) -> None:
        """A file that was cut is removed, and the passphrase is asked for."""
        whole = file.read_bytes()
        for length in range(len(whole)):
            write_private(file, whole[:length])
            assert recall() is None
            assert not file.exists()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(content=st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
    def test_any_bytes_are_no_session(self, file: Path, content: bytes) -> None:
        """Nothing that is not a session makes a command fail."""
        write_private(file, content)
        assert recall() is None
        assert not file.exists()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        field=st.sampled_from(["v", "vault", "member", "store", "since", "expires", "key"]),
        value=st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just(10**400),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
    )
    def test_any_value_in_any_field_is_handled(self, field: str, value: object) -> None:
        """A field of another type or size is no session, or a session with that field; never a crash."""
        sessions.remember(VAULT, MEMBER, KEY, NOW + HOUR, "session", NOW)
        content = json.loads(session_file().read_text())
        write_private(session_file(), json.dumps(content | {field: value}).encode())
        found = recall()
        assert found is None or (found.store == "session" and found.expires < 1e12)

    @pytest.mark.parametrize(
        "content", ["[" * 4000, '{"a":' * 800, "1" * 4000, '{"expires": 1e999}', "{}", "[]", "null"]
    )
    def test_hostile_json_is_no_session(self, file: Path, content: str) -> None:
        """Deep nesting and endless numbers end in the same way."""
        write_private(file, content.encode())
        assert recall() is None

    def test_a_huge_file_is_not_read_whole(self, file: Path) -> None:
        """A gigabyte of holes costs nothing."""
        os.truncate(file, 1 << 30)
        assert recall() is None


def write_private(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o600)


@pytest.mark.usefixtures("file")
def test_recall_does_not_import_the_keyring() -> None:
    """It costs a tenth of a second, and most commands find a session file or nothing."""
    script = (
        "import sys; from ipvault.keys import sessions;"
        f"a = sessions.recall({VAULT!r}, {MEMBER!r}, {NOW}); b = sessions.recall({VAULT!r}, 'ab', {NOW});"
        "print(a is not None, b is None, [m for m in ('keyring', 'subprocess', 'platformdirs', 'tempfile')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "True True []\n"
