"""`ipvault identity show`: whose it is."""

from __future__ import annotations

from ipvault.cli.invocation import current
from ipvault.cli.own_identity import kind_in_words, own_identity
from ipvault.cli.rendering import human_time
from ipvault.keys.card import in_groups
from ipvault.text import _


def show() -> None:
    """Read the fingerprint aloud to whoever has your card: all sixteen groups have to be the same there.

    For an identity of your own this takes no passphrase.
    """
    output = current().output
    own = own_identity()
    card = own.card()
    details = card.details
    kinds = [slot.kind for slot in own.sealed.slots]
    data = {**details._asdict(), "fingerprint": card.fingerprint, "created": card.created}
    output.result("identity-show", {**data, "path": own.place, "slots": kinds})
    opened_by = "; ".join(dict.fromkeys(map(kind_in_words, kinds))) or _("nothing: whoever can read the file")
    lines = [
        (_("Name"), details.name),
        (_("Organisation"), details.organisation),
        (_("E-mail"), details.email),
        (_("Jurisdiction"), details.jurisdiction),
        (_("Fingerprint"), in_groups(card.fingerprint)),
        (_("Created"), human_time(card.created)),
        (_("Kept in"), own.place),
        (_("Opened by"), opened_by),
    ]
    output.fields([(label, value) for label, value in lines if value])
