"""Measures ipvault beside age, restic, borg and gnupg: `python tests/bench/bench.py [ROW …] [--quick] [--markdown]`.

Run it with the Python that ipvault is installed in, on a machine that does nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).parents[2])  # in place of this folder, so that `tests` can be imported
    from tests.bench.command_line import main

    sys.exit(main())
