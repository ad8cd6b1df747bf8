"""Which people here somebody new could be taken for."""

from __future__ import annotations

from ipvault.catalog.catalog import Catalog
from ipvault.catalog.recipients import recipients
from ipvault.catalog.roster import members
from ipvault.characters import skeleton


def lookalikes(catalog: Catalog, name: str, fingerprint: str) -> list[tuple[str, str]]:
    """Name and fingerprint of each member and recipient whose name looks like this one and whose keys are others."""
    people = [(one.name, one.fingerprint) for one in members(catalog)]
    people += [(one.name, one.fingerprint) for one in recipients(catalog)]
    sought = skeleton(name)
    return sorted({one for one in people if one[1] != fingerprint and skeleton(one[0]) == sought})
