"""`ipvault receipt import`: a receipt that came back."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.cli.files import PIPE, read_sent
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import human_time
from ipvault.sharing.receipt import MAX_SIZE, Receipt
from ipvault.sharing.receipts import import_receipt
from ipvault.text import N_, _

_SENTENCES = {
    "received": N_("Recorded that {name} received the package {package} on {time}."),
    "opened": N_("Recorded that {name} opened the package {package} on {time}."),
    "destroyed": N_("Recorded that {name} destroyed the package {package} on {time}."),
}


def receipt_import(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=_("What the recipient sent back; - for a pipe."))],
) -> None:
    """It is taken only if it is signed by somebody whom the package was sealed to, and names what was shared. It proves
    that the holder of that identity said so; the time is that of the recipient's computer.
    """
    output = current().output
    vault = open_current()
    what = _("the receipt")
    receipt = Receipt.from_toml(read_sent(file, MAX_SIZE, what), what if file == PIPE else file)
    head = import_receipt(vault, receipt)
    statement = receipt.statement
    data = {**statement._asdict(), "recipient": receipt.card.fingerprint}
    output.result("receipt-import", data, journal=head)
    name = names_by_id(vault.catalog).get(receipt.card.fingerprint, receipt.card.details.name)
    time = human_time(statement.time)
    text = _(_SENTENCES[statement.event])
    output.say(text.format(package=statement.package[:SHORT_ID], name=name, time=time))
