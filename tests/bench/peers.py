"""The peers: what they are told to do, as their manuals recommend it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from tests.bench.measuring import Command
from tests.bench.workbench import Workbench

_SYNC = 'sync -- "$2" "$(dirname -- "$2")"'


def _shell(script: str, *arguments: str | Path) -> Command:
    """A shell script that ends at the first failure, with its arguments."""
    return ["sh", "-euc", script, "sh", *arguments]


class Age:
    """age with a key pair, which spares it a passphrase: there is no KDF in its figures, nor in ours."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    @cached_property
    def _identity(self) -> Path:
        path = self._bench.new_path("age-identity")
        self._bench.do(["age-keygen", "-o", path])
        return path

    @cached_property
    def _recipient(self) -> str:
        return self._bench.do(["age-keygen", "-y", self._identity]).strip()

    def encrypt(self, source: Path, target: Path, *, recipients: int = 1) -> Command:
        """Encrypt a file, durably; for several recipients, that are the same one several times, which age takes."""
        to = ' -r "$3"' * recipients
        return _shell(f'age{to} -o "$2" "$1"; {_SYNC}', source, target, self._recipient)

    def hash_and_encrypt(self, source: Path, target: Path) -> Command:
        """The same after the file's SHA-256, which a record of it would need."""
        return _shell(f'sha256sum "$1"; age -r "$3" -o "$2" "$1"; {_SYNC}', source, target, self._recipient)

    def decrypt(self, source: Path) -> Command:
        """Decrypt a file to standard output."""
        return ["age", "-d", "-i", self._identity, source]

    def decrypt_to(self, source: Path, target: Path) -> Command:
        """Decrypt a file to another, durably."""
        return _shell(f'age -d -i "$3" -o "$2" "$1"; {_SYNC}', source, target, self._identity)


def gpg_encrypt(bench: Workbench, source: Path, target: Path) -> Command:
    """Encrypt a file with a passphrase, durably; AES-256, and no compression, which would only cost it time."""
    script = (
        'gpg --batch --quiet --pinentry-mode loopback --passphrase-file "$3" --symmetric --cipher-algo AES256 '
        f'--compress-algo none -o "$2" "$1"; {_SYNC}'
    )
    return _shell(script, source, target, bench.passphrase_file)


class Restic:
    """A new restic repository."""

    def __init__(self, bench: Workbench) -> None:
        self._repository = bench.new_path("restic")
        bench.do(self._command("init"))

    def backup(self, folder: Path) -> Command:
        return self._command("backup", folder)

    def list(self) -> Command:
        return self._command("ls", "latest")

    def _command(self, *arguments: str | Path) -> Command:
        return ["restic", "--quiet", "-r", self._repository, *arguments]


class Borg:
    """A new borg repository with an archive to come."""

    def __init__(self, bench: Workbench) -> None:
        self._repository = bench.new_path("borg")
        bench.do(["borg", "init", "--encryption", "repokey", self._repository])

    def create(self, folder: Path) -> Command:
        return ["borg", "create", f"{self._repository}::archive", folder]

    def list(self) -> Command:
        return ["borg", "list", f"{self._repository}::archive"]
