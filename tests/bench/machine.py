"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.sizes import GIB, Sizes

_PEERS = {
    "age": ("age", "--version"),
    "restic": ("restic", "version"),
    "borg": ("borg", "--version"),
    "gpg": ("gpg", "--version"),
}


def describe(folder: Path, sizes: Sizes) -> list[str]:
    """Lines about the machine, the file system of `folder`, the programs and how often they ran."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("ipvault", "cryptography", "typer"))
    processor = f"{os.cpu_count()} cores, {_processor()}, {_memory() / GIB:.0f} GiB"
    rounds = f"{sizes.fast_rounds} interleaved rounds, {sizes.slow_rounds} where a run takes seconds"
    load = ", ".join(f"{load:.2f}" for load in os.getloadavg())
    return [
        f"measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; load average at the end {load}",
        f"machine: {processor}, {platform.system()} {platform.release()}",
        f"file system: {_file_system(folder)}",
        f"ipvault: {libraries}; {platform.python_implementation()} {platform.python_version()}",
        f"peers: {', '.join(f'{name} {_version(command)}' for name, command in _PEERS.items())}",
        f"medians of {rounds}; cpu is user and system time of all processes",
    ]


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _memory() -> int:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def _file_system(folder: Path) -> str:
    done = subprocess.run(["df", "--output=fstype,source", folder], capture_output=True, text=True, check=False)
    return " on ".join(done.stdout.splitlines()[-1].split()) if done.returncode == 0 else "unknown"


def _version(command: tuple[str, ...]) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return next(word for word in first.split() if word.lstrip("v")[0].isdigit())
