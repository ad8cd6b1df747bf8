"""What `ipvault doctor` finds, on machines that are described by a folder with `proc`, `sys`, `dev` and `run`."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ipvault.oversight.doctor import examine
from ipvault.oversight.finding import Finding
from tests.support.secret_service import secret_service

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC).timestamp()
NOTHING_VISIBLE = Path("/nonexistent")


class Machine:
    """A machine as Linux shows it, written into a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, path: str, content: str = "") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def disk(self, name: str, *, uuid: str = "", on: tuple[str, ...] = (), loop: bool = False) -> None:
        """A block device, with its device-mapper uuid and the devices that it lies on."""
        block = self.root / "sys/class/block" / name
        block.mkdir(parents=True)
        if uuid:
            self.write(f"sys/class/block/{name}/dm/uuid", uuid + "\n")
        if loop:
            self.write(f"sys/class/block/{name}/loop/backing_file", "/image\n")
        (block / "slaves").mkdir()
        for below in on:
            (block / "slaves" / below).symlink_to(f"../../{below}")

    def swaps(self, *areas: tuple[str, str]) -> None:
        lines = [f"{name}\t{kind}\t8388604\t0\t-2\n" for name, kind in areas]
        self.write("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n" + "".join(lines))

    def mounts(self, *mounts: tuple[str, str, str]) -> None:
        """(mount point, file system, source) each."""
        lines = [f"{n} 1 8:{n} / {p} rw shared:1 - {k} {s} rw\n" for n, (p, k, s) in enumerate(mounts, 20)]
        self.write("proc/self/mountinfo", "".join(lines))

    def find(self, check: str, vault: Path | None = None) -> Finding:
        return finding(check, vault, system=self.root)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "system")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault's folder as `init` leaves it."""
    folder = tmp_path / "vault"
    (folder / "journal").mkdir(parents=True)
    folder.chmod(0o700)
    for name in ("VAULT", "journal/log"):
        (folder / name).write_text("")
        os.utime(folder / name, (NOW - 60, NOW - 60))
    return folder


def finding(
    check: str, vault: Path | None = None, *, now: float = NOW, openssl: str | None = None, system: Path = Path("/")
) -> Finding:
    found = examine(str(vault) if vault else None, now, openssl=openssl, system=system)
    matching = [each for each in found if each.check == check]
    assert len(matching) == 1
    return matching[0]


class TestWholeReport:
    def test_each_check_reports_once(self, vault: Path) -> None:
        """On the machine of the tests, whatever it is, every check has a sentence."""
        found = examine(str(vault), NOW)
        assert len({each.check for each in found}) == len(found)
        assert all(each.what for each in found)
        assert all(each.advice for each in found if each.state in ("warning", "problem"))

    def test_where_nothing_can_be_seen_nothing_of_it_is_ok(self, vault: Path) -> None:
        """`unknown` is never shown as `ok`."""
        states = {each.check: each.state for each in examine(str(vault), NOW, system=NOTHING_VISIBLE)}
        for check in ("disk-encryption", "swap", "hibernation", "clock", "openssl"):
            assert states[check] == "unknown"

    def test_without_a_vault_the_report_says_so(self) -> None:
        """The rest is examined all the same."""
        found = {each.check: each.state for each in examine(None, NOW)}
        assert found["vault"] == "unknown"
        assert "disk-encryption" not in found
        assert "swap" in found

    def test_a_vault_that_is_not_there_is_unknown(self, tmp_path: Path) -> None:
        """Neither a crash nor a good mark."""
        assert finding("vault-permissions", tmp_path / "none").state == "unknown"


class TestPermissions:
    def test_a_private_vault_is_ok(self, vault: Path) -> None:
        """Files inside a folder that only its owner enters may have any reading rights."""
        assert finding("vault-permissions", vault).state == "ok"

    @pytest.mark.parametrize("mode", [0o755, 0o750, 0o701])
    def test_a_vault_that_others_can_list_is_a_warning(self, vault: Path, mode: int) -> None:
        """They see when it changes and how large it is."""
        vault.chmod(mode)
        assert finding("vault-permissions", vault).state == "warning"

    @pytest.mark.parametrize("part", ["", "VAULT", "journal"])
    def test_a_vault_that_everybody_can_change_is_a_problem(self, vault: Path, part: str) -> None:
        """Anybody could destroy it."""
        (vault / part).chmod(0o777)
        assert finding("vault-permissions", vault).state == "problem"

    def test_a_vault_that_the_group_can_change_is_a_warning(self, vault: Path) -> None:
        """It may be shared on purpose."""
        (vault / "journal").chmod(0o770)
        assert finding("vault-permissions", vault).state == "warning"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_a_foreign_file_is_a_warning(self, vault: Path) -> None:
        """Its owner can change it."""
        os.chown(vault / "VAULT", 65534, 65534)
        found = finding("vault-permissions", vault)
        assert found.state == "warning"
        assert "another user" in found.what

    @pytest.mark.parametrize(
        ("variable", "check"), [("XDG_CONFIG_HOME", "config-permissions"), ("XDG_STATE_HOME", "state-permissions")]
    )
    def test_configuration_and_state_are_looked_at(self, variable: str, check: str) -> None:
        """Whoever writes there chooses the vault, or hides a rollback."""
        folder = Path(os.environ[variable], "ipvault")
        assert check not in [each.check for each in examine(None, NOW)]
        folder.mkdir(mode=0o700)
        assert finding(check).state == "ok"
        folder.chmod(0o777)
        assert finding(check).state == "problem"


class TestSwap:
    def test_no_swap_is_ok(self, machine: Machine) -> None:
        """Memory stays in memory."""
        machine.swaps()
        assert machine.find("swap").state == "ok"

    def test_compressed_memory_is_ok(self, machine: Machine) -> None:
        """zram is no disk."""
        machine.disk("zram0")
        machine.swaps(("/dev/zram0", "partition"))
        assert machine.find("swap").state == "ok"

    def test_an_open_partition_is_a_warning(self, machine: Machine) -> None:
        """Whoever gets the disk reads what was in memory."""
        machine.disk("sda2")
        machine.swaps(("/dev/sda2", "partition"))
        found = machine.find("swap")
        assert found.state == "warning"
        assert "/dev/sda2" in found.what

    def test_an_encrypted_volume_is_ok(self, machine: Machine) -> None:
        """Directly on dm-crypt, or as a logical volume above it."""
        machine.disk("sda2")
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-luks", on=("sda2",))
        machine.disk("dm-1", uuid="LVM-abcdef", on=("dm-0",))
        machine.swaps(("/dev/dm-0", "partition"), ("/dev/dm-1", "partition"))
        assert machine.find("swap").state == "ok"

    def test_one_open_area_among_encrypted_ones_is_named(self, machine: Machine) -> None:
        """The weakest counts."""
        machine.disk("sda2")
        machine.disk("sda3")
        machine.disk("dm-0", uuid="CRYPT-PLAIN-swap", on=("sda2",))
        machine.swaps(("/dev/dm-0", "partition"), ("/dev/sda3", "partition"))
        found = machine.find("swap")
        assert found.state == "warning"
        assert "/dev/sda3" in found.what
        assert "dm-0" not in found.what

    @pytest.mark.parametrize(
        ("uuid", "state"), [("CRYPT-LUKS1-0123-root", "ok"), ("CRYPT-VERITY-0123-root", "warning"), ("", "warning")]
    )
    def test_a_swap_file_is_as_safe_as_its_file_system(self, machine: Machine, uuid: str, state: str) -> None:
        """Verity volumes have a uuid that looks alike, and are not encrypted."""
        machine.disk("sda2")
        machine.disk("dm-0", uuid=uuid, on=("sda2",))
        machine.write("dev/dm-0")
        (machine.root / "dev/mapper").mkdir()
        (machine.root / "dev/mapper/root").symlink_to("../dm-0")
        machine.mounts(("/", "ext4", "/dev/mapper/root"))
        machine.swaps((r"/swap\040file", "file"))
        assert machine.find("swap").state == state


class TestHibernation:
    def test_a_machine_that_cannot_is_ok(self, machine: Machine) -> None:
        """Nothing writes its memory to a disk."""
        machine.write("sys/power/state", "freeze mem\n")
        machine.disk("sda2")
        machine.swaps(("/dev/sda2", "partition"))
        assert machine.find("hibernation").state == "ok"

    def test_an_open_swap_area_is_a_warning(self, machine: Machine) -> None:
        """The image would have every key in it."""
        machine.write("sys/power/state", "freeze mem disk\n")
        machine.disk("sda2")
        machine.swaps(("/dev/sda2", "partition"))
        assert machine.find("hibernation").state == "warning"

    def test_an_encrypted_swap_area_is_ok(self, machine: Machine) -> None:
        """So is having none."""
        machine.write("sys/power/state", "freeze mem disk\n")
        machine.swaps()
        assert machine.find("hibernation").state == "ok"
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-swap")
        machine.swaps(("/dev/dm-0", "partition"))
        assert machine.find("hibernation").state == "ok"

    def test_without_a_list_of_swap_areas_it_is_unknown(self, machine: Machine) -> None:
        """It can, but where to cannot be seen."""
        machine.write("sys/power/state", "disk\n")
        assert machine.find("hibernation").state == "unknown"


class TestDiskEncryption:
    def test_dm_crypt_is_seen(self, machine: Machine, vault: Path) -> None:
        """Under the mount that holds the vault, not under the one above it."""
        machine.disk("sda1")
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-home", on=("sda1",))
        machine.mounts(("/", "ext4", "/dev/sda1"), (str(vault.parent), "btrfs", "/dev/dm-0"))
        assert machine.find("disk-encryption", vault).state == "ok"

    def test_an_encrypted_disk_elsewhere_does_not_count(self, machine: Machine, vault: Path) -> None:
        """A name that begins alike is another place."""
        machine.disk("sda1")
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-home", on=("sda1",))
        machine.mounts(("/", "ext4", "/dev/sda1"), (str(vault)[:-1], "ext4", "/dev/dm-0"))
        assert machine.find("disk-encryption", vault).state == "unknown"

    def test_a_link_to_a_vault_is_followed(self, machine: Machine, vault: Path) -> None:
        """What counts is where the files are."""
        link = vault.parent / "link"
        link.symlink_to(vault)
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-home")
        machine.mounts(("/", "ext4", "/dev/sda1"), (str(vault), "ext4", "/dev/dm-0"))
        assert machine.find("disk-encryption", link).state == "ok"

    @pytest.mark.parametrize(
        ("kind", "source"),
        [("ext4", "/dev/sda1"), ("ext4", "/dev/loop0"), ("ext4", "/dev/md0"), ("nfs4", "server:/x"), ("zfs", "pool")],
    )
    def test_what_cannot_be_seen_is_unknown(self, machine: Machine, vault: Path, kind: str, source: str) -> None:
        """The drive, the host or the file system may encrypt; nobody can tell from here."""
        machine.disk("sda1")
        machine.disk("loop0", loop=True)
        machine.disk("dm-0", uuid="CRYPT-LUKS2-0123-a")
        machine.disk("md0", on=("dm-0", "sda1"))
        machine.mounts(("/", kind, source))
        found = machine.find("disk-encryption", vault)
        assert found.state == "unknown"
        assert source in found.what

    @pytest.mark.parametrize("kind", ["fuse.gocryptfs", "ecryptfs"])
    def test_encrypting_file_systems_are_seen(self, machine: Machine, vault: Path, kind: str) -> None:
        """They have no block device of their own."""
        machine.mounts(("/", "ext4", "/dev/sda1"), (str(vault), kind, "/cipher"))
        assert machine.find("disk-encryption", vault).state == "ok"

    def test_a_root_device_without_a_name_is_found_by_its_number(self, machine: Machine, vault: Path) -> None:
        """Early user space may leave another word in the place of the device."""
        machine.mounts(("/", "ext4", "rootfs"))
        machine.write("sys/dev/block/8:20/dm/uuid", "CRYPT-LUKS2-0123-root\n")
        assert machine.find("disk-encryption", vault).state == "ok"

    def test_garbled_mount_tables_are_unknown(self, machine: Machine, vault: Path) -> None:
        """A line that is cut is passed over."""
        machine.write("proc/self/mountinfo", "20 1 8:1 / /\nnonsense - \n\n")
        assert machine.find("disk-encryption", vault).state == "unknown"


class TestSyncFolder:
    def test_an_ordinary_folder_is_ok(self, vault: Path) -> None:
        """The sentence says what was looked for, and no more."""
        found = finding("sync-folder", vault)
        assert found.state == "ok"
        assert "known" in found.what

    @pytest.mark.parametrize(
        ("folder", "service"),
        [
            ("Dropbox", "Dropbox"),
            ("Dropbox (Example Ltd)", "Dropbox"),
            ("OneDrive - Example Ltd", "OneDrive"),
            ("Google Drive", "Google Drive"),
            ("Mobile Documents", "iCloud Drive"),
            ("Nextcloud", "Nextcloud"),
        ],
    )
    def test_the_names_of_sync_folders_are_known(self, tmp_path: Path, folder: str, service: str) -> None:
        """However deep the vault lies in them."""
        vault = tmp_path / folder / "legal" / "vault"
        vault.mkdir(parents=True)
        found = finding("sync-folder", vault)
        assert found.state == "warning"
        assert service in found.what

    @pytest.mark.parametrize(
        ("marker", "service"), [(".stfolder", "Syncthing"), (".dropbox", "Dropbox"), (".owncloudsync.log", "ownCloud")]
    )
    def test_the_marks_of_sync_programs_are_known(self, vault: Path, marker: str, service: str) -> None:
        """A sync folder can have any name."""
        (vault.parent / marker).mkdir()
        found = finding("sync-folder", vault)
        assert found.state == "warning"
        assert service in found.what

    def test_a_link_into_a_sync_folder_is_followed(self, tmp_path: Path) -> None:
        """What counts is where the files are."""
        (tmp_path / "Dropbox" / "vault").mkdir(parents=True)
        (tmp_path / "link").symlink_to(tmp_path / "Dropbox" / "vault")
        assert finding("sync-folder", tmp_path / "link").state == "warning"


class TestClock:
    def test_a_plausible_clock_is_unknown(self, machine: Machine, vault: Path) -> None:
        """It may be a day off, and nobody would see."""
        assert machine.find("clock", vault).state == "unknown"

    def test_a_synchronized_clock_is_ok(self, machine: Machine, vault: Path) -> None:
        """systemd-timesyncd leaves a mark when it has set it."""
        machine.write("run/systemd/timesync/synchronized")
        assert machine.find("clock", vault).state == "ok"

    @pytest.mark.parametrize("year", [1970, 2020, 2025, 2100, 2999])
    def test_an_impossible_year_is_a_problem(self, year: int) -> None:
        """An empty battery sets the clock to the year of the machine or to 1970."""
        now = datetime(year, 6, 1, tzinfo=UTC).timestamp()
        assert finding("clock", now=now).state == "problem"

    def test_a_journal_from_the_future_is_a_problem(self, machine: Machine, vault: Path) -> None:
        """Even if a time server is said to have set the clock."""
        machine.write("run/systemd/timesync/synchronized")
        os.utime(vault / "journal/log", (NOW + 3600, NOW + 3600))
        found = machine.find("clock", vault)
        assert found.state == "problem"
        assert "2027-03-01 13:00 UTC" in found.what


class TestUnlockedKey:
    def test_a_machine_without_a_keyring_is_told_where_the_key_goes(self) -> None:
        """Headless machines work; they should know how."""
        found = finding("keyring")
        assert found.state == "warning"
        assert "runtime folder" in found.advice

    def test_a_real_keyring_is_ok(self, tmp_path: Path) -> None:
        """On a desktop, by the name of its backend."""
        script = "from ipvault.oversight.doctor import examine; print(examine(None, 0)[0])"
        with secret_service(tmp_path) as desktop:
            found = desktop.run(script)
        assert "check='keyring', state='ok'" in found
        assert "SecretService" in found

    def test_a_plain_text_keyring_is_named(self) -> None:
        """P43: it is not counted as a keyring."""
        import keyring

        from tests.keys.weak_keyrings import PlaintextKeyring

        before = keyring.get_keyring()
        keyring.set_keyring(PlaintextKeyring())
        try:
            found = finding("keyring")
        finally:
            keyring.set_keyring(before)
        assert found.state == "warning"
        assert "PlaintextKeyring" in found.what

    def test_a_runtime_folder_is_ok(self) -> None:
        """It goes with the login."""
        found = finding("session-folder")
        assert found.state == "ok"
        assert os.environ["XDG_RUNTIME_DIR"] in found.what

    def test_a_runtime_folder_that_others_reach_is_a_problem(self) -> None:
        """`unlock` would refuse it."""
        folder = Path(os.environ["XDG_RUNTIME_DIR"], "ipvault")
        folder.mkdir()
        folder.chmod(0o755)
        assert finding("session-folder").state == "problem"

    @pytest.mark.skipif(Path(f"/run/user/{os.geteuid()}").exists(), reason="this login has a runtime folder")
    def test_a_temporary_folder_is_a_warning(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing clears it at logout."""
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        assert finding("session-folder").state == "warning"


class TestCoreDumps:
    @pytest.mark.parametrize(
        ("prepare", "pattern", "state"),
        [
            ("harden_process()", "|/usr/lib/systemd/systemd-coredump %P", "ok"),
            ("harden_process()", "core", "ok"),
            ("setrlimit(RLIMIT_CORE, (0, 0))", "core", "ok"),
            ("setrlimit(RLIMIT_CORE, (0, 0))", "|/usr/share/apport/apport %p", "warning"),
            ("setrlimit(RLIMIT_CORE, (4096, 4096))", "core", "warning"),
            ("setrlimit(RLIMIT_CORE, (0, 0))", None, "unknown"),
        ],
    )
    @pytest.mark.skipif(sys.platform != "linux", reason="core_pattern is Linux's")
    def test_what_a_crash_would_leave(self, machine: Machine, prepare: str, pattern: str | None, state: str) -> None:
        """P42: a limit of zero does not keep a handler from getting the memory; a hardened process does."""
        if pattern is not None:
            machine.write("proc/sys/kernel/core_pattern", pattern + "\n")
        script = (
            "from pathlib import Path\nfrom resource import RLIMIT_CORE, setrlimit\n"
            "from ipvault.keys.hardening import harden_process\nfrom ipvault.oversight.doctor import examine\n"
            f"{prepare}\n"
            f"print([f.state for f in examine(None, {NOW}, system=Path({str(machine.root)!r}))"
            " if f.check == 'core-dumps'][0])"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
        assert done.stdout.strip() == state, done.stderr


class TestVersions:
    def test_python_is_judged_by_its_end_of_support(self) -> None:
        """Years later the same machine gets another answer."""
        assert finding("python").state in ("ok", "unknown")
        late = datetime(2099, 1, 1, tzinfo=UTC).timestamp()
        assert finding("python", now=late).state in ("warning", "unknown")

    def test_the_libraries_are_named(self) -> None:
        """With the versions that a bug report needs."""
        assert finding("ipvault").what.startswith("ipvault ")
        assert finding("cryptography").what.startswith("cryptography ")
        assert finding("cryptography").state == "ok"
        assert finding("openssl", openssl="OpenSSL 3.5.0 8 Apr 2025") == Finding(
            "openssl", "ok", "OpenSSL 3.5.0 8 Apr 2025"
        )

    @pytest.mark.parametrize(("version", "state"), [("49.0.1", "problem"), ("50.0.0", "ok"), ("51.1", "ok")])
    def test_an_old_cryptography_is_a_problem(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, state: str
    ) -> None:
        """It has no streaming encryption."""
        installed = tmp_path / "cryptography-0.dist-info"
        installed.mkdir()
        (installed / "METADATA").write_text(f"Metadata-Version: 2.1\nName: cryptography\nVersion: {version}\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        assert finding("cryptography").state == state

    def test_an_invisible_cryptography_is_unknown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Some bundles leave the metadata out."""
        monkeypatch.setattr(sys, "path", [])
        assert finding("cryptography").state == "unknown"
