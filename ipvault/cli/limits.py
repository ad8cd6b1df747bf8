"""`ipvault limits`: what is claimed, with which grade, and what is not."""

from __future__ import annotations

from ipvault.cli.choices import Jsonl
from ipvault.cli.invocation import current
from ipvault.oversight.limits.controls import GRADES, register
from ipvault.text import _


def limits(jsonl: Jsonl = False) -> None:
    """What software for intellectual property and data rooms offers, what ipvault makes of it, and what else ipvault
    has. Each grade says how much a sentence is worth, and the last column names the tests that show it, in the source
    of ipvault. No vault is needed.
    """
    output = current().output
    claims = register()
    data = [
        {
            "control": control.id,
            "title": control.title,
            "beyond": control.id in claims.beyond,
            "grade": claim.grade,
            "says": claim.says,
            "commands": list(control.commands),
            "tests": list(claim.shown_by),
        }
        for control in claims.controls
        for claim in control.claims
    ]
    if jsonl:
        output.jsonl(data)
        return
    output.result("limits", {"claims": data})
    rows = (
        (_(control.title), claim.grade, _(claim.says), ", ".join(control.commands), ", ".join(claim.shown_by))
        for control in claims.controls
        for claim in control.claims
    )
    titles = (_("Control"), _("Grade"), _("What holds, and what does not"), _("Commands"), _("Shown by"))
    output.table(titles, rows)
    for grade, meaning in GRADES.items():
        output.say(f"{grade}: {_(meaning)}")
