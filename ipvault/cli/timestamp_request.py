"""`ipvault timestamp request`: what an authority is asked to stamp."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.catalog.timestamps import find_timestamp, renewed
from ipvault.cli.files import PIPE
from ipvault.cli.heads import tree_of
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.package_output import Output
from ipvault.cli.timestamp_rendering import stamped_thing, timestamp_json
from ipvault.errors import BinaryToTerminal, UsageError
from ipvault.evidence.heads import present_head
from ipvault.evidence.timestamps import Requested, request_for_head, request_for_item, request_renewal
from ipvault.storage.destination import write_file
from ipvault.text import _, program
from ipvault.vault.vault import Vault


def timestamp_request(
    item: Annotated[
        str | None, typer.Argument(metavar="ITEM", help=_("A document; its newest version, or @N."))
    ] = None,
    head: Annotated[bool, typer.Option("--head", help=_("The journal, as far as it goes now."))] = False,
    renew: Annotated[str | None, typer.Option(metavar="ID", help=_("A timestamp that you have."))] = None,
    destination: Output = "",
    force: Annotated[bool, typer.Option("--force", help=_("Replace the file if there is one."))] = False,
) -> None:
    """Send the file to a time stamping authority, by web or mail, from any computer: there is only a hash in it and a
    random number, by which the answer is known again. What comes back proves that the document, or every record so far,
    existed at that time. The journal has the request before the file is complete.

    Renew a timestamp before the certificate of its authority ends: `timestamp list` says when.
    """
    output = current().output
    if sum((item is not None, head, renew is not None)) != 1:
        raise UsageError(problem=_("say what to stamp: an item, --head, or --renew with the id of a timestamp"))
    if not destination:
        raise UsageError(problem=_("say where to: -o FILE, or -o - for a pipe"))
    if destination == PIPE:
        sink = output.bytes_out(_("the request"))
        if current().environment.stdout.isatty():
            raise BinaryToTerminal(name=_("the request"))
        sink.write(_request(open_current(), item, renew).request)
        return
    vault = open_current()
    with write_file(Path(destination), current().vault_if_any(), replace=force) as out:
        requested = _request(vault, item, renew)
        out.write(requested.request)
    made = find_timestamp(vault.catalog, requested.record.timestamp)
    names = names_by_id(vault.catalog)
    data = {"path": destination, "timestamp": timestamp_json(made, names, renewed(vault.catalog))}
    output.result("timestamp-request", data, journal=requested.head)
    text = _("Wrote the request for {what} to {path}. Send it to a time stamping authority; with the answer: {command}")
    command = f"{program()} timestamp import ANSWER --ca CERTIFICATES"
    output.say(text.format(what=stamped_thing(made, names), path=destination, command=command))


def _request(vault: Vault, item: str | None, renew: str | None) -> Requested:
    if item is not None:
        return request_for_item(vault, item)
    if renew is not None:
        return request_renewal(vault, renew)
    with tree_of(vault.store, vault.id, vault.catalog.head) as tree:
        present = present_head(vault, tree)
    return request_for_head(vault, present)
