"""The policy that applies, and setting another."""

from __future__ import annotations

from typing import Final

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.policies import last_version, policy_versions
from ipvault.catalog.recipients import recipients
from ipvault.catalog.roster import members
from ipvault.catalog.trainings import trainings
from ipvault.errors import Conflict, PolicyRefused
from ipvault.governance.policy.policy import DEFAULT, Policy
from ipvault.journal.head import Head
from ipvault.records.policies import PolicySet
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _, program
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault

_CODE: Final = 2
"""Letters of a country by ISO 3166-1."""


def current_policy(catalog: Catalog) -> Policy:
    """The last that was set, or the one that a vault begins with.

    Raises `PolicyRefused` for one that this program cannot enforce: then nothing is to leave.
    """
    found = policy_versions(catalog)
    if not found:
        return DEFAULT
    return Policy.from_toml(found[-1].content.encode(), _("the policy of the vault"), found[-1].version)


def set_policy(vault: Vault, policy: Policy, *, based_on: int, reason: str) -> tuple[Policy, Head]:
    """Record a policy as the next version, if `based_on` is still the present one.

    Raises `Conflict` if somebody else set one meanwhile, or if it is the same, `PolicyRefused` if it is too large for
    a record or names an unknown time zone, and `Denied`.
    """
    with transaction(vault) as change:
        versions, last = policy_versions(vault.catalog), last_version(vault.catalog)
        if last != based_on:
            raise Conflict(problem=_("somebody else set a policy a moment ago: look at it first, and set yours again"))
        if not policy.calendar.is_known_zone:
            reason = _("this computer knows no time zone called {zone}").format(zone=policy.calendar.zone)
            raise PolicyRefused(place=_("what you set"), reason=reason)
        content = policy.to_toml()
        if len(content.encode()) > MAX_TEXT:
            raise PolicyRefused(place=_("what you set"), reason=_("it is too large"))
        if content == (versions[-1].content if versions else DEFAULT.to_toml()):
            raise Conflict(problem=_("this is the policy that applies already, so nothing was recorded"))
        change.record(PolicySet(version=last + 1, content=content, reason=reason), root_room(vault.catalog).id)
        return Policy.from_toml(content.encode(), "", last + 1), change.commit()


def unmet(catalog: Catalog, policy: Policy) -> list[str]:
    """What a policy asks for that nothing here can meet yet, as sentences; perhaps a slip in writing it."""
    found = []
    texts = {one.name for one in trainings(catalog)}
    said = [*(one.jurisdiction for one in recipients(catalog)), *(one.jurisdiction for one in members(catalog))]
    places = {place.strip().casefold() for place in said}
    for label, rules in policy.labels.items():
        fields = {"label": label, "program": program()}
        for name in sorted(set(rules.acknowledgements) - texts):
            text = _("no text is called {name}, so nothing that is {label} can leave: {program} training list")
            found.append(text.format(name=name, **fields))
        for place in rules.jurisdictions:
            is_code = len(place) == _CODE and place.isascii() and place.isupper()
            if not is_code and place.casefold() not in places:
                text = _("no card that is known here says {name}; most say two capital letters, such as DE ({label})")
                found.append(text.format(name=place, **fields))
    return found
