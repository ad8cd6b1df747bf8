"""`ipvault cat`: a document to standard output."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import find_version
from ipvault.catalog.patterns import is_pattern
from ipvault.cli.decisions import policy_gate
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import quoted
from ipvault.errors import Damaged, DamagedStream, NotFound
from ipvault.records.vocabulary import CAT
from ipvault.text import _, program
from ipvault.vault.gate import Way
from ipvault.vault.release import release


def cat(
    item: Annotated[str, typer.Argument(metavar="ITEM[@VERSION]", help=_("Its name, ROOM:NAME, or short id."))],
    stream: Annotated[
        bool,
        typer.Option(
            "--stream",
            help=_("Send blocks as they are checked; if the end is damaged, the rest is out by then."),
        ),
    ] = False,
) -> None:
    """The whole document is checked before its first byte leaves, and the journal records that it left.

    A terminal is shown text only; send anything else to a file or another program.
    """
    output = current().output
    sink = output.bytes_out(item)
    vault = open_current()
    try:
        wanted = find_version(vault.catalog, item)
    except NotFound:
        if is_pattern(item):
            text = _("one item is wanted here; for all that match it: {ipvault} export {quoted} --format tar -o -")
            raise NotFound(name=item, suggestion=text.format(ipvault=program(), quoted=quoted(item))) from None
        raise
    if stream:
        output.remark(_("the end of the document is checked only when its beginning is out: mind the exit code"))
    with output.progress(_("Checking"), wanted[1].size, "bytes") as bar:
        (content,), _head = release(
            vault,
            [wanted],
            Way("", CAT, "terminal" if current().environment.stdout.isatty() else "pipe"),
            policy_gate(vault),
            unchecked=stream,
            progress=bar.advance,
        )
    try:
        for block in content.blocks():
            sink.write(block)
    except Damaged as damaged:
        raise DamagedStream(**damaged.fields) from None
    sink.flush()
