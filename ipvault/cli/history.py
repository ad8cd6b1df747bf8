"""`ipvault history`: what happened to an item."""

from __future__ import annotations

from ipvault.catalog.address import find_any
from ipvault.catalog.items import names_by_id, versions
from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import row_json, summary
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import human_time, version_json
from ipvault.text import _
from ipvault.vault.journal_query import Query, read_journal

TITLES = (_("Record"), _("Time"), _("Who"), _("What"))


def history(item: ItemAddress) -> None:
    """Every record about it, oldest first: versions, changes, and who took it out. Removed items have one too."""
    output = current().output
    vault = open_to_read()
    found = find_any(vault.catalog, item)
    rows = list(read_journal(vault, Query(items=frozenset((found.id,)))))
    data = {
        "id": found.id,
        "name": found.name,
        "versions": list(map(version_json, versions(vault.catalog, found.id))),
        "records": list(map(row_json, rows)),
    }
    output.result("history", data, journal=vault.catalog.head)
    time = human_time if current().environment.stdout.isatty() else str
    names = {id_: name for id_, name in names_by_id(vault.catalog).items() if id_ != found.id}  # it is in the title
    output.table(
        TITLES,
        ((row.leaf.seq, time(row.leaf.time), member_name(vault, row.signer), summary(row, names)) for row in rows),
    )
