"""The temporary folder in which a run of the bench lives: environment, inputs, vaults."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache, cached_property
from itertools import count
from pathlib import Path
from typing import Self

from tests.bench.measuring import Command, MeasurementFailed, Run, measure
from tests.bench.sizes import MIB, Sizes

ROOT = Path(__file__).parents[2]
PASSPHRASE = "canary crane-quartz 17"
IMPORT_TYPER = (sys.executable, "-c", "import typer")
"""The measure of every start: the same interpreter, importing no more than the library of the command line."""


class Workbench:
    """Everything that rows share. What several of them need is made once, when the first asks for it."""

    def __init__(self, folder: Path, sizes: Sizes) -> None:
        self.folder = folder
        self.sizes = sizes
        self._numbers = count(1)
        self.environment = _environment(folder)
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.touch(mode=0o600)
        self.passphrase_file.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
        self.long_journal = cache(self._long_journal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the agent that gpg leaves running in our folder."""
        if shutil.which("gpgconf"):
            self.do(["gpgconf", "--kill", "all"])

    def new_path(self, name: str) -> Path:
        """A path that nothing has used yet."""
        return self.folder / f"{next(self._numbers):05d}-{name}"

    def do(self, command: Command, *, cwd: Path | None = None) -> str:
        """Run something that is not measured; what it prints. Raises `MeasurementFailed`."""
        done = subprocess.run(command, env=self.environment, cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MeasurementFailed(f"{' '.join(map(str, command))}\n{done.stderr}")
        return done.stdout

    def time(self, *stages: Command, output: Path | None = None, settled: bool = False) -> Run:
        """Measure a pipeline in the bench's environment."""
        return measure(*stages, environment=self.environment, output=output, settled=settled)

    def always(self, command: Command) -> Callable[[int], Run]:
        """A contestant's run that is the same in every round."""
        return lambda _round: self.time(command)

    def ipvault(self, vault: Path | None, *arguments: str | Path) -> list[str | Path]:
        """A command line of the installed program."""
        chosen: list[str | Path] = ["--vault", vault] if vault else []
        return [_script(), *chosen, *arguments]

    def new_vault(self) -> Path:
        """An empty vault with a session open, made with the default passphrase check."""
        vault = self.new_path("vault")
        secret = f"--passphrase-file={self.passphrase_file}"
        self.do(self.ipvault(vault, "init", "--name", "Ada Lovelace", secret))
        self.do(self.ipvault(vault, "unlock", "--store", "session", "--for", "7d", secret))
        return vault

    def random_file(self, size: int) -> Path:
        """A file of random bytes."""
        path = self.new_path("input")
        with path.open("xb") as file:
            for start in range(0, size, MIB):
                file.write(os.urandom(min(MIB, size - start)))
        return path

    @cached_property
    def large_file(self) -> Path:
        """The one large input."""
        return self.random_file(self.sizes.large_file)

    @cached_property
    def tree(self) -> Path:
        """The folder of many small files, 100 to a folder."""
        return self._tree(self.sizes.files, self.sizes.file_size)

    @cached_property
    def vault_of_tree(self) -> Path:
        """A vault that holds the many small files."""
        return self._holding(self.tree)

    def vault_of(self, files: int, size: int) -> Path:
        """A vault of its own that holds so many random files of so many bytes."""
        return self._holding(self._tree(files, size))

    def _holding(self, tree: Path) -> Path:
        vault = self.new_vault()
        self.do(self.ipvault(vault, "add", "-r", tree))
        return vault

    def _tree(self, files: int, size: int) -> Path:
        top = self.new_path("tree")
        for number in range(files):
            folder = top / f"matter-{number // 100:03d}"
            if number % 100 == 0:
                folder.mkdir(parents=True)
            (folder / f"claims-{number:05d}.docx").write_bytes(os.urandom(size))
        return top

    def _long_journal(self, records: int, per_transaction: int) -> Path:
        """`long_journal(records, per_transaction)`: a vault of a few items and a journal of so many records."""
        vault = self.vault_of(self.sizes.short_journal - 20, 100)
        script: Command = [sys.executable, "-m", "tests.bench.long_journal", vault, str(records), str(per_transaction)]
        self.do(script, cwd=ROOT)
        return vault


def _environment(folder: Path) -> dict[str, str]:
    """A home of its own for all programs, and no PYTHON variable: PYTHONDONTWRITEBYTECODE would spoil every figure."""
    home = folder / "home"
    own = {
        "HOME": home,
        "XDG_CACHE_HOME": home / "cache",
        "XDG_CONFIG_HOME": home / "config",
        "XDG_DATA_HOME": home / "data",
        "XDG_RUNTIME_DIR": home / "run",
        "XDG_STATE_HOME": home / "state",
        "GNUPGHOME": home / "gnupg",
        "BORG_BASE_DIR": home / "borg",
        "RESTIC_CACHE_DIR": home / "restic",
    }
    for path in own.values():
        path.mkdir(mode=0o700)
    passwords = {"BORG_PASSPHRASE": PASSPHRASE, "RESTIC_PASSWORD": PASSPHRASE}
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **passwords, **{k: str(v) for k, v in own.items()}}


def _script() -> Path:
    """The installed console script of this interpreter's ipvault."""
    script = Path(sys.executable).with_name("ipvault")
    if not script.exists():
        raise MeasurementFailed(f"there is no {script}: run the bench with the Python that ipvault is installed in")
    return script
