"""`ipvault timestamp export`: a timestamp, as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.timestamps import find_timestamp, renewed
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.timestamp_rendering import stamped_thing, timestamp_json
from ipvault.errors import Conflict, Denied, UsageError
from ipvault.evidence.timestamps import imported
from ipvault.storage.destination import Destination
from ipvault.text import _


def timestamp_export(
    id_: Annotated[str, typer.Argument(metavar="ID", help=_("One of them, by the beginning of its id."))],
    destination: Annotated[str, typer.Option("-o", "--output", metavar="DIR", help=_("A folder."))] = "",
    force: Annotated[bool, typer.Option("--force", help=_("Replace files that are there already."))] = False,
) -> None:
    """The token, the certificates that it was checked with, and revocation lists. With a copy of the document, openssl
    checks them without ipvault: openssl ts -verify -token_in -in token.der -data DOCUMENT -CAfile authority.pem
    -untrusted certificates.pem
    """
    output = current().output
    if not destination:
        raise UsageError(problem=_("say where to: -o DIR"))
    vault = open_to_read()
    one = find_timestamp(vault.catalog, id_)
    if one.stamp is None:
        raise Conflict(problem=_("nothing has come back for this request yet, so there is nothing to export"))
    kept = imported(vault).get(one.stamp.seq)
    if kept is None:
        raise Denied(reason=_("you have no key to the record that keeps it"))
    try:
        files = kept.files()
    except ValueError:
        text = _("what record {seq}, by {member}, keeps is no timestamp that could be exported")
        member = member_name(vault, one.stamp.importer)
        raise Conflict(problem=text.format(seq=one.stamp.seq, member=member)) from None
    with Destination(Path(destination), current().vault_if_any()) as folder:
        for name, content in files.items():
            with folder.file(name, replace=force) as out:
                out.write(content)
        folder.finish()
    names = names_by_id(vault.catalog)
    data = {"path": destination, "timestamp": timestamp_json(one, names, renewed(vault.catalog))}
    output.result("timestamp-export", data, journal=vault.catalog.head)
    text = _("Wrote the timestamp {id} of {what}, and whom it was checked with, to {path}.")
    output.say(text.format(id=one.id[:SHORT_ID], what=stamped_thing(one, names), path=destination))
