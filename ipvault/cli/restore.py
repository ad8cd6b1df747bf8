"""`ipvault restore`: bring removed items back."""

from __future__ import annotations

from ipvault.cli.choices import ItemAddresses
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import item_json
from ipvault.text import _
from ipvault.vault.items import restore as restore_items


def restore(items: ItemAddresses) -> None:
    """`ipvault list --removed` shows what can be restored."""
    output = current().output
    restored, head = restore_items(open_current(), items)
    output.result("restore", {"items": list(map(item_json, restored))}, journal=head)
    for item in restored:
        output.say(_("Restored {name}.").format(name=item.name))
