"""Who vouches for what of a bundle, and whether that is somebody whom this user trusts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

import typer

from ipvault.characters import printable
from ipvault.cli.rendering import human_time
from ipvault.cli.timestamp_rendering import read_trust
from ipvault.evidence.bundle.heads import HEAD, RECORD, Seen
from ipvault.evidence.bundle.verify import Bundle
from ipvault.keys.card import Card, in_groups
from ipvault.text import _, program

Certificates = Annotated[
    str | None, typer.Option("--ca", metavar="FILE", help=_("Certificates whose timestamps count for you."))
]


class Trusted(NamedTuple):
    """Whom this user trusts: witnesses, with their names, and authorities, by the SHA-256 of their certificates."""

    witnesses: dict[str, str]
    authorities: frozenset[str]

    @classmethod
    def of(cls, cards: Sequence[Card], certificates: str | None) -> Trusted:
        """Those on a list of witnesses, and those in a file of certificates. Raises what `read_trust` raises."""
        from ipvault.crypto.certificates import fingerprint

        given = () if certificates is None else read_trust(certificates).certificates
        names = {card.fingerprint: card.details.name for card in cards}
        return cls(names, frozenset(map(fingerprint, given)))


class Reach(NamedTuple):
    """Somebody outside signed, at a `time`, a head of so many `records`, or the document of a `record`.

    `kind` is `witness` or `authority`, `fingerprint` that of the witness or of the root certificate that vouches for
    the authority (SHA-256), `name` what a card on the user's list or the authority's own certificate calls it,
    `timestamp` the id of a timestamp, and `renews` that of an earlier one that was signed.
    """

    kind: str
    fingerprint: str
    name: str
    trusted: bool
    time: str
    records: int | None
    record: int | None
    timestamp: str
    renews: str

    @property
    def sentence(self) -> str:
        """The same for people."""
        if self.kind == "witness":
            sentence = _("Up to record {seq}: signed by the witness {name} on {time}.")
            trust = _("It is on your list.")
            doubt = _("It is not on your list: see `{ipvault} witness`.")
        else:
            sentence = _("Up to record {seq}: dated by {name} on {time}.")
            trust = _("Its certificate is one that you gave.")
            doubt = _("Its certificate is none that you gave with --ca; SHA-256: {fingerprint}")
        if self.record is not None:
            sentence = _("The document of record {record}: dated by {name} on {time}.")
        elif self.renews:
            sentence = _("The timestamp {renews}: dated by {name} on {time}.")
        seq = None if self.records is None else self.records - 1
        values = {**self._asdict(), "seq": seq, "time": human_time(self.time), "ipvault": program()}
        values["name"] = printable(self.name) or in_groups(self.fingerprint)
        return f"{sentence} {trust if self.trusted else doubt}".format(**values)


def reach_of(bundle: Bundle, trusted: Trusted) -> list[Reach]:
    """What people outside signed, as the checks of the bundle found it."""
    return [_reach(bundle, one, trusted) for one in sorted(bundle.seen, key=Seen.order)]


def _reach(bundle: Bundle, seen: Seen, trusted: Trusted) -> Reach:
    if seen.stamp:
        from ipvault.evidence.bundle.authorities import authority_name

        kind, name = "authority", authority_name(bundle, seen.stamp)
    else:
        kind, name = "witness", trusted.witnesses.get(seen.by, "")
    return Reach(
        kind=kind,
        fingerprint=seen.by,
        name=name,
        trusted=seen.by in trusted.authorities or seen.by in trusted.witnesses,
        time=seen.time,
        records=int(seen.which) if seen.what == HEAD else None,
        record=int(seen.which) if seen.what == RECORD else None,
        timestamp=seen.stamp,
        renews="" if seen.what in (HEAD, RECORD) else seen.which,
    )
