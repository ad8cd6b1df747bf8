"""Text in tables that people open with a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def safe_cell(text: str) -> str:
    """A cell that a spreadsheet does not run (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def csv_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV (RFC 4180, with line feeds), of which no cell acts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([safe_cell(str(cell)) for cell in row] for row in rows)
    return out.getvalue()
