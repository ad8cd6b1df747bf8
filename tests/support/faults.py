"""Failing system calls, counted, so that a test can go through all of them one by one."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

CHANGING = ("fchmod", "fsync", "ftruncate", "link", "mkdir", "rename", "replace", "rmdir", "unlink", "utime", "write")


class Killed(BaseException):
    """Stands for SIGKILL: from here on nothing else is changed."""


class SystemCalls:
    """Counts the calls that change something, and fails number `fail_at`, which is from 1.

    With an errno that one call fails; with `Killed`, the default, all that follow do too. `after` makes the call first,
    and fails then.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.fail_at = 0
        self.error: int | None = None
        self.after = False
        for name in CHANGING:
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))
        monkeypatch.setattr(os, "open", self._counted_if_creating(os.open))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: object, **options: object) -> Any:
            self.count += 1
            if not self.fail_at or self.count < self.fail_at or (self.error and self.count > self.fail_at):
                return call(*args, **options)
            if self.after and self.count == self.fail_at:
                call(*args, **options)
            if self.error:
                raise OSError(self.error, os.strerror(self.error))
            raise Killed

        return counted

    def _counted_if_creating(self, call: Callable[..., int]) -> Callable[..., int]:
        counted = self._counted(call)

        def opened(path: object, flags: int, *args: object, **options: object) -> int:
            return (counted if flags & os.O_CREAT else call)(path, flags, *args, **options)

        return opened
