"""`ipvault journal list`: records, filtered."""

from __future__ import annotations

from collections import deque
from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import summary
from ipvault.cli.journal_selection import Actions, Items, Members, Since, Until, query_of
from ipvault.cli.opening import member_name, open_current
from ipvault.cli.rendering import human_time
from ipvault.text import _
from ipvault.vault.journal_query import JournalRow, read_journal

TITLES = (_("Record"), _("Time"), _("Who"), _("Action"), _("What"))


def journal_list(
    since: Since = None,
    until: Until = None,
    items: Items = None,
    actions: Actions = None,
    members: Members = None,
    last: Annotated[int | None, typer.Option(min=1, metavar="N", help=_("Only the last N that match."))] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help=_("One JSON object a line, with every field."))] = False,
) -> None:
    """Oldest first. In a pipe the columns are separated by tabs: record, time, member, action, summary."""
    output = current().output
    vault = open_current()
    rows = read_journal(vault, query_of(vault, since, until, items, actions, members))
    if last is not None:
        rows = iter(deque(rows, maxlen=last))
    if jsonl:
        output.jsonl(map(JournalRow.to_json, rows))
    elif output.wants_json:
        output.result("journal-list", {"records": list(map(JournalRow.to_json, rows))}, journal=vault.catalog.head)
    else:
        time = human_time if current().environment.stdout.isatty() else str
        names = names_by_id(vault.catalog)
        output.table(
            TITLES,
            (
                (row.leaf.seq, time(row.leaf.time), member_name(vault, row.signer), row.action, summary(row, names))
                for row in rows
            ),
        )
