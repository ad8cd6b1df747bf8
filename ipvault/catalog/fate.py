"""What is to become of a document: the one place where holds, erasures that were asked for, and retention meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ipvault.catalog.retention import Keeping
from ipvault.records.retention import REVIEW
from ipvault.text import _

HELD: Final = "held"
DESTROY: Final = "destroy"
LOOK: Final = "review"
KEEP: Final = "keep"


class Fate(NamedTuple):
    """What is to become of a document (`held`, `destroy`, `review` or `keep`), and why."""

    outcome: str
    reason: str


def fate(matters: Sequence[str], keeping: Keeping | None, day: str, *, is_asked: bool = False) -> Fate:
    """A hold beats an erasure that somebody asks for, and that beats what a rule has kept or destroyed.

    `matters` are those that hold the document, `keeping` is what the rules say of it. Nothing else counts.
    """
    if matters:
        return Fate(HELD, _("it is held for {matters}").format(matters=", ".join(matters)))
    if is_asked:
        return Fate(DESTROY, _("its erasure was asked for"))
    if keeping is None:
        return Fate(KEEP, _("no rule says for how long"))
    fields = {"rule": keeping.rule.name, "day": keeping.until}
    if not keeping.until:
        return Fate(KEEP, _("{rule}: it is not recorded yet when that begins").format(**fields))
    if not keeping.is_over(day):
        return Fate(KEEP, _("{rule}: it is kept until {day}").format(**fields))
    return Fate(LOOK if keeping.rule.then == REVIEW else DESTROY, _("{rule}: it was kept until {day}").format(**fields))
