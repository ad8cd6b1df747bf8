"""Folders and texts nested deeper than a path can say, or a program that calls itself for each can follow."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NESTED_TOML = [b"slot = " + b"[" * 16_000, b"a." * 8_000 + b"b = 1", b"slot = " + b"{a=" * 5_000]
"""TOML that would exhaust its parser."""


@contextmanager
def nested(top: Path, depth: int) -> Iterator[None]:
    """So many folders called `d`, one in the other, below `top`, and a file in the last, till the end of the block."""
    top.mkdir(exist_ok=True)
    folder = os.open(top, os.O_RDONLY)
    try:
        for _ in range(depth):
            os.mkdir("d", dir_fd=folder)
            inner = os.open("d", os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        os.close(os.open("file.txt", os.O_WRONLY | os.O_CREAT, dir_fd=folder))
        yield
    finally:
        os.close(folder)
        subprocess.run(["rm", "-r", str(top / "d")], check=True)  # shutil.rmtree of Python 3.11 calls itself
