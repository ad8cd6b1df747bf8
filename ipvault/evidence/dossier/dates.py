"""The section about timestamps of authorities outside: of versions of the item, and of the journal with its records."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.timestamps import Stamp, Timestamp, timestamps
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Section
from ipvault.records.timestamps import TimestampRequested
from ipvault.text import _


class Dated(NamedTuple):
    """A stamp of something that concerns the item, with what that is, and the record of the request."""

    requested: int
    asked: Timestamp
    stamp: Stamp
    what: str


def stamps(account: Account) -> Section:
    """Each timestamp that came back, with what it is of."""
    facts = []
    for requested, asked, stamp, what in dated(account).values():
        values = (stamp.at, stamp.authority, what, asked.imprint, stamp.accuracy or None, stamp.serial, stamp.until)
        facts.append(Fact((requested, stamp.seq), (*values, account.times[stamp.seq], asked.id)))
    return Section(
        "timestamps",
        _("Timestamps"),
        _(
            "An authority outside certified (RFC 3161) that the hash existed at that time, without seeing the content. "
            "The time is the authority's, so it does not depend on any clock of the members. This is what the records "
            "say: the token, which the record keeps, was not checked for this dossier; timestamp verify and evidence "
            "verify check it. Whether to trust the authority is for the reader to decide. Where no accuracy stands, "
            "the token states none."
        ),
        (
            Column("at", _("Certified time"), Form.TIME),
            Column("authority", _("Authority")),
            Column("what", _("Of what")),
            Column("imprint", _("Hash"), Form.CODE),
            Column("accuracy_ms", _("Accuracy (ms)")),
            Column("serial", _("Serial number"), Form.CODE),
            Column("until", _("Certificate until"), Form.TIME),
            Column("recorded", _("Recorded"), Form.TIME),
            Column("timestamp", _("Id"), Form.CODE),
        ),
        tuple(facts),
        _("There is none: the times in this dossier are those of the members' own clocks."),
    )


def dated(account: Account) -> dict[int, Dated]:
    """The timestamps that concern the item, by the numbers of the records that keep them."""
    requests = {record.timestamp: one.seq for one, record in reversed(list(account.of(TimestampRequested)))}
    first = min(one.seq for one in account.told if one.after is not None)
    about: dict[str, str] = {}
    found: dict[int, Dated] = {}
    for one in timestamps(account.catalog):  # what others renew comes before them
        if one.id not in requests:
            continue
        if one.item == account.item and one.room in account.rooms:
            about[one.id] = _("version {version}").format(version=one.version)
        elif one.target == "head" and one.size > first:
            about[one.id] = _("the journal up to record {seq}").format(seq=one.size - 1)
        elif one.renews in about:
            about[one.id] = _("renewal of: {what}").format(what=about[one.renews])
        if one.id in about and one.stamp:
            found[one.stamp.seq] = Dated(requests[one.id], one, one.stamp, about[one.id])
    return dict(sorted(found.items()))
