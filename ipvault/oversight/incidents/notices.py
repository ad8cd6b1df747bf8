"""Drafts of notifications: what the records say is filled in, and what they do not say is marked to be filled in.

For an authority: the fields of GDPR Art. 33(3); for data subjects: those of Art. 34(2). They are drafts for counsel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ipvault.catalog.address import SHORT_ID
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.incidents import Incident
from ipvault.catalog.items import items_of
from ipvault.catalog.privacy import is_personal, subjects_of
from ipvault.oversight.incidents.clocks import clocks
from ipvault.oversight.incidents.measures import measures
from ipvault.oversight.incidents.state import team
from ipvault.oversight.papers import Paper, Points
from ipvault.oversight.zones import in_zone
from ipvault.records.incidents import AUTHORITY, SUBJECTS
from ipvault.text import _, ngettext
from ipvault.vault.vault import Vault

_GDPR: Final = "gdpr"
_OFFICER: Final = "data-protection"
_LEAD: Final = "lead"

_MARK: Final = "[…"
"""How places begin that are to be filled in."""


def draft(vault: Vault, incident: Incident, party: str, *, now: str, with_text: bool) -> Paper:
    """The notification to a party as far as the records go; `with_text` puts in what was written when it was opened.

    It tells no names of documents, members or recipients, but those of the contacts.
    """
    facts = [
        (_("From"), _gap(_("name and address"))),
        (_("To"), _gap(_("name and address"))),
        (_("Date"), in_zone(now, incident.zone)[:10]),
        (_("Our reference"), incident.id[:SHORT_ID]),
    ]
    done = Points(tuple(measures(vault, incident)) or (_gap(_("measures taken or proposed")),))
    blocks: list[str | Points] = [_nature(incident, with_text=with_text)]
    match party:
        case str() if party == AUTHORITY:
            title = _("Notification of a personal data breach (GDPR Art. 33), draft")
            contact = _contact(
                incident, _OFFICER, _("Contact, where more can be learned (Art. 33(3)(b)): {name}, {gap}")
            )
            consequences = _("Likely consequences (Art. 33(3)(c)): {gap}")
            blocks += [
                _extent(vault.catalog, incident),
                contact,
                consequences.format(gap=_gap(_("what may follow for people"))),
            ]
            blocks += [_("Measures taken or proposed (Art. 33(3)(d)):"), done]
            blocks += _delay(incident, now)
        case str() if party == SUBJECTS:
            title = _("Information about a personal data breach (GDPR Art. 34), draft")
            contact = _contact(incident, _OFFICER, _("Contact, where you can learn more: {name}, {gap}"))
            blocks += [contact, _("Likely consequences: {gap}").format(gap=_gap(_("what may follow for people")))]
            blocks += [_("What we have done, and will do:"), done]
            blocks.append(_("What you can do: {gap}").format(gap=_gap(_("for instance change passwords"))))
        case _:
            title = _("Information about a security incident, draft")
            blocks.append(_("The contract that asks for this: {gap}").format(gap=_gap(_("contract and clause"))))
            blocks.append(
                _("Which of your documents are concerned: {gap}").format(
                    gap=_gap(_("titles or dates of the documents"))
                )
            )
            contact = _contact(incident, _LEAD, _("Contact: {name}, {gap}"))
            blocks += [contact, _("What we have done, and will do:")]
            blocks.append(done)
    blocks.append(_("This is a draft from the records of a vault; counsel decides what is sent, and to whom."))
    return Paper(title, tuple(facts), tuple(blocks))


def gaps(text: str) -> int:
    """How many places of a draft are still to be filled in."""
    return text.replace("\\", "").count(_MARK)


def _gap(what: str) -> str:
    return _("[… to be filled in: {what}]").format(what=what)


def _nature(incident: Incident, *, with_text: bool) -> str:
    when = in_zone(incident.occurred, incident.zone) if incident.occurred else _gap(_("when it happened"))
    lines = [
        _("What happened: {title}").format(title=incident.title),
        _("When it happened: {time}").format(time=when),
        _("When we became aware of it: {time}").format(time=in_zone(incident.aware, incident.zone)),
    ]
    told = incident.text if with_text and incident.text else _gap(_("what happened, in a few sentences"))
    return "\n".join([*lines, told])


def _extent(catalog: Catalog, incident: Incident) -> Points:
    """GDPR Art. 33(3)(a): categories and approximate numbers of data subjects and of records."""
    said = incident.assessment
    items = items_of(catalog, said.said["items"]) if said else {}
    personal = [item for item in items.values() if is_personal(item)]
    people = {name for item in personal for name in subjects_of(item)}
    count = str(len(people)) if people else _gap(_("how many"))
    if people:
        count = _("at least {count}, by the tags of documents").format(count=count)
    documents = ngettext("{count} document", "{count} documents", len(personal)).format(count=len(personal))
    if said and (gone := len(set(said.said["items"]) - items.keys())):
        text = _("{documents}, and {count} more that the records do not describe any more, or not to you")
        documents = text.format(documents=documents, count=gone)
    if said is None:
        documents = _gap(_("how many; the incident is not assessed yet"))
    return Points(
        (
            _("Categories of data subjects (Art. 33(3)(a)): {gap}").format(gap=_gap(_("for instance inventors"))),
            _("Approximate number of data subjects: {count}").format(count=count),
            _("Categories of personal data records: {gap}").format(gap=_gap(_("for instance contracts"))),
            _("Approximate number of personal data records: {count}").format(count=documents),
        )
    )


def _contact(incident: Incident, duty: str, text: str) -> str:
    person = next((place.person for place in team(incident) if place.duty.key == duty and place.person), "")
    return text.format(name=person or _gap(_("name")), gap=_gap(_("telephone and mail")))


def _delay(incident: Incident, now: str) -> Sequence[str]:
    """GDPR Art. 33(1): what comes after 72 hours has reasons for the delay."""
    clock = next((one for one in clocks(incident) if one.name == _GDPR), None)
    if clock is None or now <= clock.due:
        return ()
    return [_("Reasons for the delay (Art. 33(1)): {gap}").format(gap=_gap(_("why it comes after 72 hours")))]
