"""The measures that a notification tells of (GDPR Art. 33(3)(d)): what is in force, and what was, from when until when.

A notification is believed: what was lifted, or given back, is not told as if it still held.
"""

from __future__ import annotations

from typing import Final

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.incidents import Incident
from ipvault.catalog.recipients import by_id, fingerprints_of, recipients
from ipvault.catalog.roster import rooms_and_roles
from ipvault.oversight.incidents.restraints import FREEZE, HOLD, Restraint, restraints
from ipvault.oversight.incidents.state import actions
from ipvault.oversight.zones import in_zone
from ipvault.records.incidents import IncidentContained
from ipvault.text import N_, _, ngettext
from ipvault.vault.vault import Vault

_TOLD: Final = ("contain", "remediate")
"""The steps of which actions are measures; the others are nobody's business outside."""

_WHOLE: Final = {
    FREEZE: N_("What is concerned cannot leave our vault while this is looked into."),
    HOLD: N_("What is concerned is kept as evidence."),
}
_PART: Final = {
    FREEZE: N_("Part of what is concerned cannot leave our vault while this is looked into."),
    HOLD: N_("Part of what is concerned is kept as evidence."),
}
_PAST: Final = {
    FREEZE: N_("Documents that are concerned could not leave our vault from {start} to {end}."),
    HOLD: N_("Documents that are concerned were kept as evidence from {start} to {end}."),
}


def measures(vault: Vault, incident: Incident) -> list[str]:
    """What the records say was done, and what is still to be done."""
    catalog = vault.catalog
    done = [fact.said for fact in incident.said(IncidentContained)]
    named = {name: {id_ for said in done for id_ in said[name]} for name in ("members", "outsiders")}
    taken = len([one for one in named["members"] if not rooms_and_roles(catalog, one)])
    stopped = len([one for one in named["outsiders"] if _is_stopped(catalog, one)])
    revoked, keyed = (sum(len(said[name]) for said in done) for name in ("packages", "rooms"))
    told = (
        (taken, ngettext("Access was taken from {count} person.", "Access was taken from {count} people.", taken)),
        (
            stopped,
            ngettext(
                "Nothing is shared with {count} recipient any more.",
                "Nothing is shared with {count} recipients any more.",
                stopped,
            ),
        ),
        (revoked, ngettext("{count} package was revoked.", "{count} packages were revoked.", revoked)),
        (keyed, ngettext("{count} room has a new key.", "{count} rooms have new keys.", keyed)),
    )
    found = [text.format(count=number) for number, text in told if number]
    some = restraints(vault, incident)
    for kind in (FREEZE, HOLD):
        found += _restrained([one for one in some if one.kind == kind and one.of], incident.zone)
    known = [action for action in actions(incident) if action.step in _TOLD]
    found += [_("Done: {title}").format(title=one.title) for one in known if one.done]
    return found + [_("Under way: {title}").format(title=one.title) for one in known if not one.done]


def _is_stopped(catalog: Catalog, id_: str) -> bool:
    """Whether nothing goes to a recipient (an id), nor to one with his card or name who was taken in since."""
    known = by_id(catalog, id_)
    if known is None:
        return False
    cards = fingerprints_of(catalog, known)
    return not any(
        one.revoked is None and (one.name == known.name or one.fingerprint in cards) for one in recipients(catalog)
    )


def _restrained(some: list[Restraint], zone: str) -> list[str]:
    """What is so now, then what was."""
    present = frozenset[str]().union(*(one.of for one in some if not one.ended))
    is_whole = all(one.of <= present for one in some)
    texts = _WHOLE if is_whole else _PART
    found = [_(texts[one.kind]) for one in some if not one.ended]
    for one in some:
        if one.ended:
            times = {"start": in_zone(one.time, zone), "end": in_zone(one.ended, zone)}
            found.append(_(_PAST[one.kind]).format(**times))
    return list(dict.fromkeys(found))
