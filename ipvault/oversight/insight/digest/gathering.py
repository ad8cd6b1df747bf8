"""From records and catalog to a digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.items import all_items, names_by_id
from ipvault.catalog.packages import packages, receipts, recipients_of, versions_in
from ipvault.catalog.roster import member
from ipvault.oversight.insight.acknowledging import Answers
from ipvault.oversight.insight.digest.due import AGREEMENT, PACKAGE_EXPIRES, RECEIPT_MISSING, REQUEST_OPEN, Due, due
from ipvault.oversight.insight.digest.model import Bar, Chart, Digest, Section, Table
from ipvault.oversight.insight.digest.obligations import (
    HOLD_UNHEARD,
    INCIDENT_DEADLINE,
    INCIDENT_OPEN,
    PRIVACY_ANSWER,
    PRIVACY_REST,
    REGISTER_DUE,
    REGISTER_UNAPPROVED,
    RETENTION_OVER,
    REVIEW_OPEN,
    TRAINING_DUE,
    TRAINING_OPEN,
    obligations,
)
from ipvault.oversight.insight.digest.tally import SENT, Tally
from ipvault.oversight.insight.finding import Finding
from ipvault.oversight.insight.rule import Rule
from ipvault.oversight.insight.wording import told
from ipvault.text import N_, _, ngettext
from ipvault.vault.clock import timestamp
from ipvault.vault.vault import Vault

_CHANGES: Final = {
    "item.added": N_("documents added"),
    "item.updated": N_("new versions stored"),
    "item.described": N_("documents labelled"),
    "item.renamed": N_("documents renamed"),
    "item.arrived": N_("documents moved to another room"),
    "item.removed": N_("documents removed"),
    "item.restored": N_("documents restored"),
    "item.erased": N_("versions erased"),
    "content.released": N_("documents read or exported"),
    SENT: N_("documents sent in packages"),
    "package.shared": N_("packages shared"),
    "package.revoked": N_("packages revoked"),
    "package.received": N_("packages received"),
    "receipt.imported": N_("receipts recorded"),
    "recipient.added": N_("recipients added"),
    "recipient.revoked": N_("recipients revoked"),
    "member.enrolled": N_("members enrolled"),
    "member.role": N_("roles given"),
    "member.removed": N_("members taken out"),
    "room.created": N_("rooms made"),
    "policy.set": N_("policies set"),
    "agreement.set": N_("agreements recorded"),
    "agreement.terminated": N_("agreements terminated"),
    "release.requested": N_("approvals asked"),
    "request.approved": N_("approvals given"),
    "request.denied": N_("approvals denied"),
    "auth.unlocked": N_("times the vault was unlocked"),
    "auth.failed": N_("failed attempts to unlock"),
    "evidence.released": N_("evidence released"),
    "dossier.released": N_("dossiers released"),
    "journal.exported": N_("exports of the journal"),
    "incident.opened": N_("incidents opened"),
    "incident.closed": N_("incidents closed"),
    "freeze.set": N_("freezes"),
    "hold.placed": N_("legal holds placed"),
    "hold.released": N_("legal holds released"),
    "privacy.requested": N_("requests of data subjects"),
    "privacy.decided": N_("requests of data subjects answered"),
    "consent.given": N_("consents recorded"),
    "retention.applied": N_("runs of retention"),
    "review.started": N_("reviews started"),
    "review.closed": N_("reviews closed"),
    "person.offboarded": N_("people offboarded"),
    "records.forgotten": N_("deletions of records' content"),
}
"""What is counted, in this order; the rest is counted together."""

_DUES: Final = {
    f"{AGREEMENT}ends": N_("agreement ends"),
    f"{AGREEMENT}survival-ends": N_("confidentiality ends"),
    f"{AGREEMENT}fee": N_("fee falls due"),
    PACKAGE_EXPIRES: N_("package expires"),
    REQUEST_OPEN: N_("request waits for an answer"),
    RECEIPT_MISSING: N_("no receipt came back"),
    PRIVACY_ANSWER: N_("answer to a data subject"),
    PRIVACY_REST: N_("rest of an erasure, no longer held"),
    INCIDENT_OPEN: N_("incident is open"),
    INCIDENT_DEADLINE: N_("deadline of an incident"),
    REVIEW_OPEN: N_("review is open"),
    HOLD_UNHEARD: N_("legal hold not acknowledged"),
    RETENTION_OVER: N_("documents were kept as long as a rule says"),
    REGISTER_DUE: N_("trade secret to look at"),
    REGISTER_UNAPPROVED: N_("trade secret not approved as scored"),
    TRAINING_DUE: N_("text to be accepted"),
    TRAINING_OPEN: N_("text to be accepted"),
}
_WAITING: Final = frozenset(
    {
        *(REQUEST_OPEN, RECEIPT_MISSING, PRIVACY_REST, INCIDENT_OPEN),
        *(REVIEW_OPEN, HOLD_UNHEARD, REGISTER_UNAPPROVED, TRAINING_OPEN),
    }
)
"""What has no deadline: its day is that since which it waits."""

_MOST_PEOPLE: Final = 20
"""Bars of a chart of members."""

_MOST_FINDINGS: Final = 50


class Look(NamedTuple):
    """What was seen in the journal: the counts, and what rules found."""

    tally: Tally
    findings: Sequence[Finding]
    rules: Sequence[Rule]


class _Names(NamedTuple):
    """What people, rooms and, if that may be told, documents are called."""

    by_id: Mapping[str, str]

    def of(self, ids: Sequence[str]) -> str:
        return ", ".join(self.by_id.get(one, one[:SHORT_ID]) for one in ids)


def gather(vault: Vault, look: Look, since: float, until: float, *, with_names: bool) -> Digest:
    """The digest of a time; documents, and what people wrote about them, are named only `with_names`."""
    names = names_by_id(vault.catalog)
    if not with_names:
        for item in all_items(vault.catalog):
            names.pop(item.id, None)
    called = _Names(names)
    waiting = sorted([*due(vault.catalog, until), *obligations(vault.catalog, until)], key=lambda one: one.day)
    findings = _unanswered(vault, look, since)
    odd = _odd(findings, look.rules, called)
    maker = member(vault.catalog, vault.member)
    start, end = timestamp(since), timestamp(until)
    shares = _shares(vault, look.tally, start, end, called, with_names=with_names)
    exported = _exports(look.tally, called, with_names=with_names)
    return Digest(
        vault.id,
        start,
        end,
        maker.name,
        maker.email,
        _headlines(look.tally, len(shares), len(exported), len(waiting), len(findings)),
        (
            _changes(look.tally, start, end, called),
            _section_of_shares(sorted([*shares, *exported], key=lambda row: row[0])),
            _section_of_dues(waiting, called, end, with_names=with_names),
            _section_of_odd(odd, len(findings)),
        ),
    )


def _headlines(tally: Tally, shared: int, exported: int, dues: int, findings: int) -> tuple[str, ...]:
    records = tally.actions.total()
    return (
        ngettext("{count} record was written.", "{count} records were written.", records).format(count=records),
        ngettext("{count} package was shared.", "{count} packages were shared.", shared).format(count=shared),
        *((_exported(exported),) if exported else ()),
        ngettext("{count} thing is due or waits.", "{count} things are due or wait.", dues).format(count=dues),
        ngettext(
            "{count} finding nobody has acknowledged.", "{count} findings nobody has acknowledged.", findings
        ).format(count=findings),
    )


def _exported(count: int) -> str:
    return ngettext("Documents were exported {count} time.", "Documents were exported {count} times.", count).format(
        count=count
    )


def _changes(tally: Tally, start: str, end: str, called: _Names) -> Section:
    first, last = (datetime.fromisoformat(time).date() for time in (start, end))
    first, last = min([first, *tally.days]), max([last, *tally.days])
    counts = [Bar(_(text), count) for action, text in _CHANGES.items() if (count := tally.actions[action])]
    if rest := tally.actions.total() - sum(one.value for one in counts):
        counts.append(Bar(_("other records"), rest))
    people = [Bar(called.of([who]), count) for who, count in tally.people.most_common(_MOST_PEOPLE)]
    days = [Bar(str(day), count) for day, count in tally.by_day(first, last)]
    charts = (
        Chart("days", _("Records a day"), tuple(days), are_days=True),
        Chart("changes", _("What was recorded"), tuple(counts)),
        Chart("people", _("By whom"), tuple(people)),
    )
    return Section("changes", _("What changed"), "", tuple(chart for chart in charts if chart.bars))


def _shares(
    vault: Vault, tally: Tally, start: str, end: str, called: _Names, *, with_names: bool
) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    answered = {(one.package, one.fingerprint) for one in receipts(vault.catalog)}
    for one in packages(vault.catalog):
        if not start <= one.shared <= end:
            continue
        people, sent = recipients_of(vault.catalog, one.id), versions_in(vault.catalog, one.id)
        unverified = [who for who, is_verified in people.items() if not is_verified]
        notes = [
            _("revoked") if one.revoked else "",
            _("the policy was overridden") if tally.is_overridden(one.id) else "",
            _("fingerprint not compared: {names}").format(names=called.of(unverified)) if unverified else "",
            _("receipts: {count} of {all}").format(
                count=sum((one.id, who) in answered for who in people), all=len(people)
            ),
        ]
        what = ", ".join(f"{version.name}@{version.number}" for version in sent) if with_names else str(len(sent))
        expires = one.expires[:10] or _("never")
        by = called.of([one.sharer])
        rows.append((one.shared[:10], by, called.of([*people]), what, expires, "; ".join(filter(None, notes))))
    return rows


def _exports(tally: Tally, called: _Names, *, with_names: bool) -> list[tuple[str, ...]]:
    """What left readable, by day, member and place."""
    rows: list[tuple[str, ...]] = []
    for export, versions in tally.exports.items():
        names = (f"{called.of([item])}@{number}" for item, number in sorted(versions))
        what = ", ".join(names) if with_names else str(len(versions))
        to = _("exported to {path}").format(path=export.destination) if with_names else _("exported")
        notes = _("readable, outside the vault")
        if tally.is_overridden(export):
            notes += "; " + _("the policy was overridden")
        rows.append((str(export.day), called.of([export.who]), to, what, "", notes))
    return rows


def _section_of_shares(rows: Sequence[tuple[str, ...]]) -> Section:
    titles = (_("Day"), _("By"), _("To"), _("Documents"), _("Expires"), _("Notes"))
    table = Table("shares", titles, tuple(rows), _("Nothing was shared."))
    return Section("shares", _("Who shared what with whom"), "", (), table)


def _section_of_dues(waiting: list[Due], called: _Names, end: str, *, with_names: bool) -> Section:
    rows = []
    for one in waiting:
        what = _(_DUES[one.kind])
        late = _("waits") if one.kind in _WAITING else _("overdue") if one.day < end[:10] else ""
        about = one.title if with_names and one.title else one.id[:SHORT_ID]
        rows.append((one.day, what, about, called.of(one.people), late))
    titles = (_("Day"), _("What"), _("Id or title"), _("With"), _("State"))
    table = Table("due", titles, tuple(rows), _("Nothing is due within 30 days."))
    return Section("due", _("What is due"), "", (), table)


def _unanswered(vault: Vault, look: Look, since: float) -> list[Finding]:
    """What nobody has acknowledged: that of the time first, then what is older."""
    answers = Answers(vault.catalog)
    found = [one for one in look.findings if answers.to(one) is None]
    return sorted(found, key=lambda one: (one.until < since, one.until))


def _odd(findings: Sequence[Finding], rules: Sequence[Rule], called: _Names) -> Table:
    rows = (
        (timestamp(one.finding.until)[:10], one.level, one.title, one.about, one.records, one.finding.id[:SHORT_ID])
        for one in told(findings[:_MOST_FINDINGS], rules, called.by_id)
    )
    titles = (_("Day"), _("Level"), _("What was found"), _("About"), _("Records"), _("Finding"))
    return Table("odd", titles, tuple(rows), _("Nothing was found that nobody has acknowledged."))


def _section_of_odd(table: Table, findings: int) -> Section:
    about = _("Rules tell what is unusual, not what is wrong. A finding rests when somebody acknowledges it.")
    if more := findings - len(table.rows):
        text = ngettext("{count} more is not shown here.", "{count} more are not shown here.", more)
        about = f"{about} {text.format(count=more)}"
    return Section("odd", _("What is odd"), about, (), table)
