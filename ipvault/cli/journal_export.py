"""`ipvault journal export`: records for other programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.cli.envelope import as_json
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import row_json, summary
from ipvault.cli.journal_selection import Actions, Items, Members, Since, Until, query_of
from ipvault.cli.opening import open_current
from ipvault.storage.destination import write_file
from ipvault.text import _
from ipvault.vault.journal_query import JournalRow, read_journal

COLUMNS = ("seq", "time", "class", "action", "room", "epoch", "signer", "member", "hash", "item", "summary", "fields")


class Format(StrEnum):
    """How records are written."""

    jsonl = "jsonl"
    csv = "csv"


def journal_export(
    destination: Annotated[
        str, typer.Option("-o", "--output", metavar="FILE", help=_("A file, or - for a pipe."))
    ] = "-",
    format_: Annotated[
        Format | None,
        typer.Option(
            "--format", help=_("JSON lines or CSV. By default as FILE ends: .jsonl or .csv, else JSON lines.")
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if there is one."))] = False,
    since: Since = None,
    until: Until = None,
    items: Items = None,
    actions: Actions = None,
    members: Members = None,
) -> None:
    """Every field that you can read is in it: keep the file as safe as the vault.

    Cells of CSV that a spreadsheet would take for a formula begin with an apostrophe.
    """
    invocation = current()
    vault = open_current()
    rows = read_journal(vault, query_of(vault, since, until, items, actions, members))
    lines = (
        _csv(rows, names_by_id(vault.catalog))
        if (format_ or _format_of(destination)) is Format.csv
        else (as_json(row_json(row)) + "\n" for row in rows)
    )
    if destination == "-":
        sink = invocation.output.bytes_out(_("the journal"))
        for line in lines:
            sink.write(line.encode())
        return
    with write_file(Path(destination), invocation.vault_path(), replace=force) as out:
        for line in lines:
            out.write(line.encode())
    invocation.output.result("journal-export", {"path": destination}, journal=vault.catalog.head)
    invocation.output.say(_("Wrote the journal to {path}.").format(path=destination))


def _format_of(destination: str) -> Format:
    return Format.csv if destination.lower().endswith(".csv") else Format.jsonl


def _csv(rows: Iterable[JournalRow], names: Mapping[str, str]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        record = row_json(row)
        record["item"] = names.get(str((row.fields or {}).get("item")), "")
        record["member"] = names.get(row.signer, "")
        record["summary"] = summary(row, names)
        record["fields"] = json.dumps(row.fields, ensure_ascii=False) if row.fields is not None else ""
        writer.writerow([_cell(str(record[column])) for column in COLUMNS])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _cell(text: str) -> str:
    """A cell that a spreadsheet does not run (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
