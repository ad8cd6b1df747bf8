"""Text in tables that people open with a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_BEGINNINGS: Final = re.compile('((?:^|[;\t\r\n])[;\\s"]*+)(?=([=+@\uff1d\uff0b\uff0d\uff20-])?)')
"""Where a cell begins, or another one where the list separator is not a comma; and whether a formula begins there.

Spreadsheets take full-width signs for the others.
"""


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet does not run, nor a part of it as another cell (OWASP, CSV injection)."""
    safe = _BEGINNINGS.sub(lambda found: f"{found[1]}'" if found[2] else found[1], text)
    return f"'{safe}" if safe.startswith(("\t", "\r")) else safe


def csv_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180, with line feeds), of which no cell acts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([safe_cell(str(cell)) for cell in row] for row in rows)
    return out.getvalue()
