"""The sections about terms and risks: agreements that cover the item, and assessments of sharing it."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.agreements import Agreement, agreements as all_agreements
from ipvault.catalog.assessments import Assessment, assessments as all_assessments, why_stale
from ipvault.catalog.items import items_of
from ipvault.catalog.recipients import everybody, recipients
from ipvault.evidence.dossier.account import Account
from ipvault.evidence.dossier.model import Column, Fact, Form, Person, Section, Thing
from ipvault.evidence.dossier.words import readable
from ipvault.records.agreements import AgreementSet, AgreementTerminated
from ipvault.records.assessments import AssessmentAccepted
from ipvault.records.base import Record
from ipvault.text import _
from ipvault.vault.clock import today

ALL: Final = "all"
"""The scope of an agreement that names nothing."""

Named = dict[str, tuple[str, ...]]
"""What of a scope names the item, by its lists; nothing where everything is in it."""


def covering(account: Account) -> list[tuple[Agreement, Named]]:
    """The agreements in whose scope the item was on the day, in force or not, with what names it."""
    item = account.seen
    told = {one.seq for one, _record in account.of(AgreementSet)}
    known = [one for one in all_agreements(account.catalog) if one.seq in told] if item else []
    return [(one, one.scope.naming(item)) for one in known if item and one.scope.includes(item)]


def assessed_here(account: Account) -> list[Assessment]:
    """The assessments of sharing the item that count among its records."""
    told = {one.seq for one, _record in account.of_item(Record)}
    return [one for one in all_assessments(account.catalog) if one.seq in told]


def agreements(account: Account) -> Section:
    """What was agreed with others about the item, as the terms were on the day."""
    ends: dict[tuple[str, str], tuple[int, ...]] = {}
    for one, record in account.of(AgreementTerminated):
        ends.setdefault((record.agreement, one.room), (one.seq,))
    facts = []
    for agreement, named in covering(account):
        terms = agreement.terms
        parties, others = _parties(account, agreement)
        values = (
            agreement.id,
            terms.type,
            terms.title,
            parties,
            others,
            tuple(named) or (ALL,),
            _covers(account, named),
            terms.from_day,
            terms.until_day,
            agreement.survival_end,
            agreement.terminated,
            agreement.reason,
            agreement.state(_day(account)),
            Thing(terms.document, account.names.get(terms.document, "")),
            agreement.time,
            account.person(agreement.signer),
        )
        facts.append(Fact((agreement.seq, *ends.get((agreement.id, agreement.room), ())), values))
    return Section(
        "agreements",
        _("Agreements that cover it"),
        _(
            "What was agreed with others, where the terms name the item, its room, its label or a tag of it, or name "
            "nothing and so cover everything: terms and item as they were recorded by that day, in force or not. Only "
            "the document that was signed says what was agreed; it is not in here."
        ),
        (
            Column("agreement", _("Agreement"), Form.CODE),
            Column("type", _("Type"), Form.WORD),
            Column("title", _("Title")),
            Column("parties", _("Agreed with")),
            Column("party_names", _("Others, by name")),
            Column("scope", "", Form.HIDDEN),
            Column("covers", _("Covers the item by")),
            Column("from", _("From"), Form.WORD),
            Column("until", _("Until"), Form.WORD),
            Column("survival_until", _("Confidential until"), Form.WORD),
            Column("terminated", _("Terminated"), Form.WORD),
            Column("reason", _("Reason")),
            Column("standing", _("On that day"), Form.WORD),
            Column("document", _("Document"), Form.CODE),
            Column("recorded", _("Recorded"), Form.TIME),
            Column("by", _("By")),
        ),
        tuple(facts),
        _("No agreement that covers it is recorded."),
    )


def _parties(account: Account, agreement: Agreement) -> tuple[tuple[Person, ...], tuple[str, ...]]:
    """The recipients who are parties, and all others by name."""
    known = {one.id: Person(one.fingerprint, one.name) for one in everybody(account.catalog)}
    parties = agreement.terms.parties
    strangers = (_("a recipient of whom no record tells ({id})").format(id=one) for one in parties if one not in known)
    return tuple(known[one] for one in parties if one in known), (*agreement.terms.party_names, *strangers)


def _covers(account: Account, named: Named) -> tuple[str, ...]:
    """By what an agreement covers the item, in words."""
    if not named:
        return (_("all items"),)
    found = [_("the item itself")] if "items" in named else []
    found += [_("the room {room}").format(room=account.room(one).name or one) for one in named.get("rooms", ())]
    found += [_("the label {label}").format(label=readable(one)) for one in named.get("labels", ())]
    if "tags" in named and "tags" not in account.disclosure.shown:
        found.append(_("a tag, which is not revealed"))
    else:
        found += [_("the tag {tag}").format(tag=one) for one in named.get("tags", ())]
    return tuple(found)


def assessments(account: Account) -> Section:
    """How risky it was said to be to share the item, with whom, and who accepted that."""
    accepted: dict[tuple[str, str], tuple[int, ...]] = {}
    for one, record in account.of(AssessmentAccepted):
        accepted.setdefault((record.assessment, one.room), (one.seq,))
    known, method = all_agreements(account.catalog), account.method_in(account.catalog)
    item = items_of(account.catalog, [account.item]).get(account.item)
    present = {one.id: one for one in recipients(account.catalog)}
    facts = []
    for made in assessed_here(account):
        content = made.content
        values = (
            made.time,
            account.person(made.assessor),
            account.person(content.fingerprint),
            content.level,
            made.score,
            content.label,
            why_stale(known, made, item, present.get(content.recipient), _day(account), method),
            made.accepted,
            account.person(made.acceptor) if made.acceptor else None,
            made.reason,
            made.id,
        )
        facts.append(Fact((made.seq, *accepted.get((made.id, made.room), ())), values))
    return Section(
        "assessments",
        _("Risks that were assessed"),
        _(
            "What it was said to mean to share the item with somebody, by whom, and who else accepted that. The score "
            "is that of the gravest risk, from 1 to 25. Where it is said why an assessment counted no longer, that is "
            "as of the day of this dossier. Answers and reasons are not told here."
        ),
        (
            Column("time", _("Time"), Form.TIME),
            Column("by", _("By")),
            Column("recipient", _("Assessed for")),
            Column("level", _("Risk"), Form.WORD),
            Column("score", _("Score")),
            Column("label", _("Label then"), Form.WORD),
            Column("stale", _("Counts no longer, since")),
            Column("accepted", _("Accepted"), Form.TIME),
            Column("acceptor", _("Accepted by")),
            Column("reason", _("Reason")),
            Column("assessment", _("Assessment"), Form.CODE),
        ),
        tuple(facts),
        _("No assessment of a risk is recorded."),
    )


def _day(account: Account) -> str:
    """The day that the dossier is of."""
    return account.as_of[:10] or today(account.vault)
