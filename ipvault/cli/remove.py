"""`ipvault remove`: out of sight."""

from __future__ import annotations

from ipvault.cli.choices import ItemAddresses, Reason
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import item_json, quoted
from ipvault.text import _, program
from ipvault.vault.items import remove as remove_items
from ipvault.vault.names import free_text


def remove(
    items: ItemAddresses,
    reason: Reason = "",
) -> None:
    """Nothing is destroyed: `restore` brings items back, `erase` destroys them.

    The reason stays in the journal for good and cannot be forgotten: write no personal data into it.
    """
    output = current().output
    removed, head = remove_items(open_current(), items, reason=free_text(reason))
    output.result("remove", {"items": list(map(item_json, removed))}, journal=head)
    for item in removed:
        text = _("Removed {name}. To bring it back: {ipvault} restore {quoted}")
        output.say(text.format(name=item.name, ipvault=program(), quoted=quoted(item.name)))
