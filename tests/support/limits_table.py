"""The table of README.md that says what ipvault claims and what it does not.

`python -m tests.support.limits_table` writes it anew from what `ipvault limits` prints; a test tells when that is due.
"""

from __future__ import annotations

from ipvault.oversight.limits.controls import register
from tests.support.program import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- limits -->\n", "<!-- /limits -->\n"


def table() -> str:
    """The table as Markdown, a row for each control."""
    lines = ["| Control | Grades: what holds, and what does not |", "|---|---|"]
    for control in register().controls:
        claims = " ".join(f"**{claim.grade}** {claim.says}" for claim in control.claims)
        lines.append(f"| {control.title} | {claims} |")
    return "\n".join(lines) + "\n"


def with_table(text: str) -> str:
    """A page in which the present table stands where one stood. Raises ValueError where none did."""
    before, begin, rest = text.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the marks of the table are missing")
    return f"{before}{begin}{table()}{end}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
