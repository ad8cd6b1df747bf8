"""`ipvault recipient verify`: a fingerprint was compared."""

from __future__ import annotations

from ipvault.catalog.recipients import find_recipient
from ipvault.cli.cards import Fingerprint, typed_fingerprint
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.recipient_rendering import RecipientName, recipient_json
from ipvault.cli.rendering import human_time
from ipvault.text import _
from ipvault.vault.recipients import verify_recipient


def recipient_verify(name: RecipientName, fingerprint: Fingerprint = None) -> None:
    """Let the person read the fingerprint of the own card to you, over the telephone or face to face, not by the way
    the card came. All 64 characters count; blanks and capitals do not.

    It counts for you, and for everybody if you are an owner of the vault.
    """
    output = current().output
    vault = open_current()
    before = find_recipient(vault.catalog, name)
    action = _("the fingerprint of {name}").format(name=before.name)
    typed = typed_fingerprint(before.name, action) if fingerprint is None else fingerprint
    verified, head = verify_recipient(vault, name, typed)
    output.result("recipient-verify", recipient_json(verified, vault.member), journal=head)
    if verified.comparisons == before.comparisons:
        text = _("You compared it on {time}; that stands.")
        output.say(text.format(time=human_time(next(o.time for o in before.comparisons if o.member == vault.member))))
    text = _("The card is that of {name}: what is shared with {name} can be opened by the holder of that card only.")
    output.say(text.format(name=verified.name))
