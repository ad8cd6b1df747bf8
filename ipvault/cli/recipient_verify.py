"""`ipvault recipient verify`: a fingerprint was compared."""

from __future__ import annotations

from ipvault.catalog.recipients import find_recipient
from ipvault.cli.cards import Fingerprint
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import RecipientName, recipient_json
from ipvault.text import _
from ipvault.vault.recipients import verify_recipient


def recipient_verify(
    name: RecipientName,
    fingerprint: Fingerprint = None,
) -> None:
    """Let the person read the fingerprint of the own card to you, over the telephone or face to face, not by the way
    the card came. All 64 characters count; blanks and capitals do not.

    It counts for you, and for everybody if you are an owner of the vault.
    """
    invocation = current()
    vault = open_current()
    if fingerprint is None:
        known = find_recipient(vault.catalog, name)
        fingerprint = invocation.prompts.answer(
            _("Type the fingerprint that {name} reads to you: ").format(name=known.name),
            action=_("the fingerprint of {name}").format(name=known.name),
            hint=_("run it in a terminal, or give --fingerprint"),
        )
    verified, head = verify_recipient(vault, name, fingerprint)
    invocation.output.result("recipient-verify", recipient_json(verified, vault.member), journal=head)
    text = _("The card is that of {name}: what is shared with {name} can be opened by the holder of that card only.")
    invocation.output.say(text.format(name=verified.name))
