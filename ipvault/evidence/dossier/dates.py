"""The section about timestamps of authorities outside: of versions of the item, and of the journal with its records."""

from __future__ import annotations

from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Section
from ipvault.records.timestamps import TimestampImported, TimestampRequested
from ipvault.text import _


def stamps(account: Account) -> Section:
    """Each timestamp that came back, with what it is of."""
    requested = {record.timestamp: (one, record) for one, record in account.of(TimestampRequested)}
    about = stamped(account)
    facts = []
    for one, record in account.of(TimestampImported):
        if record.timestamp not in about:
            continue
        asked, request = requested[record.timestamp]
        what = about[record.timestamp]
        values = (record.at, record.authority, what, request.imprint, record.accuracy, record.serial, record.until)
        facts.append(Fact((asked.seq, one.seq), (*values, one.time, record.timestamp)))
    return Section(
        "timestamps",
        _("Timestamps"),
        _(
            "An authority outside certified (RFC 3161) that the hash existed at that time, without seeing the content. "
            "The time is the authority's, so it does not depend on any clock of the members. Whether to trust the "
            "authority is for the reader to decide."
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


def stamped(account: Account) -> dict[str, str]:
    """What the timestamps are of that concern the item, by their ids: renewals come after what they renew."""
    first = min(one.seq for one in account.told if one.after is not None)
    found: dict[str, str] = {}
    for _one, request in account.of(TimestampRequested):
        id_ = request.timestamp
        if request.item == account.item:
            found[id_] = _("version {version}").format(version=request.version)
        elif request.target == "head" and request.size > first:
            found[id_] = _("the journal up to record {seq}").format(seq=request.size - 1)
        elif request.renews in found:
            found[id_] = _("renewal of: {what}").format(what=found[request.renews])
    return found
