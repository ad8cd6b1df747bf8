"""Answering a request for access: what the vault holds about somebody."""

from __future__ import annotations

from typing import NamedTuple

from ipvault.catalog.address import root_room
from ipvault.catalog.consents import Consent, consents
from ipvault.catalog.items import Item
from ipvault.catalog.privacy import PrivacyRequest, find_privacy_request, items_about
from ipvault.catalog.roster import member
from ipvault.errors import Conflict
from ipvault.journal.head import Head
from ipvault.oversight.papers import Grid, Paper, Points, drawn_up
from ipvault.oversight.privacy.disclosures import Disclosure, disclosures
from ipvault.oversight.privacy.keep import standing_request
from ipvault.oversight.privacy.subject import Subject, ids_about, records_about, selves, subject_of
from ipvault.records.privacy import ACCESS, GRANTED, PrivacyDecided
from ipvault.text import _
from ipvault.vault.journal_query import JournalRow
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


class Account(NamedTuple):
    """What there is about a subject: details, documents, records, consents, and to whom something was disclosed."""

    subject: Subject
    details: tuple[str, ...]
    items: tuple[Item, ...]
    records: tuple[JournalRow, ...]
    consents: tuple[Consent, ...]
    disclosures: tuple[Disclosure, ...]


def gather(vault: Vault, subject: Subject) -> Account:
    """What this member can see of it."""
    catalog = vault.catalog
    items = items_about(catalog, subject.name)
    ids = [item.id for item in items]
    details = [text for one in selves(catalog, subject) for text in (*one.details, one.fingerprint)]
    if subject.member:
        one = member(catalog, subject.member)
        details[:0] = (one.name, one.organisation, one.email, one.jurisdiction, one.fingerprint)
    return Account(
        subject,
        tuple(dict.fromkeys(filter(None, details))),
        tuple(items),
        tuple(records_about(vault, subject, ids)),
        tuple(one for one in consents(catalog) if one.subject == subject.name),
        tuple(disclosures(vault, ids_about(vault, subject.name))),
    )


def give_access(vault: Vault, typed: str, reason: str) -> tuple[PrivacyRequest, Account, Head]:
    """Record that a request for access is granted, and what it is told of. Raises `Conflict` for another request."""
    request = standing_request(vault, typed)
    if request.right != ACCESS:
        raise Conflict(problem=_("the request is not for access"))
    account = gather(vault, subject_of(request))  # which reads the journal: others need not wait for that
    with transaction(vault) as change:
        standing_request(vault, request.id)
        items = tuple(item.id for item in account.items)
        record = PrivacyDecided(request=request.id, answer=GRANTED, items=items, left=(), reason=reason)
        change.record(record, root_room(vault.catalog).id)
        head = change.commit()
    return find_privacy_request(vault.catalog, request.id), account, head


def paper(vault: Vault, account: Account, *, day: str) -> Paper:
    """The account to be given to the subject. Documents are named; what stands in them is exported apart."""
    nothing = _("none")
    documents = tuple((one.name, one.type, one.label, one.created[:10], ", ".join(one.tags)) for one in account.items)
    records = tuple((str(row.leaf.seq), row.leaf.time, row.action) for row in account.records)
    agreed = tuple(
        f"{one.purpose} ({one.from_day or '…'} - {one.withdrawn or one.until_day or '…'})" for one in account.consents
    )
    sent = tuple((one.time[:10], one.to, ", ".join(one.items), one.purpose) for one in account.disclosures)
    return Paper(
        _("What the vault holds about {name}").format(name=account.subject.name),
        drawn_up(vault, day),
        (
            _("Details: {details}").format(details=", ".join(account.details) or nothing),
            _("Documents that are about this person:"),
            Grid((_("Name"), _("Type"), _("Label"), _("Added"), _("Tags")), documents) if documents else nothing,
            _("Disclosed to:"),
            Grid((_("Date"), _("To whom"), _("What"), _("Purpose")), sent) if sent else nothing,
            _("Consents:"),
            Points(agreed) if agreed else nothing,
            _("Records of the journal, by their numbers:"),
            Grid((_("Record"), _("Time"), _("Kind")), records) if records else nothing,
            _("What stands in the documents is not in here, and may concern others: counsel decides what to add."),
        ),
    )
