"""Running the program at a terminal: a pseudo-terminal is its standard streams and its controlling terminal."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import pexpect

from tests.support.program import IPVAULT, command, environment

PATIENCE = 60  # seconds that a reaction may take on a busy machine; no test waits this long on purpose


class Terminal:
    """A session in which a test reads and types as a person does."""

    def __init__(
        self, *arguments: str, module: str = IPVAULT, columns: int = 100, env: Mapping[str, str] | None = None
    ) -> None:
        self._start(command(arguments, module), columns, env or {})

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """A session of another program, such as a shell that runs ipvault."""
        terminal = cls.__new__(cls)
        terminal._start(words, 100, {})
        return terminal

    def _start(self, words: Sequence[str], columns: int, env: Mapping[str, str]) -> None:
        self.process = pexpect.spawn(
            words[0],
            list(words[1:]),
            env=environment({"TERM": "xterm-256color", **env}),
            dimensions=(40, columns),
            encoding="utf-8",
            codec_errors="surrogateescape",
            timeout=PATIENCE,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.process.close(force=True)

    def read_until(self, text: str) -> str:
        """What was shown before `text`."""
        self.process.expect_exact(text)
        return str(self.process.before)

    def type_line(self, line: str, *, silently: bool = False) -> None:
        """Type `line` and Enter; `silently` first waits until the terminal shows nothing of what is typed."""
        if silently:
            self.await_silence()
        self.process.sendline(line)

    def await_silence(self) -> None:
        """Wait until the terminal shows nothing of what is typed."""
        deadline = time.monotonic() + PATIENCE
        while self.process.getecho():
            assert time.monotonic() < deadline, "the terminal would have shown what is typed"
            time.sleep(0.01)

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.sendintr()

    def end(self) -> tuple[int, str]:
        """The exit code, and what was shown since the last look."""
        self.process.expect(pexpect.EOF)
        shown = str(self.process.before)
        self.process.wait()
        status = self.process.exitstatus
        assert status is not None, f"killed by signal {self.process.signalstatus}"
        return status, shown
