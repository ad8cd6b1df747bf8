"""What the process has around it: the standard streams, the terminal, the environment variables."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import BinaryIO, Literal, NamedTuple, TextIO


def open_standard_descriptors() -> None:
    """Occupy standard descriptors that were closed before the start, so that no file of the vault becomes one of them.

    They are opened the wrong way round, as the C library does for privileged programs: using one is an error.
    """
    for descriptor, mode in ((0, os.O_WRONLY), (1, os.O_RDONLY), (2, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, mode)


class Environment(NamedTuple):
    """The streams and settings that a command runs in; the only way in which commands reach them."""

    variables: Mapping[str, str]
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> Environment:
        """The real one. Characters that the terminal's encoding lacks are shown as escapes, never an error."""
        open_standard_descriptors()
        stdin, stdout, stderr = _stream(sys.stdin, 0, "r"), _stream(sys.stdout, 1, "w"), _stream(sys.stderr, 2, "w")
        return cls(os.environ, stdin.buffer, stdout, stderr)

    def colour(self, stream: TextIO) -> bool:
        """Whether `stream` takes colours and styles: a terminal that can, and a user who has not set NO_COLOR.

        no-color.org speaks of colours only; whoever sets it is better served without bold and italics too.
        """
        return self.can_move(stream) and not self.variables.get("NO_COLOR")

    def can_move(self, stream: TextIO) -> bool:
        """Whether `stream` is a terminal that understands escape sequences, such as those that move the cursor."""
        return stream.isatty() and self.variables.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns of the terminal, or of COLUMNS; 80 where there is none."""
        return shutil.get_terminal_size().columns


def _stream(stream: TextIO | None, descriptor: int, mode: Literal["r", "w"]) -> TextIO:
    if stream is None:  # it was closed before the start
        return open(descriptor, mode, closefd=False)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
