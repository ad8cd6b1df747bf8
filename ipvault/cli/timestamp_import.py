"""`ipvault timestamp import`: what an authority answered."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.items import names_by_id
from ipvault.catalog.timestamps import find_timestamp, renewed
from ipvault.cli.files import PIPE, read_small
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_current
from ipvault.cli.rendering import human_time
from ipvault.cli.timestamp_rendering import read_trust, stamped_thing, timestamp_json
from ipvault.evidence.timestamp_exchange import MAX_ANSWER
from ipvault.text import _, program


def timestamp_import(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help=_("What the authority answered; - for a pipe."))],
    certificates: Annotated[
        str, typer.Option("--ca", metavar="FILE", help=_("The certificates that you trust, with the root."))
    ],
    revocations: Annotated[
        list[str] | None, typer.Option("--crl", metavar="FILE", help=_("A revocation list of those; once for each."))
    ] = None,
) -> None:
    """It is taken only if it answers a request of this vault, if somebody signed it whom the certificates in FILE vouch
    for, and if the time can be right. Get these certificates from the authority over a channel that you trust, not with
    the answer: what an answer brings itself is trusted for nothing.

    The journal keeps all that it takes to check the timestamp later, also when the authority is gone.
    """
    from ipvault.evidence.timestamp_import import import_timestamp

    output = current().output
    vault = open_current()
    trust = read_trust(certificates, revocations or ())
    place = _("the answer") if file == PIPE else file
    imported = import_timestamp(vault, read_small(file, MAX_ANSWER), place, trust)
    made = find_timestamp(vault.catalog, imported.requested.id)
    names = names_by_id(vault.catalog)
    data = {"timestamp": timestamp_json(made, names, renewed(vault.catalog))}
    output.result("timestamp-import", data, journal=imported.head)
    text = _("{authority} certifies that {what} existed on {time}. The journal keeps the proof.")
    what = stamped_thing(made, names)
    output.say(text.format(authority=imported.record.authority, what=what, time=human_time(imported.record.at)))
    if not revocations:
        text = _(
            "nobody has checked whether the certificate was revoked: `{ipvault} timestamp verify --crl FILE` does, "
            "with the authority's list"
        )
        output.remark(text.format(ipvault=program()))
