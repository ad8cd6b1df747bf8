"""`ipvault receipt list`: who confirmed what."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import open_to_read
from ipvault.cli.rendering import human_time
from ipvault.records.vocabulary import RECEIPT_EVENTS
from ipvault.sharing.receipts import Answer, answers
from ipvault.text import _

TITLES = (_("Package"), _("Shared"), _("Recipient"), _("Received"), _("Opened"), _("Destroyed"))


def receipt_list(
    missing: Annotated[bool, typer.Option("--missing", help=_("Only who has not answered at all."))] = False,
    jsonl: Jsonl = False,
) -> None:
    """A line for each recipient of each package, with the times that their receipts say. In a pipe the columns are
    separated by tabs.
    """
    output = current().output
    catalog = open_to_read().catalog
    names = names_by_id(catalog)
    found = answers(catalog, missing=missing)
    if jsonl:
        output.jsonl(_json(answer, names) for answer in found)
    elif output.wants_json:
        output.result("receipt-list", {"answers": [_json(answer, names) for answer in found]}, journal=catalog.head)
    else:
        time = human_time if current().environment.stdout.isatty() else str
        rows = (
            (
                answer.package.id[:SHORT_ID],
                time(answer.package.shared),
                names.get(answer.fingerprint, answer.fingerprint[:SHORT_ID]),
                *(time(answer.events[event]) if event in answer.events else "" for event in RECEIPT_EVENTS),
            )
            for answer in found
        )
        output.table(TITLES, rows)


def _json(answer: Answer, names: dict[str, str]) -> dict[str, Any]:
    return {
        "package": answer.package.id,
        "shared": answer.package.shared,
        "recipient": answer.fingerprint,
        "name": names.get(answer.fingerprint),
        **{event: answer.events.get(event) for event in RECEIPT_EVENTS},
    }
