"""`ipvault package list`: what was shared, with whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.items import names_by_id
from ipvault.catalog.packages import Package, packages, receipts, recipients_of, versions_in
from ipvault.catalog.recipients import find_recipient, fingerprints_of
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.rendering import count_of_items, human_time, or_null
from ipvault.records.wording import in_words
from ipvault.text import _

TITLES = (_("Package"), _("Shared"), _("With"), _("What"), _("Expires"), _("Revoked"), _("Receipts"))


def package_list(
    to: Annotated[str | None, typer.Option(metavar="NAME", help=_("Only those that this recipient was sent."))] = None,
    jsonl: Jsonl = False,
) -> None:
    """The oldest first, with what the journal knows of each: to whom it was sealed, what is in it, and which receipts
    came back. In a pipe the columns are separated by tabs.
    """
    output = current().output
    catalog = open_to_read().catalog
    sent = packages(catalog, fingerprints_of(catalog, find_recipient(catalog, to)) if to else ())
    names = names_by_id(catalog)
    if jsonl:
        output.jsonl(_json(catalog, package, names) for package in sent)
    elif output.wants_json:
        data = {"packages": [_json(catalog, package, names) for package in sent]}
        output.result("package-list", data, journal=catalog.head)
    else:
        output.table(TITLES, (_row(catalog, package, names) for package in sent))


def _json(catalog: Catalog, package: Package, names: Mapping[str, str]) -> dict[str, Any]:
    """A package for programs."""
    return {
        **or_null(package._asdict(), "expires"),
        "recipients": [
            {"fingerprint": fingerprint, "name": names.get(fingerprint), "compared": is_verified}
            for fingerprint, is_verified in recipients_of(catalog, package.id).items()
        ],
        "items": [
            {"id": version.item, "name": version.name, "version": version.number}
            for version in versions_in(catalog, package.id)
        ],
        "receipts": [
            {"fingerprint": receipt.fingerprint, "event": receipt.event, "at": receipt.at}
            for receipt in receipts(catalog, package.id)
        ],
    }


def _row(catalog: Catalog, package: Package, names: Mapping[str, str]) -> tuple[str, ...]:
    time = human_time if current().environment.stdout.isatty() else str
    versions = versions_in(catalog, package.id)
    return (
        package.id[:SHORT_ID],
        time(package.shared),
        ", ".join(names.get(one, one[:SHORT_ID]) for one in recipients_of(catalog, package.id)),
        versions[0].name if len(versions) == 1 else count_of_items(len(versions)),
        time(package.expires) if package.expires else "",
        time(package.revoked) if package.revoked else "",
        ", ".join(f"{names.get(one.fingerprint, '')}: {in_words(one.event)}" for one in receipts(catalog, package.id)),
    )
