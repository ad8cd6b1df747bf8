"""`ipvault journal show`: one record in full."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import summary
from ipvault.cli.opening import member_name, open_current
from ipvault.errors import NoSuchRecord
from ipvault.text import _
from ipvault.vault.journal_query import Query, read_journal


def journal_show(
    number: Annotated[int, typer.Argument(min=0, metavar="N", help=_("Its number, as `journal list` shows it."))],
) -> None:
    """What everybody can see of it, and its fields as far as you can open them."""
    output = current().output
    vault = open_current()
    row = next(read_journal(vault, Query(from_seq=number)), None)
    if row is None or row.leaf.seq != number:
        raise NoSuchRecord(seq=number, last=vault.catalog.head.seq)
    output.result("journal-show", {"record": row.to_json()}, journal=vault.catalog.head)
    leaf, names = row.leaf, names_by_id(vault.catalog)
    pairs: list[tuple[str, object]] = [
        (_("Record"), leaf.seq),
        (_("Time"), leaf.time),
        (_("What"), summary(row, names)),
        (_("Signed by"), f"{member_name(vault, row.signer)} ({row.signer})"),
        (_("Class"), leaf.kind),
        (_("Room"), f"{names[leaf.room]} ({leaf.room})" if leaf.room in names else leaf.room),
        (_("Hash"), row.hash),
        (_("Previous hash"), leaf.previous),
    ]
    pairs += [
        (_("File added") if change.added else _("File removed"), " ".join(map(str, change[1:])).strip())
        for change in leaf.files
    ]
    pairs += [
        (name, ", ".join(map(str, value)) if isinstance(value, list) else value)
        for name, value in (row.fields or {}).items()
    ]
    output.fields(pairs)
