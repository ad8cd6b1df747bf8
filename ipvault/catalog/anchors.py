"""Questions about what holds the journal fast from outside."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.catalog import Catalog


class Anchor(NamedTuple):
    """Somebody outside said that the journal had `size` records with the Merkle root `root` (hexadecimal).

    `seq` is the record that keeps it, `kind` who it is: a witness, or an authority for time. `time` is when that was
    said, `authority` the fingerprint of a witness or what else tells one from another, `name` what it is called,
    `evidence` what was signed: a cosigned checkpoint, or the origin that the head has in it
    and, in a line of its own, the token. `recorder` is the member who wrote the record, whose word all of this is:
    `witnessed_heads` and `dated_heads` tell what is true.
    """

    seq: int
    kind: str
    size: int
    root: str
    time: str
    authority: str
    name: str
    evidence: str
    recorder: str


def anchors(catalog: Catalog) -> list[Anchor]:
    """All of them, in the order in which they were recorded."""
    return [Anchor._make(row) for row in catalog.view.execute("SELECT * FROM anchor ORDER BY seq")]
