"""P42: a crash, or a debugger of the same user, does not get at keys."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ipvault.keys.hardening import is_dumpable

NOBODY = 65534


def run(script: str) -> str:
    prelude = "from ipvault.keys.hardening import harden_process, is_dumpable\nimport ctypes, os, resource\n"
    done = subprocess.run([sys.executable, "-c", prelude + script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_core_dumps_are_off_for_good() -> None:
    """The hard limit is zero, so that nothing later raises it, and children inherit it."""
    assert run("harden_process(); print(resource.getrlimit(resource.RLIMIT_CORE))") == "(0, 0)"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
def test_the_process_is_not_dumpable() -> None:
    """Handlers that core_pattern pipes to ignore the limit, but not this."""
    assert run("print(is_dumpable()); harden_process(); print(is_dumpable())") == "True\nFalse"


def test_hardening_twice_is_silent() -> None:
    """Best effort: it never fails a command."""
    assert run("harden_process(); harden_process()") == ""


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="only root can become another user")
@pytest.mark.parametrize("path", ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_its_own_descriptors_can_still_be_reopened(path: str) -> None:
    """Although /proc/self/fd then belongs to root, process substitution works for other users."""
    script = f"""
os.setgid({NOBODY})
os.setuid({NOBODY})
reader, writer = os.pipe()
os.write(writer, b"piped")
os.close(writer)
os.dup2(reader, 0)
harden_process()
print(is_dumpable(), os.stat("/proc/self/fd").st_uid, open({path!r}).read())
"""
    assert run(script) == "False 0 piped"


def test_other_systems_have_no_such_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can tell whether a crash shows the memory, that is what is said."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert is_dumpable() is None
