"""`ipvault lock`: end the session."""

from __future__ import annotations

from ipvault.cli.invocation import current
from ipvault.cli.opening import find_closed
from ipvault.keys import sessions
from ipvault.text import _


def lock() -> None:
    """The next command asks for the passphrase again."""
    output = current().output
    closed = find_closed()
    was_open = sessions.forget(closed.descriptor.id, closed.member)
    output.result("lock", {"was_open": was_open})
    output.say(_("The vault is locked.") if was_open else _("The vault was locked already."))
