"""`ipvault timestamp list`: what was requested, and what came back."""

from __future__ import annotations

import time

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import names_by_id
from ipvault.catalog.timestamps import aging, renewed, timestamps
from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.opening import member_name, open_to_read
from ipvault.cli.rendering import human_time
from ipvault.cli.timestamp_rendering import stamped_thing, timestamp_json
from ipvault.text import _, program
from ipvault.vault.clock import timestamp

TITLES = (
    *(_("Id"), _("What"), _("Requested"), _("Stamped, as recorded"), _("Authority, as recorded")),
    *(_("Certificate ends"), _("Recorded by")),
)

_YEAR = 365 * 24 * 60 * 60  # seconds


def timestamp_list(jsonl: Jsonl = False) -> None:
    """The oldest request first, with what the records say that came back, which `timestamp verify` checks. Where the
    authority's certificate ends within a year you are told to renew the timestamp: afterwards it proves less, because a
    key that nobody protects any more could have made it.

    In a pipe the columns are separated by tabs.
    """
    output = current().output
    vault = open_to_read()
    catalog = vault.catalog
    names, later, found = names_by_id(catalog), renewed(catalog), timestamps(catalog)
    if jsonl:
        output.jsonl(timestamp_json(one, names, later) for one in found)
    elif output.wants_json:
        rows = [timestamp_json(one, names, later) for one in found]
        output.result("timestamp-list", {"timestamps": rows}, journal=catalog.head)
    else:
        shown = human_time if current().environment.stdout.isatty() else str
        output.table(
            TITLES,
            (
                (
                    one.id[:SHORT_ID],
                    stamped_thing(one, names),
                    shown(one.requested),
                    *(
                        (
                            *(shown(one.stamp.at), one.stamp.authority, shown(one.stamp.until)),
                            member_name(vault, one.stamp.importer),
                        )
                        if one.stamp
                        else ("", "", "", "")
                    ),
                )
                for one in found
            ),
        )
    for one, stamp in aging(catalog, timestamp(time.time() + _YEAR)):
        text = _("the authority's certificate of timestamp {id} ends on {time}: {command}")
        command = f"{program()} timestamp request --renew {one.id[:SHORT_ID]} -o FILE"
        output.warn(text.format(id=one.id[:SHORT_ID], time=human_time(stamp.until), command=command))
