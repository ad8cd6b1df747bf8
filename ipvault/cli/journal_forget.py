"""`ipvault journal forget`: destroy what records say."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.cli.invocation import current
from ipvault.cli.journal_rendering import summary
from ipvault.cli.opening import open_current
from ipvault.errors import NotConfirmed
from ipvault.storage.store import JOURNAL
from ipvault.text import _, ngettext
from ipvault.vault.forgetting import forget, to_forget
from ipvault.vault.names import free_text


def journal_forget(
    numbers: Annotated[list[int], typer.Argument(metavar="N", help=_("Records, as `journal list` numbers them."))],
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why; it is recorded."))],
    confirm: Annotated[
        str | None, typer.Option(metavar="COUNT", help=_("How many records, instead of being asked to type it."))
    ] = None,
) -> None:
    """For data-protection erasure. What the records say is destroyed; that they were there, and their hashes, stays.

    Records of members, rooms and keys cannot be forgotten, nor those of items that are still there: erase those first.
    Copies of the vault elsewhere are not reached.
    """
    invocation = current()
    output = invocation.output
    vault = open_current()
    rows = to_forget(vault, numbers)
    expected = str(len(rows))
    if confirm is None:
        names = names_by_id(vault.catalog)
        listing = "\n".join(f"  {row.leaf.seq}  {summary(row, names)}" for row in rows[:20])
        text = ngettext("This destroys {count} record for good:", "This destroys {count} records for good:", len(rows))
        for line in (text.format(count=len(rows)), *listing.splitlines()):
            output.say(line)
        invocation.prompts.confirm_by_typing(
            _("Type {count} to go on: ").format(count=expected),
            expected,
            action=_("forgetting records"),
            hint=_("run it in a terminal, or give their count with --confirm"),
        )
    elif confirm != expected:
        raise NotConfirmed
    with output.progress(_("Rewriting the journal"), vault.store.size(JOURNAL), "bytes") as bar:
        head = forget(vault, numbers, reason=free_text(reason), progress=bar.advance)
    output.result("journal-forget", {"records": [row.leaf.seq for row in rows]}, journal=head)
    output.say(_("Forgotten. The chain still verifies; other copies of the vault are not reached."))
