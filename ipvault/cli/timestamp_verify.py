"""`ipvault timestamp verify`: whether timestamps prove what they are kept for."""

from __future__ import annotations

from typing import Annotated

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.timestamps import find_timestamp, timestamps
from ipvault.cli.heads import tree_of
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.timestamp_rendering import read_revocations, read_trust, stamped_thing
from ipvault.errors import ExitCode
from ipvault.text import _, ngettext


def timestamp_verify(
    id_: Annotated[str | None, typer.Argument(metavar="ID", help=_("One of them; by default all."))] = None,
    certificates: Annotated[
        str | None, typer.Option("--ca", metavar="FILE", help=_("Whom you trust, instead of those trusted before."))
    ] = None,
    revocations: Annotated[
        list[str] | None,
        typer.Option(
            "--crl", metavar="FILE", help=_("A revocation list of an authority, of any day since; once for each.")
        ),
    ] = None,
) -> int:
    """Checks the signature of each, the authority's certificate at that time, and that what is stamped is the document,
    or the journal, as the vault has it. By default those certificates count that somebody trusted when importing; with
    --ca only those that you trust yourself. The exit code is 17 where a timestamp does not prove what it should.

    Revocation lists count that were imported with a timestamp, and those that --crl names, which are not kept: today's
    list of an authority tells what it has revoked since.
    """
    from ipvault.evidence.timestamp_check import check_timestamps

    output = current().output
    vault = open_to_read()
    trust = None if certificates is None else read_trust(certificates)
    lists = read_revocations(revocations or ())
    catalog = vault.catalog
    wanted = timestamps(catalog) if id_ is None else [find_timestamp(catalog, id_)]

    def root(size: int) -> bytes:
        with tree_of(vault.store, vault.id, catalog.head) as tree:
            return tree.root(size)

    checked = list(check_timestamps(vault, wanted, trust, root, lists))
    names = names_by_id(catalog)
    rows = [
        {"id": one.id, "target": one.target, "name": names.get(one.item, ""), "problem": problem, "lists": count}
        for one, problem, count in checked
    ]
    unanswered = [one.id for one in wanted if one.stamp is None]
    output.result("timestamp-verify", {"timestamps": rows, "unanswered": unanswered}, journal=catalog.head)
    wrong = [(one.id[:SHORT_ID], stamped_thing(one, names), problem) for one, problem, _count in checked if problem]
    if wrong:
        output.table((_("Id"), _("What"), _("Problem")), wrong)
    if unanswered:
        text = ngettext(
            "{count} request is not answered yet.", "{count} requests are not answered yet.", len(unanswered)
        )
        output.say(text.format(count=len(unanswered)))
    text = ngettext(
        "Checked {count} timestamp: {right} right.", "Checked {count} timestamps: {right} right.", len(checked)
    )
    output.text(text.format(count=len(checked), right=len(checked) - len(wrong)))
    if unlisted := sum(not problem and not count for _one, problem, count in checked):
        text = ngettext(
            "{count} of them was checked against no revocation list; give the authority's with --crl if it has one",
            "{count} of them were checked against no revocation list; give the authority's with --crl if it has one",
            unlisted,
        )
        output.remark(text.format(count=unlisted))
    if checked and certificates is None:
        text = _(
            "the certificates counted that whoever recorded each timestamp trusted; with --ca FILE those count that "
            "you trust yourself"
        )
        output.remark(text)
    return ExitCode.FINDINGS if wrong else ExitCode.DONE
