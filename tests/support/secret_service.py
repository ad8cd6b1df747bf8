"""A real Secret Service (Debian gnome-keyring) on a message bus of its own, with a home of its own.

It needs no desktop, works as root, and any number can run side by side.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.peers import need

REPOSITORY = Path(__file__).parents[2]

_UNLOCKED = "printf keyring-password | gnome-keyring-daemon --unlock --components=secrets"
_LOCKED = "gnome-keyring-daemon --start --components=secrets"  # has no login keyring, and nobody to ask for one
_SERVE = """
{start} >/dev/null 2>&1
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
    string:org.freedesktop.secrets | grep -q 'boolean true'
do
    tries=$((tries + 1))
    [ $tries -lt 500 ] || exit 1
    sleep 0.02
done
echo "$DBUS_SESSION_BUS_ADDRESS"
exec cat >/dev/null
"""


@dataclass(frozen=True)
class SecretService:
    """A desktop session: what a process must have in its environment to be in it."""

    environment: dict[str, str]

    def run(self, script: str, **extra: str) -> str:
        """What a Python script prints that runs in the session; it must succeed. `extra` are more variables."""
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.environment | extra,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@contextmanager
def secret_service(home: Path, *, unlocked: bool = True) -> Iterator[SecretService]:
    """Run a keyring whose files are under `home`, an empty folder. It stops at the end of the block."""
    bus, _daemon = need("dbus-run-session"), need("gnome-keyring-daemon")
    environment = dict(os.environ) | {"HOME": str(home)}
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"):
        folder = home / variable.lower()
        folder.mkdir(mode=0o700)
        environment[variable] = str(folder)
    command = [bus, "--", "sh", "-c", _SERVE.format(start=_UNLOCKED if unlocked else _LOCKED)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as session:
        assert session.stdin is not None
        assert session.stdout is not None
        address = session.stdout.readline().strip()
        assert address, "the keyring did not start"
        try:
            yield SecretService(environment | {"DBUS_SESSION_BUS_ADDRESS": address})
        finally:
            session.stdin.close()
            session.wait(timeout=30)
