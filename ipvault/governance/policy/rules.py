"""Rules of a policy, by which documents are searched besides those of ipvault."""

from __future__ import annotations

from typing import Any

import tomli_w

from ipvault.errors import PolicyRefused, RulesRefused
from ipvault.governance.dlp.rules.reading import FORMAT, read_rules, shipped, with_known
from ipvault.governance.dlp.rules.rule import Rules
from ipvault.governance.policy.policy import Policy


def rules_of(policy: Policy) -> Rules:
    """All rules by which documents are searched under a policy."""
    return with_known(shipped(), _file(policy.own_rules), "rule") if policy.own_rules else shipped()


def checked_rules(tables: Any, place: str) -> tuple[dict[str, Any], ...]:
    """The rules of a policy, if documents can be searched by them. Raises `PolicyRefused`."""
    try:
        read_rules(_file(tables), "rule")
    except RulesRefused as error:
        raise PolicyRefused(place=place, reason=str(error)) from None
    return tuple(tables)


def _file(tables: Any) -> bytes:
    return tomli_w.dumps({"format": FORMAT, "rule": tables}).encode()
