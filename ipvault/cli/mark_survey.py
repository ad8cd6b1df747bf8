"""`ipvault mark survey`: what marks survive."""

from __future__ import annotations

from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.cli.mark_identify import channel_name
from ipvault.governance.marks.reading import CHANNELS
from ipvault.governance.marks.survey import FORMATS, TREATMENTS, survival
from ipvault.text import _


def survey(jsonl: Jsonl = False) -> None:
    """For each kind of file and what may happen to it: in which channels a mark was found again. The tests of ipvault
    measure this table. It is about a page of text and a calm photograph; other documents can do better or worse.

    Nobody who means to remove a mark is stopped by it. A mark names a copy, not a culprit.
    """
    output = current().output
    rows = survival()
    data = [{"format": row.format, "treatment": row.treatment, "found": row.found} for row in rows]
    if jsonl:
        output.jsonl(data)
        return
    output.result("mark-survey", {"rows": data})
    said = {True: _("yes"), False: _("no"), None: "-"}
    output.table(
        (_("File"), _("What was done to it"), *map(channel_name, CHANNELS)),
        [
            (
                _(FORMATS[row.format]),
                _(TREATMENTS[row.treatment]),
                *(said[row.found.get(channel)] for channel in CHANNELS),
            )
            for row in rows
        ],
    )
    output.say(_("A mark names a copy, not a culprit, and can be removed."))
