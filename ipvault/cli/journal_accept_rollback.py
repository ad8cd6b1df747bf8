"""`ipvault journal accept-rollback`: a restored backup is all right."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed, open_only, unlock_closed
from ipvault.text import _
from ipvault.vault.names import free_text
from ipvault.vault.rollback import accept_rollback
from ipvault.vault.unread import check_unread


def journal_accept_rollback(
    reason: Annotated[str, typer.Option(metavar="TEXT", help=_("Why this copy is the right one; it is recorded."))],
) -> None:
    """Use it after you restored a backup on purpose. Records made since the backup are not in it.

    If you did not restore anything, somebody replaced the vault with an older or another copy: find out who first.
    """
    output = current().output
    closed = find_closed()
    vault = open_only(closed, unlock_closed(closed), accept_rollback=True)
    check_unread(vault)
    head = accept_rollback(vault, reason=free_text(reason))
    output.result("journal-accept-rollback", {"reason": reason}, journal=head)
    output.say(_("This copy is accepted as of record {seq}, and the journal says why.").format(seq=head.seq))
