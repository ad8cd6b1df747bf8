"""ipvault with a passphrase check that costs nothing: `python -m tests.support.ipvault_cheap ARGUMENTS`.

Nothing else differs from the real program.
"""

from __future__ import annotations

from ipvault.crypto import argon2

CHEAPEST = argon2.Argon2Parameters(memory_kib=8, iterations=1, lanes=1)


def make_cheap() -> None:
    """Let this process write and accept the weakest parameters that Argon2 has."""
    argon2.DEFAULT = argon2.FLOOR = CHEAPEST


if __name__ == "__main__":
    from ipvault.cli.main import main

    make_cheap()
    main()
