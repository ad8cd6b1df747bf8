"""The policy that applies, and setting another."""

from __future__ import annotations

from ipvault.catalog.address import root_room
from ipvault.catalog.catalog import Catalog
from ipvault.catalog.policies import last_version, policy_versions
from ipvault.errors import Conflict, PolicyRefused
from ipvault.governance.policy.policy import DEFAULT, Policy
from ipvault.journal.head import Head
from ipvault.records.policies import PolicySet
from ipvault.records.vocabulary import MAX_TEXT
from ipvault.text import _
from ipvault.vault.transaction import transaction
from ipvault.vault.vault import Vault


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
