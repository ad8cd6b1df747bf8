"""Records as they are in the journal: JSON lines, and CSV for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Final

from ipvault.cells import safe_cell
from ipvault.evidence.export.event import Event
from ipvault.evidence.export.origin import Origin
from ipvault.text import as_json

COLUMNS: Final = (
    *("seq", "time", "class", "action", "room", "epoch", "signer", "member", "hash", "item", "summary", "fields"),
)


def json_lines(events: Iterable[Event], _origin: Origin) -> Iterator[str]:
    """Each record as `journal list --jsonl` shows it, and the names of the fields that were redacted, if any were."""
    for event in events:
        record = event.row.to_json()
        if event.redacted:
            record["redacted"] = event.redacted
        yield as_json(record) + "\n"


def comma_separated(events: Iterable[Event], origin: Origin) -> Iterator[str]:
    """A line of titles, and each record as a line."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in events:
        row = event.row
        record = row.to_json()
        record["item"] = event.name_of(str((row.fields or {}).get("item"))) or ""
        record["member"] = event.name_of(row.signer) or ""
        record["summary"] = origin.describe(row) if event.names else event.meaning.title
        record["fields"] = json.dumps(row.fields, ensure_ascii=False) if row.fields is not None else ""
        writer.writerow([safe_cell(str(record[column])) for column in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()
