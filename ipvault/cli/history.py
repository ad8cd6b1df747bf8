"""`ipvault history`: what happened to an item."""

from __future__ import annotations

from ipvault.catalog.items import names_by_id, versions
from ipvault.cli.choices import ItemAddress
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import summary
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import human_time, version_json
from ipvault.text import _
from ipvault.vault.journal_query import JournalRow, Query, known_item, read_about

TITLES = (_("Record"), _("Time"), _("Who"), _("What"))


def history(item: ItemAddress) -> None:
    """Every record about it, oldest first: versions, changes, who took it out, what became of
    packages that held it, timestamps, and custody of its content. Removed items have one too.
    """
    output = current().output
    vault = open_to_read()
    id_, name = known_item(vault, item)
    rows = list(read_about(vault, Query(items=frozenset((id_,)))))
    data = {
        "id": id_,
        "name": name,
        "versions": list(map(version_json, versions(vault.catalog, id_))),
        "records": list(map(JournalRow.to_json, rows)),
    }
    if not name:
        output.remark(_("the record that names this item was forgotten; what follows is what is left of its history"))
    output.result("history", data, journal=vault.catalog.head)
    time = human_time if current().environment.stdout.isatty() else str
    names = {known: name for known, name in names_by_id(vault.catalog).items() if known != id_}  # it is in the title
    output.table(
        TITLES,
        ((row.leaf.seq, time(row.leaf.time), member_name(vault, row.signer), summary(row, names)) for row in rows),
    )
